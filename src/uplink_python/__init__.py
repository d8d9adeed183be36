"""The API of the older ctypes binding `uplink-python`, over `uplink`.

Programs that were written for that binding run as they are: the same modules, classes, argument names, return values
and error codes. What they got wrong without knowing it is put right: a failed write raises, nothing native is left
behind, and an empty object can be read. New programs are better served by `uplink` itself.

```python
from uplink_python.uplink import Uplink

access = Uplink().parse_access(grant)
project = access.open_project()
project.ensure_bucket("photos")
upload = project.upload_object("photos", "cat.jpg")
upload.write(b"meow", 4)
upload.commit()
project.close()
```
"""

from _uplink_cffi.imports import check_uplink as _check_uplink

_check_uplink()
