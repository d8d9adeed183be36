"""Accesses that are shared from another one."""

from __future__ import annotations

import asyncio
import pickle
import secrets
import time
from datetime import datetime, timedelta, timezone

import pytest

import uplink
from uplink import Permission, SharePrefix, errors

PERMISSIONS = ["allow_download", "allow_upload", "allow_list", "allow_delete"]


@pytest.mark.parametrize("allowed", PERMISSIONS)
async def test_permissions_are_kept_to(access, project, bucket, allowed):
    await project.put(bucket, "key", b"data")
    shared = uplink.aio.Access.parse(access.share(Permission(**{allowed: True}), SharePrefix(bucket)).serialize())

    async def upload(restricted):
        await restricted.put(bucket, f"new {allowed}", b"data")

    async def download(restricted):
        assert await restricted.get(bucket, "key") == b"data"

    async def list_(restricted):
        assert "key" in [item.key async for item in restricted.list_objects(bucket)]

    async def delete(restricted):
        await restricted.delete_object(bucket, "key")

    actions = {"allow_download": download, "allow_upload": upload, "allow_list": list_, "allow_delete": delete}
    async with uplink.aio.open_project(shared) as restricted:
        for permission, act in actions.items():
            if permission == allowed:
                await act(restricted)
            else:
                with pytest.raises(errors.PermissionDeniedError) as caught:
                    await act(restricted)
                assert isinstance(caught.value, PermissionError)


async def test_prefixes_are_kept_to(access, project, bucket):
    await project.put(bucket, "shared/key", b"shared")
    await project.put(bucket, "private/key", b"private")
    shared = access.share(Permission.read_only(), SharePrefix(bucket, "shared/"))
    async with uplink.aio.open_project(shared) as restricted:
        assert await restricted.get(bucket, "shared/key") == b"shared"
        assert [item.key async for item in restricted.list_objects(bucket, prefix="shared/")] == ["shared/key"]
        for place, key in ((bucket, "private/key"), ("another-bucket", "shared/key")):
            with pytest.raises(errors.PermissionDeniedError, match=f"this access does not reach {place}/{key}"):
                await restricted.get(place, key)
        with pytest.raises(errors.PermissionDeniedError, match=f"this access does not reach {bucket}/private/"):
            [item async for item in restricted.list_objects(bucket, prefix="private/")]
        with pytest.raises(errors.PermissionDeniedError, match=r"does not allow to upload"):
            await restricted.put(bucket, "shared/key", b"")
        with pytest.raises(errors.PermissionDeniedError, match=r"does not allow to delete"):
            await restricted.delete_object(bucket, "shared/key")
    narrow = access.share(Permission(allow_upload=True), SharePrefix(bucket))
    async with uplink.aio.open_project(narrow) as restricted:
        with pytest.raises(errors.PermissionDeniedError, match=r"does not allow to download or list"):
            await restricted.stat_object(bucket, "shared/key")
        with pytest.raises(errors.PermissionDeniedError, match=r"does not allow to download \("):
            await restricted.download_object(bucket, "shared/key")
        with pytest.raises(errors.PermissionDeniedError, match=r"which replacing an object takes"):
            await restricted.put(bucket, "shared/key", b"")


async def test_copies_and_moves_need_permissions_at_both_keys(access, project, bucket):
    await project.put(bucket, "shared/key", b"data")
    await project.put(bucket, "shared/other", b"data")

    def open_as(**permissions):
        return uplink.aio.open_project(access.share(Permission(**permissions), SharePrefix(bucket, "shared/")))

    source, target = (bucket, "shared/key"), (bucket, "shared/new")
    full = {"allow_download": True, "allow_upload": True, "allow_delete": True}
    for lacking, name, place, reason in (
        ("allow_download", "copy_object", source, "does not allow to download"),
        ("allow_upload", "copy_object", target, "does not allow to upload"),
        ("allow_download", "move_object", source, "does not allow to download"),
        ("allow_delete", "move_object", source, "does not allow to delete"),
        ("allow_upload", "move_object", target, "does not allow to upload"),
    ):
        async with open_as(**{**full, lacking: False}) as restricted:
            with pytest.raises(errors.PermissionDeniedError, match=reason) as caught:
                await getattr(restricted, name)(*source, *target)
            assert (caught.value.bucket, caught.value.key) == place
            assert caught.value.filename == "/".join(place)
    async with open_as(**full) as restricted:
        for name in ("copy_object", "move_object"):
            for place in ((bucket, "private/key"), ("another-bucket", "shared/key")):
                reason = f"this access does not reach {'/'.join(place)}"
                for arguments in ((*source, *place), (*place, *target)):
                    with pytest.raises(errors.PermissionDeniedError, match=reason) as caught:
                        await getattr(restricted, name)(*arguments)
                    assert (caught.value.bucket, caught.value.key) == place
    # To replace an object, a copy does not need the permission to delete.
    async with open_as(allow_download=True, allow_upload=True) as restricted:
        await restricted.copy_object(*source, bucket, "shared/other")


async def test_sharing_cannot_widen(access, project, bucket):
    await project.put(bucket, "key", b"data")
    narrow = access.share(Permission(allow_list=True))
    wide = narrow.share(Permission.full())
    async with uplink.aio.open_project(wide) as restricted:
        with pytest.raises(errors.PermissionDeniedError):
            await restricted.get(bucket, "key")


async def test_times_are_kept_to(access, bucket):
    now = datetime.now(timezone.utc)
    later = access.share(Permission.full(not_before=now + timedelta(hours=1)))
    async with uplink.aio.open_project(later) as restricted:
        with pytest.raises(errors.PermissionDeniedError, match="is not valid before 20"):
            await restricted.stat_bucket(bucket)
    current = Permission.full(not_before=now - timedelta(hours=1), not_after=now + timedelta(hours=1))
    async with uplink.aio.open_project(access.share(current)) as restricted:
        assert (await restricted.stat_bucket(bucket)).name == bucket


async def test_a_grant_that_expires_in_use(access, bucket):
    soon = datetime.now(timezone.utc) + timedelta(seconds=2)
    async with uplink.aio.open_project(access.share(Permission.full(not_after=soon))) as restricted:
        try:
            await restricted.put(bucket, "key", b"data")
        except errors.PermissionDeniedError:  # a slow machine
            assert datetime.now(timezone.utc) >= soon
        upload = await restricted.upload_object(bucket, "another")
        await asyncio.sleep(3)
        with pytest.raises(errors.PermissionDeniedError, match="the access expired at 20"):
            await upload.commit()
        with pytest.raises(errors.PermissionDeniedError, match="the access expired at 20") as caught:
            await restricted.get(bucket, "key")
    assert caught.value.strerror == caught.value.message


@pytest.mark.parametrize(("prefix", "opened"), [("2026/", True), ("2026", True), ("20", False)])
async def test_a_shared_prefix_is_whole_parts_of_keys(access, project, bucket, prefix, opened):
    await project.put(bucket, "2026", b"beside")
    await project.put(bucket, "2026/cat", b"below")
    async with uplink.aio.open_project(access.share(Permission.read_only(), SharePrefix(bucket, prefix))) as shared:
        for key, data in (("2026", b"beside"), ("2026/cat", b"below")):
            if opened:
                assert await shared.get(bucket, key) == data
            else:
                with pytest.raises(errors.PermissionDeniedError):
                    await shared.get(bucket, key)


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
            uplink.aio.Access.parse(text)
        assert reason in caught.value.native_message
    assert time.monotonic() - start < 2


async def test_revoking(access, project, bucket):
    shared = access.share(Permission.full())
    async with uplink.aio.open_project(shared) as restricted:
        await restricted.put(bucket, "key", b"data")
        await project.revoke_access(shared)
        with pytest.raises(errors.PermissionDeniedError, match="; perhaps the access was revoked"):
            # A satellite that is not local may apply it after a minute or two.
            for _ in range(150):
                await restricted.get(bucket, "key")
                await asyncio.sleep(1)
    assert await project.get(bucket, "key") == b"data"


async def test_encryption_keys_of_two_users(access, project, bucket):
    salt = secrets.token_bytes(16)
    accesses = {}
    for user in ("ann", "bob"):
        key = await uplink.aio.EncryptionKey.derive(f"the passphrase of {user}", salt)
        shared = access.share(Permission.full(), SharePrefix(bucket, f"{user}/"))
        accesses[user] = shared.override_encryption_key(bucket, f"{user}/", key)
        assert "passphrase" not in repr(key)
        with pytest.raises(TypeError, match="pickle"):
            pickle.dumps(key)
    async with uplink.aio.open_project(accesses["ann"]) as anns:
        await anns.put(bucket, "ann/diary", b"dear diary")
        assert await anns.get(bucket, "ann/diary") == b"dear diary"
    with pytest.raises(errors.ObjectNotFoundError):
        await project.get(bucket, "ann/diary")
    again = await uplink.aio.EncryptionKey.derive("the passphrase of ann", salt)
    async with uplink.aio.open_project(access.override_encryption_key(bucket, "ann/", again)) as owners:
        assert await owners.get(bucket, "ann/diary") == b"dear diary"
    with pytest.raises(errors.InvalidArgumentError):
        access.override_encryption_key(bucket, "no slash at its end", again)
    with pytest.raises(TypeError, match="takes an EncryptionKey"):
        access.override_encryption_key(bucket, "ann/", "a passphrase")


async def test_listings_with_another_key_below_a_prefix(access, project, bucket):
    """A listing decrypts with the key of its own prefix and skips keys that it cannot decrypt, as in Go."""
    key = await uplink.aio.EncryptionKey.derive("the passphrase of ann", b"salt")
    overriding = access.override_encryption_key(bucket, "users/ann/", key)
    async with uplink.aio.open_project(overriding) as owners:
        for name in ("users/ann/diary", "users/ann/2026/trip", "users/bob/diary", "top"):
            await owners.put(bucket, name, b"data")

        async def keys(prefix="", recursive=True):
            return sorted([item.key async for item in owners.list_objects(bucket, prefix=prefix, recursive=recursive)])

        # From above the prefix, what was written with the other key is missing from a recursive listing ...
        assert await keys() == ["top", "users/bob/diary"]
        assert await keys("users/") == ["users/bob/diary"]
        # ... and there from the prefix on.
        assert await keys("users/ann/") == ["users/ann/2026/trip", "users/ann/diary"]
        assert await keys("users/ann/2026/") == ["users/ann/2026/trip"]
        # The prefix itself is seen from above, so that a walk finds all.
        assert await keys("users/", recursive=False) == ["users/ann/", "users/bob/"]
        found, prefixes = [], [""]
        while prefixes:
            async for item in owners.list_objects(bucket, prefix=prefixes.pop()):
                (prefixes if item.is_prefix else found).append(item.key)
        assert sorted(found) == ["top", "users/ann/2026/trip", "users/ann/diary", "users/bob/diary"]
    # Without the other key, nothing of it can be read, wherever the listing starts.
    assert [item async for item in project.list_objects(bucket, prefix="users/ann/", recursive=True)] == []


@pytest.mark.parametrize(
    "permission",
    [Permission.read_only(), Permission(allow_upload=True), Permission(allow_delete=True)],
)
async def test_any_access_ensures_a_bucket_that_exists(access, bucket, permission):
    missing = f"{bucket}-missing"
    for prefix in ("", "a/"):
        shared = access.share(permission, SharePrefix(bucket, prefix))
        async with uplink.aio.open_project(shared) as project:
            assert (await project.ensure_bucket(bucket)).name == bucket
            with pytest.raises(errors.PermissionDeniedError):
                await project.ensure_bucket(missing)
