# Generated from tests/aio/test_outages.py by tools/generate_sync.py; change that instead.
"""If the network fails, a call raises a typed error in bounded time, and frees what it used."""

from __future__ import annotations

import secrets
import time

import pytest

import uplink
from uplink import errors

SIZE = 20_000_000
NETWORK_ERRORS = (errors.ConnectionFailedError, errors.NodesUnavailableError, errors.DeadlineExceededError)


@pytest.fixture
def doomed(own_network):
    """A project with a bucket and an object, on a network that the test may break."""
    with uplink.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        project.ensure_bucket("bucket")
        project.put("bucket", "key", secrets.token_bytes(SIZE))
        yield project


def test_the_network_is_gone_during_a_download(own_network, doomed):
    download = doomed.download_object("bucket", "key")
    download.read(1000)
    own_network.kill()
    with pytest.raises(NETWORK_ERRORS) as caught:
        download.read(timeout=30)
    assert caught.value.retryable
    with pytest.raises(errors.StreamFailedError):
        download.read(1)
    download.close()


def test_the_network_is_gone_during_an_upload(own_network, doomed):
    upload = doomed.upload_object("bucket", "new")
    upload.write(secrets.token_bytes(1_000_000))
    own_network.kill()
    with pytest.raises(NETWORK_ERRORS):
        for _ in range(100):
            upload.write(secrets.token_bytes(1_000_000), timeout=30)
        upload.commit(timeout=30)
    with pytest.raises(errors.StreamFailedError):
        upload.commit()
    upload.abort()


def test_the_network_is_gone_between_calls(own_network, doomed):
    own_network.kill()
    with pytest.raises(errors.ConnectionFailedError):
        doomed.stat_object("bucket", "key")
    with pytest.raises(errors.ConnectionFailedError):
        [item for item in doomed.list_objects("bucket")]


def in_time(awaitable, error=errors.DeadlineExceededError):
    """Run what is to fail with a timeout of 0.2 s, and return the error."""
    start = time.monotonic()
    with pytest.raises(error) as caught:
        awaitable()
    # A loaded machine may be late; a call that does not stop would never come here.
    assert time.monotonic() - start < 2
    return caught.value


def test_timeouts_while_the_network_is_frozen(own_network, doomed):
    download = doomed.download_object("bucket", "key")
    upload = doomed.upload_object("bucket", "new")
    upload.write(secrets.token_bytes(1_000_000))
    small = doomed.upload_object("bucket", "small")
    small.write(b"data")
    own_network.pause()
    stat = in_time(lambda: doomed.stat_object("bucket", "key", timeout=0.2))
    assert (stat.bucket, stat.key, stat.outcome_unknown) == ("bucket", "key", False)
    in_time(lambda: doomed.get("bucket", "key", timeout=0.2))
    in_time(lambda: download.read(timeout=0.2))
    commit = in_time(lambda: upload.commit(timeout=0.2))
    assert commit.outcome_unknown
    commit = in_time(lambda: small.commit(timeout=0.2))
    assert commit.outcome_unknown
    put = in_time(lambda: doomed.put("bucket", "other", secrets.token_bytes(SIZE), timeout=0.2))
    assert isinstance(put, TimeoutError)
    listing = doomed.list_objects("bucket", timeout=0.2)
    in_time(lambda: next(listing))
    in_time(lambda: next(listing))
    own_network.resume()
    # The listing is not a stream: it goes on where it was.
    assert (next(listing)).key
    for stream in (download.read, upload.commit):
        with pytest.raises(errors.StreamFailedError):
            stream()
    download.close()
    doomed.stat_object("bucket", "key")


def test_leaving_while_the_network_is_frozen(own_network, doomed):
    start = time.monotonic()
    with pytest.raises(RuntimeError, match="never mind"):
        with doomed.upload_object("bucket", "new") as upload, doomed.download_object("bucket", "key") as download:
            upload.write(secrets.token_bytes(1_000_000))
            download.read(1)
            own_network.pause()
            start = time.monotonic()
            raise RuntimeError("never mind")
    assert time.monotonic() - start < 2
    own_network.resume()
    with pytest.raises(errors.ObjectNotFoundError):
        doomed.stat_object("bucket", "new")


def test_a_commit_whose_answer_is_lost_may_have_happened(own_network, doomed):
    for size in (10, 1_000_000):
        upload = doomed.upload_object("bucket", "new")
        upload.write(bytes(size))
        if size > 10:
            own_network.kill()
            with pytest.raises(NETWORK_ERRORS) as caught:
                upload.commit(timeout=30)
            assert caught.value.outcome_unknown
            with pytest.raises(errors.StreamFailedError) as again:
                upload.commit()
            assert again.value.outcome_unknown
        else:
            upload.commit()
