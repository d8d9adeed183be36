"""The process that the network runs in."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import sysconfig
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING

from uplink_localnet._errors import LocalNetworkError

if TYPE_CHECKING:
    import subprocess

_SCRIPT = "uplink-localnet"
_LOG_TAIL = 4000


def executable() -> Path:
    """Find the installed executable.

    The script folders of the running interpreter come first, then ``PATH``.

    Returns:
        The path of ``uplink-localnet``.

    Raises:
        LocalNetworkError: It is not installed.
    """
    name = _SCRIPT + (".exe" if sys.platform == "win32" else "")
    folders = [Path(sysconfig.get_path("scripts")), Path(sys.executable).parent]
    with contextlib.suppress(KeyError):  # there is no user scheme everywhere
        folders.append(Path(sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))))
    for folder in folders:
        if os.access(folder / name, os.X_OK):
            return folder / name
    found = shutil.which(_SCRIPT)
    if found is None:
        searched = ", ".join(str(folder) for folder in dict.fromkeys(folders))
        raise LocalNetworkError(
            f"the program {_SCRIPT} is neither in {searched} nor on PATH: install the distribution uplink-localnet"
        )
    return Path(found)


def end(process: subprocess.Popen[bytes], scratch: Path, owner: int) -> None:
    """Kill the network if it still runs, and remove what it has left; a forked child leaves that to its parent."""
    if owner != os.getpid():
        return
    if process.poll() is None:
        process.kill()
        process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
    shutil.rmtree(scratch, ignore_errors=True)


def arguments(
    directory: str | os.PathLike[str] | None,
    nodes: int | None,
    redundancy: tuple[int, int, int, int] | str | None,
    listen: str | None,
) -> list[str]:
    """Make the command line; values are checked by the executable."""
    arguments = []
    if directory is not None:
        arguments += ["--dir", os.fspath(directory)]
    if nodes is not None:
        arguments += ["--nodes", str(nodes)]
    if redundancy is not None:
        text = redundancy if isinstance(redundancy, str) else "/".join(str(number) for number in redundancy)
        arguments += ["--rs", text]
    if listen is not None:
        arguments += ["--listen", listen]
    return arguments


def read_line(stream: IO[bytes] | None, timeout: float) -> bytes | None:
    """Read a line, or return None when it takes too long."""
    assert stream is not None
    lines: list[bytes] = []
    # A thread, because Windows cannot wait for a pipe.
    reader = threading.Thread(target=lambda: lines.append(stream.readline()), daemon=True)
    reader.start()
    reader.join(timeout)
    return lines[0] if lines else None


def tail(log: Path) -> str:
    """Read the end of the log."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _LOG_TAIL))
            return file.read().decode(errors="replace").strip()
    except OSError:
        return ""
