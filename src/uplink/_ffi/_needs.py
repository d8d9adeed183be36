"""Checks what libuplink needs of the process that loads it.

Go's runtime ends the process if it gets no memory or no thread, so the limits are checked before it starts.
"""

from __future__ import annotations

import sys
import threading
from importlib import import_module
from pathlib import Path

from uplink.errors import LoadError

_MIB = 1024 * 1024
# MiB beyond those in use. Measured on two processors: loading takes 800 of address space and 80 of data; an upload and
# a download of 100 MB take 2,300 and 240.
_ADDRESS_SPACE = 2560
_DATA = 256
# Measured on two processors: loading starts 6 threads, a transfer up to 10.
_THREADS = 16


def _is_subinterpreter() -> bool:
    # The names from Python 3.13 on, and before.
    for name in ("_interpreters", "_xxsubinterpreters"):
        try:
            interpreters = import_module(name)
        except ImportError:
            continue
        return bool(interpreters.get_current() != interpreters.get_main())
    return False


_IN_SUBINTERPRETER = _is_subinterpreter()


def check() -> None:
    """Raise `LoadError` if libuplink cannot be loaded into this process."""
    if _IN_SUBINTERPRETER:
        raise LoadError(
            "uplink-cffi does not support subinterpreters: use it in the main interpreter. With mod_wsgi, that is "
            "WSGIApplicationGroup %{GLOBAL}"
        )
    if sys.platform == "linux":
        _check_memory()
        _check_threads()


def _check_memory() -> None:
    import resource  # noqa: PLC0415 - not there on Windows

    try:
        used = [int(pages) * resource.getpagesize() for pages in Path("/proc/self/statm").read_text().split()]
    except OSError:  # there is no proc file system
        used = [0] * 7
    for limit, in_use, needed, name, option in (
        (resource.RLIMIT_AS, used[0], _ADDRESS_SPACE, "address space", "-v"),
        (resource.RLIMIT_DATA, used[5], _DATA, "data", "-d"),
    ):
        most = resource.getrlimit(limit)[0]
        left = (most - in_use) // _MIB
        if most != resource.RLIM_INFINITY and left < needed:
            raise LoadError(
                f"the process may have {most // _MIB:,} MiB of {name} (ulimit {option}), of which {max(left, 0):,} are "
                f"left, and Go's runtime needs {needed:,}: it would end the process. Raise this limit; a limit of the "
                "memory in use, such as a cgroup, is no problem"
            )


def _check_threads() -> None:
    """Start as many threads at once as Go does: the limit counts threads of other processes, too."""
    go = threading.Event()
    threads: list[threading.Thread] = []
    try:
        for _ in range(_THREADS):
            thread = threading.Thread(target=go.wait, daemon=True)
            thread.start()
            threads.append(thread)
    except RuntimeError as error:
        raise LoadError(
            f"the process can start only {len(threads)} more threads, and Go's runtime needs {_THREADS}: it would end "
            "the process. Raise the limit of processes (ulimit -u), or that of the container or service (pids.max, "
            f"docker run --pids-limit, TasksMax). Python said: {error}"
        ) from error
    finally:
        go.set()
        for thread in threads:
            thread.join()
