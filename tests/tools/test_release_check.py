"""The checks of a release: what the files of the project lack for a version."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.source_tree

READY = {
    "pyproject.toml": '[project]\nversion = "0.1.0"\n\n[project.urls]\nSource = "https://example.org"\n',
    "localnet/pyproject.toml": '[project]\nversion = "0.1.0"\n\n[project.urls]\nSource = "https://example.org"\n',
    "CHANGELOG.md": "# Changelog\n\n## [0.1.0] - 2026-12-01\n",
    "CITATION.cff": "cff-version: 1.2.0\nversion: 0.1.0\ndate-released: 2026-12-01\n",
    "README.md": "[tutorial](https://example.org/tutorial/) and [below](#install)\n",
    "localnet/README.md": "",
    "docs/testing.md": "",
    "docs/troubleshooting.md": "",
}


@pytest.fixture
def release_check(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import release_check

    return release_check


@pytest.fixture
def project(tmp_path):
    for name, text in READY.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_version_that_is_ready_lacks_nothing(release_check, project):
    assert list(release_check.problems(project, "0.1.0")) == []


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        (
            "localnet/pyproject.toml",
            '[project]\nversion = "0.0.9"\n\n[project.urls]\n',
            "localnet/pyproject.toml: set `version` to 0.1.0",
        ),
        ("CITATION.cff", "cff-version: 1.2.0\nversion: 0.1.0\n", "CITATION.cff: set `date-released`"),
        ("docs/testing.md", "in a clone, until there is\na release", "docs/testing.md: remove what is true only"),
        ("pyproject.toml", '[project]\nversion = "0.1.0"\n', "add the addresses"),
    ],
)
def test_what_a_version_lacks_is_named(release_check, project, name, text, problem):
    (project / name).write_text(text)
    [found] = release_check.problems(project, "0.1.0")
    assert problem in found


def test_a_changelog_without_the_version_is_named(release_check, project):
    (project / "CHANGELOG.md").write_text("## [Unreleased]\n")
    assert [found.partition(":")[0] for found in release_check.problems(project, "0.1.0")] == [
        "CHANGELOG.md",
        "CITATION.cff",
    ]


def test_a_step_keeps_its_output_and_reports_its_end(release_check, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(release_check, "LOGS", tmp_path)
    monkeypatch.setattr(release_check, "ROOT", tmp_path)
    monkeypatch.setattr(release_check, "state", lambda: "a commit")
    assert release_check.run("good", ("echo", "hello"))
    assert not release_check.run("bad", ("false",))
    assert (tmp_path / "good.log").read_text() == "hello\n"
    shown = capsys.readouterr().out
    assert "ok: good" in shown
    assert "FAILED: bad" in shown
    assert "bad.log" in shown


def test_a_step_is_remembered_for_its_commit_only(release_check, monkeypatch, tmp_path):
    monkeypatch.setattr(release_check, "LOGS", tmp_path)
    monkeypatch.setattr(release_check, "ROOT", tmp_path)
    for commit, before, after in [("one", False, True), ("two", False, True), ("", False, False)]:
        monkeypatch.setattr(release_check, "state", lambda commit=commit: commit)
        assert release_check.succeeded("good") is before
        release_check.run("good", ("true",))
        assert release_check.succeeded("good") is after
    monkeypatch.setattr(release_check, "state", lambda: "two")
    release_check.run("good", ("true",))
    release_check.run("good", ("false",))
    assert not release_check.succeeded("good")


def sdist(folder, readme):
    path = folder / "uplink_cffi-0.1.0.tar.gz"
    metadata = f"Metadata-Version: 2.4\nName: uplink-cffi\n\n{readme}".encode()
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("uplink_cffi-0.1.0/PKG-INFO")
        member.size = len(metadata)
        archive.addfile(member, io.BytesIO(metadata))


@pytest.mark.parametrize(("readme", "status"), [("[a](https://example.org) [b](#c)", 0), ("[a](docs/a.md)", 1)])
def test_the_readme_as_pypi_shows_it(release_check, tmp_path, readme, status):
    pytest.importorskip("readme_renderer")
    sdist(tmp_path, readme)
    assert release_check.write_readmes(tmp_path, tmp_path / "made") == status
    assert "<a href=" in (tmp_path / "made/uplink_cffi.html").read_text()


def test_without_an_sdist_there_is_no_readme(release_check, tmp_path):
    assert release_check.write_readmes(tmp_path, tmp_path) == 1


@pytest.mark.parametrize("arguments", [[], ["v0.1.0"], ["0.1"], ["0.1.0", "more"], ["0.1.0", "lint", "lnit"]])
def test_wrong_arguments_show_the_usage(release_check, monkeypatch, arguments, capsys):
    monkeypatch.setattr("sys.argv", ["release_check.py", *arguments])
    assert release_check.main() == 2
    assert "VERSION=0.1.0" in capsys.readouterr().err
