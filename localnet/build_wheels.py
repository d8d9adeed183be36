"""Builds a wheel for each supported platform: ``python build_wheels.py [FOLDER]``.

The executable is pure Go, so one machine builds for all platforms. It needs Go, and pip for this Python.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PLATFORMS = [
    ("linux", "amd64"),
    ("linux", "arm64"),
    ("darwin", "amd64"),
    ("darwin", "arm64"),
    ("windows", "amd64"),
    ("windows", "arm64"),
]


def build(goos: str, goarch: str, folder: Path) -> Path:
    """Build the wheel for one platform, and return its path in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as fresh:
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-cache-dir"]
        subprocess.run(
            [*command, "--wheel-dir", fresh, str(Path(__file__).parent)],
            env={**os.environ, "GOOS": goos, "GOARCH": goarch},
            check=True,
        )
        (wheel,) = Path(fresh).glob("*.whl")
        return Path(shutil.move(wheel, folder / wheel.name))


def main() -> None:
    """Build all wheels into the folder on the command line."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "dist")
    for goos, goarch in PLATFORMS:
        print(build(goos, goarch, folder))


if __name__ == "__main__":
    main()
