# Generated from tests/aio/test_access.py by tools/generate_sync.py; change that instead.
from __future__ import annotations

import gc
import json
import mmap
import pickle
import secrets
import sys
import time
from datetime import datetime, timedelta, timezone

import pytest

import uplink
from uplink import Permission, SharePrefix, errors


def test_serialize_and_parse(access, grant):
    assert access.serialize() == grant
    assert uplink.Access.parse(f"  {grant}\n") == access
    assert access.satellite_address.count("@") == 1


def test_an_access_is_a_value(access, grant):
    same = uplink.Access.parse(grant)
    assert same == access
    assert hash(same) == hash(access)
    assert same != access.share(Permission.read_only())
    assert same != grant
    assert pickle.loads(pickle.dumps(same)) == same


def test_repr_hides_the_secret(access, grant):
    assert grant not in repr(access)
    assert access.satellite_address in repr(access)
    with pytest.raises(errors.InvalidAccessError) as caught:
        uplink.Access.parse(grant[:-30])
    for text in (repr(caught.value), str(caught.value), caught.value.details):
        assert grant[:40] not in text


def test_from_env(monkeypatch, access, grant):
    monkeypatch.setenv("UPLINK_ACCESS", grant)
    assert uplink.Access.from_env() == access
    monkeypatch.delenv("UPLINK_ACCESS")
    with pytest.raises(errors.InvalidAccessError, match="UPLINK_ACCESS"):
        uplink.Access.from_env()


def test_from_a_file(monkeypatch, access, grant, tmp_path):
    file = tmp_path / "grant"
    file.write_text(f"\n {grant}\n")
    assert uplink.Access.from_file(file) == access
    monkeypatch.delenv("UPLINK_ACCESS", raising=False)
    monkeypatch.setenv("UPLINK_ACCESS_FILE", str(file))
    assert uplink.Access.from_env() == access
    monkeypatch.setenv("UPLINK_ACCESS", grant)
    with pytest.raises(errors.InvalidAccessError, match="both set"):
        uplink.Access.from_env()
    for path, problem in ((tmp_path / "missing", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(errors.InvalidAccessError, match=problem):
            uplink.Access.from_file(path)
    for contents in (b"", b" \n", b"\xff\xfe", grant.encode() * 3, bytes(2_000_000)):
        file.write_bytes(contents)
        with pytest.raises(errors.InvalidAccessError) as caught:
            uplink.Access.from_file(file)
        assert grant not in str(caught.value)


def test_from_what_the_command_has_saved(monkeypatch, access, grant, tmp_path):
    file = tmp_path / "storj" / "uplink" / "access.json"
    file.parent.mkdir(parents=True)
    shared = access.share(Permission.read_only())
    file.write_text(json.dumps({"default": "main", "accesses": {"main": grant, "reader": shared.serialize()}}))
    if sys.platform not in {"win32", "darwin"}:
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        assert uplink.Access.from_saved() == access
    assert uplink.Access.from_saved("reader", folder=file.parent) == shared
    with pytest.raises(errors.InvalidAccessError, match="no access 'writer'; it has main, reader"):
        uplink.Access.from_saved("writer", folder=file.parent)
    for contents, problem in (
        ("{", "not one that the command uplink writes"),
        ("[]", "not one that the command uplink writes"),
        ("{}", "not one that the command uplink writes"),
        ('{"accesses": {"main": 5}}', "not one that the command uplink writes"),
        ('{"accesses": {}}', "no default access"),
        (f'{{"default": "main", "accesses": {{"main": "{grant[:-9]}"}}}}', "copied whole"),
    ):
        file.write_text(contents)
        with pytest.raises(errors.InvalidAccessError, match=problem):
            uplink.Access.from_saved(folder=file.parent)
    with pytest.raises(errors.InvalidAccessError, match="cannot be read"):
        uplink.Access.from_saved(folder=tmp_path)


@pytest.mark.parametrize("text", ["", "abc", "not base58: 0OIl", "1", "a" * 500, "ä", "nul\0", "\ud800"])
def test_parse_refuses(text):
    with pytest.raises(ValueError, match=r".+") as caught:
        uplink.Access.parse(text)
    assert isinstance(caught.value, errors.InvalidAccessError)


def test_parse_refuses_every_truncation(grant):
    for length in range(len(grant)):
        with pytest.raises(errors.InvalidAccessError):
            uplink.Access.parse(grant[:length])


def test_a_grant_and_an_api_key_in_place_of_each_other(network, grant):
    with pytest.raises(errors.InvalidAccessError, match=r"^this is an API key, not an access grant; request an access"):
        uplink.Access.parse(network.api_key)
    arguments = {"satellite_address": network.satellite_address, "passphrase": "open sesame"}
    with pytest.raises(errors.InvalidAccessError, match=r"^this is an access grant, not an API key$"):
        uplink.Access.request(**arguments, api_key=grant)
    with pytest.raises(errors.InvalidAccessError, match=r"^this is not a complete access grant; was it copied whole\?"):
        uplink.Access.parse(grant[:-5])
    with pytest.raises(errors.InvalidAccessError, match=r"^this is not a complete API key; was it copied whole\?$"):
        uplink.Access.request(**arguments, api_key=network.api_key[:-5])
    with pytest.raises(errors.InvalidAccessError, match=r"^api_key has a NUL in it$"):
        uplink.Access.request(**arguments, api_key="nul\0")
    with pytest.raises(errors.InvalidAccessError, match=r"^this is not an access grant: it is empty$"):
        uplink.Access.parse("")


@pytest.mark.parametrize("text", [b"bytes", None, 42])
def test_parse_takes_text_only(text):
    with pytest.raises(TypeError):
        uplink.Access.parse(text)
    with pytest.raises(TypeError):
        uplink.Access(text)


def test_there_is_no_access_without_a_grant():
    with pytest.raises(errors.InvalidAccessError):
        uplink.Access("garbage")


def test_request(network, access):
    arguments = {
        "satellite_address": network.satellite_address,
        "api_key": network.api_key,
        "passphrase": "open sesame",
    }
    requested = uplink.Access.request(**arguments)
    assert requested.satellite_address == access.satellite_address
    assert uplink.Access.request(**arguments) == requested
    with requested.open_project() as project:
        project.ensure_bucket("requested")
        project.put("requested", "key", b"data")
        assert project.get("requested", "key") == b"data"
    other = uplink.Access.request(**{**arguments, "passphrase": "another"})
    with other.open_project() as project:
        with pytest.raises(errors.ObjectNotFoundError, match="passphrase"):
            project.get("requested", "key")
        assert [item.key for item in project.list_objects("requested")] == []
        project.delete_bucket("requested", with_objects=True)


def test_request_refuses(network, unreachable):
    def request(**changes):
        arguments = {"satellite_address": network.satellite_address, "api_key": network.api_key, "passphrase": "p"}
        uplink.Access.request(**{**arguments, **changes})

    with pytest.raises(errors.InvalidAccessError):
        request(api_key="not an API key")
    with pytest.raises(errors.InvalidAccessError):
        request(api_key=network.api_key[:-10])
    with pytest.raises(errors.ConnectionFailedError):
        request(satellite_address=unreachable.satellite_address)
    node, host = network.satellite_address.split("@")
    for address, problem in (
        ("no address", "a space in it"),
        (node, "the port is missing"),
        (f"{node}@", "the host is missing"),
        (f"{node}@localhost", "the port is missing, which is mostly 7777"),
        (f"{node}@localhost:99999", "the port is not a number from 1 to 65535"),
        (f"{node}@localhost:", "the port is not a number from 1 to 65535"),
        (f"{node}@:7777", "the host is missing"),
        (f"x{node}@{host}", "the id is not a node's"),
        (host, "the id is missing"),
    ):
        with pytest.raises(errors.InvalidArgumentError) as caught:
            request(satellite_address=address)
        assert problem in str(caught.value), address
    with pytest.raises(errors.InvalidAccessError):
        request(api_key="x" * 1_000_000, timeout=1)
    request(satellite_address=f" {network.satellite_address}\n", api_key=f"\t{network.api_key}\n ")
    with pytest.raises(errors.InvalidArgumentError):
        request(passphrase="nul\0")
    with pytest.raises(TypeError):
        request(passphrase=b"bytes")
    with pytest.raises(TypeError, match="config takes a Config, not int"):
        request(config=5)
    with pytest.raises(errors.DeadlineExceededError):
        request(timeout=0.0)


def test_an_api_key_of_another_satellite(network, own_network):
    with pytest.raises(errors.PermissionDeniedError) as caught:
        uplink.Access.request(satellite_address=network.satellite_address, api_key=own_network.api_key, passphrase="p")
    assert isinstance(caught.value, PermissionError)


def test_unreachable(unreachable):
    with uplink.open_project(unreachable) as project:
        with pytest.raises(errors.ConnectionFailedError) as caught:
            project.stat_bucket("photos")
    assert isinstance(caught.value, ConnectionError)
    assert caught.value.retryable


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
        restricted.put(bucket, "key", b"data")
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
        assert reason in caught.value.details
    assert time.monotonic() - start < 2


def test_revoking(access, project, bucket):
    shared = access.share(Permission.full())
    with uplink.open_project(shared) as restricted:
        restricted.put(bucket, "key", b"data")
        project.revoke_access(shared)
        with pytest.raises(errors.PermissionDeniedError, match="; perhaps the access was revoked"):
            # A satellite that is not local may know of it after a minute or two.
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
    """A listing decrypts with the key of its own prefix and leaves out what it cannot decrypt, as in Go."""
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


def test_deriving_a_key_refuses():
    with pytest.raises(TypeError, match=r"is made by EncryptionKey\.derive"):
        uplink.EncryptionKey("passphrase")
    with pytest.raises(TypeError, match="salt takes bytes"):
        uplink.EncryptionKey.derive("passphrase", "a str")
    with pytest.raises(errors.InvalidArgumentError):
        uplink.EncryptionKey.derive("nul\0", b"salt")
    with pytest.raises(errors.InvalidArgumentError, match="salt has 1048577 bytes"):
        uplink.EncryptionKey.derive("passphrase", bytes(2**20 + 1))


def test_grants_that_would_take_minutes(access):
    key = uplink.EncryptionKey.derive("passphrase", b"salt")
    read = Permission.read_only()
    for refused in (
        lambda: access.share(read, SharePrefix("bucket", "x" * 3_000_000)),
        lambda: access.share(read, *(SharePrefix("bucket", str(number)) for number in range(1001))),
        lambda: access.override_encryption_key("bucket", "x" * 3_000_000 + "/", key),
    ):
        with pytest.raises(errors.InvalidArgumentError, match="a grant takes at most"):
            refused()


def test_a_salt_that_no_memory_holds(tmp_path):
    with (tmp_path / "sparse").open("w+b") as file:
        try:
            file.truncate(2**40)
        except OSError:
            pytest.skip("this file system has no sparse files of 1 TiB")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as salt:
            with pytest.raises(errors.InvalidArgumentError, match="salt has 1099511627776 bytes"):
                uplink.EncryptionKey.derive("passphrase", salt)
            gc.collect()


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
