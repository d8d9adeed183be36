"""Storj for Python: decentralised object storage with end-to-end encryption.

```python
import uplink

access = uplink.Access.parse(grant)
with access.open_project() as project:
    project.ensure_bucket("photos")
    project.put("photos", "cat.jpg", b"meow")
    data = project.get("photos", "cat.jpg")
```

The same names, awaited, are in `uplink.aio`; the exceptions are in `uplink.errors`. The rest of this
package is imported when a name is first used, and native code is loaded at the first call.
"""

from __future__ import annotations

import os
import sys
from _thread import RLock

# Type checkers take this as true. The module typing alone would be most of the time for `import uplink`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    # Packers of programs find the modules by these statements.
    from types import ModuleType

    from uplink import aio, edge, errors, files
    from uplink._calls.project import detached_calls
    from uplink._checksums import ChecksumAlgorithm
    from uplink._config_values import Config, Retry
    from uplink._facts_values import EdgeURLOverrides, IPSummary, License, ProjectInfo
    from uplink._info import AccessInfo
    from uplink._permission import Permission, SharePrefix
    from uplink._retention import DefaultRetention, ObjectLockConfiguration, Retention, RetentionMode
    from uplink._settings_values import BucketNotificationConfiguration
    from uplink._stats import ProjectStats
    from uplink._trees_values import TreeAction, TreeCompare, TreeDirection, TreeEntry, TreeResult
    from uplink._values import Bucket, Deletion, DeletionStatus, Object, Part, UploadInfo, Versioning
    from uplink.access import Access, EncryptionKey
    from uplink.download import Download
    from uplink.errors import UplinkError
    from uplink.listing import Listing
    from uplink.pending import PartUpload, PendingUpload
    from uplink.project import Project, open_project
    from uplink.upload import Upload

    __version__: str

__all__ = [
    "Access",
    "AccessInfo",
    "Bucket",
    "BucketNotificationConfiguration",
    "ChecksumAlgorithm",
    "Config",
    "DefaultRetention",
    "Deletion",
    "DeletionStatus",
    "Download",
    "EdgeURLOverrides",
    "EncryptionKey",
    "IPSummary",
    "License",
    "Listing",
    "Object",
    "ObjectLockConfiguration",
    "Part",
    "PartUpload",
    "PendingUpload",
    "Permission",
    "Project",
    "ProjectInfo",
    "ProjectStats",
    "Retention",
    "RetentionMode",
    "Retry",
    "SharePrefix",
    "TreeAction",
    "TreeCompare",
    "TreeDirection",
    "TreeEntry",
    "TreeResult",
    "UplinkError",
    "Upload",
    "UploadInfo",
    "Versioning",
    "aio",
    "detached_calls",
    "edge",
    "errors",
    "files",
    "open_project",
]


# The modules that have the public names. They are attributes as soon as this package is imported.
_MODULES = ("access", "aio", "download", "edge", "errors", "files", "listing", "pending", "project", "upload")

# The other public names, by the modules that have them.
_NAMES = {
    "_calls.project": ("detached_calls",),
    "_checksums": ("ChecksumAlgorithm",),
    "_config_values": ("Config", "Retry"),
    "_facts_values": ("EdgeURLOverrides", "IPSummary", "License", "ProjectInfo"),
    "_info": ("AccessInfo",),
    "_permission": ("Permission", "SharePrefix"),
    "_retention": ("DefaultRetention", "ObjectLockConfiguration", "Retention", "RetentionMode"),
    "_settings_values": ("BucketNotificationConfiguration",),
    "_stats": ("ProjectStats",),
    "_trees_values": ("TreeAction", "TreeCompare", "TreeDirection", "TreeEntry", "TreeResult"),
    "_values": ("Bucket", "Deletion", "DeletionStatus", "Object", "Part", "UploadInfo", "Versioning"),
    "access": ("Access", "EncryptionKey"),
    "download": ("Download",),
    "errors": ("UplinkError",),
    "listing": ("Listing",),
    "pending": ("PartUpload", "PendingUpload"),
    "project": ("Project", "open_project"),
    "upload": ("Upload",),
}

# The modules that `_import_module` has begun to import. They are in `sys.modules` only a little later.
_begun: set[str] = set()
# Held by a thread that forks, so that no other thread begins to import a module meanwhile. Signal handlers may reenter.
_forking = RLock()


def _import_module(name: str) -> ModuleType:
    """Import a module of this package at its first use.

    A fork meanwhile waits for it, unlike for a statement `import` in a function.
    """
    # A limit in seconds, since the thread that forks may wait for this one in a handler of another library.
    locked = _forking.acquire(timeout=5)
    _begun.add(name)
    if locked:
        _forking.release()
    __import__(name)
    return sys.modules[name]


def _begin_fork() -> None:
    """Wait until other threads have imported parts of this package: a forked child would wait for them for ever."""
    waited: set[str] = set()
    # Again and again, since those threads may begin to import further parts meanwhile.
    while True:
        _forking.acquire()
        new = {*_begun.copy(), *(name for name in list(sys.modules) if name.startswith("uplink."))} - waited
        if not new:
            return
        _forking.release()
        for name in new:
            __import__(name)
        waited |= new


def _end_fork() -> None:
    """Let other threads import parts of this package."""
    try:  # noqa: SIM105 - to import contextlib takes time
        _forking.release()
    except RuntimeError:  # Ctrl-C has ended the wait before the fork
        pass


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_begin_fork, after_in_parent=_end_fork, after_in_child=_end_fork)


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import a public name at its first use."""
        if name in _MODULES:
            return _import_module(f"uplink.{name}")
        if name == "__version__":
            from importlib.metadata import version  # noqa: PLC0415

            return version("uplink-cffi")
        module = next((module for module, names in _NAMES.items() if name in names), None)
        if module is None:
            where = "; the exceptions are in uplink.errors" if name.endswith("Error") else ""
            message = f"module {__name__!r} has no attribute {name!r}{where}"
            # With the module, Python suggests a name that is spelled alike.
            raise AttributeError(message, name=name, obj=sys.modules[__name__])
        value = getattr(_import_module(f"uplink.{module}"), name)
        # A name that was set meanwhile stays as it is, for example one that a test has patched.
        return globals().setdefault(name, value)

    def __dir__() -> list[str]:
        """Return the public names, for completion, whether they are imported yet or not."""
        return [*__all__, *(name for name in globals() if name.startswith("__")), "__version__"]
