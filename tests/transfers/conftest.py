"""Every way to move data, as a table: the tests of this folder let each of them fail in each way."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import inspect
import random
import re
import secrets
from typing import TYPE_CHECKING, Any

import pytest

import uplink

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

Bytes = dict[str, bytes]

# The smallest parts that satellites accept.
PART = 5 * 1024 * 1024
_DICE = random.Random(17)
OLD, NEW = _DICE.randbytes(700_003), _DICE.randbytes(1_500_007)
PARTS = _DICE.randbytes(2 * PART + 70_001)
LARGE = _DICE.randbytes(33 << 20)  # `get` downloads 32 MiB and more in several streams
OLD_TREE = {"both": OLD, "gone/extra": b"extra", "same": b"same"}
NEW_TREE = {"both": NEW, "a/b/small": b"x" * 20_000, "empty": b"", "same": b"same", "a/medium": NEW[:300_000]}
RANGES = [(5, 10), (700_000, 70_000), (-1000, None), (1_100_000, 1)]


async def done(value: Any) -> Any:
    """Return the value, or what it gives when it is awaited: the families below serve both interfaces."""
    return await value if inspect.isawaitable(value) else value


@dataclasses.dataclass(frozen=True)
class Place:
    """A bucket and a folder, in which a transfer runs."""

    bucket: str
    folder: Path
    source: Path  # what is uploaded: a file and a folder
    timeout: float | None = None

    @property
    def path(self) -> Path:
        return self.folder / "key"


# ---- The families ----


async def upload_file(project: Any, at: Place, name: str = "file") -> None:
    await done(project.upload_file(at.bucket, "key", at.source / name, timeout=at.timeout))


async def upload_parts(project: Any, at: Place) -> None:
    await upload_file(project, at, "parts")


async def download_file(project: Any, at: Place) -> None:
    await done(project.download_file(at.bucket, "key", at.path, timeout=at.timeout))


async def get(project: Any, at: Place) -> bytes:
    return await done(project.get(at.bucket, "key", timeout=at.timeout))


async def get_into(project: Any, at: Place) -> bytes:
    memory = bytearray(len(LARGE))
    return bytes(memory[: await done(project.get(at.bucket, "key", into=memory, timeout=at.timeout))])


async def get_ranges(project: Any, at: Place) -> bytes:
    return b"".join(await done(project.get_ranges(at.bucket, "key", RANGES, max_gap=1000, timeout=at.timeout)))


async def put(project: Any, at: Place) -> None:
    await done(project.put(at.bucket, "key", NEW, timeout=at.timeout))


async def put_parts(project: Any, at: Place) -> None:
    """Put memory that changes as soon as the call has ended, also where it was cancelled."""
    memory = bytearray(PARTS)
    try:
        await done(project.put(at.bucket, "key", memory, timeout=at.timeout))
    finally:
        memory[:] = bytes(len(memory))


async def upload_tree(project: Any, at: Place) -> None:
    await done(project.upload_tree(at.bucket, "", at.source / "tree", timeout=at.timeout))


async def download_tree(project: Any, at: Place) -> None:
    await done(project.download_tree(at.bucket, "", at.folder, timeout=at.timeout))


async def sync_up(project: Any, at: Place) -> None:
    options: dict[str, Any] = {"direction": "up", "delete": True, "compare": "checksum", "timeout": at.timeout}
    await done(project.sync_tree(at.bucket, "", at.source / "tree", **options))


async def sync_down(project: Any, at: Place) -> None:
    options: dict[str, Any] = {"direction": "down", "delete": True, "compare": "checksum", "timeout": at.timeout}
    await done(project.sync_tree(at.bucket, "", at.folder, **options))


async def read_file(project: Any, at: Place) -> bytes:
    file = await done(project.open(at.bucket, "key", timeout=at.timeout))
    try:
        file.timeout = at.timeout
        start = await done(file.read(1000))
        await done(file.seek(len(NEW) - 1000))
        end = await done(file.read())
        await done(file.seek(1000))
        return start + await done(file.read(len(NEW) - 2000)) + end
    finally:
        await done(file.close())


async def write_file(project: Any, at: Place) -> None:
    file = await done(project.open(at.bucket, "key", "wb", timeout=at.timeout))
    try:
        file.timeout = at.timeout
        for start in range(0, len(NEW), 100_000):
            await done(file.write(NEW[start : start + 100_000]))
    except BaseException:
        file.timeout = None
        await done(file.abort())
        raise
    await done(file.close())


@dataclasses.dataclass(frozen=True)
class Family:
    """A way to move data, what is there before it, and what is there after it."""

    run: Callable[[Any, Place], Coroutine[Any, Any, bytes | None]]
    objects: tuple[Bytes, Bytes]
    files: tuple[Bytes, Bytes] = ({}, {})
    result: bytes | None = None
    # What an interrupted call may leave, as the documentation says: names of files, and keys of pending uploads.
    leaves_files: str = ""
    leaves_pending: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self.run.__name__

    @property
    def goes_up(self) -> bool:
        return self.objects[0] != self.objects[1]

    def allows(self, before: Bytes, after: Bytes, found: Bytes) -> None:
        """Check that each name has its bytes of before or of after the call, and that none is there in part."""
        for name in before.keys() | after.keys() | found.keys():
            assert found.get(name) in {before.get(name), after.get(name)}, f"{name!r} is not complete"


def _up(run: Any, after: bytes, **options: Any) -> Family:
    return Family(run, ({"key": OLD}, {"key": after}), **options)


def _down(run: Any, stored: bytes = NEW, **options: Any) -> Family:
    return Family(run, ({"key": stored},) * 2, **options)


_RANGED = b"".join(NEW[offset : None if length is None else offset + length] for offset, length in RANGES)
_PARTIAL = r"\.key\.uplink-\d+(\.state)?"
_PARTIALS = r"\.both\.uplink-\d+(\.state)?|a/\.medium\.uplink-\d+(\.state)?"
FAMILIES = [
    _up(upload_file, NEW),
    _up(upload_parts, PARTS, leaves_pending=frozenset({"key"})),
    _down(download_file, files=({"key": OLD}, {"key": NEW}), leaves_files=_PARTIAL),
    _down(get, result=NEW),
    _down(get_into, LARGE, result=LARGE),
    _down(get_ranges, result=_RANGED),
    _up(put, NEW),
    _up(put_parts, PARTS),
    Family(upload_tree, (OLD_TREE, OLD_TREE | NEW_TREE)),
    Family(download_tree, (NEW_TREE,) * 2, (OLD_TREE, OLD_TREE | NEW_TREE), leaves_files=_PARTIALS),
    Family(sync_up, (OLD_TREE, NEW_TREE)),
    Family(sync_down, (NEW_TREE,) * 2, (OLD_TREE, NEW_TREE), leaves_files=_PARTIALS),
    _down(read_file, result=NEW),
    _up(write_file, NEW),
]


# ---- What the tests use ----


@dataclasses.dataclass(frozen=True)
class Transfer:
    """A family and its place, in the state of before the call."""

    family: Family
    project: uplink.Project
    at: Place

    def run_now(self, project: uplink.Project, timeout: float | None = None) -> bytes | None:
        """Run the transfer with a synchronous project, with which it never suspends, and return its result."""
        with contextlib.closing(self.family.run(project, dataclasses.replace(self.at, timeout=timeout))) as coroutine:
            try:
                coroutine.send(None)
            except StopIteration as end:
                return end.value
            raise AssertionError("a synchronous call was awaited")

    def run(self, interface: str, timeout: float | None = None, config: uplink.Config | None = None) -> bytes | None:
        """Run the transfer with a project of its own, and return its result."""
        access, at = self.project.access, dataclasses.replace(self.at, timeout=timeout)
        if interface == "sync":
            with uplink.open_project(access, config=config) as project:
                return self.run_now(project, timeout)

        async def main() -> bytes | None:
            async with uplink.aio.open_project(access, config=config) as project:
                return await self.family.run(project, at)

        return asyncio.run(main())

    def prepare(self) -> None:
        """Put the objects and the files to where they are before the call."""
        wanted = self.family.objects[0]
        stored = {item.key for item in self.project.list_objects(self.at.bucket, recursive=True)}
        self.project.delete_objects(self.at.bucket, sorted(stored - wanted.keys()))
        for key, data in wanted.items():
            self.project.put(self.at.bucket, key, data)
        for path in sorted(self.at.folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        _fill(self.at.folder, self.family.files[0])

    def objects(self) -> Bytes:
        listed = self.project.list_objects(self.at.bucket, recursive=True)
        return {item.key: self.project.get(self.at.bucket, item.key) for item in listed}

    def files(self) -> tuple[Bytes, list[str]]:
        """Return the files that a user sees, and the names of the others."""
        found = {path.relative_to(self.at.folder).as_posix(): path for path in self.at.folder.rglob("*")}
        hidden = [name for name in found if ".uplink-" in name]
        return {n: p.read_bytes() for n, p in found.items() if p.is_file() and n not in hidden}, hidden

    def check_success(self, result: bytes | None) -> None:
        assert result == self.family.result
        assert self.objects() == self.family.objects[1]
        assert self.files()[0] == self.family.files[1]

    def check_failure(self, leaves_files: str = "") -> None:
        """Check that nothing is half there after an error."""
        self.family.allows(*self.family.objects, self.objects())
        visible, hidden = self.files()
        self.family.allows(*self.family.files, visible)
        allowed = "|".join(filter(None, (self.family.leaves_files, leaves_files)))
        unexpected = [name for name in hidden if not re.fullmatch(allowed, name)]
        assert unexpected == []

    def pending(self) -> set[str]:
        return {item.key for item in self.project.list_uploads(self.at.bucket, recursive=True)}


def _fill(folder: Path, files: Bytes) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the families upload."""
    folder = tmp_path_factory.mktemp("source")
    _fill(folder, {"file": NEW, "parts": PARTS, **{f"tree/{name}": data for name, data in NEW_TREE.items()}})
    return folder


@pytest.fixture
def transfers(storj_project: uplink.Project, source: Path, tmp_path: Path, monkeypatch: Any) -> Iterator[Any]:
    """Return a function that prepares a transfer of a family, in a bucket and a folder of its own."""
    for name in ("PART_SIZE", "LARGE_FILE"):
        monkeypatch.setattr(f"uplink._calls.transfers.{name}", PART)
    made = []

    def make(family: Family) -> Transfer:
        bucket = f"test-{secrets.token_hex(8)}"
        storj_project.create_bucket(bucket)
        (tmp_path / bucket).mkdir()
        made.append(Transfer(family, storj_project, Place(bucket, tmp_path / bucket, source)))
        made[-1].prepare()
        return made[-1]

    yield make
    for transfer in made:
        storj_project.delete_bucket(transfer.at.bucket, with_objects=True)


@pytest.fixture
def families() -> dict[str, Family]:
    """The families by their names."""
    return {family.name: family for family in FAMILIES}


@pytest.fixture
def transfer(family: Family, transfers: Callable[[Family], Transfer]) -> Transfer:
    """The transfer of the family that the test is about."""
    return transfers(family)


@pytest.fixture
def all_transfers(transfers: Callable[[Family], Transfer]) -> list[Transfer]:
    return [transfers(family) for family in FAMILIES]


@pytest.fixture
def small_transfers(transfers: Callable[[Family], Transfer]) -> list[Transfer]:
    """Those of a few megabytes at most."""
    return [transfers(family) for family in FAMILIES if max(map(len, family.objects[1].values())) <= 2_000_000]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with the argument `family` for each of them."""
    if "family" in metafunc.fixturenames:
        metafunc.parametrize("family", FAMILIES, ids=lambda family: family.name)
