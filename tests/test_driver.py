"""Ctrl-C and deadlines of synchronous calls."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from fractions import Fraction
from pathlib import Path

import pytest

import uplink
from uplink import errors
from uplink._driver import Deadline, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")

SIZE = 20_000_000


@pytest.fixture
def frozen(own_network):
    """A project on a paused network, with streams that were opened before the pause."""
    with uplink.Access.parse(own_network.access_grant).open_project() as project:
        project.ensure_bucket("bucket")
        project.put("bucket", "key", secrets.token_bytes(SIZE))
        yield project, own_network


def interrupted(call):
    """Send SIGINT while the call waits, and return the seconds until the call has returned."""
    sent = []

    def interrupt():
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.15, interrupt)
    try:
        timer.start()
        call()
    except KeyboardInterrupt:
        return time.monotonic() - sent[0]
    finally:
        timer.cancel()
        timer.join()
    pytest.fail("the call returned before it was interrupted")


def endless_upload(upload):
    data = secrets.token_bytes(1_000_000)
    while True:
        upload.write(data)


CALLS = {
    "stat": lambda project: project.stat_object("bucket", "key"),
    "get": lambda project: project.get("bucket", "key"),
    "put": lambda project: project.put("bucket", "new", secrets.token_bytes(SIZE)),
    "small put": lambda project: project.put("bucket", "new", b"data"),
    "listing": lambda project: list(project.list_objects("bucket")),
    "delete": lambda project: project.delete_object("bucket", "key"),
}


@pytest.mark.parametrize("call", list(CALLS))
def test_ctrl_c_while_the_network_is_frozen(frozen, call):
    project, network = frozen
    network.pause()
    # Usually it is ten times faster. A loaded machine may be late once.
    assert min(interrupted(lambda: CALLS[call](project)) for _ in range(3)) < 0.1
    network.resume()


def test_ctrl_c_during_streams(frozen):
    project, network = frozen
    latencies = []
    for _ in range(3):
        network.resume()
        with project.download_object("bucket", "key") as download:
            upload = project.upload_object("bucket", "new")
            upload.write(secrets.token_bytes(1_000_000))
            network.pause()
            latencies.append(interrupted(lambda: download.read()))  # noqa: PLW0108
            latencies.append(interrupted(lambda: endless_upload(upload)))  # noqa: B023
            with pytest.raises(errors.StreamFailedError):
                upload.commit()
            with pytest.raises(errors.StreamFailedError):
                download.read()
    network.resume()
    assert min(latencies[0::2]) < 0.1
    assert min(latencies[1::2]) < 0.1
    with pytest.raises(errors.ObjectNotFoundError):
        project.stat_object("bucket", "new")


@pytest.mark.parametrize("moment", ["before the start", "before the wait"])
def test_ctrl_c_at_any_moment_of_a_read(access, monkeypatch, moment):
    """The caller can use its memory again, and no error about it replaces the KeyboardInterrupt."""

    def interrupt(*_):
        raise KeyboardInterrupt

    def interrupted_run(call, timeout=None):
        if moment == "before the start":
            raise KeyboardInterrupt
        with monkeypatch.context() as context:
            context.setattr("uplink._driver._wait", interrupt)
            return run(call, timeout)

    name = f"test-{secrets.token_hex(8)}"
    with access.open_project() as project:
        project.ensure_bucket(name)
        project.put(name, "key", secrets.token_bytes(1_000_000))
        memory = bytearray(1_000_000)
        for read in (lambda download: download.read(), lambda download: download.readinto(memory)):
            with project.download_object(name, "key") as download:
                monkeypatch.setattr("uplink.download.run", interrupted_run)
                with pytest.raises(KeyboardInterrupt) as caught:
                    read(download)
                monkeypatch.setattr("uplink.download.run", run)
            memory.extend(b"not lent to anybody")
            assert caught.value.__context__ is None
        project.delete_bucket(name, with_objects=True)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_large_read_touches_no_memory_before_bytes_arrive(access, monkeypatch):
    """Filling the memory with zeros would delay all threads, Ctrl-C and time limits."""

    def resident():
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def not_run(*_):
        grown.append(resident() - before)
        raise KeyboardInterrupt

    name, size = f"test-{secrets.token_hex(8)}", 64 * 2**20
    grown = []
    with access.open_project() as project:
        project.ensure_bucket(name)
        project.put(name, "key", bytes(size))
        with project.download_object(name, "key") as download:
            before = resident()
            monkeypatch.setattr("uplink.download.run", not_run)
            with pytest.raises(KeyboardInterrupt):
                download.read()
            monkeypatch.setattr("uplink.download.run", run)
        assert grown[0] < size / 4
        project.delete_bucket(name, with_objects=True)


def test_ctrl_c_during_a_commit(frozen):
    project, network = frozen
    latencies = []
    for _ in range(3):
        network.resume()
        upload = project.upload_object("bucket", "new")
        upload.write(secrets.token_bytes(1_000_000))
        network.pause()
        latencies.append(interrupted(upload.commit))
        with pytest.raises(errors.StreamFailedError):
            upload.commit()
    network.resume()
    assert min(latencies) < 0.1


def test_ctrl_c_while_the_network_is_fine(access):
    with uplink.open_project(access) as project:
        name = f"test-{secrets.token_hex(8)}"
        project.ensure_bucket(name)
        latency = []
        for _ in range(3):
            upload = project.upload_object(name, "key")
            latency.append(interrupted(lambda: endless_upload(upload)))  # noqa: B023
            # The upload is still open if Ctrl-C came between two writes.
            upload.abort()
        assert min(latency) < 0.1
        assert list(project.list_objects(name)) == []
        # Until uploads are aborted, the bucket is not empty.
        project.delete_bucket(name, with_objects=True)


def test_other_threads_wait_without_signals(access):
    results = []

    def work():
        with uplink.open_project(access) as project:
            results.append([bucket.name for bucket in project.list_buckets()])
            with pytest.raises(errors.DeadlineExceededError):
                project.stat_bucket("photos", timeout=0)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(results) == 8


def test_closing_from_another_thread_ends_a_call(frozen):
    _, network = frozen
    with uplink.Access.parse(network.access_grant).open_project() as other:
        other.stat_bucket("bucket")
        network.pause()
        timer = threading.Timer(0.2, lambda: other.close(timeout=5))
        timer.start()
        start = time.monotonic()
        with pytest.raises(errors.UplinkError):
            other.stat_bucket("bucket")
        assert time.monotonic() - start < 3
        network.resume()
        timer.join()


def test_deadline():
    assert Deadline(None).left() is None
    left = Deadline(10).left()
    assert left is not None
    assert 9 < left <= 10
    assert Deadline(0).left() == 0
    with pytest.raises(errors.InvalidArgumentError):
        Deadline(-1)


PROGRAM = """
import os, uplink
project = uplink.Access.parse(os.environ["GRANT"]).open_project()
project.ensure_bucket("at-exit")
project.put("at-exit", "key", bytes(1000000))
upload = project.upload_object("at-exit", "new")
upload.write(bytes(1000000))
download = project.download_object("at-exit", "key")
download.read(10)
print("ready", flush=True)
"""


def test_the_interpreter_exits_with_everything_open(network):
    environment = {**os.environ, "GRANT": network.access_grant}
    start = time.monotonic()
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (result.returncode, result.stdout) == (0, "ready\n"), result.stderr
    assert time.monotonic() - start < 20


def test_a_limit_without_end(access):
    failures = []

    def work():
        try:
            with uplink.open_project(access) as project:
                for timeout in (float("inf"), 1e300, 10**400, Fraction(30)):
                    assert list(project.list_buckets(timeout=timeout)) is not None
        except BaseException as error:  # noqa: BLE001 - the assertion below shows it
            failures.append(error)

    work()
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(30)
    assert not failures


TWICE = """
import gc, os, signal, sys, threading, time, uplink
from uplink import _ffi

project = uplink.Access.parse(os.environ["GRANT"]).open_project()
download = project.download_object("bucket", "key")
os.kill(int(os.environ["NETWORK"]), signal.SIGSTOP)
time.sleep(0.1)
buffer = bytearray(20_000_000)

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(float(sys.argv[1]))
    os.kill(os.getpid(), signal.SIGINT)

thread = threading.Timer(0.2, interrupt)
interrupts = 0
try:
    try:
        thread.start()
        download.readinto(buffer)
    except KeyboardInterrupt:
        interrupts += 1
        thread.join()
        time.sleep(0.1)
except KeyboardInterrupt:
    interrupts += 1
thread.join()
buffer.clear()
project.close()
del download
gc.collect()
print(interrupts, _ffi.current().lib.uplink_internal_UniverseIsEmpty())
"""


@pytest.mark.parametrize("milliseconds", [1, 10, 25])
def test_ctrl_c_twice(frozen, milliseconds):
    _, network = frozen
    environment = {**os.environ, "GRANT": network.access_grant, "NETWORK": str(network.pid)}
    command = [sys.executable, "-W", "ignore", "-c", TWICE, str(milliseconds / 1000)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    os.kill(network.pid, signal.SIGCONT)
    interrupts, empty = result.stdout.split()
    assert int(interrupts) >= 1, result.stderr
    assert empty == "True", result.stderr
