"""The values of options."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uplink._cli import _values


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90s", timedelta(seconds=90)), ("1h30m", timedelta(minutes=90)), ("1.5d", timedelta(hours=36))],
)
def test_durations(text, expected):
    assert _values.duration(text) == expected


@pytest.mark.parametrize("text", ["", "1", "d", "1x", "1h 30m", "-1h", 400 * "9" + "y"])
def test_texts_that_are_no_durations(text):
    with pytest.raises(argparse.ArgumentTypeError):
        _values.duration(text)


def test_times():
    now = datetime.now(timezone.utc)
    assert abs(_values.moment("now") - now) < timedelta(minutes=1)
    assert abs(_values.moment("+2h") - now - timedelta(hours=2)) < timedelta(minutes=1)
    assert abs(_values.moment("-2h") - now + timedelta(hours=2)) < timedelta(minutes=1)
    assert _values.moment("none") is None
    assert _values.moment("2030-01-02T03:04:05Z") == datetime(2030, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    assert _values.moment("2030-01-02T03:04:05+01:00") == datetime(2030, 1, 2, 2, 4, 5, tzinfo=timezone.utc)
    assert _values.moment("2030-01-02") == datetime(2030, 1, 2).astimezone(timezone.utc)


@pytest.mark.parametrize("text", ["", "tomorrow", "+", "+9999999y", "2030-13-01", "+-1h"])
def test_texts_that_are_no_times(text):
    with pytest.raises(argparse.ArgumentTypeError):
        _values.moment(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0", 0), ("100", 100), ("1.5k", 1500), ("10MB", 10_000_000), ("10MiB", 10 << 20), ("2TiB", 2 << 40)],
)
def test_sizes(text, expected):
    assert _values.size(text) == expected


@pytest.mark.parametrize("text", ["", "-1", "MB", "1PB", "ten"])
def test_texts_that_are_no_sizes(text):
    with pytest.raises(argparse.ArgumentTypeError):
        _values.size(text)


@given(st.integers(0, 100), st.integers(0, 100), st.binary(max_size=300))
def test_a_range_is_what_http_means(first, length, data):
    offset, count = _values.byte_range(f"{first}-{first + length}")
    assert data[offset : offset + count] == data[first : first + length + 1]
    assert _values.byte_range(f"{first}-") == (first, None)
    assert _values.byte_range(f"-{first + 1}") == (-first - 1, None)


@pytest.mark.parametrize("text", ["", "-", "1", "a-b", "5-4", "1-2-3", "-0"])
def test_texts_that_are_no_ranges(text):
    with pytest.raises(argparse.ArgumentTypeError):
        _values.byte_range(text)
