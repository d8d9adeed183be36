"""Large objects: wall time, CPU time and memory of one upload and one download."""

from __future__ import annotations

import dataclasses
from statistics import median
from typing import TYPE_CHECKING

from driver.bench import column, ratio
from driver.files import MIB, check, write_random
from driver.report import Section, Table, Target, spread

if TYPE_CHECKING:
    from pathlib import Path

    from driver.bench import Bench, Program, Result

# The largest CPU time and wall time of one stream in relation to Go.
_MAX_CPU = {"write_file": 1.1, "Upload.write": 1.0, "read_file": 1.1, "Download.readinto": 0.7}
_MAX_WALL = 1.1
# The default of `write_file` and `read_file`. All other programs get it as an argument.
_BUFFER = MIB

_TEXT = """\
A file in memory is uploaded and downloaded in one stream; only `put` (of a path) uploads it in parts. All programs use
a buffer of 1 MiB. `write_file` and `read_file` belong to `uplink_python`; `Upload.write`, `put`, `Download.readinto`
and `get` belong to `uplink`. `get` returns the object in memory, and so does its Go counterpart. The peak is the
highest resident memory of the process (`VmHWM`), which includes the interpreter and the runtime. The last column is the
difference to Go. The programs run at most twice each with the larger size."""


def measure(bench: Bench) -> Section:
    section = Section("One large stream", _TEXT)
    small, large = (64, 256) if bench.quick else (256, 1024)
    section.tables.append(_one_size(bench, small, section.targets, all_ways=True))
    few = dataclasses.replace(bench, rounds=min(bench.rounds, 2))
    section.tables.append(_one_size(few, large, section.targets, all_ways=False))
    return section


def _one_size(bench: Bench, size: int, targets: list[Target], *, all_ways: bool) -> Table:
    source, target = bench.folder / "source", bench.folder / "target"
    write_random(source, size)
    rows = []
    for direction, programs in _directions(bench, size, source, target, all_ways=all_ways).items():
        results = bench.compare(programs, after=lambda: check(source, target))
        reference = results[programs[0].name]
        rows += [_row(program.name, results[program.name], reference) for program in programs]
        if direction != "get":
            memory = _more_memory(results[programs[1].name], reference)
            targets.append(Target(f"{size} MiB {direction}: peak memory over Go's", memory, 40, " MiB"))
        if all_ways:
            targets += _speed_targets(f"{size} MiB", results, reference)
    source.unlink()
    header = [f"{size} MiB", "wall s", "CPU s", "peak MiB", "wall / Go", "CPU / Go", "peak over Go, MiB"]
    return Table(header, rows)


def _directions(bench: Bench, size: int, source: Path, target: Path, *, all_ways: bool) -> dict[str, list[Program]]:
    """Return the programs of each direction: first Go, then the program that the targets are about, then others."""
    up = {"path": source, "key": "up", "buffer": _BUFFER}
    down = {"path": target, "key": "stream", "buffer": _BUFFER}
    bench.run(bench.in_go("preparation", "upload", path=source, key="stream", buffer=_BUFFER))
    directions = {
        "up": [
            bench.in_go("Go up", "upload", **up),
            bench.in_python("write_file", "upload", api="write_file", **up),
            bench.in_python("Upload.write", "upload", api="write", **up),
            bench.in_python("put", "upload", api="put", **up),
        ],
        "down": [
            bench.in_go("Go down", "download", **down),
            bench.in_python("read_file", "download", api="read_file", **down),
            bench.in_python("Download.readinto", "download", api="readinto", **down),
        ],
    }
    if not all_ways:
        return {direction: programs[:2] for direction, programs in directions.items()}
    into_memory = [bench.in_go("Go get", "get"), bench.in_python("get", "get", bytes=size * MIB)]
    return {**directions, "get": into_memory}


def _row(name: str, results: list[Result], reference: list[Result]) -> list[str]:
    row = [name, *(spread(column(results, field)) for field in ("wall", "cpu"))]
    row.append(spread(column(results, "peak"), 0, 1 / MIB))
    if results is reference:
        return [*row, "1", "1", "0"]
    return [
        *row,
        f"{ratio(results, reference, 'wall'):.2f}",
        f"{ratio(results, reference, 'cpu'):.2f}",
        f"{_more_memory(results, reference):+.0f}",
    ]


def _speed_targets(title: str, results: dict[str, list[Result]], reference: list[Result]) -> list[Target]:
    return [
        target
        for name, most in _MAX_CPU.items()
        if name in results
        for target in (
            Target(f"{title}, {name}: CPU / Go", ratio(results[name], reference, "cpu"), most),
            Target(f"{title}, {name}: wall / Go", ratio(results[name], reference, "wall"), _MAX_WALL),
        )
    ]


def _more_memory(results: list[Result], reference: list[Result]) -> float:
    return (median(column(results, "peak")) - median(column(reference, "peak"))) / MIB
