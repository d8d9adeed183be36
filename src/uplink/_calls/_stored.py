"""What an upload stores with its object, for C."""

from __future__ import annotations

from datetime import datetime, timezone
from types import NoneType
from typing import TYPE_CHECKING

from uplink._calls._arguments import native_bytes, native_if_none_match, native_time
from uplink._calls._call import Call
from uplink._calls._metadata import native_metadata
from uplink._calls._records import RECORD, as_record
from uplink._checks import check_flag, check_type
from uplink._checksums import native_checksum
from uplink._retention import MODES, Retention
from uplink.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from typing_extensions import TypeVarTuple, Unpack

    from uplink._calls._arguments import Native
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import (
        Chars,
        UplinkCustomMetadataValue,
        UplinkOperationPointer,
        UplinkProjectPointer,
    )
    from uplink._handle import ProjectHandle
    from uplink._progress import Report
    from uplink._values import Object

    Ts = TypeVarTuple("Ts")

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# The key of the custom metadata in which the tools of Storj keep the media type.
_CONTENT_TYPE = "content-type"


class Stored:
    """What an upload stores with its object, and the condition of its commit.

    Attributes:
        native_metadata: The custom metadata, or `None` if none were given.
        native_expires: When the object expires, in seconds and nanoseconds.
        conditions: Fields of the options in C: the condition and the ETag. Empty if none of them was given, and no
            locks.
        locks: The fields after them: the retention and the legal hold. Empty if none of them was given.
        lock_needs: The permissions that the locks take.
        checksum: The number of the checksum to store; 0 for none.
    """

    __slots__ = ("checksum", "conditions", "lock_needs", "locks", "native_expires", "native_metadata")

    def __init__(
        self,
        boundary: Boundary,
        metadata: Mapping[str, str] | None,
        expires: datetime | None,
        content_type: str | None = None,
        etag: bytes | None = None,
        if_none_match: str | None = None,
        retention: Retention | None = None,
        legal_hold: bool = False,
        checksum: str | None = None,
    ) -> None:
        """Check and encode the arguments of the methods with these names."""
        if content_type is not None:
            metadata = with_content_type(metadata, content_type)
        self.native_metadata: Native[UplinkCustomMetadataValue] | None = (
            None if metadata is None else native_metadata(boundary, metadata)
        )
        self.native_expires: tuple[int, int] = native_time(expires, "expires")
        if expires is not None and expires <= datetime.now(timezone.utc):
            raise InvalidArgumentError(f"expires is {expires}, which is over")
        self.conditions: tuple[object, ...] = ()
        self.locks: tuple[object, ...] = ()
        self.lock_needs: tuple[str, ...] = ()
        self.checksum: int = 0 if checksum is None else native_checksum(checksum)
        if retention is not None or legal_hold is not False:
            check_flag(legal_hold, "legal_hold")
            self.locks = (native_retention(retention), bool(legal_hold))
            self.lock_needs = lock_needs(retention, legal_hold)
        if self.locks or if_none_match is not None or etag is not None:
            self.conditions = (native_if_none_match(boundary, if_none_match), *native_bytes(boundary, etag, "etag"))

    def custom_or_none(self, boundary: Boundary) -> Native[UplinkCustomMetadataValue]:
        """Return the struct of the custom metadata, which has no entries if none were given."""
        return native_metadata(boundary, {}) if self.native_metadata is None else self.native_metadata


def call_that_stores(
    project: ProjectHandle,
    name: str,
    function: Callable[[UplinkOperationPointer, UplinkProjectPointer, Unpack[Ts]], None],
    arguments: tuple[Unpack[Ts]],
    bucket: str,
    key: str,
    stored: Stored,
    custom: Native[UplinkCustomMetadataValue],
    *,
    lent: list[Chars] | None = None,
    progress: Report | None = None,
) -> Call[Object]:
    """Return the call that uploads a whole object. Its result is the object's record."""
    return Call(
        project,
        name,
        function,
        arguments,
        RECORD,
        as_record,
        bucket,
        key,
        changes=True,
        needs=("allow_upload",),
        also_needs=locks_need(stored.lock_needs, bucket, key),
        lent=lent,
        keep=(custom, stored),
        progress=progress,
    )


def locks_need(needs: tuple[str, ...], bucket: str, key: str) -> tuple[tuple[str, str, str | None], ...]:
    """Return the permissions that the locks of an object take, for `Call`."""
    return tuple([(name, bucket, key) for name in needs]) if needs else ()


def native_retention(retention: Retention | None) -> tuple[int, int, int]:
    """Return the fields of an `UplinkRetention`."""
    check_type(retention, (Retention, NoneType), "retention", "a Retention")
    if retention is None:
        return 0, 0, 0
    return (MODES[retention.mode], *native_time(retention.until, "until"))


def lock_needs(retention: Retention | None, legal_hold: bool) -> tuple[str, ...]:
    """Return the permissions that it takes to store an object with these locks."""
    needs = ("allow_put_object_retention",) if retention is not None else ()
    return (*needs, "allow_put_object_legal_hold") if legal_hold else needs


def with_content_type(metadata: Mapping[str, str] | None, content_type: str) -> dict[str, str]:
    """Return custom metadata with a media type.

    Raises:
        TypeError: The media type is no `str`.
        InvalidArgumentError: The media type is empty, or the metadata has one of its own.
    """
    check_type(content_type, str, "content_type", "a str")
    if not content_type:
        raise InvalidArgumentError("content_type is empty; None stores none")
    given = dict(metadata or {})
    if any(key.lower() == _CONTENT_TYPE for key in given):
        raise InvalidArgumentError(f"the metadata has a {_CONTENT_TYPE!r}, and so has the argument content_type")
    return {**given, _CONTENT_TYPE: content_type}
