"""Files that are uploaded and downloaded."""

from __future__ import annotations

import filecmp
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MIB = 1024 * 1024


def write_random(path: Path, mebibytes: int) -> None:
    with path.open("wb") as file:
        for _ in range(mebibytes):
            file.write(os.urandom(MIB))


def check(source: Path, target: Path) -> None:
    """Compare the downloaded file with the uploaded one, if there is one, and remove it.

    Raises:
        ValueError: The files differ.
    """
    if target.exists():
        if not filecmp.cmp(source, target, shallow=False):
            raise ValueError("the downloaded file differs from the uploaded one")
        target.unlink()
