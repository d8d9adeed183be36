from __future__ import annotations

import dataclasses
import pickle
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uplink
from uplink import _values, errors

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "value",
    [
        uplink.Bucket("bucket", NOW),
        uplink.Object("key", size=1, created=NOW, metadata={"a": "b"}),
        uplink.Permission.full(not_after=NOW),
        uplink.SharePrefix("bucket", "prefix/"),
        uplink.Config(user_agent="agent"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_are_frozen_comparable_and_pickle(value):
    copy = pickle.loads(pickle.dumps(value))
    assert copy == value
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, dataclasses.fields(value)[0].name, None)


def test_permissions():
    assert uplink.Permission.read_only() == uplink.Permission(allow_download=True, allow_list=True)
    assert uplink.Permission.write_only() == uplink.Permission(allow_upload=True, allow_delete=True)
    full = uplink.Permission.full(not_before=NOW, not_after=NOW)
    assert all((full.allow_download, full.allow_upload, full.allow_list, full.allow_delete))
    with pytest.raises(TypeError):
        uplink.Permission(True)
    with pytest.raises(TypeError, match="allow_delete takes True or False, not str"):
        uplink.Permission(allow_delete="false")


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


def test_delays_of_thousands_of_tries():
    delays = list(uplink.Retry(attempts=3000, longest_delay=7.0).delays())
    assert len(delays) == 2999
    assert 3.5 <= delays[-1] <= 7


moments = st.integers(86_400, 250_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, timezone.utc))


@given(moments, st.timezones(), st.timedeltas(timedelta(0), timedelta(microseconds=999_999)))
def test_times_survive_to_the_second(moment, zone, fraction):
    moment = moment.astimezone(zone) + fraction
    back = _values.from_timestamp(_values.to_timestamp(moment, "moment"))
    assert back is not None
    assert back.utcoffset() == timedelta(0)
    assert abs(back - moment) < timedelta(seconds=1)


def test_fractions_of_the_last_second():
    last = datetime.max.replace(tzinfo=timezone.utc)
    assert _values.from_timestamp(_values.to_timestamp(last, "moment")) == last.replace(microsecond=0)


def test_times_that_are_none():
    assert _values.from_timestamp(0) is None
    with pytest.raises(errors.InvalidArgumentError, match="1970"):
        _values.to_timestamp(datetime(1969, 1, 1, tzinfo=timezone.utc), "moment")
    # Its offset moves it into the year 10000 in UTC.
    beyond = datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))
    with pytest.raises(errors.InvalidArgumentError, match=r"moment is 9999-12-31.*before the year 10000"):
        _values.to_timestamp(beyond, "moment")
    with pytest.raises(errors.InvalidArgumentError, match="not_after"):
        uplink.Permission.full(not_after=beyond)
    with pytest.raises(TypeError, match="moment takes a datetime"):
        _values.to_timestamp("tomorrow", "moment")


def test_flags_of_numpy():
    class bool_:  # noqa: N801 - as numpy has it
        __module__ = "numpy"

    _values.check_flag(bool_(), "recursive")
    for wrong in (1, "yes", None, [True]):
        with pytest.raises(TypeError, match="recursive takes True or False"):
            _values.check_flag(wrong, "recursive")


def test_buffers_that_are_none():
    with pytest.raises(TypeError, match=r"^readinto takes a writable buffer, such as a bytearray, not str$"):
        _values.octets("x", "readinto", writable=True)
    with pytest.raises(TypeError, match=r"^write takes bytes, not str; encode the text first$"):
        _values.octets("x", "write")
    with pytest.raises(TypeError, match=r"^write takes a buffer, such as bytes, not int$"):
        _values.octets(5, "write")
