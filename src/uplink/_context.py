# Generated from src/uplink/aio/_context.py by tools/generate_sync.py; change that instead.
"""What `with` does with a stream or a project."""

from __future__ import annotations

from types import TracebackType

from uplink._contexts import BlockingContext
from uplink._types import Self


class Context(BlockingContext):
    """A project or a stream, which the end of its context closes, commits or aborts."""

    def _check_open(self) -> None:
        """Raise an error if the object cannot be used."""
        raise NotImplementedError

    def _end_context(self, *, failed: bool) -> None:
        """Close, commit or abort the object.

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
        self._end_context(failed=kind is not None)
