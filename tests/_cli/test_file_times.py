"""The modification times of files in the metadata of objects."""

from __future__ import annotations

import os
from datetime import datetime, timezone

import pytest

from uplink import Object
from uplink._cli import _times

MOMENT = 1_700_000_000_250_000_000


@pytest.mark.parametrize(
    "metadata",
    [
        {"rclone:mtime": "2023-11-14T22:13:20.25Z"},
        {"rclone:mtime": "2023-11-14T23:13:20.250+01:00", "mtime": "1"},
        {"mtime": "1700000000.25"},
        {},
    ],
)
def test_what_other_programs_store(metadata):
    created = datetime.fromtimestamp(MOMENT / 1e9, timezone.utc)
    assert _times.modified_nanoseconds(Object("key", metadata=metadata, created=created)) == MOMENT


@pytest.mark.parametrize("text", ["yesterday", "", "2023-13-14T22:13:20Z", "2023-11-14T22:13:20.x"])
def test_texts_that_are_no_times(text):
    for key in ("rclone:mtime", "mtime"):
        assert _times.modified_nanoseconds(Object("key", metadata={key: text})) is None
    assert _times.modified_nanoseconds(Object("key")) is None


@pytest.mark.parametrize("nanoseconds", [0, 1, 1_000_000_000, -1_500_000_000, MOMENT])
def test_there_and_back(nanoseconds, tmp_path):
    file = tmp_path / "file"
    file.touch()
    os.utime(file, ns=(nanoseconds, nanoseconds))
    stored = _times.recorded(str(file))
    found = _times.modified_nanoseconds(Object("key", metadata=stored))
    assert found == file.stat().st_mtime_ns
    _times.restore(str(file), Object("key", metadata=stored))
    assert file.stat().st_mtime_ns == found


def test_a_time_that_no_file_can_have(tmp_path):
    (tmp_path / "file").touch()
    before = (tmp_path / "file").stat().st_mtime_ns
    _times.restore(str(tmp_path / "file"), Object("key", metadata={"mtime": 30 * "9"}))
    assert (tmp_path / "file").stat().st_mtime_ns == before
