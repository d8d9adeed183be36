"""The check of the words of this project."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.source_tree


@pytest.fixture
def check_words(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import check_words

    return check_words


def test_a_word_is_found_with_its_line_and_advice(check_words):
    assert list(check_words.problems("first\nthe call gives up\n")) == [(2, "gives up", "cancel, detach or abort")]
    assert list(check_words.problems('def f():\n    """Tells the time."""')) == [
        (2, '"""Tells', "Return …, or Report whether …")
    ]


def test_names_that_contain_a_word_are_not_meant(check_words):
    assert list(check_words.problems("uplink_operation_abandon(); simplyGo, _withdraw_all")) == []


def test_the_files_of_the_project_have_none(check_words, capfd):
    assert check_words.main() == 0, capfd.readouterr().err
