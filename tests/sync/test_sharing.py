# Generated from tests/aio/test_sharing.py by tools/generate_sync.py; change that instead.
"""Accesses that are shared from another one."""

from __future__ import annotations

import pickle
import secrets
import time
from datetime import datetime, timedelta, timezone

import pytest

import uplink
from uplink import Permission, SharePrefix, errors

PERMISSIONS = ["allow_download", "allow_upload", "allow_list", "allow_delete"]


@pytest.mark.parametrize("allowed", PERMISSIONS)
def test_permissions_are_kept_to(access, project, bucket, allowed):
    project.put(bucket, "key", b"data")
    shared = uplink.Access.parse(access.share(Permission(**{allowed: True}), SharePrefix(bucket)).serialize())

    def upload(restricted):
        restricted.put(bucket, f"new {allowed}", b"data")

    def download(restricted):
        assert restricted.get(bucket, "key") == b"data"

    def list_(restricted):
        assert "key" in [item.key for item in restricted.list_objects(bucket)]

    def delete(restricted):
        restricted.delete_object(bucket, "key")

    actions = {"allow_download": download, "allow_upload": upload, "allow_list": list_, "allow_delete": delete}
    with uplink.open_project(shared) as restricted:
        for permission, act in actions.items():
            if permission == allowed:
                act(restricted)
            else:
                with pytest.raises(errors.PermissionDeniedError) as caught:
                    act(restricted)
                assert isinstance(caught.value, PermissionError)


def test_prefixes_are_kept_to(access, project, bucket):
    project.put(bucket, "shared/key", b"shared")
    project.put(bucket, "private/key", b"private")
    shared = access.share(Permission.read_only(), SharePrefix(bucket, "shared/"))
    with uplink.open_project(shared) as restricted:
        assert restricted.get(bucket, "shared/key") == b"shared"
        assert [item.key for item in restricted.list_objects(bucket, prefix="shared/")] == ["shared/key"]
        for place, key in ((bucket, "private/key"), ("another-bucket", "shared/key")):
            with pytest.raises(errors.PermissionDeniedError, match=f"this access does not reach {place}/{key}"):
                restricted.get(place, key)
        with pytest.raises(errors.PermissionDeniedError, match=f"this access does not reach {bucket}/private/"):
            [item for item in restricted.list_objects(bucket, prefix="private/")]
        with pytest.raises(errors.PermissionDeniedError, match=r"does not allow to upload"):
            restricted.put(bucket, "shared/key", b"")
        with pytest.raises(errors.PermissionDeniedError, match=r"does not allow to delete"):
            restricted.delete_object(bucket, "shared/key")
    narrow = access.share(Permission(allow_upload=True), SharePrefix(bucket))
    with uplink.open_project(narrow) as restricted:
        with pytest.raises(errors.PermissionDeniedError, match=r"does not allow to download or list"):
            restricted.stat_object(bucket, "shared/key")
        with pytest.raises(errors.PermissionDeniedError, match=r"does not allow to download \("):
            restricted.download_object(bucket, "shared/key")
        with pytest.raises(errors.PermissionDeniedError, match=r"which replacing an object takes"):
            restricted.put(bucket, "shared/key", b"")


def test_copies_and_moves_need_permissions_at_both_keys(access, project, bucket):
    project.put(bucket, "shared/key", b"data")
    project.put(bucket, "shared/other", b"data")

    def open_as(**permissions):
        return uplink.open_project(access.share(Permission(**permissions), SharePrefix(bucket, "shared/")))

    source, target = (bucket, "shared/key"), (bucket, "shared/new")
    full = {"allow_download": True, "allow_upload": True, "allow_delete": True}
    for lacking, name, place, reason in (
        ("allow_download", "copy_object", source, "does not allow to download"),
        ("allow_upload", "copy_object", target, "does not allow to upload"),
        ("allow_download", "move_object", source, "does not allow to download"),
        ("allow_delete", "move_object", source, "does not allow to delete"),
        ("allow_upload", "move_object", target, "does not allow to upload"),
    ):
        with open_as(**{**full, lacking: False}) as restricted:
            with pytest.raises(errors.PermissionDeniedError, match=reason) as caught:
                getattr(restricted, name)(*source, *target)
            assert (caught.value.bucket, caught.value.key) == place
            assert caught.value.filename == "/".join(place)
    with open_as(**full) as restricted:
        for name in ("copy_object", "move_object"):
            for place in ((bucket, "private/key"), ("another-bucket", "shared/key")):
                reason = f"this access does not reach {'/'.join(place)}"
                for arguments in ((*source, *place), (*place, *target)):
                    with pytest.raises(errors.PermissionDeniedError, match=reason) as caught:
                        getattr(restricted, name)(*arguments)
                    assert (caught.value.bucket, caught.value.key) == place
    # To replace an object, a copy does not need the permission to delete.
    with open_as(allow_download=True, allow_upload=True) as restricted:
        restricted.copy_object(*source, bucket, "shared/other")


def test_sharing_cannot_widen(access, project, bucket):
    project.put(bucket, "key", b"data")
    narrow = access.share(Permission(allow_list=True))
    wide = narrow.share(Permission.full())
    with uplink.open_project(wide) as restricted:
        with pytest.raises(errors.PermissionDeniedError):
            restricted.get(bucket, "key")


def test_times_are_kept_to(access, bucket):
    now = datetime.now(timezone.utc)
    later = access.share(Permission.full(not_before=now + timedelta(hours=1)))
    with uplink.open_project(later) as restricted:
        with pytest.raises(errors.PermissionDeniedError, match="is not valid before 20"):
            restricted.stat_bucket(bucket)
    current = Permission.full(not_before=now - timedelta(hours=1), not_after=now + timedelta(hours=1))
    with uplink.open_project(access.share(current)) as restricted:
        assert (restricted.stat_bucket(bucket)).name == bucket


def test_a_grant_that_expires_in_use(access, bucket):
    soon = datetime.now(timezone.utc) + timedelta(seconds=2)
    with uplink.open_project(access.share(Permission.full(not_after=soon))) as restricted:
        try:
            restricted.put(bucket, "key", b"data")
        except errors.PermissionDeniedError:  # a slow machine
            assert datetime.now(timezone.utc) >= soon
        upload = restricted.upload_object(bucket, "another")
        time.sleep(3)
        with pytest.raises(errors.PermissionDeniedError, match="the access expired at 20"):
            upload.commit()
        with pytest.raises(errors.PermissionDeniedError, match="the access expired at 20") as caught:
            restricted.get(bucket, "key")
    assert caught.value.strerror == caught.value.message


@pytest.mark.parametrize(("prefix", "opened"), [("2026/", True), ("2026", True), ("20", False)])
def test_a_shared_prefix_is_whole_parts_of_keys(access, project, bucket, prefix, opened):
    project.put(bucket, "2026", b"beside")
    project.put(bucket, "2026/cat", b"below")
    with uplink.open_project(access.share(Permission.read_only(), SharePrefix(bucket, prefix))) as shared:
        for key, data in (("2026", b"beside"), ("2026/cat", b"below")):
            if opened:
                assert shared.get(bucket, key) == data
            else:
                with pytest.raises(errors.PermissionDeniedError):
                    shared.get(bucket, key)


def test_share_refuses(access):
    with pytest.raises(TypeError, match="share takes SharePrefix"):
        access.share(Permission.full(), "photos")
    with pytest.raises(TypeError, match="share takes first a Permission"):
        access.share("photos")
    with pytest.raises(errors.InvalidArgumentError, match="allows nothing"):
        access.share(Permission())
    with pytest.raises(errors.BucketNameInvalidError):
        access.share(Permission.full(), SharePrefix("", "prefix"))
    with pytest.raises(errors.BucketNameInvalidError, match=r"use SharePrefix\('photos', '2026/'\)"):
        access.share(Permission.full(), SharePrefix("photos/2026/"))
    narrow = access.share(Permission.full(), SharePrefix("photos", "2026/"))
    assert narrow.share(Permission.full(), SharePrefix("photos")).inspect().prefixes == narrow.inspect().prefixes
    for prefix in (SharePrefix("videos"), SharePrefix("photos", "2025/"), SharePrefix("videos", "2026/")):
        with pytest.raises(errors.InvalidArgumentError) as caught:
            narrow.share(Permission.full(), SharePrefix("photos", "2026/may"), prefix)
        assert f"this access does not reach {prefix.bucket}/{prefix.prefix}" in str(caught.value)
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    with pytest.raises(errors.InvalidArgumentError, match="which is over"):
        access.share(Permission.full(not_after=yesterday))
    with pytest.raises(errors.InvalidArgumentError):
        Permission.full(not_before=datetime.now(timezone.utc), not_after=datetime(2020, 1, 1, tzinfo=timezone.utc))
    with pytest.raises(errors.InvalidArgumentError, match="time zone"):
        Permission.full(not_after=datetime(2999, 1, 1))  # noqa: DTZ001


def test_inspect(access):
    info = access.inspect()
    assert info.satellite_address == access.satellite_address
    assert (info.allow_download, info.allow_upload, info.allow_list, info.allow_delete) == (True, True, True, True)
    assert (info.not_before, info.not_after, info.prefixes, info.max_object_ttl) == (None, None, None, None)
    assert "put_object_legal_hold" in info.lock_permissions
    assert info.reaches("photos")
    assert pickle.loads(pickle.dumps(info)) == info


def test_inspect_a_shared_access(access):
    soon = (datetime.now(timezone.utc) + timedelta(hours=1)).replace(microsecond=0)
    prefixes = (SharePrefix("photos", "2026/"), SharePrefix("videos"), SharePrefix("photos", "e\u0301/\U0001f600/"))
    first = access.share(Permission.write_only(not_before=soon, not_after=soon + timedelta(days=1)), *prefixes)
    shared = first.share(Permission.full(not_after=soon + timedelta(days=2)), SharePrefix("photos", "2026/may"))
    assert set(first.inspect().prefixes or ()) == set(prefixes)
    info = shared.inspect()
    assert (info.allow_download, info.allow_upload, info.allow_list, info.allow_delete) == (False, True, False, True)
    assert (info.not_before, info.not_after) == (soon, soon + timedelta(days=1))
    assert info.prefixes == (SharePrefix("photos", "2026/may/"),)
    assert not info.lock_permissions
    assert [key for key in ("", "2026/", "2026/may", "2026/may/1", "2026/maybe") if info.reaches("photos", key)] == [
        "2026/may",
        "2026/may/1",
    ]
    assert not info.reaches("videos", "2026/may")


def test_nonsense_is_refused_at_once():
    start = time.monotonic()
    for text, reason in (("x" * 10_000_000, "characters"), ("1" * 1_000_000, "characters"), ("1 1", "base58")):
        with pytest.raises(errors.InvalidAccessError) as caught:
            uplink.Access.parse(text)
        assert reason in caught.value.native_message
    assert time.monotonic() - start < 2


def test_revoking(access, project, bucket):
    shared = access.share(Permission.full())
    with uplink.open_project(shared) as restricted:
        restricted.put(bucket, "key", b"data")
        project.revoke_access(shared)
        with pytest.raises(errors.PermissionDeniedError, match="; perhaps the access was revoked"):
            # A satellite that is not local may apply it after a minute or two.
            for _ in range(150):
                restricted.get(bucket, "key")
                time.sleep(1)
    assert project.get(bucket, "key") == b"data"


def test_encryption_keys_of_two_users(access, project, bucket):
    salt = secrets.token_bytes(16)
    accesses = {}
    for user in ("ann", "bob"):
        key = uplink.EncryptionKey.derive(f"the passphrase of {user}", salt)
        shared = access.share(Permission.full(), SharePrefix(bucket, f"{user}/"))
        accesses[user] = shared.override_encryption_key(bucket, f"{user}/", key)
        assert "passphrase" not in repr(key)
        with pytest.raises(TypeError, match="pickle"):
            pickle.dumps(key)
    with uplink.open_project(accesses["ann"]) as anns:
        anns.put(bucket, "ann/diary", b"dear diary")
        assert anns.get(bucket, "ann/diary") == b"dear diary"
    with pytest.raises(errors.ObjectNotFoundError):
        project.get(bucket, "ann/diary")
    again = uplink.EncryptionKey.derive("the passphrase of ann", salt)
    with uplink.open_project(access.override_encryption_key(bucket, "ann/", again)) as owners:
        assert owners.get(bucket, "ann/diary") == b"dear diary"
    with pytest.raises(errors.InvalidArgumentError):
        access.override_encryption_key(bucket, "no slash at its end", again)
    with pytest.raises(TypeError, match="takes an EncryptionKey"):
        access.override_encryption_key(bucket, "ann/", "a passphrase")


def test_listings_with_another_key_below_a_prefix(access, project, bucket):
    """A listing decrypts with the key of its own prefix and skips keys that it cannot decrypt, as in Go."""
    key = uplink.EncryptionKey.derive("the passphrase of ann", b"salt")
    overriding = access.override_encryption_key(bucket, "users/ann/", key)
    with uplink.open_project(overriding) as owners:
        for name in ("users/ann/diary", "users/ann/2026/trip", "users/bob/diary", "top"):
            owners.put(bucket, name, b"data")

        def keys(prefix="", recursive=True):
            return sorted([item.key for item in owners.list_objects(bucket, prefix=prefix, recursive=recursive)])

        # From above the prefix, what was written with the other key is missing from a recursive listing ...
        assert keys() == ["top", "users/bob/diary"]
        assert keys("users/") == ["users/bob/diary"]
        # ... and there from the prefix on.
        assert keys("users/ann/") == ["users/ann/2026/trip", "users/ann/diary"]
        assert keys("users/ann/2026/") == ["users/ann/2026/trip"]
        # The prefix itself is seen from above, so that a walk finds all.
        assert keys("users/", recursive=False) == ["users/ann/", "users/bob/"]
        found, prefixes = [], [""]
        while prefixes:
            for item in owners.list_objects(bucket, prefix=prefixes.pop()):
                (prefixes if item.is_prefix else found).append(item.key)
        assert sorted(found) == ["top", "users/ann/2026/trip", "users/ann/diary", "users/bob/diary"]
    # Without the other key, nothing of it can be read, wherever the listing starts.
    assert [item for item in project.list_objects(bucket, prefix="users/ann/", recursive=True)] == []


@pytest.mark.parametrize(
    "permission",
    [Permission.read_only(), Permission(allow_upload=True), Permission(allow_delete=True)],
)
def test_any_access_ensures_a_bucket_that_exists(access, bucket, permission):
    missing = f"{bucket}-missing"
    for prefix in ("", "a/"):
        shared = access.share(permission, SharePrefix(bucket, prefix))
        with uplink.open_project(shared) as project:
            assert (project.ensure_bucket(bucket)).name == bucket
            with pytest.raises(errors.PermissionDeniedError):
                project.ensure_bucket(missing)
