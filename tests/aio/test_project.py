from __future__ import annotations

import array
import asyncio
import io
import mmap
import os
import pathlib
import pickle
import secrets
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest

import uplink
from uplink import errors

# Nothing, inline, the last inline size and the first remote one, a full block, several blocks, several megabytes.
SIZES = [0, 1, 4096, 4097, 29 * 256, 100_000, 5_000_000]


@pytest.mark.parametrize("size", SIZES)
async def test_put_and_get_of_every_size(project, bucket, size):
    data = secrets.token_bytes(size)
    item = await project.put(bucket, "a key", data)
    assert item.size == size
    assert await project.get(bucket, "a key") == data


async def test_several_segments(project, bucket):
    data = secrets.token_bytes(1024 * 1024) * 70
    await project.put(bucket, "large", data)
    assert await project.get(bucket, "large") == data
    border = 64 * 1024 * 1024
    assert await project.get(bucket, "large", offset=border - 5, length=10) == data[border - 5 : border + 5]


async def test_put_returns_the_record_that_stat_gives(project, bucket):
    expires = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=1)
    before = datetime.now(timezone.utc) - timedelta(seconds=2)
    item = await project.put(bucket, "key", b"data", metadata={"ä": "ö", "empty": ""}, expires=expires)
    assert item == await project.stat_object(bucket, "key")
    assert item.key == "key"
    assert item.size == 4
    assert item.metadata == {"ä": "ö", "empty": ""}
    assert item.expires == expires
    assert item.created is not None
    assert before <= item.created <= datetime.now(timezone.utc) + timedelta(seconds=2)


def buffers():
    data = bytes(range(256)) * 1000
    mapped = mmap.mmap(-1, len(data))
    mapped[:] = data
    return {
        "bytes": (data, data),
        "bytearray": (bytearray(data), data),
        "memoryview": (memoryview(data)[100:200_000], data[100:200_000]),
        "array": (array.array("I", data), data),
        "mmap": (mapped, data),
        "file": (io.BytesIO(data), data),
        "iterable": ([data[:10], bytearray(data[10:300]), memoryview(data)[300:]], data),
        "generator": ((data[i : i + 1000] for i in range(0, len(data), 1000)), data),
        "nothing": (iter(()), b""),
    }


@pytest.mark.parametrize("kind", list(buffers()))
async def test_put_takes(project, bucket, kind):
    source, data = buffers()[kind]
    await project.put(bucket, kind, source)
    assert await project.get(bucket, kind) == data


async def test_put_takes_a_path(project, bucket, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(secrets.token_bytes(3_000_000))
    await project.put(bucket, "path", path)
    assert await project.get(bucket, "path") == path.read_bytes()


async def test_put_takes_an_asynchronous_generator(project, bucket):
    async def pieces():
        for piece in (b"one, ", b"two, ", b"three"):
            yield piece

    await project.put(bucket, "pieces", pieces())
    assert await project.get(bucket, "pieces") == b"one, two, three"


@pytest.mark.parametrize("source", ["text", 42, None, ["text"], [1, 2]])
async def test_put_refuses(project, bucket, source):
    with pytest.raises(TypeError):
        await project.put(bucket, "key", source)
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, "key")


async def test_a_source_that_fails_leaves_nothing(project, bucket, tmp_path):
    async def broken():
        yield secrets.token_bytes(1_000_000)
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError, match="the source broke"):
        await project.put(bucket, "key", broken())
    with pytest.raises(errors.ObjectNotFoundError):
        await project.get(bucket, "key")
    with pytest.raises(FileNotFoundError):
        await project.put(bucket, "key", pathlib.Path(tmp_path / "not there"))


RANGES = [
    (0, None),
    (0, 0),
    (0, 1),
    (3, 4),
    (9999, 1),
    (9990, 100),
    (10_000, None),
    (-1, None),
    (-10, 4),
    (-10_000, None),
]


@pytest.mark.parametrize(("offset", "length"), RANGES)
async def test_get_of_a_range(project, bucket, offset, length):
    data = secrets.token_bytes(10_000)
    await project.put(bucket, "key", data)
    end = None if length is None else (len(data) + offset if offset < 0 else offset) + length
    assert await project.get(bucket, "key", offset=offset, length=length) == data[offset:end]


@pytest.mark.parametrize(("offset", "length"), [(11, None), (11, 5), (10_000, 1), (0, -1), (5, -5)])
async def test_a_range_that_is_none(project, bucket, offset, length):
    await project.put(bucket, "key", b"0123456789")
    with pytest.raises(errors.RangeInvalidError) as caught:
        await project.get(bucket, "key", offset=offset, length=length)
    assert isinstance(caught.value, ValueError)


async def test_a_mapping_is_a_buffer_and_no_file(project, bucket):
    mapped = mmap.mmap(-1, 10)
    mapped[:] = b"0123456789"
    mapped.read(3)
    await project.put(bucket, "key", mapped)
    assert await project.get(bucket, "key") == b"0123456789"


async def test_a_file_that_has_nothing_yet_is_not_at_its_end(project, bucket):
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.write(writer, b"part 1")
    with os.fdopen(reader, "rb", buffering=0) as file:
        with pytest.raises(BlockingIOError):
            await project.put(bucket, "key", file)
        os.close(writer)
    with pytest.raises(errors.ObjectNotFoundError):
        await project.get(bucket, "key")


@pytest.mark.skipif(not pathlib.Path("/proc/self/fd").exists(), reason="needs /proc")
async def test_a_failed_put_closes_its_file(project, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(bytes(3_000_000))
    with pytest.raises(errors.BucketNotFoundError):
        await project.put("no-such-bucket-here", "key", path)
    targets = {pathlib.Path(f"/proc/self/fd/{number}").resolve() for number in range(256)}
    assert path not in targets


async def test_arguments_that_fit_nothing(project, bucket):
    await project.put(bucket, "key", b"data")
    with pytest.raises(errors.ObjectKeyInvalidError, match="surrogate"):
        await project.get(bucket, "\ud800")
    with pytest.raises(errors.BucketNameInvalidError, match="surrogate"):
        await project.get("\ud800", "key")
    with pytest.raises(errors.RangeInvalidError):
        await project.get(bucket, "key", offset=2**70)
    assert await project.get(bucket, "key", length=2**70) == b"data"
    with pytest.raises(TypeError, match="offset takes a whole number, not str"):
        await project.get(bucket, "key", offset="1")
    with pytest.raises(TypeError, match="length takes a whole number, not float"):
        await project.download_object(bucket, "key", length=1.5)
    with pytest.raises(TypeError, match="revoke_access takes an Access, not str"):
        await project.revoke_access("a grant")
    with pytest.raises(TypeError, match="mapping"):
        await project.put(bucket, "key", b"data", metadata=[("a", "b")])
    for config in ("a user agent", {}):
        with pytest.raises(TypeError, match="config takes a Config"):
            await uplink.aio.open_project(project.access, config=config)
    for argument in ("prefix", "cursor"):
        with pytest.raises(TypeError, match=f"{argument} takes a str, not int"):
            project.list_objects(bucket, **{argument: 1})
    with pytest.raises(TypeError, match="cursor takes a str, not int"):
        project.list_buckets(cursor=1)
    for metadata in ([], "", 0):
        with pytest.raises(TypeError, match="mapping"):
            await project.put(bucket, "key", b"data", metadata=metadata)
        with pytest.raises(TypeError, match="mapping"):
            await project.upload_object(bucket, "key", metadata=metadata)


async def test_flags_are_true_or_false(project, bucket):
    await project.put(bucket, "key", b"data")
    with pytest.raises(TypeError, match="with_objects takes True or False, not str"):
        await project.delete_bucket(bucket, with_objects="no")
    for argument in ("recursive", "system", "custom"):
        with pytest.raises(TypeError, match=f"{argument} takes True or False, not int"):
            project.list_objects(bucket, **{argument: 1})
    assert await project.get(bucket, "key") == b"data"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({b"one", b"two"}, "iterable of buffers, not set"),
        ({b"key": b"value"}, "iterable of buffers, not dict"),
        ({}, "iterable of buffers, not dict"),
        ([b"one", 2], "an object takes a buffer, such as bytes, not int"),
        (["text"], "an object takes bytes, not str"),
        ([memoryview(b"one two")[::2]], "contiguous buffer"),
    ],
)
async def test_put_refuses_what_has_no_bytes_or_no_order(project, bucket, data, message):
    with pytest.raises(TypeError, match=message):
        await project.put(bucket, "key", data)
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, "key")


async def test_put_takes_a_download(project, bucket):
    data = secrets.token_bytes(3_000_000)
    await project.put(bucket, "key", data)
    async with project.download_object(bucket, "key") as download:
        await project.put(bucket, "copy", download)
    assert await project.get(bucket, "copy") == data


async def test_overwriting(project, bucket):
    await project.put(bucket, "key", b"old", metadata={"old": "yes"})
    await project.put(bucket, "key", b"new")
    assert await project.get(bucket, "key") == b"new"
    assert (await project.stat_object(bucket, "key")).metadata == {}


async def test_deleting(project, bucket):
    item = await project.put(bucket, "key", b"data")
    assert await project.delete_object(bucket, "key") == item
    assert await project.delete_object(bucket, "key") is None
    with pytest.raises(errors.ObjectNotFoundError) as caught:
        await project.stat_object(bucket, "key")
    error = caught.value
    assert isinstance(error, FileNotFoundError)
    assert (error.bucket, error.key, error.code) == (bucket, "key", 0x21)
    assert error.filename == f"{bucket}/key"


async def test_updating_metadata(project, bucket):
    await project.put(bucket, "key", b"data", metadata={"a": "1", "b": "2"})
    await project.update_object_metadata(bucket, "key", {"c": "3"})
    assert (await project.stat_object(bucket, "key")).metadata == {"c": "3"}
    with pytest.raises(errors.ObjectNotFoundError):
        await project.update_object_metadata(bucket, "other", {"c": "3"})


@pytest.mark.parametrize("metadata", [{"": "x"}, {"a\0": "x"}, {"a": "x\0"}, {"a": "\ud800"}, {"a": "x" * 2**21}])
async def test_metadata_that_is_not_valid(project, bucket, metadata):
    with pytest.raises(errors.MetadataInvalidError):
        await project.put(bucket, "key", b"data", metadata=metadata)
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, "key")


async def test_metadata_that_is_not_valid_waits_for_no_room(access, bucket):
    async with (
        uplink.aio.open_project(access, config=uplink.Config(max_connections=1)) as project,
        project.upload_object(bucket, "key") as upload,
    ):
        await upload.write(bytes(300_000))
        with pytest.raises(errors.MetadataInvalidError):
            await project.put(bucket, "other", bytes(300_000), metadata={"": "x"}, timeout=0.2)


async def test_expired_objects_are_gone(project, bucket):
    await project.put(bucket, "key", b"data", expires=datetime.now(timezone.utc) + timedelta(seconds=2))
    assert await project.get(bucket, "key") == b"data"
    await asyncio.sleep(3.1)
    with pytest.raises(errors.ObjectNotFoundError):
        await project.get(bucket, "key")
    assert [item.key async for item in project.list_objects(bucket)] == []


async def test_expiry_beyond_what_can_be_sent(project, bucket):
    beyond = datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))
    with pytest.raises(errors.InvalidArgumentError, match="expires is 9999"):
        await project.put(bucket, "key", b"data", expires=beyond)
    with pytest.raises(errors.InvalidArgumentError, match="expires is 9999"):
        await project.upload_object(bucket, "key", expires=beyond)
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc)
    assert (await project.put(bucket, "key", b"data", expires=last)).expires == last
    assert (await project.stat_object(bucket, "key")).expires == last


async def test_expiry_needs_a_time_zone(project, bucket):
    with pytest.raises(errors.InvalidArgumentError, match="time zone"):
        await project.put(bucket, "key", b"data", expires=datetime(2999, 1, 1))  # noqa: DTZ001
    with pytest.raises(TypeError):
        await project.put(bucket, "key", b"data", expires=3)


async def test_buckets(project):
    name = f"test-{secrets.token_hex(8)}"
    created = await project.create_bucket(name)
    assert created.name == name
    assert abs(datetime.now(timezone.utc) - created.created) < timedelta(minutes=5)
    assert await project.stat_bucket(name) == created
    assert await project.ensure_bucket(name) == created
    with pytest.raises(errors.BucketAlreadyExistsError) as caught:
        await project.create_bucket(name)
    assert isinstance(caught.value, FileExistsError)
    await project.put(name, "key", b"data")
    with pytest.raises(errors.BucketNotEmptyError) as not_empty:
        await project.delete_bucket(name)
    assert isinstance(not_empty.value, OSError)
    assert await project.delete_bucket(name, with_objects=True) == created
    with pytest.raises(errors.BucketNotFoundError):
        await project.stat_bucket(name)
    with pytest.raises(errors.BucketNotFoundError):
        await project.delete_bucket(name)


async def test_ensure_creates(project):
    name = f"test-{secrets.token_hex(8)}"
    assert (await project.ensure_bucket(name)).name == name
    await project.delete_bucket(name)


@pytest.mark.parametrize("name", ["ab", "Capital", "under_score", "-start", "x" * 64, "sp ace"])
async def test_bucket_names_that_are_not_valid(project, name):
    with pytest.raises(errors.BucketNameInvalidError):
        await project.create_bucket(name)


@pytest.mark.parametrize(
    ("bucket_name", "key", "expected"),
    [
        ("", "key", errors.BucketNameInvalidError),
        ("nul\0bucket", "key", errors.BucketNameInvalidError),
        ("some-bucket", "", errors.ObjectKeyInvalidError),
        ("some-bucket", "\ud800", errors.ObjectKeyInvalidError),
        ("some-bucket", "x" * 2_000_000, errors.ObjectKeyInvalidError),
        (b"bytes", "key", TypeError),
        ("some-bucket", b"bytes", TypeError),
        ("some-bucket", None, TypeError),
    ],
)
async def test_names_are_refused_before_the_network_is_asked(unreachable, bucket_name, key, expected):
    # Asking this network would give another error.
    async with uplink.aio.open_project(unreachable) as project:
        with pytest.raises(expected):
            await project.stat_object(bucket_name, key)
        with pytest.raises(expected):
            await project.put(bucket_name, key, b"data")
        with pytest.raises(expected):
            await project.get(bucket_name, key)
        with pytest.raises(expected):
            await project.delete_object(bucket_name, key)


async def test_a_missing_bucket(project):
    with pytest.raises(errors.BucketNotFoundError) as caught:
        await project.put("no-such-bucket-here", "key", b"data")
    assert caught.value.bucket == "no-such-bucket-here"
    with pytest.raises(errors.NotFoundError):
        await project.get("no-such-bucket-here", "key")
    with pytest.raises(errors.BucketNotFoundError):
        [item async for item in project.list_objects("no-such-bucket-here")]


async def test_use_after_close(access):
    project = await uplink.aio.open_project(access)
    await project.close()
    await project.close()
    with pytest.raises(errors.ClosedError) as caught:
        await project.stat_bucket("photos")
    with pytest.raises(errors.ClosedError):
        await project.__aenter__()
    assert isinstance(caught.value, ValueError)
    assert "closed" in repr(project)


async def test_closing_ends_streams(access, project, bucket):
    await project.put(bucket, "key", secrets.token_bytes(1_000_000))
    other = await uplink.aio.open_project(access)
    upload = await other.upload_object(bucket, "upload")
    download = await other.download_object(bucket, "key")
    await other.close()
    with pytest.raises(errors.UplinkError):
        await download.read()
    await upload.write(b"data")
    with pytest.raises(errors.UplinkError):
        await upload.commit()
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, "upload")


async def test_a_project_pickles_as_its_access_and_configuration(access, bucket):
    config = uplink.Config(user_agent="a-test/1.0", dial_timeout=5)
    async with uplink.aio.open_project(access, config=config) as project:
        copy = pickle.loads(pickle.dumps(project))
        assert (copy.access, copy.config) == (access, config)
        async with copy:
            await copy.put(bucket, "key", b"data")
        assert await project.get(bucket, "key") == b"data"


async def test_open_project_takes_an_access_only():
    with pytest.raises(TypeError, match="Access"):
        await uplink.aio.open_project("a grant")


@pytest.mark.parametrize("timeout", [-1, float("nan")])
async def test_a_timeout_that_is_none(project, timeout):
    with pytest.raises(errors.InvalidArgumentError, match="timeout"):
        await project.stat_bucket("photos", timeout=timeout)


async def test_a_timeout_that_is_no_number(project):
    with pytest.raises(TypeError, match="timeout takes seconds"):
        await project.stat_bucket("photos", timeout="1")


@pytest.mark.parametrize("timeout", [0.01, Decimal("0.01"), Fraction(1, 100)])
async def test_the_message_has_the_timeout_that_was_given(project, bucket, timeout):
    with pytest.raises(errors.DeadlineExceededError, match=r"within 0\.01 s"):
        await project.put(bucket, "key", (bytes(1_000_000) for _ in range(1000)), timeout=timeout)


async def test_a_timeout_of_zero(project, bucket):
    with pytest.raises(errors.DeadlineExceededError) as caught:
        await project.stat_bucket(bucket, timeout=0)
    assert isinstance(caught.value, TimeoutError)
    assert not caught.value.outcome_unknown
    # Nothing is started, so nothing has happened.
    with pytest.raises(errors.DeadlineExceededError) as change:
        await project.delete_bucket(bucket, timeout=0)
    assert not change.value.outcome_unknown
    assert (await project.stat_bucket(bucket)).name == bucket


async def test_an_unclosed_project_warns(access):
    project = await uplink.aio.open_project(access)
    await project.ensure_bucket("warns")
    await project.delete_bucket("warns")
    with pytest.warns(ResourceWarning, match="unclosed project .*, open>"):
        del project
