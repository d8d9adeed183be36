"""The modification times of files, as rclone and the trees of libuplink keep them in custom metadata."""

from __future__ import annotations

import contextlib
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uplink import Object

# The second one has seconds: uploads of rclone through an S3 gateway have it.
TIME_KEY, SECONDS_KEY = "rclone:mtime", "mtime"
_BILLION = 10**9
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - its text must have no offset


def recorded(path: str) -> dict[str, str]:
    """Return the metadata with the modification time of a file.

    Raises:
        OSError: There is no such file, or it may not be read.
    """
    seconds, nanoseconds = divmod(Path(path).stat().st_mtime_ns, _BILLION)
    try:
        moment = (_EPOCH + timedelta(seconds=seconds)).isoformat()
    except OverflowError:  # after the year 9999
        return {}
    fraction = f".{nanoseconds:09d}".rstrip("0").rstrip(".")
    return {TIME_KEY: f"{moment}{fraction}Z"}


def restore(path: str, item: Object) -> None:
    """Give a file the modification time that its object was stored with, or else that of the object's creation."""
    found = modified_nanoseconds(item)
    if found is not None:
        with contextlib.suppress(OverflowError):  # another program's metadata, which no file can have
            os.utime(path, ns=(Path(path).stat().st_atime_ns, found))


def modified_nanoseconds(item: Object) -> int | None:
    """Return the modification time of an object in nanoseconds since 1970, or `None` if it has no time at all."""
    metadata = item.metadata or {}
    try:
        if TIME_KEY in metadata:
            return _parse(metadata[TIME_KEY])
        if SECONDS_KEY in metadata:
            return _parse_seconds(metadata[SECONDS_KEY])
    except (ValueError, OverflowError):  # another program's metadata, which are no time
        return None
    return None if item.created is None else round(item.created.timestamp() * 1e6) * 1000


def _parse(text: str) -> int:
    """Return the nanoseconds of a time such as "2026-01-02T03:04:05.123456789Z"."""
    whole, _, rest = text.replace("Z", "+00:00").partition(".")
    if not rest:
        return int(datetime.fromisoformat(whole).timestamp()) * _BILLION
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    moment = datetime.fromisoformat(whole + rest[len(digits) :])
    return int(moment.timestamp()) * _BILLION + int(f"{digits:0<9}"[:9])


def _parse_seconds(text: str) -> int:
    """Return the nanoseconds of a time such as "1700000000.25"."""
    whole, _, digits = text.partition(".")
    return int(whole) * _BILLION + int(f"{digits:0<9}"[:9])
