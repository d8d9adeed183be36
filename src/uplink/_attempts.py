"""Decides whether a call that failed is repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uplink import errors
from uplink._observation import log_repeat

if TYPE_CHECKING:
    from uplink._config_values import Retry
    from uplink._driver import Deadline

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class Attempts:
    """The attempts of one call."""

    def __init__(self, retry: Retry, deadline: Deadline) -> None:
        self._delays = retry.delays()
        self._deadline = deadline

    def delay_after(self, error: errors.UplinkError) -> float | None:
        """Return the seconds until the next attempt, or `None` if the error is final."""
        if not _is_repeatable(error):
            return None
        delay = next(self._delays, None)
        left = self._deadline.left()
        if delay is None or (left is not None and left <= delay):
            return None
        log_repeat(error, delay)
        return delay


def _is_repeatable(error: errors.UplinkError) -> bool:
    # After a time limit there is no time left. If a satellite refuses a call because of too many
    # requests, libuplink itself repeats it.
    final = errors.DeadlineExceededError, errors.TooManyRequestsError
    return error.retryable and not (error.outcome_unknown or error._unchanged or isinstance(error, final))
