"""Prints the versions of Python in the classifiers, as a workflow's outputs: all of them in JSON, and the newest."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"

if __name__ == "__main__":
    versions = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', PROJECT.read_text(encoding="utf-8"))
    if not versions:
        sys.exit("the classifiers name no version of Python")
    print(f"all={json.dumps(versions)}")
    print(f"newest={versions[-1]}")
