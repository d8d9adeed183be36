from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

import uplink
from uplink import errors
from uplink._calls import transfers

MINUTE = timedelta(minutes=1)


def after(delay, mode="governance"):
    return uplink.Retention(mode, datetime.now(timezone.utc) + delay)


@pytest.fixture
async def locked(project, bucket):
    """A bucket with Object Lock."""
    name = f"{bucket}-lock"
    await project.create_bucket(name, object_lock_enabled=True)
    yield name
    await project.delete_bucket(name, with_objects=True, bypass_governance_retention=True)


async def test_versioning_of_a_bucket(project, bucket):
    assert await project.get_bucket_versioning(bucket) == "unversioned"
    with pytest.raises(errors.BucketStateError, match="suspended") as early:
        await project.set_bucket_versioning(bucket, False)
    assert early.value.bucket == bucket
    await project.set_bucket_versioning(bucket, True)
    assert await project.get_bucket_versioning(bucket) == "enabled"
    await project.set_bucket_versioning(bucket, enabled=False)
    assert await project.get_bucket_versioning(bucket) == "suspended"
    with pytest.raises(TypeError, match="enabled takes True or False, not str"):
        await project.set_bucket_versioning(bucket, "no")
    for call in (
        lambda: project.get_bucket_versioning("no-such-bucket"),
        lambda: project.set_bucket_versioning("no-such-bucket", True),
        lambda: project.get_bucket_object_lock_configuration("no-such-bucket"),
        lambda: project.set_bucket_object_lock_configuration("no-such-bucket", uplink.ObjectLockConfiguration()),
    ):
        with pytest.raises(errors.BucketNotFoundError):
            await call()
    with pytest.raises(errors.BucketNameInvalidError):
        await project.get_bucket_versioning("")


async def test_locks_of_a_copy(project, locked):
    retention = after(MINUTE)
    await project.put(locked, "key", b"data", retention=retention, legal_hold=True)
    copy = await project.copy_object(locked, "key", locked, "plain")
    assert await project.get_object_retention(locked, "plain", version=copy.version) is None
    assert await project.get_object_legal_hold(locked, "plain", version=copy.version) is False
    longer = after(2 * MINUTE)
    copy = await project.copy_object(locked, "key", locked, "kept", retention=longer, legal_hold=True)
    item = await project.stat_object(locked, "kept", version=copy.version)
    assert (item.retention, item.legal_hold) == (longer, True)
    with pytest.raises(errors.ObjectLockedError):
        await project.delete_object(locked, "kept", version=copy.version, bypass_governance_retention=True)
    for key in ("key", "kept"):
        await project.set_object_legal_hold(locked, key, False)


async def test_lock_of_a_bucket(project, locked):
    assert await project.get_bucket_versioning(locked) == "enabled"
    with pytest.raises(errors.BucketStateError):
        await project.set_bucket_versioning(locked, False)
    assert await project.get_bucket_object_lock_configuration(locked) == uplink.ObjectLockConfiguration()
    for default in (
        uplink.DefaultRetention(mode="governance", days=1),
        uplink.DefaultRetention(mode="compliance", years=2),
        None,
    ):
        configuration = uplink.ObjectLockConfiguration(default_retention=default)
        await project.set_bucket_object_lock_configuration(locked, configuration)
        assert await project.get_bucket_object_lock_configuration(locked) == configuration
    for refused in (
        uplink.ObjectLockConfiguration(enabled=False),
        uplink.ObjectLockConfiguration(default_retention=uplink.DefaultRetention(mode="governance", days=100_000)),
    ):
        with pytest.raises(errors.InvalidArgumentError):
            await project.set_bucket_object_lock_configuration(locked, refused)
    with pytest.raises(TypeError, match="configuration takes an ObjectLockConfiguration, not bool"):
        await project.set_bucket_object_lock_configuration(locked, True)


async def test_default_retention(project, locked):
    default = uplink.DefaultRetention(mode="governance", days=1)
    configuration = uplink.ObjectLockConfiguration(default_retention=default)
    await project.set_bucket_object_lock_configuration(locked, configuration)
    item = await project.put(locked, "key", b"data")
    found = await project.get_object_retention(locked, "key")
    assert found.mode == "governance"
    assert abs(found.until - item.created - timedelta(days=1)) < MINUTE
    with pytest.raises(errors.ExpiresLockedError):
        await project.put(locked, "other", b"data", expires=datetime.now(timezone.utc) + MINUTE)


async def test_a_bucket_without_lock(project, bucket):
    await project.put(bucket, "key", b"data")
    with pytest.raises(errors.BucketStateError):
        await project.set_bucket_object_lock_configuration(bucket, uplink.ObjectLockConfiguration())
    for call in (
        lambda: project.get_bucket_object_lock_configuration(bucket),
        lambda: project.get_object_retention(bucket, "key"),
        lambda: project.set_object_retention(bucket, "key", after(MINUTE)),
        lambda: project.get_object_legal_hold(bucket, "key"),
        lambda: project.set_object_legal_hold(bucket, "key", True),
    ):
        with pytest.raises(errors.ObjectLockDisabledError):
            await call()


async def test_a_version_with_a_retention(project, locked):
    version = (await project.put(locked, "key", b"data")).version
    assert await project.get_object_retention(locked, "key") is None
    retention = after(60 * MINUTE)
    await project.set_object_retention(locked, "key", retention)
    assert await project.get_object_retention(locked, "key") == retention
    assert await project.get_object_retention(locked, "key", version=version) == retention
    assert (await project.stat_object(locked, "key")).retention == retention
    with pytest.raises(errors.ObjectLockedError) as shortened:
        await project.set_object_retention(locked, "key", after(MINUTE))
    assert isinstance(shortened.value, PermissionError)
    assert (shortened.value.bucket, shortened.value.key) == (locked, "key")
    for call in (
        lambda: project.delete_object(locked, "key", version=version),
        lambda: project.move_object(locked, "key", locked, "moved"),
    ):
        with pytest.raises(errors.ObjectLockedError):
            await call()
    await project.delete_object(locked, "key")  # stores a delete marker
    longer = after(90 * MINUTE)
    await project.set_object_retention(locked, "key", longer, version=version)
    assert await project.get_object_retention(locked, "key", version=version) == longer
    with pytest.raises(errors.PermissionDeniedError):
        await project.delete_bucket(locked, with_objects=True)
    await project.delete_object(locked, "key", version=version, bypass_governance_retention=True)
    with pytest.raises(errors.ObjectNotFoundError):
        await project.get_object_retention(locked, "key", version=version)


async def test_a_retention_is_removed(project, locked):
    await project.put(locked, "key", b"data")
    await project.set_object_retention(locked, "key", after(MINUTE))
    with pytest.raises(errors.ObjectLockedError):
        await project.set_object_retention(locked, "key", None)
    await project.set_object_retention(locked, "key", None, bypass_governance_retention=True)
    assert await project.get_object_retention(locked, "key") is None


async def test_a_retention_that_cannot_be(project, locked):
    await project.put(locked, "key", b"data")
    with pytest.raises(errors.InvalidArgumentError, match="past"):
        await project.set_object_retention(locked, "key", after(-MINUTE))
    with pytest.raises(TypeError, match="retention takes a Retention, not datetime"):
        await project.set_object_retention(locked, "key", datetime.now(timezone.utc))
    with pytest.raises(TypeError, match="bypass_governance_retention takes True or False"):
        await project.set_object_retention(locked, "key", after(MINUTE), bypass_governance_retention=1)
    with pytest.raises(errors.VersionInvalidError):
        await project.set_object_retention(locked, "key", after(MINUTE), version=b"")
    for call in (
        lambda: project.get_object_retention(locked, "missing"),
        lambda: project.set_object_retention(locked, "missing", after(MINUTE)),
        lambda: project.get_object_legal_hold(locked, "missing"),
        lambda: project.set_object_legal_hold(locked, "missing", True),
    ):
        with pytest.raises(errors.ObjectNotFoundError):
            await call()
    await project.put(locked, "expiring", b"data", expires=datetime.now(timezone.utc) + 60 * MINUTE)
    for call in (
        lambda: project.set_object_retention(locked, "expiring", after(MINUTE)),
        lambda: project.set_object_legal_hold(locked, "expiring", True),
    ):
        with pytest.raises(errors.ObjectStateError):
            await call()


async def test_a_legal_hold(project, locked):
    version = (await project.put(locked, "key", b"data")).version
    assert await project.get_object_legal_hold(locked, "key") is False
    await project.set_object_legal_hold(locked, "key", True)
    assert await project.get_object_legal_hold(locked, "key", version=version) is True
    assert (await project.stat_object(locked, "key")).legal_hold is True
    for bypass in (False, True):
        with pytest.raises(errors.ObjectLockedError):
            await project.delete_object(locked, "key", version=version, bypass_governance_retention=bypass)
    await project.set_object_legal_hold(locked, "key", False, version=version)
    await project.delete_object(locked, "key", version=version)
    with pytest.raises(TypeError, match="enabled takes True or False"):
        await project.set_object_legal_hold(locked, "key", None)


async def test_deleting_a_bucket(project, bucket):
    with pytest.raises(errors.InvalidArgumentError, match="takes with_objects=True"):
        await project.delete_bucket(bucket, bypass_governance_retention=True)
    with pytest.raises(TypeError, match="object_lock_enabled takes True or False"):
        await project.create_bucket(f"{bucket}-no", object_lock_enabled="no")
    with pytest.raises(errors.BucketAlreadyExistsError):
        await project.create_bucket(bucket, object_lock_enabled=True)


async def test_permissions_of_object_lock(access, project, locked):
    version = (await project.put(locked, "key", b"data")).version
    calls = {
        "put_object_retention": lambda shared: shared.set_object_retention(locked, "key", after(MINUTE)),
        "get_object_retention": lambda shared: shared.get_object_retention(locked, "key"),
        "put_object_legal_hold": lambda shared: shared.set_object_legal_hold(locked, "key", False),
        "get_object_legal_hold": lambda shared: shared.get_object_legal_hold(locked, "key"),
        "put_bucket_object_lock_configuration": lambda shared: shared.set_bucket_object_lock_configuration(
            locked, uplink.ObjectLockConfiguration()
        ),
        "get_bucket_object_lock_configuration": lambda shared: shared.get_bucket_object_lock_configuration(locked),
        "bypass_governance_retention": lambda shared: shared.set_object_retention(
            locked, "key", None, bypass_governance_retention=True
        ),
    }
    flags = {f"allow_{name}": True for name in ("download", "upload", "list", "delete", *calls)}
    for name, call in calls.items():
        lacking = {**flags, f"allow_{name}": False}
        if name == "get_object_retention":  # is part of the permission to set them
            lacking["allow_put_object_retention"] = False
        reason = f"this access does not allow to {name.replace('_', ' ')}"
        async with uplink.aio.open_project(access.share(uplink.Permission(**lacking))) as shared:
            with pytest.raises(errors.PermissionDeniedError, match=reason) as refused:
                await call(shared)
            assert refused.value.bucket == locked
    lacking = {**flags, "allow_bypass_governance_retention": False}
    async with uplink.aio.open_project(access.share(uplink.Permission(**lacking))) as shared:
        with pytest.raises(errors.PermissionDeniedError, match="does not allow to bypass governance retention"):
            await shared.delete_object(locked, "key", version=version, bypass_governance_retention=True)
    async with uplink.aio.open_project(access.share(uplink.Permission(**flags))) as shared:
        for call in calls.values():
            await call(shared)


@pytest.mark.parametrize(
    "upload", ["put", "put in parts", "put a file", "put an open file", "upload_file", "upload_object"]
)
async def test_a_refused_retention_of_an_upload_names_the_permission(access, locked, tmp_path, monkeypatch, upload):
    (tmp_path / "file").write_bytes(b"data")
    permission = uplink.Permission(allow_upload=True, allow_delete=True)
    retention = after(MINUTE)
    if upload in ("put in parts", "put an open file"):
        monkeypatch.setattr(transfers, "LARGE_FILE", 2)
    async with uplink.aio.open_project(access.share(permission)) as shared:
        with pytest.raises(errors.PermissionDeniedError, match="does not allow to put object retention"):
            if upload == "upload_file":
                await shared.upload_file(locked, "key", tmp_path / "file", retention=retention)
            elif upload == "upload_object":
                async with shared.upload_object(locked, "key", retention=retention) as stream:
                    await stream.write(b"data")
            elif upload == "put an open file":
                with (tmp_path / "file").open("rb") as file:
                    await shared.put(locked, "key", file, retention=retention)
            else:
                data = tmp_path / "file" if upload == "put a file" else b"data"
                await shared.put(locked, "key", data, retention=retention)


async def test_the_longest_lifetime_of_objects(access, project, bucket):
    permission = uplink.Permission(allow_upload=True, allow_download=True, max_object_ttl=60 * MINUTE)
    async with uplink.aio.open_project(access.share(permission)) as shared:
        before = datetime.now(timezone.utc)
        assert (await shared.put(bucket, "key", b"data")).expires is None  # as the pages say
        expires = (await project.stat_object(bucket, "key")).expires
        assert 59 * MINUTE < expires - before < 120 * MINUTE
        with pytest.raises(errors.InvalidArgumentError, match="cannot be longer"):
            await shared.put(bucket, "other", b"data", expires=before + 240 * MINUTE)


async def test_a_change_whose_outcome_is_unknown(storj_faults, project, locked):
    await project.put(locked, "key", b"data")
    with (
        storj_faults.call("SetObjectLegalHold", after=True, cut_after=0),
        pytest.raises(errors.ConnectionFailedError) as lost,
    ):
        await project.set_object_legal_hold(locked, "key", True)
    assert lost.value.outcome_unknown
    assert await project.get_object_legal_hold(locked, "key")
    await project.set_object_legal_hold(locked, "key", False)
    with storj_faults.call("GetObjectLegalHold", delay=2), pytest.raises(errors.DeadlineExceededError):
        await project.get_object_legal_hold(locked, "key", timeout=0.2)


async def test_object_lock_in_a_project_that_is_closed(access):
    project = await uplink.aio.open_project(access)
    await project.close()
    with pytest.raises(errors.ClosedError):
        await project.get_object_retention("bucket", "key")


async def test_nobody_shortens_a_compliance_retention(own_network):
    async with uplink.aio.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        await project.create_bucket("locked", object_lock_enabled=True)
        retention = after(timedelta(hours=2), "compliance")
        item = await project.put("locked", "key", b"data", retention=retention)
        for shorter in (after(timedelta(hours=1), "compliance"), after(timedelta(hours=3)), None):
            with pytest.raises(errors.ObjectLockedError):
                await project.set_object_retention("locked", "key", shorter, bypass_governance_retention=True)
        for call in (
            lambda: project.delete_object("locked", "key", version=item.version, bypass_governance_retention=True),
            lambda: project.move_object("locked", "key", "locked", "moved"),
            lambda: project.delete_bucket("locked", with_objects=True, bypass_governance_retention=True),
        ):
            with pytest.raises(errors.ObjectLockedError):
                await call()
        [deletion] = await project.delete_objects("locked", [item], bypass_governance_retention=True)
        assert deletion.status == "locked"
        assert await project.get_object_retention("locked", "key") == retention
        longer = after(timedelta(hours=3), "compliance")
        await project.set_object_retention("locked", "key", longer)
        assert (await project.stat_object("locked", "key")).retention == longer
        # A new version and a delete marker only hide it.
        await project.put("locked", "key", b"new")
        await project.delete_object("locked", "key")
        assert await project.get("locked", "key", version=item.version) == b"data"
