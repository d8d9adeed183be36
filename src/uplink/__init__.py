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

# Type checkers take this as true. The module typing alone would be most of the time for `import uplink`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from uplink import aio, edge, errors, files
    from uplink._public import (
        Access,
        AccessInfo,
        Bucket,
        BucketNotificationConfiguration,
        ChecksumAlgorithm,
        Config,
        DefaultRetention,
        Deletion,
        DeletionStatus,
        Download,
        EdgeURLOverrides,
        EncryptionKey,
        IPSummary,
        License,
        Listing,
        Object,
        ObjectLockConfiguration,
        Part,
        PartUpload,
        PendingUpload,
        Permission,
        Project,
        ProjectInfo,
        ProjectStats,
        Retention,
        RetentionMode,
        Retry,
        SharePrefix,
        TreeAction,
        TreeCompare,
        TreeDirection,
        TreeEntry,
        TreeResult,
        UplinkError,
        Upload,
        UploadInfo,
        Versioning,
        detached_calls,
        open_project,
    )

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


if not TYPE_CHECKING:
    # The modules that have the public names. They are attributes as soon as this package is imported.
    _MODULES = ("access", "download", "edge", "errors", "files", "listing", "pending", "project", "upload")

    # The modules that `__getattr__` has begun to import. They are in `sys.modules` only a little later.
    _begun: set[str] = set()

    def _wait_for_imports() -> None:
        """Wait until other threads have imported parts of this package: a forked child would wait for them for ever."""
        waited: set[str] = set()
        # Again and again, since those threads may begin to import further parts meanwhile.
        while new := {*_begun.copy(), *(name for name in list(sys.modules) if name.startswith("uplink."))} - waited:
            for name in new:
                __import__(name)
            waited |= new

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_wait_for_imports)

    def __getattr__(name: str) -> object:
        """Import a public name at its first use. Packers of programs find the modules by these statements."""
        if name == "aio":
            _begun.add("uplink.aio")
            import uplink.aio  # noqa: F401, PLC0415

            return sys.modules["uplink.aio"]
        if name in _MODULES:
            # Not by `_public`, which imports modules that import these.
            _begun.add(f"uplink.{name}")
            __import__(f"uplink.{name}")
            return sys.modules[f"uplink.{name}"]
        if name == "__version__":
            from importlib.metadata import version  # noqa: PLC0415

            return version("uplink-cffi")
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        _begun.add("uplink._public")
        from uplink import _public  # noqa: PLC0415

        for public in _public.__all__:
            # A name that was set before stays as it is, for example one that a test has patched.
            globals().setdefault(public, getattr(_public, public))
        return globals()[name]

    def __dir__() -> list[str]:
        """Return the public names, for completion, whether they are imported yet or not."""
        return [*__all__, *(name for name in globals() if name.startswith("__")), "__version__"]
