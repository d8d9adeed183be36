"""One fault of a running network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType

from uplink_localnet._control import Control
from uplink_localnet._errors import LocalNetworkError, NotFoundError
from uplink_localnet._types import Self


@dataclass(frozen=True)
class Fault:
    """A fault of a running network, from when it is added until it is undone.

    Used as a context manager it is undone at the end of the block.

    Attributes:
        id: Its number, which the command line uses, too.
        settings: Its settings, with the names of the control port.

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
        """Undo the fault. To undo it twice is harmless.

        Raises:
            LocalNetworkError: The network does not run.
        """
        try:
            self._control().undo_fault(self.id)
        except NotFoundError:
            return  # it was undone before

    def hits(self) -> int:
        """Return how often the fault struck until now, or until it was undone.

        A hit is a call that the fault refused, delayed, corrupted or cut; for `down`, `frozen`, and
        links with `cut_after`, a connection that it cut or delayed. Connections that are refused
        while nothing listens are not counted, nor is what `skew`, `rtt` and `mbit` slow down.

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
        try:
            return self._control().hits(self.id)
        except NotFoundError as error:
            raise NotFoundError(f"{error}: the network was started anew") from None

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
            # A network that has stopped has no faults. An exception of the block matters more than
            # this one.
            if kind is None and self._network_runs():
                raise

    def _network_runs(self) -> bool:
        try:
            self._control()
        except LocalNetworkError:
            return False
        return True
