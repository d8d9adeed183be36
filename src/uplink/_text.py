"""Decodes and encodes the text of awaited files. Synchronous ones are of `io.TextIOWrapper`."""

from __future__ import annotations

import codecs
import io
import os
import re

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

_POSITION_BITS = 64
_SKIP_BITS = 32
_ANY_NEWLINE = re.compile("\r\n|\n|\r")


class TextDecoder:
    """The text of a file, decoded chunk by chunk.

    A position of text is a number, as that of `io.TextIOWrapper`: the offset of a byte, the state
    of the decoder there, and the number of characters to skip from there on.
    """

    def __init__(self, encoding: str, errors: str, newline: str | None) -> None:
        decoder = codecs.getincrementaldecoder(encoding)(errors)
        self._decoder: codecs.IncrementalDecoder | io.IncrementalNewlineDecoder = decoder
        if not newline:
            self._decoder = io.IncrementalNewlineDecoder(decoder, translate=newline is None)
        self._end = re.compile(re.escape(newline or "\n")) if newline != "" else _ANY_NEWLINE
        # The decoded text of `_chunk`, of which `_used` characters were read. Before the chunk, which begins at the
        # offset `_start`, the decoder had the state `_flags`, and no bytes of its own.
        self._text = ""
        self._used = 0
        self._chunk = b""
        self._start = 0
        self._flags: int = self._decoder.getstate()[1]

    @property
    def left(self) -> int:
        """Number of characters that are decoded and not read."""
        return len(self._text) - self._used

    def feed(self, chunk: bytes) -> bool:
        """Decode a chunk, which follows the last one. An empty one is the end of the file.

        Report whether the file goes on.
        """
        if self._used == len(self._text):
            pending, flags = self._decoder.getstate()
            start = self._start + len(self._chunk) - len(pending)
            text = self._decoder.decode(chunk, not chunk)
            self._text, self._used, self._chunk, self._start, self._flags = text, 0, pending + chunk, start, flags
        else:
            self._text += self._decoder.decode(chunk, not chunk)
            self._chunk += chunk
        return bool(chunk)

    def take(self, size: int) -> str:
        """Return up to that many characters; all for a negative number."""
        start = self._used
        self._used = len(self._text) if size < 0 else min(start + size, len(self._text))
        return self._text[start : self._used]

    def line(self, most: int, *, last: bool) -> str | None:
        """Return a line, or `None` if its end was not decoded yet.

        Args:
            most: Number of characters at most; negative for no limit.
            last: Whether nothing more is decoded.
        """
        found = self._end.search(self._text, self._used)
        if found is not None:
            count = found.end() - self._used
        elif last or 0 <= most <= self.left:
            count = self.left
        else:
            return None
        return self.take(count if most < 0 else min(count, most))

    def tell(self) -> int:
        """Return the position."""
        if self._used == 0 and self._start == 0:
            return 0
        count = len(self._chunk)
        if self._used < len(self._text) or self._decoder.getstate()[0]:
            count = self._bytes_of(self._used)
        text, _, flags = self._decode(count)
        skip = self._used - len(text)
        return (self._start + count) | skip << _POSITION_BITS | flags << (_POSITION_BITS + _SKIP_BITS)

    def _bytes_of(self, used: int) -> int:
        """Return the largest number of bytes of the chunk that have at most so many characters, and end with one."""
        least, most = 0, len(self._chunk)
        while least < most:
            middle = (least + most + 1) // 2
            if len(self._decode(middle)[0]) <= used:
                least = middle
            else:
                most = middle - 1
        while least and self._decode(least)[1]:
            least -= 1
        return least

    def _decode(self, count: int) -> tuple[str, bytes, int]:
        """Return the text of the first bytes of the chunk, and the state of the decoder after them."""
        after = self._decoder.getstate()
        try:
            self._decoder.setstate((b"", self._flags))
            return self._decoder.decode(self._chunk[:count]), *self._decoder.getstate()
        finally:
            self._decoder.setstate(after)

    def seek(self, position: int) -> tuple[int, int]:
        """Go to a position, and return the offset of the next chunk, and the number of characters to skip then."""
        start = position & (1 << _POSITION_BITS) - 1
        skip = position >> _POSITION_BITS & (1 << _SKIP_BITS) - 1
        flags = position >> (_POSITION_BITS + _SKIP_BITS)
        if position:
            self._decoder.setstate((b"", flags))
        else:
            self._decoder.reset()
        self._text, self._used, self._chunk, self._start = "", 0, b"", start
        self._flags = self._decoder.getstate()[1]
        return start, skip


class TextEncoder:
    """Encodes the text of a file, piece by piece."""

    def __init__(self, encoding: str, errors: str, newline: str | None) -> None:
        self._encoder = codecs.getincrementalencoder(encoding)(errors)
        self._newline = os.linesep if newline is None else newline or "\n"

    def encode(self, text: str) -> bytes:
        """Return the bytes of the next piece."""
        if self._newline != "\n":
            text = text.replace("\n", self._newline)
        return self._encoder.encode(text)
