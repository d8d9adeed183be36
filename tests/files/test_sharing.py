"""Files of `project.open` in threads, signal handlers and forked children, and compared with `io.BytesIO`."""

from __future__ import annotations

import io
import os
import signal
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uplink
from uplink import errors

SIZE = 700_000  # of the fixture `data`
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")


# ---- A model: io.BytesIO ----

STEPS = st.one_of(
    st.tuples(st.just("seek"), st.integers(0, 1200), st.just(0)),
    st.tuples(st.just("seek"), st.integers(-1200, 0), st.just(2)),
    st.tuples(st.just("read"), st.one_of(st.none(), st.integers(-1, 700))),
    st.tuples(st.just("readinto"), st.integers(0, 500)),
    st.tuples(st.just("readline"), st.integers(-1, 40)),
    st.tuples(st.just("readlines"), st.integers(-1, 200)),
    st.tuples(st.just("peek"), st.integers(0, 300)),
    st.tuples(st.just("read1"), st.integers(0, 100)),
    st.tuples(st.just("next")),
)


def apply(file, name, *arguments):
    """Apply a step, and return its result and the position."""
    if name == "readinto":
        buffer = bytearray(arguments[0])
        return file.readinto(buffer), bytes(buffer), file.tell()
    if name == "next":
        return next(file, None), file.tell()
    if name == "seek" and arguments[1] == 2:
        arguments = (max(arguments[0], -file.seek(0, 2)), 2)
    return getattr(file, name)(*arguments), file.tell()


def check_step(file, model, step):
    """Apply a step to a file and to its model, and compare what they return."""
    before = model.tell()
    if step[0] == "peek":
        ahead, left = file.peek(step[1]), model.getvalue()[before:]
        assert left.startswith(ahead)
        assert bool(ahead) == bool(left)
    elif step[0] == "read1":
        found = file.read1(step[1])
        assert found == model.read(len(found))
        assert len(found) <= step[1]
        assert found or not step[1] or not model.getvalue()[before:]
    else:
        assert apply(file, *step) == apply(model, *step)
    assert file.tell() == model.tell()


@pytest.mark.parametrize("ahead", [(0, 0), (3, 17), (64, 256)])
@given(content=st.binary(max_size=1000).map(lambda text: text.replace(b"a", b"\n")), steps=st.lists(STEPS, max_size=30))
def test_a_reader_behaves_as_bytes_in_memory(project, bucket, monkeypatch, ahead, content, steps):
    monkeypatch.setattr("uplink._pinned._LEAST_AHEAD", ahead[0])
    monkeypatch.setattr("uplink._pinned._MOST_AHEAD", ahead[1])
    monkeypatch.setattr("uplink._pinned._FIRST_RANGE", 100)
    monkeypatch.setattr("uplink._pinned._SKIP", 20)
    monkeypatch.setattr("uplink._pinned._SMALL", 300)
    monkeypatch.setattr("uplink._file_reading._LARGE", 200)
    monkeypatch.setattr("uplink._file_reading._LINE", 16)
    project.put(bucket, f"model {hash(content)}", content)
    model = io.BytesIO(content)
    with project.open(bucket, f"model {hash(content)}") as file:
        for step in steps:
            check_step(file, model, step)


# ---- Threads, signals, forks ----


def test_threads_wait_for_one_another(project, bucket):
    lines = [b"%d\n" % number for number in range(20_000)]
    project.put(bucket, "lines", b"".join(lines))
    found: list[list[bytes]] = []

    def read(file):
        mine = []
        while line := file.readline():
            mine.append(line)
            mine.extend(file.read(0).splitlines())
        found.append(mine)

    with project.open(bucket, "lines") as file:
        threads = [threading.Thread(target=read, args=(file,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(line for mine in found for line in mine) == sorted(lines)

    with project.open(bucket, "written", "wb") as file:
        threads = [threading.Thread(target=file.writelines, args=(lines[start::4],)) for start in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with project.open(bucket, "written") as file:
        assert sorted(file) == sorted(lines)


def test_a_time_limit_includes_the_wait_for_another_thread(project, bucket, data, storj_faults):
    with project.open(bucket, "key") as file:
        file.seek(SIZE - 10)
        with storj_faults.satellite(frozen=True):
            found: list[bytes] = []
            thread = threading.Thread(target=lambda: found.append(file.read(5)))
            thread.start()
            while not file._is_busy:
                time.sleep(0.001)
            with pytest.raises(errors.DeadlineExceededError, match="another thread used the file"):
                file.read(5, timeout=0.05)
        thread.join()
        assert found == [data[-10:-5]]
        assert file.read(timeout=60) == data[-5:]


@pytest.fixture
def written(project, bucket):
    """A text file that was written to, and that another thread uses until the test ends."""
    file = project.open(bucket, "new", "w")
    file.write("text")
    held, done = threading.Event(), threading.Event()

    def hold():
        with file.buffer._lock:
            held.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    file.timeout = 0.05
    yield file
    done.set()
    thread.join()
    file.timeout = None
    with pytest.raises(errors.StreamFailedError):
        file.close()
    assert file.closed
    assert not project.exists(bucket, "new")


@pytest.mark.parametrize("use", ["write", "flush", "close"])
def test_an_object_that_lacks_text_is_not_committed(written, use):
    argument = ["x" * 100_000] if use == "write" else []
    with pytest.raises(errors.DeadlineExceededError, match="another thread used the file"):
        getattr(written, use)(*argument)


def test_text_that_is_refused_ends_nothing(project, bucket):
    with project.open(bucket, "new", "w", encoding="ascii") as file:
        file.write("a")
        with pytest.raises(UnicodeEncodeError):
            file.write("ä")
        with pytest.raises(TypeError):
            file.write(b"b")
    assert project.get(bucket, "new") == b"a"


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs signal.setitimer")
def test_a_signal_handler_is_refused_where_it_interrupts(project, bucket, data, storj_faults):
    raised = []

    def use(_number, _frame):
        try:
            file.read(10)
        except errors.BusyError as error:
            raised.append(error)
        fault.undo()

    before = signal.signal(signal.SIGALRM, use)
    try:
        with project.open(bucket, "key") as file:
            # Far enough from the start for a request to the satellite.
            file.seek(SIZE - 10)
            fault = storj_faults.satellite(frozen=True)
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            assert file.read() == data[-10:]
    finally:
        signal.signal(signal.SIGALRM, before)
    assert isinstance(raised[0], RuntimeError)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs signal.setitimer")
@pytest.mark.parametrize("use", ["read", "readline", "readinto", "write", "close"])
def test_ctrl_c_returns_from_a_frozen_network(project, bucket, data, storj_faults, use):
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    reads = use.startswith("read")
    file = project.open(bucket, "key") if reads else project.open(bucket, "new", "wb")
    argument = {"readinto": [bytearray(20)], "write": [bytes(3_000_000)]}.get(use, [])
    try:
        if reads:
            file.seek(SIZE - 20)
        elif use == "close":
            file.write(bytes(300_000))
        with storj_faults.satellite(frozen=True):
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            start = time.monotonic()
            with pytest.raises(KeyboardInterrupt):
                getattr(file, use)(*argument)
            assert time.monotonic() - start < 5  # 0.2 s on a machine that is not loaded
    finally:
        signal.signal(signal.SIGALRM, before)
    if reads:
        assert file.tell() == SIZE - 20
        assert file.read() == data[-20:]
        file.close()
    elif use == "write":
        with pytest.raises(errors.StreamFailedError):
            file.close()
    assert file.closed


@needs_fork
def test_a_child_of_a_progress_function_does_not_take_the_result(project, bucket, data, tmp_path):
    receiver, sender = os.pipe()
    parent, children = os.getpid(), []

    def fork(transferred, total, committed):
        if committed == total and not children:
            children.append(os.fork())

    try:
        result = type(project.download_file(bucket, "key", tmp_path / "key", progress=fork)).__name__
    except BaseException as error:  # noqa: BLE001 - the parent compares it
        result = type(error).__name__
    if os.getpid() != parent:
        os.write(sender, result.encode())
        os._exit(0)
    os.close(sender)
    with open(receiver, "rb") as pipe:
        assert pipe.read() == b"ForkError"
    os.wait()
    assert result == "Object"


def in_child(work):
    """Return what work returns in a forked child, whose exit skips the handlers of this process."""
    receiver, sender = os.pipe()
    child = os.fork()
    if not child:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - the parent compares it
            result = repr(error)
        os.write(sender, str(result).encode())
        os._exit(0)
    os.close(sender)
    with open(receiver, "rb") as pipe:
        result = pipe.read().decode()
    os.waitpid(child, 0)
    return result


@needs_fork
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_child_cannot_use_the_files_of_its_parent(project, bucket, data):
    reading, writing = project.open(bucket, "key"), project.open(bucket, "new", "wb")
    text = project.open(bucket, "text", "w")
    reading.readline()
    for use in (
        lambda: reading.read(1),
        reading.readline,
        reading.tell,
        lambda: writing.write(b"data"),
        writing.close,
        lambda: text.write("data" * 10_000),
    ):
        assert in_child(use).startswith("ForkError")

    def close_and_open_again():
        reading.close()
        with project.open(bucket, "key") as file:
            return file.read() == data

    assert in_child(close_and_open_again) == "True"
    with reading, writing, text:
        # The child ends the block, too.
        assert in_child(lambda: writing.__exit__(RuntimeError, RuntimeError(), None)) == "None"
        assert in_child(lambda: writing.__exit__(None, None, None)).startswith("ForkError")
        assert reading.tell() > 0
        writing.write(b"data")
        text.write("data")
    assert project.get(bucket, "new") == project.get(bucket, "text") == b"data"


def test_closing_the_project_ends_its_files(access, bucket, data):
    project = uplink.open_project(access)
    file = project.open(bucket, "key")
    file.read(10)
    project.close()
    file.seek(SIZE - 10)
    with pytest.raises(errors.ClosedError):
        file.read()
    file.close()
