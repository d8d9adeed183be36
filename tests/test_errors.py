from __future__ import annotations

import copy
import errno
import inspect
import json
import pickle

import pytest

import uplink
from uplink import _ffi, _numbers, errors
from uplink._calls import _errors

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.UplinkError)]


def test_all_is_sorted_and_whole():
    assert errors.__all__ == sorted(kind.__name__ for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind(kind):
    error = kind("what went wrong", native_message="native", bucket="bucket", key="key", outcome_unknown=True)
    assert error.__doc__
    assert (error.message, error.native_message, error.bucket, error.key) == (
        "what went wrong",
        "native",
        "bucket",
        "key",
    )
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


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_copies_and_pickles_have_everything(copied):
    error = errors.ChecksumMismatchError("message", bucket="bucket", key="key")
    error.algorithm, error.stored, error.actual = "sha256", "a", "b"
    error.results = (uplink.Deletion("key", None, "deleted"),)
    error._unchanged = True
    error.attempt = 3  # of a caller
    if hasattr(error, "add_note"):
        error.add_note("while the backup ran")
    made = copied(error)
    assert vars(made) == vars(error)
    assert getattr(made, "__notes__", None) == getattr(error, "__notes__", None)
    assert len(error.__reduce__()) == 3
    assert len(errors.ChecksumMismatchError("message").__reduce__()) == 2


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


PREFIXES = ("UPLINK_ERROR_", "UPLINK_DETAIL_", "EDGE_ERROR_")


def native_numbers():
    """Return the numbers of errors that the extension has."""
    lib = _ffi.current().lib
    return {name: getattr(lib, name) for name in dir(lib) if name.startswith(PREFIXES)}


def test_the_numbers_are_those_of_the_header():
    python = {name: number for name, number in vars(_numbers).items() if name.startswith(("UPLINK_", "EDGE_"))}
    assert python == native_numbers()


def test_every_name_of_the_header_has_a_class():
    # An error about a file has the class of the system's number.
    without = {"UPLINK_DETAIL_NONE", "UPLINK_DETAIL_FILE"}
    assert set(native_numbers()) - without == set(_errors.TABLE)


@pytest.mark.parametrize("name", _errors.TABLE)
def test_every_class_of_the_table_is_reached_by_its_number(name):
    kind, native, message = _errors.TABLE[name]
    number = getattr(_numbers, name)
    if name.startswith("UPLINK_DETAIL_"):
        error = native_error(_numbers.UPLINK_ERROR_INTERNAL, b"why", number)
    else:
        error = native_error(number, b"why")
    assert type(error) is kind
    assert error.message.startswith("why" if native == "whole" else message)
    assert ("why" in error.message) == (native != "hidden")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_class_has_a_code_of_the_header(kind):
    code = kind("what went wrong").code
    [name] = [name for name, number in native_numbers().items() if number == code and "_ERROR_" in name]
    reached = {name for name, (made, _, _) in _errors.TABLE.items() if made is kind and "_ERROR_" in name}
    assert not reached or name in reached


def native_error(code, message, detail=0):
    boundary = _ffi.current()
    text = boundary.ffi.new("char[]", message)
    error = boundary.ffi.new("UplinkError *", {"code": code, "message": text, "detail": detail})
    return _errors.error_of(boundary, error, "bucket", "key")


def test_an_unknown_code_is_an_internal_error_with_the_native_message():
    error = native_error(0x7777, b"from the future")
    assert type(error) is errors.InternalError
    assert "from the future" in str(error)
    assert type(native_error(0x02, b"x", 99)) is errors.InternalError


def test_the_detail_of_an_error_comes_before_its_code():
    assert type(native_error(0x02, b"x", 4)) is errors.ConnectionFailedError
    assert type(native_error(0x21, b"x")) is errors.ObjectNotFoundError


def test_secrets_are_hidden(grant):
    error = native_error(0x02, f"the grant {grant} is odd".encode())
    assert grant not in str(error)
    assert grant not in error.native_message
    assert "<hidden>" in error.native_message
    assert native_error(0x02, b"the key " + b"2edqz" * 30).native_message == "the key " + "2edqz" * 30


def test_a_message_that_is_not_utf8():
    assert native_error(0x02, b"\xff").native_message == "�"


@pytest.mark.parametrize("kind", [errors.ObjectNotFoundError, errors.DecryptionError])
def test_code_may_add_to_a_message(kind):
    error = kind("no such object", "native", "bucket", "key")
    error.args = (f"{error.args[0]}; restore it", *error.args[1:])
    assert str(error) == "no such object; restore it ('bucket/key')"
    assert error.args == ("no such object; restore it", "native", "bucket", "key")
    assert getattr(error, "strerror", error.message) == error.message == "no such object; restore it"
    assert getattr(error, "filename", "bucket/key") == "bucket/key"
