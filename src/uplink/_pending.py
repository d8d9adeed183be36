"""What synchronous and awaited pending uploads have in common."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Generic, TypeVar

from uplink._calls.multipart import encode_pending
from uplink._contexts import NoContext
from uplink._hide import hide_secrets, shortened
from uplink._made import Made
from uplink._types import Self
from uplink.errors import UploadNotFoundError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

P = TypeVar("P")


class PendingBase(Made, Generic[P]):
    """The names of a pending upload. It has no native handle, so nothing is to be closed."""

    __slots__ = ("__weakref__", "_aborted", "bucket", "key", "project", "upload_id")

    project: P
    bucket: str
    key: str
    upload_id: str
    # Whether `abort` was called, unless the satellite has refused it.
    _aborted: bool

    # Hidden from type checkers, so that they report the mistake.
    if not TYPE_CHECKING:
        __enter__ = __aenter__ = NoContext("a pending upload is no context manager: call its commit or its abort")

    def _begin(self, project: P, bucket: str, key: str, upload_id: str) -> Self:
        encode_pending(bucket, key, upload_id)
        self.project = project
        self.bucket = bucket
        self.key = key
        self.upload_id = upload_id
        self._aborted = False
        return self

    def _check_pending(self) -> None:
        """Raise an error if `abort` was called: satellites accept parts and a commit for a while after it."""
        if self._aborted:
            raise UploadNotFoundError("this upload was aborted", bucket=self.bucket, key=self.key)

    def __reduce__(self) -> tuple[object, ...]:
        return operator.methodcaller("resume_upload", self.bucket, self.key, self.upload_id), (self.project,)

    def __repr__(self) -> str:
        if not hasattr(self, "upload_id"):
            return object.__repr__(self)
        place = shortened(hide_secrets(f"{self.bucket}/{self.key}"))
        # All IDs of a bucket begin with the same characters.
        return f"<{type(self).__module__}.{type(self).__qualname__} of {place}, …{self.upload_id[-12:]}>"
