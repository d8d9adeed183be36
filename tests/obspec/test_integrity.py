"""Checksums that a store puts with its objects, and compares when it gets them."""

from __future__ import annotations

import copy
import hashlib
import pickle

import pytest
from tests.obspec.test_store import Awaited, Synchronous

from uplink import errors
from uplink.obspec import Store

DATA = bytes(range(256)) * 800


@pytest.fixture(params=[Synchronous, Awaited])
def calls(request, verifying):
    return request.param(verifying)


@pytest.fixture
def prefix():
    return ""


@pytest.fixture
def verifying(access, bucket):
    store = Store(access, bucket, checksum="sha256", verify=True)
    yield store
    store._twins.close()


@pytest.mark.parametrize("kind", ["buffer", "path", "pieces"])
async def test_put_stores_a_checksum_that_get_compares(calls, tmp_path, kind):
    (tmp_path / "file").write_bytes(DATA)
    await calls.put("key", {"buffer": DATA, "path": tmp_path / "file", "pieces": iter([DATA[:5], DATA[5:]])}[kind])
    result = await calls.get("key")
    assert result.attributes == {"sha256": hashlib.sha256(DATA).hexdigest()}
    assert await calls.read(result) == DATA
    assert b"".join(await calls.chunks(await calls.get("key"))) == DATA


async def test_a_wrong_checksum_or_none(calls, store):
    store.put("wrong", DATA, attributes={"sha256": 64 * "0"})
    store.put("none", DATA)
    with pytest.raises(errors.ChecksumMismatchError):
        await calls.read(await calls.get("wrong"))
    with pytest.raises(errors.ChecksumMissingError):
        await calls.get("none")
    assert store.get("wrong").buffer() == store.get("none").buffer() == DATA


async def test_ranges_are_not_verified(calls, store):
    store.put("none", DATA)
    assert await calls.get_range("none", start=1, end=3) == DATA[1:3]
    assert await calls.read(await calls.get("none", options={"range": (1, 3)})) == DATA[1:3]
    assert (await calls.get("none", options={"head": True})).meta["size"] == len(DATA)


def test_the_options_of_a_store(access, bucket, verifying):
    for twin in (pickle.loads(pickle.dumps(verifying)), copy.copy(verifying)):
        assert (twin.checksum, twin.verify) == ("sha256", True)
        assert twin == verifying
        assert twin != Store(access, bucket)
    with pytest.raises(errors.InvalidArgumentError, match="checksum is 'md5'"):
        Store(access, bucket, checksum="md5")
    with pytest.raises(TypeError, match="verify takes True or False"):
        Store(access, bucket, verify="yes")
