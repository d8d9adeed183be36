"""The README of a distribution, as package indexes get it."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REPOSITORY = "https://example.org/repository"

pytestmark = pytest.mark.source_tree


@pytest.fixture
def build_readme(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    import build_readme

    return build_readme


@pytest.mark.parametrize(
    ("folder", "text", "made"),
    [
        ("", "[a](docs/a.md#b)", "[a](REPOSITORY/blob/v1.2.3/docs/a.md#b)"),
        ("", "![a\nb](docs/a.svg)", "![a\nb](REPOSITORY/raw/v1.2.3/docs/a.svg)"),
        ("", '[a](b.md "A title")', '[a](REPOSITORY/blob/v1.2.3/b.md "A title")'),
        ("", "![a](b.svg\n'A (title)')", "![a](REPOSITORY/raw/v1.2.3/b.svg\n'A (title)')"),
        ("", '[a](https://example.com "A title")', None),
        ("", "[`a[0]`](a.md)", "[`a[0]`](REPOSITORY/blob/v1.2.3/a.md)"),
        ("localnet", "[a](../docs/a.md)", "[a](REPOSITORY/blob/v1.2.3/docs/a.md)"),
        ("", "[a](https://example.com) [b](#c) [d](mailto:e@example.org)", None),
    ],
)
def test_links_lead_to_the_files_of_the_release(build_readme, folder, text, made):
    changed = build_readme.absolute(text, folder, f"{REPOSITORY}/", "1.2.3")
    assert changed == (text if made is None else made.replace("REPOSITORY", REPOSITORY))


def test_links_of_the_readmes_lead_to_files(build_readme):
    for folder in ("", "localnet"):
        text = (ROOT / folder / "README.md").read_text(encoding="utf-8")
        metadata = {"version": "1.2.3", "urls": {"Repository": REPOSITORY}}
        made = build_readme.readme(ROOT / folder / "README.md", folder, metadata)
        assert made["content-type"] == "text/markdown"
        assert "](docs/" not in made["text"]
        assert made["text"] != text
        for path in build_readme.re.findall(rf"\({REPOSITORY}/(?:blob|raw)/v1.2.3/([^)#]+)", made["text"]):
            assert (ROOT / path).exists(), path


def test_without_a_repository_the_text_is_unchanged(build_readme):
    made = build_readme.readme(ROOT / "README.md", "", {"version": "1.2.3"})
    assert made["text"] == (ROOT / "README.md").read_text(encoding="utf-8")
