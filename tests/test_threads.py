"""Threads that share projects and streams, and the errors where they may not."""

from __future__ import annotations

import collections
import concurrent.futures
import os
import secrets
import subprocess
import sys
import sysconfig
import threading
import time

import pytest

import uplink
from uplink import errors

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
free_threaded = pytest.mark.skipif(
    not sysconfig.get_config_var("Py_GIL_DISABLED"), reason="needs a free-threaded Python"
)


@pytest.fixture(autouse=True)
def hurried():
    """Switch between threads as often as possible, if there is a GIL."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.fixture
def project(access):
    with uplink.open_project(access) as project:
        yield project


@pytest.fixture
def bucket(access):
    name = f"test-{secrets.token_hex(8)}"
    with uplink.open_project(access) as project:
        project.ensure_bucket(name)
        yield name
        project.delete_bucket(name, with_objects=True)


def together(count, work):
    """Call `work` in `count` threads that start at the same time, and return the results."""
    barrier = threading.Barrier(count)

    def one(number):
        barrier.wait()
        return work(number)

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def patiently(call, *arguments):
    """Repeat a call until it is not refused because of another thread, and return its result."""
    while True:
        try:
            return call(*arguments)
        except errors.BusyError:  # noqa: PERF203
            time.sleep(0)


def error_of(call, *arguments):
    """Return the error of a call, or `None`."""
    try:
        call(*arguments)
    except errors.UplinkError as error:
        return error


# ---- Projects ----


def test_one_project_in_64_threads(project, bucket):
    def work(number):
        keys = [f"{number}/{index}" for index in range(3)]
        data = {key: secrets.token_bytes(1000) for key in keys}
        for key in keys:
            assert project.put(bucket, key, data[key]).size == 1000
        assert {key: project.get(bucket, key) for key in keys} == data
        assert {item.key for item in project.list_objects(bucket, prefix=f"{number}/")} == set(keys)
        assert project.delete_object(bucket, keys[0]).key == keys[0]
        with pytest.raises(errors.ObjectNotFoundError):
            project.stat_object(bucket, keys[0])
        return set(keys[1:])

    left = set().union(*together(64, work))
    assert {item.key for item in project.list_objects(bucket, recursive=True)} == left


def test_closing_a_project_that_64_threads_use(project, bucket):
    project.put(bucket, "small", b"data")
    project.put(bucket, "large", bytes(100_000))
    in_use = threading.Barrier(64)

    def work(number):
        if number >= 60:
            in_use.wait()
            return error_of(project.close)
        project.get(bucket, "small")
        in_use.wait()
        error = None
        while error is None:
            error = error_of(project.get, bucket, "large" if number % 2 else "small")
        return error

    results = together(64, work)
    assert results[60:] == [None] * 4
    assert {type(error) for error in results[:60]} <= {
        errors.ClosedError,
        errors.CancelledError,
        errors.StreamFailedError,
    }


def test_closing_a_project_while_threads_open_it(access, bucket):
    for _ in range(30):
        project = uplink.open_project(access)

        def work(number, project=project):
            return error_of(project.close) if number == 0 else error_of(project.stat_bucket, bucket)

        closing, *results = together(8, work)
        assert closing is None
        assert {type(error) for error in results} <= {errors.ClosedError, errors.CancelledError, type(None)}
        with pytest.raises(errors.ClosedError):
            project.stat_bucket(bucket)


# ---- Streams ----


@pytest.mark.parametrize("size", [100, 70_000])
def test_nothing_is_lost_of_an_upload_that_threads_share(project, bucket, size):
    records = 40 if size > 1000 else 2000
    upload = project.upload_object(bucket, "key")

    def work(number):
        for index in range(records):
            assert patiently(upload.write, f"{number}:{index};".encode().ljust(size, b".")) == size

    together(8, work)
    assert upload.commit().size == 8 * records * size
    data = project.get(bucket, "key")
    found = collections.Counter(data[start : start + size] for start in range(0, len(data), size))
    assert found == {
        f"{number}:{index};".encode().ljust(size, b"."): 1 for number in range(8) for index in range(records)
    }


@pytest.mark.parametrize("size", [64, 50_000, 300_000])
@pytest.mark.parametrize("into", [False, True], ids=["read", "readinto"])
def test_threads_that_share_a_download_get_each_byte_once(project, bucket, size, into):
    width = 8
    count = 1_500_000 // width
    project.put(bucket, "key", b"".join(number.to_bytes(width, "big") for number in range(count)))

    def work(_):
        numbers = []
        while True:
            if into:
                buffer = bytearray(size)
                data = buffer[: patiently(download.readinto, buffer)]
            else:
                data = patiently(download.read, size)
            if not data:
                return numbers
            read = [int.from_bytes(data[start : start + width], "big") for start in range(0, len(data), width)]
            assert read == list(range(read[0], read[0] + len(read)))
            numbers += read

    with project.download_object(bucket, "key") as download:
        results = together(8, work)
    assert sorted(number for numbers in results for number in numbers) == list(range(count))


def test_threads_that_share_a_listing_get_each_object_once(project, bucket, monkeypatch):
    monkeypatch.setattr("uplink._calls.listing.PAGE_SIZE", 10)
    monkeypatch.setattr("uplink._listing.PAGE_SIZE", 10)
    keys = [f"{number:03}" for number in range(100)]
    together(10, lambda number: [project.put(bucket, key, b"") for key in keys[number::10]])
    listing = project.list_objects(bucket)

    def work(_):
        found = []
        while (item := patiently(next, listing, None)) is not None:
            found.append(item.key)
        return found

    assert sorted(key for found in together(8, work) for key in found) == keys


def test_ending_an_upload_that_threads_use(project, bucket):
    for number in range(20):
        upload = project.upload_object(bucket, "key")

        def work(number, upload=upload):
            if number < 2:
                time.sleep(0.002)
                return error_of(upload.abort)
            while (error := error_of(upload.write, bytes(3000))) is None or isinstance(error, errors.BusyError):
                pass
            return error

        *aborts, _, _ = results = together(4, work)
        assert {type(error) for error in results} <= {
            errors.ClosedError,
            errors.CancelledError,
            errors.StreamFailedError,
            type(None),
        }
        assert None in aborts, number
        for call in (upload.commit, lambda upload=upload: upload.write(b"more")):
            assert isinstance(error_of(call), (errors.ClosedError, errors.StreamFailedError))
    with pytest.raises(errors.ObjectNotFoundError):
        project.stat_object(bucket, "key")


def test_an_upload_is_committed_once(project, bucket):
    for _ in range(10):
        upload = project.upload_object(bucket, "key")
        upload.write(b"data")
        results = together(8, lambda _, upload=upload: error_of(upload.commit))
        assert results.count(None) == 1
        assert {type(error) for error in results} <= {errors.BusyError, errors.ClosedError, type(None)}
        assert project.get(bucket, "key") == b"data"


def test_closing_a_download_that_threads_use(project, bucket):
    project.put(bucket, "key", bytes(5_000_000))
    for _ in range(20):
        download = project.download_object(bucket, "key")

        def work(number, download=download):
            if number < 2:
                time.sleep(0.002)
                return error_of(download.close)
            while (error := error_of(download.read, 3000)) is None or isinstance(error, errors.BusyError):
                pass
            return error

        results = together(4, work)
        assert results[:2] == [None, None]
        assert {type(error) for error in results[2:]} == {errors.ClosedError}
        with pytest.raises(errors.ClosedError):
            download.read(1)


# ---- Loading ----

LOADING = """
import concurrent.futures, os, sys, threading
import uplink
from uplink import _ffi, errors

def load(barrier):
    barrier.wait()
    boundary = _ffi.current()
    for name in dir(boundary.lib):
        getattr(boundary.lib, name)
    for name in ("UplinkObject *", "UplinkOperation[]", "UplinkConfig *", "char[]"):
        boundary.ffi.typeof(name)
    try:
        uplink.Access.parse("nonsense")
    except errors.InvalidAccessError:
        return id(boundary)

def load_everywhere():
    barrier = threading.Barrier(32)
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        found = set(pool.map(load, [barrier] * 32))
    assert len(found) == 1 and None not in found, found
    # A module that does not declare itself safe without the GIL enables the GIL.
    assert not SWITCHED_OFF or not sys._is_gil_enabled()

load_everywhere()
if sys.argv[1:] == ["fork"]:
    child = os.fork()
    if child == 0:
        load_everywhere()
        sys.stdout.flush()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
print("loaded")
"""


@pytest.mark.parametrize("mode", ["alone", pytest.param("fork", marks=needs_fork)])
def test_many_threads_load_the_library_at_once(mode):
    switched_off = not getattr(sys, "_is_gil_enabled", lambda: True)()
    program = f"SWITCHED_OFF = {switched_off}\n{LOADING}"
    # Python warns of forks in a process with threads.
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program, mode]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "loaded\n"), done.stderr


USED = """
import asyncio, sys
import uplink

access = uplink.Access.parse(sys.argv[1])
with access.open_project() as project:
    project.put(sys.argv[2], "key", b"data")

async def get():
    async with uplink.aio.open_project(access) as project:
        return await project.get(sys.argv[2], "key")

assert asyncio.run(get()) == b"data"
print(sys._is_gil_enabled())
"""


@free_threaded
def test_the_library_leaves_the_global_lock_off(grant, bucket):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON_GIL"}
    done = subprocess.run(
        [sys.executable, "-c", USED, grant, bucket],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "False\n", "")
