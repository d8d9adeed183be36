# Generated from src/uplink/aio/_context.py by tools/generate_sync.py; change that instead.
"""What `with` does with a stream or a project."""

from __future__ import annotations

from types import TracebackType

from uplink._contexts import BlockingContext
from uplink._types import Self


class Context(BlockingContext):
    """Something that is open while its context lasts."""

    def _check_open(self) -> None:
        """Raise an error if it was closed."""
        raise NotImplementedError

    def _leave(self, *, failed: bool) -> None:
        """End it.

        Args:
            failed: Whether an exception ends the context. The exception must neither wait for long
                nor be replaced.
        """
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._leave(failed=kind is not None)
