"""When a call that failed is made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uplink import errors

if TYPE_CHECKING:
    from uplink._driver import Deadline
    from uplink._values import Retry

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class Tries:
    """The tries of one call."""

    def __init__(self, retry: Retry, deadline: Deadline) -> None:
        self._delays = retry.delays()
        self._deadline = deadline

    def delay_after(self, error: errors.UplinkError) -> float | None:
        """Return the seconds until the next try, or `None` if the error is final."""
        if not _may_be_repeated(error):
            return None
        delay = next(self._delays, None)
        left = self._deadline.left()
        return None if delay is None or (left is not None and left <= delay) else delay


def _may_be_repeated(error: errors.UplinkError) -> bool:
    # After a time limit there is no time left. libuplink itself repeats what a satellite refuses because there are too
    # many requests, dials as often as the policy says, and replaces nodes.
    final = errors.DeadlineExceededError, errors.TooManyRequestsError
    return error.retryable and not (error.outcome_unknown or error._unchanged or isinstance(error, final))
