"""The command line: its start, and folders of many small files."""

from __future__ import annotations

import shutil
from statistics import median
from typing import TYPE_CHECKING

from driver.bench import column, ratio
from driver.report import Section, Table, Target, spread
from driver.trees import fill

if TYPE_CHECKING:
    from driver.bench import Bench, Result

_TEXT = """\
`uplink-py cp -r` of a folder of files of 10 KiB, up and down, as whole processes: from the start of the interpreter to
its end. Go's program is the one of the section above, whose times begin when it is connected. The second table has
`uplink-py --help`, and a program of Python that does nothing."""

_MAX_WALL = 1.15
_MAX_START = 120


def measure(bench: Bench) -> Section:
    section = Section("Command line", _TEXT)
    count = 200 if bench.quick else 2000
    folder = fill(bench.folder / "command", count)
    results = bench.compare(
        [
            bench.in_go("Go", "tree", path=folder, key="go", in_flight=32),
            bench.in_python("uplink-py", "command", path=folder, key="command"),
        ]
    )
    shutil.rmtree(folder)
    rows = []
    for way in ("up", "down"):
        go, ours = (_part(results[name], way) for name in ("Go", "uplink-py"))
        over = ratio(ours, go, "wall")
        section.targets.append(Target(f"uplink-py cp -r, {count} files of 10 KiB {way}: wall / Go", over, _MAX_WALL))
        rows += [[f"{way}, Go", spread(column(go, "wall")), "1.00"]]
        rows += [[f"{way}, uplink-py", spread(column(ours, "wall")), f"{over:.2f}"]]
    section.tables.append(Table([f"{count} files", "wall s", "wall / Go"], rows))
    starts = [bench.run(bench.in_python("start", "command-start")) for _ in range(10 if bench.quick else 40)][1:]
    rows = [
        [name, *(spread(column(_part(starts, part), time), 1, 1000) for time in ("wall", "cpu"))]
        for name, part in (("uplink-py --help", "help"), ("python -c pass", "pass"))
    ]
    section.tables.append(Table(["", "wall ms", "CPU ms"], rows))
    wall = 1000 * median(column(_part(starts, "help"), "wall"))
    section.targets.append(Target("uplink-py --help", wall, _MAX_START, " ms"))
    return section


def _part(runs: list[Result], name: str) -> list[Result]:
    return [run[name] for run in runs]
