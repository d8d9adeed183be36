"""Storj in Airflow: paths `sj://bucket/key` of `ObjectStoragePath`.

It needs Airflow 3 and fsspec: `pip install uplink-cffi[airflow]`. Airflow finds this module by the
entry point of a provider, so a DAG imports nothing of it:

```python
def task():
    from airflow.sdk import ObjectStoragePath

    path = ObjectStoragePath("sj://storj_default@photos/2026/cat.jpg")
    path.write_bytes(b"meow")
```

`storj_default` is a connection of Airflow, whose password is a serialized access grant. Without
one, as in `sj://photos/2026/cat.jpg`, the access is that of the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from uplink.errors import InvalidAccessError, InvalidArgumentError

if TYPE_CHECKING:
    from uplink.fsspec import UplinkFileSystem

__all__ = ["get_fs", "provider_info", "schemes"]

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

schemes: list[str] = ["sj", "storj"]
"""The protocols, which Airflow looks for here."""


def provider_info() -> dict[str, Any]:
    """Return what Airflow asks a provider for.

    Example:
        ```python
        from uplink.airflow import provider_info

        assert provider_info()["filesystems"] == ["uplink.airflow"]
        ```
    """
    return {
        "package-name": "uplink-cffi",
        "name": "Storj",
        "description": "Storj as an object storage, by ObjectStoragePath",
        "filesystems": ["uplink.airflow"],
    }


def get_fs(conn_id: str | None, storage_options: Mapping[str, Any] | None = None) -> UplinkFileSystem:
    """Return the filesystem of a connection. Airflow calls this function.

    Args:
        conn_id: The connection, whose password is a serialized access grant; `None` for the access
            that the options name, or that of the environment.
        storage_options: The options of `UplinkFileSystem`.

    Raises:
        InvalidArgumentError: A connection is given, and the options name an access, too.
        InvalidAccessError: The connection has no password, or the access is not valid.

    Example:
        ```python
        from uplink.airflow import get_fs

        fs = get_fs(None, {"access": access})
        fs.pipe("photos/cat.jpg", b"meow")
        ```
    """
    from uplink.fsspec import UplinkFileSystem  # noqa: PLC0415 - Airflow imports this module where fsspec may be absent

    options = dict(storage_options or {})
    if conn_id is None:
        return UplinkFileSystem(**options)
    if named := options.keys() & {"access", "access_file", "access_name"}:
        raise InvalidArgumentError(
            f"the connection {conn_id} and the option {', '.join(sorted(named))} exclude each other"
        )
    from airflow.sdk import BaseHook  # noqa: PLC0415  # pyright: ignore[reportMissingModuleSource]

    grant = BaseHook.get_connection(conn_id).password
    if not grant:
        raise InvalidAccessError(f"the connection {conn_id} has no password; it takes a serialized access grant")
    return UplinkFileSystem(grant, **options)
