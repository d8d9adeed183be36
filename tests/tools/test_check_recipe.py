"""The recipe for conda-forge agrees with pyproject.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.source_tree


@pytest.fixture
def check_recipe(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import check_recipe

    return check_recipe


def texts():
    return [(ROOT / name).read_text(encoding="utf-8") for name in ("recipe/recipe.yaml", "pyproject.toml")]


def test_the_recipe_agrees_with_the_project(check_recipe):
    recipe, project = texts()
    assert list(check_recipe.problems(recipe, project)) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('version = "', 'version = "9.', "set `version` to 9."),
        ('dependencies = ["cffi>=1.17"', 'dependencies = ["cffi>=1.17", "six>=1"', "add to `run`: six >=1"),
        ('requires = ["hatchling>=', 'requires = ["hatchling>=9', "add to `host`: hatchling >=9"),
        ('license = "MIT', 'license = "BSL', "set `license`"),
    ],
)
def test_a_difference_is_named(check_recipe, old, new, problem):
    recipe, project = texts()
    assert old in project
    [found] = check_recipe.problems(recipe, project.replace(old, new, 1))
    assert problem in found


def test_the_checksum_is_that_of_the_sdist(check_recipe, monkeypatch, tmp_path):
    recipe, project = texts()
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/uplink_cffi-1.2.3.tar.gz").write_bytes(b"meow")
    (tmp_path / "recipe.yaml").write_text(recipe)
    monkeypatch.setattr(check_recipe, "ROOT", tmp_path)
    monkeypatch.setattr(check_recipe, "RECIPE", tmp_path / "recipe.yaml")
    check_recipe.write(project.replace('version = "0.1.0"', 'version = "1.2.3"'))
    written = (tmp_path / "recipe.yaml").read_text()
    assert 'version: "1.2.3"' in written
    assert "404cdd7bc109c432f8cc2443b45bcfe95980f5107215c645236e577929ac3e52" in written
