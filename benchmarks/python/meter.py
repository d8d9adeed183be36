"""What is measured of a process, and how."""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Any

Result = dict[str, Any]


class Meter:
    """Measures from its making to its stop."""

    def __init__(self) -> None:
        self._cpu = _cpu_time()
        self._thread = time.thread_time()
        self._wall = time.perf_counter()

    def stop(self) -> Result:
        """Return seconds that passed, that this process used and this thread, and the peak of resident memory."""
        wall = time.perf_counter() - self._wall
        thread = time.thread_time() - self._thread
        return {"wall": wall, "cpu": _cpu_time() - self._cpu, "thread": thread, "peak": memory("VmHWM")}


def memory(field: str) -> int:
    """Read a size from Linux: `getrusage` would include the peak of the process that started this one."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    return 0


def _cpu_time() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
