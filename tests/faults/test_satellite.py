"""A satellite that fails: correct bytes or a typed error, in bounded time."""

from __future__ import annotations

import contextlib
import secrets
import time
from datetime import datetime, timedelta, timezone

import pytest

import uplink
from uplink import errors

SIZE = 1_500_000
TIMEOUT = 15


@pytest.fixture
def once(storj_access):
    """A project without retries, so that every error is raised."""
    with storj_access.open_project(config=uplink.Config(retry=uplink.Retry(attempts=1))) as project:
        yield project


CLOCK = "; the clock of the satellite or of the storage nodes is wrong"


def test_the_satellite_is_down(storj_faults, bounded, stored, get, stat, put):
    with storj_faults.satellite(down=True), bounded(30):
        for call in (stat, put):
            with pytest.raises(errors.ConnectionFailedError) as caught:
                call()
            assert caught.value.retryable
    assert get() == stored


def test_the_satellite_comes_back_while_a_call_retries(storj_faults, bounded, stored, get):
    import threading

    fault = storj_faults.satellite(down=True)
    timer = threading.Timer(0.7, fault.undo)
    timer.start()
    # Dialling is retried for some seconds. A call whose connection broke while it was under way is not.
    with bounded(), contextlib.suppress(errors.ConnectionFailedError):
        assert get() == stored
    timer.join()
    assert get() == stored


def test_the_satellite_is_frozen(storj_faults, bounded, storj_project, storj_bucket, stored, get):
    with storj_faults.satellite(frozen=True), bounded(5):
        for call in (
            lambda: storj_project.stat_object(storj_bucket, "key", timeout=0.2),
            lambda: storj_project.get(storj_bucket, "key", timeout=0.2),
            lambda: storj_project.put(storj_bucket, "new", b"data", timeout=0.2),
            lambda: list(storj_project.list_objects(storj_bucket, timeout=0.2)),
        ):
            with pytest.raises(errors.DeadlineExceededError):
                call()
    assert get() == stored


def test_the_satellite_refuses(storj_faults, bounded, stored, get, stat, put):
    with storj_faults.satellite(refusing=True), bounded():
        for call in (get, stat, put):
            with pytest.raises(errors.ConnectionFailedError, match="failed on demand"):
                call()
    assert get() == stored


def test_the_satellite_is_slow(storj_faults, bounded, stored, get, stat):
    with storj_faults.satellite(delay=0.2), bounded():
        start = time.monotonic()
        stat()
        assert time.monotonic() - start >= 0.2
        assert get() == stored


def test_the_clock_of_the_satellite_is_an_hour_ahead(
    storj_faults, bounded, storj_project, storj_bucket, stored, get, put
):
    with storj_faults.satellite(skew=timedelta(hours=1)), bounded():
        assert get() == stored
        put()
        ahead = storj_project.stat_object(storj_bucket, "new").created - datetime.now(timezone.utc)
        assert timedelta(minutes=58) < ahead < timedelta(minutes=62)


def test_the_clock_of_the_satellite_is_days_behind(storj_faults, bounded, stored, get, put):
    with storj_faults.satellite(skew=timedelta(days=-2)), bounded():
        with pytest.raises(errors.NodesUnavailableError, match=CLOCK):
            get()
        with pytest.raises(errors.NodesUnavailableError):
            put()
    assert get() == stored


@pytest.mark.parametrize(
    ("code", "text", "error"),
    [
        ("ResourceExhausted", "Too Many Requests", errors.TooManyRequestsError),
        ("ResourceExhausted", "Exceeded Storage Limit", errors.StorageLimitExceededError),
        ("ResourceExhausted", "Exceeded Segments Limit", errors.SegmentsLimitExceededError),
        ("ResourceExhausted", "Exceeded Usage Limit", errors.BandwidthLimitExceededError),
        ("PermissionDenied", "no", errors.PermissionDeniedError),
        ("Unauthenticated", "who are you", errors.PermissionDeniedError),
        ("Unavailable", "later", errors.ConnectionFailedError),
        ("Internal", "oops", errors.InternalError),
        ("Unknown", "oops", errors.InternalError),
    ],
)
def test_errors_of_the_satellite_have_their_types(storj_faults, bounded, once, storj_bucket, stored, code, text, error):
    for name, call in {
        "BeginObject": lambda: once.put(storj_bucket, "new", b"data", timeout=TIMEOUT),
        "DownloadObject": lambda: once.get(storj_bucket, "key", timeout=TIMEOUT),
        "ListObjects": lambda: list(once.list_objects(storj_bucket, timeout=TIMEOUT)),
    }.items():
        with storj_faults.call(name, code=code, text=text), bounded(), pytest.raises(error) as caught:
            call()
        assert isinstance(caught.value, errors.UplinkError)
        call()


def test_the_second_page_of_a_listing_fails_once(storj_faults, storj_project):
    names = [f"test-{secrets.token_hex(8)}" for _ in range(2)]
    for name in names:
        storj_project.create_bucket(name)
    with storj_faults.call("ListBuckets", code="Internal"):
        listing = storj_project.list_buckets()
        with pytest.raises(errors.InternalError):
            next(listing)
        # The error does not end the listing, which continues at the same position.
        assert set(names) <= {bucket.name for bucket in listing}
    for name in names:
        storj_project.delete_bucket(name)


@pytest.mark.parametrize("name", ["GetObject", "DownloadObject"])
@pytest.mark.parametrize("after", [False, True], ids=["cut", "reply-lost"])
def test_a_reading_call_that_breaks_once_is_repeated(storj_faults, bounded, stored, get, stat, name, after):
    with storj_faults.call(name, cut_after=0, after=after), bounded():
        assert stat().size == len(stored)
        assert get() == stored


def test_a_reply_breaks_in_the_middle(storj_faults, bounded, stored, get):
    with storj_faults.call("DownloadObject", cut_after=500), bounded():
        assert get() == stored


def test_the_commit_is_refused(storj_faults, bounded, storj_project, storj_bucket, put):
    with storj_faults.call("CommitObject", code="Internal"), bounded(), pytest.raises(errors.InternalError):
        put()
    with pytest.raises(errors.ObjectNotFoundError):
        storj_project.stat_object(storj_bucket, "new")
    put()


@pytest.mark.parametrize("after", [False, True], ids=["cut", "reply-lost"])
def test_the_commit_breaks(storj_faults, bounded, storj_project, storj_bucket, put, after):
    with storj_faults.call("CommitObject", cut_after=0, after=after), bounded():
        with pytest.raises(errors.ConnectionFailedError) as caught:
            put()
        assert caught.value.retryable
    # If only the reply is lost, the commit took effect and the object is whole. Otherwise there is no object.
    assert [item.size for item in storj_project.list_objects(storj_bucket)] == ([SIZE] if after else [])
    put()


def test_the_third_call_fails(storj_faults, stat, stored):
    with storj_faults.call("GetObject", nth=3, code="PermissionDenied"):
        stat()
        stat()
        with pytest.raises(errors.PermissionDeniedError):
            stat()
        stat()


def test_a_shared_access_is_revoked_while_it_is_slow(storj_faults, storj_access, storj_project, storj_bucket, stored):
    shared = storj_access.share(uplink.Permission.read_only(), uplink.SharePrefix(storj_bucket))
    with storj_faults.satellite(delay=0.1), shared.open_project() as project:
        assert project.get(storj_bucket, "key", timeout=TIMEOUT) == stored
        storj_project.revoke_access(shared)
        with pytest.raises(errors.PermissionDeniedError):
            project.get(storj_bucket, "key", timeout=TIMEOUT)


def test_a_large_upload_that_cannot_begin_reports_the_reason(storj_faults, bounded, storj_project, put):
    # Go's library closes its buffers before it returns the error, so a writer may see either.
    with storj_faults.satellite(refusing=True), bounded():
        for _ in range(10):
            with pytest.raises(errors.ConnectionFailedError, match="failed on demand"):
                put()
    for _ in range(10):
        with pytest.raises(errors.BucketNotFoundError):
            storj_project.put("no-such-bucket", "key", bytes(SIZE), timeout=TIMEOUT)


@pytest.mark.parametrize(
    ("limit", "error"),
    [
        ({"storage": 1}, errors.StorageLimitExceededError),
        ({"segments": 1}, errors.SegmentsLimitExceededError),
        ({"bandwidth": 1}, errors.BandwidthLimitExceededError),
        ({"requests": 1}, errors.TooManyRequestsError),
        ({"metadata": 1}, errors.MetadataInvalidError),
    ],
)
def test_a_limit_of_the_project(own_network, limit, error):
    config = uplink.Config(retry=uplink.Retry(attempts=1))
    with uplink.Access.parse(own_network.access_grant).open_project(config=config) as project:
        project.ensure_bucket("bucket")
        project.put("bucket", "key", bytes(SIZE))
        project.get("bucket", "key")
        own_network.limit(**limit)
        with pytest.raises(error):
            for number in range(10):
                project.put("bucket", f"key {number}", bytes(SIZE), metadata={"key": "value"})
                project.get("bucket", "key")
