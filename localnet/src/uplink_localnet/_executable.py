"""The installed executable and its command line."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import sysconfig
from pathlib import Path

from uplink_localnet._errors import LocalNetworkError

_SCRIPT = "uplink-localnet"


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
    with contextlib.suppress(KeyError):  # not every Python has a user scheme
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


def run_arguments(
    *,
    directory: str | os.PathLike[str] | None,
    nodes: int | None,
    redundancy: tuple[int, int, int, int] | str | None,
    listen: str | None,
    limits: str | None,
    switches: dict[str, bool],
) -> list[str]:
    """Return the arguments of the command `run`. The executable checks the values."""
    if redundancy is not None and not isinstance(redundancy, str):
        redundancy = "/".join(str(number) for number in redundancy)
    values = {
        "--dir": None if directory is None else os.fspath(directory),
        "--nodes": None if nodes is None else str(nodes),
        "--redundancy": redundancy,
        "--listen": listen,
        "--limits": limits,
    }
    arguments = [text for name, value in values.items() if value is not None for text in (name, value)]
    return arguments + [name for name, given in switches.items() if given]
