"""What uploads and downloads, synchronous and awaited, have in common."""

from __future__ import annotations


class Stream:
    """Reports what code for files asks of a file. The methods that wait are those of `Upload` and `Download`."""

    def readable(self) -> bool:
        """Report whether the stream can be read: a download can, an upload cannot."""
        return False

    def writable(self) -> bool:
        """Report whether the stream can be written to: an upload can, a download cannot."""
        return False

    def seekable(self) -> bool:
        """Report whether the stream has random access, which no stream has: to read a part, open it at an offset."""
        return False
