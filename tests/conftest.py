"""Fixtures of all tests: a network, an access to it, and the check that all native handles are freed.

The network comes from the fixtures of `uplink.testing`; docs/testing.md describes how it is chosen.
"""

from __future__ import annotations

import asyncio
import gc
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

import uplink
from uplink import _ffi
from uplink_localnet import LocalNetwork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from uplink.testing import Network

# Each example uses a network, and its duration is not tested.
hypothesis.settings.register_profile(
    "default", deadline=None, max_examples=40, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
hypothesis.settings.register_profile("thorough", hypothesis.settings.get_profile("default"), max_examples=1000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

pytest_plugins = ["pytester"]

# A shell starts background jobs with SIGINT ignored.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Exclude what pytest has collected from garbage collections, which take half a second otherwise."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def network(storj_network: Network) -> Network:
    """The network of the session. A test that needs an attribute that this network has not is skipped."""
    return storj_network


@pytest.fixture
def own_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalNetwork]:
    """A local network for one test, which may stop it or make it fail."""
    can_pause = hasattr(signal, "SIGSTOP")
    if not can_pause:
        monkeypatch.setattr(LocalNetwork, "pause", lambda _: pytest.skip("this system cannot pause a process"))
    with LocalNetwork() as local:
        yield local
        if local.running and can_pause:
            local.resume()


@pytest.fixture(scope="session")
def grant(storj_network: Network) -> str:
    """A serialized access grant with all permissions."""
    return storj_network.access_grant


@pytest.fixture(scope="session")
def access(storj_access: uplink.Access) -> uplink.Access:
    """An access with all permissions."""
    return storj_access


@pytest.fixture
def bucket(access: uplink.Access) -> Iterator[str]:
    """A bucket of one test, with a small and a large object in it."""
    name = f"test-{secrets.token_hex(8)}"
    with uplink.open_project(access) as project:
        project.ensure_bucket(name)
        project.put(name, "small", b"data")
        project.put(name, "large", bytes(100_000))
        yield name
        project.delete_bucket(name, with_objects=True)


@pytest.fixture(scope="session")
def unreachable() -> Iterator[uplink.Access]:
    """An access to a network that has stopped, whose port stays reserved."""
    with LocalNetwork() as local:
        access = uplink.Access.parse(local.access_grant)
    with socket.socket() as held:
        # Servers that some tests start at this port have the option, too.
        held.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_REUSEPORT", socket.SO_REUSEADDR), 1)
        held.bind(("127.0.0.1", int(access.satellite_address.rpartition(":")[2])))
        yield access


@pytest.fixture(scope="session")
def python() -> Callable[..., str]:
    """Run a program in a new interpreter with these arguments and variables, and return its output."""

    def run(program: str, *arguments: str, **environment: str) -> str:
        result = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    return run


class Counts:
    """How much of a resource this process has, on Linux."""

    @staticmethod
    def sockets() -> int:
        return sum(entry.is_socket() for entry in Path("/proc/self/fd").iterdir())

    @staticmethod
    def resident() -> int:
        """Return the size of the process in memory, in bytes."""
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    @staticmethod
    def settled(what: Callable[[], int], limit: int, seconds: float = 10.0) -> int:
        """Wait until a number is at or below the limit, and return it."""
        deadline = time.monotonic() + seconds
        while what() > limit and time.monotonic() < deadline:
            gc.collect()
            time.sleep(0.05)
        return what()


@pytest.fixture
def counts() -> Counts:
    return Counts()


@pytest.fixture
def nothing_grows(counts: Counts) -> Iterator[Counts]:
    """Check that the numbers of goroutines and sockets after the test are as before."""
    lib = _ffi.current().lib
    counts.settled(uplink.detached_calls, 0)
    before = lib.uplink_internal_Goroutines(), counts.sockets()
    yield counts
    assert counts.settled(uplink.detached_calls, 0) == 0
    assert counts.settled(lib.uplink_internal_Goroutines, before[0] + 2) <= before[0] + 2
    assert counts.settled(counts.sockets, before[1]) <= before[1]


def end_filesystems() -> None:
    """Close the filesystems and the event loop that fsspec keeps until the process ends."""
    from fsspec.asyn import iothread, loop

    from uplink.fsspec import UplinkFileSystem

    for filesystem in UplinkFileSystem._cache.values():
        filesystem._twins.close()
    UplinkFileSystem.clear_instance_cache()
    if loop[0] is not None:
        asyncio.run_coroutine_threadsafe(loop[0].shutdown_asyncgens(), loop[0]).result(timeout=30)
        loop[0].call_soon_threadsafe(loop[0].stop)
        iothread[0].join()
        loop[0].close()
        loop[0] = iothread[0] = None


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Fail a test that does not free all native handles, or leaves an operation that does not end."""
    yield
    if "uplink.fsspec" in sys.modules:
        end_filesystems()
    lib = _ffi.current().lib
    if not lib.uplink_internal_UniverseIsEmpty():
        # Garbage may hold handles.
        gc.collect()
    assert lib.uplink_internal_UniverseIsEmpty(), "the test left a native handle"
    deadline = time.monotonic() + 5
    while lib.uplink_detached_operations() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert lib.uplink_detached_operations() == 0, "an operation in the background did not end"
