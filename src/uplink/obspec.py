"""Storj as a store of obspec, for programs that work with any object store.

It needs obspec: `pip install uplink-cffi[obspec]`.

```python
from uplink.obspec import Store

store = Store(access, "photos", "2026")
store.put("cat.jpg", b"meow")
assert bytes(store.get("cat.jpg").buffer()) == b"meow"
```
"""

from __future__ import annotations

from uplink._extras import extra

with extra("obspec"):
    from uplink._obspec.failures import (
        AlreadyExistsError,
        InvalidPathError,
        NotFoundError,
        NotImplementedError,  # noqa: A004 - obspec's name
        NotModifiedError,
        NotSupportedError,
        PermissionDeniedError,
        PreconditionError,
        UnauthenticatedError,
    )
from uplink._obspec.reading import Reading
from uplink._obspec.results import GetResult, GetResultAsync
from uplink._obspec.writing import Writing

__all__ = [
    "AlreadyExistsError",
    "GetResult",
    "GetResultAsync",
    "InvalidPathError",
    "NotFoundError",
    "NotImplementedError",
    "NotModifiedError",
    "NotSupportedError",
    "PermissionDeniedError",
    "PreconditionError",
    "Store",
    "UnauthenticatedError",
]


class Store(Reading, Writing):
    """The objects of a bucket, or below a prefix in it.

    It has all protocols of obspec. Methods whose names end in `_async` are awaited. Threads, event
    loops and forked children can share a store. Its connections are closed when it is collected.
    Its pickle has the access: treat it as a password.

    Args:
        access: The access.
        bucket: The bucket.
        prefix: The prefix that all paths are below; a slash at its end makes no difference.
        config: How to connect.
        checksum: The checksum that `put` stores with objects, `"sha256"` or `"blake3"`; `None` for
            none.
        verify: Whether `get` of a whole object compares the bytes with the checksum that is stored
            with it, and refuses an object without one. Ranges cannot be verified.

    Attributes:
        access: The access.
        bucket: The bucket.
        prefix: The prefix, which ends in a slash unless it is empty.
        config: How to connect.
        checksum: The checksum that `put` stores.
        verify: Whether `get` verifies whole objects.

    Raises:
        TypeError: An argument is of another type.
        BucketNameInvalidError: The bucket's name is empty.

    Example:
        ```python
        from uplink.obspec import Store

        store = Store(access, "photos", "2026")
        store.put("cat.jpg", b"meow")
        assert store.head("cat.jpg")["size"] == 4
        ```
    """
