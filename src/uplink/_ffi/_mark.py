"""A mark of this process that its forked children do not inherit."""

from __future__ import annotations

import mmap
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Protocol

    class Mark(Protocol):
        """Distinguishes the process that made it from its forked children."""

        def __getitem__(self, index: int, /) -> int:
            """Return 1 in the process that made the mark, and 0 in its forked children; the index is 0."""
            ...


# MADV_WIPEONFORK, from Linux 4.14 on, for which `mmap` has no name.
_WIPE_ON_FORK = 18


def mark() -> Mark:
    """Return a mark of this process.

    A fork in C, as in uWSGI, runs none of Python's hooks. So the mark is a page that the kernel zeroes in every forked
    child. Reading it takes 20 ns; `os.getpid` takes 200.
    """
    if sys.platform == "linux":
        page = mmap.mmap(-1, 1, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        try:
            page.madvise(_WIPE_ON_FORK)
        except OSError:  # an older kernel, or a sandbox
            page.close()
        else:
            page[0] = 1
            return page
    return _PidMark()


class _PidMark:
    """A mark for systems whose kernel cannot zero pages at a fork."""

    __slots__ = ("_pid",)

    def __init__(self) -> None:
        self._pid = os.getpid()

    def __getitem__(self, index: int, /) -> int:
        return os.getpid() == self._pid
