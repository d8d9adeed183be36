"""The command line: `python -m uplink`, or `uplink-py`."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from _uplink_import import check_uplink

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None, *, program: str = "python -m uplink") -> int:
    """Run a command.

    Args:
        arguments: The words of the command line; `None` for those of the process.
        program: What was called, for the help.

    Returns:
        The exit status: 0 for success, 1 for failure, 2 for a command that is none.
    """
    parser = argparse.ArgumentParser(prog=program, description="Storj from the command line.")
    parser.add_argument("--version", action="version", version=f"uplink-cffi {_version()}")
    commands = parser.add_subparsers(dest="command", required=True)
    demo_parser = commands.add_parser(
        "demo", help="upload and download a file on a local Storj network, in each way, and share an access to it"
    )
    demo_parser.add_argument("file", nargs="?", type=Path, help="the file; libuplink itself, unless given")
    doctor_parser = commands.add_parser(
        "doctor", help="say what is installed here, whether it works, and whether a satellite can be reached"
    )
    doctor_parser.add_argument(
        "--access",
        metavar="GRANT",
        help="the access grant to try; else that of UPLINK_ACCESS or UPLINK_ACCESS_FILE, "
        "where other users of this machine do not see it",
    )
    options = parser.parse_args(arguments)
    try:
        check_uplink()
        return _run(options)
    except BrokenPipeError:
        # Whoever reads the output has seen enough; what is still in the buffer goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (OSError, ImportError) as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1


def _version() -> str:
    try:
        return importlib.metadata.version("uplink-cffi")
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


def _run(options: argparse.Namespace) -> int:
    # Only now: what is in the way of `uplink` would be in theirs.
    from uplink.errors import UplinkError  # noqa: PLC0415

    try:
        if options.command == "doctor":
            from uplink._doctor import doctor  # noqa: PLC0415
            from uplink._secret import Secret  # noqa: PLC0415

            return 0 if doctor(None if options.access is None else Secret(options.access)) else 1
        from uplink._demo import demo  # noqa: PLC0415

        demo(options.file)
    except UplinkError as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
