"""Servers that run the applications of the pages, as processes of their own."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.test_docs import examples

import uplink

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).resolve().parents[2] / "docs"

# What each application gets beside the page's: what the test asks for, and a file that says how it ended.
PROBE = '''
import asyncio, gc, os

from uplink import _ffi
from uplink.aio import _driver


def numbers():
    """Return the resident memory in bytes, and the process."""
    with open("/proc/self/statm") as file:
        pages = int(file.read().split()[1])
    return {"memory": pages * os.sysconf("SC_PAGE_SIZE"), "pid": os.getpid()}


async def ended():
    """Report in a file whether all native handles are free but for the queue of the event loop."""
    await _driver._Completions.of(asyncio.get_running_loop(), _ffi.current())._lifetime.aclose()
    gc.collect()
    with open(f"ended-{os.getpid()}", "w") as file:
        file.write("free" if _ffi.current().lib.uplink_internal_UniverseIsEmpty() else "handles are left")
'''


def write_modules(page: str, folder: Path) -> None:
    """Write the examples of a page that begin with the name of a file."""
    for source in examples((DOCS / page).read_text(encoding="utf-8")):
        if found := re.match(r"# (\w+\.py)\n", source):
            (folder / found[1]).write_text(source)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def program(name: str) -> str:
    """Return the path of a program beside this interpreter."""
    return str(Path(sys.executable).parent / name)


class Server:
    """A process that serves HTTP."""

    def __init__(self, folder: Path, *command: str) -> None:
        """Start a server, and wait until it accepts connections.

        Args:
            folder: The folder of the application.
            *command: The program and its arguments, in which PORT stands for the port.
        """
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = (folder / "log").open("w+b")
        self.process = subprocess.Popen(
            [word.replace("PORT", str(self.port)) for word in command],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder)},
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                break
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.05)

    def log(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the server and its workers, whatever they do."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> str:
        """Stop the server as a service manager does, wait for its end, and return its log."""
        if self.process.poll() is None:
            self.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(self.log()) from None
        return self.log()


@pytest.fixture
def serve(tmp_path, grant, monkeypatch) -> Iterator[object]:
    """Return a function that starts a server in the folder of the test."""
    monkeypatch.setenv("UPLINK_ACCESS", grant)
    (tmp_path / "probe.py").write_text(PROBE)
    servers: list[Server] = []

    def start(*command: str) -> Server:
        servers.append(Server(tmp_path, *command))
        return servers[-1]

    yield start
    for server in servers:
        server.kill()
        server._log.close()


@pytest.fixture
def photos(access) -> Iterator[uplink.Project]:
    """The project, with the bucket of the pages."""
    with uplink.open_project(access) as project:
        project.ensure_bucket("photos")
        yield project
        project.delete_bucket("photos", with_objects=True)
