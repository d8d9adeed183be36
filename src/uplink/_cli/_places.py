"""The places that commands take: `sj://bucket/key`, a path, or `-`."""

from __future__ import annotations

import argparse
import fnmatch
import re
from typing import NamedTuple

from uplink._cli._values import UsageError

SCHEME = "sj://"
_WILDCARD = re.compile(r"[*?\[]")


class Remote(NamedTuple):
    """A bucket, a prefix or an object.

    Attributes:
        bucket: The bucket; `""` for all buckets.
        key: The key or the prefix; `""` for the whole bucket.
    """

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.key}" if self.bucket else SCHEME

    @property
    def is_prefix(self) -> bool:
        """Whether it can only be a bucket or a prefix."""
        return not self.key or self.key.endswith("/")

    @property
    def is_pattern(self) -> bool:
        """Whether its key has a wildcard: `*`, `?` or `[`. An object may have a key with these characters, too."""
        return _WILDCARD.search(self.key) is not None

    @property
    def parent(self) -> str:
        """The part of the key up to the last slash before the first wildcard."""
        head = _WILDCARD.split(self.key, maxsplit=1)[0]
        return head[: head.rfind("/") + 1]


def matches(key: str, pattern: str) -> bool:
    """Report whether a key matches a pattern, whose wildcards stand for no slash, but for a part `**`."""
    return _match(key.split("/"), pattern.split("/"))


def _match(parts: list[str], patterns: list[str]) -> bool:
    if not patterns:
        return not parts
    if patterns[0] == "**":
        return any(_match(parts[skipped:], patterns[1:]) for skipped in range(len(parts) + 1))
    return bool(parts) and fnmatch.fnmatchcase(parts[0], patterns[0]) and _match(parts[1:], patterns[1:])


def place(text: str) -> Remote | str:
    """Return a place of the command line: a remote place, or a path."""
    return remote(text) if text.startswith(SCHEME) else text


def remote(text: str) -> Remote:
    """Return a remote place of the command line.

    Raises:
        argparse.ArgumentTypeError: It does not begin with "sj://", or has a key and no bucket.
    """
    if not text.startswith(SCHEME):
        raise argparse.ArgumentTypeError(f"{text!r} is no place on Storj; those begin with {SCHEME}")
    bucket, _, key = text.removeprefix(SCHEME).partition("/")
    if key and not bucket:
        raise argparse.ArgumentTypeError(f"{text!r} has a key and no bucket")
    return Remote(bucket, key)


def bucket(text: str) -> Remote:
    """Return a bucket of the command line: `sj://bucket`.

    Raises:
        argparse.ArgumentTypeError: It has a key, or no bucket.
    """
    found = remote(text)
    if found.key or not found.bucket:
        raise argparse.ArgumentTypeError(f"{text!r} is no bucket; write {SCHEME}bucket")
    return found


def object_(text: str) -> Remote:
    """Return an object of the command line: `sj://bucket/key`.

    Raises:
        argparse.ArgumentTypeError: It has no bucket or no key.
    """
    found = remote(text)
    if not found.bucket or not found.key:
        raise argparse.ArgumentTypeError(f"{text!r} is no object; write {SCHEME}bucket/key")
    return found


def folder_and_prefix(command: str, *places: Remote | str) -> tuple[bool, Remote, str]:
    """Return whether a folder is the source, the prefix, and the folder.

    Args:
        command: The command, for the message of the error.
        places: Its places.

    Raises:
        UsageError: The places are not a folder and a prefix.
    """
    if len(places) == 2:
        source, target = places
        if isinstance(source, str) and isinstance(target, Remote):
            return True, target, source
        if isinstance(source, Remote) and isinstance(target, str):
            return False, source, target
        which = "both places are" if isinstance(source, Remote) else "neither place is"
        reason = f"{which} on Storj"
    else:
        reason = "there is one place" if len(places) == 1 else f"there are {len(places)} places"
    raise UsageError(f"{command} takes a folder and a place such as sj://BUCKET/PREFIX; {reason}")
