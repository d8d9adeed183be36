"""Runs the examples of docs/data.md, with the libraries that `make test-data` installs."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from tests.test_docs import examples

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data.md"
PRELUDE, *SECTIONS = PAGE.read_text(encoding="utf-8").split("\n## ")
# The modules that a section needs beside the one of its name.
MODULES = {
    "pandas": ["pandas", "pyarrow"],
    "polars": ["polars", "pyarrow"],
    "duckdb": ["duckdb", "pandas", "pyarrow"],
    "dask": ["dask.dataframe", "distributed"],
    "ray": ["ray.data"],
    "xarray": ["xarray", "zarr"],
    "universal-pathlib": ["upath"],
}


def name_of(section: str) -> str:
    return section.partition("\n")[0]


@pytest.mark.heavy
@pytest.mark.timeout(600)
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("section", SECTIONS, ids=name_of)
def test_the_examples_of_a_section(access, grant, monkeypatch, tmp_path, section):
    for name in MODULES.get(name_of(section), [name_of(section)]):
        pytest.importorskip(name, reason="make test-data installs it")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UPLINK_ACCESS", grant)
    found = examples(section)
    assert found
    with contextlib.closing(access.open_project()) as project:
        project.ensure_bucket("photos")
        namespace: dict[str, object] = {"__name__": "__main__"}
        try:
            for number, source in enumerate([*examples(PRELUDE), *found]):
                exec(compile(source, f"data.md[{name_of(section)}, {number}]", "exec"), namespace)
        finally:
            namespace.clear()
            project.delete_bucket("photos", with_objects=True)
