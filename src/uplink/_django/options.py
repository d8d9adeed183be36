"""The names of files of a storage, and checks of its options."""

from __future__ import annotations

import posixpath
from datetime import timedelta

from django.core.exceptions import SuspiciousFileOperation

from uplink._access import AccessBase
from uplink._checks import check_type
from uplink._secret import Secret
from uplink.errors import InvalidArgumentError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# The names of the storage itself.
ROOT = ("", ".", "/")


def inside(name: str) -> str:
    """Return a name in its shortest form.

    Raises:
        SuspiciousFileOperation: It leads out of the storage, or is none of a file.
    """
    shortest = posixpath.normpath(str(name).replace("\\", "/"))
    if shortest in (".", "..") or shortest.startswith(("/", "../")):
        raise SuspiciousFileOperation(f"the name {name!r} is none of a file in the storage")
    return shortest


def checked_prefix(prefix: str) -> str:
    """Return a prefix with a slash at its end, or `""` for the whole bucket.

    Raises:
        InvalidArgumentError: The prefix has "." or ".." or nothing between slashes, which names of files cannot have.
    """
    folder = prefix.strip("/")
    if not folder:
        return ""
    if {"", ".", ".."} & set(folder.split("/")):
        raise InvalidArgumentError(f'prefix is {prefix!r}; it takes a folder such as "media/", without "." and ".."')
    return f"{folder}/"


def check_access(source: tuple[object, object, object]) -> None:
    """Raise an error if the options that name an access exclude each other."""
    if sum(option is not None for option in source) > 1:
        raise InvalidArgumentError("access, access_file and access_name exclude each other")
    if source[0] is not None:
        check_type(source[0], (Secret, AccessBase), "access", "an Access, or a serialized access grant")


def check_links(base_url: str | None, links: str | None) -> None:
    """Raise an error if the options for URLs exclude each other, or one is not valid."""
    if base_url is not None:
        check_type(base_url, str, "base_url", "a str")
    if links not in (None, "file", "storage"):
        raise InvalidArgumentError(f"links is {links!r}; it takes 'file', 'storage' or None")
    if links is not None and base_url is not None:
        raise InvalidArgumentError("links and base_url exclude each other")


def check_durations(**durations: timedelta | None) -> None:
    """Raise an error for a duration that is none."""
    for name, duration in durations.items():
        if duration is not None:
            check_type(duration, timedelta, name, "a timedelta")
            if duration <= timedelta():
                raise InvalidArgumentError(f"{name} is {duration}; it takes a positive timedelta")
