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

    def _run(self, call: Call[T], timeout: float | Deadline | None, failed: UplinkError | None = None) -> T:
        """Run a call, and repeat it as the project's `Retry` allows.

        Args:
            call: The call.
            timeout: As for `run`.
            failed: The error of the first attempt, if that was made in another way.
        """
        __tracebackhide__ = True
        deadline = Deadline.of(timeout)
        attempts = Attempts(self.config.retry, deadline)
        while True:
            try:
                if failed is not None:
                    raise failed
                return run(call, deadline)
            except UplinkError as error:
                failed = None
                delay = attempts.delay_after(error)
                if delay is None:
                    raise
            time.sleep(delay)
