"""Writes a version into the files of the project: `make prepare-release VERSION=0.1.0 REPOSITORY=https://...`.

It commits nothing. REPOSITORY is the address of the repository, on GitHub. It is needed once: later releases take it
from `[project.urls]`.
"""

from __future__ import annotations

import argparse
import re
import sys
from datetime import date, datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROJECTS = ("pyproject.toml", "localnet/pyproject.toml")
VERSION = re.compile(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?")

# What is true only before the first release, and what replaces it.
FIRST_RELEASE = {
    "README.md": {
        "Alpha. There is no release on PyPI yet. The package": "Alpha. The package",
        "In a clone, on Linux with make and Python:": (
            "`pip install uplink-cffi` installs the package. To try it without an account, in a clone:"
        ),
        "`pip install .` installs the package into another environment, and `pip install ./localnet` the\nnetwork. ": (
            "`pip install uplink-localnet` installs the network, which tests need.\n"
        ),
    },
    "docs/testing.md": {
        "$ pip install . ./localnet pytest        # in a clone, until there is a release": (
            "$ pip install uplink-cffi uplink-localnet pytest"
        ),
    },
    "docs/troubleshooting.md": {
        "Until there is a release,\nit is `pip install --force-reinstall .` in a clone. A program": "A program",
    },
    "docs/maintaining.md": {"There is no release yet. To make one:": "To make a release:"},
    "CHANGELOG.md": {"This becomes 0.1.0, the first release.\n\n": ""},
    **{
        f"docs/{page}.md": {
            f"$ pip install {clone}    # in a clone, until there is a release": f"$ pip install {released}",
        }
        for page, clone, released in (
            ("airflow", '".[airflow]"', '"uplink-cffi[airflow]"'),
            ("command-line", '".[cli]"', '"uplink-cffi[cli]"'),
            ("data", '".[fsspec]" pandas pyarrow', '"uplink-cffi[fsspec]" pandas pyarrow'),
            ("django", '".[django]"', '"uplink-cffi[django]"'),
            ("fastapi", ". fastapi uvicorn python-multipart", "uplink-cffi fastapi uvicorn python-multipart"),
            ("fsspec", '".[fsspec]"', '"uplink-cffi[fsspec]"'),
            ("machine-learning", '".[fsspec]" torch datasets pandas', '"uplink-cffi[fsspec]" torch datasets pandas'),
            ("obspec", '".[obspec]"', '"uplink-cffi[obspec]"'),
        )
    },
}


def main() -> int:
    """Write the version, and return 1 if a file is not as expected."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version")
    parser.add_argument("--repository", default="", help="the address of the repository")
    options = parser.parse_args()
    try:
        changed = prepare(ROOT, options.version, options.repository, datetime.now(timezone.utc).date())
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print("changed:", *sorted(changed), sep="\n  ")
    return 0


def prepare(root: Path, version: str, repository: str, day: date) -> set[str]:
    """Write a version into the files of a project, and return the names of those that have changed.

    Raises:
        ValueError: The version, the address or a file is not as expected. Nothing is written.
    """
    if not VERSION.fullmatch(version):
        raise ValueError(f"{version!r} is no version, such as 0.1.0")
    names = {*PROJECTS, *FIRST_RELEASE, "CITATION.cff"}
    before = {name: (root / name).read_text(encoding="utf-8") for name in names}
    texts = dict(before)
    known = re.search(r'^Repository = "([^"]+)"$', texts["pyproject.toml"], flags=re.MULTILINE)
    repository = (repository or (known[1] if known else "")).rstrip("/")
    found = re.fullmatch(r"https://github\.com/([\w.-]+)/([\w.-]+)", repository)
    if not found:
        raise ValueError(f"{repository!r} is no address of a repository, such as https://github.com/OWNER/NAME")
    pages = f"https://{found[1].lower()}.github.io/{found[2]}/"
    for name in PROJECTS:
        texts[name] = _replaced(texts[name], r'^version = "[^"]*"$', f'version = "{version}"', name)
        texts[name] = _with_urls(texts[name], repository, pages)
    first = "[Unreleased]" in texts["CHANGELOG.md"] and not re.search(r"^## \[\d", texts["CHANGELOG.md"], re.MULTILINE)
    if first:
        for name, sentences in FIRST_RELEASE.items():
            for old, new in sentences.items():
                if old not in texts[name]:
                    raise ValueError(f"{name} lacks {old!r}, which {Path(__file__).name} replaces")
                texts[name] = texts[name].replace(old, new)
    heading = f"## [{version}] - {day}"
    if heading not in texts["CHANGELOG.md"]:
        texts["CHANGELOG.md"] = _replaced(texts["CHANGELOG.md"], r"^## \[Unreleased\]$", heading, "CHANGELOG.md")
    citation = re.sub(r"^date-released: .*\n", "", texts["CITATION.cff"], flags=re.MULTILINE)
    lines = f"version: {version}\ndate-released: {day}"
    texts["CITATION.cff"] = _replaced(citation, r"^version: .*$", lines, "CITATION.cff")
    changed = {name for name in names if texts[name] != before[name]}
    for name in changed:
        (root / name).write_text(texts[name], encoding="utf-8")
    return changed


def _replaced(text: str, pattern: str, line: str, name: str) -> str:
    changed, count = re.subn(pattern, line.replace("\\", r"\\"), text, flags=re.MULTILINE)
    if count != 1:
        raise ValueError(f"{name} has {count} lines that match {pattern}, and not one")
    return changed


def _with_urls(text: str, repository: str, pages: str) -> str:
    """Return the content of a pyproject.toml with [project.urls]."""
    without = re.sub(r"^\[project\.urls\]\n(?:.+\n)*\n", "", text, flags=re.MULTILINE)
    urls = {
        "Documentation": pages,
        "Changelog": f"{repository}/blob/main/CHANGELOG.md",
        "Issues": f"{repository}/issues",
        "Repository": repository,
    }
    table = "\n".join(["[project.urls]", *(f'{label} = "{address}"' for label, address in urls.items()), "\n"])
    return without.replace("[dependency-groups]", f"{table}[dependency-groups]", 1)


if __name__ == "__main__":
    sys.exit(main())
