# Generated from src/uplink/aio/_bulk.py by tools/generate_sync.py; change that instead.
"""A project's methods for many objects at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from uplink._calls import bulk as calls
from uplink._calls._arguments import encode_bucket
from uplink._checks import check_flag
from uplink._driver import Deadline
from uplink._family import Family
from uplink._values import Deletion, Object
from uplink.errors import UplinkError

Keys: TypeAlias = Iterable[str | Object]


class Bulk(Family):
    """Methods for many objects at once."""

    def delete_objects(
        self,
        bucket: str,
        keys: Keys,
        *,
        bypass_governance_retention: bool = False,
        timeout: float | None = None,
    ) -> list[Deletion]:
        """Delete any number of objects, a thousand with each request.

        First all keys are read and checked, and then the requests are sent, one after the other.
        The result is a list, with an item for each key in the same order: what one object prevents
        is in its item, and is no exception. Missing objects are no error.

        Go counterpart: `DeleteObjects` of its package `private/object`.

        Args:
            bucket: The bucket.
            keys: Keys, and `Object`s of any listing. An `Object` that has a `version` names that
                version, which is removed. A key, or an `Object` without a version, names the latest
                version; a bucket with versioning keeps it and gets a delete marker.
            bypass_governance_retention: Whether to delete versions that a retention in governance
                mode keeps. It takes a permission of its own.
            timeout: Seconds until the call is cancelled; `None` for no limit. It includes the time
                to read the keys, but does not interrupt an iterator.

        Returns:
            What became of each object.

        Raises:
            TypeError: `keys` is one text, or an item is neither a text nor an `Object`.
            InvalidArgumentError: An `Object` is a prefix, or its `version` is empty.
            ObjectKeyInvalidError: A key is empty or cannot be encoded, in which case nothing was
                deleted; or the satellite finds it too long.
            BucketNotFoundError: There is no such bucket.
            UnsupportedError: The satellite does not implement it.
            UplinkError: Any other error of the network. The error ends the call. Its `results` are
                those of the requests before, and its message names the objects of the request that
                failed. After that, and after a cancellation, call it again: what is deleted already
                is then missing.

        Example:
            ```python
            project.put("photos", "drafts/cat.jpg", b"meow")
            for item in project.delete_objects("photos", ["drafts/cat.jpg", "drafts/no-such-cat.jpg"]):
                print(item.key, item.status)  # deleted, and missing
            project.delete_objects("photos", project.list_objects("photos", "drafts/", recursive=True))
            ```
        """
        self._handle()  # raises an error if the project is closed, also for no keys
        encode_bucket(bucket)
        check_flag(bypass_governance_retention, "bypass_governance_retention")
        deadline = Deadline.of(timeout)
        items = calls.items_of(bucket, keys)
        done: list[Deletion] = []
        for start in range(0, len(items), calls.MOST_DELETED):
            page = items[start : start + calls.MOST_DELETED]
            place = f"objects {start + 1} to {start + len(page)} of {len(items)}"
            call = calls.delete_objects(
                self._handle(), bucket, page, place, bypass_governance_retention=bypass_governance_retention
            )
            try:
                deleted = self._run(call, deadline)
            except UplinkError as error:
                error.results = tuple(done)
                raise
            done += deleted
        return done
