"""One call at a time, for what has one position only: streams and listings."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from uplink.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

# Where there is a global lock, no other thread comes between lines that call nothing. Without it, they need a turn too.
FREE_THREADED = not getattr(sys, "_is_gil_enabled", lambda: True)()


class Turns:
    """Who may use a stream. A second call is refused: waiting could mean that a task waits for itself."""

    __slots__ = ("_bucket", "_holder", "_key", "_name")

    def __init__(self, name: str, bucket: str | None = None, key: str | None = None) -> None:
        self._name = name
        self._bucket = bucket
        self._key = key
        self._holder: dict[str, object] = {}

    @contextmanager
    def take(self, check: Callable[[], None] = lambda: None) -> Generator[None, None, None]:
        """Give one call its turn.

        Args:
            check: Raises if the stream cannot be used.

        Raises:
            BusyError: Another call has the turn.
        """
        # First of all, since nobody ends a turn that a thread had when the process was forked.
        check()
        turn = object()
        try:
            # One step, so only one of several threads succeeds.
            if self._holder.setdefault("turn", turn) is not turn:
                raise BusyError(f"another task or thread is using the {self._name}", bucket=self._bucket, key=self._key)
            # Whoever had the last turn may have ended the stream.
            check()
            yield
        finally:
            if self._holder.get("turn") is turn:
                self._holder.clear()
