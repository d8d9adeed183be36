"""No frame of a traceback, no message and no `repr` shows a grant, an API key or a passphrase."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import inspect
import pickle
import time
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uplink
import uplink_python.errors
from uplink import errors
from uplink._cli.doctor import doctor
from uplink._hide import hide_secrets
from uplink._secret import Secret
from uplink.testing import NetworkNotFoundError, find_network
from uplink_python.uplink import Uplink

PACKAGES = tuple(str(Path(module.__file__).parent) + "/" for module in (uplink, uplink_python))
PASSPHRASE = "correct horse battery staple"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def chain(error):
    """Yield an exception, its causes and its contexts."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def library_frames(error):
    for each in chain(error):
        for frame, line in traceback.walk_tb(each.__traceback__):
            if frame.f_code.co_filename.startswith(PACKAGES):
                yield frame, line


def check_hidden(error, *texts, locals_too=True):
    """Assert that neither the error nor the library's frames show one of the texts."""
    frames = list(library_frames(error))
    assert frames
    for frame, line in frames if locals_too else ():
        for name, value in frame.f_locals.items():
            for text in texts:
                assert text not in repr(value), f"{frame.f_code.co_filename}:{line} shows it in {name}"
    for each in chain(error):
        for shape in (repr(each), str(each), repr(each.args), repr(vars(each))):
            for text in texts:
                assert text not in shape, f"{type(each).__name__} shows it"


def parse(grant):
    uplink.Access.parse(grant)


def construct(grant):
    uplink.Access(grant)


def parse_async(grant):
    uplink.aio.Access.parse(grant)


def parse_old(grant):
    Uplink().parse_access(grant)


def parse_pickle(grant):
    class Other:
        def __reduce__(self):
            return uplink.Access, (grant,)

    pickle.loads(pickle.dumps(Other()))


@pytest.mark.parametrize(
    "damage", [lambda g: g[:-9], lambda g: g + "\ud800", lambda g: g + "\0", str.encode, lambda g: g * 9]
)
@pytest.mark.parametrize("parse", [parse, construct, parse_async, parse_old, parse_pickle])
def test_a_grant_that_is_refused(grant, parse, damage):
    damaged = damage(grant)
    with pytest.raises((errors.UplinkError, TypeError, uplink_python.errors.StorjException)) as caught:
        parse(damaged)
    check_hidden(caught.value, grant[:60])


def test_a_key_that_is_a_grant(access, grant):
    """A caller may have swapped the arguments."""
    shared = access.share(uplink.Permission.read_only(), uplink.SharePrefix("photos", "2026/"))
    with (
        shared.open_project() as project,
        pytest.raises(errors.PermissionDeniedError, match="does not reach") as caught,
    ):
        project.get("photos", grant)
    for text in (str(caught.value), repr(caught.value), caught.value.message, caught.value.strerror):
        assert grant not in text


def test_a_variable_that_has_no_grant(grant, monkeypatch):
    monkeypatch.setenv("MY_GRANT", grant[:-9])
    with pytest.raises(errors.InvalidAccessError) as caught:
        uplink.Access.from_env("MY_GRANT")
    check_hidden(caught.value, grant[:60])
    monkeypatch.setenv("UPLINK_TEST_ACCESS", grant[:-9])
    with pytest.raises(NetworkNotFoundError) as caught, find_network():
        pass
    check_hidden(caught.value, grant[:60])


def test_files_that_have_no_grant(grant, tmp_path):
    file = tmp_path / "access.json"
    for contents in (
        grant[:-9],
        f'{{"default": "main", "accesses": {{"main": "{grant}"}}',
        f'{{"default": "main", "accesses": {{"main": "{grant[:-9]}"}}}}',
        f'{{"default": "main", "accesses": ["{grant}"]}}',
        f'{{"default": "x", "accesses": {{"main": "{grant}"}}}}',
    ):
        file.write_text(contents)
        for read in (lambda: uplink.Access.from_file(file), lambda: uplink.Access.from_saved(folder=tmp_path)):
            with pytest.raises(errors.InvalidAccessError) as caught:
                read()
            check_hidden(caught.value, grant[:60])


def request_sync(**arguments):
    uplink.Access.request(**arguments)


def request_async(**arguments):
    asyncio.run(uplink.aio.Access.request(**arguments))


def request_old(*, config=None, timeout=None, **arguments):
    del timeout
    arguments["satellite"] = arguments.pop("satellite_address")
    if config is None:
        Uplink().request_access_with_passphrase(**arguments)
    Uplink().config_request_access_with_passphrase(config, **arguments)


@pytest.mark.parametrize("request_access", [request_sync, request_async, request_old])
@pytest.mark.parametrize(
    "changed",
    [
        {"passphrase": PASSPHRASE + "\ud800"},
        {"passphrase": PASSPHRASE + "\0"},
        {"passphrase": PASSPHRASE.encode()},
        {"api_key": b"bytes"},
        {"api_key": "no API key"},
        {"satellite_address": 5},
        {"satellite_address": "127.0.0.1:1"},
        {"config": "no config"},
        {"timeout": 0, "satellite_address": "no address"},
        {"timeout": -1, "satellite_address": "no address"},
    ],
)
def test_a_request_that_fails(network, request_access, changed):
    arguments = {
        "satellite_address": network.satellite_address,
        "api_key": network.api_key,
        "passphrase": PASSPHRASE,
        "timeout": 5,
    }
    with pytest.raises((errors.UplinkError, TypeError, AttributeError, uplink_python.errors.StorjException)) as caught:
        request_access(**{**arguments, **changed})
    check_hidden(caught.value, PASSPHRASE, network.api_key[:60])


def derive_sync(passphrase, salt, **options):
    uplink.EncryptionKey.derive(passphrase, salt, **options)


def derive_async(passphrase, salt, **options):
    asyncio.run(uplink.aio.EncryptionKey.derive(passphrase, salt, **options))


@pytest.mark.parametrize("derive", [derive_sync, derive_async])
@pytest.mark.parametrize(
    ("passphrase", "salt", "options"),
    [
        (PASSPHRASE + "\ud800", b"salt", {}),
        (PASSPHRASE.encode(), b"salt", {}),
        (PASSPHRASE, "no bytes", {}),
        (PASSPHRASE, b"salt", {"timeout": 0}),
    ],
)
def test_a_key_that_cannot_be_derived(derive, passphrase, salt, options):
    with pytest.raises((errors.UplinkError, TypeError)) as caught:
        derive(passphrase, salt, **options)
    check_hidden(caught.value, PASSPHRASE)


def test_a_key_of_the_older_binding_that_cannot_be_derived(grant):
    access = Uplink().parse_access(grant)
    for passphrase, salt in ((PASSPHRASE + "\0", b"salt"), (PASSPHRASE, 1.5)):
        with pytest.raises((uplink_python.errors.StorjException, TypeError)) as caught:
            access.derive_encryption_key(passphrase, salt)
        check_hidden(caught.value, PASSPHRASE, grant[:60])


def share_nothing(access):
    access.share(uplink.Permission())


def override_badly(access):
    access.override_encryption_key("bucket", "no slash", uplink.EncryptionKey.derive("p", b"salt"))


def open_badly(access):
    access.open_project(config=5)


def call(access):
    with access.open_project(config=uplink.Config(retry=uplink.Retry(attempts=1))) as project:
        project.put("bucket", "key", b"data", timeout=5)


def revoke(access):
    with access.open_project() as project:
        project.revoke_access(access, timeout=0)


def use_async(access):
    async def main():
        async with uplink.aio.open_project(access) as project:
            await project.get("bucket", "key", timeout=0)

    asyncio.run(main())


@pytest.mark.parametrize("use", [share_nothing, override_badly, open_badly, call, revoke, use_async])
def test_an_access_whose_use_fails(unreachable, use):
    with pytest.raises((errors.UplinkError, TypeError)) as caught:
        use(unreachable)
    check_hidden(caught.value, unreachable.serialize()[:60])


def test_a_refused_grant_is_not_in_the_doctors_report(grant, capsys):
    assert not doctor(Secret(grant[:-9]))
    assert grant[:60] not in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for module in (uplink, uplink.aio)
        for kind in map(vars(module).get, module.__all__)
        if inspect.isclass(kind) and not dataclasses.is_dataclass(kind) and not issubclass(kind, tuple)
    ],
)
def test_an_object_without_init_has_a_repr(kind):
    """A traceback shows the object if `__init__` raises."""
    assert kind.__name__ in repr(kind.__new__(kind))


# ---- Texts of errors ----


@pytest.mark.parametrize("beside", ["", "_", "0", "l", "O", "é", "/", " ", "abc", "z1", "1", "photos-"])
def test_secrets_in_texts_are_hidden(network, grant, beside):
    for secret in (grant, network.api_key):
        assert hide_secrets(f"a {beside}{secret}{beside} b {secret}") == f"a {beside}<hidden>{beside} b <hidden>"
        error = errors.ObjectNotFoundError("no such object", bucket="bucket", key=f"{beside}{secret}{beside}")
        assert secret not in str(error) + repr(error)


def test_no_message_shows_a_value(access, grant):
    """Not even a part of it, since it may be a secret."""
    with access.open_project() as project:
        for bad in ("\0", "\ud800"):
            with pytest.raises(errors.MetadataInvalidError, match="value of 'note'") as caught:
                project.put("bucket", "key", b"", metadata={"note": f"{PASSPHRASE}{bad}"})
            check_hidden(caught.value, PASSPHRASE, locals_too=False)
        with pytest.raises(errors.InvalidArgumentError) as caught:
            project.list_objects("bucket", prefix=f"a{grant}/", cursor=grant)
        check_hidden(caught.value, grant, locals_too=False)
        listing = project.list_objects("bucket", cursor=grant)
        assert grant not in repr(listing)


@given(st.binary(max_size=100), st.text(BASE58, max_size=200))
def test_nothing_else_is_hidden(octets, digits):
    for key in (hashlib.sha256(octets).hexdigest(), f"1{digits}", hashlib.sha512(octets).hexdigest()):
        assert hide_secrets(key) == key


def test_long_texts_are_looked_through_in_time():
    start = time.monotonic()
    hide_secrets("1" * 4000)
    hide_secrets("1x" * 2000)
    hide_secrets("1x" * 1_000_000)
    assert time.monotonic() - start < 5
