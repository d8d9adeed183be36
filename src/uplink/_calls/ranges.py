"""Calls on ranges of objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from uplink import errors
from uplink._calls._arguments import LARGEST, encode_object, native_time, native_version
from uplink._calls._call import Call, lend_all
from uplink._calls._results import ERROR
from uplink._checks import whole_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import SupportsIndex

    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import Chars, UplinkOperationPointer, UplinkProjectPointer
    from uplink._handle import ProjectHandle
    from uplink._progress import Report
    from uplink._values import Object

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# From this size on, a range has memory of its own. Smaller ranges share one memory, which is copied.
_OWN_MEMORY = 64 * 1024
# Number of bytes up to which ranges are downloaded without knowing the size of the object.
_MOST_WITHOUT_RECORD = 64 * 1024 * 1024


def checked_ranges(ranges: Iterable[object], bucket: str, key: str) -> list[tuple[int, int | None]]:
    """Return ranges as pairs of offset and length.

    Raises:
        TypeError: A range is no pair of whole numbers; the second one may be `None`.
        RangeInvalidError: A length is negative.
    """
    checked: list[tuple[int, int | None]] = []
    for item in ranges:
        if not isinstance(item, (tuple, list)) or len(cast("Sequence[object]", item)) != 2:
            raise TypeError(f"a range takes an offset and a length, not {item!r}")
        first, count = cast("tuple[SupportsIndex, SupportsIndex | None]", item)
        offset = whole_number(first, "offset")
        length = None if count is None else whole_number(count, "length")
        if length is not None and length < 0:
            message = f"a length is {length}; it takes a number of bytes, or None for all"
            raise errors.RangeInvalidError(message, bucket=bucket, key=key)
        checked.append((offset, length))
    return checked


def spans_of(ranges: list[tuple[int, int | None]], item: Object, bucket: str) -> list[tuple[int, int]]:
    """Return the offset and the length of each range, as far as it lies within the object.

    Raises:
        RangeInvalidError: A range begins after the end of the object.
    """
    size = item.size or 0
    spans: list[tuple[int, int]] = []
    for offset, length in ranges:
        start = max(size + offset, 0) if offset < 0 else offset
        if start > size:
            message = f"the object has {size} bytes, which end before the offset {offset}"
            raise errors.RangeInvalidError(message, bucket=bucket, key=item.key)
        spans.append((start, size - start if length is None else min(length, size - start)))
    return spans


def spans_without_record(ranges: list[tuple[int, int | None]]) -> list[tuple[int, int]] | None:
    """Return the offset and the length of each range, if they do not depend on the size of the object.

    Large ranges could take much memory for nothing if the object is shorter. No object reaches an offset that C has no
    number for.
    """
    spans = [(offset, length) for offset, length in ranges if length is not None and 0 <= offset <= LARGEST]
    if len(spans) < len(ranges) or sum(length for _, length in spans) > _MOST_WITHOUT_RECORD:
        return None
    return spans


def get_ranges(
    project: ProjectHandle,
    bucket: str,
    key: str,
    item: Object | None,
    version: bytes | None,
    spans: list[tuple[int, int]],
    max_gap: int,
    progress: Report | None,
) -> Call[list[bytes]]:
    """Return the call that downloads ranges of an object.

    Args:
        project: The project.
        bucket: The bucket.
        key: The object's key.
        item: The record of the object; `None` for any object with the key.
        version: The version that the caller has named, or `None`.
        spans: Offset and length of each range, which lie within the object.
        max_gap: Ranges with at most so many bytes between them are downloaded together.
        progress: Gets how far the call has come.
    """
    boundary = project.boundary
    native = native_version(boundary, version or (item.version if item else None), bucket, key)
    options = boundary.ffi.new(
        "UplinkGetRangesOptions *",
        (
            boundary.ffi.sizeof("UplinkGetRangesOptions"),
            *native,
            *(native_time(item.created, "created") if item else (0, 0)),
            (item.size or 0) if item else 0,
            min(max_gap, LARGEST),
        ),
    )
    where, layout = encode_object(bucket, key), _Layout(spans)
    lent: list[Chars] = []

    def start(operation: UplinkOperationPointer, native: UplinkProjectPointer) -> None:
        structs = layout.structs(lend_all(boundary, operation, layout.memories, lent))
        native_ranges = boundary.ffi.new("UplinkRange[]", structs)
        boundary.lib.uplink_start_get_ranges(operation, native, *where, native_ranges, len(structs), options)

    def as_bytes(_boundary: Boundary, _result: object) -> list[bytes]:
        return layout.results()

    return Call(
        project,
        "get the ranges",
        start,
        (),
        ERROR,
        as_bytes,
        bucket,
        key,
        needs=("allow_download",),
        lent=lent,
        keep=native,
        progress=progress,
    )


class _Layout:
    """Where the bytes of each range are.

    Attributes:
        memories: The memories, of which the first one is shared.
    """

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._spans = spans
        # The number of the memory of each range, and where it begins there.
        self._places: list[tuple[int, int]] = []
        # New bytes, which libuplink writes once. An object of one byte would be another object's, too.
        shared, own = 2, list[bytes]()
        for _, length in spans:
            if length >= _OWN_MEMORY:
                own.append(bytes(length))
                self._places.append((len(own), 0))
            else:
                self._places.append((0, shared))
                shared += length
        self.memories = [bytes(shared), *own]

    def structs(self, addresses: list[Chars]) -> list[tuple[int, Chars, int]]:
        """Return the structs of the ranges, for memories at these addresses."""
        return [
            (offset, addresses[number] + begin, length)
            for (offset, length), (number, begin) in zip(self._spans, self._places, strict=True)
        ]

    def results(self) -> list[bytes]:
        """Return the bytes of the ranges."""
        return [
            self.memories[number][begin : begin + length]
            for (_, length), (number, begin) in zip(self._spans, self._places, strict=True)
        ]
