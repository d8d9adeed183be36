"""A Storj network for one machine, started from Python.

Example:
    >>> from uplink_localnet import LocalNetwork
    >>> with LocalNetwork() as network:
    ...     print(network.access_grant)  # doctest: +SKIP
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import weakref
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

from uplink_localnet._control import Control
from uplink_localnet._errors import LocalNetworkError
from uplink_localnet._faults import Fault, Faults
from uplink_localnet._process import arguments, end, executable, read_line, tail
from uplink_localnet._types import Self

__all__ = ["Fault", "Faults", "LocalNetwork", "LocalNetworkError", "executable"]


@dataclass(frozen=True)
class _Ready:
    """The line that the executable prints when the network is up."""

    satellite: str
    api_key: str
    access: str
    pid: int
    control: dict[str, str]


class LocalNetwork:
    """A satellite and storage nodes in a process of their own.

    Used as a context manager it runs within the block; otherwise `start` and `stop` do the same. It ends
    when this process ends, however that happens. To a forked child it is its parent's: it can be used there, and
    neither be stopped nor paused.

    Args:
        directory: Where the network keeps its identity, keys and data. Started again in the same directory it
            is the same network. Other users must not be able to write to it. Without one the network forgets
            everything when it stops.
        nodes: The number of storage nodes. By default what the directory has, or 10.
        redundancy: How many pieces of each segment are required, trigger a repair, are enough for an upload
            and are made in all, such as ``(4, 6, 8, 10)`` or ``"4/6/8/10"``. By default what the directory has,
            or what suits the number of nodes.
        listen: The satellite's address as ``host:port``. By default the one it had in the directory, or a
            free port of 127.0.0.1.
        wan: Whether it is far away: each connection has a round-trip time of 40 ms, and 50 Mbit/s. For other
            links there is `Faults.links`.
        noise: Whether nodes speak Noise beside TLS and advertise it, as real nodes do.
        fast_open: Whether nodes advertise TCP Fast Open, as real nodes on Linux do; other systems never do.
        debounce: Whether nodes advertise that they drop a connection that repeats the first message of another. Without
            it clients do not dial them twice at once.
        limits: ``"storj"`` gives all projects the limits of Storj's satellites: 100 requests a second, 100 buckets,
            one write a second to each key with three at once. By default these are off; `limit` sets single ones.

    Attributes:
        faults: What makes it fail while it runs.

    Example:
        ```python
        from uplink_localnet import LocalNetwork

        with LocalNetwork(nodes=10) as network, network.faults.nodes(0, down=True):
            print(network.access_grant)
        ```
    """

    def __init__(
        self,
        *,
        directory: str | os.PathLike[str] | None = None,
        nodes: int | None = None,
        redundancy: tuple[int, int, int, int] | str | None = None,
        listen: str | None = None,
        wan: bool = False,
        limits: Literal["storj"] | None = None,
        noise: bool = True,
        fast_open: bool = True,
        debounce: bool = True,
    ) -> None:
        """Remember the settings; nothing is started yet."""
        switches = {
            "--wan": wan,
            "--no-noise": not noise,
            "--no-fastopen": not fast_open,
            "--no-debounce": not debounce,
        }
        self._arguments = [
            *arguments(directory, nodes, redundancy, listen),
            *(name for name, given in switches.items() if given),
        ]
        if limits is not None:
            self._arguments += ["--limits", limits]
        self.faults: Faults = Faults(lambda: Control(**self._running().control))
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()
        self._scratch: Path | None = None
        self._finalizer: weakref.finalize[..., LocalNetwork] | None = None
        self._ready: _Ready | None = None
        self._paused = False

    @property
    def satellite_address(self) -> str:
        """The satellite as ``id@host:port``."""
        return self._running().satellite

    @property
    def api_key(self) -> str:
        """An API key of the network's project with all permissions."""
        return self._running().api_key

    @property
    def access_grant(self) -> str:
        """A serialized access grant for all of the network's project."""
        return self._running().access

    @property
    def pid(self) -> int:
        """The process id of the network."""
        return self._running().pid

    @property
    def running(self) -> bool:
        """Whether the network was started and has not ended since; in a forked child, whether it ran at the fork."""
        return self._inherited or (self._process is not None and self._process.poll() is None)

    @property
    def log(self) -> str:
        """The end of what the network has logged."""
        return "" if self._scratch is None else tail(self._scratch / "log")

    def start(self, timeout: float = 10.0) -> Self:
        """Start the network and wait until it is ready.

        Args:
            timeout: How many seconds it may take.

        Returns:
            The network itself.

        Raises:
            LocalNetworkError: It is not installed, is running already, or did not come up.
        """
        if self.running:
            raise LocalNetworkError("the local network is running already")
        self._release()
        command = [str(executable()), "run", "--exit-with-stdin", *self._arguments]
        try:
            self._process = self._spawn(command)
            self._ready = self._wait_ready(self._process, timeout)
        except OSError as error:
            self._release()
            raise LocalNetworkError(f"cannot run {command[0]}: {error}") from error
        except BaseException:
            self.kill()
            raise
        return self

    def stop(self, timeout: float = 5.0) -> None:
        """Stop the network; one that is not running is left alone, and so is that of a parent process.

        Args:
            timeout: After how many seconds it is killed.
        """
        process = self._process
        if process is None or self._inherited:
            return
        if self._paused and process.poll() is None:
            self.resume()
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()  # on Windows, this is the signal to stop
        if sys.platform != "win32":
            process.terminate()
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._release()

    def kill(self) -> None:
        """End the network at once, as a crash or a power cut would."""
        if self._process is not None and not self._inherited:
            self._process.kill()
            self._process.wait()
            self._release()

    def pause(self) -> None:
        """Freeze the network: connections stay open, but nothing answers.

        Raises:
            LocalNetworkError: It is not running, or this is Windows.
        """
        self._signal("SIGSTOP")
        if sys.platform == "linux":  # macOS has no waitid
            # A process with several threads stops a little later; until then it may still answer.
            os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        self._paused = True

    def resume(self) -> None:
        """Let a frozen network go on.

        Raises:
            LocalNetworkError: It is not running, or this is Windows.
        """
        self._signal("SIGCONT")
        self._paused = False

    def calls(self, *ends: Literal["satellite"] | int, hit: bool = False) -> Counter[str]:
        """Count the calls that came since the network was started, by their names.

        The requests within a batch count as calls, and the batch as one more. Counters can be subtracted, so calls of
        a part of a program are the difference of two.

        Args:
            ends: Whose calls: `"satellite"`, and numbers of nodes; those of all of them if none is given.
            hit: Whether to count only how often a fault struck a call.

        Returns:
            How often each call came; 0 for those that never came.

        Raises:
            LocalNetworkError: An end is not one, or the network does not run.

        Example:
            ```python
            import uplink
            from uplink_localnet import LocalNetwork

            with LocalNetwork() as network:
                with uplink.Access.parse(network.access_grant).open_project() as project:
                    project.ensure_bucket("photos")
                    before = network.calls()
                    project.put("photos", "cat.jpg", b"meow")
                    made = network.calls() - before
            assert made["BeginObject"] == made["CommitObject"] == 1
            assert made["Upload"] == 0  # so small an object needs no storage node
            ```
        """
        return Control(**self._running().control).calls(ends, hit=hit)

    def limit(self, *, project: str = "", **limits: int | str) -> dict[str, int]:
        """Set limits of a project, at once; an operation that goes beyond one fails as on a real satellite.

        Args:
            project: Its name; by default the first one, which `access_grant` opens.
            limits: Their new values, 0 for no limit: `requests` and `key_writes` a second, `storage`, `bandwidth`,
                `metadata` and `part_size` in bytes, `segments` and `buckets`. A text may have a unit, such as
                `"20KB"`, `"3MiB"` and `"1GB"`. Others stay. Until they are set, `metadata` is 2 KiB and `part_size`,
                the least size of an upload's parts but the last, 5 MiB.

        Returns:
            All limits that are set now.

        Raises:
            LocalNetworkError: There is no such project or limit, a value is neither a whole number nor a size, or the
                network does not run.

        Example:
            ```python
            from uplink_localnet import LocalNetwork

            with LocalNetwork() as network:
                network.limit(storage="1MB", requests=100)
                assert "requests" not in network.limit(requests=0)
            ```
        """
        named = {name.replace("_", "-"): value for name, value in limits.items()}
        _, answer = Control(**self._running().control).ask("POST", "/limit", {"project": project, "limits": named})
        return {name.replace("-", "_"): value for name, value in answer.items()}

    def __enter__(self) -> Self:
        """Start the network, unless it is running already."""
        return self if self.running else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the network."""
        self.stop()

    def __repr__(self) -> str:
        """Show whether and where it runs."""
        if self.running and self._ready is not None:
            return f"<LocalNetwork {self._ready.satellite} pid={self._ready.pid}>"
        return "<LocalNetwork not running>"

    @property
    def _inherited(self) -> bool:
        """Whether this is a forked child, and the network that of a parent, which alone may end it."""
        return self._process is not None and self._owner != os.getpid()

    def _running(self) -> _Ready:
        if self._ready is None:
            raise LocalNetworkError("the local network is not running: call start() or use it in a with block")
        return self._ready

    def _signal(self, name: str) -> None:
        number = getattr(signal, name, None)
        if self._inherited:
            raise LocalNetworkError("the local network belongs to the parent process: pause and resume it there")
        if number is None:
            raise LocalNetworkError(f"{sys.platform} has no {name}: a local network cannot be paused here")
        if self._process is None or not self.running:
            raise LocalNetworkError("the local network is not running")
        self._process.send_signal(number)

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        # What the network keeps only for its lifetime goes there, so that
        # nothing is left behind when it is killed.
        self._scratch = Path(tempfile.mkdtemp(prefix="uplink-localnet-"))
        folder = str(self._scratch)
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP
        # Ctrl-C at the terminal is for this process; the network ends with it.
        with (self._scratch / "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own executable
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, "TMPDIR": folder, "TMP": folder},
                start_new_session=sys.platform != "win32",
                creationflags=flags,
            )
        # For a program that ends without stopping it.
        self._owner = os.getpid()
        self._finalizer = weakref.finalize(self, end, process, self._scratch, self._owner)
        return process

    def _wait_ready(self, process: subprocess.Popen[bytes], timeout: float) -> _Ready:
        line = read_line(process.stdout, timeout)
        if line is None:
            raise LocalNetworkError(f"the local network was not ready after {timeout:g} seconds", self.log)
        if not line:
            code = process.wait()
            raise LocalNetworkError(f"the local network ended with exit code {code}", self.log)
        try:
            return _Ready(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise LocalNetworkError(f"the local network said {line!r}, which is not understood", self.log) from error

    def _release(self) -> None:
        """Forget a process that has ended."""
        if self._finalizer is not None:
            self._finalizer()
        elif self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
        self._process, self._scratch, self._ready, self._finalizer, self._paused = None, None, None, None, False
