"""Storj as a filesystem of fsspec, for pandas, pyarrow, dask and all that open files by fsspec.

It needs fsspec: `pip install uplink-cffi[fsspec]`. Paths are `sj://bucket/key`.

```python
import fsspec

fs = fsspec.filesystem("sj", access=grant)
fs.pipe("photos/2026/cat.jpg", b"meow")
assert fs.ls("photos/2026", detail=False) == ["photos/2026/cat.jpg"]
with fsspec.open("sj://photos/2026/cat.jpg", access=grant) as file:
    assert file.read() == b"meow"
```
"""

from __future__ import annotations

import io
from typing import Any

from uplink._extras import extra

with extra("fsspec"):
    from fsspec.compression import compr
    from fsspec.core import get_compression

from uplink._fsspec.awaited_files import AwaitedReadFile, AwaitedWriteFile, check_mode_of_file
from uplink._fsspec.changes import Changes
from uplink._fsspec.files import CachedFile, Compressed, ReadFile, TextFile, WriteFile
from uplink.errors import InvalidArgumentError, PreconditionFailedError

__all__ = ["UplinkFileSystem"]


class UplinkFileSystem(Changes):
    """The buckets and objects that an access allows to use, as a filesystem.

    Each method of fsspec has an awaited form whose name begins with an underscore, such as
    `_cat_file`. Errors are those of `uplink.errors`, such as `FileNotFoundError` for a missing
    object. By default, there is no cache of listings.

    Args:
        access: An `Access`, or a serialized access grant. Without this and the next two options,
            the access of the environment, as for `Access.from_env`.
        access_file: The name of a file that has a grant, as for `Access.from_file`.
        access_name: The name of an access that the command `uplink` has saved, as for
            `Access.from_saved`.
        config: How to connect, as a `Config` or as a mapping of its attributes.
        version_aware: Whether paths may end in `?versionId=…`, and files that are open for reading
            stay at their version.
        asynchronous: Whether the caller awaits the methods in its own event loop.
        loop: The running event loop for what is called synchronously; `None` for that of fsspec.
        batch_size: The number of files at most that fsspec transfers at the same time.
        use_listings_cache: Whether `info`, `size`, `checksum` and the like use what a listing has
            found before; by default, if the next option is given.
        listings_expiry_time: The number of seconds after which they do not; `None` for no limit.
        checksum: The checksum that uploads store with their objects, `"sha256"` or `"blake3"`;
            `None` for none. Each upload takes an option `checksum` of its own, too.

    Raises:
        TypeError: An option is unknown, or of another type.
        InvalidArgumentError: More than one option names an access.
        InvalidAccessError: There is no such access, or it is not valid.

    Example:
        ```python
        from uplink.fsspec import UplinkFileSystem

        fs = UplinkFileSystem(access)
        fs.pipe("photos/cat.jpg", b"meow")
        assert fs.info("photos/cat.jpg")["size"] == 4
        ```
    """

    def open(
        self,
        path: str,
        mode: str = "rb",
        block_size: int | None = None,
        cache_options: dict[str, Any] | None = None,
        compression: str | None = None,
        **options: Any,
    ) -> Any:
        """Open an object as a file.

        A file that is open for writing makes the object visible when it is closed, or at the end of
        a transaction. An exception that ends its `with` block aborts the upload.

        Args:
            path: The object.
            mode: `"r"` or `"w"`; `"x"` to write an object that must not exist; with `"b"` for bytes.
            block_size: The number of bytes that a read gets at least; `None` to adapt it to what is
                read.
            cache_options: Options of the cache that `cache_type` names.
            compression: The name of a compression of fsspec, or `"infer"` to find it by the name.
            **options: `encoding`, `errors` and `newline` for text; for reading `version_id`,
                `cache_type` for a cache of fsspec, and `verify` to compare the bytes with the
                checksum of the object, without random access; for writing the options of
                `Project.upload_object`.

        Raises:
            io.UnsupportedOperation: The mode is another one. Objects are replaced as a whole.
            ObjectNotFoundError: There is no such object to read.
            PreconditionFailedError: There is an object, and the mode has an `"x"`; also when the
                file is closed.
            ChecksumMissingError: The object has no checksum to verify.
            PermissionDeniedError: The access does not allow it.

        Example:
            ```python
            from uplink.fsspec import UplinkFileSystem

            fs = UplinkFileSystem(access)
            with fs.open("photos/notes.txt", "w") as file:
                file.write("hello")
            assert fs.read_text("photos/notes.txt") == "hello"
            ```
        """
        options.update(block_size=block_size, cache_options=cache_options)
        if "b" not in mode:
            text = {name: options.pop(name) for name in ("encoding", "errors", "newline") if name in options}
            return TextFile(self.open(path, f"{mode.replace('t', '')}b", compression=compression, **options), **text)
        file = super().open(path, mode, **options)
        if compression is None:
            return file
        compress = compr[get_compression(path, compression)]
        return Compressed(compress, file) if isinstance(file, WriteFile) else compress(file, mode="r")

    def _open(
        self,
        path: str,
        mode: str = "rb",
        block_size: int | None = None,
        autocommit: bool = True,
        cache_options: dict[str, Any] | None = None,
        version_id: str | None = None,
        cache_type: str | None = None,
        size: int | None = None,
        verify: bool = False,
        **options: Any,
    ) -> ReadFile | CachedFile | WriteFile:
        place = self._object(path, version_id)
        if mode == "rb":
            if options:
                raise TypeError(f"a file that is read takes no option {', '.join(options)}")
            if cache_type is None and cache_options is None:
                return ReadFile.of(self, place, block_size, verify=verify)
            if verify:
                raise InvalidArgumentError("a file with a cache of fsspec reads ranges, which cannot be verified")
            cache = {"cache_type": cache_type or "readahead", "cache_options": cache_options}
            return CachedFile(self, path, place, block_size=block_size, size=size, **cache)
        check_mode_of_file(mode)
        if verify:
            raise InvalidArgumentError("a file is verified when it is read; open it with mode 'rb' or 'r'")
        project = self._twins.plain
        if mode == "xb":
            if project.exists(place.bucket, place.key):
                raise PreconditionFailedError("an object has the key", bucket=place.bucket, key=place.key)
            options["if_none_match"] = "*"
        upload = project.upload_object(place.bucket, place.key, **self._stored_with(options))
        return WriteFile(self, place.path, mode, upload, autocommit=autocommit)

    async def open_async(
        self,
        path: str,
        mode: str = "rb",
        *,
        block_size: int | None = None,
        version_id: str | None = None,
        verify: bool = False,
        **options: Any,
    ) -> AwaitedReadFile | AwaitedWriteFile:
        """Open an object as a file whose `read`, `write`, `flush` and `close` are awaited.

        An exception that ends its `async with` block aborts what is written.

        Args:
            path: The object.
            mode: `"rb"` to read, `"wb"` to write, `"xb"` to write an object that must not exist.
            block_size: The number of bytes that a read gets at least; `None` to adapt it.
            version_id: The version to read.
            verify: Whether to compare the bytes that are read with the checksum of the object. Such
                a file has no random access.
            **options: For writing, those of `Project.open`, such as `metadata`.

        Raises:
            io.UnsupportedOperation: The mode is another one, or a compression is asked for.
            TypeError: An option is unknown.
            ObjectNotFoundError: There is no such object to read.
            PreconditionFailedError: There is an object, and the mode has an `"x"`.
            ChecksumMissingError: The object has no checksum to verify.
            PermissionDeniedError: The access does not allow it.

        Example:
            ```python
            from uplink.fsspec import UplinkFileSystem


            async def copy(source, target):
                fs = UplinkFileSystem(access, asynchronous=True)
                async with await fs.open_async(source) as file, await fs.open_async(target, "wb") as copy:
                    while data := await file.read(2**20):
                        await copy.write(data)
            ```
        """
        if options.pop("compression", None) is not None:
            raise io.UnsupportedOperation("open_async has no compression")
        check_mode_of_file(mode)
        place = self._object(path, version_id)
        if mode != "rb":
            given = {**options, "verify": True} if verify else options
            return await AwaitedWriteFile.of(self, place, mode, given)
        if options:
            raise TypeError(f"a file that is read takes no option {', '.join(options)}")
        return await AwaitedReadFile.of(self, place, block_size, verify=verify)
