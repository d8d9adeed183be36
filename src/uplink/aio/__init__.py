"""The same names as in `uplink`, awaited.

```python
import uplink

access = uplink.Access.parse(grant)
async with uplink.aio.open_project(access) as project:
    await project.ensure_bucket("photos")
    await project.put("photos", "cat.jpg", b"meow")
    data = await project.get("photos", "cat.jpg")
```

No thread waits for a call: all calls of an event loop share one native queue of completions.
"""

from __future__ import annotations

import sys

from uplink.aio import files
from uplink.aio.access import Access, EncryptionKey
from uplink.aio.download import Download
from uplink.aio.listing import Listing
from uplink.aio.pending import PartUpload, PendingUpload
from uplink.aio.project import Project, open_project
from uplink.aio.upload import Upload

TYPE_CHECKING = False
if TYPE_CHECKING:
    from uplink.aio import edge

__all__ = [
    "Access",
    "Download",
    "EncryptionKey",
    "Listing",
    "PartUpload",
    "PendingUpload",
    "Project",
    "Upload",
    "edge",
    "files",
    "open_project",
]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import `edge` at its first use."""
        if name != "edge":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        import uplink.aio.edge  # noqa: F401, PLC0415 - few programs need it

        return sys.modules["uplink.aio.edge"]
