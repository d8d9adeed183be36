"""The values of obspec, made of records and of options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import SupportsIndex, TypeAlias, cast

from obspec import Attributes, GetOptions, ListResult, ObjectMeta, OffsetRange, PutMode, PutResult, SuffixRange

from uplink._checks import check_type, whole_number
from uplink._obspec.failures import NotImplementedError, NotModifiedError, PreconditionError  # noqa: A004
from uplink._values import Object
from uplink.errors import InvalidArgumentError, MetadataInvalidError, RangeInvalidError, VersionInvalidError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

Range: TypeAlias = "tuple[int, int] | Sequence[int] | OffsetRange | SuffixRange"

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)
_ATTRIBUTES = ("Content-Type", "Content-Disposition", "Content-Encoding", "Content-Language", "Cache-Control")
# Storj's S3 gateway stores the media type under this name.
_STORED = {name: name.lower() for name in _ATTRIBUTES}
_OPTIONS = frozenset(GetOptions.__annotations__)
_SHOWN = {stored: name for name, stored in _STORED.items()}


def e_tag_of(item: Object) -> str:
    """Return a text that differs between an object and what replaces it: of its time and its size."""
    assert item.created is not None
    return f"{(item.created - _EPOCH) // _MICROSECOND:x}-{item.size or 0:x}"


def _version_of(item: Object) -> str | None:
    return None if item.version is None else item.version.hex()


def meta_of(item: Object, prefix: str) -> ObjectMeta:
    """Return what obspec says about an object.

    Args:
        item: Its record.
        prefix: The prefix of the store, which paths lack.
    """
    assert item.created is not None
    return {
        "path": item.key[len(prefix) :],
        "last_modified": item.created,
        "size": item.size or 0,
        "e_tag": e_tag_of(item),
        "version": _version_of(item),
    }


def list_result(items: Sequence[Object], prefix: str) -> ListResult[Sequence[ObjectMeta]]:
    """Return the objects and the prefixes of a listing."""
    return {
        "common_prefixes": [item.key[len(prefix) : -1] for item in items if item.is_prefix],
        "objects": [meta_of(item, prefix) for item in items if not item.is_prefix],
    }


def put_result(item: Object) -> PutResult:
    """Return what obspec says about an object that was just stored."""
    return {"e_tag": e_tag_of(item), "version": _version_of(item)}


def attributes_of(item: Object) -> Attributes:
    """Return the custom metadata of an object with the names that attributes have."""
    return {_SHOWN.get(name, name): value for name, value in (item.metadata or {}).items()}


def metadata_of(attributes: Attributes | None) -> dict[str, str] | None:
    """Return the custom metadata that store attributes.

    Raises:
        MetadataInvalidError: Two attributes are stored under the same name.
    """
    if not attributes:
        return None
    metadata = {_STORED.get(name, name): value for name, value in attributes.items()}
    if len(metadata) < len(attributes):
        raise MetadataInvalidError(f"two of the attributes {', '.join(attributes)} have the same name")
    return metadata


def condition_of(mode: PutMode | None, tags: Mapping[str, str] | None) -> str | None:
    """Return the condition that stands for the mode of a put.

    Raises:
        InvalidArgumentError: It is another text.
        NotImplementedError: It is an update of one version, or there are tags.
    """
    if tags:
        raise NotImplementedError("objects of Storj have no tags")
    if isinstance(mode, Mapping):
        raise NotImplementedError("Storj cannot replace one version of an object on condition")
    if mode not in (None, "overwrite", "create"):
        raise InvalidArgumentError(f"mode is {mode!r}; it takes 'overwrite' or 'create'")
    return "*" if mode == "create" else None


def checked_options(options: GetOptions | None) -> GetOptions:
    """Return the options of a get.

    Raises:
        InvalidArgumentError: There is none of that name.
    """
    for name in options or {}:
        if name not in _OPTIONS:
            raise InvalidArgumentError(f"get has no option {name!r}; it takes {', '.join(sorted(_OPTIONS))}")
    return options or {}


def range_of(options: GetOptions) -> tuple[int, int | None]:
    """Return the offset and the length to get; a negative offset counts from the end.

    Raises:
        RangeInvalidError: The range is empty, or no range.
    """
    given = cast("object", options.get("range"))
    if given is None:
        return 0, None
    if isinstance(given, Mapping):
        named = cast("Mapping[str, SupportsIndex]", given)
        if set(named) == {"offset"}:
            return _positive(named["offset"], "offset", least=0), None
        if set(named) == {"suffix"}:
            return -_positive(named["suffix"], "suffix", least=1), None
    elif isinstance(given, Sequence) and len(cast("Sequence[object]", given)) == 2:
        start, end = cast("Sequence[SupportsIndex]", given)
        return span(start, end, None)
    raise RangeInvalidError(f"range is {given!r}; it takes (start, end), {{'offset': …}} or {{'suffix': …}}")


def span(start: SupportsIndex, end: SupportsIndex | None, length: SupportsIndex | None) -> tuple[int, int]:
    """Return the offset and the length of a range.

    Raises:
        InvalidArgumentError: Neither the end nor the length is given, or both are.
        RangeInvalidError: The range is empty.
    """
    first = _positive(start, "start", least=0)
    if (end is None) == (length is None):
        raise InvalidArgumentError("a range takes an end or a length")
    count = whole_number(cast("SupportsIndex", length), "length") if end is None else whole_number(end, "end") - first
    if count < 1:
        raise RangeInvalidError("the range is empty")
    return first, count


def spans(starts: Sequence[int], ends: Sequence[int] | None, lengths: Sequence[int] | None) -> list[tuple[int, int]]:
    """Return the offsets and the lengths of ranges.

    Raises:
        InvalidArgumentError: Neither the ends nor the lengths are given, or both are, or there are more or fewer than
            starts.
        RangeInvalidError: A range is empty.
    """
    if (ends is None) == (lengths is None):
        raise InvalidArgumentError("ranges take ends or lengths")
    others = cast("Sequence[int]", lengths if ends is None else ends)
    if len(others) != len(starts):
        raise InvalidArgumentError(f"{len(starts)} starts have {len(others)} ends or lengths")
    pairs = zip(starts, others, strict=True)
    return [span(start, None if ends is None else other, other if ends is None else None) for start, other in pairs]


def _positive(value: SupportsIndex, name: str, *, least: int) -> int:
    number = whole_number(value, name)
    if number < least:
        raise RangeInvalidError(f"{name} is {number}; it takes {least} or more")
    return number


def version_of(options: GetOptions) -> bytes | None:
    """Return the version to get.

    Raises:
        VersionInvalidError: It is not hexadecimal.
    """
    version = options.get("version")
    if version is None:
        return None
    check_type(version, str, "version", "a str")
    try:
        return bytes.fromhex(version)
    except ValueError:
        raise VersionInvalidError(f"the version {version!r} is not hexadecimal") from None


def check_conditions(options: GetOptions, item: Object) -> None:
    """Check the conditions of a get, in the order of HTTP.

    Raises:
        PreconditionError: The object is not the one that they require.
        NotModifiedError: The object is the one that they exclude.
    """
    assert item.created is not None
    if (wanted := options.get("if_match")) is not None:
        if not _matches(wanted, item):
            raise PreconditionError(f"the object has the tag {e_tag_of(item)!r}, which if_match does not name")
    elif (until := options.get("if_unmodified_since")) is not None and item.created > _aware(until):
        raise PreconditionError(f"the object is of {item.created}, after if_unmodified_since")
    if (unwanted := options.get("if_none_match")) is not None:
        if _matches(unwanted, item):
            raise NotModifiedError(f"the object has the tag {e_tag_of(item)!r}, which if_none_match names")
    elif (since := options.get("if_modified_since")) is not None and item.created <= _aware(since):
        raise NotModifiedError(f"the object is of {item.created}, not after if_modified_since")


def _matches(tags: str, item: Object) -> bool:
    """Report whether a header of HTTP names the tag of an object."""
    named = {tag.strip().removeprefix("W/").strip('"') for tag in tags.split(",")}
    return "*" in named or e_tag_of(item) in named


def _aware(when: datetime) -> datetime:
    check_type(when, datetime, "a condition", "a datetime")
    if when.tzinfo is None:
        raise InvalidArgumentError(f"the time {when} of a condition has no time zone")
    return when
