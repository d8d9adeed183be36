"""Runs the examples of docs/django.md in a process of their own, since Django has its settings once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.test_docs import examples
from tests.web.conftest import write_modules

import uplink

PAGE = Path(__file__).resolve().parents[2] / "docs" / "django.md"


@pytest.mark.source_tree
def test_the_examples_of_the_page(python, access, grant, tmp_path):
    write_modules("web.md", tmp_path)
    program = "\n".join(examples(PAGE.read_text(encoding="utf-8")))
    with uplink.open_project(access) as project:
        project.ensure_bucket("photos")
        try:
            python(program, UPLINK_ACCESS=grant, PYTHONPATH=str(tmp_path))
        finally:
            project.delete_bucket("photos", with_objects=True)
