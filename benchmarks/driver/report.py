"""The report: its tables, and a description of the machine."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from driver.bench import GO_SOURCES


@dataclass(frozen=True)
class Table:
    """Rows of text; the first column is aligned to the left, the others to the right."""

    header: list[str]
    rows: list[list[str]]

    def markdown(self) -> str:
        widths = [max(len(row[index]) for row in [self.header, *self.rows]) for index in range(len(self.header))]
        lines = [_line(self.header, widths), _rule(widths), *(_line(row, widths) for row in self.rows)]
        return "\n".join(lines)


@dataclass(frozen=True)
class Target:
    """A measured figure and its limit."""

    name: str
    value: float
    limit: float
    unit: str = ""

    def row(self) -> list[str]:
        verdict = "met" if self.value <= self.limit else "missed"
        return [self.name, f"{self.value:.2f}{self.unit}", f"{self.limit:g}{self.unit}", verdict]


@dataclass
class Section:
    """The part of the report that one module has measured."""

    title: str
    text: str
    tables: list[Table] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)

    def markdown(self) -> str:
        return "\n\n".join([f"## {self.title}", self.text, *(table.markdown() for table in self.tables)])


def spread(values: list[float], digits: int = 2, scale: float = 1.0) -> str:
    """Return the median, and in brackets the minimum and the maximum."""
    low, middle, high = (scale * value for value in (min(values), median(values), max(values)))
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def percentile(values: list[float], number: int) -> float:
    return quantiles(values, n=100, method="inclusive")[number - 1]


def middle_and_tail(values: list[float], digits: int = 2, scale: float = 1.0) -> str:
    """Return the median and the 99th percentile."""
    return f"{scale * median(values):.{digits}f} / {scale * percentile(values, 99):.{digits}f}"


def machine() -> list[list[str]]:
    """Return what is known about the machine and its Python, as rows of a table."""
    return [
        ["CPU", f"{_field('/proc/cpuinfo', 'model name', ':') or platform.machine()}, {os.cpu_count()} cores"],
        ["system", _field("/etc/os-release", "PRETTY_NAME", "=") or platform.system()],
        ["Python", f"{platform.python_implementation()} {platform.python_version()}"],
    ]


def programs() -> list[list[str]]:
    """Return the versions of what the Go program is built from, as rows of a table."""
    return [
        ["Go", _output("go", "env", "GOVERSION").removeprefix("go")],
        ["storj.io/uplink", _output("go", "list", "-m", "-f", "{{.Version}}", "storj.io/uplink")],
    ]


def _field(path: str, name: str, separator: str) -> str:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    pairs = (line.partition(separator) for line in lines)
    return next((value.strip().strip('"') for key, _, value in pairs if key.strip() == name), "")


def _output(*command: str) -> str:
    done = subprocess.run(command, cwd=GO_SOURCES, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _line(row: list[str], widths: list[int]) -> str:
    cells = [
        text.rjust(width) if index else text.ljust(width)
        for index, (text, width) in enumerate(zip(row, widths, strict=True))
    ]
    return f"| {' | '.join(cells)} |"


def _rule(widths: list[int]) -> str:
    return f"|{'|'.join('-' * (width + 1) + (':' if index else '-') for index, width in enumerate(widths))}|"
