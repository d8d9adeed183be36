"""A project's method that downloads many ranges of an object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import SupportsIndex

from uplink._calls import objects
from uplink._calls import ranges as calls
from uplink._checks import whole_number
from uplink._driver import Deadline
from uplink._progress import Report, reporting
from uplink.aio._family import Family
from uplink.errors import InvalidArgumentError, ObjectChangedError, RangeInvalidError


class Ranges(Family):
    """Downloads many ranges of an object."""

    async def get_ranges(
        self,
        bucket: str,
        key: str,
        ranges: Iterable[tuple[SupportsIndex, SupportsIndex | None]],
        *,
        version: bytes | None = None,
        max_gap: int = 512 * 1024,
        progress: Report | bool | None = None,
        timeout: float | None = None,
    ) -> list[bytes]:
        """Download many ranges of an object in one call, several at the same time.

        All ranges are of one version of the object. Ranges that lie close together are downloaded
        with what lies between them, since a further download costs more than some bytes. These
        bytes count as downloaded for the satellite.

        Args:
            bucket: The bucket.
            key: The object's key.
            ranges: Pairs of offset and length, in any order; they may overlap. Each is read as
                `get` reads its `offset` and `length`: a negative offset counts from the end, and
                the length `None` reaches to the end.
            version: The version of a record; `None` for the latest version.
            max_gap: Ranges with at most so many bytes between them are downloaded together.
            progress: `True` for a bar, or a function that gets the numbers of bytes that are
                transferred, that there are, and that are committed, which all are at the end. The
                bytes between ranges count.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Returns:
            The bytes of each range, in the order of `ranges`.

        Raises:
            TypeError: A range is no pair of whole numbers.
            InvalidArgumentError: `max_gap` is negative.
            RangeInvalidError: A range begins after the end of the object, or its length is
                negative.
            ObjectNotFoundError: There is no such object or no such bucket.
            ObjectChangedError: The object was replaced again and again during the call.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            await project.put("photos", "cat.jpg", b"0123456789")
            head, tail = await project.get_ranges("photos", "cat.jpg", [(0, 3), (-2, None)])
            assert (head, tail) == (b"012", b"89")
            ```
        """
        deadline = Deadline.of(timeout)
        checked = calls.checked_ranges(ranges, bucket, key)
        gap = whole_number(max_gap, "max_gap")
        if gap < 0:
            raise InvalidArgumentError(f"max_gap is {max_gap}; it takes a number of bytes")
        with reporting(progress, key) as report:
            spans = calls.spans_without_record(checked)
            if spans is not None:
                call = calls.get_ranges(self._handle(), bucket, key, None, version, spans, gap, report)
                try:
                    return await self._run(call, deadline)
                except (RangeInvalidError, ObjectChangedError):
                    pass  # a range ends after the object, or the object was replaced: ask for its record
            attempts = self.config.retry.attempts
            while True:
                item = await self._run(objects.stat_object(self._handle(), bucket, key, version), deadline)
                spans = calls.spans_of(checked, item, bucket)
                call = calls.get_ranges(self._handle(), bucket, key, item, version, spans, gap, report)
                try:
                    return await self._run(call, deadline)
                except ObjectChangedError:
                    attempts -= 1
                    if not attempts:
                        raise
