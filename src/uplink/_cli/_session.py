"""The options that all commands on Storj share, and the access and the project that they lead to."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from uplink._access import ACCESS_VARIABLE
from uplink._cli._output import Output, printable
from uplink._cli._saved import SavedAccesses
from uplink._cli._values import seconds
from uplink._secret import Secret
from uplink.access import Access
from uplink.errors import InvalidAccessError

if TYPE_CHECKING:
    from uplink.project import Project

# Longer texts that are no name of a saved access are not shown in messages.
_LONGEST_NAME = 30


def common_options() -> argparse.ArgumentParser:
    """Return a parser with the options that all commands share, to be a parent of theirs."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--access",
        metavar="NAME",
        help="the name of a saved access, or a grant, which other users of this machine can see then; the default is "
        "the grant of UPLINK_ACCESS or UPLINK_ACCESS_FILE, or else the saved access in use",
    )
    parser.add_argument(
        "--config-dir", metavar="FOLDER", help="the folder of the saved accesses, which Storj's command uplink shares"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, one object a line")
    parser.add_argument(
        "--timeout", type=seconds, metavar="SECONDS", help="end the command, as Ctrl-C does, after so long, such as 30s"
    )
    parser.add_argument(
        "-v",
        "--verbose",
        action="count",
        default=0,
        help="log retries and slow transfers to stderr; twice, also each call with its duration",
    )
    return parser


def output_of(options: argparse.Namespace) -> Output:
    """Return the output of a command, which is always the same."""
    if "output" not in options:
        options.output = Output(as_json=getattr(options, "json", False))
    found: Output = options.output
    return found


class NoAccessError(InvalidAccessError):
    """Neither the options nor the environment name an access, and no saved access is in use."""


def access_of(options: argparse.Namespace) -> Access:
    """Return the access of a command.

    Raises:
        NoAccessError: There is none.
        InvalidAccessError: It is not valid.
    """
    return chosen_access(None if options.access is None else Secret(options.access), options.config_dir)


def chosen_access(name: Secret | None, folder: str | None) -> Access:
    """Return the access of a name or a grant, or else that of the environment, or else the saved one in use.

    Args:
        name: The value of `--access`, or `None`.
        folder: The folder of the saved accesses; `None` for the usual one.

    Raises:
        NoAccessError: There is none.
        InvalidAccessError: It is not valid.
    """
    if name is not None:
        return find_access(name, folder)
    if os.environ.get(f"{ACCESS_VARIABLE}_FILE"):
        return Access.from_env()  # raises if both variables are set
    if os.environ.get(ACCESS_VARIABLE):
        # As Storj's command, accept a name there, too.
        return find_access(Secret(os.environ[ACCESS_VARIABLE]), folder)
    saved = SavedAccesses(folder)
    if saved.current not in saved.names():
        raise NoAccessError(
            f"there is no access: set {ACCESS_VARIABLE}, save one with `uplink-py access import NAME`, or give --access"
        )
    return saved.get(saved.current)


def find_access(name: Secret, folder: str | None, *, maybe_file: bool = False) -> Access:
    """Return the access for the name of a saved one, or for a grant.

    Args:
        name: The name or the grant.
        folder: The folder of the saved accesses; `None` for the usual one.
        maybe_file: Whether the name was also looked for among files.

    Raises:
        InvalidAccessError: It is neither.
    """
    try:
        return Access.parse(name.reveal())
    except InvalidAccessError:
        if len(name.reveal()) > 100:
            raise
    names = SavedAccesses(folder).names()
    if name.reveal() not in names:
        saved = f"; saved are {', '.join(names)}" if names else ", of which none is saved"
        # A long text may be a part of a grant, which must not be in a message.
        length = len(name.reveal())
        shown = repr(name.reveal()) if length <= _LONGEST_NAME else f"the text of {length} characters"
        kinds = "no file, no grant" if maybe_file else "no grant"
        raise InvalidAccessError(printable(f"{shown} is {kinds}, and no name of an access{saved}"))
    return Access.from_saved(name.reveal(), folder=folder)


def open_project(options: argparse.Namespace) -> Project:
    """Open the project of a command.

    Raises:
        InvalidAccessError: There is no access.
    """
    return access_of(options).open_project()
