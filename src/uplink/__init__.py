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

from importlib import import_module
from typing import TYPE_CHECKING

from uplink import errors
from uplink._calls.project import detached_calls
from uplink._values import Bucket, Config, Object, Permission, Retry, SharePrefix
from uplink.access import Access, EncryptionKey
from uplink.download import Download
from uplink.errors import UplinkError
from uplink.project import Project, open_project
from uplink.upload import Upload

if TYPE_CHECKING:
    from types import ModuleType

    from uplink import aio

__all__ = [
    "Access",
    "Bucket",
    "Config",
    "Download",
    "EncryptionKey",
    "Object",
    "Permission",
    "Project",
    "Retry",
    "SharePrefix",
    "UplinkError",
    "Upload",
    "aio",
    "detached_calls",
    "errors",
    "open_project",
]


def __getattr__(name: str) -> ModuleType:
    """Import `uplink.aio` at its first use: asyncio would more than double what importing this package costs."""
    if name == "aio":
        return import_module("uplink.aio")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
