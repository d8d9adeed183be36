"""Storj for Python: decentralised object storage with end-to-end encryption.

```python
import uplink

access = uplink.Access.parse(grant)
with access.open_project() as project:
    project.ensure_bucket("photos")
    project.put("photos", "cat.jpg", b"meow")
    data = project.get("photos", "cat.jpg")
```

The same names, awaited, are in `uplink.aio`; the exceptions are in `uplink.errors`. Importing this package loads no
native code: that happens at the first call.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from uplink import errors
from uplink._calls.project import detached_calls
from uplink._info import AccessInfo
from uplink._values import Bucket, Config, Object, Permission, Retry, SharePrefix, UploadInfo
from uplink.access import Access, EncryptionKey
from uplink.download import Download
from uplink.errors import UplinkError
from uplink.listing import Listing
from uplink.project import Project, open_project
from uplink.upload import Upload

if TYPE_CHECKING:
    from uplink import aio

    __version__: str

__all__ = [
    "Access",
    "AccessInfo",
    "Bucket",
    "Config",
    "Download",
    "EncryptionKey",
    "Listing",
    "Object",
    "Permission",
    "Project",
    "Retry",
    "SharePrefix",
    "UplinkError",
    "Upload",
    "UploadInfo",
    "aio",
    "detached_calls",
    "errors",
    "open_project",
]


if not TYPE_CHECKING:

    def _wait_for_imports() -> None:
        """Let other threads end imports of parts of this package: a forked child would wait for them for ever."""
        for name in list(sys.modules):
            if name.startswith("uplink."):
                import_module(name)

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_wait_for_imports)

    def __getattr__(name: str) -> object:
        """Import at first use what would more than double the cost of importing this package: asyncio, metadata."""
        if name == "aio":
            return import_module("uplink.aio")
        if name == "__version__":
            # Packers of programs look for this statement and this call.
            from importlib.metadata import version  # noqa: PLC0415

            return version("uplink-cffi")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        """Return the public names, for completion: also those that are imported at first use."""
        return [*__all__, *(name for name in globals() if name.startswith("__")), "__version__"]
