"""Files of `open`, compared with the calls that they stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driver.bench import column, ratio
from driver.report import Section, Table, Target, spread

if TYPE_CHECKING:
    from driver.bench import Bench, Program

_MIB = 1024 * 1024
_PIECE = 64 * 1024

_TEXT = """\
A file of `project.open`. Random reads of 64 KiB are compared with `get` of the same ranges. Reads from start to end, in
pieces of 64 KiB and of 1 MiB, are compared with the same reads of `download_object`. Only the reads are timed."""


def measure(bench: Bench) -> Section:
    section = Section("Files", _TEXT)
    size = (64 if bench.quick else 256) * _MIB
    bench.run(bench.in_go("preparation", "write-calls", bytes=size))
    rows = []
    count = 100 if bench.quick else 500
    flags = {"key": "stream", "bytes": size, "count": count, "buffer": _PIECE}
    programs = [bench.in_python(api, "random-reads", api=api, **flags) for api in ("get", "file")]
    rows += _compare(bench, section, f"{count} random reads of 64 KiB", programs, 1.2)
    for piece in _PIECE, _MIB:
        programs = [bench.in_python(api, "sequential-reads", api=api, buffer=piece) for api in ("download", "file")]
        title = f"{size // _MIB} MiB in pieces of {piece // 1024} KiB"
        rows += _compare(bench, section, title, programs, 1.1)
    section.tables.append(Table(["", "by", "wall s", "client CPU s"], rows))
    return section


def _compare(bench: Bench, section: Section, title: str, programs: list[Program], limit: float) -> list[list[str]]:
    results = bench.compare(programs)
    (reference, theirs), (name, ours) = results.items()
    section.targets.append(
        Target(f"{title}, by {name}: wall time over {reference}", ratio(ours, theirs, "wall"), limit)
    )
    return [
        [title, name, spread(column(found, "wall")), spread(column(found, "cpu"))] for name, found in results.items()
    ]
