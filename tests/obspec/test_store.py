"""A store of obspec: synchronous and awaited methods do the same."""

from __future__ import annotations

import io
import pickle
import time
from datetime import datetime, timedelta, timezone

import pytest
from obspec import exceptions

import uplink
from uplink import errors
from uplink.obspec import Store

DATA = bytes(range(256)) * 8192  # 2 MiB, more than a chunk


class Synchronous:
    """Calls the synchronous method behind a name."""

    def __init__(self, store):
        self._store = store

    def __getattr__(self, name):
        method = getattr(self._store, name)

        async def call(*args, **kwargs):
            return method(*args, **kwargs)

        return call

    async def list(self, *args, **kwargs):
        return [*self._store.list(*args, **kwargs)]

    @staticmethod
    async def read(result):
        return result.buffer()

    @staticmethod
    async def chunks(result):
        return [*result]


class Awaited(Synchronous):
    """Calls the awaited twin of a method."""

    def __getattr__(self, name):
        return getattr(self._store, f"{name}_async")

    async def list(self, *args, **kwargs):
        return [page async for page in self._store.list_async(*args, **kwargs)]

    @staticmethod
    async def read(result):
        return await result.buffer_async()

    @staticmethod
    async def chunks(result):
        return [chunk async for chunk in result]


@pytest.fixture(params=[(Synchronous, ""), (Awaited, "some/prefix")], ids=["synchronous", "awaited"])
def way(request):
    return request.param


@pytest.fixture
def calls(way, store):
    return way[0](store)


async def test_what_is_put_is_got(calls):
    put = await calls.put("cat.jpg", b"meow", attributes={"Content-Type": "image/jpeg", "camera": "x100"})
    result = await calls.get("cat.jpg")
    assert result.attributes == {"Content-Type": "image/jpeg", "camera": "x100"}
    assert result.range == (0, 4)
    assert result.meta == await calls.head("cat.jpg")
    assert (result.meta["path"], result.meta["size"], result.meta["e_tag"]) == ("cat.jpg", 4, put["e_tag"])
    assert result.meta["version"] is None
    assert abs(result.meta["last_modified"] - datetime.now(timezone.utc)) < timedelta(minutes=10)
    assert bytes(await calls.read(result)) == b"meow"
    with pytest.raises(errors.ClosedError):
        await calls.read(result)


async def test_attributes_are_the_metadata_of_other_clients(calls, store, access):
    await calls.put("cat.jpg", b"meow", attributes={"Content-Type": "image/jpeg", "Cache-Control": "no-store"})
    with access.open_project() as project:
        item = project.stat_object(store.bucket, f"{store.prefix}cat.jpg")
    assert item.metadata == {"content-type": "image/jpeg", "cache-control": "no-store"}
    with pytest.raises(errors.MetadataInvalidError):
        await calls.put("cat.jpg", b"", attributes={"Content-Type": "a/b", "content-type": "c/d"})


async def test_large_objects_come_in_chunks(calls):
    await calls.put("large", memoryview(DATA))
    chunks = await calls.chunks(await calls.get("large"))
    assert len(chunks) > 1
    assert b"".join(chunks) == DATA
    assert await calls.read(await calls.get("large")) == DATA


async def test_sources_of_a_put(calls, tmp_path):
    (tmp_path / "file").write_bytes(DATA)
    sources = [DATA, bytearray(DATA), io.BytesIO(DATA), tmp_path / "file", [DATA[:10], DATA[10:]], iter([DATA])]
    for source in sources:
        await calls.put("key", source, use_multipart=False, chunk_size=1, max_concurrency=1)
        assert (await calls.head("key"))["size"] == len(DATA)
    with pytest.raises(TypeError):
        await calls.put("key", "text")


async def test_an_asynchronous_iterable_is_put(store):
    await store.put_async("from", DATA)
    await store.put_async("to", await store.get_async("from"))
    assert store.get("to").buffer() == DATA


async def test_a_put_that_creates_replaces_nothing(calls):
    await calls.put("key", b"first", mode="create")
    with pytest.raises(exceptions.AlreadyExistsError):
        await calls.put("key", b"second", mode="create")
    await calls.put("key", b"third", mode="overwrite")
    for refused in ({"mode": {"e_tag": "1"}}, {"tags": {"a": "b"}}):
        with pytest.raises(exceptions.NotImplementedError):
            await calls.put("key", b"", **refused)
    with pytest.raises(errors.InvalidArgumentError):
        await calls.put("key", b"", mode="append")
    assert await calls.read(await calls.get("key")) == b"third"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ((2, 5), (2, 5)),
        ([8, 20], (8, 10)),
        ({"offset": 7}, (7, 10)),
        ({"suffix": 3}, (7, 10)),
        ({"suffix": 30}, (0, 10)),
    ],
)
async def test_a_get_has_a_range(calls, wanted, found):
    await calls.put("key", DATA[:10])
    result = await calls.get("key", options={"range": wanted})
    assert result.range == found
    assert result.meta["size"] == 10
    assert await calls.read(result) == DATA[slice(*found)]


@pytest.mark.parametrize(
    "wanted", [(5, 5), (5, 2), (20, 30), {"offset": 11}, {"offset": -1}, {"suffix": 0}, (1,), {}, 5]
)
async def test_a_range_that_has_no_bytes(calls, wanted):
    await calls.put("key", DATA[:10])
    with pytest.raises(errors.RangeInvalidError):
        await calls.get("key", options={"range": wanted})


async def test_one_range_and_many(calls):
    await calls.put("key", DATA)
    assert await calls.get_range("key", start=10, end=20) == DATA[10:20]
    assert await calls.get_range("key", start=10, length=5) == DATA[10:15]
    assert await calls.get_range("key", start=len(DATA) - 5, length=50) == DATA[-5:]
    starts, ends = [0, 5, 1_000_000, 3], [10, 6, 1_000_100, 2_000_000]
    wanted = [DATA[start:end] for start, end in zip(starts, ends, strict=True)]
    assert await calls.get_ranges("key", starts=starts, ends=ends) == wanted
    lengths = [end - start for start, end in zip(starts, ends, strict=True)]
    assert await calls.get_ranges("key", starts=starts, lengths=lengths) == wanted
    assert await calls.get_ranges("key", starts=[], ends=[]) == []


async def test_ranges_that_cannot_be_right(calls):
    await calls.put("key", DATA[:10])
    for wanted in (
        {"start": 5, "end": 5},
        {"start": 10, "length": 5},
        {"start": 11, "length": 5},
        {"start": -1, "end": 2},
    ):
        with pytest.raises(errors.RangeInvalidError):
            await calls.get_range("key", **wanted)
    for wanted in ({"start": 5}, {"start": 5, "end": 6, "length": 1}):
        with pytest.raises(errors.InvalidArgumentError):
            await calls.get_range("key", **wanted)
    with pytest.raises(errors.RangeInvalidError):
        await calls.get_ranges("key", starts=[0, 10], lengths=[1, 1])
    for wanted in ({"starts": [1]}, {"starts": [1], "ends": [2], "lengths": [1]}, {"starts": [1, 2], "ends": [2]}):
        with pytest.raises(errors.InvalidArgumentError):
            await calls.get_ranges("key", **wanted)


async def test_conditions_of_a_get(calls):
    await calls.put("key", b"data")
    meta = await calls.head("key")
    tag, time = meta["e_tag"], meta["last_modified"]
    second = timedelta(seconds=1)
    fitting = [
        {"if_match": tag},
        {"if_match": f'"other", W/"{tag}"'},
        {"if_match": "*"},
        {"if_none_match": "other"},
        {"if_modified_since": time - second},
        {"if_unmodified_since": time},
        {"if_match": tag, "if_unmodified_since": time - second},
    ]
    for options in fitting:
        assert await calls.read(await calls.get("key", options=options)) == b"data"
    for options in ({"if_match": "other"}, {"if_unmodified_since": time - second}):
        with pytest.raises(exceptions.PreconditionError):
            await calls.get("key", options=options)
    for options in ({"if_none_match": tag}, {"if_none_match": "*"}, {"if_modified_since": time}):
        with pytest.raises(exceptions.NotModifiedError):
            await calls.get("key", options=options)
    with pytest.raises(errors.InvalidArgumentError):
        await calls.get("key", options={"if_modified_since": time.replace(tzinfo=None)})
    for unknown in ({"if_matches": "other"}, {"timeout": 1}):
        with pytest.raises(errors.InvalidArgumentError, match="get has no option"):
            await calls.get("key", options=unknown)


async def test_a_get_without_bytes(calls):
    await calls.put("key", b"data")
    result = await calls.get("key", options={"head": True})
    assert result.meta == await calls.head("key")
    assert (await calls.read(result), await calls.chunks(result)) == (b"", [])


async def test_a_version_is_got(calls, store, access):
    with access.open_project() as project:
        project.set_bucket_versioning(store.bucket, True)
    first = await calls.put("key", b"first")
    await calls.put("key", b"second")
    assert await calls.read(await calls.get("key", options={"version": first["version"]})) == b"first"
    assert (await calls.get("key", options={"version": first["version"]})).meta["version"] == first["version"]
    with pytest.raises(errors.VersionInvalidError):
        await calls.get("key", options={"version": "no version"})


async def test_objects_are_listed(calls):
    paths = {"a", "dir/b", "dir/sub/c", "directory/d"}
    for path in paths:
        await calls.put(path, path.encode())
    [page] = await calls.list()
    assert {meta["path"] for meta in page} == paths
    assert {meta["path"]: meta for meta in page}["dir/b"] == await calls.head("dir/b")
    for prefix in ("dir", "dir/"):
        [page] = await calls.list(prefix)
        assert {meta["path"] for meta in page} == {"dir/b", "dir/sub/c"}
    [page] = await calls.list(offset="dir/b")
    assert {meta["path"] for meta in page} == {"dir/sub/c", "directory/d"}
    assert await calls.list("nothing") == []
    found = await calls.list_with_delimiter()
    assert set(found["common_prefixes"]) == {"dir", "directory"}
    assert [meta["path"] for meta in found["objects"]] == ["a"]
    found = await calls.list_with_delimiter("dir")
    assert (found["common_prefixes"], [meta["path"] for meta in found["objects"]]) == (["dir/sub"], ["dir/b"])


async def test_a_list_has_pages(calls, monkeypatch):
    monkeypatch.setattr("uplink._obspec.reading._PAGE_SIZE", 2)
    for number in range(5):
        await calls.put(f"{number}", b"")
    pages = await calls.list()
    assert [len(page) for page in pages] == [2, 2, 1]
    assert {meta["path"] for page in pages for meta in page} == set("01234")


async def test_copies_and_renames(calls):
    await calls.put("from", b"data", attributes={"camera": "x100"})
    await calls.put("there", b"other")
    await calls.copy("from", "copy", overwrite=False)
    for call in (calls.copy, calls.rename):
        with pytest.raises(exceptions.AlreadyExistsError):
            await call("from", "there", overwrite=False)
        with pytest.raises(exceptions.NotFoundError):
            await call("nothing", "there")
    await calls.copy("from", "there")
    assert (await calls.get("there")).attributes == {"camera": "x100"}
    await calls.rename("from", "there")
    await calls.rename("there", "new", overwrite=False)
    [page] = await calls.list()
    assert {meta["path"] for meta in page} == {"copy", "new"}


async def test_objects_are_deleted(calls):
    for path in "abc":
        await calls.put(path, b"")
    await calls.delete("a")
    await calls.delete(["a", "b", "nothing"])
    [page] = await calls.list()
    assert [meta["path"] for meta in page] == ["c"]
    await calls.delete([])


async def test_missing_objects(calls):
    for call in (calls.get, calls.head):
        with pytest.raises(exceptions.NotFoundError) as caught:
            await call("nothing")
        assert isinstance(caught.value, FileNotFoundError)
        assert isinstance(caught.value, errors.NotFoundError)
        assert isinstance(exceptions.map_exception(caught.value), exceptions.NotFoundError)
        assert caught.value.key.endswith("nothing")
        assert type(pickle.loads(pickle.dumps(caught.value))) is type(caught.value)
    with pytest.raises(exceptions.NotFoundError):
        await calls.get_range("nothing", start=0, end=1)
    with pytest.raises(exceptions.NotFoundError):
        await calls.get_ranges("nothing", starts=[0], ends=[1])


async def test_paths_that_cannot_be_right(calls):
    for call in (calls.get, calls.head, calls.delete):
        with pytest.raises(exceptions.InvalidPathError):
            await call("")
    with pytest.raises(TypeError):
        await calls.get(b"bytes")


@pytest.mark.parametrize("kind", [Synchronous, Awaited])
async def test_an_access_that_does_not_allow_it(access, store, kind):
    store.put("key", b"data")
    reader = Store(
        access.share(uplink.Permission.read_only(), uplink.SharePrefix(store.bucket)), store.bucket, store.prefix
    )
    calls = kind(reader)
    assert (await calls.head("key"))["size"] == 4
    for call in (calls.put("key", b""), calls.delete("key"), calls.copy("key", "copy"), calls.rename("key", "new")):
        with pytest.raises(exceptions.PermissionDeniedError) as caught:
            await call
        assert isinstance(caught.value, PermissionError)
    reader._twins.close()


async def test_a_bucket_that_is_missing(access):
    for kind in (Synchronous, Awaited):
        store = Store(access, "no-such-bucket")
        calls = kind(store)
        with pytest.raises(exceptions.NotFoundError):
            await calls.list()
        with pytest.raises(exceptions.NotFoundError):
            await calls.put("key", b"data")
        store._twins.close()


@pytest.mark.heavy
def test_a_file_whose_put_fails_leaves_no_pending_upload(store, bucket, access, storj_faults, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(bytes(70 << 20))
    with storj_faults.call("CommitSegment", nth=2, times=None, code="PermissionDenied"), pytest.raises(PermissionError):
        store.put("key", path)
    with access.open_project() as project:
        # The abort goes on in the background.
        deadline = time.monotonic() + 60
        while list(project.list_uploads(bucket)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert list(project.list_uploads(bucket)) == []
        assert not list(project.list_objects(bucket, recursive=True))
