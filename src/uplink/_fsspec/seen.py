"""What listings have found, kept for the options of fsspec that ask for it."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager

from uplink._fsspec.entries import Entry

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class Seen:
    """The files that listings have found, by path. It is empty unless the options ask to keep them.

    A change by the same filesystem empties it.

    Attributes:
        seconds: How long a file is kept; `None` for no limit.
        is_used: Whether files are kept.
        changes: The number of times that it was emptied.
    """

    def __init__(self, *, use_listings_cache: bool | None, listings_expiry_time: float | None) -> None:
        self.seconds = listings_expiry_time
        wanted = listings_expiry_time is not None if use_listings_cache is None else use_listings_cache
        self.is_used = bool(wanted)
        self.changes = 0
        self._files: dict[str, tuple[float, Entry]] = {}

    def keep(self, entries: Iterable[Entry], changes: int) -> None:
        """Keep the files of a listing, unless something has changed since it began.

        Args:
            entries: What the listing has found.
            changes: The number of changes when it began.
        """
        if self.is_used and changes == self.changes:
            now = time.monotonic()
            self._files.update((entry["name"], (now, dict(entry))) for entry in entries if entry["type"] == "file")

    def find(self, path: str) -> Entry | None:
        """Return the entry of a file that a listing has found, or `None`."""
        if (found := self._files.get(path)) is None:
            return None
        when, entry = found
        if self.seconds is not None and time.monotonic() - when >= self.seconds:
            return None
        return dict(entry)

    def forget(self) -> None:
        """Empty it."""
        self.changes += 1
        self._files.clear()

    @contextmanager
    def changing(self) -> Generator[None, None, None]:
        """Empty it at the end of a block that changes what is stored, also if the block fails."""
        try:
            yield
        finally:
            self.forget()
