"""Runs a command with a local network, whose address and keys are in the variables that the tests in Go and C read.

Usage: python tools/with_network.py COMMAND...
"""

from __future__ import annotations

import os
import subprocess
import sys

from uplink_localnet import LocalNetwork


def main(command: list[str]) -> int:
    """Run the command, and return its exit status."""
    if os.environ.get("UPLINK_TEST_ACCESS"):
        return subprocess.run(command, check=False).returncode
    with LocalNetwork() as network:
        variables = {
            "UPLINK_TEST_ACCESS": network.access_grant,
            "UPLINK_TEST_SATELLITE": network.satellite_address,
            "UPLINK_TEST_API_KEY": network.api_key,
        }
        return subprocess.run(command, check=False, env={**os.environ, **variables}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
