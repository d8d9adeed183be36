"""Handles, which stand for objects of libuplink, and their owners in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from uplink.errors import ClosedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import (
        FFI,
        CData,
        UplinkDownloadPointer,
        UplinkEncryptionKeyPointer,
        UplinkPartUploadPointer,
        UplinkProjectPointer,
        UplinkUploadPointer,
    )
    from uplink._info import AccessInfo
else:
    # Generic classes take types. Given as texts, they would be compiled, which takes 2 ms.
    CData = UplinkDownloadPointer = UplinkEncryptionKeyPointer = UplinkPartUploadPointer = object
    UplinkProjectPointer = UplinkUploadPointer = object

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

P = TypeVar("P", bound=CData)


class Handle(Generic[P]):
    """The owner of a native handle, which is freed by `free`, or with the owner.

    A native handle is a number, which libuplink never uses twice. The struct that holds it is Python's memory. So a
    call gets an error for an invalid handle if another thread frees the handle before it, and nothing worse happens.

    Attributes:
        field: The field of a result that has the handle.
        name: What the handle stands for, for messages.
        boundary: The boundary that the handle belongs to.
        inspect: Returns what the grant of the handle's project allows; `None` where there is no project.
    """

    __slots__ = ("__weakref__", "_freed", "_native", "_pointer", "boundary", "inspect")

    field: ClassVar[str]
    name: ClassVar[str]

    def __init__(self, boundary: Boundary, inspect: Callable[[], AccessInfo] | None) -> None:
        self.boundary: Boundary = boundary
        self.inspect: Callable[[], AccessInfo] | None = inspect
        self._freed = False
        self._pointer: P = self._allocate(boundary.ffi)
        self._native = boundary.ffi.cast("UplinkHandle *", self._pointer)

    @staticmethod
    def _allocate(ffi: FFI) -> P:
        """Return a new struct for the handle."""
        raise NotImplementedError

    @classmethod
    def adopt(cls, boundary: Boundary, result: CData, inspect: Callable[[], AccessInfo] | None = None) -> Self:
        """Take the handle out of a result, and return its owner."""
        handle = cls(boundary, inspect)
        source = boundary.ffi.addressof(result, cls.field)
        # One native call, which no exception can interrupt.
        boundary.lib.uplink_handle_adopt(handle._native, boundary.ffi.cast("UplinkHandle **", source))
        return handle

    def pointer(self) -> P:
        """Return the struct, for a native call.

        Raises:
            ForkError: The handle was made by an ancestor of this process.
            ClosedError: The handle was freed.
        """
        self.boundary.check_process(self.name)
        if self._freed:
            raise ClosedError(f"the {self.name} is closed")
        return self._pointer

    def check_process(self) -> None:
        """Raise `ForkError` in any process but the one that the handle was made in."""
        self.boundary.check_process(self.name)

    def free(self) -> None:
        """Free the handle. A second time, and in a forked child, this does nothing."""
        self._freed = True
        if self.boundary.alive:
            self.boundary.lib.uplink_handle_release(self._native)

    def __del__(self) -> None:
        # An interrupt in the constructor may leave an object without the last attribute, and without a handle.
        if hasattr(self, "_native"):
            self.free()


class ProjectHandle(Handle[UplinkProjectPointer]):
    """The owner of a project."""

    __slots__ = ()
    field = name = "project"

    @staticmethod
    def _allocate(ffi: FFI) -> UplinkProjectPointer:
        return ffi.new("UplinkProject *")


class UploadHandle(Handle[UplinkUploadPointer]):
    """The owner of an upload.

    Attributes:
        lock_needs: The permissions that the locks of its object take.
    """

    __slots__ = ("lock_needs",)
    field = name = "upload"

    lock_needs: tuple[str, ...]

    @staticmethod
    def _allocate(ffi: FFI) -> UplinkUploadPointer:
        return ffi.new("UplinkUpload *")


class PartUploadHandle(Handle[UplinkPartUploadPointer]):
    """The owner of an upload of a part."""

    __slots__ = ()
    field = "part_upload"
    name = "upload of a part"

    @staticmethod
    def _allocate(ffi: FFI) -> UplinkPartUploadPointer:
        return ffi.new("UplinkPartUpload *")


class DownloadHandle(Handle[UplinkDownloadPointer]):
    """The owner of a download."""

    __slots__ = ()
    field = name = "download"

    @staticmethod
    def _allocate(ffi: FFI) -> UplinkDownloadPointer:
        return ffi.new("UplinkDownload *")


class EncryptionKeyHandle(Handle[UplinkEncryptionKeyPointer]):
    """The owner of an encryption key."""

    __slots__ = ()
    field = "encryption_key"
    name = "encryption key"

    @staticmethod
    def _allocate(ffi: FFI) -> UplinkEncryptionKeyPointer:
        return ffi.new("UplinkEncryptionKey *")
