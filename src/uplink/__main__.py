"""`python -m uplink`."""

import sys

from uplink._cli import run_program

sys.exit(run_program("python -m uplink"))
