"""Reads grants from files of secrets, and from the file of the command `uplink` of Storj."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from uplink._secret import Secret
from uplink.errors import InvalidAccessError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# Number of bytes that are read; files with grants are smaller.
_LONGEST = 1 << 20


def read_grant(path: str | os.PathLike[str]) -> Secret:
    """Return the contents of a file, which is a grant and nothing else.

    Raises:
        InvalidAccessError: The file cannot be read, or is empty.
    """
    secret = _read(Path(path))
    if not secret.reveal().strip("\0 \t\r\n"):
        raise InvalidAccessError(f"the file {os.fspath(path)} is empty; it takes a serialized access grant")
    return secret


def saved_grant(name: str | None, folder: str | os.PathLike[str] | None) -> Secret:
    """Return a grant that the command `uplink` has saved.

    Args:
        name: Its name; `None` for the default one.
        folder: The folder of the command's configuration; `None` for the usual one.

    Raises:
        InvalidAccessError: The file cannot be read, or has no grant of that name.
    """
    path = Path(config_folder() if folder is None else folder) / "access.json"
    default, grants = saved_grants(path)
    names = ", ".join(sorted(grants)) or "none"
    wanted = name or default
    if not wanted:
        raise InvalidAccessError(f"the file {path} has no default access; give one of its names: {names}")
    if wanted not in grants:
        raise InvalidAccessError(f"the file {path} has no access {wanted!r}; it has {names}")
    return grants[wanted]


def saved_grants(path: Path) -> tuple[str, dict[str, Secret]]:
    """Return the name of the default grant in the command's file, or `""`, and all grants by their names.

    Raises:
        InvalidAccessError: The file cannot be read, or is another file.
    """
    saved = _grants(_read(path))
    if saved is None:
        raise InvalidAccessError(f"the file {path} is not one that the command uplink writes")
    return saved


def config_folder() -> Path:
    """Return the folder of the command's configuration."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home()) / "Storj" / "Uplink"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Storj" / "Uplink"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "storj" / "uplink"


def _read(path: Path) -> Secret:
    try:
        with path.open("rb") as file:
            # A grant has ASCII characters only, so the replacement of a byte makes no other grant.
            return Secret(file.read(_LONGEST).decode("utf-8", "replace"))
    except OSError as error:
        raise InvalidAccessError(f"the file {path} cannot be read: {error.strerror or error}") from error


def _grants(contents: Secret) -> tuple[str, dict[str, Secret]] | None:
    """Return the name of the default grant, and all grants by their names.

    It returns `None` if the text is not that of the command's file. It raises nothing, since a
    traceback would show its variables, which hold the grants.
    """
    try:
        document: Any = json.loads(contents.reveal())
        accesses: Any = document["accesses"]
        default: Any = document.get("default") or ""
        if not isinstance(default, str) or not all(isinstance(grant, str) for grant in accesses.values()):
            return None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return default, {name: Secret(grant) for name, grant in accesses.items()}
