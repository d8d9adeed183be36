"""The conversion of records at the boundary."""

from __future__ import annotations

from uplink import _ffi
from uplink._calls import _records


def test_a_record_is_decoded_by_its_lengths():
    """In Go's library, metadata with a NUL replaces other metadata."""
    boundary = _ffi.current()
    new = boundary.ffi.new
    key, custom = b"report\0old", {b"a\0b": b"c\0d", b"\xff": b""}
    texts = [(new("char[]", name), len(name), new("char[]", value), len(value)) for name, value in custom.items()]
    entries, native_key = new("UplinkCustomMetadataEntry[]", texts), new("char[]", key)
    record = new("UplinkRecord *", {"key": native_key, "key_length": len(key), "custom": (entries, len(texts))})
    found = _records.object_record(boundary, record)
    assert (found.key, found.size) == ("report\0old", 0)
    assert found.metadata == {"a\0b": "c\0d", "\udcff": ""}
