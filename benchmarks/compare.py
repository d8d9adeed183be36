"""Compares this package with boto3, obstore and rclone on a local network: `python benchmarks/compare.py --write`.

boto3 and obstore reach the network through Storj's S3 gateway. Tools that are missing are left out, and the report
names them. README.md has where they come from. Each workload is written into the report when it has been measured.
"""

from __future__ import annotations

import argparse
import filecmp
import importlib.metadata
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from driver.bench import ProgramError, run_program
from driver.report import Section, Table, machine, spread
from driver.results import Document, OtherMachineError

import uplink
from uplink_localnet import LocalNetwork

if TYPE_CHECKING:
    from collections.abc import Generator

HERE = Path(__file__).resolve().parent
CLIENT = HERE / "python/others.py"
REPORT = HERE / "COMPARISON.md"
BUCKET, KEY, SECRET = "comparison", "comparison", "not-a-secret"
TOOLS = ("uplink-cffi", "boto3", "obstore", "rclone")
_MEMORY_FOLDER = Path("/dev/shm")
# Seconds until the gateway has started or stopped.
_PATIENCE = 30.0

_TEXT = """\
All tools transfer the same files on the same local network, which keeps its data in memory. Each measurement is a new
process, which runs the workload on a few files first. The tools run in turns, and the order changes in each round.
Figures are medians of the rounds, with the minimum and the maximum in brackets.
[Benchmarks](README.md#other-tools) has where the tools come from, and [Other ways to Storj](../docs/comparison.md) what
each can do.

The client, the gateway and the network share the processors of one machine. There is no latency, and an upload to nodes
costs no more than an upload to the gateway: on a slow line, the gateway needs fewer bytes from the client. So these
figures compare the work of the programs. They do not tell which tool is faster on another line."""


@dataclass(frozen=True)
class Workload:
    """Files to transfer.

    Attributes:
        title: The heading.
        text: What each tool does.
        count: The number of files.
        size: The bytes of each file.
        few: The number of files for the run that is not counted.
    """

    title: str
    text: str
    count: int
    size: int
    few: int


WORKLOADS = {
    "one_by_one": Workload(
        "Objects of 1 KiB, one by one",
        "`put` and `get`, `put_object` and `get_object`, and their like in obstore, from and into memory. rclone copies"
        " files, with `--transfers=1`. Its start is included.",
        300,
        1 << 10,
        5,
    ),
    "at_once": Workload(
        "Objects of 10 KiB, 32 at the same time",
        "The same calls: in `uplink.aio` and obstore by 32 tasks of asyncio, in boto3 by 32 threads. rclone copies"
        " files, with `--transfers=32`.",
        500,
        10 << 10,
        32,
    ),
    "large": Workload(
        "One file of 256 MiB",
        "`upload_file` and `download_file` of uplink-cffi and of boto3, `put` of a path and a stream in obstore, and"
        " `rclone copy`, each with its own defaults.",
        1,
        256 << 20,
        1,
    ),
    "tree": Workload(
        "A folder of 2,000 files of 10 KiB",
        "`upload_tree` and `download_tree`, and `rclone copy --transfers=32`. boto3 and obstore have no call for"
        " folders, so 32 threads or tasks take the files.",
        2000,
        10 << 10,
        32,
    ),
}


def main() -> int:
    """Measure the workloads, and return 1 if one could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="number of runs of each tool (default: 5)")
    parser.add_argument("--only", nargs="+", choices=WORKLOADS, default=list(WORKLOADS), help="the workloads")
    parser.add_argument(
        "--write",
        action="store_true",
        help=f"after each workload, write it into {REPORT.name}, which keeps its other workloads",
    )
    options = parser.parse_args()
    missing = dict(_missing())
    rows = [*machine(), *_versions(missing), *([name, f"not measured: {reason}"] for name, reason in missing.items())]
    report = Document(REPORT, "benchmarks/compare.py", f"# Comparison\n\n{_TEXT}", rows, tuple(WORKLOADS))
    if options.write:
        try:
            report.read()
        except OtherMachineError as error:
            parser.error(str(error))
    tools = [tool for tool in TOOLS if tool not in missing]
    failed = []
    print("\n\n".join(report.summary()), end="\n\n", flush=True)
    parent = _MEMORY_FOLDER if _MEMORY_FOLDER.is_dir() else None
    for name in options.only:
        started = time.monotonic()
        try:
            with tempfile.TemporaryDirectory(dir=parent) as folder:
                section = _measure(name, tools, Path(folder), options.rounds)
        except ProgramError as error:
            failed.append(name)
            print(f"{name}: {error}", file=sys.stderr, flush=True)
            continue
        print(section.markdown(), end="\n\n", flush=True)
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
        report.put(name, section, f"--rounds {options.rounds}")
        if options.write:
            report.write()
    if failed:
        print(f"not measured, because a program failed: {' '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _missing() -> Generator[tuple[str, str], None, None]:
    """Yield the tools that cannot be measured, with the reason."""
    for name in "boto3", "obstore":
        if importlib.util.find_spec(name) is None:
            yield name, "it is not installed"
        elif shutil.which("gateway") is None:
            yield name, "there is no S3 gateway on PATH"
    if shutil.which("rclone") is None:
        yield "rclone", "it is not on PATH"


def _versions(missing: dict[str, str]) -> list[list[str]]:
    rows = [["uplink-cffi", importlib.metadata.version("uplink-cffi")]]
    rows += [[name, importlib.metadata.version(name)] for name in ("boto3", "obstore") if name not in missing]
    return rows + [[name, _built_from(program)] for name in ("gateway", "rclone") if (program := shutil.which(name))]


def _built_from(program: str) -> str:
    """Return the version of a program in Go, and that of Go's library for Storj in it."""
    done = subprocess.run(["go", "version", "-m", program], capture_output=True, text=True, check=True)
    modules = {
        found[1]: found[2] for found in re.finditer(r"^\t(?:mod|dep)\t(\S+)\t(\S+)", done.stdout, flags=re.MULTILINE)
    }
    own = re.search(r"^\tpath\t(\S+)", done.stdout, flags=re.MULTILINE)
    assert own
    return f"{modules.get(own[1], 'of unknown version')}, with storj.io/uplink {modules['storj.io/uplink']}"


def _measure(name: str, tools: list[str], folder: Path, rounds: int) -> Section:
    workload = WORKLOADS[name]
    files, few = folder / name, folder / f"{name}-first"
    _fill(files, workload.count, workload.size)
    _fill(few, workload.few, min(workload.size, 1 << 20))
    results: dict[str, list[dict[str, Any]]] = {tool: [] for tool in tools}
    with LocalNetwork(nodes=10) as network, _gateway(network, folder) as variables:
        with uplink.Access.parse(network.access_grant).open_project() as project:
            project.ensure_bucket(BUCKET)
        for number in range(rounds):
            first = number % len(tools)
            order = tools[first:] + tools[:first]
            for tool in order if number % 2 else order[::-1]:
                words = [sys.executable, str(CLIENT), tool, name, str(files), str(few), f"{tool}-{number}"]
                results[tool].append(run_program(tool, words, os.environ | variables))
                if name in {"large", "tree"} or tool == "rclone":
                    _check(files)
    return Section(workload.title, textwrap.fill(workload.text, 100), [_table(results, workload.count)])


def _table(results: dict[str, list[dict[str, Any]]], count: int) -> Table:
    digits, scale, unit = (2, 1.0, "s") if count == 1 else (2, 1000 / count, "ms each")
    header = ["", f"wall, {unit}", f"CPU of the client, {unit}", f"CPU of the gateway, {unit}", "wall / uplink-cffi"]
    rows = []
    for way in "up", "down":
        best = median(run[way]["wall"] for run in results["uplink-cffi"])
        for tool, runs in results.items():
            wall, cpu, gateway = ([run[way][part] for run in runs] for part in ("wall", "cpu", "gateway"))
            through = spread(gateway, digits, scale) if tool in {"boto3", "obstore"} else ""
            cells = [spread(wall, digits, scale), spread(cpu, digits, scale), through, f"{median(wall) / best:.2f}"]
            rows.append([f"{way}, {tool}", *cells])
    return Table(header, rows)


def _fill(folder: Path, count: int, size: int) -> None:
    """Write files, a hundred to each folder."""
    for number in range(count):
        file = folder / f"{number // 100}" / f"{number}.bin" if count > 1 else folder / "file.bin"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(os.urandom(size))


def _check(folder: Path) -> None:
    """Fail if the downloaded files differ from those in the folder."""
    for path in filter(Path.is_file, folder.rglob("*")):
        copy = folder.with_name(f"{folder.name}.copy") / path.relative_to(folder)
        if not filecmp.cmp(path, copy, shallow=False):
            raise ProgramError(f"{copy} differs from {path}")


@contextmanager
def _gateway(network: LocalNetwork, folder: Path) -> Generator[dict[str, str], None, None]:
    """Start the S3 gateway if there is one, and yield the variables of the client."""
    variables = {"UPLINK_ACCESS": network.access_grant}
    if shutil.which("gateway") is None:
        yield variables
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    flags = {
        "config-dir": folder / "gateway",
        "access": network.access_grant,
        "minio.access-key": KEY,
        "minio.secret-key": SECRET,
        "minio.dir": folder / "gateway/minio",
        "server.address": address,
        "tracing.enabled": "false",
        "metrics.addr": "",
        "log.level": "error",
    }
    command = ["gateway", "run", *(f"--{name}={value}" for name, value in flags.items())]
    log = folder / "gateway.log"
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            _wait_for(address, process, log)
            yield {**variables, "GATEWAY": f"http://{address}", "GATEWAY_PID": str(process.pid)}
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while not _listens(address):
        if process.poll() is not None or time.monotonic() > end:
            raise ProgramError(f"the S3 gateway has not started:\n{log.read_text(encoding='utf-8')}")
        time.sleep(0.05)


def _listens(address: str) -> bool:
    host, _, port = address.partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
