"""The tests that zarr has for every store, for its own store over a filesystem of ours."""

from __future__ import annotations

import pytest

from uplink.fsspec import UplinkFileSystem

pytest.importorskip("zarr", reason="make test-data installs it")

from zarr.core.buffer import cpu
from zarr.storage import FsspecStore
from zarr.testing.store import StoreTests

pytestmark = [pytest.mark.heavy, pytest.mark.filterwarnings("default")]


class TestStore(StoreTests[FsspecStore, cpu.Buffer]):
    store_cls = FsspecStore
    buffer_cls = cpu.Buffer

    @pytest.fixture
    def store_kwargs(self, access, storj_bucket):
        return {"fs": UplinkFileSystem(access, asynchronous=True), "path": f"{storj_bucket}/root"}

    @pytest.fixture
    async def store(self, store_kwargs):
        return await self.store_cls.open(**store_kwargs)

    async def get(self, store, key):
        return self.buffer_cls.from_bytes(await store.fs._cat_file(f"{store.path}/{key}"))

    async def set(self, store, key, value):
        await store.fs._pipe_file(f"{store.path}/{key}", value.to_bytes())

    def test_store_repr(self, store):
        assert repr(store) == f"<FsspecStore(UplinkFileSystem, {store.path})>"

    def test_store_supports_writes(self, store):
        assert store.supports_writes

    def test_store_supports_listing(self, store):
        assert store.supports_listing
