"""Files of `project.open` as arguments of libraries. Each test is skipped where its library is missing.

`pip install --group files` installs the libraries.
"""

from __future__ import annotations

import io

import pytest

pytestmark = pytest.mark.heavy


def test_numpy(project, bucket):
    numpy = pytest.importorskip("numpy")
    values = numpy.arange(100_000.0).reshape(100, 1000)
    with project.open(bucket, "a.npy", "wb") as file:
        numpy.save(file, values)
    with project.open(bucket, "a.npy") as file:
        assert (numpy.load(file) == values).all()
    with project.open(bucket, "a.npy") as file, pytest.raises((TypeError, ValueError, OSError)):
        numpy.load(file, mmap_mode="r")
    with project.open(bucket, "a.npz", "wb") as file:
        numpy.savez(file, values=values)
    with project.open(bucket, "a.npz") as file, numpy.load(file) as stored:
        assert (stored["values"] == values).all()
    with project.open(bucket, "a.npy") as file:
        file.seek(128)
        row = numpy.empty(1000)
        assert file.readinto(row) == row.nbytes
        assert (row == values[0]).all()
    with project.open(bucket, "a.txt", "w") as file:
        numpy.savetxt(file, values[:2])
    with project.open(bucket, "a.txt", "r") as file:
        assert (numpy.loadtxt(file) == values[:2]).all()


def test_pillow(project, bucket):
    image = pytest.importorskip("PIL.Image")
    with project.open(bucket, "red.png", "wb") as file:
        image.new("RGB", (300, 200), "red").save(file, "PNG")
    with project.open(bucket, "red.png") as file, image.open(file) as found:
        assert (found.size, found.getpixel((1, 1))) == ((300, 200), (255, 0, 0))


def test_h5py(project, bucket):
    h5py = pytest.importorskip("h5py")
    memory = io.BytesIO()
    with h5py.File(memory, "w") as store:
        store["values"] = range(10_000)
    project.put(bucket, "a.h5", memory.getvalue())
    with project.open(bucket, "a.h5") as file, h5py.File(file, "r") as store:
        assert list(store["values"][5:8]) == [5, 6, 7]


def test_pyarrow(project, bucket):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pyarrow.table({"name": ["cat", "dog"] * 50_000, "size": range(100_000)})
    with project.open(bucket, "a.parquet", "wb") as file:
        parquet.write_table(table, file, row_group_size=10_000)
    with project.open(bucket, "a.parquet") as file:
        assert parquet.read_table(file, columns=["size"], pre_buffer=False)["size"] == table["size"]
    with project.open(bucket, "a.parquet") as file:
        assert parquet.ParquetFile(file).read_row_group(3)["size"][0].as_py() == 30_000
    csv = pytest.importorskip("pyarrow.csv")
    with project.open(bucket, "a.csv", "wb") as file:
        csv.write_csv(table, file)
    with project.open(bucket, "a.csv") as file:
        assert csv.read_csv(file).num_rows == 100_000


def test_pandas(project, bucket):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"name": ["cat", "dog"], "size": [1, 2]})
    with project.open(bucket, "a.csv", "w", newline="") as file:
        frame.to_csv(file, index=False)
    for mode in ("rb", "r"):
        with project.open(bucket, "a.csv", mode) as file:
            assert pandas.read_csv(file).equals(frame)
    with project.open(bucket, "a.pickle", "wb") as file:
        frame.to_pickle(file)
    with project.open(bucket, "a.pickle") as file:
        assert pandas.read_pickle(file).equals(frame)


def test_polars(project, bucket):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"name": ["cat", "dog"] * 1000, "size": range(2000)})
    for key, write, read in (
        ("a.parquet", frame.write_parquet, polars.read_parquet),
        ("a.csv", frame.write_csv, polars.read_csv),
        ("a.arrow", frame.write_ipc, polars.read_ipc),
    ):
        with project.open(bucket, key, "wb") as file:
            write(file)
        with project.open(bucket, key) as file:
            assert read(file).equals(frame)


def test_duckdb(project, bucket):
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("fsspec")  # which duckdb reads files with
    project.put(bucket, "a.csv", b"name,size\ncat,1\ndog,2\n")
    with project.open(bucket, "a.csv") as file, duckdb.connect() as database:
        assert database.read_csv(file).aggregate("sum(size)").fetchall() == [(3,)]
    with project.open(bucket, "a.json", "w") as file:
        file.write('{"size": 1}\n{"size": 2}\n')
    with project.open(bucket, "a.json") as file, duckdb.connect() as database:
        assert len(database.read_json(file).fetchall()) == 2
