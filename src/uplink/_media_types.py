"""The media type that a name stands for."""

from __future__ import annotations

import mimetypes

# The media types of compressed files, whose names tell the type of what they contain, too.
_COMPRESSED = {
    "br": "application/x-brotli",
    "bzip2": "application/x-bzip",
    "compress": "application/x-compress",
    "gzip": "application/gzip",
    "xz": "application/x-xz",
}


def media_type(name: str) -> str | None:
    """Return the media type that the end of a name stands for."""
    # Without the slash, `mimetypes` takes what is before a colon for the scheme of a URL.
    kind, encoding = mimetypes.guess_type(f"/{name}")
    return kind if encoding is None else _COMPRESSED.get(encoding)
