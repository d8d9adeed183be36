"""What files do that are open for writing: an upload that the end of the file commits."""

from __future__ import annotations

import io
from typing import NoReturn, SupportsIndex

from uplink._driver import Deadline
from uplink._ffi import Boundary
from uplink._file import FileBase, FileOptions
from uplink._types import Buffer, Self
from uplink._values import Object
from uplink.aio.upload import Upload
from uplink.errors import BusyError, ClosedError, StreamFailedError


class FileWriting(FileBase):
    """A file that is open for writing.

    Methods that begin with an underscore have no lock.
    """

    def _begin(self, upload: Upload, boundary: Boundary, options: FileOptions) -> Self:
        self._upload = upload
        self._is_raw = not options.buffering
        # Number of `with` blocks that the file was entered in.
        self._blocks: int = 0
        # Set when a wrapper that is collected closes the file: nothing is committed then.
        self._is_collected: bool = False
        self._name(boundary, upload.bucket, upload.key, options.way + "b")
        return self

    def info(self) -> Object:
        """Return the record of the object. It is complete once the object is committed.

        Raises:
            ClosedError: The upload was aborted.
            StreamFailedError: The upload had failed before.

        Example:
            ```python
            def committed_size(file):
                return file.info().size
            ```
        """
        return self._upload.info()

    def readable(self) -> bool:
        """Report whether the file is open for reading."""
        self._check_open()
        return False

    def writable(self) -> bool:
        """Report whether the file is open for writing."""
        self._check_open()
        return True

    def seekable(self) -> bool:
        """Report whether the file has random access: an object is written from start to end."""
        self._check_open()
        return False

    def _refuse_read(self) -> NoReturn:
        self._check_open()
        raise io.UnsupportedOperation("the file is open for writing")

    def _refuse_seek(self, _offset: SupportsIndex, _whence: int) -> NoReturn:
        self._check_open()
        raise io.UnsupportedOperation("an object is written from start to end")

    def _fail(self, error: BaseException) -> None:
        """End the upload after an error, so that nothing is committed: data may be missing."""
        if self._upload._state == "open":
            self._upload._fail(error)

    async def _write(self, data: Buffer, deadline: Deadline) -> int:
        if self._is_collected:
            with memoryview(data) as view:
                return view.nbytes
        try:
            count = await self._upload._write(data, deadline)
            if self._is_raw:
                await self._upload._flush(deadline)
        except TypeError:
            raise  # the data is no buffer, so nothing was lost
        except BaseException as error:
            self._fail(error)
            raise
        return count

    async def _flush_all(self, deadline: Deadline) -> None:
        if self._is_collected:
            return
        try:
            await self._upload._flush(deadline)
        except BaseException as error:
            self._fail(error)
            raise

    async def _close(self, deadline: Deadline) -> None:
        """Close the file. Where no `with` block has it, this commits."""
        if self._is_closed:
            if self._is_collected:
                message = "a wrapper that was collected has closed the file, so it was aborted"
                raise StreamFailedError(message, bucket=self.bucket, key=self.key)
            return
        self._is_closed = True
        if self._is_collected:
            await self._abort()
        elif not self._blocks:
            try:
                await self._commit(deadline)
            except BusyError:
                # Nothing was committed, and a later call can do it.
                self._is_closed = False
                raise

    async def _commit(self, deadline: Deadline) -> None:
        """Commit, unless the upload was committed or aborted before."""
        self._boundary.check_process("file")
        if self._upload._record is None and self._upload._state != "aborted":
            await self._upload._commit(deadline)

    def _check_not_committed(self) -> None:
        if self._upload._record is not None:
            raise ClosedError("the file is committed already", bucket=self.bucket, key=self.key)

    async def _abort(self) -> None:
        """Abort the upload; after a moment this goes on in the background."""
        self._is_closed = True
        if self._boundary.alive:
            await self._upload._end_context(failed=True)

    async def _leave(self, failed: bool, deadline: Deadline) -> None:
        """End a `with` block. The outermost one commits, and any one aborts after an exception."""
        self._blocks -= 1
        if failed:
            await self._abort()
        else:
            self._is_closed = True
            if not self._blocks:
                await self._commit(deadline)
