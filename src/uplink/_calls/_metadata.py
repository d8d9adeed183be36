"""How custom metadata goes to libuplink."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from uplink import errors

if TYPE_CHECKING:
    from uplink._ffi import Boundary

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


class NativeMetadata:
    """The C struct of custom metadata, with what must live as long."""

    __slots__ = ("_owners", "struct")

    def __init__(self, struct: Any, owners: Any) -> None:
        self.struct = struct
        self._owners = owners


def metadata_struct(boundary: Boundary, metadata: Mapping[str, str]) -> NativeMetadata:
    """Convert custom metadata."""
    if not isinstance(metadata, Mapping):
        raise TypeError(f"custom metadata is a mapping of str to str, not {type(metadata).__name__}")
    if not metadata:
        empty = boundary.ffi.new("UplinkCustomMetadata *")
        return NativeMetadata(empty[0], empty)
    pairs = [
        (_metadata_text(key, "a key"), _metadata_text(value, f"the value of {key!r}"))
        for key, value in metadata.items()
    ]
    if not all(key for key, _ in pairs):
        raise errors.MetadataInvalidError("a key of the custom metadata is empty")
    buffers = [(boundary.ffi.new("char[]", key), boundary.ffi.new("char[]", value)) for key, value in pairs]
    entries = boundary.ffi.new(
        "UplinkCustomMetadataEntry[]", [(key, len(key) - 1, value, len(value) - 1) for key, value in buffers]
    )
    struct = boundary.ffi.new("UplinkCustomMetadata *", {"entries": entries, "count": len(pairs)})
    return NativeMetadata(struct[0], (buffers, entries, struct))


def _metadata_text(text: str, what: str) -> bytes:
    """Encode a text, which no message shows: it may be a secret."""
    if not isinstance(text, str):
        raise TypeError(f"{what} in custom metadata is a str, not {type(text).__name__}")
    if "\0" in text:
        raise errors.MetadataInvalidError(f"{what} in the custom metadata has a NUL in it")
    # A UnicodeEncodeError would have the text in its arguments.
    if re.search("[\ud800-\udfff]", text):
        raise errors.MetadataInvalidError(f"{what} in the custom metadata has a surrogate in it")
    return text.encode("utf-8")
