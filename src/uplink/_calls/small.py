"""Puts and gets of small objects. An event loop starts many in one native call, and takes many results in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from uplink import errors
from uplink._calls import streams
from uplink._calls._arguments import encode_object
from uplink._calls._records import object_record
from uplink._calls._results import make_error
from uplink._calls._stored import Stored
from uplink._handle import DownloadHandle

if TYPE_CHECKING:
    from typing import TypeAlias

    from uplink._calls._call import Call
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import UplinkProjectPointer, UplinkQueuePointer, UplinkSmallResultValue
    from uplink._handle import ProjectHandle
    from uplink._values import Object

    # The record of a put; the bytes of a get, or the open download of an object that is not small.
    Value: TypeAlias = Object | bytes | DownloadHandle
else:
    Value = object

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# The largest put in bytes: an object that the satellite keeps itself.
LARGEST_PUT = 4096
# The largest result of a get in bytes.
_LARGEST_GET = 256 * 1024


class SmallCall:
    """A put or a get of a whole object, without any option.

    Attributes:
        texts: The bucket and the key, and the data of a put.
        fields: The fields of an `UplinkSmallCall` after the tag.
        error: The error, once the call has failed.
    """

    __slots__ = ("_bucket", "_data", "_handle", "_key", "_value", "error", "fields", "texts")

    def __init__(self, handle: ProjectHandle, bucket: str, key: str, data: bytes | None) -> None:
        """Check and encode the arguments. A call without data is a get.

        Raises:
            UplinkError: As `put` and `get` raise it before anything is sent.
        """
        native_bucket, native_key, length = encode_object(bucket, key)
        self.fields: tuple[UplinkProjectPointer, bool, int, int, int]
        if data is None:
            self.texts: tuple[bytes, ...] = (native_bucket, native_key)
            self.fields = (handle.pointer(), False, len(native_bucket), length, _LARGEST_GET)
        else:
            self.texts = (native_bucket, native_key, data)
            self.fields = (handle.pointer(), True, len(native_bucket), length, len(data))
        self._handle = handle
        self._bucket = bucket
        self._key = key
        self._data = data
        self._value: Value | None = None
        self.error: Exception | None = None

    @property
    def value(self) -> Value:
        """The value of a call that has succeeded."""
        return cast("Value", self._value)

    def take(self, result: UplinkSmallResultValue) -> None:
        """Keep the value or the error of the result, which is freed afterwards. A second time this does nothing."""
        if self._value is not None or self.error is not None:
            return
        try:
            self._value = self._decode(result)
        except Exception as error:  # noqa: BLE001 - the caller raises it
            self.error = error

    def _decode(self, result: UplinkSmallResultValue) -> Value:
        boundary = self._handle.boundary
        if result.error:
            raise make_error(boundary, result.error, self._bucket, self._key)
        if result.record:
            return object_record(boundary, result.record[0], version=True)
        if result.bytes:
            return boundary.ffi.buffer(result.bytes, result.length)[:]
        if result.download:
            return DownloadHandle.adopt(boundary, result, self._handle.inspect)
        raise errors.CancelledError("an interrupt has lost the result", bucket=self._bucket, key=self._key)

    def described(self) -> Call[Value]:
        """Return the same call for `run`, which explains errors."""
        where = self._handle, self._bucket, self._key
        if self._data is None:
            return cast("Call[Value]", streams.get_object(*where, 0, None, None, _LARGEST_GET))
        return cast("Call[Value]", streams.put_object(*where, self._data, Stored(self._handle.boundary, None, None)))


def start_all(boundary: Boundary, queue: UplinkQueuePointer, calls: dict[int, SmallCall]) -> None:
    """Start calls by their tags. A call that was started already is not started again."""
    native = boundary.ffi.new("UplinkSmallCall[]", [(tag, *call.fields) for tag, call in calls.items()])
    texts = b"".join([text for call in calls.values() for text in call.texts])
    boundary.lib.uplink_queue_start(queue, native, len(calls), texts, len(texts))
