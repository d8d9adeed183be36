# Generated from src/uplink/aio/_family.py by tools/generate_sync.py; change that instead.
"""Base of a project's methods, which are a class for each family of calls."""

from __future__ import annotations

import time
from typing import TypeVar

from uplink._attempts import Attempts
from uplink._calls._call import Call
from uplink._driver import Deadline, run
from uplink._project import ProjectBase
from uplink.errors import UplinkError

T = TypeVar("T")


class Family(ProjectBase):
    """Runs the calls of a project."""

    def _run(self, call: Call[T], timeout: float | Deadline | None) -> T:
        """Run a call, and repeat it as the project's `Retry` allows."""
        __tracebackhide__ = True
        deadline = Deadline.of(timeout)
        attempts = Attempts(self.config.retry, deadline)
        while True:
            try:
                return run(call, deadline)
            except UplinkError as error:
                delay = attempts.delay_after(error)
                if delay is None:
                    raise
            time.sleep(delay)
