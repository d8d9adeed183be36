"""The values of trees: what was done with the files of a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from uplink._dataclass import dataclass, field

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

TreeAction: TypeAlias = Literal["copied", "deleted", "skipped", "failed"]
TreeDirection: TypeAlias = Literal["up", "down"]
TreeCompare: TypeAlias = Literal["size-time", "size", "checksum"]
if not TYPE_CHECKING:  # type checkers know no docstrings of aliases
    TreeAction.__doc__ = "What became of one file or object of a tree; see `TreeEntry.action`."
    TreeDirection.__doc__ = "Where `sync_tree` copies to; see its argument `direction`."
    TreeCompare.__doc__ = "What `sync_tree` compares; see its argument `compare`."


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """What became of one file or object of a tree.

    Attributes:
        action: `"copied"`, `"deleted"`, `"skipped"` or `"failed"`.
        path: The path below the folder, with "/" between its parts. Bytes that are not UTF-8 are
            decoded with `"surrogateescape"`.
        key: The key of the object.
        size: Its size in bytes; 0 for what was skipped, or failed before its size was known.
        reason: Why it was skipped, such as `"a symbolic link"`; `None` for other actions.
        error: Why it failed, an `UplinkError` or an `OSError` of the file system; `None` for other
            actions.

    Example:
        ```python
        import tempfile

        folder = tempfile.mkdtemp()
        with open(f"{folder}/cat.jpg", "wb") as file:
            file.write(b"meow")
        with access.open_project() as project:
            project.ensure_bucket("photos")
            [entry] = project.upload_tree("photos", "pets", folder).entries
            assert (entry.action, entry.path, entry.key, entry.size) == ("copied", "cat.jpg", "pets/cat.jpg", 4)
        ```
    """

    action: TreeAction
    path: str
    key: str
    size: int
    reason: str | None = None
    # An error is equal only to itself.
    error: Exception | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class TreeResult:
    """What `upload_tree`, `download_tree` or `sync_tree` did.

    Attributes:
        bucket: The bucket.
        prefix: The prefix of the keys: `""`, or a text that ends in "/".
        folder: The folder.
        dry_run: Whether nothing was changed, and the other attributes have what would be done.
        copied: Number of files that were copied.
        unchanged: Number of files that the target has already.
        excluded: Number of files and folders of the source that the patterns leave out.
        deleted: Number of files or objects that were deleted at the target.
        skipped: Number of files, links and folders that are not copied by their kind.
        failed: Number of files that failed.
        bytes_copied: Number of bytes of the files that were copied.
        entries: What was copied, deleted or skipped, or failed, in the order of the paths.

    Example:
        ```python
        import tempfile

        folder = tempfile.mkdtemp()
        open(f"{folder}/empty", "wb").close()
        with access.open_project() as project:
            project.ensure_bucket("photos")
            result = project.sync_tree("photos", "albums", folder, direction="up")
            again = project.sync_tree("photos", "albums", folder, direction="up")
            assert (result.copied, again.copied, again.unchanged) == (1, 0, 1)
        ```
    """

    bucket: str
    prefix: str
    folder: str
    dry_run: bool
    copied: int
    unchanged: int
    excluded: int
    deleted: int
    skipped: int
    failed: int
    bytes_copied: int
    entries: tuple[TreeEntry, ...]

    @property
    def failures(self) -> tuple[TreeEntry, ...]:
        """The entries of what failed."""
        return tuple([entry for entry in self.entries if entry.action == "failed"])
