"""`python -m uplink`."""

import sys

from uplink._cli import main

sys.exit(main())
