"""Values out: the kinds of results, and how their structs become values of Python."""

from __future__ import annotations

from functools import partial
from itertools import starmap
from operator import attrgetter
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from uplink import errors
    from uplink._ffi import Boundary
    from uplink._ffi._libuplink import (
        FFI,
        Chars,
        CType,
        Libuplink,
        Pointer,
        UplinkErrorPointer,
        UplinkOperationPointer,
        UplinkOperationValue,
    )

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

T = TypeVar("T")
R = TypeVar("R")

if TYPE_CHECKING:
    # Of one kind: the type of a pointer to its struct, the function that takes a result, the function that frees one.
    _Functions: TypeAlias = tuple[
        CType[Pointer[R]], Callable[[Pointer[UplinkOperationValue], Pointer[R]], None], Callable[[R], None]
    ]


class Prepared(partial[R]):
    """A native function with its arguments. Its `repr` does not have them, since a grant can be among them."""

    def __repr__(self) -> str:
        return "<a native function>"


class Kind(Generic[R]):
    """A kind of result: its struct, and the functions that take and free one."""

    __slots__ = ("_at", "_error", "_functions", "_taker")

    def __init__(
        self,
        functions: Callable[[FFI, Libuplink], tuple[CType[Pointer[R]], Callable[[R], None]]],
        taker: Callable[[Libuplink], Callable[[Pointer[UplinkOperationValue], Pointer[R]], None]] = lambda _: _no_take,
        error: Callable[[R], UplinkErrorPointer | None] = attrgetter("error"),
    ) -> None:
        """Describe a kind of result.

        Args:
            functions: Returns the type of a pointer to the struct, and the function that frees a result.
            taker: Returns the function that takes the result of an operation, if operations have such results.
            error: Returns the error in a result, to raise it.
        """
        self._functions = functions
        self._taker = taker
        self._error = error
        # By boundary, since looking them up takes 1 µs.
        self._at: dict[Boundary, _Functions[R]] = {}

    def take(
        self,
        boundary: Boundary,
        operation: UplinkOperationPointer,
        decode: Callable[[Boundary, R], T],
        bucket: str | None,
        key: str | None,
        target: tuple[str, str] | None = None,
    ) -> T:
        """Take the result of an operation, and return its value or raise its error.

        Args:
            boundary: The boundary of the operation.
            operation: The operation, which has ended.
            decode: Returns the value of a result, which is freed afterwards.
            bucket: The bucket of the call, for the error.
            key: The key of the call, for the error.
            target: The new bucket and the new key of a copy or a move, for the error.
        """
        struct, take, free = self._at.get(boundary) or self._look_up(boundary)
        # The struct exists before the call fills it in, so no interrupt can come between a result and its owner.
        result = boundary.ffi.new(struct)
        try:
            take(operation, result)
            value = result[0]
            error = self._error(value)
            if error:
                raise make_error(boundary, error, bucket, key, target)
            return decode(boundary, value)
        finally:
            free(result[0])

    def returned_by(
        self,
        boundary: Boundary,
        function: Prepared[R],
        decode: Callable[[Boundary, R], T],
        bucket: str | None = None,
        key: str | None = None,
    ) -> T:
        """Call a native function that does not wait, and return the value of its result or raise its error.

        Args:
            boundary: The boundary of the function.
            function: The native function with its arguments.
            decode: Returns the value of a result, which is freed afterwards.
            bucket: The bucket of the call, for the error.
            key: The key of the call, for the error.
        """
        _, _, free = self._at.get(boundary) or self._look_up(boundary)
        result: list[R] = []
        try:
            # Not `function()`: Ctrl-C could come between the call and its owner. No Python code runs in this call.
            result.extend(starmap(function, ((),)))
            if error := self._error(result[0]):
                raise make_error(boundary, error, bucket, key)
            return decode(boundary, result[0])
        finally:
            if result:
                free(result[0])

    def _look_up(self, boundary: Boundary) -> _Functions[R]:
        struct, free = self._functions(boundary.ffi, boundary.lib)
        found = self._at[boundary] = (struct, self._taker(boundary.lib), free)
        return found


def _no_take(_operation: object, _result: object) -> None:
    raise TypeError("no operation has a result of this kind")


ERROR: Kind[UplinkErrorPointer] = Kind(
    lambda ffi, lib: (ffi.typeof("UplinkError **"), lib.uplink_free_error),
    lambda lib: lib.uplink_operation_take_error,
    lambda error: error,
)


def make_error(
    boundary: Boundary,
    error: UplinkErrorPointer,
    bucket: str | None,
    key: str | None,
    target: tuple[str, str] | None = None,
) -> errors.UplinkError:
    """Return the exception for an error of C, as `error_of` does."""
    from uplink._calls._errors import error_of  # noqa: PLC0415 - a program whose calls succeed does not need its table

    return error_of(boundary, error, bucket, key, target)


def no_value(_boundary: Boundary, _result: object) -> None:
    """Return nothing, for a result that has nothing but an error."""


def decode_text(boundary: Boundary, text: Chars) -> str:
    """Return a text of C that ends at its NUL."""
    return boundary.ffi.string(text).decode("utf-8", "surrogateescape")


def decode_bytes(boundary: Boundary, data: Chars, length: int) -> bytes | None:
    """Return bytes of C, or `None` for no bytes."""
    return boundary.ffi.unpack(data, length) if length else None


def decode_sized(boundary: Boundary, text: Chars, length: int) -> str:
    """Return a text of C that has a length, and may have a NUL in it."""
    return boundary.ffi.unpack(text, length).decode("utf-8", "surrogateescape")
