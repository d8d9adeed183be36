# Generated from tests/aio/test_access.py by tools/generate_sync.py; change that instead.
"""Access grants and encryption keys."""

from __future__ import annotations

import gc
import json
import mmap
import pickle
import sys
import weakref

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
    assert weakref.WeakKeyDictionary({same: 1})[access] == 1


def test_repr_hides_the_secret(access, grant):
    assert grant not in repr(access)
    assert access.satellite_address in repr(access)
    with pytest.raises(errors.InvalidAccessError) as caught:
        uplink.Access.parse(grant[:-30])
    for text in (repr(caught.value), str(caught.value), caught.value.native_message):
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
    # The host of a satellite of Storj is enough, so the key is what is wrong.
    for address in ("us1.storj.io", "us1.storj.io:7777"):
        with pytest.raises(errors.InvalidAccessError, match="not a complete API key"):
            request(satellite_address=address, api_key="1")
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
