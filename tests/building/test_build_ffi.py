"""The platforms and C compilers that build the extension, and the tags of the wheels."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.source_tree


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

    def test_that_of_the_environment_is_the_first(self, program, build_ffi, path, monkeypatch):
        for name in ("mine", "cc"):
            program(path / name)
        monkeypatch.setenv("CC", "mine --fast")
        assert build_ffi.compiler() == ["mine", "--fast"]

    def test_one_that_is_not_there_is_passed_over(self, program, build_ffi, path, monkeypatch):
        program(path / "clang")
        monkeypatch.setenv("CC", "mine")
        assert build_ffi.compiler() == ["clang"]

    def test_zig_is_the_last(self, build_ffi, monkeypatch):
        monkeypatch.setattr("importlib.util.find_spec", {"ziglang": True}.get)
        assert build_ffi.compiler() == build_ffi.ZIG
        assert build_ffi.ZIG[:4] == [sys.executable, "-m", "ziglang", "cc"]

    def test_it_is_the_first_where_only_pinned_ones_may_be(self, program, build_ffi, path, monkeypatch):
        monkeypatch.setattr("importlib.util.find_spec", {"ziglang": True}.get)
        program(path / "cc")
        assert build_ffi.compiler() == ["cc"]
        assert not build_ffi.is_zig()
        monkeypatch.setenv("UPLINK_BUILD_TOOLCHAINS", "pinned")
        assert build_ffi.is_zig()

    def test_a_path_may_have_spaces(self, program, build_ffi, tmp_path, monkeypatch):
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
