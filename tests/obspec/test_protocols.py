"""A store has all protocols of obspec, with the signatures that they have."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import obspec
import pytest

from uplink.obspec import GetResult, GetResultAsync, Store

PROTOCOLS = [
    getattr(obspec, name)
    for name in obspec.__all__
    if getattr(getattr(obspec, name), "_is_protocol", False) and not name.startswith("GetResult")
]

CHECKED = """
from collections.abc import Sequence
import obspec
from uplink.obspec import GetResult, GetResultAsync, Store

class Everything(
{bases},
    Protocol,
): ...

def check(store: Store, result: GetResult, awaited: GetResultAsync) -> None:
    everything: Everything = store
    first: obspec.GetResult = result
    second: obspec.GetResultAsync = awaited
"""


def test_the_protocols_are_found():
    assert len(PROTOCOLS) == 20


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.__name__)
def test_a_store_has_the_protocol(protocol):
    [method] = [name for name in vars(protocol) if not name.startswith("_")]
    wanted = inspect.signature(getattr(protocol, method)).parameters
    found = inspect.signature(getattr(Store, method)).parameters
    assert [(name, parameter.kind) for name, parameter in found.items()] == [
        (name, parameter.kind) for name, parameter in wanted.items()
    ]
    for name, parameter in wanted.items():
        assert (found[name].default is parameter.empty) == (parameter.default is parameter.empty)
    kinds = (inspect.iscoroutinefunction, lambda function: "Async" in function.__annotations__["return"])
    assert kinds[0](getattr(Store, method)) == kinds[0](getattr(protocol, method))


@pytest.mark.parametrize(("protocol", "kind"), [(obspec.GetResult, GetResult), (obspec.GetResultAsync, GetResultAsync)])
def test_a_result_has_the_protocol(protocol, kind):
    assert [name for name in vars(protocol) if not name.startswith("_") and not hasattr(kind, name)] == []
    assert hasattr(kind, "__iter__" if kind is GetResult else "__aiter__")


@pytest.mark.source_tree
def test_type_checkers_find_that_a_store_has_the_protocols(tmp_path):
    bases = ",\n".join(f"    obspec.{protocol.__name__}" for protocol in PROTOCOLS)
    program = tmp_path / "program.py"
    program.write_text("from typing import Protocol\n" + CHECKED.format(bases=bases))
    folder = Path(__file__).resolve().parents[2]
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file",
        "",
        "--cache-dir",
        str(tmp_path),
        str(program),
    ]
    result = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert result.returncode == 0, result.stdout
