"""Storj as a transport of smart_open: `smart_open.open("sj://bucket/key")`.

It needs smart_open and fsspec: `pip install uplink-cffi[smart-open]`. The import of this module
registers the transport, for the schemes `sj` and `storj`.

```python
import smart_open

import uplink.smart_open

with smart_open.open("sj://photos/notes.txt.gz", "w", transport_params={"access": access}) as file:
    file.write("hello")
with smart_open.open("sj://photos/notes.txt.gz", transport_params={"access": access}) as file:
    assert file.read() == "hello"
```
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from uplink._extras import extra

with extra("smart-open"):
    from smart_open.transport import register_transport

from uplink._access import AccessBase
from uplink._config_values import Config
from uplink.fsspec import UplinkFileSystem

__all__ = ["open", "open_uri", "parse_uri"]

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

SCHEMES = ("sj", "storj")
URI_EXAMPLES = ("sj://bucket/key",)


def parse_uri(uri_as_string: str) -> dict[str, str]:
    """Return the scheme and the path, `bucket/key`, of a URI."""
    scheme, _, path = uri_as_string.partition("://")
    return {"scheme": scheme, "path": path}


def open_uri(uri: str, mode: str, transport_params: Mapping[str, Any]) -> Any:
    """Open the object of a URI. `smart_open.open` calls it.

    Args:
        uri: The URI.
        mode: `"rb"` or `"wb"`.
        transport_params: The options of `open`.
    """
    return open(parse_uri(uri)["path"], mode, **transport_params)


def open(  # noqa: A001 - smart_open's name
    path: str,
    mode: str = "rb",
    *,
    access: str | AccessBase | None = None,
    access_file: str | os.PathLike[str] | None = None,
    access_name: str | None = None,
    config: Config | Mapping[str, Any] | None = None,
    **options: Any,
) -> Any:
    """Open an object as a binary file.

    A file that is open for writing makes the object visible when it is closed. An exception that
    ends its `with` block aborts the upload.

    Args:
        path: The bucket and the key.
        mode: `"rb"` or `"wb"`.
        access: An `Access`, or a serialized access grant. Without this and the next two options,
            the access of the environment.
        access_file: The name of a file that has a grant.
        access_name: The name of an access that the command `uplink` has saved.
        config: How to connect, as a `Config` or as a mapping of its attributes.
        **options: Those of `UplinkFileSystem.open`, such as `metadata` for writing.

    Raises:
        io.UnsupportedOperation: The mode is another one. Objects are replaced as a whole.
        ObjectNotFoundError: There is no such object to read.
        PermissionDeniedError: The access does not allow it.
        InvalidAccessError: There is no such access, or it is not valid.

    Example:
        ```python
        import smart_open

        import uplink.smart_open

        params = {"access": access, "metadata": {"camera": "x100"}}
        with smart_open.open("sj://photos/cat.jpg", "wb", transport_params=params) as file:
            file.write(b"meow")
        ```
    """
    fs = UplinkFileSystem(access, access_file=access_file, access_name=access_name, config=config)
    return fs.open(path, mode, **options)


register_transport(sys.modules[__name__])
