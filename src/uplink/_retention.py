"""The values of Object Lock, which keeps versions of objects from being deleted."""

from __future__ import annotations

from datetime import datetime
from types import NoneType
from typing import TYPE_CHECKING, Literal, TypeAlias

from uplink._checks import check_flag, check_type, to_timestamp, whole_number
from uplink._dataclass import dataclass
from uplink.errors import InvalidArgumentError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

RetentionMode: TypeAlias = Literal["governance", "compliance"]
if not TYPE_CHECKING:  # type checkers know no docstrings of aliases
    RetentionMode.__doc__ = "The modes of a retention; see `Retention.mode`."
# Their numbers in C, `UPLINK_RETENTION_…`.
MODES: dict[RetentionMode, int] = {"compliance": 1, "governance": 2}


def mode_of(number: int) -> RetentionMode | None:
    """Return the mode of a number of C, or `None` for no retention."""
    if number == MODES["compliance"]:
        return "compliance"
    return "governance" if number == MODES["governance"] else None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultRetention:
    """The retention that a bucket gives to new versions.

    Go counterpart: `metaclient.DefaultRetention`.

    Attributes:
        mode: The mode, as of `Retention`.
        days: Its length in days, or `None`.
        years: Its length in years, or `None`.

    Raises:
        TypeError: `days` or `years` is not a whole number.
        InvalidArgumentError: `mode` is another text; or not exactly one of `days` and `years` is
            given, or it is not positive.

    Example:
        ```python
        default = uplink.DefaultRetention(mode="governance", days=30)
        ```
    """

    mode: RetentionMode
    days: int | None = None
    years: int | None = None

    def __post_init__(self) -> None:
        check_mode(self.mode)
        if (self.days is None) == (self.years is None):
            raise InvalidArgumentError("a default retention takes either days or years")
        for name in ("days", "years"):
            number = getattr(self, name)
            if number is not None and not 1 <= whole_number(number, name) < 2**31:
                raise InvalidArgumentError(f"{name} is {number!r}; it takes a positive number")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectLockConfiguration:
    """The Object Lock of a bucket.

    Go counterpart: `metaclient.BucketObjectLockConfiguration`.

    Attributes:
        enabled: Whether versions can be locked. Satellites refuse to disable it.
        default_retention: The retention of new versions that get none by the upload, or `None`.

    Raises:
        TypeError: An attribute is of another type.

    Example:
        ```python
        default = uplink.DefaultRetention(mode="governance", days=30)
        configuration = uplink.ObjectLockConfiguration(default_retention=default)
        ```
    """

    enabled: bool = True
    default_retention: DefaultRetention | None = None

    def __post_init__(self) -> None:
        check_flag(self.enabled, "enabled")
        kinds = (DefaultRetention, NoneType)
        check_type(self.default_retention, kinds, "default_retention", "a DefaultRetention")
