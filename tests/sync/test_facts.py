# Generated from tests/aio/test_facts.py by tools/generate_sync.py; change that instead.
"""What the satellite knows about a project and its objects, and accesses that do not encrypt keys."""

from __future__ import annotations

from datetime import datetime, timezone
from uuid import UUID

import pytest

import uplink
from uplink import errors


def test_project_info(project, access):
    info = project.get_project_info()
    assert str(UUID(info.public_id)) == info.public_id
    assert info.created is None or info.created < datetime.now(timezone.utc)
    assert len(info.salt) >= 16
    assert info.edge_url_overrides is None or info.edge_url_overrides.auth_service
    # Any access is enough.
    with uplink.open_project(access.share(uplink.Permission(allow_upload=True))) as other:
        assert other.get_project_info() == info


def test_licenses(project, bucket):
    for arguments in ({}, {"license_type": "s3"}, {"bucket": bucket}):
        licenses = project.list_licenses(**arguments)
        assert all(isinstance(found, uplink.License) for found in licenses)
    with pytest.raises(errors.BucketNameInvalidError):
        project.list_licenses(bucket="")
    for wrong in ({"license_type": b"s3"}, {"bucket": 3}):
        with pytest.raises(TypeError):
            project.list_licenses(**wrong)


def test_nodes_of_an_object(project, bucket, access):
    project.put(bucket, "small", b"data")
    inline = project.get_object_ip_summary(bucket, "small")
    assert (inline.ip_ports, inline.segment_count, inline.piece_count) == ((), 1, 0)
    project.put(bucket, "large\0", bytes(20_000))
    summary = project.get_object_ip_summary(bucket, "large\0")
    assert summary.segment_count == 1
    assert 1 <= summary.reliable_piece_count <= summary.piece_count
    assert 1 <= len(summary.ip_ports) <= summary.piece_count
    assert all(":" in address for address in summary.ip_ports)
    with pytest.raises(errors.ObjectNotFoundError) as missing:
        project.get_object_ip_summary(bucket, "missing")
    assert (missing.value.bucket, missing.value.key) == (bucket, "missing")
    with pytest.raises(errors.NotFoundError):
        project.get_object_ip_summary("no-such-bucket-here", "key")
    with pytest.raises(errors.ObjectKeyInvalidError):
        project.get_object_ip_summary(bucket, "")
    with uplink.open_project(access.share(uplink.Permission(allow_list=True))) as lister:
        with pytest.raises(errors.PermissionDeniedError, match="download"):
            lister.get_object_ip_summary(bucket, "small")


@pytest.mark.parametrize(
    "arguments", [("get_project_info",), ("list_licenses",), ("get_object_ip_summary", "bucket", "key")]
)
def test_facts_of_a_project_that_is_closed_or_frozen(storj_faults, project, access, arguments):
    name, *rest = arguments
    closed = uplink.open_project(access)
    closed.close()
    with pytest.raises(errors.ClosedError):
        getattr(closed, name)(*rest)
    request = {"get_project_info": "ProjectInfo", "list_licenses": "AccountLicenses"}.get(name, "GetObjectIPs")
    with storj_faults.call(request, delay=5), pytest.raises(errors.DeadlineExceededError):
        getattr(project, name)(*rest, timeout=0.1)


def test_keys_without_encryption(network, bucket, project):
    plain, encrypted = [
        uplink.Access.request(
            satellite_address=network.satellite_address,
            api_key=network.api_key,
            passphrase="passphrase",
            config=uplink.Config(disable_object_key_encryption=disabled),
        )
        for disabled in (True, False)
    ]
    keys = [f"{first}{second}" for first in "ab" for second in ("", "/1", "/2", "2")]
    with uplink.open_project(plain) as opened:
        for key in reversed(keys):
            opened.put(bucket, key, key.encode(), metadata={"key": key})
        # The satellite sorts them by their keys, not by what they are encrypted to.
        assert [item.key for item in opened.list_objects(bucket, recursive=True)] == sorted(keys)
        found = [item.key for item in opened.list_objects(bucket, "b", recursive=True)]
        assert found == sorted(key for key in keys if key.startswith("b"))
        assert opened.get(bucket, "a/1") == b"a/1"
        # The grant keeps how it encrypts.
        again = uplink.Access.parse(plain.serialize())
    with uplink.open_project(again) as opened:
        assert (opened.stat_object(bucket, "b2")).metadata == {"key": "b2"}
    with uplink.open_project(encrypted) as opened:
        with pytest.raises(errors.ObjectNotFoundError):
            opened.stat_object(bucket, "b2")
    project.delete_bucket(bucket, with_objects=True)


def test_keys_that_stay_encrypted(access, project, bucket):
    project.put(bucket, "folder/key", b"data")
    stranger = uplink.EncryptionKey.derive("another", b"salt")
    foreign = access.override_encryption_key(bucket, "folder/", stranger)
    assert foreign != access
    with uplink.open_project(access, config=uplink.Config(path_encryption_bypass=True)) as bypass:
        keys = [item.key for item in bypass.list_objects(bucket)]
    assert len(keys) == 1
    assert "folder" not in keys[0]
    assert [item.key for item in project.list_objects(bucket, recursive=True)] == ["folder/key"]


def test_sockets_and_buffers(access, bucket):
    # Messages may be larger than the buffers that are kept.
    for size in (1, 1 << 20, None):
        config = uplink.Config(disable_background_qos=True, maximum_buffer_size=size)
        with uplink.open_project(access, config=config) as project:
            project.put(bucket, f"key{size}", bytes(20_000))
            assert project.get(bucket, f"key{size}") == bytes(20_000)
    for wrong in ({"maximum_buffer_size": 0}, {"maximum_buffer_size": 2**31}):
        with pytest.raises(errors.InvalidArgumentError):
            uplink.Config(**wrong)
    for wrong in ({"maximum_buffer_size": "1"}, {"disable_background_qos": 1}, {"path_encryption_bypass": None}):
        with pytest.raises(TypeError):
            uplink.Config(**wrong)
