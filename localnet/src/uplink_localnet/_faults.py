"""Adding and undoing faults of a running network."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from uplink_localnet._control import Control
from uplink_localnet._ends import check_ends
from uplink_localnet._errors import LocalNetworkError
from uplink_localnet._fault import Fault
from uplink_localnet._replies import ActiveFault

# The calls of storage nodes; all others are the satellite's.
_NODE_CALLS = {"upload", "download"}


class Faults:
    """The faults of a running network. Each method adds one, which is in effect on return.

    Faults add up; of several that set the same number, the newest counts. A fault whose effects
    contradict each other is an error, and so is a fault with an unknown call, code or node. Data
    that was under way when a fault began may still arrive. Times are in seconds.

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
        """Keep the function that returns the control port of the running network."""
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
            numbers: The nodes, numbered from 0; without any, all nodes.
            down: Whether they do not listen, and cut their connections.
            frozen: Whether they accept connections, but neither read nor write.
            refusing: Whether each call returns an error.
            delay: How slow they are: the time before each message that they receive and each piece
                of data that they send.
            corrupting: Whether bits are flipped in downloads. Error correction repairs the data of a few
                nodes, but not that of all nodes.
            losing: Whether they have none of their pieces, until the fault is undone.
            full: Whether they have no space for pieces.
            skew: By how much their clock is wrong.

        Returns:
            The fault.

        Raises:
            LocalNetworkError: The fault makes no sense, or the network does not run.

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
            down: Whether it does not listen, and cuts its connections.
            frozen: Whether it accepts connections, but neither reads nor writes.
            refusing: Whether each call returns an error.
            delay: How slow it is: the time before each message that it receives.
            skew: By how much its clock is wrong.

        Returns:
            The fault.

        Raises:
            LocalNetworkError: The fault makes no sense, or the network does not run.

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
            name: The name of the calls in the protocol: `"CommitObject"`, `"ListObjects"`, or on
                nodes `"Upload"` and `"Download"`. The requests within a batch count as calls. An
                unknown name is an error, which lists the names that exist.
            nodes: The nodes on which they fail; by default all nodes for `"Upload"` and
                `"Download"`, and the satellite for all other calls.
            nth: The first call that fails, counted from now.
            times: How many fail from there on; `None` for all.
            code: The error's code, such as `"NotFound"` or `"ResourceExhausted"`; `"Unavailable"`
                if nothing else is given.
            text: The error's text.
            delay: How much longer the call takes.
            cut_after: After how many bytes, in both directions together, the connection of the call
                breaks.
            after: Whether the call succeeds, and only its reply is lost.

        Returns:
            The fault.

        Raises:
            LocalNetworkError: The fault makes no sense, or the network does not run.

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
        on_nodes = nodes is not None or name.lower() in _NODE_CALLS
        where = _nodes(nodes or ()) if on_nodes else {"satellite": True}
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
            ends: The far ends: `"satellite"`, and numbers of nodes; without any, all connections.
            rtt: The round-trip time. Opening a connection takes one, too.
            mbit: The bandwidth of each connection and direction, in Mbit/s.
            cut_after: After how many bytes, in both directions together, each connection breaks.

        Returns:
            The fault.

        Raises:
            LocalNetworkError: The fault makes no sense, or the network does not run.

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
        """Give each connection a round-trip time of 40 ms, and 50 Mbit/s.

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
        return [self._fault(active) for active in self._control().faults()]

    def undo(self) -> None:
        """Undo all faults.

        Raises:
            LocalNetworkError: The network does not run, or a node that was down cannot listen
                again, because another program has taken its port.

        Example:
            ```python
            network.faults.nodes(0, 1, 2, down=True)
            network.faults.undo()
            assert network.faults.active() == []
            ```
        """
        self._control().undo_faults()

    def _add(self, **settings: object) -> Fault:
        given = {name: value for name, value in settings.items() if value is not None and value is not False}
        return self._fault(self._control().add_fault(given))

    def _fault(self, active: ActiveFault) -> Fault:
        return Fault(active.id, active.settings, self._control)


def _nodes(numbers: tuple[int, ...]) -> dict[str, object]:
    """Return the setting that names these nodes, or all nodes if there are no numbers."""
    return {"nodes": numbers} if numbers else {"all_nodes": True}


def _seconds(time: timedelta | float) -> float:
    return time.total_seconds() if isinstance(time, timedelta) else float(time)
