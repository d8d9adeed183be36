"""Filesystems in the worker processes and threads that libraries start."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from uplink._fsspec.files import ReadFile
from uplink.fsspec import UplinkFileSystem

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(600), pytest.mark.filterwarnings("default")]

PARTS = 6


@pytest.fixture
def tables(access, storj_bucket):
    """A filesystem, and a directory of parquet files."""
    pyarrow = pytest.importorskip("pyarrow", reason="make test-data installs it")
    parquet = pytest.importorskip("pyarrow.parquet")
    fs = UplinkFileSystem(access)
    for part in range(PARTS):
        table = pyarrow.table({"number": range(1000 * part, 1000 * (part + 1)), "other": range(1000)})
        parquet.write_table(table, f"{storj_bucket}/tables/{part}.parquet", filesystem=fs)
    return fs, f"{storj_bucket}/tables"


def total(fs, path):
    """Return a sum that needs a column of a file, and the number of the process."""
    import pyarrow.compute
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(path, columns=["number"], filesystem=fs)
    return pyarrow.compute.sum(table["number"]).as_py(), os.getpid()


WHOLE = sum(range(1000 * PARTS))
METHODS = [name for name in ("fork", "spawn", "forkserver") if name in multiprocessing.get_all_start_methods()]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_processes_of_multiprocessing(tables, method):
    fs, folder = tables
    with ProcessPoolExecutor(2, multiprocessing.get_context(method)) as pool:
        found = list(pool.map(total, [fs] * PARTS, fs.ls(folder, detail=False)))
    assert sum(count for count, _ in found) == WHOLE
    assert os.getpid() not in {process for _, process in found}
    # The filesystem of this process still works.
    assert sum(total(fs, path)[0] for path in fs.ls(folder, detail=False)) == WHOLE


def test_threads_that_share_a_filesystem(tables):
    fs, folder = tables
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(total, [fs] * 10 * PARTS, fs.ls(folder, detail=False) * 10))
    assert sum(count for count, _ in found) == 10 * WHOLE


def test_threads_of_pyarrow(tables):
    import pyarrow.dataset

    fs, folder = tables
    dataset = pyarrow.dataset.dataset(folder, filesystem=fs)
    for _ in range(5):
        assert sum(dataset.to_table(columns=["number"], use_threads=True)["number"].to_pylist()) == WHOLE


@pytest.fixture
def no_logs():
    """Log nothing: a child that is forked while a thread of dask writes to the log file of pytest cannot log."""
    before = logging.root.manager.disable
    logging.disable()
    yield
    logging.disable(before)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.usefixtures("no_logs")
def test_processes_of_dask(tables, counts, method):
    dask = pytest.importorskip("dask", reason="make test-data installs it")
    distributed = pytest.importorskip("distributed", reason="make test-data installs it")
    fs, folder = tables
    paths = fs.ls(folder, detail=False)
    with (
        dask.config.set({"distributed.worker.multiprocessing-method": method}),
        distributed.LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = client.gather(client.map(total, [fs] * PARTS, paths, pure=False))
        with fs.open(paths[0]) as file:
            assert client.submit(read_four, file).result() == b"PAR1"
    assert sum(count for count, _ in found) == WHOLE
    assert os.getpid() not in {process for _, process in found}
    # The scheduler has opened the file, too, in a thread of this process that may end later than the cluster.
    assert counts.settled(open_files, 0) == 0


def open_files():
    return sum(type(found) is ReadFile and not found.closed for found in gc.get_objects())


def read_four(file):
    return file.read(4)


def test_zarr_in_forked_children(access, storj_bucket):
    zarr = pytest.importorskip("zarr", reason="make test-data installs it")
    if "fork" not in METHODS:
        pytest.skip("this system has no fork")
    url, options = f"sj://{storj_bucket}/array", {"access": access}
    zarr.create_array(url, storage_options=options, shape=(10,), chunks=(2,), dtype="i8")[:] = 3
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
        assert list(pool.map(sum_of_array, [url] * 4, [options] * 4)) == [30] * 4


def sum_of_array(url, options):
    import zarr

    return int(zarr.open_array(url, storage_options=options, mode="r")[:].sum())
