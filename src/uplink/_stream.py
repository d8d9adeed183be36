"""What uploads and downloads, synchronous and awaited, have in common."""

from __future__ import annotations

import copy
import sys
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from uplink._hide import hide_secrets, shortened
from uplink._lock import Lock
from uplink._made import Made
from uplink._types import Self
from uplink.errors import CancelledError, ClosedError, StreamFailedError, UplinkError

if TYPE_CHECKING:
    from uplink._handle import DownloadHandle, PartUploadHandle, UploadHandle

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# An upload ends as committed or aborted, a download as closed, and both may fail.
State: TypeAlias = Literal["open", "committed", "aborted", "closed", "failed"]


class StreamBase(Made):
    """An upload or a download: its state, and what code for files asks of a file."""

    bucket: str
    key: str
    _state: State
    # For messages.
    _article: ClassVar[str]
    _kind: ClassVar[str]
    _warning: ClassVar[str]

    if TYPE_CHECKING:

        @property
        def _handle(self) -> UploadHandle | PartUploadHandle | DownloadHandle: ...

    def _begin_stream(self, project: object, bucket: str, key: str) -> Self:
        self.bucket = bucket
        self.key = key
        # Kept alive, since freeing the project would end the stream.
        self._project = project
        self._lock = Lock(self._kind, bucket, key)
        self._failure: UplinkError | None = None
        # Last: an object without a state is one whose making was interrupted.
        self._state = "open"
        return self

    @property
    def closed(self) -> bool:
        """Whether the stream has ended, or has failed."""
        return self._state != "open"

    def readable(self) -> bool:
        """Report whether the stream can be read: a download can, an upload cannot."""
        return False

    def writable(self) -> bool:
        """Report whether the stream can be written to: an upload can, a download cannot."""
        return False

    def seekable(self) -> bool:
        """Report whether the stream has random access, which no stream has.

        To read a part, open it at an offset.
        """
        return False

    def _check_open(self) -> None:
        self._handle.check_process()
        if self._failure is not None:
            raise self._failed_before(self._failure) from self._failure
        if self._state != "open":
            raise ClosedError(f"the {self._kind} is {self._state} already", bucket=self.bucket, key=self.key)

    def _failed_before(self, failure: UplinkError) -> StreamFailedError:
        return StreamFailedError(
            f"the {self._kind} has failed before: {failure.message}",
            native_message=failure.native_message,
            bucket=self.bucket,
            key=self.key,
            outcome_unknown=failure.outcome_unknown,
        )

    def __del__(self, is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
        # Late in the interpreter's shutdown modules have no globals, so no warning can be given.
        if is_finalizing() or getattr(self, "_state", None) != "open" or not self._handle.boundary.alive:
            return
        # Its handle is freed with it.
        warnings.warn(self._warning.format(self), ResourceWarning, source=self, stacklevel=2)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError(f"{self._article} {self._kind} cannot be copied or pickled")

    def __repr__(self) -> str:
        if not hasattr(self, "_state"):
            return object.__repr__(self)
        place = shortened(hide_secrets(f"{self.bucket}/{self.key}"))
        return f"<{type(self).__module__}.{type(self).__qualname__} of {place}, {self._state}>"


def without_traceback(error: BaseException, *, outcome_unknown: bool = False) -> UplinkError:
    """Return the error for a stream to keep, without a traceback, which would keep the caller's variables alive."""
    if isinstance(error, UplinkError):
        return copy.copy(error)
    return CancelledError(f"interrupted by {type(error).__name__}", outcome_unknown=outcome_unknown)
