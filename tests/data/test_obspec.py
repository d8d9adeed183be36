"""Libraries that take a store with the protocols of obspec."""

from __future__ import annotations

import pytest

from uplink.obspec import Store

pytestmark = [pytest.mark.heavy, pytest.mark.filterwarnings("default")]

DATA = bytes(range(256)) * 4000
OFFSETS = (1600, 80_000)


@pytest.fixture
def store(access, storj_bucket):
    store = Store(access, storj_bucket, "below")
    store.put("a/data.bin", DATA)
    yield store
    store._twins.close()


@pytest.mark.parametrize("name", ["BufferedStoreReader", "BlockStoreReader", "EagerStoreReader"])
def test_readers_of_obspec_utils(store, name):
    readers = pytest.importorskip("obspec_utils.readers", reason="make test-data installs it")
    with getattr(readers, name)(store, "a/data.bin") as file:
        file.seek(300_000)
        assert file.read(1000) == DATA[300_000:301_000]
        file.seek(-5, 2)
        assert file.read() == DATA[-5:]


def test_stores_around_it(store):
    wrappers = pytest.importorskip("obspec_utils.wrappers", reason="make test-data installs it")
    for kind in (wrappers.CachingReadableStore, wrappers.SplittingReadableStore):
        wrapped = kind(store)
        assert bytes(wrapped.get("a/data.bin").buffer()) == DATA
        assert bytes(wrapped.get_range("a/data.bin", start=5, end=500)) == DATA[5:500]


def test_virtual_datasets(store, storj_bucket):
    """virtualizarr reads chunks that are ranges of an object."""
    pytest.importorskip("virtualizarr", reason="make test-data installs it")
    import numpy as np
    import zarr
    from obspec_utils.registry import ObjectStoreRegistry
    from virtualizarr.manifests import ChunkManifest, ManifestArray, ManifestGroup, ManifestStore
    from virtualizarr.manifests.utils import create_v3_array_metadata

    url = f"sj://{storj_bucket}"
    path = f"{url}/a/data.bin"
    # It reads these values in this order.
    chunks = {f"{number}": {"path": path, "offset": offset, "length": 800} for number, offset in enumerate(OFFSETS)}
    manifest = ChunkManifest(chunks)
    metadata = create_v3_array_metadata(
        shape=(200,),
        data_type=np.dtype("<f8"),
        chunk_shape=(100,),
        codecs=[{"name": "bytes", "configuration": {"endian": "little"}}],
        fill_value=0,
    )
    group = ManifestGroup(arrays={"values": ManifestArray(metadata=metadata, chunkmanifest=manifest)})
    found = zarr.open_group(ManifestStore(group=group, registry=ObjectStoreRegistry({url: store})), mode="r")
    assert found["values"][:].tobytes() == b"".join(DATA[offset : offset + 800] for offset in OFFSETS)
