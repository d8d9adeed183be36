"""Libraries for data, over the filesystem of fsspec."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fsspec
from meter import Meter, Result
from projects import BUCKET, grant

from uplink.fsspec import UplinkFileSystem

if TYPE_CHECKING:
    from argparse import Namespace

_WARM_UP = bytes(1024 * 1024)
# What open_parquet_file of fsspec reads of the end of a file.
_FOOTER = 1_000_000


def warm_filesystem() -> UplinkFileSystem:
    """Return a filesystem that has transferred an object, so that all connections and code are warm."""
    fs = fsspec.filesystem("sj", access=grant())
    fs.makedirs(BUCKET, exist_ok=True)
    fs.pipe(f"{BUCKET}/warm-up", _WARM_UP)
    fs.cat(f"{BUCKET}/warm-up")
    return fs


def ranges(options: Namespace) -> Result:
    """Download ranges of an object, which a file lists as JSON, by one call of `cat_ranges`."""
    spans = json.loads(Path(options.path).read_text(encoding="utf-8"))
    fs = warm_filesystem()
    paths = [f"{BUCKET}/{options.key}"] * len(spans)
    starts, ends = [span[0] for span in spans], [sum(span) for span in spans]
    before = fs.project.stats().requests
    meter = Meter()
    fs.cat_ranges(paths, starts, ends, on_error="raise")
    return {**meter.stop(), "requests": fs.project.stats().requests - before}


def parquet(options: Namespace) -> Result:
    """Read some columns of a parquet file into pandas."""
    import pandas as pd
    from fsspec.parquet import open_parquet_file

    columns = json.loads(Path(options.path).read_text(encoding="utf-8"))
    fs = warm_filesystem()
    path = f"{BUCKET}/{options.key}"
    pd.read_parquet(f"{BUCKET}/small.parquet", filesystem=fs)  # loads pyarrow
    meter = Meter()
    if options.api == "pandas":
        frame = pd.read_parquet(path, columns=columns, filesystem=fs)
    else:
        with open_parquet_file(path, fs=fs, columns=columns, engine="pyarrow") as file:
            frame = pd.read_parquet(file, columns=columns)
    result = meter.stop()
    assert list(frame.columns) == columns
    return result


def zarr_chunks(options: Namespace) -> Result:
    """Write and read an array of chunks."""
    import numpy as np
    import zarr
    from zarr.storage import FsspecStore

    zarr.config.set({"async.concurrency": options.in_flight})
    warm_filesystem()
    fs = UplinkFileSystem(grant(), asynchronous=True)
    store: Any = FsspecStore(fs, path=f"{BUCKET}/zarr")
    length = options.bytes // 8
    data = np.random.default_rng(0).random(options.count * length)
    plain = {"compressors": None, "filters": None, "overwrite": True}
    zarr.create_array(store, name="warm", shape=(10 * length,), chunks=(length,), dtype="f8", **plain)[:] = 1.0
    array = zarr.create_array(store, name="array", shape=data.shape, chunks=(length,), dtype="f8", **plain)
    meter = Meter()
    array[:] = data
    result = {"put": meter.stop()}
    meter = Meter()
    found = array[:]
    result["get"] = meter.stop()
    assert found[-1] == data[-1]
    return result


def dask_files(options: Namespace) -> Result:
    """Read files by two workers of dask."""
    import dask
    from dask.bytes import read_bytes
    from dask.distributed import Client, LocalCluster

    url = f"sj://{BUCKET}/{options.key}*"
    storage = {"access": grant(), "listings_expiry_time": 60}
    threads = options.in_flight // 2
    workers = LocalCluster(n_workers=2, threads_per_worker=threads, dashboard_address=None)
    with workers as cluster, Client(cluster) as client:
        client.run(warm_filesystem)
        warm_filesystem()
        meter = Meter()
        _, blocks = read_bytes(url, sample=False, blocksize=None, **storage)
        sizes = [dask.delayed(len)(block) for file in blocks for block in file]
        total = sum(dask.compute(*sizes))
        result = meter.stop()
    assert total == options.count * options.bytes
    return result


def fill_files(options: Namespace) -> Result:
    """Upload files of the same size."""
    fs = warm_filesystem()
    data = bytes(options.bytes)

    async def fill() -> None:
        await asyncio.gather(
            *(fs.project.put(BUCKET, f"{options.key}{number:03}", data) for number in range(options.count))
        )

    asyncio.run(fill())
    return {}


def make_parquet(options: Namespace) -> Result:
    """Upload a parquet file with 200 columns, and return what reading 20 of them downloads."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet as pq

    fs = warm_filesystem()
    path, names = f"{BUCKET}/{options.key}", [f"column {number}" for number in range(200)]
    rows = options.bytes // 8 // len(names)
    table = pa.table({name: np.random.default_rng(number).random(rows) for number, name in enumerate(names)})
    plain = {"filesystem": fs, "compression": "none", "use_dictionary": False}
    pq.write_table(table, path, row_group_size=-(-rows // options.count), **plain)
    pq.write_table(table.slice(0, 10), f"{BUCKET}/small.parquet", **plain)
    columns = names[::10]
    with fs.open(path) as file:
        groups = pq.ParquetFile(file).metadata
    chunks = [groups.row_group(group).column(number) for group in range(groups.num_row_groups) for number in range(200)]
    wanted = [chunk for chunk in chunks if chunk.path_in_schema in columns]
    size = fs.size(path)
    footer = min(_FOOTER, size)
    spans = [(size - footer, footer), *((chunk.data_page_offset, chunk.total_compressed_size) for chunk in wanted)]
    return {"columns": columns, "spans": spans}
