"""Checks that a version can be released, short of pushing it: `make release-check VERSION=0.1.0`.

It changes nothing outside of build/ and dist/. All steps run, also after one that has failed. Their output is in
build/release-check. `STEPS="lint docs"` runs only these, so that the check can be done in parts: a step that has
succeeded for a commit with a clean work tree does not run again for it, unless STEPS names it. The last lines are what
only a maintainer with accounts can do.
"""

from __future__ import annotations

import email
import importlib
import re
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build/release-check"
# Texts that are true only before the first release.
BEFORE_A_RELEASE = ("no release", "until there is a release")
PAGES = ("README.md", "localnet/README.md", "docs/*.md")

PYTHON = (sys.executable,)
# The name of each step, and its command. `make test-wheel` installs the wheels without Go and without a C compiler.
STEPS: dict[str, tuple[str, ...]] = {
    "lint": ("make", "lint"),
    "lint-go": ("make", "lint-go"),
    "docs": ("make", "docs"),
    "links": ("make", "docs-links"),
    "test-go": ("make", "test-go"),
    "unit": ("make", "libuplink", "unit"),
    "test-heavy": ("make", "test-heavy"),
    "wheels": ("make", "wheels"),
    "artifacts": ("make", "check-artifacts"),
    "twine": ("sh", "-c", f"{sys.executable} -m twine check --strict dist/*.whl dist/*.tar.gz"),
    "readme": (*PYTHON, "tools/release_check.py", "--readme"),
    "bare-root": (*PYTHON, "tools/bare_root.py"),
    "test-wheel": ("make", "test-wheel"),
    "recipe": ("make", "recipe"),
}

REMAINING = """What remains for a maintainer:
1. Push the commit, and wait until the workflows Test, Wheels and Site have succeeded for it.
2. git tag --annotate v{version} --message "uplink-cffi {version}" && git push origin v{version}
3. Wait until Wheels has succeeded for the tag.
4. Publish a release of the tag on GitHub: the workflow Publish uploads the files to PyPI.
5. Submit recipe/recipe.yaml to conda-forge, with the address and the checksum of the sdist on PyPI.
docs/maintaining.md has what to set up before the first release."""


def main() -> int:
    """Run the checks, and return 1 if one has failed."""
    if sys.argv[1:] == ["--readme"]:
        return write_readmes(ROOT / "dist", LOGS)
    version, *names = sys.argv[1:] or [""]
    if not re.fullmatch(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?", version) or not set(names) <= set(STEPS):
        print(f'usage: make release-check VERSION=0.1.0 [STEPS="{" ".join(STEPS)}"]', file=sys.stderr)
        return 2
    LOGS.mkdir(parents=True, exist_ok=True)
    found = [*problems(ROOT, version), *unclean(version)]
    for problem in found:
        print(f"to do: {problem}", flush=True)
    failed = [name for name in names or STEPS if not (succeeded(name) and not names) and not run(name, STEPS[name])]
    remaining = [name for name in STEPS if name not in failed and not succeeded(name)]
    if remaining:
        print(f"not run for this commit with a clean work tree: {' '.join(remaining)}")
    print(REMAINING.format(version=version))
    if found or failed:
        print(f"{version} cannot be released: {len(found)} things to do, {len(failed)} steps failed {failed or ''}")
    return 1 if found or failed else 0


def problems(root: Path, version: str) -> Iterator[str]:
    """Yield what the files of the project lack for a version. `make prepare-release` writes most of it."""
    for name in ("pyproject.toml", "localnet/pyproject.toml"):
        if f'\nversion = "{version}"\n' not in read(root / name):
            yield f"{name}: set `version` to {version}"
        if "\n[project.urls]\n" not in read(root / name):
            yield f"{name}: add the addresses of the repository and the site as [project.urls]"
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
    for page in sorted(page for pattern in PAGES for page in root.glob(pattern)):
        text = " ".join(read(page).split()).lower()
        if any(sentence in text for sentence in BEFORE_A_RELEASE):
            yield f"{page.relative_to(root)}: remove what is true only before the first release"


def write_readmes(dist: Path, target: Path) -> int:
    """Write the descriptions of the sdists as PyPI shows them, and return 1 if a link would not work there."""
    markdown = importlib.import_module("readme_renderer.markdown")
    status = 0
    sdists = sorted(dist.glob("*.tar.gz"))
    for sdist in sdists:
        html = markdown.render(description(sdist)) or ""
        name = sdist.name.partition("-")[0]
        target.mkdir(parents=True, exist_ok=True)
        (target / f"{name}.html").write_text(html, encoding="utf-8")
        relative = re.findall(r'(?:href|src)="(?!https?:|#|mailto:)([^"]*)"', html)
        print(f"{name}: {len(html)} bytes of HTML, {len(relative)} relative links {relative[:3] or ''}")
        status |= bool(relative or not html)
    return status if sdists else 1


def description(sdist: Path) -> str:
    """Return the description in the metadata of an sdist."""
    with tarfile.open(sdist) as archive:
        member = next(each for each in archive if each.name.count("/") == 1 and each.name.endswith("/PKG-INFO"))
        opened = archive.extractfile(member)
        assert opened is not None
        text: str = email.message_from_bytes(opened.read()).get_payload(decode=True).decode("utf-8")
        return text


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


def state() -> str:
    """Return the commit, or nothing if the work tree differs from it."""
    return "" if git("status", "--porcelain") else git("rev-parse", "HEAD")


def succeeded(name: str) -> bool:
    """Report whether a step has succeeded for this commit."""
    mark = LOGS / f"{name}.ok"
    return mark.exists() and bool(state()) and read(mark) == state()


def run(name: str, command: tuple[str, ...]) -> bool:
    """Run a step, and report whether it has succeeded."""
    start, log, mark = time.monotonic(), LOGS / f"{name}.log", LOGS / f"{name}.ok"
    mark.unlink(missing_ok=True)
    with log.open("w", encoding="utf-8") as output:
        code = subprocess.run(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, check=False).returncode
    end = "" if code == 0 else f", see {log.relative_to(ROOT)}"
    print(f"{'ok' if code == 0 else 'FAILED'}: {name}, {time.monotonic() - start:.0f} s{end}", flush=True)
    if code == 0:
        mark.write_text(state(), encoding="utf-8")
    return code == 0


if __name__ == "__main__":
    sys.exit(main())
