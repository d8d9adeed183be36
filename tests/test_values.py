from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import typing
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest

import uplink
from uplink import errors

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "value",
    [
        uplink.Bucket("bucket", NOW),
        uplink.Object("key", size=1, created=NOW, metadata={"a": "b"}),
        uplink.Permission.full(not_after=NOW),
        uplink.Retention("governance", NOW),
        uplink.ObjectLockConfiguration(default_retention=uplink.DefaultRetention(mode="compliance", days=1)),
        uplink.SharePrefix("bucket", "prefix/"),
        uplink.Config(user_agent="agent"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_are_frozen_comparable_and_pickle(value):
    assert pickle.loads(pickle.dumps(value)) == value
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, dataclasses.fields(value)[0].name, None)


VALUES = [value for name in uplink.__all__ if hasattr(value := getattr(uplink, name), "__dataclass_fields__")]
# Arguments of those that check theirs.
ARGUMENTS = {
    "Retention": {"mode": "governance", "until": NOW},
    "DefaultRetention": {"mode": "governance", "days": 1},
    "ObjectLockConfiguration": {"enabled": True},
}


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.__name__)
def test_values_are_as_the_standard_library_makes_them(value):
    options = {"frozen": True, "slots": True, "kw_only": not value.__match_args__}
    fields = [
        (each.name, each.type, dataclasses.field(**{name: getattr(each, name) for name in OPTIONS}))
        for each in dataclasses.fields(value)
    ]
    made = dataclasses.make_dataclass(value.__name__, fields, **options)
    assert str(inspect.signature(value)) == str(inspect.signature(made))
    assert value.__init__.__qualname__ == f"{value.__name__}.__init__"
    assert typing.get_type_hints(value.__init__) == {**typing.get_type_hints(value), "return": type(None)}
    arguments = ARGUMENTS.get(value.__name__, dict.fromkeys(required(value), "text"))
    ours, theirs = value(**arguments), made(**arguments)
    assert repr(ours) == repr(theirs)
    assert hash(ours) == hash(theirs)
    assert ours.__getstate__() == [getattr(theirs, name) for name in made.__slots__]
    assert (value.__slots__, value.__match_args__) == (made.__slots__, made.__match_args__)
    assert not hasattr(ours, "__dict__")


OPTIONS = ["default", "default_factory", "hash", "compare", "repr"]


def required(value):
    missing = dataclasses.MISSING
    fields = dataclasses.fields(value)
    return [each.name for each in fields if each.default is missing and each.default_factory is missing]


def test_a_pickle_with_fewer_fields_gets_defaults():
    item = uplink.Object.__new__(uplink.Object)
    item.__setstate__(["key", False, 1])
    assert item == uplink.Object("key", size=1)
    config = uplink.Config.__new__(uplink.Config)
    config.__setstate__(["agent", *uplink.Config().__getstate__()[1:5]])
    assert config == uplink.Config(user_agent="agent")
    config.__setstate__([*config.__getstate__(), "of a newer version"])
    assert config == uplink.Config(user_agent="agent")


def test_the_functions_of_dataclasses_take_values():
    item = uplink.Object("key", size=1, created=NOW, metadata={"a": "b"})
    assert dataclasses.replace(item, size=2) == uplink.Object("key", size=2, created=NOW, metadata={"a": "b"})
    assert dataclasses.asdict(item)["metadata"] == {"a": "b"}
    assert dataclasses.asdict(uplink.Config())["retry"] == dataclasses.asdict(uplink.Retry())
    assert copy.deepcopy(item) == copy.copy(item) == item != uplink.Bucket("key", NOW)
    match item:
        case uplink.Object(key, False, size):
            assert (key, size) == ("key", 1)
    with pytest.raises(TypeError):
        dataclasses.replace(item, other=1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        del item.size


def test_a_dataclass_can_extend_a_value():
    @dataclasses.dataclass(frozen=True)
    class Photo(uplink.Object):
        camera: str = ""

    photo = Photo("key", size=1, camera="x100")
    assert (photo.size, photo.camera) == (1, "x100")
    assert [field.name for field in dataclasses.fields(Photo)] == [*uplink.Object.__slots__, "camera"]
    assert photo != Photo("key", size=2, camera="x100")
    assert copy.copy(photo) == copy.deepcopy(photo) == photo


def test_a_class_can_extend_a_value():
    class Named(uplink.Bucket):
        def __init__(self, name):
            super().__init__(name, NOW)

    assert Named("photos").name == "photos"
    assert Named("photos") == Named("photos") != uplink.Bucket("photos", NOW)


@pytest.mark.skipif(not hasattr(copy, "replace"), reason="Python 3.13")
def test_values_can_be_replaced_by_copy():
    assert copy.replace(uplink.Bucket("a", NOW), name="b") == uplink.Bucket("b", NOW)


def test_permissions():
    assert uplink.Permission.read_only() == uplink.Permission(allow_download=True, allow_list=True)
    assert uplink.Permission.write_only() == uplink.Permission(allow_upload=True, allow_delete=True)
    full = uplink.Permission.full(not_before=NOW, not_after=NOW)
    assert all((full.allow_download, full.allow_upload, full.allow_list, full.allow_delete))
    with pytest.raises(TypeError):
        uplink.Permission(True)
    with pytest.raises(TypeError, match="allow_delete takes True or False, not str"):
        uplink.Permission(allow_delete="false")


def test_retentions():
    for mode in ("governance", "compliance"):
        assert uplink.Retention(mode, NOW).until == NOW
    for mode in ("Governance", "", None, 1):
        with pytest.raises(errors.InvalidArgumentError, match='"governance" or "compliance"'):
            uplink.Retention(mode, NOW)  # type: ignore[arg-type]
    with pytest.raises(errors.InvalidArgumentError, match="until has no time zone"):
        uplink.Retention("governance", datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(TypeError, match="until takes a datetime, not int"):
        uplink.Retention("governance", 3)  # type: ignore[arg-type]


def test_default_retentions():
    make = uplink.DefaultRetention
    assert (make(mode="governance", days=3).years, make(mode="compliance", years=1).days) == (None, None)
    for lengths in ({}, {"days": 1, "years": 1}):
        with pytest.raises(errors.InvalidArgumentError, match="either days or years"):
            make(mode="governance", **lengths)
    for lengths in ({"days": 0}, {"years": -1}, {"days": 2**31}):
        with pytest.raises(errors.InvalidArgumentError, match="takes a positive number"):
            make(mode="governance", **lengths)
    with pytest.raises(TypeError, match="days takes a whole number, not float"):
        make(mode="governance", days=1.5)
    with pytest.raises(errors.InvalidArgumentError):
        make(mode="other", days=1)
    with pytest.raises(TypeError, match="enabled takes True or False"):
        uplink.ObjectLockConfiguration(enabled=1)
    with pytest.raises(TypeError, match="default_retention takes a DefaultRetention, not int"):
        uplink.ObjectLockConfiguration(default_retention=3)


def test_the_longest_lifetime_of_objects():
    assert uplink.Permission(allow_upload=True, max_object_ttl=timedelta(seconds=1)).max_object_ttl
    for lifetime in (timedelta(), timedelta(seconds=-1), timedelta(seconds=0.9), timedelta(days=365 * 291)):
        with pytest.raises(errors.InvalidArgumentError, match="max_object_ttl is"):
            uplink.Permission(allow_upload=True, max_object_ttl=lifetime)
    with pytest.raises(TypeError, match="max_object_ttl takes a timedelta, not int"):
        uplink.Permission(allow_upload=True, max_object_ttl=3)


def test_objects_have_a_hash():
    objects = [uplink.Object("key", metadata={"a": "b"}), uplink.Object("key", metadata={"a": "b"})]
    assert len(set(objects)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"dial_timeout": 0},
        {"dial_timeout": -1},
        {"dial_timeout": float("nan")},
        {"dial_timeout": 1e12},
        {"user_agent": "nul\0"},
        {"stall_timeout": 0},
        {"stall_timeout": -1.0},
        {"stall_timeout": 2**31},
    ],
)
def test_configurations_that_are_none(changes):
    with pytest.raises(errors.InvalidArgumentError):
        uplink.Config(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dial_timeout": "10"}, "dial_timeout takes seconds, not str"),
        ({"user_agent": b"agent"}, "user_agent takes a str, not bytes"),
        ({"dial_timeout": None}, "dial_timeout takes seconds, not NoneType"),
        ({"dial_timeout": True}, "dial_timeout takes seconds, not True"),
        ({"stall_timeout": "20"}, "stall_timeout takes seconds, not str"),
        ({"max_in_flight": "64"}, "max_in_flight takes a whole number, not str"),
        ({"max_connections": 1.5}, "max_connections takes a whole number, not float"),
        ({"retry": 3}, "retry takes a Retry, not int"),
    ],
)
def test_configurations_of_other_types(changes, message):
    with pytest.raises(TypeError, match=message):
        uplink.Config(**changes)


def test_retries_of_other_types():
    with pytest.raises(TypeError, match="attempts takes a whole number, not str"):
        uplink.Retry(attempts="3")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="longest_delay takes seconds, not NoneType"):
        uplink.Retry(longest_delay=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [5, 5.0, Fraction(5), Decimal(5)])
def test_seconds_are_any_number(number):
    assert uplink.Config(dial_timeout=number).dial_timeout == 5
    assert all(2.5 <= delay <= 5 for delay in uplink.Retry(delay=number, longest_delay=number).delays())
    with pytest.raises(errors.InvalidArgumentError, match="longest_delay is"):
        uplink.Retry(longest_delay=-number)


def test_delays_of_thousands_of_attempts():
    delays = list(uplink.Retry(attempts=3000, longest_delay=7.0).delays())
    assert len(delays) == 2999
    assert 3.5 <= delays[-1] <= 7
