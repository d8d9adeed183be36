"""One bar for all transfers of a command."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from uplink._progress import clear_line, has_terminal, open_bar

if TYPE_CHECKING:
    from collections.abc import Generator

    from uplink._cli._output import Output
    from uplink._progress import Bar, Report


class TotalBar:
    """Adds up how far several transfers have come, and draws one bar for them."""

    def __init__(self, bar: Bar, total: int) -> None:
        """Begin without transfers.

        Args:
            bar: Draws the sums.
            total: Number of bytes of all transfers, as far as known.
        """
        self._bar = bar
        self._total = total
        self._counts = [0, 0, 0]

    def transfer(self) -> Report:
        """Return what gets the progress of one transfer."""
        before = [0, 0, 0]

        def report(*counts: int) -> None:
            for number, count in enumerate(counts):
                self._counts[number] += count - before[number]
                before[number] = count
            transferred, total, committed = self._counts
            self._bar.report(transferred, max(self._total, total), committed)

        return report


@contextmanager
def bar_of(output: Output, name: str, *, wanted: bool, total: int = 0) -> Generator[TotalBar | None, None, None]:
    """Yield a bar, or `None` without a terminal. It goes when it ends, since the results are printed.

    Args:
        output: Hides the bar while it prints.
        name: The name of the transfers.
        wanted: Whether the options of the command allow a bar.
        total: Number of bytes of all transfers, as far as known.
    """
    if not wanted or output.as_json or not has_terminal():
        yield None
        return
    bar = output.bar = open_bar(name, stays=False)
    try:
        yield TotalBar(bar, total)
    finally:
        output.bar = None
        bar.close()
        clear_line()
