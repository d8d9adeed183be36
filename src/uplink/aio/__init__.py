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

from uplink.aio.access import Access, EncryptionKey
from uplink.aio.download import Download
from uplink.aio.listing import Listing
from uplink.aio.pending import PartUpload, PendingUpload
from uplink.aio.project import Project, open_project
from uplink.aio.upload import Upload

__all__ = [
    "Access",
    "Download",
    "EncryptionKey",
    "Listing",
    "PartUpload",
    "PendingUpload",
    "Project",
    "Upload",
    "open_project",
]
