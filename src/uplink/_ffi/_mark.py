"""Marks that a forked child does not inherit."""

from __future__ import annotations

import mmap
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol

    class Mark(Protocol):
        """Tells the process that made it from those forked from it."""

        def __getitem__(self, index: int, /) -> int:
            """Return 1 in the process that made the mark, and 0 in its forked children; the index is 0."""
            ...


# What `madvise` takes to have a page zeroed in forked children, from Linux 4.14 on; `mmap` has no name for it.
_WIPE_ON_FORK = 18


def mark() -> Mark:
    """Make a mark of this process.

    A fork made in C, as uWSGI's, calls none of Python's hooks. So the mark is a page that the kernel zeroes in every
    forked child. Reading it takes 20 ns; `os.getpid` takes 200.
    """
    if sys.platform == "linux":
        page = mmap.mmap(-1, 1, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        try:
            page.madvise(_WIPE_ON_FORK)
        except OSError:  # an older kernel, or a sandbox's
            page.close()
        else:
            page[0] = 1
            return page
    return _PidMark()


class _PidMark:
    """A mark for systems whose kernel has none."""

    __slots__ = ("_pid",)

    def __init__(self) -> None:
        self._pid = os.getpid()

    def __getitem__(self, index: int, /) -> int:
        return os.getpid() == self._pid
