"""The caller's memory stays lent until native code no longer writes to it, whatever Python code does."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import secrets
import sys
import weakref
from pathlib import Path

import pytest

import uplink
from uplink import _ffi, errors
from uplink._calls import transfers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pauses the network")

SIZE = 500_000
PACKAGE = Path(uplink.__file__).parent
# The files whose code starts, awaits, takes and detaches operations.
TRACED = (f"{PACKAGE / '_driver.py'}", f"{PACKAGE / 'aio' / '_driver.py'}", f"{PACKAGE / '_calls'}")


class Tracer:
    """Raises at one line of `TRACED` that runs while an operation is under way, as a debugger's interrupt would.

    Attributes:
        line: The position of the line among all these lines.
        raised: The place at which it raised, or `None`.
        handle: The number of the operation.
    """

    def __init__(self, line):
        self.line = line
        self.raised = None
        self.handle = 0
        self._operation = None

    def __call__(self, frame, event, _):
        if frame.f_code.co_filename.startswith(TRACED):
            if frame.f_code.co_name == "run" and "operation" in frame.f_locals:
                self._operation = weakref.ref(frame.f_locals["operation"])
            if event == "line" and self._started():
                self._count(frame)
            return self
        return None

    def _started(self):
        operation = self._operation and self._operation()
        self.handle = self.handle or (operation is not None and operation._handle)
        return bool(self.handle)

    def _count(self, frame):
        self.line -= 1
        if self.line == -1:
            self.raised = f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
            raise KeyboardInterrupt


@pytest.fixture
def quick_collections():
    """Let the collector skip all objects that exist: after thousands of tests, it takes seconds to visit them."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def is_running(handle):
    """Return whether an operation is under way."""
    boundary = _ffi.current()
    operation = boundary.ffi.new("UplinkOperation *", {"_handle": handle})
    return not boundary.lib.uplink_operation_wait(operation, 0)


def is_lent(memory):
    try:
        memory.append(0)
    except BufferError:
        return True
    memory.pop()
    return False


@contextlib.contextmanager
def interrupted(tracer, pausable):
    """Interrupt the block at the tracer's line. If a network is given, it is paused."""
    if pausable is not None:
        pausable.pause()
    sys.settrace(tracer)
    try:
        yield
    finally:
        sys.settrace(None)
        if pausable is not None:
            pausable.resume()


def read(access, tracer, memory, pausable):
    with (
        access.open_project() as project,
        project.download_object("bucket", "key") as download,
        interrupted(tracer, pausable),
    ):
        download.readinto(memory, timeout=0.02 if pausable else None)


def read_async(access, tracer, memory, pausable):
    async def main():
        async with uplink.aio.open_project(access) as project, project.download_object("bucket", "key") as download:
            with interrupted(tracer, pausable):
                await download.readinto(memory, timeout=0.02 if pausable else None)

    asyncio.run(main())


def put(access, tracer, memory, pausable):
    with access.open_project() as project, interrupted(tracer, pausable):
        project.put("bucket", "new", memory, timeout=0.02 if pausable else None)


def put_small(access, tracer, memory, pausable):
    with access.open_project() as project, memoryview(memory) as view, interrupted(tracer, pausable):
        project.put("bucket", "new", view[:1000], timeout=0.02 if pausable else None)


def put_in_parts(access, tracer, memory, pausable):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transfers, "LARGE_FILE", 1000)
        put(access, tracer, memory, pausable)


def put_async(access, tracer, memory, pausable):
    async def main():
        async with uplink.aio.open_project(access) as project:
            with interrupted(tracer, pausable):
                await project.put("bucket", "new", memory, timeout=0.02 if pausable else None)

    asyncio.run(main())


@pytest.mark.usefixtures("quick_collections")
@pytest.mark.parametrize(
    ("way", "paused"),
    [
        (read, True),
        (put_async, False),
        *(
            pytest.param(way, paused, marks=pytest.mark.heavy)
            for way in (read, read_async, put, put_small, put_in_parts, put_async)
            for paused in (True, False)
            if (way, paused) not in {(read, True), (put_async, False)}
        ),
    ],
)
def test_memory_stays_lent_whatever_line_raises(own_network, way, paused):
    access = uplink.Access.parse(own_network.access_grant)
    with access.open_project() as project:
        project.ensure_bucket("bucket")
        project.put("bucket", "key", secrets.token_bytes(SIZE))
    before = sys.gettrace()
    lines = []
    unreached = 0
    # On a loaded machine, the time limit may end a call before the line.
    while unreached < 5:
        memory = bytearray(SIZE)
        tracer = Tracer(len(lines))
        try:
            way(access, tracer, memory, own_network if paused else None)
        except (KeyboardInterrupt, errors.DeadlineExceededError):
            # The exception still refers to the frames, and these to the lent memory.
            assert is_lent(memory) or not is_running(tracer.handle), tracer.raised
        finally:
            sys.settrace(before)
        if tracer.raised is None:
            unreached += 1
        else:
            unreached = 0
            lines.append(tracer.raised)
        gc.collect()
        assert not is_lent(memory), tracer.raised
        assert not is_running(tracer.handle), tracer.raised
    assert len(lines) > 15
