"""`get_ranges`, and `get` into memory of the caller."""

from __future__ import annotations

import array
import mmap
import random
import secrets
import time
from concurrent.futures import ThreadPoolExecutor

import hypothesis
import pytest
from hypothesis import strategies as st

import uplink
from uplink import errors
from uplink._calls import ranges as calls

DATA = secrets.token_bytes(300_000)
# Beyond this size, `get` uses several downloads at the same time.
LARGE = 33 * 1024 * 1024 + 5


@pytest.fixture
async def stored(project, bucket):
    await project.put(bucket, "key", DATA)
    return bucket


def sliced(data, offset, length):
    """Return a range as slices give it."""
    start = max(len(data) + offset, 0) if offset < 0 else offset
    return data[start:] if length is None else data[start : start + length]


RANGES = [
    [],
    [(0, 0)],
    [(0, 1)],
    [(0, None)],
    [(-5, None), (-5, 2), (-(10**9), 3)],
    [(len(DATA), None), (len(DATA), 10), (len(DATA) - 1, 10)],
    [(5, 10), (7, 2), (0, 100), (5, 10)],
    [(200_000, 70_000), (100, 66_000), (0, 3), [1, 2]],
    [(0, 2**70)],
]


@pytest.mark.parametrize("max_gap", [0, 1000, 2**70])
async def test_ranges_are_slices(project, stored, max_gap):
    for ranges in RANGES:
        got = await project.get_ranges(stored, "key", ranges, max_gap=max_gap)
        assert got == [sliced(DATA, *item) for item in ranges]
        assert all(type(item) is bytes for item in got)


async def test_ranges_of_an_inline_and_an_empty_object(project, bucket):
    await project.put(bucket, "inline", b"0123456789")
    assert await project.get_ranges(bucket, "inline", [(8, 9), (0, 1), (-3, 1)]) == [b"89", b"0", b"7"]
    await project.put(bucket, "empty", b"")
    assert await project.get_ranges(bucket, "empty", [(0, 1), (0, None), (-1, None)]) == [b"", b"", b""]


@pytest.mark.parametrize(
    ("ranges", "kind"),
    [
        ([(len(DATA) + 1, None)], errors.RangeInvalidError),
        ([(0, 1), (10**12, 1)], errors.RangeInvalidError),
        ([(2**63, 1)], errors.RangeInvalidError),
        ([(0, -1)], errors.RangeInvalidError),
        ([(0, 1, 2)], TypeError),
        ([5], TypeError),
        (["ab"], TypeError),
        ([("0", 1)], TypeError),
        ([(0, 1.5)], TypeError),
        (None, TypeError),
    ],
)
async def test_ranges_that_are_none(project, stored, ranges, kind):
    with pytest.raises(kind):
        await project.get_ranges(stored, "key", ranges)


async def test_arguments_are_checked_first(project, bucket):
    with pytest.raises(errors.InvalidArgumentError, match="max_gap"):
        await project.get_ranges(bucket, "no such key", [(0, 1)], max_gap=-1)
    with pytest.raises(TypeError, match="progress"):
        await project.get_ranges(bucket, "no such key", [(0, 1)], progress=1)
    with pytest.raises(errors.RangeInvalidError, match="length is -1"):
        await project.get_ranges(bucket, "no such key", [(0, -1)])
    with pytest.raises(errors.ObjectNotFoundError):
        await project.get_ranges(bucket, "no such key", [(0, 1)])


async def test_numbers_of_other_types(project, stored):
    class Number:
        def __index__(self):
            return 3

    assert await project.get_ranges(stored, "key", iter([(Number(), Number())]), max_gap=Number()) == [DATA[3:6]]


async def test_ranges_of_a_version(project, bucket):
    await project.set_bucket_versioning(bucket, True)
    old = await project.put(bucket, "key", b"old and longer")
    await project.put(bucket, "key", b"new")
    assert await project.get_ranges(bucket, "key", [(0, None)], version=old.version) == [b"old and longer"]
    assert await project.get_ranges(bucket, "key", [(0, None)]) == [b"new"]


async def test_progress_of_ranges(project, stored):
    seen = []
    await project.get_ranges(
        stored, "key", [(0, 10), (50, 10), (250_000, 10)], max_gap=100, progress=lambda *counts: seen.append(counts)
    )
    assert seen[-1] == (70, 70, 70)


async def test_many_ranges(project, stored):
    ranges = [(random.randrange(len(DATA) - 100), random.randrange(100)) for _ in range(10_000)]
    before = time.monotonic()
    got = await project.get_ranges(stored, "key", ranges)
    many = time.monotonic() - before
    assert got == [sliced(DATA, *item) for item in ranges]
    before = time.monotonic()
    for offset, length in ranges[:20]:
        await project.get(stored, "key", offset=offset, length=length)
    # Ten times as fast as one after the other.
    assert many < (time.monotonic() - before) * len(ranges) / 20 / 10


async def test_ranges_that_lie_together_take_one_request(project, stored):
    ranges = [(number * 100, 10) for number in range(1000)]
    before = project.stats().requests
    assert await project.get_ranges(stored, "key", ranges) == [sliced(DATA, *item) for item in ranges]
    assert project.stats().requests - before == 1
    # A range that ends after the object, or counts from its end, takes its record, too.
    ranges += [(len(DATA) - 5, 10), (-3, 2)]
    assert await project.get_ranges(stored, "key", ranges) == [sliced(DATA, *item) for item in ranges]


async def test_ranges_far_apart_are_downloaded_at_the_same_time(storj_faults, project, stored):
    ranges = [(number * 10_000, 100) for number in range(24)]
    with storj_faults.call("Download", times=None, delay=0.1):
        before = time.monotonic()
        got = await project.get_ranges(stored, "key", ranges, max_gap=0)
        # One after the other, they would take 2.4 s.
        assert time.monotonic() - before < 2
    assert got == [sliced(DATA, *item) for item in ranges]


async def test_an_object_that_is_replaced_meanwhile(storj_faults, storj_access, project, stored):
    fault = storj_faults.call("DownloadObject", delay=0.5)

    def replace():
        while not fault.hits():
            time.sleep(0.01)
        with storj_access.open_project() as other:
            other.put(stored, "key", DATA[::-1])

    with ThreadPoolExecutor() as threads:
        replaced = threads.submit(replace)
        got = await project.get_ranges(stored, "key", [(0, 5), (100_000, 5)], max_gap=0)
        replaced.result()
    assert got in ([DATA[:5], DATA[100_000:100_005]], [DATA[::-1][:5], DATA[::-1][100_000:100_005]])


async def test_another_object_than_the_expected_one(project, stored):
    item = await project.stat_object(stored, "key")
    for size in (len(DATA), 10):
        await project.put(stored, "key", DATA[::-1][:size])
        call = calls.get_ranges(project._handle(), stored, "key", item, None, [(0, 5), (100_000, 5)], 0, None)
        with pytest.raises(errors.ObjectChangedError) as caught:
            await project._run(call, None)
        assert caught.value._unchanged


@pytest.mark.parametrize("fault", [{"down": True}, {"corrupting": True}, {"frozen": True}])
async def test_ranges_when_nodes_fail(storj_faults, project, stored, fault):
    with storj_faults.nodes(0, 1, **fault):
        got = await project.get_ranges(stored, "key", [(0, 5), (100_000, 70_000)], max_gap=0)
    assert got == [DATA[:5], DATA[100_000:170_000]]


async def test_ranges_in_time(storj_faults, project, stored):
    with storj_faults.nodes(frozen=True):
        before = time.monotonic()
        with pytest.raises(errors.DeadlineExceededError):
            await project.get_ranges(stored, "key", [(0, 5), (100_000, 70_000)], max_gap=0, timeout=0.3)
        assert time.monotonic() - before < 5


@hypothesis.settings(max_examples=15)
@hypothesis.given(data=st.data())
async def test_any_ranges(project, stored, data):
    offsets = st.integers(-len(DATA) - 5, len(DATA))
    lengths = st.none() | st.integers(0, 200) | st.integers(0, 2 * len(DATA))
    ranges = data.draw(st.lists(st.tuples(offsets, lengths), max_size=20))
    max_gap = data.draw(st.sampled_from([0, 10, 10_000, 10**9]))
    assert await project.get_ranges(stored, "key", ranges, max_gap=max_gap) == [sliced(DATA, *r) for r in ranges]


def buffers(size):
    return [bytearray(size), memoryview(bytearray(size)), array.array("B", bytes(size)), mmap.mmap(-1, size)]


async def test_get_into_a_buffer(project, bucket):
    for size in (0, 1, 4096, 4097, len(DATA)):
        await project.put(bucket, f"key {size}", DATA[:size])
        for into in buffers(len(DATA) + 10):
            assert await project.get(bucket, f"key {size}", into=into) == size
            assert bytes(into) == DATA[:size] + bytes(len(DATA) + 10 - size)


@pytest.mark.parametrize(("offset", "length"), [(0, 3), (100, None), (-5, None), (-280_000, 270_000), (3, 280_000)])
async def test_get_a_range_into_a_buffer(project, stored, offset, length):
    expected = sliced(DATA, offset, length)
    into = bytearray(len(expected))
    assert await project.get(stored, "key", offset=offset, length=length, into=into) == len(expected)
    assert into == expected
    into.append(0)  # it is not lent any more


@pytest.mark.parametrize("length", [10, 290_000])
async def test_a_buffer_that_is_too_small(project, stored, length):
    into = bytearray(length - 1)
    with pytest.raises(errors.InvalidArgumentError, match=f"has {length} bytes, and into has room for {length - 1}"):
        await project.get(stored, "key", length=length, into=into)
    assert into == bytes(length - 1)


@pytest.mark.parametrize("into", [b"bytes", "text", 5, memoryview(bytearray(10))[::2]])
async def test_what_is_no_buffer(project, stored, into):
    with pytest.raises(TypeError, match="into takes"):
        await project.get(stored, "key", into=into)


@pytest.fixture(scope="module")
def large():
    return random.Random(1).randbytes(LARGE)


async def test_a_large_object_in_parallel(project, bucket, large):
    await project.put(bucket, "large", large)
    assert await project.get(bucket, "large") == large
    into = bytearray(LARGE)
    assert await project.get(bucket, "large", into=into) == LARGE
    assert into == large
    async with project.download_object(bucket, "large", offset=7) as download:
        assert await download.read(3) == large[7:10]
        assert await download.read() == large[10:]
        assert await download.read() == b""
        assert download.tell() == LARGE - 7


async def test_a_large_object_when_nodes_fail(storj_faults, project, bucket, large):
    await project.put(bucket, "large", large)
    with storj_faults.call("Download", cut_after=3_000_000, times=None):
        assert await project.get(bucket, "large") == large
    with storj_faults.nodes(0, 1, corrupting=True):
        assert await project.get(bucket, "large") == large
    with storj_faults.nodes(down=True), pytest.raises(errors.NodesUnavailableError):
        await project.get(bucket, "large")
    assert await project.get(bucket, "large") == large


async def test_a_large_object_that_is_replaced_meanwhile(storj_faults, project, bucket, large):
    await project.put(bucket, "large", large)
    async with project.download_object(bucket, "large") as download:
        await project.put(bucket, "large", large[::-1])
        with pytest.raises(errors.ObjectChangedError):
            await download.read()


async def test_cancelled_reads_of_a_large_object(project, bucket, large):
    await project.put(bucket, "large", large)
    for _ in range(10):
        into = bytearray(LARGE)
        try:
            await project.get(bucket, "large", into=into, timeout=random.uniform(0, 0.2))
        except errors.DeadlineExceededError:
            pass
        else:
            assert into == large
        into.append(0)  # it is not lent any more
    assert uplink.detached_calls() < 100
