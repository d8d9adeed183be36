"""Writes the tree of errors into docs/reference/errors.md, from the classes and their docstrings."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from uplink import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "errors.md"
# The lines between the introduction of the tree and the next section.
TREE = re.compile(r"(?<=\n\n)- `UplinkError`.*?\n(?=\n## )", flags=re.DOTALL)


def main() -> int | str:
    """Write the page, or with `--check` report whether it is up to date."""
    text = PAGE.read_text(encoding="utf-8")
    new = page(text)
    if "--check" in sys.argv[1:]:
        return 0 if text == new else f"{PAGE.name} is out of date: run make sync"
    PAGE.write_text(new, encoding="utf-8")
    return 0


def page(text: str) -> str:
    """Return the contents of the page with the tree of now."""
    tree = "- `UplinkError`: the base class of all errors\n" + "".join(_branch(errors.UplinkError, 1))
    new, count = TREE.subn(lambda _: tree, text)
    assert count == 1, f"{PAGE.name} has no place for the tree"
    return new


def _branch(parent: type[Exception], depth: int) -> Iterator[str]:
    """Yield a line for each class below another one: its builtin, and the first line of its docstring."""
    for name, error in vars(errors).items():
        if name not in errors.__all__ or parent not in error.__bases__:
            continue
        also = "".join(f", also a `{base.__name__}`" for base in error.__bases__ if base.__module__ == "builtins")
        retryable = ", retryable" if "retryable" in vars(error) else ""
        first = (error.__doc__ or "").partition("\n")[0]
        yield f"{'    ' * depth}- `{name}`{also}{retryable}: {first}\n"
        yield from _branch(error, depth + 1)


if __name__ == "__main__":
    sys.exit(main())
