"""Checks the recipe for conda-forge against pyproject.toml, and renders it: `make recipe`.

`python tools/check_recipe.py --write` also writes the version and the checksum of the sdist in dist/ into the recipe.
A build needs the packages of conda-forge, so it is left to conda-forge.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
RECIPE = ROOT / "recipe/recipe.yaml"
PLATFORMS = ("linux-64", "linux-aarch64")
# What conda-forge sets for its recipes.
VARIANTS = """\
python: ["3.10.* *_cpython", "3.13.* *_cp313"]
c_compiler: [gcc]
c_stdlib: [sysroot]
c_stdlib_version: ["2.17"]
go-cgo_compiler: [go-cgo]
"""


def main() -> int:
    """Check the recipe, and return 1 if something is wrong."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    if "--write" in sys.argv[1:]:
        write(project)
    found = list(problems(RECIPE.read_text(encoding="utf-8"), project))
    for problem in found:
        print(f"{RECIPE.relative_to(ROOT)}: {problem}", file=sys.stderr)
    if importlib.util.find_spec("rattler_build") is None:
        print("NOT RENDERED; needs py-rattler-build")
    else:
        render()
    return 1 if found else 0


def problems(recipe: str, project: str) -> Iterator[str]:
    """Yield what in a recipe differs from a pyproject.toml."""
    version = re.search(r'^version = "(.*)"$', project, flags=re.MULTILINE)
    assert version
    if f'  version: "{version[1]}"\n' not in recipe:
        yield f"set `version` to {version[1]}"
    for key, section in (("requires", "host"), ("dependencies", "run")):
        wanted = {_spaced(name) for name in _list(project, key)}
        requirements = re.search(rf"^  {section}:\n((?:    .*\n)+)", recipe, flags=re.MULTILINE)
        given = set(re.findall(r"^    - (.*)$", requirements[1], flags=re.MULTILINE)) if requirements else set()
        if missing := wanted - given:
            yield f"add to `{section}`: {', '.join(sorted(missing))}"
    for key in ("summary", "license"):
        name = {"summary": "description"}.get(key, key)
        text = re.search(rf'^{name} = "(.*)"$', project, flags=re.MULTILINE)
        assert text
        if not re.search(rf'^  {key}: "?{re.escape(text[1])}"?$', recipe, flags=re.MULTILINE):
            yield f"set `{key}` to {text[1]}"


def _list(project: str, key: str) -> list[str]:
    """Return the first list under a key."""
    found = re.search(rf"^{key} = \[(.*)\]$", project, flags=re.MULTILINE)
    assert found
    return re.findall(r'"([^"]+)"', found[1])


def _spaced(requirement: str) -> str:
    """Return a requirement as conda writes it: a space before the version."""
    return re.sub(r"(?<=\w)(?=[<>=!])", " ", requirement, count=1)


def write(project: str) -> None:
    """Write the version and the checksum of the sdist."""
    version = re.search(r'^version = "(.*)"$', project, flags=re.MULTILINE)
    assert version
    sdist = ROOT / f"dist/uplink_cffi-{version[1]}.tar.gz"
    text = RECIPE.read_text(encoding="utf-8")
    text = re.sub(r'^  version: ".*"$', f'  version: "{version[1]}"', text, flags=re.MULTILINE)
    checksum = hashlib.sha256(sdist.read_bytes()).hexdigest()
    text = re.sub(r'^  sha256: "\w+"$', f'  sha256: "{checksum}"', text, flags=re.MULTILINE)
    RECIPE.write_text(text, encoding="utf-8")


def render() -> None:
    """Render the recipe for each platform, which raises an exception if a part of it is wrong."""
    rattler = importlib.import_module("rattler_build")
    with tempfile.TemporaryDirectory() as folder:
        variants = Path(folder, "variants.yaml")
        variants.write_text(VARIANTS, encoding="utf-8")
        for platform in PLATFORMS:
            config = rattler.RenderConfig(rattler.PlatformConfig(target_platform=platform))
            rendered = rattler.Stage0Recipe.from_file(RECIPE).render(rattler.VariantConfig.from_file(variants), config)
            assert rendered, f"the recipe makes no package for {platform}"
            print(platform, *rendered, sep="\n  ")


if __name__ == "__main__":
    sys.exit(main())
