"""Calls that copy the files of folders."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from uplink._calls._arguments import Native, encode, encode_bucket
from uplink._calls._call import Call
from uplink._calls._errors import error_of
from uplink._calls._results import Kind, Prepared
from uplink._calls.transfers import encode_path
from uplink._checks import check_flag, check_type
from uplink._progress import check_function
from uplink._trees_values import TreeEntry, TreeResult
from uplink.errors import InvalidArgumentError, TreeError, UplinkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import (
        Pointer,
        UplinkErrorPointer,
        UplinkOperationPointer,
        UplinkTextValue,
        UplinkTreeEntry,
        UplinkTreeResult,
        UplinkTreeResultValue,
    )
    from uplink._handle import ProjectHandle
    from uplink._progress import Report
    from uplink._trees_values import TreeAction, TreeCompare, TreeDirection

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# By the numbers of the header.
_ACTIONS: tuple[TreeAction, ...] = ("copied", "deleted", "skipped", "failed")
_COMPARE: dict[str | None, int] = {None: 0, "size-time": 1, "size": 2, "checksum": 3}
_DIRECTIONS: tuple[TreeDirection, ...] = ("up", "down")

_TREE: Kind[UplinkTreeResultValue] = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkTreeResult *"), lib.uplink_free_tree_result),
    lambda lib: lib.uplink_operation_take_tree,
    # `_as_result` raises the error, which has what was done before it.
    lambda _: None,
)


class TreeOptions:
    """What to copy, and how.

    Attributes:
        direction: Where to copy to.
        compare: The number of how to find out what need not be copied.
        delete: Whether to delete at the target what the source does not have.
        dry_run: Whether to change nothing.
        follow_symlinks: Whether to upload what symbolic links point to.
        verify: Whether to compare what is downloaded with the checksums of the objects.
        include: Patterns of paths, encoded; empty for all paths.
        exclude: Patterns of paths, encoded.
    """

    __slots__ = ("compare", "delete", "direction", "dry_run", "exclude", "follow_symlinks", "include", "verify")

    def __init__(
        self,
        direction: TreeDirection,
        *,
        compare: TreeCompare | None = None,
        delete: bool = False,
        dry_run: bool = False,
        follow_symlinks: bool = False,
        verify: bool = False,
        include: Iterable[str] = (),
        exclude: Iterable[str] = (),
    ) -> None:
        """Check the arguments of the methods with these names."""
        if direction not in _DIRECTIONS:
            raise InvalidArgumentError(f'direction is {direction!r}; it takes "up" or "down"')
        if compare not in _COMPARE:
            raise InvalidArgumentError(f'compare is {compare!r}; it takes "size-time", "size" or "checksum"')
        flags = {"delete": delete, "dry_run": dry_run, "follow_symlinks": follow_symlinks, "verify": verify}
        for name, flag in flags.items():
            check_flag(flag, name)
        self.direction = direction
        self.compare = _COMPARE[compare]
        self.delete = bool(delete)
        self.dry_run = bool(dry_run)
        self.follow_symlinks = bool(follow_symlinks)
        self.verify = bool(verify)
        self.include = _patterns(include, "include")
        self.exclude = _patterns(exclude, "exclude")


def _patterns(patterns: Iterable[str], name: str) -> list[bytes]:
    if isinstance(patterns, (str, bytes)):
        raise TypeError(f"{name} takes an iterable of patterns, not {type(patterns).__name__}")
    return [encode(pattern, f"a pattern of {name}") for pattern in patterns]


def copy_tree(
    project: ProjectHandle,
    bucket: str,
    prefix: str,
    folder: str | os.PathLike[str],
    options: TreeOptions,
    progress: Report | None,
    on_entry: Callable[[TreeEntry], object] | None = None,
) -> Call[TreeResult]:
    """Return the call that uploads or downloads a folder."""
    if on_entry is not None:
        check_function(on_entry, "on_entry")
    boundary = project.boundary
    ffi, lib = boundary.ffi, boundary.lib
    native_prefix = encode(prefix, "prefix", bucket=bucket, nul=True)
    path = os.fspath(folder)
    check_type(path, str, "folder", "a str or a path")
    if prefix and not prefix.endswith("/"):
        prefix += "/"
    include, exclude = _native_texts(boundary, options.include), _native_texts(boundary, options.exclude)
    native = ffi.new(
        "UplinkTreeOptions *",
        {
            "struct_size": ffi.sizeof("UplinkTreeOptions"),
            "compare": options.compare,
            "delete_extra": options.delete,
            "dry_run": options.dry_run,
            "follow_links": options.follow_symlinks,
            "include": include.struct,
            "include_count": len(options.include),
            "exclude": exclude.struct,
            "exclude_count": len(options.exclude),
            "verify": options.verify,
        },
    )

    def as_result(boundary: Boundary, result: UplinkTreeResult) -> TreeResult:
        return _as_result(boundary, result, bucket, prefix, path, dry_run=options.dry_run)

    up = options.direction == "up"
    needs = ["allow_list"] if not up or options.compare != _COMPARE[None] or options.delete else []
    needs += ["allow_delete"] if up and options.delete else []
    return _TreeCall(
        project,
        "upload the folder" if up else "download to the folder",
        lib.uplink_start_upload_tree if up else lib.uplink_start_download_tree,
        (encode_bucket(bucket), native_prefix, len(native_prefix), encode_path(path), native),
        _TREE,
        as_result,
        bucket,
        prefix=prefix,
        changes=up and not options.dry_run,
        needs=("allow_upload",) if up else ("allow_download",),
        also_needs=tuple([(permission, bucket, prefix) for permission in needs]),
        keep=(include, exclude),
        progress=progress,
    ).watch(on_entry)


class _TreeCall(Call[TreeResult]):
    """A call that copies a folder.

    Attributes:
        on_entry: Gets each entry soon after it is done, in the order of time.
    """

    __slots__ = ("_reported", "on_entry")

    on_entry: Callable[[TreeEntry], object] | None

    def watch(self, on_entry: Callable[[TreeEntry], object] | None) -> _TreeCall:
        """Set `on_entry`, and return the call."""
        self.on_entry = on_entry
        if on_entry is not None and self.progress is None:
            self.progress = _ignore  # drivers report to calls that have a `progress`
        return self

    def start(self, operation: UplinkOperationPointer) -> None:
        """Start the operation. If the call is repeated, its entries are counted anew."""
        self._reported = 0
        super().start(operation)

    def report(self, operation: UplinkOperationPointer) -> None:
        """Report as `Call` does, and call `on_entry` with each new entry."""
        super().report(operation)
        if self.on_entry is None:
            return
        new = Prepared(self.boundary.lib.uplink_operation_tree_entries, operation, self._reported)
        entries = _TREE.returned_by(self.boundary, new, self._entries)
        self._reported += len(entries)
        for entry in entries:
            self.on_entry(entry)
        # The function may have forked.
        self.boundary.check_process("call")

    def _entries(self, boundary: Boundary, result: UplinkTreeResult) -> list[TreeEntry]:
        found, bucket, prefix = result.tree, self.bucket or "", self.prefix or ""
        return [_entry(boundary, item, bucket, prefix) for item in found.items[0 : found.count]] if found else []


def _ignore(*_: object) -> None:
    """Ignore how far a transfer has come."""


def _native_texts(boundary: Boundary, texts: list[bytes]) -> Native[Pointer[UplinkTextValue]]:
    """Return an array of texts for C."""
    memory = [boundary.ffi.new("char[]", text) for text in texts]
    array = boundary.ffi.new("UplinkText[]", [(data, len(text)) for data, text in zip(memory, texts, strict=True)])
    return Native(array, memory)


def _as_result(
    boundary: Boundary, result: UplinkTreeResult, bucket: str, prefix: str, folder: str, *, dry_run: bool
) -> TreeResult:
    """Return what was done, or raise the error that ended the call or that tells of files that failed."""
    found = result.tree
    if not found:
        raise error_of(boundary, result.error, bucket, None)
    value = TreeResult(
        bucket,
        prefix,
        folder,
        dry_run,
        found.copied,
        found.unchanged,
        found.excluded,
        found.deleted,
        found.skipped,
        found.failed,
        found.bytes,
        tuple([_entry(boundary, item, bucket, prefix) for item in found.items[0 : found.count]]),
    )
    if result.error:
        error = _error(boundary, result.error, bucket, None)
        if isinstance(error, UplinkError):
            error.results = value.entries
            raise error
        if not value.entries:
            raise error
        raise _tree_error(value, f"the copying ended early: {error}") from error
    if value.failed:
        first = value.failures[0]
        reason = first.error.message if isinstance(first.error, UplinkError) else first.error
        others = f", and {value.failed - 1} more failures" if value.failed > 1 else ""
        raise _tree_error(value, f"{first.path!r}: {reason}{others}") from first.error
    return value


def _tree_error(result: TreeResult, message: str) -> TreeError:
    error = TreeError(message, bucket=result.bucket)
    error.result, error.results = result, result.entries
    return error


def _entry(boundary: Boundary, item: UplinkTreeEntry, bucket: str, prefix: str) -> TreeEntry:
    string = boundary.ffi.buffer
    path = string(item.path.data, item.path.length)[:].decode("utf-8", "surrogateescape")
    key = prefix + path
    reason = string(item.reason.data, item.reason.length)[:].decode() if item.reason.length else None
    error = _error(boundary, item.error, bucket, key) if item.error else None
    return TreeEntry(_ACTIONS[item.action], path, key, item.size, reason, error)


def _error(boundary: Boundary, error: UplinkErrorPointer, bucket: str, key: str | None) -> Exception:
    """Return the exception for an error of C, also for one about a file, which `error_of` raises."""
    try:
        return error_of(boundary, error, bucket, key)
    except OSError as raised:
        return raised
