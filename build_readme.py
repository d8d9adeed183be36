"""Makes the README of a distribution fit for package indexes, which show it without the repository around it.

The `hatch_build.py` of `uplink-cffi` and of `uplink-localnet` import this module. The sdist of each has a copy.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# The label of the repository's address in [project.urls].
LABEL = "Repository"
# A link or a picture with a path: its mark, its text, the path, and what may follow it: a title.
_LINK = re.compile(
    r"""(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\((?!\w+:|#)([^)\s]+)(\s+(?:"[^"]*"|'[^']*'|\([^()]*\))\s*)?\)"""
)


def readme(path: Path, folder: str, metadata: dict[str, Any]) -> dict[str, str]:
    """Return a README as the metadata of a distribution has it.

    Args:
        path: The file.
        folder: Its folder in the repository.
        metadata: The content of `[project]`. If its urls have no repository, the links stay relative.
    """
    text = path.read_text(encoding="utf-8")
    repository = metadata.get("urls", {}).get(LABEL, "")
    if repository:
        text = absolute(text, folder, repository, metadata["version"])
    return {"content-type": "text/markdown", "text": text}


def absolute(text: str, folder: str, repository: str, version: str) -> str:
    """Return Markdown whose relative links lead to the files of a release in the repository."""

    def link(match: re.Match[str]) -> str:
        mark, shown, path, title = match.groups(default="")
        kind = "raw" if mark else "blob"
        target = posixpath.normpath(posixpath.join(folder, path))
        return f"{mark}[{shown}]({repository.rstrip('/')}/{kind}/v{version}/{target}{title})"

    return _LINK.sub(link, text)
