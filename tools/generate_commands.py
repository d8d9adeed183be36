"""Writes docs/reference/commands.md, the commands of uplink-py with their arguments and options, from their parsers."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from uplink._cli._parser import parser_of
from uplink._cli._session import common_options

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "commands.md"
HEAD = """# Commands

`tools/generate_commands.py` writes this page from the program. Places on Storj are written
`sj://BUCKET/KEY`.
"""


def main() -> int:
    """Write the page, or with `--check` report whether it is up to date."""
    text = page()
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.read_text(encoding="utf-8") == text else f"{PAGE.name} is out of date: run make sync"
    PAGE.write_text(text, encoding="utf-8")
    return 0


def page() -> str:
    """Return the contents of the page."""
    common = set(_rows(common_options()))
    sections = [HEAD, "These options, which most commands have, are not repeated below:\n", _table(sorted(common))]
    for name, purpose, parser in _commands(parser_of("uplink-py"), "uplink-py"):
        rows = [row for row in _rows(parser) if row not in common]
        sections += [f"## {name}\n", f"{purpose[0].upper()}{purpose[1:]}.\n", *([_table(rows)] if rows else [])]
    return "\n".join(sections)


def _commands(parser: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Yield the name, the purpose and the parser of each command that runs something."""
    for group in parser._actions:
        if not isinstance(group, argparse._SubParsersAction):
            continue
        parsers = cast("dict[str, argparse.ArgumentParser]", group.choices)
        for action in group._choices_actions:
            command = f"{name} {action.dest}"
            inner = list(_commands(parsers[action.dest], command))
            yield from inner or [(command, action.help or "", parsers[action.dest])]


def _rows(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    """Yield each argument and option of a command, and its help."""
    for action in parser._actions:
        if isinstance(action, (argparse._HelpAction, argparse._SubParsersAction)):
            continue
        value = str(action.metavar or (" or ".join(action.choices) if action.choices else action.dest.upper()))
        if not action.option_strings:
            yield f"`{value}`", action.help or ""
            continue
        names = ", ".join(f"`{option}`" for option in action.option_strings)
        yield names if action.nargs == 0 else f"{names} `{value}`", action.help or ""


def _table(rows: list[tuple[str, str]]) -> str:
    lines = [f"| {name} | {purpose} |" for name, purpose in rows]
    return "\n".join(["| argument | meaning |", "| --- | --- |", *lines, ""])


if __name__ == "__main__":
    sys.exit(main())
