"""What an upload stores with its object, for C."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uplink._calls._arguments import native_bytes, native_expires, native_if_none_match
from uplink._calls._metadata import native_metadata
from uplink._checks import check_type
from uplink.errors import InvalidArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from uplink._calls._arguments import Native
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import UplinkCustomMetadataValue

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# The key of the custom metadata in which the tools of Storj keep the media type.
_CONTENT_TYPE = "content-type"


class Stored:
    """What an upload stores with its object, and the condition of its commit.

    Attributes:
        custom: The custom metadata, or `None` if none were given.
        expires: When the object expires.
        conditions: The last fields of the options in C: the condition and the ETag. Empty if none of them was given.
    """

    __slots__ = ("conditions", "custom", "expires")

    def __init__(
        self,
        boundary: Boundary,
        metadata: Mapping[str, str] | None,
        expires: datetime | None,
        content_type: str | None = None,
        etag: bytes | None = None,
        if_none_match: str | None = None,
    ) -> None:
        """Check and encode the arguments of the methods with these names."""
        if content_type is not None:
            metadata = with_content_type(metadata, content_type)
        self.custom: Native[UplinkCustomMetadataValue] | None = (
            None if metadata is None else native_metadata(boundary, metadata)
        )
        self.expires: int = native_expires(expires)
        self.conditions: tuple[object, ...] = (
            ()
            if if_none_match is None and etag is None
            else (native_if_none_match(boundary, if_none_match), *native_bytes(boundary, etag, "etag"))
        )

    def custom_or_none(self, boundary: Boundary) -> Native[UplinkCustomMetadataValue]:
        """Return the struct of the custom metadata, which has no entries if none were given."""
        return native_metadata(boundary, {}) if self.custom is None else self.custom


def with_content_type(metadata: Mapping[str, str] | None, content_type: str) -> dict[str, str]:
    """Return custom metadata with a media type.

    Raises:
        TypeError: The media type is no `str`.
        InvalidArgumentError: The metadata has a media type of its own.
    """
    check_type(content_type, str, "content_type", "a str")
    given = dict(metadata or {})
    if any(key.lower() == _CONTENT_TYPE for key in given):
        raise InvalidArgumentError(f"the metadata has a {_CONTENT_TYPE!r}, and so has the argument content_type")
    return {**given, _CONTENT_TYPE: content_type}
