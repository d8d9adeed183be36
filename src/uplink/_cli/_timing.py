"""The options `--timeout` and `--verbose`."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING, Any

from uplink._cli._output import printable

if TYPE_CHECKING:
    import argparse
    import logging
    from collections.abc import Generator

    from uplink._cli._output import Output


class Limit:
    """Interrupts what runs in its block when that takes too long.

    Attributes:
        reached: Whether it has interrupted the block.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        self.reached = False
        self._seconds: float | None = getattr(options, "timeout", None)
        self._timer: threading.Timer | None = None
        self._replaced: Any = None

    def __enter__(self) -> None:
        if self._seconds is not None:
            if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so do shells start scripts' background commands
                self._replaced = signal.signal(signal.SIGINT, self._handle)
            self._timer = threading.Timer(self._seconds, self._interrupt)
            self._timer.daemon = True
            self._timer.start()

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._replaced is not None:
            signal.signal(signal.SIGINT, self._replaced)

    def _handle(self, *_: object) -> None:
        """Ignore Ctrl-C until the time is over."""
        if self.reached:
            raise KeyboardInterrupt

    def _interrupt(self) -> None:
        """Interrupt the main thread, as Ctrl-C does."""
        self.reached = True
        if hasattr(signal, "pthread_kill"):
            # It also ends a read from stdin.
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        else:
            signal.raise_signal(signal.SIGINT)


@contextlib.contextmanager
def logged(output: Output, options: argparse.Namespace) -> Generator[None, None, None]:
    """Log what happens in the block to stderr if the options say so."""
    verbose = getattr(options, "verbose", 0)
    if not verbose:
        yield
        return
    import logging  # noqa: PLC0415 - its import takes as long as that of a command

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            output.note(printable(self.format(record)))

    handler = Handler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger = logging.getLogger("uplink")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG if verbose > 1 else logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
