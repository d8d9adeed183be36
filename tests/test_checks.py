from __future__ import annotations

import ctypes
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uplink
from uplink import _checks, errors

moments = st.integers(86_400, 250_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, timezone.utc))


@given(moments, st.timezones(), st.timedeltas(timedelta(0), timedelta(microseconds=999_999)))
def test_times_survive_to_the_second(moment, zone, fraction):
    moment = moment.astimezone(zone) + fraction
    back = _checks.from_timestamp(_checks.to_timestamp(moment, "moment"))
    assert back is not None
    assert back.utcoffset() == timedelta(0)
    assert abs(back - moment) < timedelta(seconds=1)


@given(moments, st.timezones(), st.integers(-999_999, 999_999), st.integers(0, 999_999))
def test_times_survive_to_the_microsecond(moment, zone, shift, fraction):
    # The offset of a time may have microseconds, too.
    for there in (zone, timezone(timedelta(microseconds=shift))):
        local = (moment + timedelta(microseconds=fraction)).astimezone(there)
        seconds, nanoseconds = _checks.to_timestamp(local, "moment"), _checks.to_nanoseconds(local)
        assert 0 <= nanoseconds < 1_000_000_000
        assert _checks.from_timestamp(seconds, nanoseconds) == local


def test_fractions_of_the_last_second():
    last = datetime.max.replace(tzinfo=timezone.utc)
    assert _checks.from_timestamp(_checks.to_timestamp(last, "moment")) == last.replace(microsecond=0)


def test_times_that_are_none():
    assert _checks.from_timestamp(0) is None
    with pytest.raises(errors.InvalidArgumentError, match="1970"):
        _checks.to_timestamp(datetime(1969, 1, 1, tzinfo=timezone.utc), "moment")
    # Its offset moves it into the year 10000 in UTC.
    beyond = datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))
    with pytest.raises(errors.InvalidArgumentError, match=r"moment is 9999-12-31.*before the year 10000"):
        _checks.to_timestamp(beyond, "moment")
    with pytest.raises(errors.InvalidArgumentError, match="not_after"):
        uplink.Permission.full(not_after=beyond)
    with pytest.raises(TypeError, match="moment takes a datetime"):
        _checks.to_timestamp("tomorrow", "moment")


def test_flags_of_numpy():
    class bool_:  # noqa: N801 - as numpy has it
        __module__ = "numpy"

    _checks.check_flag(bool_(), "recursive")
    for wrong in (1, "yes", None, [True]):
        with pytest.raises(TypeError, match="recursive takes True or False"):
            _checks.check_flag(wrong, "recursive")


def test_buffers_that_are_none():
    with pytest.raises(TypeError, match=r"^readinto takes a writable buffer, such as a bytearray, not str$"):
        _checks.octets("x", "readinto", writable=True)
    with pytest.raises(TypeError, match=r"^write takes bytes, not str; encode the text first$"):
        _checks.octets("x", "write")
    with pytest.raises(TypeError, match=r"^write takes a buffer, such as bytes, not int$"):
        _checks.octets(5, "write")


class Fields(ctypes.Structure):
    _fields_ = (("Object", ctypes.c_int), ("name", ctypes.c_char_p))


class Numbers(ctypes.Structure):
    _fields_ = (("OP", ctypes.c_int), ("Z", ctypes.c_double))


@pytest.mark.parametrize(
    "kind", [ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_int), Fields]
)
def test_buffers_of_addresses_are_refused(kind):
    for writable in (False, True):
        with pytest.raises(TypeError, match=r"^an object takes a buffer of numbers or bytes, .* convert it first"):
            _checks.octets((kind * 1)(), "an object", writable=writable)


@pytest.mark.parametrize("kind", [ctypes.c_int, ctypes.c_double, ctypes.c_bool, ctypes.c_wchar, Numbers])
def test_buffers_of_values_are_taken(kind):
    assert _checks.octets((kind * 2)(), "an object").nbytes == 2 * ctypes.sizeof(kind)


def test_salts_of_addresses_are_refused():
    with pytest.raises(TypeError, match="salt takes"):
        uplink.EncryptionKey.derive("passphrase", (ctypes.py_object * 1)("salt"))
