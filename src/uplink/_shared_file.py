"""A file that threads share."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from uplink._driver import Deadline
from uplink._file import FileBase
from uplink.errors import BusyError, DeadlineExceededError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

P = ParamSpec("P")
T = TypeVar("T")
A = TypeVar("A")


class SharedFile(FileBase):
    """A binary file whose threads wait for one another."""

    def _share(self) -> None:
        # The thread of a signal handler can acquire it again, and is refused: it must not wait for itself.
        self._lock = threading.RLock()
        self._is_busy = False

    def _alone(self, deadline: Deadline, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run work while no other thread uses the file, and return its result."""
        left = deadline.left()
        if left is None:
            # Ctrl-C cannot come between this statement and its block.
            with self._lock:
                return self._locked(work, *args, **kwargs)
        if not self._lock.acquire(timeout=left):
            message = f"another thread used the file for {deadline.seconds:g} s"
            raise DeadlineExceededError(message, bucket=self.bucket, key=self.key)
        try:
            return self._locked(work, *args, **kwargs)
        finally:
            self._lock.release()

    def _locked(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._is_busy:
            raise BusyError("a signal handler uses the file that it has interrupted", bucket=self.bucket, key=self.key)
        self._is_busy = True
        try:
            return work(*args, **kwargs)
        finally:
            self._is_busy = False

    def _open_alone(self, deadline: Deadline, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run work on the open file as `_alone` does."""
        # Before the lock, which a thread of the parent may have held at the fork.
        self._check_open()

        def work_if_open() -> T:
            # Another thread may have closed the file since.
            self._check_open()
            return work(*args, **kwargs)

        return self._alone(deadline, work_if_open)

    def _call(self, timeout: float | None, work: Callable[[A, Deadline], T], argument: A) -> T:
        """Run work that waits for the network, with its argument and a deadline."""
        deadline = self._deadline(timeout)
        return self._open_alone(deadline, work, argument, deadline)
