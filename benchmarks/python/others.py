"""Runs one workload of `../compare.py` with one tool, and prints one line of JSON with its measurements.

UPLINK_ACCESS has the grant. boto3 and obstore use the gateway at GATEWAY, which is the process GATEWAY_PID.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

BUCKET = "comparison"
# What compare.py gives the gateway, which serves this machine only.
KEY, SECRET = "comparison", "not-a-secret"
_CHUNK = 1 << 20


class Client(Protocol):
    """What each tool can be asked for."""

    def one_by_one(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        """Return two steps: put each file of a folder as an object, and get each, one by one."""
        ...

    def at_once(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        """Return the same two steps, with 32 objects at the same time."""
        ...

    def large(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        """Return two steps: upload the only file of a folder, and download it into another folder."""
        ...

    def tree(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        """Return two steps: upload all files of a folder, and download them into another folder."""
        ...


IN_FLIGHT = 32


class Uplink:
    """This package, each workload with the call that its documentation names for it."""

    def __init__(self) -> None:
        import uplink

        access = uplink.Access.parse(os.environ["UPLINK_ACCESS"])
        self._project = access.open_project()
        # One loop for all steps, since connections belong to a project, and a project of uplink.aio to a loop.
        self._loop = asyncio.new_event_loop()
        self._awaited = self._loop.run_until_complete(_opened(uplink.aio.open_project(access)))

    def one_by_one(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        contents = _contents(folder, prefix)
        return [
            lambda: [self._project.put(BUCKET, key, data) for key, data in contents.items()],
            lambda: [self._project.get(BUCKET, key) for key in contents],
        ]

    def at_once(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        contents = _contents(folder, prefix)
        loop, project = self._loop, self._awaited
        return [
            lambda: loop.run_until_complete(_tasks(contents, lambda key: project.put(BUCKET, key, contents[key]))),
            lambda: loop.run_until_complete(_tasks(contents, lambda key: project.get(BUCKET, key))),
        ]

    def large(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        [source] = folder.iterdir()
        target = _copy_of(folder) / source.name
        return [
            lambda: self._project.upload_file(BUCKET, prefix, source),
            lambda: self._project.download_file(BUCKET, prefix, target),
        ]

    def tree(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        target = _copy_of(folder)
        return [
            lambda: self._project.upload_tree(BUCKET, prefix, folder),
            lambda: self._project.download_tree(BUCKET, prefix, target),
        ]


class Boto3:
    """boto3 through the gateway. It has no call for folders, so 32 threads take a file each."""

    def __init__(self) -> None:
        import boto3
        from botocore.config import Config

        config = Config(max_pool_connections=IN_FLIGHT)
        made: dict[str, Any] = {"aws_access_key_id": KEY, "aws_secret_access_key": SECRET, "region_name": "us-east-1"}
        self._s3 = boto3.client("s3", endpoint_url=os.environ["GATEWAY"], config=config, **made)

    def _put(self, key: str, data: bytes) -> None:
        self._s3.put_object(Bucket=BUCKET, Key=key, Body=data)

    def _get(self, key: str) -> bytes:
        body: bytes = self._s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return body

    def one_by_one(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        contents = _contents(folder, prefix)
        return [
            lambda: [self._put(key, data) for key, data in contents.items()],
            lambda: [self._get(key) for key in contents],
        ]

    def at_once(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        contents = _contents(folder, prefix)
        return [
            lambda: _threads(self._put, *zip(*contents.items(), strict=True)),
            lambda: _threads(self._get, contents),
        ]

    def large(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        [source] = folder.iterdir()
        target = _copy_of(folder) / source.name
        return [
            lambda: self._s3.upload_file(str(source), BUCKET, prefix),
            lambda: self._s3.download_file(BUCKET, prefix, str(target)),
        ]

    def tree(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        files, target = _files(folder, prefix), _copy_of(folder)

        def down() -> None:
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=f"{prefix}/")
            _threads(fetch, [entry["Key"] for page in pages for entry in page["Contents"]])

        def fetch(key: str) -> None:
            self._s3.download_file(BUCKET, key, str(_place(target, key, prefix)))

        def send(key: str, path: Path) -> None:
            self._s3.upload_file(str(path), BUCKET, key)

        return [lambda: _threads(send, *zip(*files.items(), strict=True)), down]


class Obstore:
    """obstore through the gateway. It has no call for folders, so 32 tasks take a file each."""

    def __init__(self) -> None:
        from obstore.store import S3Store

        self._store = S3Store(
            BUCKET,
            endpoint=os.environ["GATEWAY"],
            access_key_id=KEY,
            secret_access_key=SECRET,
            region="us-east-1",
            client_options={"allow_http": True},
        )

    def one_by_one(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        contents = _contents(folder, prefix)
        return [
            lambda: [self._store.put(key, data) for key, data in contents.items()],
            lambda: [self._store.get(key).bytes() for key in contents],
        ]

    def at_once(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        contents = _contents(folder, prefix)

        async def get(key: str) -> None:
            await (await self._store.get_async(key)).bytes_async()

        return [
            lambda: asyncio.run(_tasks(contents, lambda key: self._store.put_async(key, contents[key]))),
            lambda: asyncio.run(_tasks(contents, get)),
        ]

    def large(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        [source] = folder.iterdir()
        target = _copy_of(folder) / source.name
        return [lambda: self._store.put(prefix, source), lambda: self._write(prefix, target)]

    def _write(self, key: str, path: Path) -> None:
        with path.open("wb") as file:
            for chunk in self._store.get(key).stream(min_chunk_size=_CHUNK):
                file.write(chunk)

    def tree(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        files, target = _files(folder, prefix), _copy_of(folder)

        async def fetch(key: str) -> None:
            data = await (await self._store.get_async(key)).bytes_async()
            await asyncio.to_thread(_place(target, key, prefix).write_bytes, bytes(data))

        def down() -> None:
            keys = [entry["path"] for entry in self._store.list(prefix).collect()]
            asyncio.run(_tasks(keys, fetch))

        return [lambda: asyncio.run(_tasks(files, lambda key: self._store.put_async(key, files[key]))), down]


class Rclone:
    """rclone with its backend for Storj. Each step is a process, whose start is included, and copies files."""

    def _copy(self, source: Path | str, target: Path | str, in_flight: int) -> None:
        flags = ["--config=", f"--transfers={in_flight}", f"--checkers={in_flight}", "--quiet"]
        environment = {**os.environ, "RCLONE_STORJ_ACCESS_GRANT": os.environ["UPLINK_ACCESS"]}
        subprocess.run(["rclone", "copy", str(source), str(target), *flags], env=environment, check=True)

    def _both(self, folder: Path, prefix: str, in_flight: int) -> list[Callable[[], object]]:
        remote, target = f":storj:{BUCKET}/{prefix}", _copy_of(folder)
        return [lambda: self._copy(folder, remote, in_flight), lambda: self._copy(remote, target, in_flight)]

    def one_by_one(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        return self._both(folder, prefix, 1)

    def at_once(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        return self._both(folder, prefix, IN_FLIGHT)

    def large(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        return self._both(folder, prefix, 4)  # its default

    def tree(self, folder: Path, prefix: str) -> list[Callable[[], object]]:
        return self._both(folder, prefix, IN_FLIGHT)


TOOLS: dict[str, Callable[[], Client]] = {"uplink-cffi": Uplink, "boto3": Boto3, "obstore": Obstore, "rclone": Rclone}
WORKLOADS = ("one_by_one", "at_once", "large", "tree")


def _files(folder: Path, prefix: str) -> dict[str, Path]:
    """Return the files of a folder, by their keys."""
    return {
        f"{prefix}/{path.relative_to(folder).as_posix()}": path for path in sorted(folder.rglob("*")) if path.is_file()
    }


def _contents(folder: Path, prefix: str) -> dict[str, bytes]:
    return {key: path.read_bytes() for key, path in _files(folder, prefix).items()}


def _copy_of(folder: Path) -> Path:
    """Return an empty folder for the downloads."""
    target = folder.with_name(f"{folder.name}.copy")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    return target


def _place(target: Path, key: str, prefix: str) -> Path:
    path = target / key.removeprefix(f"{prefix}/")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _threads(do: Callable[..., object], *arguments: Any) -> None:
    with ThreadPoolExecutor(IN_FLIGHT) as executor:
        list(executor.map(do, *arguments))


async def _opened(opening: Any) -> Any:
    return await opening


async def _tasks(keys: Any, do: Callable[[str], Awaitable[object]]) -> None:
    remaining = iter(keys)

    async def work() -> None:
        for key in remaining:
            await do(key)

    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))


def _client_cpu() -> float:
    """Return the seconds of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _gateway_cpu() -> float:
    """Return the seconds of the gateway, or 0 without one."""
    stat = Path(f"/proc/{os.environ.get('GATEWAY_PID') or 'none'}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool", choices=TOOLS)
    parser.add_argument("workload", choices=WORKLOADS)
    parser.add_argument("folder", type=Path, help="the files; those that are downloaded go to FOLDER.copy")
    parser.add_argument("warm_up", type=Path, help="another folder, for a first run that is not counted")
    parser.add_argument(
        "prefix", help="the prefix of the objects, another one for each run: rclone skips what is there"
    )
    options = parser.parse_args()
    client = TOOLS[options.tool]()
    for step in getattr(client, options.workload)(options.warm_up, f"{options.workload}/{options.prefix}-first"):
        step()
    results = {}
    steps = getattr(client, options.workload)(options.folder, f"{options.workload}/{options.prefix}")
    for name, step in zip(("up", "down"), steps, strict=True):
        cpu, gateway, wall = _client_cpu(), _gateway_cpu(), time.perf_counter()
        step()
        wall = time.perf_counter() - wall
        results[name] = {"wall": wall, "cpu": _client_cpu() - cpu, "gateway": _gateway_cpu() - gateway}
    print(json.dumps(results))


if __name__ == "__main__":
    main()
