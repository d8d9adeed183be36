"""The values of Object Lock, which keeps versions of objects from being deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from uplink._checks import to_timestamp
from uplink._dataclass import dataclass
from uplink.errors import InvalidArgumentError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# The modes of a retention.
RetentionMode: TypeAlias = Literal["governance", "compliance"]
# Their numbers in C, `UPLINK_RETENTION_…`.
MODES: dict[RetentionMode, int] = {"compliance": 1, "governance": 2}


def check_mode(mode: object) -> None:
    """Raise an `InvalidArgumentError` unless it is a mode of a retention."""
    if mode not in MODES:
        raise InvalidArgumentError(f'mode is {mode!r}; it takes "governance" or "compliance"')


@dataclass(frozen=True, slots=True)
class Retention:
    """Until when a version of an object can be neither deleted nor replaced.

    Go counterpart: `metaclient.Retention`.

    Attributes:
        mode: `"compliance"`: nobody can delete the version, shorten the retention or remove it.
            `"governance"`: calls with `bypass_governance_retention=True` can, if the access allows
            it.
        until: The end of the retention, an aware datetime. The satellite keeps microseconds.

    Raises:
        TypeError: `until` is not a datetime.
        InvalidArgumentError: `mode` is another text, or `until` has no time zone.

    Example:
        ```python
        from datetime import datetime, timedelta, timezone

        tomorrow = datetime.now(timezone.utc) + timedelta(days=1)
        retention = uplink.Retention("governance", tomorrow)
        ```
    """

    mode: RetentionMode
    until: datetime

    def __post_init__(self) -> None:
        check_mode(self.mode)
        to_timestamp(self.until, "until")
