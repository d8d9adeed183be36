"""The base class of `Uplink`, which the modules below `uplink_python.uplink` use without importing it."""

from __future__ import annotations

import uplink as native
from uplink_python.module_classes import Bucket, Object, bucket_of, object_of


class Records:
    """Converts the records of `uplink` into the records of this package."""

    @classmethod
    def object_from_result(cls, object_: native.Object) -> Object:
        """Convert an object.

        Args:
            object_: The object of `uplink`.

        Returns:
            The object of this package.
        """
        return object_of(object_)

    @classmethod
    def bucket_from_result(cls, bucket_: native.Bucket) -> Bucket:
        """Convert a bucket.

        Args:
            bucket_: The bucket of `uplink`.

        Returns:
            The bucket of this package.
        """
        return bucket_of(bucket_)
