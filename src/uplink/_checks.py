"""Checks of arguments: functions that return an argument in the form that calls take, or raise an error."""

from __future__ import annotations

import operator
import re
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import SupportsIndex

from uplink._types import Buffer
from uplink.errors import InvalidArgumentError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


def check_type(value: object, kind: type | tuple[type, ...], name: str, what: str) -> None:
    """Raise a `TypeError` unless the value is of the kind, or of one of the kinds.

    Args:
        value: The value of the argument.
        kind: The type or types that the argument may have.
        name: The name of the argument, for the message.
        what: The types in words, for the message.
    """
    if not isinstance(value, kind):
        raise TypeError(f"{name} takes {what}, not {type(value).__name__}")


def check_flag(value: object, name: str) -> None:
    """Raise a `TypeError` unless the value is `True` or `False`.

    A text such as "no" would count as true.
    """
    kind = type(value)
    if (kind.__module__, kind.__name__) not in {("numpy", "bool"), ("numpy", "bool_")}:
        check_type(value, bool, name, "True or False")


# What the format of a buffer has for addresses: of Python objects, of anything, of functions and of texts of C. `Zf`,
# `Zd` and `Zg` are numpy's complex numbers.
_ADDRESS = re.compile(r"[OP&Xz]|Z(?![fdg])")
# The name of a field in a format.
_FIELD = re.compile(r":[^:]*:")


def octets(buffer: Buffer, name: str, *, writable: bool = False) -> memoryview:
    """Return a view of a buffer's bytes.

    Raises:
        TypeError: The argument is no contiguous buffer, or not a writable one, or its items are addresses.
    """
    try:
        view = memoryview(buffer)
    except TypeError as error:
        what = "a writable buffer, such as a bytearray" if writable else "a buffer, such as bytes"
        if isinstance(buffer, str) and not writable:
            raise TypeError(f"{name} takes bytes, not str; encode the text first") from error
        raise TypeError(f"{name} takes {what}, not {type(buffer).__name__}") from error
    with view:
        if writable and view.readonly:
            raise TypeError(f"{name} takes a writable buffer")
        if not view.c_contiguous:
            raise TypeError(f"{name} takes a contiguous buffer; copy this one with bytes() first")
        if view.format != "B" and _ADDRESS.search(_FIELD.sub("", view.format)):
            raise TypeError(
                f"{name} takes a buffer of numbers or bytes, but the items of this one are addresses of Python objects "
                "or pointers; convert it first, for example to bytes, or with astype() of numpy"
            )
        # An empty view of several dimensions cannot be cast.
        return view.cast("B") if view.nbytes else memoryview(bytearray())


def release(view: memoryview) -> None:
    """Release a view, unless native code still uses it.

    Then it is released with its last reference.
    """
    # An error would replace the exception that is being handled.
    with suppress(BufferError):
        view.release()


class Releasing:
    """Releases a view at the end of a `with`, as `release` does."""

    __slots__ = ("_view",)

    def __init__(self, view: memoryview) -> None:
        self._view = view

    def __enter__(self) -> memoryview:
        return self._view

    def __exit__(self, *_: object) -> None:
        release(self._view)


def at_least(least: float, value: float, name: str, what: str) -> bool:
    """Report whether `value >= least`, or raise a `TypeError` if they cannot be compared, or the value is a flag."""
    if type(value) is bool:
        raise TypeError(f"{name} takes {what}, not {value}")
    try:
        return bool(value >= least)
    except TypeError as error:
        raise TypeError(f"{name} takes {what}, not {type(value).__name__}") from error


def whole_number(value: SupportsIndex, name: str) -> int:
    """Return a whole number of any type, such as numpy's, as an int.

    Raises:
        TypeError: It is no whole number, or is `True` or `False`.
    """
    try:
        number = operator.index(value)
    except TypeError as error:
        raise TypeError(f"{name} takes a whole number, not {type(value).__name__}") from error
    if isinstance(value, bool):
        raise TypeError(f"{name} takes a whole number, not {value}")
    return number


def to_timestamp(moment: datetime, name: str) -> int:
    """Return the whole seconds of a time since 1970 UTC, for C."""
    check_type(moment, datetime, name, "a datetime")
    if moment.utcoffset() is None:
        raise InvalidArgumentError(
            f"{name} has no time zone; give an aware datetime, such as datetime.now(timezone.utc)"
        )
    seconds = (moment - _EPOCH) // timedelta(seconds=1)
    if not 0 < seconds < _YEAR_10000:
        raise InvalidArgumentError(
            f"{name} is {moment}; it must lie after 1970-01-01 and before the year 10000, in UTC"
        )
    return seconds


def to_nanoseconds(moment: datetime) -> int:
    """Return the part of a time that `to_timestamp` cuts off, for C."""
    # Not that of the datetime itself: its offset may have microseconds, too.
    return (moment - _EPOCH) % timedelta(seconds=1) // timedelta(microseconds=1) * 1000


_EPOCH = datetime.fromtimestamp(0, timezone.utc)
# A later time can neither be sent nor be part of a grant. A datetime with an offset can reach it.
_YEAR_10000 = 253_402_300_800


def from_timestamp(seconds: int, nanoseconds: int = 0) -> datetime | None:
    """Return an aware UTC datetime, or `None` for 0, which means no time in C.

    Args:
        seconds: Whole seconds since 1970 UTC.
        nanoseconds: Nanoseconds after them; a datetime has no less than microseconds.
    """
    if not seconds and not nanoseconds:
        return None
    # In half the time of `fromtimestamp` and `replace`. A float of both would not be exact.
    return _EPOCH + timedelta(0, seconds, nanoseconds // 1000)
