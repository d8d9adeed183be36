"""`tools/_binaries.py`, which reads executables and libraries."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from uplink._ffi import _loading

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.source_tree


@pytest.mark.skipif(sys.platform != "linux", reason="about ELF")
def test_the_extension_looks_for_libraries_in_no_folder(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import _binaries

    assert not list(_binaries.problems(_binaries.parse(Path(_loading.find("uplink._ffi._libuplink")).read_bytes())))
