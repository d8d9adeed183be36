"""The generator of what other languages need of the header."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from uplink import _ffi

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.source_tree


@pytest.fixture
def generator(monkeypatch, tmp_path):
    """The generator with one output in a temporary folder, which is written."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import generate_from_header

    monkeypatch.setattr(generate_from_header, "ROOT", tmp_path)
    outputs = {tmp_path / "output.txt": lambda: "text\n"}
    monkeypatch.setattr(generate_from_header, "OUTPUTS", outputs)
    monkeypatch.setattr(sys, "argv", ["generate_from_header.py"])
    assert generate_from_header.main() == 0
    monkeypatch.setattr(sys, "argv", ["generate_from_header.py", "--check"])
    return generate_from_header


def test_generated_files_are_what_the_header_gives():
    command = [sys.executable, str(ROOT / "tools/generate_from_header.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_file_that_is_not_up_to_date_is_found(generator, tmp_path, capsys):
    assert generator.main() == 0
    (tmp_path / "output.txt").write_text("other\n", encoding="utf-8")
    assert generator.main() == 1
    assert "output.txt is not up to date" in capsys.readouterr().out


def test_the_types_have_every_name_of_the_extension():
    stub = (ROOT / "src/uplink/_ffi/_libuplink.pyi").read_text(encoding="utf-8")
    typed = set(re.findall(r"\b(?:def ((?:uplink|edge)_\w+)\(|((?:UPLINK|EDGE)_\w+): Final)", stub))
    assert {function or constant for function, constant in typed} == set(dir(_ffi.current().lib))


CALL = """
from uplink._calls._arguments import encode_object
from uplink._calls._call import Call
from uplink._calls._records import RECORD, as_record
from uplink._calls._results import ERROR
from uplink._handle import ProjectHandle, UploadHandle
from uplink._values import Object

def stat(project: ProjectHandle, upload: UploadHandle) -> Call[Object]:
    lib = project.boundary.lib
    where = (*encode_object("bucket", "key"), project.boundary.ffi.new("UplinkStatObjectOptions *"))
    return Call(project, "stat", lib.uplink_start_stat_object, where, RECORD, as_record)
"""
MISTAKES = {
    "a wrong name": ("uplink_start_stat_object", "uplink_start_stat_objects"),
    "too many arguments": (", where,", ", (*where, 1),"),
    "too few arguments": (", where,", ", where[:2],"),
    "an argument of another type": (", where,", ", (where[0], 1, 1, where[3]),"),
    "another struct": ("Call(project,", "Call(upload,"),
    "another result": (", RECORD, as_record)", ", ERROR, as_record)"),
    "another value": ("-> Call[Object]", "-> Call[str]"),
}


def test_mypy_checks_each_native_call(tmp_path):
    sources = {"right": CALL}
    for mistake, (right, wrong) in MISTAKES.items():
        assert CALL.count(right) == 1
        sources[mistake] = CALL.replace(right, wrong)
    paths = {name: tmp_path / f"{name.replace(' ', '_')}.py" for name in sources}
    for name, source in sources.items():
        paths[name].write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", f"--cache-dir={tmp_path}", *map(str, paths.values())]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = {name for name, path in paths.items() if f"{path.name}:" in result.stdout}
    assert found == set(MISTAKES), result.stdout + result.stderr
