"""Objects of the parent in forked children: some work, and the others raise ForkError."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import pickle
import select
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

import uplink
from uplink import _ffi, errors

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")


def fork_in_c():
    """Fork in C, where none of Python's hooks runs, as a program does that embeds Python."""
    return ctypes.PyDLL(None).fork()


def run_in_child(fork, work):
    """Call a function in a forked child, which must end soon, and return its result."""
    reader, writer = os.pipe()
    pid = fork()
    if pid == 0:
        os.close(reader)
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - the parent raises it
            result = error
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(pickle.dumps(result))
        os._exit(0)
    os.close(writer)
    chunks = []
    with os.fdopen(reader, "rb", buffering=0) as pipe:
        while select.select([pipe], [], [], 30)[0]:
            chunk = pipe.read(65536)
            if not chunk:
                break
            chunks.append(chunk)
        else:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            pytest.fail("the forked child hangs")
    os.waitpid(pid, 0)
    result = pickle.loads(b"".join(chunks))
    if isinstance(result, BaseException):
        raise result
    return result


@needs_fork
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
class TestFork:
    @pytest.fixture(params=["os.fork", "fork in C"])
    def in_child(self, request):
        return partial(run_in_child, os.fork if request.param == "os.fork" else fork_in_c)

    @pytest.fixture
    def project(self, access):
        with uplink.open_project(access) as project:
            project.ensure_bucket("forks")
            yield project
            project.delete_bucket("forks", with_objects=True)

    def test_a_project_works_on_in_the_child_and_in_its_child(self, project, in_child):
        data = os.urandom(100_000)

        def child():
            project.put("forks", "child", data)
            return in_child(lambda: project.get("forks", "child"))

        assert in_child(child) == data
        assert project.get("forks", "child") == data

    def test_a_project_counts_from_zero_in_the_child(self, project, in_child):
        project.put("forks", "key", b"data")

        def child():
            before = project.stats()
            project.put("forks", "child", b"hello")
            return before, project.stats().bytes_sent, project.stats().calls_started

        bytes_sent = project.stats().bytes_sent
        assert in_child(child) == (uplink.ProjectStats(), 5, 1)
        assert project.stats().bytes_sent == bytes_sent

    def test_a_listing_goes_on_in_the_child_whoever_uses_it_at_the_fork(self, project, in_child):
        project.put("forks", "key", b"data")
        listing = project.list_objects("forks")
        listing._lock.acquire(object(), listing._check_open)
        assert in_child(lambda: [item.key for item in listing]) == ["key"]

    def test_streams_of_the_parent_raise_in_the_child(self, project, in_child):
        project.put("forks", "key", os.urandom(2_000_000))
        upload = project.upload_object("forks", "upload")
        with project.download_object("forks", "key") as download:
            # Fill the buffers of both streams.
            download.read(1)
            upload.write(b"the ")

            def child():
                uses = (
                    upload.commit,
                    download.read,
                    lambda: download.read(1),
                    lambda: upload.write(b"d"),
                    lambda: upload.write(bytes(1_000_000)),
                )
                for use in uses:
                    with pytest.raises(errors.ForkError):
                        use()
                download.close()  # as clean-up code in the child may do
                return True

            assert in_child(child)
            assert len(download.read()) == 1_999_999
        upload.write(b"data")
        upload.commit()
        assert project.get("forks", "upload") == b"the data"

    def test_revival_can_be_forbidden(self, project, in_child, monkeypatch):
        project.put("forks", "key", b"data")
        monkeypatch.setenv("UPLINK_FORK_REVIVAL", "0")
        start = time.monotonic()
        with pytest.raises(errors.ForkError, match="UPLINK_FORK_REVIVAL"):
            in_child(lambda: project.get("forks", "key"))
        assert time.monotonic() - start < 5
        assert in_child(lambda: repr(project)) == repr(project)
        assert project.get("forks", "key") == b"data"

    def test_without_memfd_the_copy_lies_in_a_folder(self, project, in_child, monkeypatch):
        project.put("forks", "key", b"data")
        monkeypatch.delattr(os, "memfd_create", raising=False)
        assert in_child(lambda: project.get("forks", "key")) == b"data"

    def test_without_files_in_memory_and_folders_it_is_a_fork_error(self, project, in_child, monkeypatch, tmp_path):
        project.stat_bucket("forks")
        monkeypatch.delattr(os, "memfd_create", raising=False)
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
        with pytest.raises(errors.ForkError, match=r"no files in memory; .*nowhere"):
            in_child(lambda: project.stat_bucket("forks"))

    def test_what_cannot_be_loaded_is_a_fork_error(self, project, in_child, monkeypatch):
        project.stat_bucket("forks")
        monkeypatch.setattr(_ffi.Process.this(), "origin", "/not/there")
        with pytest.raises(errors.ForkError, match="/not/there"):
            in_child(lambda: project.stat_bucket("forks"))

    def test_what_is_awaited_works_on_in_the_child(self, project, in_child):
        project.put("forks", "key", b"data")
        shared = uplink.aio.Project(project.access)

        async def get():
            async with asyncio.timeout(10) if sys.version_info >= (3, 11) else contextlib.nullcontext():
                return await shared.get("forks", "key")

        async def main():
            assert await get() == b"data"
            # The child cannot use the parent's event loop, so it starts another one in another thread.
            child = lambda: ThreadPoolExecutor().submit(asyncio.run, get()).result(20)  # noqa: E731
            data = in_child(child)
            await shared.close()
            return data

        assert asyncio.run(main()) == b"data"

    def test_finalizers_do_nothing_in_the_child(self, project, in_child):
        project.put("forks", "key", os.urandom(2_000_000))
        streams = [project.upload_object("forks", "upload"), project.download_object("forks", "key")]

        def child():
            streams.clear()
            return True

        assert in_child(child)
        for stream, end in zip(streams, ("abort", "close"), strict=True):
            getattr(stream, end)()


UNDER_WAY = """
import sys
if sys.argv[2] == "greenlet":
    import gevent.monkey
    gevent.monkey.patch_all()

import asyncio, ctypes, os, signal, time
import uplink

fork = os.fork if sys.argv[1] == "os.fork" else ctypes.PyDLL(None).fork
access = uplink.Access.from_env()

def waits():
    project = access.open_project()
    signal.signal(signal.SIGALRM, lambda *_: pids.append(fork()))
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        project.stat_bucket("bucket", timeout=1.5)
    except uplink.errors.ForkError:
        os._exit(0)
    except uplink.errors.DeadlineExceededError:
        assert pids[0], "the child has waited in vain"

async def awaits():
    project = uplink.aio.Project(access)
    task = asyncio.create_task(project.stat_bucket("bucket", timeout=1.5))
    await asyncio.sleep(0.3)
    pids.append(fork())
    if not pids[0]:
        task.get_coro().close()
        os._exit(0)
    await asyncio.wait([task])
    assert isinstance(task.exception(), uplink.errors.DeadlineExceededError)
    await project.close()

def greenlet_waits():
    project = access.open_project()
    greenlet = gevent.spawn(project.stat_bucket, "bucket", timeout=1.5)
    gevent.sleep(0.3)
    pids.append(os.fork())
    greenlet.join()
    if not pids[0]:
        os._exit(0 if isinstance(greenlet.exception, uplink.errors.ForkError) else 1)
    assert isinstance(greenlet.exception, uplink.errors.DeadlineExceededError)

pids = []
if sys.argv[2] == "waits":
    waits()
elif sys.argv[2] == "awaits":
    asyncio.run(awaits())
else:
    greenlet_waits()
pid = pids[0]
"""


@needs_fork
@pytest.mark.parametrize(
    ("fork", "use"),
    [
        ("os.fork", "waits"),
        ("fork in C", "waits"),
        ("os.fork", "awaits"),
        ("fork in C", "awaits"),
        # gevent's hub does not survive a fork in C, so that case is not tested.
        ("os.fork", "greenlet"),
    ],
)
def test_a_call_that_is_under_way_at_the_fork_ends_in_the_child(python, own_network, fork, use):
    if use == "greenlet":
        pytest.importorskip("gevent")
    own_network.pause()
    access = {"UPLINK_ACCESS": own_network.access_grant, "PYTHONWARNINGS": "ignore"}
    assert python(UNDER_WAY + WAIT, fork, use, **access) == "status 0\n"


WITHOUT_PROC = """
import os, tempfile, uplink

uplink.detached_calls()
assert not os.path.exists("/proc/self")
child = os.fork()
if not child:
    print(uplink.detached_calls(), flush=True)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
print(os.listdir(tempfile.gettempdir()))
"""


@needs_fork
def test_without_a_proc_file_system_the_copy_lies_in_a_folder(tmp_path):
    unshare = ["unshare", "--map-root-user", "--mount", "sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "sh"]
    if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system does not let the test hide the proc file system")
    command = [*unshare, sys.executable, "-W", "ignore", "-c", WITHOUT_PROC]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "0\n[]\n", "")


# The end of a program that has forked a child with the process ID `pid`.
WAIT = """
for _ in range(500):
    done, status = os.waitpid(pid, os.WNOHANG)
    if done:
        print("status", os.waitstatus_to_exitcode(status))
        break
    time.sleep(0.02)
else:
    os.kill(pid, 9)
    print("hangs")
"""

LOADING = """
import ctypes, os, sys, threading, time
from uplink import _ffi, errors
from uplink._ffi import _loading
import uplink

real = _loading._load_original
loaded = threading.Event()

def slowly(path):
    module = real(path)
    loaded.set()
    time.sleep(3)
    return module

_loading._load_original = slowly
threading.Thread(target=_ffi.current, daemon=True).start()
loaded.wait()
pid = os.fork() if sys.argv[1] == "os.fork" else ctypes.PyDLL(None).fork()
if pid == 0:
    try:
        uplink.Access.parse("nonsense")
    except errors.InvalidAccessError:
        os._exit(0)
    os._exit(1)
"""


@needs_fork
@pytest.mark.parametrize("fork", ["os.fork", "fork in C"])
def test_a_fork_while_another_thread_loads_the_extension(python, fork):
    assert python(LOADING + WAIT, fork, PYTHONWARNINGS="ignore") == "status 0\n"


IMPORTING = """
import os, sys, threading, time
import uplink

started = threading.Event()

class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[2]:
            started.set()
            time.sleep(1)

sys.meta_path.insert(0, Slow())
threading.Thread(target=exec, args=(sys.argv[1], {"uplink": uplink}), daemon=True).start()
started.wait()
pid = os.fork()
if pid == 0:
    exec(sys.argv[1])
    os._exit(0)
"""


@needs_fork
@pytest.mark.parametrize(
    ("statement", "slow"),
    [
        # The import has begun, and the module is not yet in `sys.modules`.
        ("uplink.Access", "uplink.access"),
        ("uplink.aio", "uplink.aio"),
        ("uplink.errors", "uplink.errors"),
        ("uplink.Access", "uplink._calls.project"),
        ("uplink.Project.put", "uplink._whole"),
        ("uplink.Project.put", "uplink._calls.streams"),
        ("uplink.aio", "uplink.aio._driver"),
        ("from uplink import aio", "uplink.aio._driver"),
        ("import uplink.aio", "uplink.aio._driver"),
        ("from uplink.aio import Project", "uplink.aio._driver"),
        ("uplink.detached_calls()", "uplink._ffi._needs"),
        ("uplink.detached_calls()", "tempfile"),
    ],
)
def test_a_fork_while_another_thread_imports_a_part(python, statement, slow):
    assert python(IMPORTING + WAIT, statement, slow, PYTHONWARNINGS="ignore") == "status 0\n"


IMPORTING_LATE = """
import os, sys, threading, time

started = threading.Event()

class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == "uplink._whole":
            started.set()
            time.sleep(1)

def begin():
    threading.Thread(target=exec, args=("uplink.Project.put", {"uplink": uplink}), daemon=True).start()
    started.wait(0.3)

# Runs after the handler of uplink, which is registered later.
os.register_at_fork(before=begin)
import uplink

uplink.Project
sys.meta_path.insert(0, Slow())
pid = os.fork()
if pid == 0:
    uplink.Project.put
    os._exit(0)
# The thread goes on.
assert started.wait(10)
"""


@needs_fork
def test_no_import_begins_between_the_wait_and_the_fork(python):
    assert python(IMPORTING_LATE + WAIT, PYTHONWARNINGS="ignore") == "status 0\n"
