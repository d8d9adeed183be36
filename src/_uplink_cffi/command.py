"""The script `uplink-py`: `python -m uplink`, or an error if another package is named `uplink`."""

from __future__ import annotations

import sys

from _uplink_cffi.imports import check_uplink


def main() -> int:
    """Run the command line of `uplink` and return its exit status."""
    try:
        check_uplink()
    except ImportError as error:
        print(f"uplink-py: {error}", file=sys.stderr)
        return 1
    from uplink._cli import run_program  # noqa: PLC0415 - it may be missing, as checked above

    return run_program("uplink-py")
