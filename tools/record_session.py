"""Records a session of the command line as a picture: `make build && .venv/bin/python tools/record_session.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape

PICTURE = Path(__file__).resolve().parent.parent / "docs/images/session.svg"
COMMAND = "uplink-py demo"
LINE, SIDE, TOP, LETTER = 18, 16, 46, 7.3


def main() -> None:
    """Run the command, and write what a terminal shows of it."""
    result = subprocess.run(
        [sys.executable, "-m", "uplink", "demo"], capture_output=True, text=True, check=True, timeout=300
    )
    PICTURE.write_text(svg([f"$ {COMMAND}", *result.stdout.splitlines()]), encoding="utf-8")


def svg(lines: list[str]) -> str:
    """Return the picture of a terminal with these lines."""
    width = round(2 * SIDE + LETTER * max(map(len, lines)))
    height = TOP + LINE * len(lines)
    font = "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace"
    texts = [
        f'<text x="{SIDE}" y="{TOP + LINE * number}" xml:space="preserve" textLength="{LETTER * len(line):.0f}" '
        f'fill="{"#8ab0f5" if line.startswith("$") else "#e0e3eb"}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    ]
    attributes = f'viewBox="0 0 {width} {height}" role="img" font-family="{font}" font-size="12"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>',
            "<!-- Written by `python tools/record_session.py`. -->",
            f"<title>The output of {escape(COMMAND)}</title>",
            f'<rect width="{width}" height="{height}" rx="8" fill="#1e2129"/>',
            *(f'<circle cx="{SIDE + 4 + 18 * number}" cy="18" r="5" fill="#4a4f5e"/>' for number in range(3)),
            *texts,
            "</svg>",
            "",
        ]
    )


if __name__ == "__main__":
    main()
