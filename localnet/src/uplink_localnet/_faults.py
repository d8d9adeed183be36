"""Making a running network fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Any, Literal

from uplink_localnet._control import Control, check_ends
from uplink_localnet._errors import LocalNetworkError
from uplink_localnet._types import Self

# The calls that nodes answer; all others are the satellite's.
_NODE_CALLS = {"upload", "download"}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a network, from when it is made until it is undone.

    Used as a context manager it is undone at the end of the block.

    Attributes:
        id: Its number, as the command line has it.
        settings: What it is, as the control port has it.

    Example:
        ```python
        fault = network.faults.nodes(0, delay=0.1)
        fault.undo()
        ```
    """

    id: int
    settings: Mapping[str, object]
    _control: Callable[[], Control] = field(repr=False, compare=False)

    def undo(self) -> None:
        """Undo it; harmless if it was undone before."""
        self._control().ask("DELETE", f"/faults/{self.id}")

    def hits(self) -> int:
        """Return how often it struck, so far or until it was undone.

        Calls count that it refused, delayed, spoiled or cut; for `down`, `frozen`, and a link with `cut_after`, the
        connections that it cut or held up. Who finds nobody listening is not counted, nor is what `skew`, `rtt` and
        `mbit` slow down.

        Raises:
            LocalNetworkError: The network does not run, or was started anew.

        Example:
            ```python
            from uplink.errors import ObjectNotFoundError

            with network.faults.call("GetObject", code="NotFound", text="object not found") as fault:
                try:
                    project.stat_object("photos", "cat.jpg")
                except ObjectNotFoundError:
                    pass
            assert fault.hits() == 1
            ```
        """
        return self._control().hits(self.id)

    def __enter__(self) -> Self:
        """Return the fault, which is in effect already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Undo the fault."""
        try:
            self.undo()
        except LocalNetworkError:
            # A network that is gone has no faults; an error on its way says more.
            if kind is None and self._runs():
                raise

    def _runs(self) -> bool:
        try:
            self._control()
        except LocalNetworkError:
            return False
        return True


class Faults:
    """Makes a running network fail. Each method adds a fault, which is in effect when the method returns.

    Faults add up; of several that set the same number, the newest counts. Within one fault, effects that contradict
    each other are an error, as are a call, a code or a node that there is not. What was on its way when a fault began
    may still arrive. Times are in seconds.

    Example:
        ```python
        with network.faults.nodes(0, down=True):
            project.put("photos", "cat.jpg", b"meow" * 100_000)  # another node takes its piece

        network.faults.satellite(delay=0.1)
        network.faults.links(rtt=0.02)
        network.faults.undo()
        ```
    """

    def __init__(self, control: Callable[[], Control]) -> None:
        """Take what finds the control port of the network that runs."""
        self._control = control

    def nodes(
        self,
        *numbers: int,
        down: bool = False,
        frozen: bool = False,
        refusing: bool = False,
        delay: float = 0.0,
        corrupting: bool = False,
        losing: bool = False,
        full: bool = False,
        skew: timedelta | float = 0.0,
    ) -> Fault:
        """Let storage nodes fail.

        Args:
            numbers: Which nodes, from 0 on; all of them if none is given.
            down: Whether they listen no more, and cut their connections.
            frozen: Whether they accept connections, but never answer.
            refusing: Whether they answer each call with an error.
            delay: How long they wait before each message that they take and each piece of data that they send.
            corrupting: Whether bits are flipped in what is downloaded from them.
            losing: Whether they have forgotten their pieces, until it is undone.
            full: Whether they have no space for pieces.
            skew: How far their clock is wrong.

        Returns:
            The fault.

        Raises:
            LocalNetworkError: It makes no sense, or the network does not run.

        Example:
            ```python
            with network.faults.nodes(0, 1, 2, corrupting=True):
                assert project.get("photos", "cat.jpg") == b"meow"
            ```
        """
        return self._add(
            **_nodes(numbers),
            down=down,
            frozen=frozen,
            refusing=refusing,
            delay=delay,
            corrupting=corrupting,
            losing=losing,
            full=full,
            skew=_seconds(skew),
        )

    def satellite(
        self,
        *,
        down: bool = False,
        frozen: bool = False,
        refusing: bool = False,
        delay: float = 0.0,
        skew: timedelta | float = 0.0,
    ) -> Fault:
        """Let the satellite fail.

        Args:
            down: Whether it listens no more, and cuts its connections.
            frozen: Whether it accepts connections, but never answers.
            refusing: Whether it answers each call with an error.
            delay: How long it waits before each message that it takes.
            skew: How far its clock is wrong.

        Returns:
            The fault.

        Raises:
            LocalNetworkError: It makes no sense, or the network does not run.

        Example:
            ```python
            from datetime import timedelta

            with network.faults.satellite(skew=timedelta(hours=1)):
                item = project.put("photos", "cat.jpg", b"meow")
            ```
        """
        return self._add(satellite=True, down=down, frozen=frozen, refusing=refusing, delay=delay, skew=_seconds(skew))

    def call(
        self,
        name: str,
        *,
        nodes: tuple[int, ...] | None = None,
        nth: int = 1,
        times: int | None = 1,
        code: str = "",
        text: str = "",
        delay: float = 0.0,
        cut_after: int | None = None,
        after: bool = False,
    ) -> Fault:
        """Let certain calls fail.

        Args:
            name: The call, as the protocol names it: `"CommitObject"`, `"ListObjects"`, or of a node `"Upload"` and
                `"Download"`. The requests within a batch count as calls. A name that there is not is an error, which
                lists those that there are.
            nodes: Which nodes; by default the satellite, or for what nodes answer all of these.
            nth: Which call fails, counted from now.
            times: How many fail from there on; `None` for all.
            code: The error's code, such as `"NotFound"` or `"ResourceExhausted"`; `"Unavailable"` if nothing else
                is given.
            text: The error's text.
            delay: How long the call takes longer.
            cut_after: After how many bytes, in both directions together, the connection of the call breaks.
            after: Whether the call happens, and only its answer is lost.

        Returns:
            The fault.

        Raises:
            LocalNetworkError: It makes no sense, or the network does not run.

        Example:
            ```python
            from uplink.errors import TooManyRequestsError

            with network.faults.call("ListObjects", code="ResourceExhausted", text="Too Many Requests"):
                try:
                    list(project.list_objects("photos"))
                except TooManyRequestsError as error:
                    assert error.retryable
            ```
        """
        if times is not None and times < 1:
            raise LocalNetworkError(f"times must be at least 1, or None for all, not {times}")
        where = _nodes(nodes or ()) if nodes is not None or name.lower() in _NODE_CALLS else {"satellite": True}
        return self._add(
            **where,
            call=name,
            nth=nth,
            times=0 if times is None else times,
            code=code,
            text=text,
            delay=delay,
            cut_after=cut_after,
            after=after,
        )

    def links(
        self, *ends: Literal["satellite"] | int, rtt: float = 0.0, mbit: float = 0.0, cut_after: int | None = None
    ) -> Fault:
        """Let the connections between clients and the network be slow, or break.

        Args:
            ends: The far ends: `"satellite"`, and numbers of nodes; all of them if none is given.
            rtt: The round-trip time. Opening a connection takes one, too.
            mbit: The bandwidth of each connection and direction, in Mbit/s.
            cut_after: After how many bytes, in both directions together, each connection breaks.

        Returns:
            The fault.

        Raises:
            LocalNetworkError: It makes no sense, or the network does not run.

        Example:
            ```python
            with network.faults.links("satellite", rtt=0.02), network.faults.links(0, 1, mbit=10.0):
                project.stat_object("photos", "cat.jpg")
            ```
        """
        where: dict[str, object] = {"satellite": True, "all_nodes": True}
        if wanted := check_ends(ends):
            where = {"satellite": "satellite" in wanted, "nodes": sorted(wanted - {"satellite"}, key=int)}
        return self._add(**where, rtt=rtt, mbit=mbit, cut_after=cut_after)

    def wide_area(self) -> Fault:
        """Let the network be far away: each connection has a round-trip time of 40 ms, and 50 Mbit/s.

        Returns:
            The fault.

        Raises:
            LocalNetworkError: The network does not run.

        Example:
            ```python
            with network.faults.wide_area():
                project.stat_object("photos", "cat.jpg")
            ```
        """
        return self.links(rtt=0.040, mbit=50.0)

    def active(self) -> list[Fault]:
        """Return the faults that are in effect, oldest first.

        Raises:
            LocalNetworkError: The network does not run.

        Example:
            ```python
            with network.faults.nodes(3, full=True) as fault:
                assert network.faults.active() == [fault]
            ```
        """
        _, found = self._control().ask("GET", "/faults")
        return [self._fault(settings) for settings in found]

    def undo(self) -> None:
        """Undo all faults.

        Raises:
            LocalNetworkError: The network does not run, or a port that it gave up is taken by somebody else.

        Example:
            ```python
            network.faults.nodes(0, 1, 2, down=True)
            network.faults.undo()
            assert network.faults.active() == []
            ```
        """
        self._control().ask("DELETE", "/faults")

    def _add(self, **settings: object) -> Fault:
        given = {name: value for name, value in settings.items() if value is not None and value is not False}
        _, added = self._control().ask("POST", "/faults", given)
        return self._fault(added)

    def _fault(self, settings: dict[str, Any]) -> Fault:
        number: int = settings.pop("id")
        settings.pop("hits", None)
        return Fault(number, settings, self._control)


def _nodes(numbers: tuple[int, ...]) -> dict[str, object]:
    return {"nodes": numbers} if numbers else {"all_nodes": True}


def _seconds(time: timedelta | float) -> float:
    return time.total_seconds() if isinstance(time, timedelta) else float(time)
