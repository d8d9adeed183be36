"""Edge services: registered accesses, and links that HTTP clients open."""

from __future__ import annotations

import pickle
import shutil
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uplink
from uplink import Permission, SharePrefix, errors

KEY_ID = "jvw3fmzqyg2cvxm27qishw6y4qka"


@pytest.fixture
def local(network):
    return network.local


@pytest.fixture
def service(local):
    """The arguments that name the auth service of the local network."""
    return {"auth_service": local.auth_service, "certificate_pem": local.auth_certificate}


@pytest.fixture
def granted(access):
    return uplink.aio.Access.parse(access.serialize())


def fetch(url, **headers):
    """Return the status and the body of a response."""
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def curl(*arguments):
    """Return the body that curl gets."""
    return subprocess.run(["curl", "--silent", "--fail", *arguments], capture_output=True, check=True).stdout


async def test_an_access_is_registered(local, service, granted):
    credentials = await uplink.aio.edge.register(granted, **service)
    assert len(credentials.access_key_id) == 28
    assert credentials.endpoint.startswith("http")
    assert credentials.free_tier_expires is None
    assert credentials.secret_key
    assert credentials.secret_key not in repr(credentials)
    assert pickle.loads(pickle.dumps(credentials)) == credentials
    again = await granted.register(auth_service=local.auth_service, insecure=True)
    assert again.access_key_id != credentials.access_key_id
    text = local.auth_certificate.decode()
    assert await granted.register(auth_service=local.auth_service, certificate_pem=text, timeout=60)


async def test_a_link_is_opened_with_a_range(local, service, granted, project, bucket):
    data = bytes(range(256)) * 1000
    key = "2026/ü #?%+&.bin"
    await project.put(bucket, key, data)
    link = await uplink.aio.edge.share_url(
        granted, bucket, key, raw=True, base_url=local.link_sharing, timeout=60, **service
    )
    assert fetch(link) == (200, data)
    assert fetch(link, Range="bytes=1000-1999") == (206, data[1000:2000])
    assert fetch(link, Range="bytes=-10") == (206, data[-10:])
    assert fetch(link, Range=f"bytes={len(data)}-")[0] == 416
    if shutil.which("curl"):
        assert curl("--range", "70000-199999", link) == data[70000:200000]


async def test_a_link_reaches_only_what_it_is_for(local, service, granted, project, bucket):
    await project.put(bucket, "a/cat", b"meow")
    await project.put(bucket, "b/dog", b"woof")
    link = await uplink.aio.edge.share_url(granted, bucket, "a/cat", base_url=local.link_sharing, **service)
    assert b"4 bytes" in fetch(link)[1]
    assert fetch(link.replace("/s/", "/raw/")) == (200, b"meow")
    assert fetch(link.replace("/s/", "/raw/").replace("a/cat", "b/dog"))[0] == 403
    page = await uplink.aio.edge.share_url(granted, bucket, "a/", base_url=local.link_sharing, **service)
    assert b"cat" in fetch(page)[1]
    whole = await uplink.aio.edge.share_url(granted, bucket, base_url=local.link_sharing, **service)
    assert fetch(f"{whole}/b/")[0] == 200
    everything = await uplink.aio.edge.share_url(granted, base_url=local.link_sharing, **service)
    assert fetch(f"{everything}/{bucket}/a/cat?wrap=0") == (200, b"meow")


async def test_a_private_or_revoked_access_opens_no_link(local, service, granted, project, bucket):
    await project.put(bucket, "cat", b"meow")
    shared = granted.share(Permission.read_only(), SharePrefix(bucket, "cat"))

    def link(credentials):
        return uplink.edge.join_share_url(
            credentials.access_key_id, bucket, "cat", raw=True, base_url=local.link_sharing
        )

    assert fetch(link(await shared.register(**service)))[0] == 403
    public = link(await shared.register(public=True, **service))
    assert fetch(public) == (200, b"meow")
    await project.revoke_access(shared)
    assert fetch(public)[0] == 403


async def test_a_link_ends(local, service, granted, project, bucket):
    await project.put(bucket, "cat", b"meow")
    tomorrow = datetime.now(timezone.utc) + timedelta(days=1)
    link = await uplink.aio.edge.share_url(
        granted, bucket, "cat", raw=True, not_after=tomorrow, base_url=local.link_sharing, **service
    )
    assert fetch(link) == (200, b"meow")
    with pytest.raises(errors.InvalidArgumentError, match="not_after"):
        await uplink.aio.edge.share_url(granted, bucket, "cat", not_after=tomorrow - timedelta(days=2), **service)


async def test_each_failure_has_its_error(local, granted, own_network):
    with pytest.raises(errors.EdgeUntrustedError) as caught:
        await granted.register(auth_service=local.auth_service)
    assert not caught.value.retryable
    with pytest.raises(errors.EdgeRefusedError, match="another satellite"):
        await granted.register(auth_service=own_network.auth_service, certificate_pem=own_network.auth_certificate)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(errors.EdgeUnreachableError) as caught:
            await granted.register(auth_service=address)
        assert isinstance(caught.value, ConnectionError)
        assert caught.value.retryable
        bound.listen()  # the handshake never ends
        with pytest.raises(errors.DeadlineExceededError) as caught:
            await granted.register(auth_service=address, timeout=0.2)
        assert caught.value.outcome_unknown
    grant = granted.serialize()
    assert grant not in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"auth_service": "no-port"}, errors.InvalidArgumentError),
        ({"auth_service": "a\0b:1"}, errors.InvalidArgumentError),
        ({"auth_service": 7777}, TypeError),
        ({"auth_service": "a:1", "auth_region": "eu1"}, errors.InvalidArgumentError),
        ({"auth_region": "eu1.example/"}, errors.InvalidArgumentError),
        ({"auth_region": 1}, TypeError),
        ({"certificate_pem": "nothing"}, errors.InvalidArgumentError),
        ({"certificate_pem": b""}, errors.InvalidArgumentError),
        ({"certificate_pem": b"\0"}, errors.InvalidArgumentError),
        ({"certificate_pem": 1}, TypeError),
        ({"public": "yes"}, TypeError),
        ({"insecure": 1}, TypeError),
    ],
)
async def test_wrong_arguments_are_refused(granted, arguments, error):
    with pytest.raises(error):
        await granted.register(**arguments)


async def test_what_is_no_access_is_refused(granted):
    for function in (uplink.aio.edge.register, uplink.aio.edge.share_url):
        with pytest.raises(TypeError):
            await function(granted.serialize())
    with pytest.raises(errors.InvalidArgumentError, match="bucket"):
        await uplink.aio.edge.share_url(granted, key="cat")
    with pytest.raises(errors.InvalidArgumentError):
        await uplink.aio.edge.share_url(granted, "photos", "2026/", raw=True)


def test_links_are_joined():
    join = uplink.edge.join_share_url
    assert join(KEY_ID) == f"https://link.storjshare.io/s/{KEY_ID}"
    assert join(KEY_ID, "photos", auth_region="eu1") == f"https://link.eu1.storjshare.io/s/{KEY_ID}/photos"
    base = "https://link.example/under/"
    assert join(KEY_ID, "photos", "a b/", base_url=base) == f"https://link.example/under/s/{KEY_ID}/photos/a%20b/"
    assert join(KEY_ID, "photos", "a", raw=True) == f"https://link.storjshare.io/raw/{KEY_ID}/photos/a"


@pytest.mark.parametrize(
    ("arguments", "options", "error"),
    [
        (("",), {}, errors.InvalidArgumentError),
        ((KEY_ID, "", "cat"), {}, errors.InvalidArgumentError),
        ((KEY_ID, "photos"), {"raw": True}, errors.InvalidArgumentError),
        ((KEY_ID, "photos", "2026/"), {"raw": True}, errors.InvalidArgumentError),
        ((KEY_ID,), {"base_url": "link.example"}, errors.InvalidArgumentError),
        ((KEY_ID,), {"base_url": "https://%zz"}, errors.InvalidArgumentError),
        ((KEY_ID,), {"base_url": 1}, TypeError),
        ((KEY_ID,), {"raw": 1}, TypeError),
        ((KEY_ID, 1), {}, TypeError),
        ((KEY_ID, "photos", 1), {}, TypeError),
        ((b"id",), {}, TypeError),
        ((KEY_ID * 5,), {}, errors.InvalidArgumentError),
    ],
)
def test_wrong_links_are_refused(arguments, options, error):
    with pytest.raises(error):
        uplink.edge.join_share_url(*arguments, **options)


@given(st.binary(min_size=1))
def test_any_key_is_in_its_link(key):
    link = uplink.edge.join_share_url(KEY_ID, "photos", key.decode("utf-8", "surrogateescape"))
    parsed = urllib.parse.urlsplit(link)
    assert (parsed.query, parsed.fragment) == ("", "")
    assert urllib.parse.unquote_to_bytes(parsed.path) == f"/s/{KEY_ID}/photos/".encode() + key
