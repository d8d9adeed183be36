"""Checks that a version can be released, short of pushing it: `make release-check VERSION=0.1.0`.

It changes nothing outside of build/ and dist/. All steps run, also after one that has failed. Their output is in
build/release-check. The last lines are what only a maintainer with accounts can do.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build/release-check"
# Texts that are true only before the first release.
BEFORE_A_RELEASE = ("no release", "until there is a release")
PAGES = ("README.md", "localnet/README.md", "docs/testing.md", "docs/troubleshooting.md")

PYTHON = (sys.executable,)
# The name of each step, and its command. `make test-wheel` installs the wheels without Go and without a C compiler.
STEPS: dict[str, tuple[str, ...]] = {
    "lint": ("make", "lint"),
    "lint-go": ("make", "lint-go"),
    "docs": ("make", "docs"),
    "docs-links": ("make", "docs-links"),
    "test-go": ("make", "test-go"),
    "unit": ("make", "libuplink", "unit"),
    "test-heavy": ("make", "test-heavy"),
    "wheels": ("make", "wheels"),
    "artifacts": ("make", "check-artifacts"),
    "twine": ("sh", "-c", f"{sys.executable} -m twine check --strict dist/*.whl dist/*.tar.gz"),
    "readme": (*PYTHON, "-m", "readme_renderer", "README.md", "-o", "build/release-check/readme.html"),
    "test-wheel": ("make", "test-wheel"),
}

REMAINING = """What remains for a maintainer:
1. Push the commit, and wait until the workflows Test, Wheels and Site have succeeded for it.
2. git tag --annotate v{version} --message "uplink-cffi {version}" && git push origin v{version}
3. Wait until Wheels has succeeded for the tag.
4. Publish a release of the tag on GitHub: the workflow Publish uploads the files to PyPI.
docs/maintaining.md has what to set up before the first release."""


def main() -> int:
    """Run all checks, and return 1 if one has failed."""
    if len(sys.argv) != 2 or not re.fullmatch(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?", sys.argv[1]):
        print("usage: make release-check VERSION=0.1.0", file=sys.stderr)
        return 2
    version = sys.argv[1]
    LOGS.mkdir(parents=True, exist_ok=True)
    found = [*problems(ROOT, version), *unclean(version)]
    for problem in found:
        print(f"to do: {problem}")
    failed = [name for name, command in STEPS.items() if not run(name, command)]
    print(REMAINING.format(version=version))
    if found or failed:
        print(f"{version} cannot be released: {len(found)} things to do, {len(failed)} steps failed {failed or ''}")
    return 1 if found or failed else 0


def problems(root: Path, version: str) -> Iterator[str]:
    """Yield what the files of the project lack for a version."""
    for name in ("pyproject.toml", "localnet/pyproject.toml"):
        if f'\nversion = "{version}"\n' not in read(root / name):
            yield f"{name}: set `version` to {version}"
    released = re.search(
        rf"^## \[{re.escape(version)}\] - (\d{{4}}-\d\d-\d\d)$", read(root / "CHANGELOG.md"), re.MULTILINE
    )
    if not released:
        yield f"CHANGELOG.md: replace Unreleased by `[{version}] - DATE`"
    citation = read(root / "CITATION.cff")
    if f"\nversion: {version}\n" not in citation:
        yield f"CITATION.cff: set `version` to {version}"
    if not released or f"\ndate-released: {released[1]}\n" not in citation:
        yield "CITATION.cff: set `date-released` to the date in CHANGELOG.md"
    if "\n[project.urls]\n" not in read(root / "pyproject.toml"):
        yield "pyproject.toml: add the addresses of the repository and the site as [project.urls]"
    for name in PAGES:
        text = " ".join(read(root / name).split()).lower()
        if any(sentence in text for sentence in BEFORE_A_RELEASE):
            yield f"{name}: remove what is true only before the first release"
    relative = re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", read(root / "README.md"))
    if relative:
        yield f"README.md: PyPI shows it, so make {len(relative)} links absolute, such as {relative[0]}"


def read(path: Path) -> str:
    """Return the text of a file."""
    return path.read_text(encoding="utf-8")


def unclean(version: str) -> Iterator[str]:
    """Yield what the state of the repository lacks."""
    if git("status", "--porcelain"):
        yield "commit the changes of the work tree"
    if git("tag", "--list", f"v{version}"):
        yield f"the tag v{version} exists already"


def git(*arguments: str) -> str:
    """Return the output of git."""
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def run(name: str, command: tuple[str, ...]) -> bool:
    """Run a step, and report whether it has succeeded."""
    start, log = time.monotonic(), LOGS / f"{name}.log"
    with log.open("w", encoding="utf-8") as output:
        code = subprocess.run(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, check=False).returncode
    end = "" if code == 0 else f", see {log.relative_to(ROOT)}"
    print(f"{'ok' if code == 0 else 'FAILED'}: {name}, {time.monotonic() - start:.0f} s{end}", flush=True)
    return code == 0


if __name__ == "__main__":
    sys.exit(main())
