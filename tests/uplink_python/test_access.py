"""Sharing and encryption keys."""

from __future__ import annotations

import time

import pytest

from uplink_python.errors import InvalidArgumentError, ObjectNotFoundError, PermissionDeniedError, StorjException
from uplink_python.module_classes import (
    ListObjectsOptions,
    Permission,
    SharePrefix,
)
from uplink_python.uplink import Uplink

# ---- Listings ----


def listed(project, bucket, **options):
    return [item.key for item in project.list_objects(bucket, ListObjectsOptions(**options))]


# ---- Sharing ----


def test_sharing_a_prefix(access, project, bucket, keys, put):
    permission = Permission(allow_download=True, allow_list=True)
    shared = access.share(permission, [SharePrefix(bucket=bucket, prefix="folder/")])
    again = Uplink().parse_access(shared.serialize())
    with_it = again.open_project()
    assert sorted(listed(with_it, bucket, prefix="folder/", recursive=True)) == sorted(keys[1:])
    download = with_it.download_object(bucket, "folder/one")
    assert download.read(100) == (b"folder/one", 10)
    download.close()
    for call, key in (
        (with_it.stat_object, "top"),
        (with_it.delete_object, "folder/one"),
    ):
        with pytest.raises(PermissionDeniedError) as caught:
            call(bucket, key)
        assert caught.value.code == 0x02
    upload = with_it.upload_object(bucket, "folder/new")
    with pytest.raises(StorjException):
        upload.commit()
    with_it.close()
    assert project.stat_object(bucket, "folder/one").system.content_length == 10


def test_sharing_without_prefixes(access):
    for prefixes in (None, []):
        shared = access.share(Permission(allow_list=True, allow_delete=False), prefixes)
        assert shared.access.contents._handle != 0
        project = shared.open_project()
        project.list_buckets()
        project.close()


def test_sharing_for_a_time(access, bucket, put):
    put("key")
    now = int(time.time())
    for times, allowed in (
        ({"not_after": now + 3600}, True),
        ({"not_before": now - 3600, "not_after": now + 3600}, True),
        ({"not_after": now - 3600}, False),
        ({"not_before": now + 3600}, False),
    ):
        project = access.share(Permission(allow_list=True, **times), None).open_project()
        if allowed:
            assert [item.key for item in project.list_objects(bucket)] == ["key"]
        else:
            with pytest.raises(PermissionDeniedError):
                project.list_objects(bucket)
        project.close()


@pytest.mark.parametrize(
    "permission",
    [
        None,
        Permission(),
        Permission(allow_list=True, not_before=2000, not_after=1000),
        Permission(allow_list=True, not_after=10**15),
        Permission(allow_list=True, not_after=-1),
    ],
)
def test_permissions_that_are_none(access, permission):
    with pytest.raises(InvalidArgumentError) as caught:
        access.share(permission, None)
    assert caught.value.code == 0x02


def test_a_prefix_needs_a_bucket(access):
    with pytest.raises(StorjException):
        access.share(Permission(allow_list=True), [SharePrefix()])


# ---- Encryption keys ----


def as_user(access, bucket, name, salt):
    """Return an access to a user's folder, with an encryption key of that user."""
    permission = Permission(True, True, True, True)
    own = access.share(permission, [SharePrefix(bucket, f"{name}/")])
    key = own.derive_encryption_key("the user's passphrase", salt)
    assert own.override_encryption_key(bucket, f"{name}/", key) is own
    return Uplink().parse_access(own.serialize())


def test_two_users_cannot_read_each_other(access, project, bucket):
    projects = {}
    for name in ("ann", "bob"):
        projects[name] = as_user(access, bucket, name, name).open_project()
        upload = projects[name].upload_object(bucket, f"{name}/secret")
        upload.write(name.encode(), 3)
        upload.commit()
        assert listed(projects[name], bucket, prefix=f"{name}/") == [f"{name}/secret"]
    with pytest.raises(PermissionDeniedError):
        projects["ann"].stat_object(bucket, "bob/secret")
    # The access of the project has another encryption key for this folder.
    with pytest.raises(ObjectNotFoundError):
        project.stat_object(bucket, "ann/secret")
    # A salt can be bytes or text, with the same key. Another salt gives another key.
    same = as_user(access, bucket, "ann", b"ann").open_project()
    download = same.download_object(bucket, "ann/secret")
    assert download.read(10) == (b"ann", 3)
    download.close()
    other = as_user(access, bucket, "ann", "bob").open_project()
    with pytest.raises(ObjectNotFoundError):
        other.stat_object(bucket, "ann/secret")
    for opened in (*projects.values(), same, other):
        opened.close()


def test_the_key_is_that_of_go(access, grant):
    import uplink

    ours = Uplink().parse_access(grant)
    ours.override_encryption_key("bucket", "prefix/", ours.derive_encryption_key("passphrase", "sält"))
    key = uplink.EncryptionKey.derive("passphrase", "sält".encode())
    theirs = uplink.Access.parse(grant).override_encryption_key("bucket", "prefix/", key)
    assert ours.serialize() == theirs.serialize()
    assert ours.serialize() != access.serialize()


def test_a_prefix_to_override_ends_in_a_slash(access):
    key = access.derive_encryption_key("passphrase", "")
    before = access.serialize()
    with pytest.raises(StorjException):
        access.override_encryption_key("bucket", "prefix", key)
    assert access.serialize() == before
