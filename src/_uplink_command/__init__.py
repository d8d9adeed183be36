"""The command `uplink-py`, which is `python -m uplink`, and tells when another package named `uplink` is in its way."""

from __future__ import annotations

import sys

from _uplink_import import check_uplink


def main() -> int:
    """Run the command line of `uplink`, and return its exit status."""
    try:
        check_uplink()
    except ImportError as error:
        print(f"uplink-py: {error}", file=sys.stderr)
        return 1
    from uplink.__main__ import main as run  # noqa: PLC0415 - what may not be there is imported last

    return run(program="uplink-py")
