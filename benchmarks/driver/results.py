"""RESULTS.md, which keeps the sections of several runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from driver.report import Table, machine, programs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from driver.report import Section

RESULTS = Path(__file__).resolve().parent.parent / "RESULTS.md"
_MEASURED = re.compile(r"^Measured on [\d-]+ by `[^`]*--only (\w+)[^`]*`\.$", flags=re.MULTILINE)


class OtherMachineError(Exception):
    """The file has figures of another machine, or of other versions of Go, Python or Go's library."""


@dataclass
class Results:
    """What a file of results has.

    Attributes:
        sections: The text of each section, without the mark of its heading, by its name on the command line.
        targets: The rows of the table of targets, by the same names.
    """

    sections: dict[str, str] = field(default_factory=dict)
    targets: dict[str, list[list[str]]] = field(default_factory=dict)

    def put(self, name: str, section: Section, options: str) -> None:
        """Add a section that was measured with these options, or replace it."""
        heading, _, rest = section.markdown().removeprefix("## ").partition("\n\n")
        command = f"python benchmarks/run.py --only {name} {options}"
        day = datetime.now(timezone.utc).strftime("%Y-%m-%d")
        self.sections[name] = f"{heading}\n\nMeasured on {day} by `{command}`.\n\n{rest}"
        self.targets[name] = [target.row() for target in section.targets]

    def markdown(self, order: Sequence[str]) -> str:
        """Return the text of the file, with the sections in this order."""
        names = [name for name in order if name in self.sections]
        rows = [[*row, name] for name in names for row in self.targets[name]]
        parts = [
            "# Results",
            "README.md explains the figures. Each section has the command that measured it.",
            _environment(),
            *([Table(["target", "measured", "at most", "", "section"], rows).markdown()] if rows else []),
            *(f"## {self.sections[name]}" for name in names),
        ]
        return "\n\n".join(parts) + "\n"


def read(path: Path = RESULTS) -> Results:
    """Return what the file has.

    Raises:
        OtherMachineError: The file has figures of another machine.
    """
    if not path.exists():
        return Results()
    head, results = parse(path.read_text(encoding="utf-8"))
    if results.sections and _environment() not in head:
        raise OtherMachineError
    return results


def parse(text: str) -> tuple[str, Results]:
    """Return the part before the first section, and what the file has."""
    head, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    sections = {found[1]: part.strip() for part in parts if (found := _MEASURED.search(part))}
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in head.splitlines() if line[:1] == "|"]
    return head, Results(sections, {name: [row[:-1] for row in rows if row[-1] == name] for name in sections})


def _environment() -> str:
    return Table(["", ""], [*machine(), *programs()]).markdown()
