"""What is told under each fault that localnet has: the right bytes or a typed error, in bounded time.

That nothing native is left behind is checked after each test, as everywhere.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from datetime import datetime, timedelta, timezone

import pytest

import uplink
from uplink import _ffi, errors

SIZE = 1_500_000
# What a call may take that is given 15 s, on a loaded machine.
TIMEOUT, BOUND = 15, 20


@pytest.fixture
def stored(storj_project, storj_bucket):
    """An object in several pieces, stored before anything fails."""
    data = secrets.token_bytes(SIZE)
    storj_project.put(storj_bucket, "key", data)
    return data


@contextlib.contextmanager
def bounded(seconds=BOUND):
    start = time.monotonic()
    yield
    assert time.monotonic() - start < seconds


@pytest.fixture
def once(storj_access):
    """A project that tries each call only once, so that every error is told."""
    with storj_access.open_project(config=uplink.Config(retry=uplink.Retry(attempts=1))) as project:
        yield project


@pytest.fixture
def put(storj_project, storj_bucket):
    return lambda key="new", size=SIZE: storj_project.put(storj_bucket, key, secrets.token_bytes(size), timeout=TIMEOUT)


@pytest.fixture
def get(storj_project, storj_bucket):
    return lambda: storj_project.get(storj_bucket, "key", timeout=TIMEOUT)


@pytest.fixture
def stat(storj_project, storj_bucket):
    return lambda: storj_project.stat_object(storj_bucket, "key", timeout=TIMEOUT)


# ---- Nodes ----


@pytest.mark.parametrize(
    "fault",
    [{"down": True}, {"frozen": True}, {"refusing": True}, {"delay": 0.3}, {"losing": True}, {"full": True}],
    ids=lambda fault: next(iter(fault)),
)
def test_one_node_that_fails_is_not_noticed(storj_faults, storj_project, storj_bucket, stored, put, fault):
    with storj_faults.nodes(0, **fault), bounded():
        assert storj_project.get(storj_bucket, "key", timeout=TIMEOUT) == stored
        put()
    assert storj_project.stat_object(storj_bucket, "new").size == SIZE


def test_two_nodes_that_corrupt_are_found_out(storj_faults, stored, get):
    # Eight pieces are there, four are required: two wrong ones can be told from the others.
    for first in (0, 3, 6):
        with storj_faults.nodes(first, first + 1, corrupting=True), bounded():
            assert get() == stored


@pytest.mark.parametrize("fault", ["down", "refusing", "losing", "corrupting"])
def test_no_node_has_the_object(storj_faults, stored, get, stat, fault):
    with storj_faults.nodes(**{fault: True}), bounded():
        with pytest.raises(errors.NodesUnavailableError) as caught:
            get()
        assert caught.value.retryable
        assert str(caught.value).count("too few storage nodes answered") == 1
        assert stat().size == SIZE
    assert get() == stored


@pytest.mark.parametrize("fault", ["down", "refusing", "full"])
def test_no_node_takes_the_object(storj_faults, storj_project, storj_bucket, put, fault):
    with storj_faults.nodes(**{fault: True}), bounded():
        with pytest.raises(errors.NodesUnavailableError) as caught:
            put()
        assert caught.value.retryable
        assert put("small", 1000).size == 1000  # the satellite keeps it
    assert [item.key for item in storj_project.list_objects(storj_bucket)] == ["small"]


def test_all_nodes_are_frozen(storj_faults, storj_project, storj_bucket, stored, get):
    with storj_faults.nodes(frozen=True), bounded(5):
        with pytest.raises(errors.DeadlineExceededError):
            storj_project.get(storj_bucket, "key", timeout=0.3)
        with pytest.raises(errors.DeadlineExceededError) as caught:
            storj_project.put(storj_bucket, "new", stored, timeout=0.3)
        assert caught.value.outcome_unknown
    assert get() == stored


def test_nodes_that_are_slow_give_the_right_bytes(storj_faults, stored, get, put):
    with storj_faults.nodes(delay=0.02), bounded():
        assert get() == stored
        put()


CLOCK = "; the clock of the satellite or of the storage nodes is wrong"


@pytest.mark.parametrize("skew", [timedelta(days=2), timedelta(days=-2)])
def test_the_clocks_of_all_nodes_are_wrong(storj_faults, stored, get, put, skew):
    with storj_faults.nodes(skew=skew), bounded():
        with pytest.raises(errors.NodesUnavailableError, match=CLOCK):
            get()
        with pytest.raises(errors.NodesUnavailableError, match=CLOCK):
            put()
    assert get() == stored


def test_an_upload_without_nodes_says_what_they_said(storj_faults, put):
    refused = pytest.raises(errors.NodesUnavailableError, match=r"the last node that failed: .*out of space")
    with storj_faults.call("Upload", code="Unavailable", text="out of space", times=None), bounded(), refused:
        put()


def test_one_download_breaks(storj_faults, stored, get):
    with storj_faults.call("Download", cut_after=50_000), bounded():
        assert get() == stored


def test_every_download_breaks_at_once(storj_faults, stored, get):
    with storj_faults.call("Download", cut_after=0, times=None), bounded():
        with pytest.raises((errors.NodesUnavailableError, errors.ConnectionFailedError)) as caught:
            get()
        assert caught.value.retryable
    assert get() == stored


def test_reads_of_the_documented_interface_go_on_when_downloads_break(storj_faults, grant, storj_bucket, stored):
    ffi, lib = _ffi.current().ffi, _ffi.current().lib
    access = lib.uplink_parse_access(grant.encode())
    project = lib.uplink_open_project(access.access)
    data, memory = b"", ffi.new("char[]", 100_000)
    with storj_faults.call("Download", cut_after=150_000, times=None), bounded():
        download = lib.uplink_download_object(project.project, storj_bucket.encode(), b"key", ffi.NULL)
        while True:
            read = lib.uplink_download_read(download.download, memory, len(memory))
            data += ffi.buffer(memory, read.bytes_read)[:]
            code = read.error.code if read.error else None
            lib.uplink_free_read_result(read)
            if code is not None:
                break
    assert code == -1  # EOF
    assert data == stored
    lib.uplink_free_download_result(download)
    lib.uplink_free_project_result(project)
    lib.uplink_free_access_result(access)


def test_the_answer_of_one_upload_is_lost(storj_faults, storj_project, storj_bucket, put):
    with storj_faults.call("Upload", after=True, cut_after=0), bounded():
        put()
    assert len(storj_project.get(storj_bucket, "new")) == SIZE


# ---- The satellite ----


def test_the_satellite_is_down(storj_faults, stored, get, stat, put):
    with storj_faults.satellite(down=True), bounded(30):
        for call in (stat, put):
            with pytest.raises(errors.ConnectionFailedError) as caught:
                call()
            assert caught.value.retryable
    assert get() == stored


def test_the_satellite_comes_back_while_a_call_retries(storj_faults, stored, get):
    import threading

    fault = storj_faults.satellite(down=True)
    timer = threading.Timer(0.7, fault.undo)
    timer.start()
    # Dialling is tried again for some seconds, but not a call whose connection broke while it was under way.
    with bounded(), contextlib.suppress(errors.ConnectionFailedError):
        assert get() == stored
    timer.join()
    assert get() == stored


def test_the_satellite_is_frozen(storj_faults, storj_project, storj_bucket, stored, get):
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


def test_the_satellite_refuses(storj_faults, stored, get, stat, put):
    with storj_faults.satellite(refusing=True), bounded():
        for call in (get, stat, put):
            with pytest.raises(errors.ConnectionFailedError, match="failed on demand"):
                call()
    assert get() == stored


def test_the_satellite_is_slow(storj_faults, stored, get, stat):
    with storj_faults.satellite(delay=0.2), bounded():
        start = time.monotonic()
        stat()
        assert time.monotonic() - start >= 0.2
        assert get() == stored


def test_the_clock_of_the_satellite_is_an_hour_ahead(storj_faults, storj_project, storj_bucket, stored, get, put):
    with storj_faults.satellite(skew=timedelta(hours=1)), bounded():
        assert get() == stored
        put()
        ahead = storj_project.stat_object(storj_bucket, "new").created - datetime.now(timezone.utc)
        assert timedelta(minutes=58) < ahead < timedelta(minutes=62)


def test_the_clock_of_the_satellite_is_days_behind(storj_faults, stored, get, put):
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
def test_errors_of_the_satellite_have_their_types(storj_faults, once, storj_bucket, stored, code, text, error):
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
        # It is not ended by that: it goes on where it was.
        assert set(names) <= {bucket.name for bucket in listing}
    for name in names:
        storj_project.delete_bucket(name)


@pytest.mark.parametrize("name", ["GetObject", "DownloadObject"])
@pytest.mark.parametrize("after", [False, True], ids=["cut", "answer-lost"])
def test_a_reading_call_that_breaks_once_is_repeated(storj_faults, stored, get, stat, name, after):
    with storj_faults.call(name, cut_after=0, after=after), bounded():
        assert stat().size == SIZE
        assert get() == stored


def test_an_answer_breaks_in_the_middle(storj_faults, stored, get):
    with storj_faults.call("DownloadObject", cut_after=500), bounded():
        assert get() == stored


def test_the_commit_is_refused(storj_faults, storj_project, storj_bucket, put):
    with storj_faults.call("CommitObject", code="Internal"), bounded(), pytest.raises(errors.InternalError):
        put()
    with pytest.raises(errors.ObjectNotFoundError):
        storj_project.stat_object(storj_bucket, "new")
    put()


@pytest.mark.parametrize("after", [False, True], ids=["cut", "answer-lost"])
def test_the_commit_breaks(storj_faults, storj_project, storj_bucket, put, after):
    with storj_faults.call("CommitObject", cut_after=0, after=after), bounded():
        with pytest.raises(errors.ConnectionFailedError) as caught:
            put()
        assert caught.value.retryable
    # With its answer lost it has happened, and the object is whole; otherwise there is none.
    assert [item.size for item in storj_project.list_objects(storj_bucket)] == ([SIZE] if after else [])
    put()


def test_the_third_call_fails(storj_faults, stat, stored):
    with storj_faults.call("GetObject", nth=3, code="PermissionDenied"):
        stat()
        stat()
        with pytest.raises(errors.PermissionDeniedError):
            stat()
        stat()


# ---- Links ----


def test_a_small_call_takes_one_round_trip(storj_faults, stat, stored):
    def fastest():
        times = []
        for _ in range(5):
            start = time.monotonic()
            stat()
            times.append(time.monotonic() - start)
        return min(times)

    stat()
    near = fastest()
    with storj_faults.links(rtt=0.1):
        far = fastest()
    assert 0.085 < far - near < 0.115


def test_far_away_the_bytes_are_right(storj_faults, stored, get, put):
    with storj_faults.wide_area(), bounded():
        assert get() == stored
        put()


def test_one_connection_has_the_bandwidth_that_is_set(storj_faults, storj_access, storj_bucket, stored):
    # Each piece is a quarter of the object, and comes through a connection of its own.
    mbit = 4
    with storj_faults.links(mbit=mbit), storj_access.open_project() as project:
        start = time.monotonic()
        assert project.get(storj_bucket, "key", timeout=TIMEOUT) == stored
        took = time.monotonic() - start
    expected = SIZE / 4 * 8 / 1e6 / mbit
    assert expected * 0.85 < took < expected * 1.4  # with handshakes


def test_every_connection_breaks(storj_faults, stored, get, put, stat):
    with storj_faults.links(*range(10), cut_after=5_000), bounded():
        for call in (get, put):
            with pytest.raises((errors.NodesUnavailableError, errors.ConnectionFailedError)):
                call()
        assert stat().size == SIZE
    assert get() == stored


@pytest.mark.parametrize("after", [False, True])
def test_the_connection_to_the_satellite_breaks_in_the_middle_of_an_upload(
    storj_faults, storj_project, storj_bucket, after
):
    data = secrets.token_bytes(1000) * 70_000  # two segments
    with storj_faults.call("BeginSegment", nth=2, cut_after=0, after=after) as fault, bounded(30):
        storj_project.put(storj_bucket, "key", data)
        assert fault.hits()
    assert storj_project.get(storj_bucket, "key") == data


def test_connections_to_the_satellite_break_at_once(storj_faults, stored, get, stat):
    with storj_faults.links("satellite", cut_after=0), bounded(), pytest.raises(errors.ConnectionFailedError):
        stat()
    assert get() == stored


def test_streams_end_when_their_nodes_go(storj_faults, storj_project, storj_bucket, stored):
    with storj_project.download_object(storj_bucket, "key") as download:
        assert download.read(1000) == stored[:1000]
    upload = storj_project.upload_object(storj_bucket, "new")
    with storj_faults.nodes(down=True), bounded():
        with pytest.raises(errors.UplinkError) as caught:
            upload.write(stored, timeout=TIMEOUT)
            upload.commit(timeout=TIMEOUT)
        assert isinstance(caught.value, (errors.NodesUnavailableError, errors.ConnectionFailedError))
    upload.abort()
    with pytest.raises(errors.ObjectNotFoundError):
        storj_project.stat_object(storj_bucket, "new")


def test_a_shared_access_is_revoked_while_it_is_slow(storj_faults, storj_access, storj_project, storj_bucket, stored):
    shared = storj_access.share(uplink.Permission.read_only(), uplink.SharePrefix(storj_bucket))
    with storj_faults.satellite(delay=0.1), shared.open_project() as project:
        assert project.get(storj_bucket, "key", timeout=TIMEOUT) == stored
        storj_project.revoke_access(shared)
        with pytest.raises(errors.PermissionDeniedError):
            project.get(storj_bucket, "key", timeout=TIMEOUT)


def test_a_large_upload_that_cannot_begin_says_why(storj_faults, storj_project, put):
    # Go's library closes its buffers before it tells why; a writer may see the one or the other.
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
