from __future__ import annotations

import errno
import inspect
import json
import pickle

import pytest

from uplink import _ffi, errors
from uplink._calls import _common

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.UplinkError)]


def test_all_is_sorted_and_whole():
    assert errors.__all__ == sorted(kind.__name__ for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind(kind):
    error = kind("what went wrong", details="details", bucket="bucket", key="key", outcome_unknown=True)
    assert error.__doc__
    assert (error.message, error.details, error.bucket, error.key) == ("what went wrong", "details", "bucket", "key")
    assert "what went wrong" in str(error)
    assert "bucket/key" in str(error)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert vars(copy) == vars(error)
    assert str(copy) == str(error)
    for made in (error, kind("what went wrong"), kind("what went wrong", key="")):
        # As Celery does.
        again = kind(*json.loads(json.dumps(made.args)))
        assert (vars(again), str(again), repr(again)) == (vars(made), str(made), repr(made))
    assert kind("what went wrong").args == ("what went wrong",)
    assert repr(kind("what went wrong", key="x")) == f"{kind.__name__}('what went wrong', '', None, 'x')"
    if isinstance(error, OSError):
        assert error.errno in errno.errorcode
        assert error.filename == "bucket/key"
        assert copy.errno == error.errno
    assert str(kind("message")) == "message"
    assert str(error).endswith("; whether it happened is unknown")


def test_the_drawn_tree_is_the_real_one():
    drawn = {}
    path = []
    for line in inspect.getdoc(errors).split("```")[1].splitlines():
        name = line.lstrip("│├└─ ")
        if not name:
            continue
        depth = (len(line) - len(name)) // 4
        words = name.split()
        path[depth:] = [words[0]]
        builtin = words[1] if len(words) > 1 and words[1][0].isupper() else None
        drawn[words[0]] = (path[depth - 1] if depth else None, builtin)
    assert set(drawn) == set(errors.__all__)
    for name, (parent, builtin) in drawn.items():
        kind = getattr(errors, name)
        assert (kind.__bases__[0].__name__ if kind is not errors.UplinkError else None) == parent
        if builtin:
            assert builtin in [base.__name__ for base in kind.__mro__]


HEADER_NAMES = {
    0x02: "INTERNAL",
    0x03: "CANCELED",
    0x04: "INVALID_HANDLE",
    0x05: "TOO_MANY_REQUESTS",
    0x06: "BANDWIDTH_LIMIT_EXCEEDED",
    0x07: "STORAGE_LIMIT_EXCEEDED",
    0x08: "SEGMENTS_LIMIT_EXCEEDED",
    0x09: "PERMISSION_DENIED",
    0x10: "BUCKET_NAME_INVALID",
    0x11: "BUCKET_ALREADY_EXISTS",
    0x12: "BUCKET_NOT_EMPTY",
    0x13: "BUCKET_NOT_FOUND",
    0x20: "OBJECT_KEY_INVALID",
    0x21: "OBJECT_NOT_FOUND",
    0x22: "UPLOAD_DONE",
}


def test_every_code_of_the_header_has_an_exception():
    lib = _ffi.current().lib
    codes = {getattr(lib, name) for name in dir(lib) if name.startswith("UPLINK_ERROR_")}
    assert codes == set(HEADER_NAMES)
    assert codes - {lib.UPLINK_ERROR_INTERNAL} == set(_common._BY_CODE)
    for code, name in HEADER_NAMES.items():
        assert getattr(lib, f"UPLINK_ERROR_{name}") == code
    details = {getattr(lib, name) for name in dir(lib) if name.startswith("UPLINK_DETAIL_")}
    assert details - {lib.UPLINK_DETAIL_NONE} == set(_common._BY_DETAIL)


def native_error(code, message, detail=0):
    boundary = _ffi.current()
    text = boundary.ffi.new("char[]", message)
    error = boundary.ffi.new("UplinkError *", {"code": code, "message": text, "detail": detail})
    return _common.error_of(boundary, error, "bucket", "key")


def test_an_unknown_code_is_an_internal_error_with_all_details():
    error = native_error(0x7777, b"from the future")
    assert type(error) is errors.InternalError
    assert "from the future" in str(error)
    assert type(native_error(0x02, b"x", 99)) is errors.InternalError


def test_a_detail_says_more_than_the_code():
    assert type(native_error(0x02, b"x", 4)) is errors.ConnectionFailedError
    assert type(native_error(0x21, b"x")) is errors.ObjectNotFoundError


def test_secrets_are_hidden(grant):
    error = native_error(0x02, f"the grant {grant} is odd".encode())
    assert grant not in str(error)
    assert grant not in error.details
    assert "<hidden>" in error.details
    assert native_error(0x02, b"the key " + b"2edqz" * 30).details == "the key " + "2edqz" * 30


def test_a_message_that_is_not_utf8():
    assert native_error(0x02, b"\xff").details == "�"


@pytest.mark.parametrize("kind", [errors.ObjectNotFoundError, errors.DecryptionError])
def test_code_may_add_to_a_message(kind):
    error = kind("no such object", "details", "bucket", "key")
    error.args = (f"{error.args[0]}; restore it", *error.args[1:])
    assert str(error) == "no such object; restore it ('bucket/key')"
    assert error.args == ("no such object; restore it", "details", "bucket", "key")
    assert getattr(error, "strerror", error.message) == error.message == "no such object; restore it"
    assert getattr(error, "filename", "bucket/key") == "bucket/key"
