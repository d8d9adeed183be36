"""What the pages of the documentation site leave out. `make docs` checks the rest."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

import uplink
import uplink.testing
import uplink_localnet
from uplink._cli._parser import parser_of

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs/reference"
# Pages of modules show all of their names.
MODULES = {"uplink.edge", "uplink.errors", "uplink.testing", "uplink.aio.edge"}
# Elsewhere under the same name.
ALIASES = {"uplink.UplinkError", "uplink.aio", "uplink.edge", "uplink.errors"}

pytestmark = pytest.mark.source_tree


def described() -> set[str]:
    """Return the names that the pages of the reference show."""
    pages = "\n".join(page.read_text(encoding="utf-8") for page in REFERENCE.glob("*.md"))
    return set(re.findall(r"^::: ([\w.]+)$", pages, flags=re.MULTILINE))


@pytest.mark.parametrize("module", [uplink, uplink.aio, uplink_localnet], ids=lambda module: module.__name__)
def test_the_reference_describes_each_public_name(module):
    names = {f"{module.__name__}.{name}" for name in module.__all__} - ALIASES
    missing = names - described()
    assert not missing, f"write `::: NAME` into a page of docs/reference for {sorted(missing)}"


def test_the_reference_describes_each_public_module():
    assert described() >= MODULES


def test_the_navigation_lists_each_page():
    """Without this, `make docs` would be the first to notice."""
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    listed = set(re.findall(r"([\w./-]+\.md)$", navigation, flags=re.MULTILINE))
    pages = {page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")}
    missing = pages - listed
    assert not missing, f"add to `nav` in mkdocs.yml: {sorted(missing)}"


def test_the_page_of_commands_has_each_command():
    tool = runpy.run_path(str(ROOT / "tools" / "generate_commands.py"))
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    assert page == tool["page"]()
    [commands] = [action.choices for action in parser_of("uplink-py")._actions if action.dest == "command"]
    for name, parser in commands.items():
        assert f"## uplink-py {name}" in page or name == "put"
        for action in parser._actions:
            assert all(f"`{option}`" in page for option in action.option_strings if option not in {"-h", "--help"})


def test_the_page_of_errors_has_the_tree():
    tool = runpy.run_path(str(ROOT / "tools" / "generate_errors.py"))
    page = (REFERENCE / "errors.md").read_text(encoding="utf-8")
    assert page == tool["page"](page)
    assert all(f"- `{name}`" in page for name in uplink.errors.__all__)


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120
