"""Completes commands, options, saved accesses, buckets and keys, with argcomplete."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, cast

import argcomplete
from argcomplete.completers import FilesCompleter
from argcomplete.shell_integration import shellcode

from uplink._cli._places import SCHEME, bucket, object_, place, remote
from uplink._cli._saved import SavedAccesses
from uplink._cli._session import access_of
from uplink.errors import UplinkError

if TYPE_CHECKING:
    from collections.abc import Iterator

# The number of keys to show at most, and the seconds that they may take.
_MOST = 100
_PATIENCE = 3.0


def script(shell: str) -> str:
    """Return the lines with which a shell completes the commands of `uplink-py`."""
    return shellcode(["uplink-py"], shell=shell)


def complete(parser: argparse.ArgumentParser) -> None:
    """Print the completions that the shell asks for, and end the process."""
    for action in _actions(parser):
        if action.type in (bucket, object_, place, remote):
            action.completer = _places  # type: ignore[attr-defined] # as argcomplete wants it
        elif action.dest in ("access", "revoked") or (action.dest == "name" and not action.option_strings):
            action.completer = _names  # type: ignore[attr-defined]
    argcomplete.autocomplete(parser)


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield the arguments and options of all commands."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            commands = cast("dict[str, argparse.ArgumentParser]", action.choices)
            for command in commands.values():
                yield from _actions(command)


def _names(parsed_args: argparse.Namespace, **_: object) -> list[str]:
    """Return the names of the saved accesses."""
    try:
        return SavedAccesses(getattr(parsed_args, "config_dir", None)).names()
    except UplinkError:
        return []


def _places(prefix: str, parsed_args: argparse.Namespace, **_: object) -> list[str]:
    """Return the places that begin with the prefix: buckets, or objects and prefixes, or files."""
    if not prefix.startswith(SCHEME):
        return [*FilesCompleter()(prefix), *([SCHEME] if SCHEME.startswith(prefix) else [])]
    try:
        return _remote_places(prefix, parsed_args)
    except UplinkError:
        return []


def _remote_places(prefix: str, options: argparse.Namespace) -> list[str]:
    name, slash, key = prefix.removeprefix(SCHEME).partition("/")
    with access_of(options).open_project() as project:
        if not slash:
            return [f"{SCHEME}{found.name}/" for found in project.list_buckets(timeout=_PATIENCE)]
        items = project.list_objects(name, key, limit=_MOST, timeout=_PATIENCE)
        # Shells cannot take other keys.
        return [f"{SCHEME}{name}/{item.key}" for item in items if item.key.isprintable()]
