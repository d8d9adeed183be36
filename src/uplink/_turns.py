"""One call at a time, for what has one position only: streams and listings."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

from uplink._ffi import Process
from uplink.errors import BusyError, UplinkError

if TYPE_CHECKING:
    from collections.abc import Callable

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T")

# Where there is a global lock, no other thread comes between lines that call nothing. Without it, they need a turn too.
FREE_THREADED = not getattr(sys, "_is_gil_enabled", lambda: True)()


class Turns:
    """Who may use a stream. A second call is refused: waiting could mean that a task waits for itself.

    A call takes and gives back its turn inside one `try`, as `Download.readinto` does, so that an interrupt at any
    point between finds its handler. A context manager could not promise that: Ctrl-C may come just when it is entered
    or left.

    Attributes:
        holder: The call that has its turn; it is empty if none has.
    """

    __slots__ = ("_bucket", "_key", "_name", "holder")

    def __init__(self, name: str, bucket: str | None = None, key: str | None = None) -> None:
        self._name = name
        self._bucket = bucket
        self._key = key
        # Keyed by process: a turn held at a fork would never be released in the child.
        self.holder: dict[Process, object] = {}

    def take(self, turn: object, check: Callable[[], None] = lambda: None) -> None:
        """Give one call its turn.

        Args:
            turn: Any new object, which stands for the call.
            check: Raises if the stream cannot be used.

        Raises:
            BusyError: Another call has the turn.
        """
        check()
        # One step, so only one of several threads succeeds.
        if self.holder.setdefault(Process.this(), turn) is not turn:
            raise BusyError(f"another task or thread is using the {self._name}", bucket=self._bucket, key=self._key)
        try:
            # The call before may have ended the stream.
            check()
        except UplinkError:
            self.give_back(turn)
            raise

    def run(self, work: Callable[[], T], check: Callable[[], None]) -> T:
        """Give a call that does not wait its turn, and return its result; an interrupt does not end the stream."""
        turn = object()
        try:
            self.take(turn, check)
            result = work()
            self.give_back(turn)
            return result
        except BaseException:
            self.give_back(turn)
            raise

    def give_back(self, turn: object) -> None:
        """End the call's turn. Harmless if it has none."""
        if self.holder.get(Process.this()) is turn:
            self.holder.clear()

    def are_over(self, turn: object, error: BaseException) -> bool:
        """Report whether an error has ended the stream, since it is not known how much of its work the call did.

        Errors of this package that came before the call had its turn, or because it got none, have not. What comes from
        elsewhere, such as Ctrl-C, may have come just after the turn.
        """
        holder = self.holder.get(Process.this())
        return holder is turn or (holder is None and not isinstance(error, UplinkError))
