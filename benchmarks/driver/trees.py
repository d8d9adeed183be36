"""Folders of many small files."""

from __future__ import annotations

import dataclasses
import os
import shutil
from statistics import median
from typing import TYPE_CHECKING

from driver.bench import column, ratio
from driver.report import Section, Table, Target, spread

if TYPE_CHECKING:
    from pathlib import Path

    from driver.bench import Bench, Result

_TEXT = """\
Folders of files of 10 KiB, which are uploaded, and downloaded into another folder. Go's program has 32 goroutines, each
with one file, and the defaults of Go's library. The second table compares folders of two sizes, by the time for a
file. The programs run at most three times each, and once with the largest folder."""

_SIZE = 10 << 10
_MAX_WALL = {"up": 0.85, "down": 0.6}
# What one measurement differs from another.
_MAX_GROWTH = 1.1


def measure(bench: Bench) -> Section:
    few, many, most = (100, 200, 1000) if bench.quick else (1000, 2000, 10_000)
    section = Section("Folders", _TEXT)
    folders = {count: fill(bench.folder / f"tree-{count}", count) for count in (few, many, most)}
    go, ours = "Go", "uplink"
    short = dataclasses.replace(bench, rounds=min(bench.rounds, 3))
    once = dataclasses.replace(bench, rounds=1)
    results = short.compare(
        [
            bench.in_go(go, "tree", path=folders[many], key="go", in_flight=32),
            bench.in_python(ours, "tree", path=folders[many], key="uplink", count=many),
        ],
        warm_up=False,
    )
    section.tables.append(_against_go(results, go, many))
    section.targets += [
        Target(
            f"{many} files of 10 KiB {way}: wall / Go",
            ratio(_runs(results[ours], way), _runs(results[go], way), "wall"),
            limit,
        )
        for way, limit in _MAX_WALL.items()
    ]
    sizes: dict[str, list[Result]] = {}
    for count, rounds in (few, short), (most, once):
        program = bench.in_python(f"{count} files", "tree", path=folders[count], key=f"{count}", count=count)
        sizes |= rounds.compare([program], warm_up=False)
    rows = []
    for way in _MAX_WALL:
        each = {count: _each(_runs(sizes[f"{count} files"], way), count) for count in (few, most)}
        rows += [[f"{way}, {count} files", spread(times, 2, 1000)] for count, times in each.items()]
        growth = median(each[most]) / median(each[few])
        section.targets.append(Target(f"a file of {most} {way} / a file of {few}", growth, _MAX_GROWTH))
    section.tables.append(Table(["", "ms each"], rows))
    for folder in folders.values():
        shutil.rmtree(folder)
    return section


def fill(folder: Path, count: int) -> Path:
    """Write files, a hundred to each folder."""
    for number in range(count):
        file = folder / f"{number // 100}" / f"{number}.bin"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(os.urandom(_SIZE))
    return folder


def _runs(results: list[Result], way: str) -> list[Result]:
    return [result[way] for result in results]


def _each(runs: list[Result], count: int) -> list[float]:
    return [wall / count for wall in column(runs, "wall")]


def _against_go(results: dict[str, list[Result]], go: str, count: int) -> Table:
    rows = []
    for way in _MAX_WALL:
        reference = _runs(results[go], way)
        for name, each in results.items():
            runs = _runs(each, way)
            rows.append(
                [
                    f"{way}, {name}",
                    spread(column(runs, "wall")),
                    spread(column(runs, "cpu"), 2, 1000 / count),
                    f"{ratio(runs, reference, 'wall'):.2f}",
                    f"{ratio(runs, reference, 'cpu'):.2f}",
                ]
            )
    return Table([f"{count} files", "wall s", "client CPU ms each", "wall / Go", "CPU / Go"], rows)
