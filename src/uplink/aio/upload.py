"""Uploads."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Final

from uplink._calls import streams as calls
from uplink._calls._metadata import metadata_struct
from uplink._contexts import AwaitedContext
from uplink._driver import Deadline
from uplink._handle import Handle
from uplink._hide import hide_secrets
from uplink._made import Made
from uplink._stream import Stream
from uplink._turns import FREE_THREADED, Turns
from uplink._types import Buffer, Self
from uplink._values import Object, Releasing, octets
from uplink.aio._driver import run
from uplink.errors import (
    ClosedError,
    DeadlineExceededError,
    StreamFailedError,
    UplinkError,
    without_traceback,
)

# Small writes are gathered, since each native call costs as much as copying 100 KiB.
_BUFFER_SIZE = 256 * 1024
# What a call copies at once, which takes some 100 µs.
_PIECE_SIZE = 1024 * 1024
# How long leaving a context by an exception waits for the abort before it goes on in the background.
_ABORT_GRACE = 0.02


class Upload(Made, Stream, AwaitedContext):
    """An upload under way; nothing of it is visible before `commit`.

    Leaving its context commits it, or aborts it if an exception is on its way. An upload that is neither committed nor
    aborted is aborted when it is collected, with a `ResourceWarning`. An upload that failed stays failed.

    Code that writes to binary files can write to it. It has no `close`, which could mean either end. In place of
    closing a wrapper such as `io.TextIOWrapper`, call its `detach`.

    Go counterpart: `uplink.Upload`.

    Attributes:
        bucket: The bucket it goes to.
        key: The object's key.
        mode: `"wb"`, as a binary file has it.

    Example:
        ```python
        async with project.upload_object("photos", "cat.jpg") as upload:
            await upload.write(b"first half, ")
            await upload.write(b"second half")
        ```
    """

    mode: Final = "wb"

    def _begin(self, project: object, handle: Handle, bucket: str, key: str) -> Self:
        self.bucket = bucket
        self.key = key
        # Kept alive, since freeing the project would end the upload.
        self._project = project
        self._handle = handle
        self._pending: list[bytes] = []
        # How many bytes have left the buffer.
        self._sent = 0
        # How many bytes the buffer still takes; 0 unless the upload is open, which keeps `write` to one comparison.
        self._room = _BUFFER_SIZE
        self._record: Object | None = None
        self._failure: UplinkError | None = None
        self._aborted = False
        self._turns = Turns("upload", bucket, key)
        return self

    async def write(self, data: Buffer, *, timeout: float | None = None) -> int:
        """Write all of the data. Small writes are gathered, so a later write or `commit` may raise the error.

        Go counterpart: `Upload.Write`.

        Args:
            data: `bytes`, or anything else with a contiguous buffer.
            timeout: After how many seconds to give up, which ends the upload; `None` for no limit.

        Returns:
            The number of bytes, which is that of the data.

        Raises:
            TypeError: The data is a `str` or no buffer.
            ClosedError: The upload was committed or aborted.
            StreamFailedError: It had failed before.
            BusyError: Another task or thread is using the upload.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            async with project.upload_object("photos", "cat.jpg") as upload:
                assert await upload.write(b"meow") == 4
            ```
        """
        # Other buffers may change after this call, so only bytes can wait as they are.
        if type(data) is bytes and not FREE_THREADED and self._handle.boundary.here[0]:
            size = len(data)
            # These lines call nothing, so neither another thread nor Ctrl-C comes between them.
            if size < self._room and not self._turns.holder:
                self._room -= size
                self._pending += (data,)
                return size
        return await self._write(data, timeout)

    async def _write(self, data: Buffer, timeout: float | Deadline | None) -> int:
        __tracebackhide__ = True
        deadline = Deadline.of(timeout)
        view = octets(data, "an object")
        size = view.nbytes
        turn = object()
        try:
            with Releasing(view):
                self._turns.take(turn, self._check_open)
                if type(data) is bytes and size < self._room:
                    self._gather(data)
                else:
                    await self._write_octets(view, deadline)
            self._turns.give_back(turn)
            return size
        except BaseException as error:
            if self._turns.are_over(turn, error):
                self._fail(error)
            raise

    async def flush(self, *, timeout: float | None = None) -> None:
        """Hand what `write` has gathered to libuplink, which shows errors of the data so far. Nothing becomes visible.

        Args:
            timeout: After how many seconds to give up, which ends the upload; `None` for no limit.

        Raises:
            UplinkError: As `write`.

        Example:
            ```python
            async with project.upload_object("photos", "cat.jpg") as upload:
                await upload.write(b"meow")
                await upload.flush()
            ```
        """
        deadline = Deadline.of(timeout)
        turn = object()
        try:
            self._turns.take(turn, self._check_open)
            await self._flush(deadline)
            self._turns.give_back(turn)
        except BaseException as error:
            if self._turns.are_over(turn, error):
                self._fail(error)
            raise

    @property
    def closed(self) -> bool:
        """Whether the upload was committed or aborted, or has failed."""
        return self._record is not None or self._aborted or self._failure is not None

    def writable(self) -> bool:
        """Report whether the stream can be written to: an upload can."""
        return True

    def tell(self) -> int:
        """Return the number of bytes that were written so far.

        Raises:
            ClosedError: The upload was committed or aborted.
            StreamFailedError: It had failed before.

        Example:
            ```python
            async with project.upload_object("photos", "cat.jpg") as upload:
                await upload.write(b"meow")
                assert upload.tell() == 4
            ```
        """
        return self._turns.run(lambda: self._sent + sum(map(len, self._pending)), self._check_open)

    def _gather(self, data: bytes) -> None:
        self._room -= len(data)
        self._pending.append(data)

    async def _write_octets(self, view: memoryview, deadline: Deadline) -> None:
        # In pieces, since each is copied before its call can be given up.
        __tracebackhide__ = True
        for start in range(0, view.nbytes, _PIECE_SIZE):
            with Releasing(view[start : start + _PIECE_SIZE]) as piece:
                await self._write_piece(piece, deadline)

    async def _write_piece(self, piece: memoryview, deadline: Deadline) -> None:
        __tracebackhide__ = True
        if piece.nbytes >= self._room:
            await self._flush(deadline)
        if piece.nbytes < self._room:
            self._gather(bytes(piece))
        else:
            await run(calls.upload_write(self._handle, piece, self.bucket, self.key), deadline)
            self._sent += piece.nbytes

    async def _flush(self, deadline: Deadline) -> None:
        __tracebackhide__ = True
        if self._pending:
            # Another call must not add to what is on its way.
            self._room = 0
            gathered = b"".join(self._pending)
            await run(calls.upload_write(self._handle, gathered, self.bucket, self.key), deadline)
            self._sent += len(gathered)
            self._pending.clear()
            # Another thread may have ended it.
            if not self._aborted and self._failure is None:
                self._room = _BUFFER_SIZE

    def _fail(self, error: BaseException, *, outcome_unknown: bool = False) -> None:
        """End the upload, whatever ended a call early, also a cancellation: what has arrived is not known."""
        __tracebackhide__ = True
        self._failure = without_traceback(error, outcome_unknown=outcome_unknown)
        self._end()

    def _end(self) -> None:
        self._room = 0
        self._pending.clear()
        self._handle.free()

    def _check_open(self) -> None:
        __tracebackhide__ = True
        self._handle.check_process()
        if self._failure is not None:
            raise StreamFailedError.after(self._failure, "upload", self.bucket, self.key) from self._failure
        if self._record is not None or self._aborted:
            state = "aborted" if self._aborted else "committed"
            raise ClosedError(f"the upload is {state} already", bucket=self.bucket, key=self.key)

    def set_custom_metadata(self, metadata: Mapping[str, str]) -> None:
        """Set the custom metadata to be committed with the object, in place of what was set before.

        Go counterpart: `Upload.SetCustomMetadata`.

        Args:
            metadata: Keys and values; start keys with the name of your application, as in `"image-board:title"`.

        Raises:
            MetadataInvalidError: A key is empty, or something is not UTF-8 or has a NUL in it.
            ClosedError: The upload was committed or aborted.

        Example:
            ```python
            async with project.upload_object("photos", "cat.jpg") as upload:
                await upload.write(b"meow")
                upload.set_custom_metadata({"camera": "x100"})
            ```
        """
        custom = metadata_struct(self._handle.boundary, metadata)
        self._turns.run(
            lambda: calls.upload_set_custom_metadata(self._handle, custom, self.bucket, self.key), self._check_open
        )

    def info(self) -> Object:
        """Return the record of the object, which is complete once it is committed. Before that, its size is 0.

        Go counterpart: `Upload.Info`.

        Raises:
            ClosedError: The upload was aborted.
            StreamFailedError: It had failed before.

        Example:
            ```python
            async with project.upload_object("photos", "cat.jpg") as upload:
                await upload.write(b"meow")
            assert upload.info().size == 4
            ```
        """
        if self._record is not None:
            return self._record
        return self._turns.run(lambda: calls.upload_info(self._handle, self.bucket, self.key), self._check_open)

    async def commit(self, *, timeout: float | None = None) -> Object:
        """Make the object visible, in place of one that had its key.

        Go counterpart: `Upload.Commit`.

        Args:
            timeout: After how many seconds to give up, with an unknown outcome; `None` for no limit.

        Returns:
            The object's record.

        Raises:
            ClosedError: The upload was committed or aborted.
            StreamFailedError: It had failed before.
            DeadlineExceededError: The time is up; whether the object is there is unknown.
            BucketNotFoundError: There is no such bucket.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            upload = await project.upload_object("photos", "cat.jpg")
            await upload.write(b"meow")
            item = await upload.commit()
            assert item.size == 4
            ```
        """
        return await self._commit(timeout)

    async def _commit(self, timeout: float | Deadline | None) -> Object:
        __tracebackhide__ = True
        deadline = Deadline.of(timeout)
        committing = False
        turn = object()
        try:
            self._turns.take(turn, self._check_open)
            await self._flush(deadline)
            committing = True
            self._record = await run(calls.upload_commit(self._handle, self.bucket, self.key), deadline)
            self._end()
            self._turns.give_back(turn)
            return self._record
        except BaseException as error:
            if self._turns.are_over(turn, error):
                self._fail(error, outcome_unknown=committing)
            raise

    async def abort(self, *, timeout: float | None = None) -> None:
        """Drop what was written. Harmless if the upload had failed or was aborted.

        Go counterpart: `Upload.Abort`.

        Args:
            timeout: After how many seconds to leave the abort to the background; `None` for no limit.

        Raises:
            ClosedError: The upload was committed.

        Example:
            ```python
            upload = await project.upload_object("photos", "cat.jpg")
            await upload.write(b"never mind")
            await upload.abort()
            ```
        """
        if self._failure is not None or self._aborted:
            return
        if self._record is not None:
            self._check_open()
        self._handle.check_process()
        self._aborted = True
        try:
            with contextlib.suppress(DeadlineExceededError):
                await run(calls.upload_abort(self._handle, self.bucket, self.key), timeout)
        finally:
            self._end()

    async def __aenter__(self) -> Self:
        self._check_open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            if self._record is None and not self._aborted:
                await self.commit()
        elif self._record is None:
            await self._abandon()

    async def _abandon(self) -> None:
        """Abort because of an exception, which must neither wait for long nor be replaced."""
        # What fails or lasts longer is left to the background, and at last to the satellite, which drops by itself what
        # was not committed.
        with contextlib.suppress(UplinkError):
            await self.abort(timeout=_ABORT_GRACE)

    def __del__(self, is_finalizing: Callable[[], bool] = sys.is_finalizing) -> None:
        # Late in the interpreter's shutdown modules have no globals: nothing is left to warn with.
        if is_finalizing() or not getattr(self, "_room", 0):
            return
        if self._record is None and self._handle.boundary.alive:
            # Its handle is freed with it.
            warnings.warn(f"unfinished upload {self!r} is aborted", ResourceWarning, source=self, stacklevel=2)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("an upload cannot be copied or pickled")

    def __repr__(self) -> str:
        if not hasattr(self, "_turns"):
            return object.__repr__(self)
        state = "open"
        if self._failure is not None:
            state = "failed"
        elif self._record is not None:
            state = "committed"
        elif self._aborted:
            state = "aborted"
        place = hide_secrets(f"{self.bucket}/{self.key}")
        return f"<{type(self).__module__}.{type(self).__qualname__} of {place}, {state}>"
