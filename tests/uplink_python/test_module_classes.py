"""The plain values, which programs create with positional arguments and read as dictionaries."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

import uplink
from uplink_python.errors import InvalidArgumentError
from uplink_python.module_classes import (
    Bucket,
    CustomMetadata,
    CustomMetadataEntry,
    DownloadOptions,
    ListBucketsOptions,
    ListObjectsOptions,
    Object,
    Permission,
    SharePrefix,
    SystemMetadata,
    UploadOptions,
)
from uplink_python.uplink import Uplink

NOTHING = {"key": "", "key_length": 0, "value": "", "value_length": 0}
SEPTEMBER = datetime(2026, 9, 1, tzinfo=timezone.utc)
SECONDS = int(SEPTEMBER.timestamp())


def test_dictionaries():
    assert Bucket("photos", 7).get_dict() == {"name": "photos", "created": 7}
    assert SystemMetadata(1, 2, 3).get_dict() == {"created": 1, "expires": 2, "content_length": 3}
    entry = CustomMetadataEntry("a", 1, "b", 1)
    assert entry.get_dict() == {"key": "a", "key_length": 1, "value": "b", "value_length": 1}
    assert CustomMetadata([entry], 1).get_dict() == {"entries": [entry.get_dict()], "count": 1}
    for empty in (CustomMetadata(), CustomMetadata([]), CustomMetadata(None, 0)):
        assert empty.get_dict() == {"entries": [NOTHING], "count": 0}
    assert Object("key", False, SystemMetadata(1, 2, 3), CustomMetadata([entry], 1)).get_dict() == {
        "key": "key",
        "is_prefix": False,
        "system": {"created": 1, "expires": 2, "content_length": 3},
        "custom": {"entries": [entry.get_dict()], "count": 1},
    }
    assert Object("folder/", True).get_dict() == {
        "key": "folder/",
        "is_prefix": True,
        "system": {"created": 0, "expires": 0, "content_length": 0},
        "custom": {"entries": [NOTHING], "count": 0},
    }


def test_values_can_be_changed_and_kept_in_sets():
    permission = Permission()
    permission.allow_list = True
    assert permission.get_structure() == uplink.Permission(allow_list=True)
    assert len({Bucket(), Bucket()}) == 2


def test_structures_are_those_of_uplink():
    assert Permission(True, True, False, False, SECONDS, SECONDS + 1).get_structure() == uplink.Permission(
        allow_download=True,
        allow_upload=True,
        not_before=SEPTEMBER,
        not_after=datetime.fromtimestamp(SECONDS + 1, timezone.utc),
    )
    assert SharePrefix("photos", "2026/").get_structure() == uplink.SharePrefix("photos", "2026/")
    assert Bucket("photos", SECONDS).get_structure() == uplink.Bucket("photos", SEPTEMBER)
    entry = CustomMetadataEntry("a", 1, "b", 1)
    item = Object("key", False, SystemMetadata(SECONDS, 0, 3), CustomMetadata([entry], 1))
    assert item.get_structure() == uplink.Object("key", size=3, created=SEPTEMBER, metadata={"a": "b"})
    assert Uplink.object_from_result(item.get_structure()).get_dict() == item.get_dict()
    assert Object("folder/", True).get_structure() == uplink.Object("folder/", is_prefix=True)
    assert ListObjectsOptions("a/b", "c").get_structure() == {
        "prefix": "a/b",
        "cursor": "a/c",
        "recursive": False,
        "system": False,
        "custom": False,
    }
    assert ListBucketsOptions("a").get_structure() == {"cursor": "a"}
    assert UploadOptions(SECONDS).get_structure() == {"expires": SEPTEMBER}
    assert UploadOptions(-1).get_structure() == {"expires": None}
    assert DownloadOptions(1, 2).get_structure() == {"offset": 1, "length": 2}
    assert DownloadOptions(1, -2).get_structure() == {"offset": 1, "length": None}


@pytest.mark.parametrize(
    ("entry", "pair"),
    [
        (CustomMetadataEntry("key", 3, "value", 5), ("key", "value")),
        (CustomMetadataEntry("key", value="value"), ("key", "value")),
        (CustomMetadataEntry("key", 1, "value", 2), ("k", "va")),
        (CustomMetadataEntry("käse", 5, "ä", 2), ("käse", "ä")),
        # Programs that passed the number of letters meant the whole text.
        (CustomMetadataEntry("käse", 4, "ä", 1), ("käse", "ä")),
        (CustomMetadataEntry("käse", 3, "", 0), ("kä", "")),
    ],
)
def test_lengths_of_metadata_are_obeyed(entry, pair):
    assert entry.get_structure() == pair


@pytest.mark.parametrize(
    "metadata",
    [
        CustomMetadata([CustomMetadataEntry("key", 4)], 1),
        CustomMetadata([CustomMetadataEntry("key", -1)], 1),
        CustomMetadata([CustomMetadataEntry("käse", 2)], 1),
        CustomMetadata([CustomMetadataEntry("key", 3)], 2),
        CustomMetadata([CustomMetadataEntry("key", 3)], -1),
        CustomMetadata(None, 1),
    ],
)
def test_lengths_beyond_the_metadata_are_refused(metadata):
    with pytest.raises(InvalidArgumentError):
        metadata.get_structure()


def test_the_count_of_metadata_is_obeyed():
    entries = [CustomMetadataEntry("a", 1, "b", 1), CustomMetadataEntry("c", 1, "d", 1)]
    assert CustomMetadata(entries, 1).get_structure() == {"a": "b"}
    assert CustomMetadata(entries).get_structure() == {"a": "b", "c": "d"}


@pytest.mark.parametrize("expires", [10**12, 2**63, 2**70])
def test_times_out_of_range_are_refused(expires):
    with pytest.raises(InvalidArgumentError, match="seconds since 1970"):
        UploadOptions(expires).get_structure()


def test_keys_that_are_not_text():
    record = uplink.Object("a\udcff", metadata={"k\udcff": "v"})
    item = Uplink.object_from_result(record)
    assert item.key == "a\udcff"
    assert item.custom.entries[0].key_length == 2
