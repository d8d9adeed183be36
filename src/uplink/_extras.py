"""Imports of what an extra of the package installs."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

# A traceback of pytest ends at the public function.
__tracebackhide__ = True


@contextmanager
def extra(name: str) -> Generator[None, None, None]:
    """Import modules of an extra in the `with` block. The error for a missing one names the extra.

    Raises:
        ModuleNotFoundError: A module is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        message = f"there is no module {error.name!r}; install it with: pip install 'uplink-cffi[{name}]'"
        raise ModuleNotFoundError(message, name=error.name) from error
