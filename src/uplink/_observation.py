"""Logs calls, and traces them, for a program that wants it. Any other program pays one check for a call."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from uplink import _tracing
from uplink._calls.stats import has_events, operation_stats, take_events
from uplink._events import describe, number
from uplink._hide import hide_secrets
from uplink._stats import OperationStats

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self

    from uplink._calls._call import Call
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import UplinkOperationPointer
    from uplink.errors import UplinkError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T")

# The levels of logging, which may not be imported.
_DEBUG, _INFO = 10, 20

_logger: logging.Logger | None = None


def is_wanted() -> bool:
    """Report whether the program logs or traces calls at this moment. Each call asks, which takes 0.1 to 0.2 µs."""
    # What `logs` does, without a call of it. OpenTelemetry imports `logging`, so there are no spans without it.
    logger = _logger
    if logger is None:
        if "logging" not in sys.modules:
            return False
        return logs(_INFO) or _tracing.tracer is not None
    return logger.isEnabledFor(_INFO) or _tracing.tracer is not None


def logs(level: int) -> bool:
    """Report whether the program keeps records of this level."""
    logger = _logger or _find_logger()
    return logger is not None and logger.isEnabledFor(level)


def _find_logger() -> logging.Logger | None:
    """Return the logger, or `None` if the program has not imported `logging`, which takes milliseconds."""
    global _logger  # noqa: PLW0603 - there is one for the process
    if "logging" in sys.modules:
        import logging  # noqa: PLC0415 - another thread may not have finished it

        _logger = logging.getLogger("uplink")
    return _logger


def _log(level: int, text: str) -> None:
    # The text may have a percent sign in it, and a key may be a grant by mistake.
    if _logger is not None:
        _logger.log(level, "%s", hide_secrets(text))


def log_events(boundary: Boundary) -> None:
    """Log what has happened in libuplink since the last time. Mostly this is nothing, and takes 0.2 µs."""
    if boundary.alive and has_events(boundary) and logs(_INFO):
        for event in take_events(boundary):
            _log(_INFO, describe(event))


def log_repeat(error: UplinkError, delay: float) -> None:
    """Log that a call that failed is repeated after so many seconds."""
    if logs(_INFO):
        where = "" if error.bucket is None else f" ({_place(error.bucket, error.key)})"
        _log(_INFO, f"a call failed{where}, and is repeated in {delay:.2f} s: {error.message}")


def _place(bucket: str, key: str | None) -> str:
    return bucket if key is None else f"{bucket}/{key}"


class Observation(Generic[T]):
    """Observes one call, as the context in which the call is run."""

    __slots__ = ("_call", "_counts", "_is_counted", "_span", "_started")

    def __init__(self, call: Call[T]) -> None:
        """Begin to observe a call, before its start."""
        self._call = call
        self._counts = OperationStats()
        self._is_counted = _tracing.tracer is not None or logs(_DEBUG)
        self._span = _tracing.start_span(call)
        self._started = time.perf_counter()

    def poll(self, operation: UplinkOperationPointer) -> None:
        """Read the counts of the operation, and log events. Called several times a second while the call waits."""
        log_events(self._call.boundary)
        if self._is_counted:
            self._counts = operation_stats(self._call.boundary, operation)

    def __enter__(self) -> Self:
        self._call.observation = self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._call.observation = None
        self._end_span(error)
        if logs(_DEBUG):
            _log(_DEBUG, self._text(error))

    def _end_span(self, error: BaseException | None) -> None:
        span, self._span = self._span, None
        if span is not None:
            _tracing.end_span(span, self._counts, error)

    def __del__(self, is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
        # A page that was requested ahead, and is dropped with its listing. Late in the interpreter's shutdown modules
        # have no globals.
        if not is_finalizing() and getattr(self, "_span", None) is not None:
            self._end_span(None)

    def _text(self, error: BaseException | None) -> str:
        """Return the line of the call."""
        call, counts = self._call, self._counts
        place = call.bucket if call.bucket is None else f" {_place(call.bucket, call.key or call.prefix)}"
        parts = [f"{(time.perf_counter() - self._started) * 1000:.1f} ms"]
        parts += [f"waited {counts.waited * 1000:.1f} ms in queues"] * (counts.waited >= 0.0001)
        for count, *names in (
            (counts.requests, "request"),
            (counts.retries, "retry", "retries"),
            (counts.bytes_sent, "byte sent", "bytes sent"),
            (counts.bytes_received, "byte received", "bytes received"),
        ):
            if count:
                parts.append(number(count, *names))
        if error is not None:
            parts.append(f"{type(error).__name__}: {getattr(error, 'message', None) or error}")
        return f"{call.name}{place or ''}: {', '.join(parts)}"
