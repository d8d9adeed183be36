"""Measures time and memory of this process."""

from __future__ import annotations

import resource
import time
from pathlib import Path
from typing import Any

Result = dict[str, Any]


class Meter:
    """Measures the time from its creation to `stop`."""

    def __init__(self) -> None:
        self._cpu = _cpu_time()
        self._thread = time.thread_time()
        self._wall = time.perf_counter()

    def stop(self) -> Result:
        """Return the seconds of wall time, of this process's CPU and of this thread's CPU, and the peak of memory."""
        wall = time.perf_counter() - self._wall
        thread = time.thread_time() - self._thread
        return {"wall": wall, "cpu": _cpu_time() - self._cpu, "thread": thread, "peak": memory("VmHWM")}


def memory(field: str) -> int:
    """Return a size that Linux reports. The peak from `getrusage` would include that of the parent process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    return 0


def _cpu_time() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
