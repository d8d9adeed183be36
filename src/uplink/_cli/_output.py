"""What commands print."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from uplink._progress import human_size, text_width
from uplink.errors import BucketNotEmptyError, PreconditionFailedError, UplinkError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from uplink import Object
    from uplink._progress import Bar


class Output:
    """Prints the results of a command, as text for people or as JSON for programs.

    Attributes:
        as_json: Whether it prints JSON, one object a line.
        bar: The bar on the terminal, which is hidden while something is printed; or `None`.
        going_on: What Ctrl-C adds about the next run of the command.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.bar: Bar | None = None
        self.going_on = ""
        self._columns = ""
        self._done: dict[str, int] = {}
        self._bytes = 0

    def show(self, text: str, facts: Mapping[str, object]) -> None:
        """Print a result: its text, or its facts as JSON."""
        self._print(json.dumps(facts, default=_plain) if self.as_json else text)

    def heading(self, text: str) -> None:
        """Print a heading, which JSON has not."""
        if not self.as_json:
            self._print(text)

    def columns(self, text: str) -> None:
        """Print a heading when there is something to print below it."""
        if not self.as_json:
            self._columns = text

    def _print(self, text: str) -> None:
        if self.bar is not None:
            self.bar.hide()
        if self._columns:
            text, self._columns = f"{self._columns}\n{text}", ""
        # People see each line when it is true, and programs that read a pipe, too.
        print(text, flush=self.bar is not None)

    def done(self, text: str, facts: Mapping[str, object]) -> None:
        """Print what a command without other results has done: a note, or its facts as JSON."""
        if self.as_json:
            self.show(text, facts)
        else:
            self.note(text)

    def note(self, text: str) -> None:
        """Print what is no result."""
        if self.bar is not None:
            self.bar.hide()
        if sys.stdout is not None:
            sys.stdout.flush()
        print(text, file=sys.stderr)

    def count(self, verb: str, size: int = 0) -> None:
        """Count something that was done, for `interrupted`.

        Args:
            verb: What was done, such as "copied".
            size: The number of bytes.
        """
        self._done[verb] = self._done.get(verb, 0) + 1
        self._bytes += size

    def interrupted(self, *, by_limit: bool) -> str:
        """Return what Ctrl-C prints: what was done before it.

        Args:
            by_limit: Whether `--timeout` has ended the command, in place of Ctrl-C.
        """
        done = ", ".join(f"{number} {verb}" for verb, number in self._done.items())
        size = f" ({human_size(self._bytes)})" if self._bytes else ""
        first = "failed: the command took longer than --timeout allows" if by_limit else "interrupted"
        return f"{first}{f': {done}{size}' if done else ''}{self.going_on}"


def _plain(value: object) -> object:
    """Return a value as JSON has it: times in ISO format, durations in seconds, bytes in hexadecimal digits."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def object_facts(bucket: str, item: Object) -> dict[str, object]:
    """Return what is known of an object, for JSON."""
    facts: dict[str, object] = {"bucket": bucket, "key": item.key, "kind": "prefix" if item.is_prefix else "object"}
    optional = {
        "size": item.size,
        "created": item.created,
        "expires": item.expires,
        "metadata": None if item.metadata is None else dict(item.metadata),
        "version": item.version,
        "etag": item.etag,
        "legal_hold": item.legal_hold,
        "retention_mode": item.retention and item.retention.mode,
        "retention_until": item.retention and item.retention.until,
    }
    facts.update((name, value) for name, value in optional.items() if value is not None)
    if item.is_delete_marker:
        facts["kind"] = "delete marker"
    return facts


def describe(error: Exception, *, named: bool = False) -> str:
    """Return the message of an error, with options in place of the arguments of Python.

    Args:
        error: The error.
        named: Whether the file and the object are named already where the message is printed.
    """
    if isinstance(error, BucketNotEmptyError):
        text = printable(str(error)).replace("with_objects=True", "--force")
        abort = f"abort them with `uplink-py rm -r --pending sj://{error.bucket}`"
        return text.replace("list them with list_uploads and use abort_upload", abort)
    if isinstance(error, PreconditionFailedError):
        return f"there is an object {error.bucket}/{error.key} already, which --no-clobber keeps"
    if isinstance(error, UplinkError):  # some are errors of the system, too
        return printable(error.message if named else str(error))
    if isinstance(error, FileExistsError) and error.filename is not None:
        return printable(f"there is a file {os.fsdecode(error.filename)} already")
    if isinstance(error, OSError) and error.strerror:
        text = error.strerror[0].lower() + error.strerror[1:]
        return text if named or error.filename is None else printable(f"{os.fsdecode(error.filename)}: {text}")
    return printable(str(error))


def printable(text: str) -> str:
    """Return a text for a terminal: characters that are not printable are escaped."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode()
        for character in text
    )


def shown_time(moment: datetime | None, *, utc: bool = False) -> str:
    """Return a time in the time zone of the machine or in UTC, or nothing for none."""
    return "" if moment is None else moment.astimezone(timezone.utc if utc else None).strftime("%Y-%m-%d %H:%M:%S")


def counted(number: int, noun: str, plural: str) -> str:
    """Return a number and what it counts."""
    return f"{number} {noun if number == 1 else plural}"


def padded(text: str, width: int) -> str:
    """Return a text with spaces up to so many columns of a terminal. There is at least one space."""
    return text + " " * max(width - text_width(text), 1)


def can_show(text: str) -> bool:
    """Report whether stdout can show all characters of a text."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except UnicodeEncodeError:
        return False
    return True
