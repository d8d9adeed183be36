"""The command line `uplink-py`, in processes of its own."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from projects import BUCKET, open_project

if TYPE_CHECKING:
    from argparse import Namespace


def command(options: Namespace) -> dict[str, Any]:
    """Upload a folder with `uplink-py cp -r`, and download it into another one."""
    # A new prefix each time: the command does not copy what is there already.
    target, place = f"{options.path}.copied", f"sj://{BUCKET}/{options.key}-{os.getpid()}/"
    shutil.rmtree(target, ignore_errors=True)
    with open_project():  # it creates the bucket
        pass
    result = {"up": _run("cp", "-r", options.path, place)}
    result["down"] = _run("cp", "-r", place, target)
    shutil.rmtree(target)
    return result


def command_start(_: Namespace) -> dict[str, Any]:
    """Print the help of the command, and run a program that does nothing."""
    return {"help": _run("--help"), "pass": _time([sys.executable, "-c", "pass"])}


def _run(*words: str) -> dict[str, float]:
    return _time([sys.executable, "-m", "uplink", *words])


def _time(words: list[str]) -> dict[str, float]:
    """Run a program, and return the seconds of wall time and of CPU from its start to its end."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"wall": wall, "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}
