"""The API of the older ctypes binding `uplink-python`, over `uplink`.

Programs that were written for that binding run unchanged: modules, classes, argument names, return values and error
codes are the same. It fixes that binding's bugs: a failed write raises, native handles are freed, and an empty object
can be read. New programs should use `uplink`.

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
