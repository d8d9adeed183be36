"""Files of results, which keep the sections of several runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from driver.report import Table

if TYPE_CHECKING:
    from pathlib import Path

    from driver.report import Section

_MEASURED = re.compile(r"^Measured on [\d-]+ by `[^`]*--only (\w+)[^`]*`\.$", flags=re.MULTILINE)


class OtherMachineError(Exception):
    """The file has figures of another machine, or of other versions of the programs."""


@dataclass
class Results:
    """What a file of results has.

    Attributes:
        sections: The text of each section, without the mark of its heading, by its name on the command line.
        targets: The rows of the table of targets, by the same names.
    """

    sections: dict[str, str] = field(default_factory=dict)
    targets: dict[str, list[list[str]]] = field(default_factory=dict)


@dataclass
class Document:
    """A file of results.

    Attributes:
        path: The file.
        script: The program that measures, as its command names it.
        head: The heading and the text before the first table.
        environment: The rows about the machine and the versions.
        order: The names of all sections.
        results: What was measured.
    """

    path: Path
    script: str
    head: str
    environment: list[list[str]]
    order: tuple[str, ...]
    results: Results = field(default_factory=Results)

    def read(self) -> None:
        """Read what the file has, so that it is kept.

        Raises:
            OtherMachineError: The file has figures of another machine.
        """
        if self.path.exists():
            head, results = parse(self.path.read_text(encoding="utf-8"))
            if results.sections and self._environment() not in head:
                raise OtherMachineError(
                    f"{self.path} has figures of another machine or of other versions: delete it to begin a new one"
                )
            self.results = results

    def write(self) -> None:
        self.path.write_text(self.markdown(), encoding="utf-8")

    def put(self, name: str, section: Section, options: str) -> None:
        """Add a section that was measured with these options, or replace it."""
        heading, _, rest = section.markdown().removeprefix("## ").partition("\n\n")
        day = datetime.now(timezone.utc).strftime("%Y-%m-%d")
        command = f"python {self.script} --only {name} {options}"
        self.results.sections[name] = f"{heading}\n\nMeasured on {day} by `{command}`.\n\n{rest}"
        self.results.targets[name] = [target.row() for target in section.targets]

    def markdown(self) -> str:
        """Return the text of the file."""
        return "\n\n".join([*self.summary(), *(f"## {self.results.sections[name]}" for name in self._names())]) + "\n"

    def summary(self) -> list[str]:
        """Return the parts before the first section."""
        rows = [[*row, name] for name in self._names() for row in self.results.targets[name]]
        targets = [Table(["target", "measured", "at most", "", "section"], rows).markdown()] if rows else []
        return [self.head, self._environment(), *targets]

    def _names(self) -> list[str]:
        return [name for name in self.order if name in self.results.sections]

    def _environment(self) -> str:
        return Table(["", ""], self.environment).markdown()


def parse(text: str) -> tuple[str, Results]:
    """Return the part before the first section, and what the file has."""
    head, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    sections = {found[1]: part.strip() for part in parts if (found := _MEASURED.search(part))}
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in head.splitlines() if line[:1] == "|"]
    return head, Results(sections, {name: [row[:-1] for row in rows if row[-1] == name] for name in sections})
