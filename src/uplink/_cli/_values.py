"""The times, durations, sizes and other values that options take."""

from __future__ import annotations

import argparse
import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from uplink.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "y": 365 * 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhdwy])")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)([KMGT]?)(i?)B?", re.IGNORECASE)
# Seconds, three years: timers of the system take no more on some machines.
_LONGEST = 1e8
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


class UsageError(InvalidArgumentError):
    """The arguments of a command do not go together. The exit status is 2."""


def duration(text: str) -> timedelta:
    """Return a duration such as "30d", "12h" or "1h30m".

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration; write 90s, 30m, 12h, 7d, 2w or 1y")
    try:
        return timedelta(seconds=sum(float(number) * _SECONDS[unit] for number, unit in parts))
    except OverflowError:
        raise argparse.ArgumentTypeError(f"{text!r} is too long") from None


def moment(text: str) -> datetime | None:
    """Return a time: "+2h" or "-2h" from now, "now", "none" for no limit, or a date with or without a time.

    A time without a time zone is local.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    now = datetime.now(timezone.utc)
    if text in ("none", "now"):
        return None if text == "none" else now
    try:
        if text[:1] in ("+", "-"):
            return now + duration(text[1:]) if text[0] == "+" else now - duration(text[1:])
        # Python 3.10 does not know the Z.
        return datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text)).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time; write +2h, now, none, 2026-12-31 or 2026-12-31T23:59:59Z"
        ) from None


def size(text: str) -> int:
    """Return a number of bytes, such as "100", "10MB" (millions) or "10MiB" (1024 times 1024).

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    found = _SIZE.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write 100, 10KB, 10MB or 10MiB")
    number, unit, binary = found.groups()
    return int(float(number) * (1024 if binary else 1000) ** _POWERS[unit.upper()])


def byte_range(text: str) -> tuple[int, int | None]:
    """Return the offset and the length of a range such as "0-1023", "1000-" or "-500".

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    first, dash, last = text.removeprefix("bytes=").partition("-")
    if not dash or not (first or last) or not all(part.isdecimal() for part in (first, last) if part):
        raise argparse.ArgumentTypeError(f"{text!r} is no range; write 0-1023, 1000- or -500")
    if not first and int(last) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} has no bytes")
    if not first:
        return -int(last), None
    if last and int(last) < int(first):
        raise argparse.ArgumentTypeError(f"{text!r} ends before it begins")
    return int(first), int(last) - int(first) + 1 if last else None


def positive(text: str) -> int:
    """Return a number that is at least 1.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return int(text)


def seconds(text: str) -> float:
    """Return the seconds of a number such as "2.5", or of a duration such as "5m".

    Raises:
        argparse.ArgumentTypeError: It is none, or 0.
    """
    try:
        found = float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else duration(text).total_seconds()
    except argparse.ArgumentTypeError:
        found = _LONGEST
    if not found:
        raise argparse.ArgumentTypeError(f"{text!r} is not more than 0; write 30, 30s, 5m or 2h")
    if found >= _LONGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration; write 30, 30s, 5m or 2h")
    return found


def version(text: str) -> bytes:
    """Return a version of an object, which is written in hexadecimal digits.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no version; `uplink-py versions` lists them") from None


def pairs(texts: Sequence[str]) -> dict[str, str]:
    """Return the names and values of texts such as "name=value".

    Raises:
        argparse.ArgumentTypeError: A text has no name.
    """
    found = [text.partition("=") for text in texts]
    for name, equals, _ in found:
        if not name or not equals:
            raise argparse.ArgumentTypeError(f"{name + equals!r} is not of the form name=value")
    return {name: value for name, _, value in found}
