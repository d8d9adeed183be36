"""Custom metadata for C."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from uplink._calls._arguments import Native, encode
from uplink.errors import MetadataInvalidError

if TYPE_CHECKING:
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import UplinkCustomMetadataValue

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


def native_metadata(boundary: Boundary, metadata: Mapping[str, str]) -> Native[UplinkCustomMetadataValue]:
    """Return the struct of custom metadata."""
    if not isinstance(metadata, Mapping):
        raise TypeError(f"custom metadata is a mapping of str to str, not {type(metadata).__name__}")
    new = boundary.ffi.new
    if not metadata:
        return Native(new("UplinkCustomMetadata *")[0], None)
    pairs = [
        (_encode(key, "a key of the custom metadata"), _encode(value, f"the value of {key!r} in the custom metadata"))
        for key, value in metadata.items()
    ]
    if not all(key for key, _ in pairs):
        raise MetadataInvalidError("a key of the custom metadata is empty")
    buffers = [(new("char[]", key), new("char[]", value)) for key, value in pairs]
    entries = new("UplinkCustomMetadataEntry[]", [(key, len(key) - 1, value, len(value) - 1) for key, value in buffers])
    struct = new("UplinkCustomMetadata *", {"entries": entries, "count": len(pairs)})
    return Native(struct[0], (buffers, entries))


def _encode(text: str, name: str) -> bytes:
    # Metadata is UTF-8 without exception.
    return encode(text, name, MetadataInvalidError, escapes=False)
