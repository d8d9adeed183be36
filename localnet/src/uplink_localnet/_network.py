"""`LocalNetwork`: a satellite and storage nodes in a process."""

from __future__ import annotations

import os
from collections import Counter
from types import TracebackType
from typing import Literal

from uplink_localnet._control import Control
from uplink_localnet._ends import check_ends
from uplink_localnet._errors import LocalNetworkError, RefusedError
from uplink_localnet._executable import run_arguments
from uplink_localnet._faults import Faults
from uplink_localnet._process import Process, Ready
from uplink_localnet._types import Self


class LocalNetwork:
    """A satellite and storage nodes in a process of their own.

    Used as a context manager it runs within the block; `start` and `stop` do the same without one.
    The network ends when this process ends, even if it is killed. A forked child can use the
    network, but cannot stop or pause it.

    Args:
        directory: The folder for the network's identity, keys and data. A network that is started
            again in the same folder is the same network. Other users must not be able to write to
            it. Without a folder the network keeps nothing when it stops.
        nodes: The number of storage nodes; by default the number that the folder has, or 10.
        redundancy: How many pieces of each segment are required, trigger a repair, are enough for
            an upload, and are made in all, such as ``(4, 6, 8, 10)`` or ``"4/6/8/10"``; by default
            those of the folder, or numbers that suit the number of nodes.
        listen: The satellite's address as ``host:port``; by default the address that the folder
            has, or a free port of 127.0.0.1.
        wan: Whether each connection has a round-trip time of 40 ms, and 50 Mbit/s. For other links
            use `Faults.links`.
        noise: Whether nodes speak Noise beside TLS and advertise it, as real nodes do.
        fast_open: Whether nodes advertise TCP Fast Open, as real nodes on Linux do. On other
            systems they never do.
        debounce: Whether nodes advertise that they drop a connection that repeats the first message
            of another. Without it clients do not dial them twice at once.
        limits: ``"storj"`` gives all projects the limits of Storj's satellites: 100 requests a
            second, 100 buckets, one write a second to each key with three at once. By default these
            limits are off; `limit` sets single limits.

    Attributes:
        faults: The faults that can be added while the network runs.

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
        """Keep the settings. `start` starts the network."""
        self._arguments = run_arguments(
            directory=directory,
            nodes=nodes,
            redundancy=redundancy,
            listen=listen,
            limits=limits,
            switches={
                "--wan": wan,
                "--no-noise": not noise,
                "--no-fastopen": not fast_open,
                "--no-debounce": not debounce,
            },
        )
        self.faults: Faults = Faults(self._control)
        # Set from `start` until `stop` or the next `start`, even if the process ends before.
        self._process: Process | None = None
        self._ready: Ready | None = None

    @property
    def satellite_address(self) -> str:
        """The satellite as ``id@host:port``."""
        return self._started().satellite

    @property
    def api_key(self) -> str:
        """An API key of the network's project with all permissions."""
        return self._started().api_key

    @property
    def access_grant(self) -> str:
        """A serialized access grant for all of the network's project."""
        return self._started().access

    @property
    def auth_service(self) -> str:
        """The auth service of the edge service, as ``host:port``, at which accesses are registered.

        Example:
            ```python
            from uplink_localnet import LocalNetwork

            with LocalNetwork() as network:
                assert network.auth_service.startswith("127.0.0.1:")
            ```
        """
        return self._started().edge.auth_service

    @property
    def auth_certificate(self) -> bytes:
        """The certificate of the auth service in PEM format.

        A client must trust it, since no authority of the system has signed it.
        """
        return self._started().edge.certificate_pem.encode()

    @property
    def link_sharing(self) -> str:
        """The URL of the linksharing service, with which links begin."""
        return self._started().edge.link_sharing

    @property
    def pid(self) -> int:
        """The process id of the network."""
        return self._started().pid

    @property
    def running(self) -> bool:
        """Whether the network was started and has not ended since.

        In a forked child: whether it ran at the fork.
        """
        return self._process is not None and self._process.running

    @property
    def log(self) -> str:
        """The end of the network's log."""
        return "" if self._process is None else self._process.log

    def start(self, timeout: float = 10.0) -> Self:
        """Start the network and wait until it is ready.

        Args:
            timeout: How many seconds it may take.

        Returns:
            The network itself.

        Raises:
            LocalNetworkError: The executable is not installed, the network is running already, or
                it did not start.
        """
        if self.running:
            raise LocalNetworkError("the local network is running already")
        self._close_process()
        process = Process(self._arguments)
        try:
            self._ready = process.wait_ready(timeout)
        except BaseException:
            process.close()
            raise
        self._process = process
        return self

    def stop(self, timeout: float = 5.0) -> None:
        """Stop the network. Do nothing if it does not run, or if a parent process started it.

        Args:
            timeout: After how many seconds it is killed.
        """
        if self._process is not None and not self._process.inherited:
            self._process.stop(timeout)
            self._close_process()

    def kill(self) -> None:
        """Kill the network, as a crash or a power cut would."""
        if self._process is not None and not self._process.inherited:
            self._close_process()

    def pause(self) -> None:
        """Freeze the network: connections stay open, but nothing is read or written.

        Raises:
            LocalNetworkError: It is not running, or this is Windows.
        """
        self._started_process().pause()

    def resume(self) -> None:
        """Let a frozen network go on.

        Raises:
            LocalNetworkError: It is not running, or this is Windows.
        """
        self._started_process().resume()

    def calls(self, *ends: Literal["satellite"] | int, hit: bool = False) -> Counter[str]:
        """Count the calls that came since the network was started, by their names.

        The requests within a batch count as calls, and the batch as one more. Counters can be
        subtracted: the difference of two has the calls of the part of a program between them.

        Args:
            ends: Where the calls came to: `"satellite"`, and numbers of nodes; without any,
                everywhere.
            hit: Whether to count only calls that a fault struck.

        Returns:
            How often each call came; 0 for a call that never came.

        Raises:
            LocalNetworkError: An end is neither `"satellite"` nor a number, or the network does not
                run.

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
        wanted = check_ends(ends)
        found: Counter[str] = Counter()
        for count in self._control().calls():
            number = count.hit if hit else count.came
            if number and (not wanted or count.end in wanted):
                found[count.call] += number
        return found

    def limit(self, *, project: str = "", **limits: int | str) -> dict[str, int]:
        """Set limits of a project at once. Going beyond one fails as on a real satellite.

        Args:
            project: Its name; by default the first project, which `access_grant` opens.
            limits: The new values, 0 for no limit: `requests` and `key_writes` a second, `storage`,
                `bandwidth`, `metadata` and `part_size` in bytes, `segments` and `buckets`. A text
                may have a unit, such as `"20KB"`, `"3MiB"` and `"1GB"`. Limits that are not named
                stay. Until they are set, `metadata` is 2 KiB and `part_size`, the least size of an
                upload's parts but the last, 5 MiB.

        Returns:
            All limits that are set now.

        Raises:
            LocalNetworkError: There is no such project or limit, a value is neither a whole number
                nor a size, or the network does not run.

        Example:
            ```python
            from uplink_localnet import LocalNetwork

            with LocalNetwork() as network:
                network.limit(storage="1MB", requests=100)
                assert "requests" not in network.limit(requests=0)
            ```
        """
        named = {name.replace("_", "-"): value for name, value in limits.items()}
        try:
            now = self._control().set_limits(project, named)
        except RefusedError as error:
            # It names them as the command line does.
            message = str(error).replace("key-writes", "key_writes").replace("part-size", "part_size")
            raise type(error)(message) from None
        return {name.replace("-", "_"): value for name, value in now.items()}

    def __enter__(self) -> Self:
        """Start the network, unless it is running already."""
        return self if self.running else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the network."""
        self.stop()

    def __repr__(self) -> str:
        """Show the satellite's address and the process id, if it runs."""
        if self.running and self._ready is not None:
            return f"<LocalNetwork {self._ready.satellite} pid={self._ready.pid}>"
        return "<LocalNetwork not running>"

    def _started(self) -> Ready:
        if self._ready is None:
            raise LocalNetworkError("the local network is not running: call start() or use it in a with block")
        return self._ready

    def _started_process(self) -> Process:
        if self._process is None:
            raise LocalNetworkError("the local network is not running")
        return self._process

    def _control(self) -> Control:
        return self._started().control

    def _close_process(self) -> None:
        """Kill the process if it still runs, and remove its folder."""
        if self._process is not None:
            self._process.close()
        self._process, self._ready = None, None
