"""A version is written into all files that name it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = "https://github.com/Someone/uplink-cffi"
DAY = date(2026, 12, 1)

pytestmark = pytest.mark.source_tree


@pytest.fixture
def tools(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import prepare_release
    import release_check

    return prepare_release, release_check


@pytest.fixture
def project(tools, tmp_path):
    """Copy the files of this project."""
    prepare_release, _ = tools
    for name in {*prepare_release.PROJECTS, *prepare_release.FIRST_RELEASE, "CITATION.cff", "localnet/README.md"}:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_afterwards_the_check_finds_nothing_to_do(tools, project):
    prepare_release, release_check = tools
    prepare_release.prepare(project, "0.2.0", REPOSITORY, DAY)
    assert list(release_check.problems(project, "0.2.0")) == []
    for name in prepare_release.PROJECTS:
        text = (project / name).read_text()
        assert f'Repository = "{REPOSITORY}"' in text
        assert 'Documentation = "https://someone.github.io/uplink-cffi/"' in text
    assert "date-released: 2026-12-01" in (project / "CITATION.cff").read_text()
    assert len((project / "README.md").read_text().splitlines()) <= 120


def test_the_next_version_needs_no_repository_and_the_same_one_changes_nothing(tools, project):
    prepare_release, release_check = tools
    prepare_release.prepare(project, "0.2.0", REPOSITORY, DAY)
    assert prepare_release.prepare(project, "0.2.0", "", DAY) == set()
    changelog = project / "CHANGELOG.md"
    changelog.write_text(changelog.read_text().replace("## [0.2.0]", "## [Unreleased]\n\nMore.\n\n## [0.2.0]"))
    prepare_release.prepare(project, "0.3.0", "", DAY)
    assert list(release_check.problems(project, "0.3.0")) == []
    assert changelog.read_text().count("## [0.2.0]") == 1


@pytest.mark.parametrize(
    ("version", "repository", "message"),
    [
        ("v0.2.0", REPOSITORY, "no version"),
        ("0.2.0", "", "no address of a repository"),
        ("0.2.0", "https://example.org", "no address of a repository"),
    ],
)
def test_wrong_arguments_change_nothing(tools, project, version, repository, message):
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    with pytest.raises(ValueError, match=message):
        tools[0].prepare(project, version, repository, DAY)
    assert before == {path: path.read_bytes() for path in before}


def test_a_text_that_is_not_there_is_named(tools, project):
    (project / "docs/testing.md").write_text("")
    with pytest.raises(ValueError, match=r"docs/testing.md lacks"):
        tools[0].prepare(project, "0.2.0", REPOSITORY, DAY)
