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

import uplink as _uplink

# PyPI has an HTTP client whose import name is `uplink` too.
if not hasattr(_uplink, "Access"):
    raise ImportError(
        f"the module 'uplink' at {getattr(_uplink, '__file__', None)} is not the one of uplink-cffi, which "
        "uplink_python needs: another distribution or a file of yours has the same name. Rename the file; or run "
        "'pip uninstall uplink' and then 'pip install --force-reinstall uplink-cffi'"
    )
