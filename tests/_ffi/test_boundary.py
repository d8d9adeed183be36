"""The boundary: the extension's symbols, and one pair of `ffi` and `lib` for a process."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from uplink import _ffi

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(shutil.which("nm") is None or sys.platform != "linux", reason="needs nm")
def test_one_symbol_is_exported():
    _ffi.current()
    path = sys.modules["uplink._ffi._libuplink"].__file__
    table = subprocess.run(["nm", "-D", "--defined-only", path], capture_output=True, text=True, check=True).stdout
    assert [line.split()[-1] for line in table.splitlines()] == ["PyInit__libuplink"]


def test_the_boundary_is_loaded_once():
    assert _ffi.current() is _ffi.current()
    assert _ffi.current().alive


def test_the_extension_has_every_function_of_the_header():
    header = (ROOT / "go/uplink.h").read_text(encoding="utf-8")
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    declared = set(re.findall(r"\b((?:uplink|edge)_\w+)\(", code))
    lib = _ffi.current().lib
    # These functions take empty structs, which cffi does not support. Python starts the operations instead.
    assert declared - {name for name in dir(lib) if name.startswith(("uplink_", "edge_"))} == {
        "uplink_copy_object",
        "uplink_move_object",
        "uplink_update_object_metadata",
    }
