"""The process of a network: its start and end, its log, and the line of JSON when it is ready."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from uplink_localnet._control import Control
from uplink_localnet._errors import LocalNetworkError
from uplink_localnet._executable import executable

_LOG_TAIL = 4000


@dataclass(frozen=True)
class Edge:
    """The addresses of the edge service, and the certificate of its auth service."""

    auth_service: str
    link_sharing: str
    certificate_pem: str


@dataclass(frozen=True)
class Ready:
    """The line of JSON that the executable prints when the network is ready."""

    satellite: str
    api_key: str
    access: str
    pid: int
    edge: Edge
    control: Control

    @classmethod
    def parse(cls, line: bytes) -> Ready:
        """Return the parsed line; `ValueError` or `TypeError` if it has another form."""
        fields = json.loads(line)
        edge, control = Edge(**fields.pop("edge")), Control(**fields.pop("control"))
        return cls(**fields, edge=edge, control=control)


class Process:
    """A network's process, and the folder that holds its log and its temporary files.

    The process ends, and the folder is removed, at the latest when this object is collected or the
    interpreter ends. A forked child leaves both to its parent.
    """

    def __init__(self, arguments: list[str]) -> None:
        """Start the executable with the arguments of its command `run`."""
        command = [str(executable()), "run", "--exit-with-stdin", *arguments]
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="uplink-localnet-"))
            self._popen = _spawn(command, self.folder)
        except OSError as error:
            raise LocalNetworkError(f"cannot run {command[0]}: {error}") from error
        self._owner = os.getpid()
        self._paused = False
        # Kills the process if it still runs, and removes the folder; also when this object is
        # collected.
        self.close = weakref.finalize(self, _close, self._popen, self.folder, self._owner)

    @property
    def inherited(self) -> bool:
        """Whether a parent of this process started the network, and alone may end or pause it."""
        return self._owner != os.getpid()

    @property
    def running(self) -> bool:
        """Whether the process has not ended; always true in a forked child, which cannot check."""
        return self.inherited or self._popen.poll() is None

    @property
    def log(self) -> str:
        """The end of the log."""
        return _tail(self.folder / "log")

    def wait_ready(self, timeout: float) -> Ready:
        """Wait for the line that the network prints when it is ready, and return it."""
        line = _read_line(self._popen.stdout, timeout)
        if line is None:
            raise LocalNetworkError(f"the local network was not ready after {timeout:g} seconds", self.log)
        if not line:
            code = self._popen.wait()
            raise LocalNetworkError(f"the local network ended with exit code {code}", self.log)
        try:
            return Ready.parse(line)
        except (ValueError, TypeError, KeyError) as error:
            raise LocalNetworkError(
                f"the local network printed {line!r}, which is not its ready line", self.log
            ) from error

    def stop(self, timeout: float) -> None:
        """Ask the process to end, kill it after the timeout, and remove the folder."""
        if self._paused and self._popen.poll() is None:
            self.resume()
        if self._popen.stdin is not None:
            with contextlib.suppress(OSError):
                self._popen.stdin.close()  # on Windows, this is the signal to stop
        if sys.platform != "win32":
            self._popen.terminate()
        try:
            self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        self.close()

    def pause(self) -> None:
        """Freeze the process, and return when all of its threads are stopped.

        On macOS it may return a little earlier.
        """
        self._signal("SIGSTOP")
        if sys.platform == "linux":  # macOS has no waitid
            os.waitid(os.P_PID, self._popen.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        self._paused = True

    def resume(self) -> None:
        """Let a frozen process run on."""
        self._signal("SIGCONT")
        self._paused = False

    def _signal(self, name: str) -> None:
        number = getattr(signal, name, None)
        if self.inherited:
            raise LocalNetworkError("the local network belongs to the parent process: pause and resume it there")
        if number is None:
            raise LocalNetworkError(f"{sys.platform} has no {name}: a local network cannot be paused here")
        if not self.running:
            raise LocalNetworkError("the local network is not running")
        self._popen.send_signal(number)


def _spawn(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """Start the executable.

    Its temporary files go into the folder, so that nothing is left when it is killed.
    """
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP
    try:
        with (folder / "log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own executable
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, "TMPDIR": str(folder), "TMP": str(folder)},
                # Ctrl-C at the terminal must reach this process alone, which then ends the network.
                start_new_session=sys.platform != "win32",
                creationflags=flags,
            )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _close(popen: subprocess.Popen[bytes], folder: Path, owner: int) -> None:
    """Kill the process if it still runs, and remove the folder; do nothing in a forked child."""
    if owner != os.getpid():
        return
    if popen.poll() is None:
        popen.kill()
        popen.wait()
    for stream in (popen.stdin, popen.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    shutil.rmtree(folder, ignore_errors=True)


def _read_line(stream: IO[bytes] | None, timeout: float) -> bytes | None:
    """Return the next line, or None if it takes longer than the timeout."""
    assert stream is not None
    lines: list[bytes] = []
    # A thread, because Windows cannot wait for a pipe.
    reader = threading.Thread(target=lambda: lines.append(stream.readline()), daemon=True)
    reader.start()
    reader.join(timeout)
    return lines[0] if lines else None


def _tail(log: Path) -> str:
    """Return the end of the log, empty if it cannot be read."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _LOG_TAIL))
            return file.read().decode(errors="replace").strip()
    except OSError:
        return ""
