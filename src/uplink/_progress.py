"""Shows how far a transfer has come."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Generator

# Gets the numbers of bytes that are transferred, that there are, and that are committed.
Report = Callable[[int, int, int], object]

# Characters of the name of a transfer in its line.
_NAME_WIDTH = 30
# Columns of a terminal whose size is not known.
_MANY_COLUMNS = 120


@contextmanager
def reporting(progress: Report | bool | None, name: str) -> Generator[Report | None, None, None]:
    """Yield what gets the progress of a transfer, or `None` if nobody watches it.

    Args:
        progress: A function, or `True` for a bar in the terminal or the notebook. Elsewhere there is no bar.
        name: The name of the transfer, for the bar.

    Raises:
        TypeError: `progress` is something else, also a coroutine function.
    """
    if progress is None or progress is False:
        yield None
    elif progress is not True:
        check_function(progress, "progress", "True, False, None or a function")
        yield progress
    elif not has_terminal():
        yield None
    else:
        bar = open_bar(name)
        try:
            yield bar.report
        finally:
            bar.close()


def check_function(value: object, name: str, what: str = "a function") -> None:
    """Raise a `TypeError` unless the value of an argument is a function, and not a coroutine function."""
    from inspect import iscoroutinefunction  # noqa: PLC0415 - most calls do not need it

    if not callable(value):
        raise TypeError(f"{name} takes {what}, not {type(value).__name__}")
    if iscoroutinefunction(value):
        raise TypeError(f"{name} takes a function without `async`, since nothing awaits it")


def has_terminal() -> bool:
    """Report whether somebody can see a bar."""
    # Programs without a console have no stderr.
    return "ipykernel" in sys.modules or (sys.stderr is not None and sys.stderr.isatty())


class Bar(Protocol):
    """A bar in the terminal."""

    def report(self, transferred: int, total: int, committed: int) -> None:
        """Draw how far the transfer has come."""

    def hide(self) -> None:
        """Clear the line of the bar until the next report, so that something else can be printed."""

    def close(self) -> None:
        """End the line of the bar."""


def open_bar(name: str, *, stays: bool = True) -> Bar:
    """Return a bar of tqdm if that is installed, or else a plain one.

    Args:
        name: The name of the transfer.
        stays: Whether the bar stays in the terminal after its end.
    """
    try:
        return _TqdmBar(name, stays=stays)
    except ImportError:
        return _PlainBar(name, stays=stays)


def _shown(transferred: int, total: int, committed: int) -> int:
    """Return the number of bytes to show: at most 99 % of them before all are committed."""
    return min(transferred, total if committed >= total else total * 99 // 100)


def _printable(name: str) -> str:
    """Return a name without control characters, which would change the terminal, and others that it cannot show."""
    printable = "".join(character if character.isprintable() else "?" for character in name)
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    return printable.encode(encoding, "replace").decode(encoding)


def text_width(text: str) -> int:
    """Return the number of columns that a text takes in a terminal."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # noqa: PLC0415 - most texts are ASCII

    return sum(0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1 for character in text)


def shorten(text: str, width: int) -> str:
    """Return a text that takes at most so many columns in a terminal. Characters that are left out are one `…`."""
    if text_width(text) <= width:
        return text
    while text and text_width(text) >= width:
        text = text[:-1]
    return f"{text}{_printable('…')}"[: max(width, 0)]


class _TqdmBar:
    """A bar that tqdm draws."""

    def __init__(self, name: str, *, stays: bool) -> None:
        from tqdm.auto import tqdm  # noqa: PLC0415 - tqdm is optional

        self._name = _printable(name)
        self._bar = tqdm(unit="B", unit_scale=True, unit_divisor=1024, dynamic_ncols=True, leave=stays)
        self._name_bar()

    def report(self, transferred: int, total: int, committed: int) -> None:
        self._bar.total = total
        self._bar.n = _shown(transferred, total, committed)
        self._name_bar()
        self._bar.refresh()

    def _name_bar(self) -> None:
        # tqdm cuts off the end of a line that is too long, which has the numbers.
        self._bar.set_description_str(shorten(self._name, max(_columns() // 3, 8)), refresh=False)

    def hide(self) -> None:
        self._bar.clear()

    def close(self) -> None:
        self._bar.close()


class _PlainBar:
    """A line that says the part in percent, the bytes, the rate and the time left."""

    def __init__(self, name: str, *, stays: bool) -> None:
        import time  # noqa: PLC0415

        self._clock = time.monotonic
        self._name = shorten(_printable(name), _NAME_WIDTH)
        self._stays = stays
        self._begun = self._clock()
        self._already: int | None = None
        self._width = 0

    def report(self, transferred: int, total: int, committed: int) -> None:
        if self._already is None:  # bytes that an earlier transfer left say nothing of the rate
            self._already = transferred
        shown = _shown(transferred, total, committed)
        rate = (transferred - self._already) / max(self._clock() - self._begun, 1e-3)
        left = f", {_duration((total - transferred) / rate)} left" if rate > 0 and total > transferred else ""
        percent = round(100 * shown / total) if total else 100
        counts = f"{percent:3d} %  {human_size(shown)} of {human_size(total)}, {human_size(rate)}/s{left}"
        # The last column stays empty: some terminals begin a new line after it.
        room = _columns() - 1
        name = shorten(self._name, room - len(counts) - 2)
        line = (f"{name}  {counts}" if name else counts)[:room]
        width = text_width(line)
        # A terminal that was made narrower has fewer columns to clear.
        self._write(f"\r{line}{' ' * (min(self._width, room) - width)}")
        self._width = width

    def hide(self) -> None:
        if self._width:
            self._write(f"\r{' ' * min(self._width, _columns() - 1)}\r")
            self._width = 0

    def close(self) -> None:
        if not self._stays:
            self.hide()
        elif self._width:
            self._write("\n")

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


def clear_line() -> None:
    """Clear the line of the cursor on stderr, a terminal: Ctrl-C shows as `^C` beside a bar."""
    sys.stderr.write(f"\r{' ' * (_columns() - 1)}\r")
    sys.stderr.flush()


def _columns() -> int:
    """Return the number of columns of the terminal, which may change at any time."""
    import os  # noqa: PLC0415

    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _MANY_COLUMNS
    except (OSError, ValueError, AttributeError):  # a notebook, or a terminal that a program replaces
        return _MANY_COLUMNS


def human_size(count: float) -> str:
    """Return a number of bytes as people read it: "12.3 MiB"."""
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} PiB"


def _duration(seconds: float) -> str:
    """Return a duration as hours, minutes and seconds: "1:02:03"."""
    minutes, second = divmod(round(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02d}:{second:02d}" if hour else f"{minute}:{second:02d}"
