"""Base of a project's methods, which are a class for each family of calls."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from uplink._attempts import Attempts
from uplink._calls._call import Call
from uplink._driver import Deadline
from uplink._project import ProjectBase
from uplink.aio._driver import run
from uplink.errors import UplinkError

T = TypeVar("T")


class Family(ProjectBase):
    """Runs the calls of a project."""

    async def _run(self, call: Call[T], timeout: float | Deadline | None, failed: UplinkError | None = None) -> T:
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
                return await run(call, deadline)
            except UplinkError as error:
                failed = None
                delay = attempts.delay_after(error)
                if delay is None:
                    raise
            await asyncio.sleep(delay)
