"""The command line: `python -m uplink`, or the script `uplink-py`."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from _uplink_cffi.imports import check_uplink

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None, *, program: str = "python -m uplink") -> int:
    """Run a command and return the exit status: 0 for success, 1 for failure, 2 for wrong arguments.

    Args:
        arguments: The arguments of the command line; `None` for those of the process.
        program: The name of the program in the help.
    """
    options = _parser(program).parse_args(arguments)
    try:
        check_uplink()
        return _run(options)
    except BrokenPipeError:
        # The reader of the output has closed it. Without this, Python would fail again when it flushes its buffer.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (OSError, ImportError) as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program, description="Storj from the command line.")
    parser.add_argument("--version", action="version", version=f"uplink-cffi {_version()}")
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser(
        "demo", help="upload and download a file on a local Storj network, in each way, and share an access to it"
    )
    demo.add_argument("file", nargs="?", type=Path, help="the file; the default is libuplink itself")
    demo.set_defaults(run=_demo)
    doctor = commands.add_parser(
        "doctor", help="report what is installed here, whether it works, and whether a satellite can be reached"
    )
    doctor.add_argument(
        "--access",
        metavar="GRANT",
        help="the access grant to try; the default is the one of UPLINK_ACCESS or UPLINK_ACCESS_FILE, "
        "which other users of this machine cannot see",
    )
    doctor.set_defaults(run=_doctor)
    return parser


def _version() -> str:
    try:
        return importlib.metadata.version("uplink-cffi")
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


def _run(options: argparse.Namespace) -> int:
    # Imported here, after check_uplink: with another package named `uplink`, this and the commands may not import.
    from uplink.errors import UplinkError  # noqa: PLC0415

    try:
        return 0 if options.run(options) else 1
    except UplinkError as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1


def _demo(options: argparse.Namespace) -> bool:
    from uplink._cli.demo import demo  # noqa: PLC0415

    demo(options.file)
    return True


def _doctor(options: argparse.Namespace) -> bool:
    from uplink._cli.doctor import doctor  # noqa: PLC0415
    from uplink._secret import Secret  # noqa: PLC0415

    return doctor(None if options.access is None else Secret(options.access))
