"""A native call that may wait, as data."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from uplink import errors
from uplink._base_error import PERHAPS_REVOKED

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from typing_extensions import TypeVarTuple, Unpack

    from uplink._calls._results import Kind
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import Chars, UplinkOperationPointer
    from uplink._info import AccessInfo

    Ts = TypeVarTuple("Ts")
    P_co = TypeVar("P_co", covariant=True)

    class Owner(Protocol[P_co]):
        """What a call is made on: a `Handle`, or `Nothing`."""

        @property
        def boundary(self) -> Boundary:
            """The boundary to run the call at."""
            ...

        @property
        def inspect(self) -> Callable[[], AccessInfo] | None:
            """Returns what the grant of the project allows."""
            ...

        def pointer(self) -> P_co:
            """Return the struct, for the start."""
            ...

    class Observer(Protocol):
        """Looks at the operation of a call while the call waits."""

        def poll(self, operation: UplinkOperationPointer) -> None:
            """Look at the operation, whose result is not taken yet."""
            ...


# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T")
R = TypeVar("R")
P = TypeVar("P")


class Nothing:
    """Takes the place of a handle in a call that needs none."""

    __slots__ = ("boundary", "inspect")

    def __init__(self, boundary: Boundary) -> None:
        self.boundary = boundary
        self.inspect = None

    def pointer(self) -> None:
        """Return nothing, since there is no struct."""


class Call(Generic[T]):
    """A native call that may wait.

    Attributes:
        boundary: The boundary to run it at.
        name: What it does, for messages: "upload the object".
        bucket: The bucket that it is about.
        key: The object that it is about.
        prefix: The prefix that it lists.
        changes: Whether it changes what is stored. If so, its outcome is unknown after it was cancelled.
        needs: Permissions such as `"allow_list"`, of which the call needs one.
        target: The new bucket and the new key of a copy or a move.
        also_needs: Further permissions, which the call needs all, each with the bucket and the key to use it on. A key
            of `None` is any key.
        progress: Gets the numbers of bytes that are transferred, that there are, and that are committed, several times
            a second; `None` for a call that is not a transfer, or that nobody watches.
        observation: Observes the call while it runs; mostly `None`.
        lent: Pointers that `lend` has made; the driver releases them when the operation has ended.
    """

    __slots__ = (
        "_arguments",
        "_decode",
        "_function",
        "_hint",
        "_inspect",
        "_keep",
        "_pointer",
        "_take",
        "also_needs",
        "boundary",
        "bucket",
        "changes",
        "key",
        "lent",
        "name",
        "needs",
        "observation",
        "prefix",
        "progress",
        "target",
    )

    # By hand, since a dataclass takes half a millisecond of the import.
    def __init__(
        self,
        owner: Owner[P],
        name: str,
        function: Callable[[UplinkOperationPointer, P, Unpack[Ts]], None],
        arguments: tuple[Unpack[Ts]],
        kind: Kind[R],
        decode: Callable[[Boundary, R], T],
        bucket: str | None = None,
        key: str | None = None,
        *,
        prefix: str | None = None,
        changes: bool = False,
        needs: tuple[str, ...] = (),
        target: tuple[str, str] | None = None,
        also_needs: tuple[tuple[str, str, str | None], ...] = (),
        hint: tuple[type[errors.UplinkError], str] | None = None,
        lent: list[Chars] | None = None,
        keep: object = None,
        progress: Callable[[int, int, int], object] | None = None,
    ) -> None:
        """Describe a call.

        Args:
            owner: The handle to make it on.
            name: What it does, for messages.
            function: `uplink_start_…`, or a function of the same form for arguments that exist during the start alone.
            arguments: What the function takes after the operation and the handle.
            kind: The kind of its result.
            decode: Returns the value of a result.
            bucket: The bucket that it is about.
            key: The object that it is about.
            prefix: The prefix that it lists.
            changes: Whether it changes what is stored.
            needs: Permissions, of which it needs one.
            target: The new bucket and the new key of a copy or a move.
            also_needs: Further permissions, which it needs all, each with the bucket and the key to use it on.
            hint: A class of errors, and what to add to the message of such an error if the grant does not show its
                reason.
            lent: The list that `lend` puts its pointers into.
            keep: What the arguments point to.
            progress: Gets how far a transfer has come.
        """
        self.boundary = owner.boundary
        self.name = name
        self.bucket = bucket
        self.key = key
        self.prefix = prefix
        self.changes = changes
        self.needs = needs
        self.target = target
        self.also_needs = also_needs
        self.progress = progress
        self.observation: Observer | None = None
        self.lent: list[Chars] = [] if lent is None else lent
        self._pointer: Callable[[], object] = owner.pointer
        self._inspect = owner.inspect
        self._hint = hint
        self._function: Callable[..., None] = function
        self._arguments: tuple[object, ...] = arguments
        self._take: Callable[..., T] = kind.take
        self._decode: Callable[..., T] = decode
        self._keep = keep

    def start(self, operation: UplinkOperationPointer) -> None:
        """Start the operation.

        Raises:
            ForkError: The handle was made by an ancestor of this process.
            ClosedError: The handle was freed.
        """
        self._function(operation, self._pointer(), *self._arguments)

    @property
    def server(self) -> Callable[[], AccessInfo] | None:
        """Returns what the grant of the project allows, with its satellite; `None` for a call on no project."""
        return self._inspect

    def report(self, operation: UplinkOperationPointer) -> None:
        """Let the observer look at the operation, and call `progress` with how far it has come.

        The last time is before the result is taken.

        Raises:
            ForkError: This is a child that `progress` has forked.
        """
        if self.observation is not None:
            self.observation.poll(operation)
        if self.progress is None:
            return
        counts = self.boundary.ffi.new("UplinkProgress *")
        counts.struct_size = self.boundary.ffi.sizeof("UplinkProgress")
        if self.boundary.lib.uplink_operation_progress(operation, counts):
            self.progress(counts.transferred, counts.total, counts.committed)
            # The function may have forked.
            self.boundary.check_process("call")

    def result(self, operation: UplinkOperationPointer) -> T:
        """Take the operation's result, and return its value or raise its error."""
        try:
            return self._take(self.boundary, operation, self._decode, self.bucket, self.key, self.target)
        except errors.UplinkError as error:
            self.explain(error)
            raise

    def explain(self, error: errors.UplinkError) -> None:
        """Add what is known of the call to an error of its result."""
        if isinstance(error, (errors.CancelledError, errors.ConnectionFailedError, errors.DeadlineExceededError)):
            # The satellite may have made the change, and its response was lost.
            error.outcome_unknown = self.changes and not error._unchanged
            return
        reason = bucket = key = None
        if self._inspect is not None and type(error) is errors.PermissionDeniedError:
            reason, bucket, key = self._why_refused(self._inspect())
        if reason:
            error.args = (reason, error.native_message, bucket, key)
        elif self._hint and type(error) is self._hint[0]:
            message, revoked, _ = error.message.partition(PERHAPS_REVOKED)
            error.args = (f"{message}; {self._hint[1]}{revoked}", *error.args[1:])

    def _why_refused(self, info: AccessInfo) -> tuple[str | None, str | None, str | None]:
        """Return why the satellite refuses the call, if the grant shows it, and the bucket and the key."""
        reason = info.why_refused(self.needs, self.bucket, self.key or self.prefix)
        if reason:
            return reason, self.bucket, self.key
        for permission, bucket, key in self.also_needs:
            reason = info.why_refused((permission,), bucket, key)
            if reason:
                return reason, bucket, key
        # Copies and moves may replace an object without the permission to delete.
        if self.needs == ("allow_upload",) and self.key is not None and not info.allow_delete:
            reason = "this access does not allow to delete, which replacing an object takes; or it was revoked"
            return reason, self.bucket, self.key
        return None, None, None

    def deadline_exceeded(self, timeout: float | None, *, started: bool = True) -> errors.DeadlineExceededError:
        """Return the error for a call that took longer than so many seconds."""
        message = f"could not {self.name} within {timeout:g} s"
        unknown = self.changes and started
        return errors.DeadlineExceededError(message, bucket=self.bucket, key=self.key, outcome_unknown=unknown)


def new_operation(boundary: Boundary) -> UplinkOperationPointer:
    """Return the struct of an operation. Its destructor, which is C code, detaches an operation that is not taken."""
    return boundary.ffi.gc(boundary.ffi.new("UplinkOperation *"), boundary.lib.uplink_destroy_operation)


def lend(
    boundary: Boundary,
    operation: UplinkOperationPointer,
    memory: memoryview | bytes | bytearray,
    lent: list[Chars],
) -> Chars:
    """Return a pointer to the memory, which stays lent until the operation has ended.

    No exception can release the memory too early: when the pointer goes, by `ffi.release` or as garbage, C code first
    detaches the operation, which waits for its last access to the memory.

    Args:
        boundary: The boundary that the operation runs at.
        operation: The operation, which is not started yet.
        memory: The memory to read from or to write to.
        lent: The list of the call, to put the pointer into. The pointer of an earlier attempt was released.
    """
    # cffi calls the destructor with the memory, and only then releases the buffer.
    destructor = partial(boundary.lib.uplink_destroy_loan, operation)
    address = boundary.ffi.gc(boundary.ffi.from_buffer("char *", memory), destructor)
    lent[:] = [address]
    return address


def lend_all(
    boundary: Boundary, operation: UplinkOperationPointer, memories: list[bytes], lent: list[Chars]
) -> list[Chars]:
    """Return a pointer to each memory, as `lend` does."""
    destructor = partial(boundary.lib.uplink_destroy_loan, operation)
    lent.clear()
    lent.extend(boundary.ffi.gc(boundary.ffi.from_buffer("char *", memory), destructor) for memory in memories)
    return lent
