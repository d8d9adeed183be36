"""How long the import of the package takes."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import uplink
from driver.report import Section, Table, Target, spread

if TYPE_CHECKING:
    from driver.bench import Bench

_TEXT = """\
Each program is a new process of Python, and the programs run in turns. Python runs without the module `site` (`-I -S`),
since an environment may have `.pth` files that import modules of the standard library before the package does. The
times include the end of the process. On an idle machine, wall time and CPU time are the same. The first use of a public
name imports the package, but not its native code."""

_PROGRAMS = {
    "pass": "pass",
    "import uplink": "import uplink",
    "first use of a name": "import uplink; uplink.Access; uplink.open_project",
    "first use of uplink.aio": "import uplink; uplink.aio.Access; uplink.aio.open_project",
    "import asyncio": "import asyncio",
}
_MAX_OVER_PASS = 25


def measure(bench: Bench) -> Section:
    runs = 10 if bench.quick else 40
    wall: dict[str, list[float]] = {name: [] for name in _PROGRAMS}
    cpu: dict[str, list[float]] = {name: [] for name in _PROGRAMS}
    # The first runs read the files from the disk, and may compile them.
    for number in range(-2, runs):
        for name in list(_PROGRAMS)[:: 1 if number % 2 else -1]:
            times = _run(_PROGRAMS[name])
            if number >= 0:
                wall[name].append(times[0])
                cpu[name].append(times[1])
    rows = [
        [name, spread(wall[name], 1), _over(wall, name), spread(cpu[name], 1), _over(cpu, name)] for name in _PROGRAMS
    ]
    section = Section("Import", _TEXT, [Table(["", "wall ms", "over pass", "CPU ms", "over pass"], rows)])
    over = median(cpu["first use of a name"]) - median(cpu["pass"])
    section.targets.append(Target("first use of a name: CPU over `pass`", over, _MAX_OVER_PASS, " ms"))
    return section


def _run(statements: str) -> tuple[float, float]:
    """Run statements in a new process, and return its wall time and its CPU time in milliseconds."""
    program = f"import sys; sys.path.insert(0, {str(Path(uplink.__file__).parents[1])!r}); {statements}"
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-I", "-S", "-c", program], check=True)
    ended, after = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (ended - started) * 1000, used * 1000


def _over(times: dict[str, list[float]], name: str) -> str:
    return f"{median(times[name]) - median(times['pass']):+.1f}"
