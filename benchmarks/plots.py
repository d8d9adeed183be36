"""Draws the plots in docs/images from the tables of RESULTS.md: `python benchmarks/plots.py`."""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

from driver.results import parse

FOLDER = Path(__file__).resolve().parent
RESULTS = FOLDER / "RESULTS.md"
IMAGES = FOLDER.parent / "docs/images"
COMMAND = "python benchmarks/plots.py"

WIDTH, LABELS, RIGHT = 720, 250, 90
BAR, GAP, PANEL_GAP, TOP = 18, 6, 40, 70
GO, OURS = "#78909c", "#3f51b5"


@dataclass(frozen=True)
class Bar:
    label: str
    value: float
    colour: str


@dataclass
class Panel:
    """Bars with one scale."""

    title: str
    unit: str
    bars: list[Bar] = field(default_factory=list)


@dataclass(frozen=True)
class Plot:
    """Panels from a section of the results."""

    section: str
    title: str
    subtitle: str
    panels: list[Panel]
    one_scale: bool = False

    def svg(self) -> str:
        parts: list[str] = []
        y = TOP
        longest = max(bar.value for panel in self.panels for bar in panel.bars)
        for panel in self.panels:
            parts.append(_text(16, y, f"{panel.title}, {panel.unit}", weight="bold"))
            y += 12
            longest = longest if self.one_scale else max(bar.value for bar in panel.bars)
            scale = (WIDTH - LABELS - RIGHT) / longest
            for bar in panel.bars:
                parts.append(_text(LABELS - 8, y + BAR - 5, bar.label, anchor="end"))
                length = max(bar.value * scale, 1)
                parts.append(f'<rect x="{LABELS}" y="{y}" width="{length:.1f}" height="{BAR}" fill="{bar.colour}"/>')
                parts.append(_text(LABELS + length + 6, y + BAR - 5, _number(bar.value)))
                y += BAR + GAP
            y += PANEL_GAP - GAP
        height = y - PANEL_GAP + 30
        alternative = "; ".join(
            f"{panel.title}, {panel.unit}: " + ", ".join(f"{bar.label} {_number(bar.value)}" for bar in panel.bars)
            for panel in self.panels
        )
        source = f"Source: benchmarks/RESULTS.md, {measured(self.section)}."
        attributes = f'viewBox="0 0 {WIDTH} {height}" role="img" font-family="system-ui, sans-serif" font-size="13"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>',
                f"<!-- Written by `{COMMAND}` from benchmarks/RESULTS.md. -->",
                f"<title>{escape(self.title)}</title>",
                f"<desc>{escape(alternative)}</desc>",
                f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#ffffff"/>',
                _text(16, 24, self.title, weight="bold", size=15),
                _text(16, 42, self.subtitle, colour="#546e7a", size=12),
                *parts,
                _text(16, height - 8, source, colour="#546e7a", size=11),
                "</svg>",
                "",
            ]
        )


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    weight: str = "normal",
    colour: str = "#212121",
    size: int = 13,
) -> str:
    style = f'text-anchor="{anchor}" font-weight="{weight}" fill="{colour}" font-size="{size}"'
    return f'<text x="{x:.0f}" y="{y}" {style}>{escape(text)}</text>'


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")


def section(name: str) -> str:
    """Return the text of a section, by its name on the command line."""
    sections = parse(RESULTS.read_text(encoding="utf-8"))[1].sections
    if name not in sections:
        sys.exit(f"{RESULTS.name} has no section {name}: python benchmarks/run.py --only {name} --write")
    return sections[name]


def measured(name: str) -> str:
    """Return when and how a section was measured."""
    found = re.search(r"^Measured (on .*?)\.$", section(name), flags=re.MULTILINE)
    assert found
    return f"measured {found[1].replace('`', '')}"


def tables(name: str) -> list[list[list[str]]]:
    """Return the tables of a section, each a list of rows."""
    found = re.findall(r"(?:^\|.*(?:\n|\Z))+", section(name), flags=re.MULTILINE)
    return [[[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()] for text in found]


def cell(name: str, row: str, column: str, corner: str = "", *, number: int = 0) -> float:
    """Return a figure.

    Args:
        name: The section.
        row: The text of the row's first cell.
        column: The text of the column's header.
        corner: The text of the table's first cell.
        number: Which number of the cell, from 0. In "median / 99th percentile", the second number is number 1.
    """
    for header, _, *rows in tables(name):
        for cells in rows:
            if cells[0] == row and header[0] == corner and column in header:
                return float(re.findall(r"-?[\d.]+", cells[header.index(column)])[number])
    raise ValueError(f"section {name} has no row {row!r} with a column {column!r} in a table {corner!r}")


def small() -> Plot:
    panels = []
    for verb in ("put", "get"):
        panel = Panel(f"{verb} of 1 KiB", "objects a second (more is better)")
        for number in (1, 16, 256, 2000):
            for program, colour in (("Go", GO), ("uplink.aio", OURS)):
                row = f"{verb}, {program}, {number} in flight"
                panel.bars.append(Bar(f"{program}, {number:,} in flight", cell("small", row, "per second"), colour))
        panels.append(panel)
    return Plot("small", "Small objects", "The client and a local network share two cores.", panels)


def streams() -> Plot:
    rows = {
        "upload": [("Go up", "Go"), ("Upload.write", "Upload.write"), ("put", "put of a path")],
        "download": [("Go down", "Go"), ("Download.readinto", "Download.readinto")],
        "download into memory": [("Go get", "Go"), ("get", "get")],
    }
    panels = [
        Panel(
            title,
            "seconds (less is better)",
            [
                Bar(label, cell("streams", row, "wall s", "256 MiB"), GO if label == "Go" else OURS)
                for row, label in bars
            ],
        )
        for title, bars in rows.items()
    ]
    return Plot("streams", "One object of 256 MiB", "The client and a local network share two cores.", panels)


def pieces() -> Plot:
    panels = []
    for verb in ("put", "get"):
        rows = (("Go", "Go, its defaults", GO), ("Go, tuned", "Go, tuned", GO), ("uplink.aio", "uplink.aio", OURS))
        bars = [
            Bar(label, cell("pieces", f"{verb}, {row}", "client CPU ms each"), colour) for row, label, colour in rows
        ]
        panels.append(Panel(f"{verb} of 10 KiB", "ms of processor time each (less is better)", bars))
    return Plot(
        "pieces", "Objects that are stored on nodes", "32 at the same time; the processor time of the client.", panels
    )


def stopping() -> Plot:
    calls = (
        "stat_object",
        "first page of list_objects",
        "put of 1 KiB",
        "write of 4 MiB to a stream",
        "commit of 512 KiB on nodes",
        "read of 8 MiB from a stream",
    )
    panels = []
    for how in ("task cancelled", "timeout= ended", "Ctrl-C"):
        bars = [Bar(call, cell("cancellation", call, how, "network frozen", number=1), OURS) for call in calls]
        panels.append(Panel(how, "ms until the call has returned, 99th percentile", bars))
    return Plot(
        "cancellation",
        "Stopping a call on a frozen network",
        "The satellite and the nodes never reply.",
        panels,
        one_scale=True,
    )


PLOTS = {"small.svg": small, "streams.svg": streams, "pieces.svg": pieces, "stopping.svg": stopping}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a plot is out of date")
    check = parser.parse_args().check
    IMAGES.mkdir(exist_ok=True)
    outdated = []
    for name, draw in PLOTS.items():
        path, svg = IMAGES / name, draw().svg()
        if check and (not path.exists() or path.read_text(encoding="utf-8") != svg):
            outdated.append(f"docs/images/{name} is not what `{COMMAND}` draws")
        elif not check:
            path.write_text(svg, encoding="utf-8")
    print("\n".join(outdated), end="\n" if outdated else "", file=sys.stderr)
    return 1 if outdated else 0


if __name__ == "__main__":
    sys.exit(main())
