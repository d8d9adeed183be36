"""Libraries for data, over the filesystem of fsspec."""

from __future__ import annotations

import dataclasses
import json
from importlib.util import find_spec
from statistics import median
from typing import TYPE_CHECKING

from driver.bench import column, ratio
from driver.report import Section, Table, Target, spread
from uplink_localnet import LocalNetwork

if TYPE_CHECKING:
    from pathlib import Path

    from driver.bench import Bench, Program, Result

_TEXT = """\
Each program in Python is a new process that has transferred an object before, with its libraries loaded. Go's program
sends the same requests with as many goroutines, decodes nothing, and has the defaults of Go's library. The parquet
file, the ranges and the files of dask are read with a round trip of 40 ms and 50 Mbit/s for each connection.

- The parquet file has 200 columns in five row groups, and 20 columns are read: by `open_parquet_file` of fsspec, which
  gets the ranges of all columns in one call, and by pandas alone, where pyarrow gets one range after the other. Go
  gets the ranges with 32 goroutines.
- The ranges have 1 KiB, and 15 KiB between them. Go downloads all in one stream, so its time is two round trips and the
  transfer.
- zarr writes and reads an array in chunks of 1 MiB, 10 at the same time, which is its default. The array is read into
  new memory, by Go, too: the system takes up to two seconds to provide 1 GiB. The last program reads each chunk into
  memory that it has used before.
- dask reads files of 1 MiB by two workers with four threads each."""

_MIB = 1 << 20
_RTT, _MBIT = 0.04, 50.0
_MAX_WALL = 1.15


def has_libraries() -> bool:
    return all(find_spec(name) for name in ("pandas", "pyarrow", "zarr", "dask", "distributed"))


def measure(bench: Bench) -> Section:
    section = Section("Libraries for data", _TEXT)
    few = dataclasses.replace(bench, rounds=min(bench.rounds, 3))
    with LocalNetwork(nodes=10) as network:
        _add(section, "pandas", _parquet(dataclasses.replace(few, network=network)))
    with LocalNetwork(nodes=10) as network:
        _add(section, "cat_ranges", _ranges(dataclasses.replace(few, network=network)))
    with LocalNetwork(nodes=10) as network:
        _add(section, "dask", _dask(dataclasses.replace(few, network=network)))
    with LocalNetwork(nodes=10) as network:
        for name, results in _zarr(dataclasses.replace(bench, network=network, rounds=min(bench.rounds, 2))).items():
            _add(section, name, results)
    return section


def _add(section: Section, name: str, results: dict[str, list[Result]]) -> None:
    """Add a table of programs, of which Go's is the first, and a target for the second one."""
    go, ours = list(results)[:2]
    rows = [
        [program, spread(column(runs, "wall")), spread(column(runs, "cpu")), f"{ratio(runs, results[go], 'wall'):.2f}"]
        for program, runs in results.items()
    ]
    section.tables.append(Table([name, "wall s", "client CPU s", "wall / Go"], rows))
    section.targets.append(Target(f"{ours}: wall time / Go", ratio(results[ours], results[go], "wall"), _MAX_WALL))


def _far(bench: Bench, programs: list[Program]) -> dict[str, list[Result]]:
    """Run the programs over a wide area."""
    with bench.network.faults.links(rtt=_RTT, mbit=_MBIT):
        return bench.compare(programs)


def _parquet(bench: Bench) -> dict[str, list[Result]]:
    size = (25 if bench.quick else 500) * 1_000_000
    made = bench.run(bench.in_python("file", "make-parquet", key="wide.parquet", bytes=size, count=5))
    columns = _write(bench.folder / "columns.json", made["columns"])
    spans = _write(bench.folder / "spans.json", made["spans"])
    return _far(
        bench,
        [
            bench.in_go("Go, ranges of 20 columns", "ranges", key="wide.parquet", path=spans, in_flight=32),
            bench.in_python("pandas, open_parquet_file", "parquet", api="fsspec", key="wide.parquet", path=columns),
            bench.in_python("pandas alone", "parquet", api="pandas", key="wide.parquet", path=columns),
        ],
    )


def _ranges(bench: Bench) -> dict[str, list[Result]]:
    count, distance, length = 1000, 16 << 10, 1 << 10
    spans = [(number * distance, length) for number in range(count)]
    bench.run(bench.in_python("object", "fill-files", key="ranges-", bytes=count * distance, count=1))
    each = _write(bench.folder / "each.json", spans)
    whole = _write(bench.folder / "whole.json", [(0, spans[-1][0] + length)])
    results = _far(
        bench,
        [
            bench.in_go("Go, one download", "ranges", key="ranges-000", path=whole),
            bench.in_python("cat_ranges of 1,000 ranges", "ranges", key="ranges-000", path=each),
        ],
    )
    assert median(column(results["cat_ranges of 1,000 ranges"], "requests")) == 1
    return results


def _dask(bench: Bench) -> dict[str, list[Result]]:
    flags = {"key": "files/", "count": 20 if bench.quick else 100, "bytes": _MIB}
    bench.run(bench.in_python("files", "fill-files", **flags))
    return _far(
        bench,
        [
            bench.in_go("Go, 8 goroutines", "objects", key="files/", in_flight=8),
            bench.in_python("dask, two workers", "dask-files", in_flight=8, **flags),
        ],
    )


def _zarr(bench: Bench) -> dict[str, dict[str, list[Result]]]:
    flags = {"in_flight": 10, "count": 50 if bench.quick else 1000, "bytes": _MIB}
    results = bench.compare(
        [
            bench.in_go("Go, an array", "chunks", **flags),
            bench.in_python("zarr", "zarr-chunks", **flags),
            bench.in_go("Go, single chunks", "small", **flags),
        ]
    )
    return {
        f"zarr, {verb}": {f"{name}, {verb}": [run[operation] for run in runs] for name, runs in results.items()}
        for operation, verb in (("put", "write"), ("get", "read"))
    }


def _write(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path
