"""Runs the examples of docs/data.md, with the libraries that `make test-data` installs."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from tests.test_docs import examples

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data.md"


@pytest.mark.heavy
@pytest.mark.filterwarnings("default")
def test_the_examples_of_the_page(access, grant, monkeypatch, tmp_path):
    for name in ("pandas", "pyarrow", "duckdb", "upath"):
        pytest.importorskip(name, reason="make test-data installs it")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UPLINK_ACCESS", grant)
    with contextlib.closing(access.open_project()) as project:
        project.ensure_bucket("photos")
        namespace: dict[str, object] = {"__name__": "__main__"}
        try:
            for number, source in enumerate(examples(PAGE.read_text(encoding="utf-8"))):
                exec(compile(source, f"data.md[{number}]", "exec"), namespace)
        finally:
            namespace.clear()
            project.delete_bucket("photos", with_objects=True)
