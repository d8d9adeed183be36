# Generated from src/uplink/aio/_trees.py by tools/generate_sync.py; change that instead.
"""A project's methods that copy the files of folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from uplink._calls import trees as calls
from uplink._calls.trees import TreeOptions
from uplink._family import Family
from uplink._progress import Report, reporting
from uplink._trees_values import TreeCompare, TreeDirection, TreeEntry, TreeResult


class Trees(Family):
    """Methods that copy the files of folders, which libuplink reads and writes."""

    def upload_tree(
        self,
        bucket: str,
        prefix: str,
        folder: str | os.PathLike[str],
        *,
        include: Iterable[str] = (),
        exclude: Iterable[str] = (),
        follow_symlinks: bool = False,
        progress: Report | bool | None = None,
        on_entry: Callable[[TreeEntry], object] | None = None,
        timeout: float | None = None,
    ) -> TreeResult:
        """Upload all files of a folder and of the folders in it. Objects of the same keys are replaced.

        Many files are uploaded at the same time. Each object becomes visible as a whole or not at
        all. Its custom metadata have the modification time of the file, as rclone stores it, and
        its checksum: see `sync_tree`.

        Empty folders, symbolic links and special files are skipped, and named in the result.
        Permissions and owners are not stored.

        Args:
            bucket: The bucket.
            prefix: The prefix of the keys. The key of a file is the prefix and the path below the
                folder, with "/" between them; `""` for the path alone.
            folder: The folder.
            include: Patterns of the paths to upload; none for all. `*`, `?` and `[a-z]` stand for
                characters of a name, `**` for any number of folders. A pattern without "/" is for
                names in any folder. A folder's pattern is for all that is in it.
            exclude: Patterns of the paths to leave out, also if they are included.
            follow_symlinks: Whether to upload what symbolic links point to.
            progress: A function that gets the numbers of bytes that are uploaded, known so far, and
                committed, several times a second; or `True` for a bar.
            on_entry: A function that gets each entry of the result soon after it is done, in the
                order of time. An exception that it raises ends the call.
            timeout: Seconds until the call is cancelled; `None` for no limit. What was uploaded
                before that stays.

        Returns:
            What was done.

        Raises:
            OSError: The folder cannot be read. This is raised before the network is asked.
            InvalidArgumentError: A pattern is not valid.
            TreeError: Some files failed; the others were uploaded. Its `result` has what was done.
            BucketNotFoundError: There is no such bucket.
            UplinkError: Any other error of the network or the access. It ends the call if each file
                or a hundred files in a row fail for the same reason, or if a limit of the project
                is reached. Its `results` are the entries of what was done before.

        Example:
            ```python
            import pathlib

            folder = pathlib.Path("album")
            (folder / "2026").mkdir(parents=True)
            (folder / "2026" / "cat.jpg").write_bytes(b"meow")
            result = project.upload_tree("photos", "album", folder, exclude=["*.tmp"])
            assert result.copied == 1
            assert project.get("photos", "album/2026/cat.jpg") == b"meow"
            ```
        """
        options = TreeOptions("up", include=include, exclude=exclude, follow_symlinks=follow_symlinks)
        return self._copy_tree(bucket, prefix, folder, options, progress, on_entry, timeout)

    def download_tree(
        self,
        bucket: str,
        prefix: str,
        folder: str | os.PathLike[str],
        *,
        include: Iterable[str] = (),
        exclude: Iterable[str] = (),
        verify: bool = False,
        progress: Report | bool | None = None,
        on_entry: Callable[[TreeEntry], object] | None = None,
        timeout: float | None = None,
    ) -> TreeResult:
        """Download all objects below a prefix into a folder. Files of the same names are replaced.

        Many objects are downloaded at the same time. Each file appears under its name when it is
        complete, with the modification time of the object: the time that an upload of a tree or
        rclone has stored, or else the time of its creation.

        No key leads out of the folder, also not by symbolic links in it. A key that cannot be the
        path of a file, such as `"../cat.jpg"`, is a failure in the result, and so is a key whose
        name another file, a folder or a link has.

        Args:
            bucket: The bucket.
            prefix: What the keys begin with, up to a "/", which may be left out; `""` for all.
            folder: The folder, which is created.
            include: Patterns of the paths to download; none for all. See `upload_tree`.
            exclude: Patterns of the paths to leave out, also if they are included.
            verify: Whether to compare the bytes with the checksum that is stored with each object,
                before its file appears. An object without a checksum is a failure in the result.
            progress: A function that gets the numbers of bytes that are downloaded, known so far,
                and in complete files, several times a second; or `True` for a bar.
            on_entry: As for `upload_tree`.
            timeout: Seconds until the call is cancelled; `None` for no limit. What was downloaded
                before that stays.

        Returns:
            What was done.

        Raises:
            OSError: The folder cannot be created.
            InvalidArgumentError: A pattern is not valid.
            TreeError: Some files failed; the others were downloaded. Its `result` has what was
                done.
            BucketNotFoundError: There is no such bucket.
            UplinkError: Any other error of the network or the access, as for `upload_tree`.

        Example:
            ```python
            import pathlib

            project.put("photos", "album/cat.jpg", b"meow")
            project.download_tree("photos", "album/", "copy-of-album")
            assert pathlib.Path("copy-of-album/cat.jpg").read_bytes() == b"meow"
            ```
        """
        options = TreeOptions("down", include=include, exclude=exclude, verify=verify)
        return self._copy_tree(bucket, prefix, folder, options, progress, on_entry, timeout)

    def sync_tree(
        self,
        bucket: str,
        prefix: str,
        folder: str | os.PathLike[str],
        *,
        direction: TreeDirection,
        compare: TreeCompare = "size-time",
        delete: bool = False,
        include: Iterable[str] = (),
        exclude: Iterable[str] = (),
        follow_symlinks: bool = False,
        dry_run: bool = False,
        verify: bool = False,
        progress: Report | bool | None = None,
        on_entry: Callable[[TreeEntry], object] | None = None,
        timeout: float | None = None,
    ) -> TreeResult:
        """Copy what differs between a folder and the objects below a prefix, in one direction.

        It is `upload_tree` or `download_tree` without what the target has already. So the same call
        goes on where an interrupted one stopped.

        Args:
            bucket: The bucket.
            prefix: As for `upload_tree` and `download_tree`.
            folder: The folder.
            direction: `"up"` to make the bucket like the folder, or `"down"` to make the folder
                like the bucket. It has no default, since with `delete` the wrong one loses data.
            compare: What is compared. `"size-time"`: the sizes, and the modification times in
                microseconds. An object without a stored time is unchanged if the file is not newer
                than it (up), or has the time of its creation (down). `"size"`: only the sizes.
                `"checksum"`: the sizes, and the checksums. Uploads of trees store that of SHA-256,
                and other uploads with the argument `checksum`. An object without a checksum is
                copied.
            delete: Whether to delete, at the target, what the source does not have, after all else,
                and only if nothing failed. What the patterns exclude stays, and so do links, and
                keys that no file can have.
            include: Patterns of the paths to copy; none for all. See `upload_tree`.
            exclude: Patterns of the paths to leave out, also if they are included.
            follow_symlinks: Whether to upload what symbolic links point to. Only for `"up"`.
            dry_run: Whether to change nothing, and only return what would be done.
            verify: As for `download_tree`, for what is copied. Only for `"down"`.
            progress: As for `upload_tree` and `download_tree`.
            on_entry: As for `upload_tree`. With `dry_run`, it gets what would be done.
            timeout: Seconds until the call is cancelled; `None` for no limit. What was done before
                that stays.

        Returns:
            What was done. Unchanged files are only counted.

        Raises:
            OSError: The folder cannot be read, or created.
            InvalidArgumentError: `direction`, `compare` or a pattern is not valid, or
                `follow_symlinks` is set for `"down"`, or `verify` for `"up"`.
            TreeError: Some files failed; the others were copied. Its `result` has what was done.
            BucketNotFoundError: There is no such bucket.
            UplinkError: Any other error of the network or the access, as for `upload_tree`.

        Example:
            ```python
            import pathlib

            folder = pathlib.Path("notes")
            folder.mkdir()
            (folder / "today.txt").write_text("feed the cat")
            project.sync_tree("photos", "notes", folder, direction="up", delete=True)
            result = project.sync_tree("photos", "notes", folder, direction="up", delete=True)
            assert (result.copied, result.unchanged) == (0, 1)
            ```
        """
        options = TreeOptions(
            direction,
            compare=compare,
            delete=delete,
            dry_run=dry_run,
            follow_symlinks=follow_symlinks,
            verify=verify,
            include=include,
            exclude=exclude,
        )
        return self._copy_tree(bucket, prefix, folder, options, progress, on_entry, timeout)

    def _copy_tree(
        self,
        bucket: str,
        prefix: str,
        folder: str | os.PathLike[str],
        options: TreeOptions,
        progress: Report | bool | None,
        on_entry: Callable[[TreeEntry], object] | None,
        timeout: float | None,
    ) -> TreeResult:
        __tracebackhide__ = True
        with reporting(progress, prefix or bucket) as report:
            call = calls.copy_tree(self._handle(), bucket, prefix, folder, options, report, on_entry)
            return self._run(call, timeout)
