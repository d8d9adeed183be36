"""Large objects: wall time, CPU time and memory of one upload and one download."""

from __future__ import annotations

import filecmp
import os
from statistics import median
from typing import TYPE_CHECKING

from driver.bench import column, ratio
from driver.report import Section, Table, Target, spread

if TYPE_CHECKING:
    from pathlib import Path

    from driver.bench import Bench, Program, Result

_MIB = 1024 * 1024
# The default of `write_file` and `read_file`. All other programs get it as an argument.
_BUFFER = _MIB

_TEXT = """\
A file in memory is uploaded and downloaded in one stream; only `put` (of a path) uploads it in parts. All programs use
a buffer of 1 MiB. `write_file` and `read_file` belong to `uplink_python`; `Upload.write`, `put`, `Download.readinto`
and `get` belong to `uplink`. `get` returns the object in memory, and so does its Go counterpart. The peak is the
highest resident memory of the process (`VmHWM`), which includes the interpreter and the runtime. The last column is the
difference to Go."""


def measure(bench: Bench) -> Section:
    section = Section("One large stream", _TEXT)
    small, large = (64, 256) if bench.quick else (256, 1024)
    for size in small, large:
        section.tables.append(_one_size(bench, size, section.targets, all_ways=size == small))
    return section


def _one_size(bench: Bench, size: int, targets: list[Target], *, all_ways: bool) -> Table:
    source, target = bench.folder / "source", bench.folder / "target"
    _write_random(source, size)
    rows = []
    for direction, programs in _directions(bench, size, source, target, all_ways=all_ways).items():
        results = bench.compare(programs, after=lambda: _check(source, target))
        reference = results[programs[0].name]
        rows += [_row(program.name, results[program.name], reference) for program in programs]
        if direction != "get":
            targets += _targets(f"{size} MiB {direction}", results[programs[1].name], reference, speed=all_ways)
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
    into_memory = [bench.in_go("Go get", "get"), bench.in_python("get", "get", bytes=size * _MIB)]
    return {**directions, "get": into_memory}


def _row(name: str, results: list[Result], reference: list[Result]) -> list[str]:
    row = [name, *(spread(column(results, field)) for field in ("wall", "cpu"))]
    row.append(spread(column(results, "peak"), 0, 1 / _MIB))
    if results is reference:
        return [*row, "1", "1", "0"]
    return [
        *row,
        f"{ratio(results, reference, 'wall'):.2f}",
        f"{ratio(results, reference, 'cpu'):.2f}",
        f"{_more_memory(results, reference):+.0f}",
    ]


def _targets(name: str, results: list[Result], reference: list[Result], *, speed: bool) -> list[Target]:
    memory = Target(f"{name}: peak memory over Go's", _more_memory(results, reference), 40, " MiB")
    if not speed:
        return [memory]
    return [
        Target(f"{name}: CPU / Go", ratio(results, reference, "cpu"), 1.1),
        Target(f"{name}: wall / Go", ratio(results, reference, "wall"), 1.1),
        memory,
    ]


def _more_memory(results: list[Result], reference: list[Result]) -> float:
    return (median(column(results, "peak")) - median(column(reference, "peak"))) / _MIB


def _write_random(path: Path, mebibytes: int) -> None:
    with path.open("wb") as file:
        for _ in range(mebibytes):
            file.write(os.urandom(_MIB))


def _check(source: Path, target: Path) -> None:
    """Compare the downloaded file with the uploaded one, if there is one, and remove it.

    Raises:
        ValueError: The files differ.
    """
    if target.exists():
        if not filecmp.cmp(source, target, shallow=False):
            raise ValueError("the downloaded file differs from the uploaded one")
        target.unlink()
