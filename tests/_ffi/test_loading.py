"""The messages if the native library cannot be loaded, tested with damaged copies of the package."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import sys
import sysconfig
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

import uplink
from uplink import _ffi
from uplink._ffi import _elf, _loading

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="about ELF and glibc")

# The older binding raises the same messages.
PROGRAM = """
import uplink, uplink.errors
from uplink_python.errors import LibUplinkSoError
from uplink_python.uplink import Uplink
try:
    uplink.Access.parse("grant")
except ImportError as error:
    assert type(error) is uplink.errors.LoadError
    assert isinstance(error, uplink.UplinkError)
    print(error)
try:
    Uplink().parse_access("grant")
except LibUplinkSoError as error:
    assert isinstance(error.__cause__, uplink.errors.LoadError)
else:
    raise AssertionError("it loads")
"""


def run(program, folder, *options):
    """Run a program with the packages of a folder in a new interpreter."""
    return subprocess.run(
        [sys.executable, *options, "-c", program],
        env={**os.environ, "PYTHONPATH": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def message(folder, *options):
    result = run(PROGRAM, folder, *options)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture
def copy(tmp_path):
    """A copy of the installed packages, with the extension."""
    for package in ("uplink", "uplink_python", "_uplink_cffi"):
        source = Path(__import__(package).__file__).parent
        shutil.copytree(source, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "_libuplink.*"))
    _ffi.current()
    origin = Path(_ffi.loading().path)
    shutil.copy(origin, tmp_path / "uplink/_ffi" / origin.name)
    return tmp_path


@pytest.fixture
def library(copy):
    [path] = (copy / "uplink/_ffi").glob("_libuplink.*")
    return path


def test_the_copy_is_whole(copy):
    program = (
        "import uplink\ntry: uplink.Access.parse('x')\nexcept uplink.errors.InvalidAccessError: print(uplink.__file__)"
    )
    result = run(program, copy)
    assert result.stdout == f"{copy / 'uplink' / '__init__.py'}\n", result.stderr


def test_without_the_extension(copy, library):
    library.unlink()
    text = message(copy)
    assert "is not whole" in text
    assert str(library.parent) in text
    assert "pip install --force-reinstall uplink-cffi" in text


@pytest.mark.parametrize("content", [None, b"", b"\x7fELF"])
def test_a_packed_program_gets_no_advice_to_install_anything(copy, library, content):
    if content is None:
        library.unlink()
    else:
        library.write_bytes(content)
    result = run("import sys\nsys.frozen = True\n" + PROGRAM, copy)
    assert result.returncode == 0, result.stderr
    assert "was built without" in result.stdout if content is None else "Build this program again" in result.stdout
    assert "pip" not in result.stdout


def test_in_a_source_tree(copy, library):
    library.unlink()
    (copy / "clone").mkdir()
    (copy / "uplink").rename(copy / "clone/uplink")
    (copy / "uplink_python").rename(copy / "clone/uplink_python")
    (copy / "_uplink_cffi").rename(copy / "clone/_uplink_cffi")
    (copy / "build_ffi.py").touch()
    text = message(copy / "clone")
    assert f"{copy / 'clone'} is the source code" in text
    assert "pip install ." in text


def test_with_the_extension_for_another_python(copy, library):
    other = library.with_name("_libuplink.cpython-399t-x86_64-linux-gnu.so")
    library.rename(other)
    text = message(copy)
    assert other.name in text
    assert f"_libuplink{EXTENSION_SUFFIXES[0]}" in text
    assert f"{sys.version_info.major}.{sys.version_info.minor}" in text


@needs_linux
def test_for_another_processor(copy, library):
    content = bytearray(library.read_bytes())
    own = struct.unpack_from("<H", content, 18)[0]
    struct.pack_into("<H", content, 18, 243)
    library.write_bytes(content)
    text = message(copy)
    assert "is for riscv (64 bit), and this Python is for" in text
    assert f"this Python is for {_elf.MACHINES[own]} (64 bit)" in text


@needs_linux
def test_a_forked_child_reports_the_same(copy, library):
    library.write_bytes(b"\x7fELF")
    program = """
import os, uplink
for _ in range(2):
    try:
        uplink.Access.parse("grant")
    except uplink.errors.LoadError as error:
        print(error, flush=True)
    if not (child := os.fork()):
        continue
    os.waitpid(child, 0)
    break
"""
    result = run(program, copy)
    assert not result.stderr
    first, second = result.stdout.splitlines()
    assert str(library) in first
    assert second == first


@needs_linux
def test_for_fewer_bits(copy, library):
    content = bytearray(library.read_bytes())
    content[4] = 1
    library.write_bytes(content)
    assert re.search(r"is cut off|\(32 bit\), and this Python is for", message(copy))


@needs_linux
@pytest.mark.parametrize("length", [5_000_000, 300, 65])
def test_cut_off(copy, library, length):
    size = library.stat().st_size
    os.truncate(library, length)
    text = message(copy)
    needed = re.search(rf"it has {length:,} bytes of ([\d,]+)\.", text)
    assert needed, text
    assert length < int(needed[1].replace(",", "")) <= size


@needs_linux
@pytest.mark.parametrize("content", [b"", b"<!doctype html>" * 100, b"\x7fELF"])
def test_no_library_at_all(copy, library, content):
    library.write_bytes(content)
    assert "is not a library of Linux, or is damaged" in message(copy)


@needs_linux
@pytest.mark.skipif(not _loading.libc(), reason="needs glibc")
def test_for_a_newer_glibc(copy, library):
    content = bytearray(library.read_bytes())
    # Replace the oldest version by a version far in the future. The loader compares the hash first, then the text.
    old = re.search(rb"\0(GLIBC_2\.[\d.]+)\0", content)[1]
    new = old.replace(b"_2", b"_9")
    struct_of_hash = struct.pack("<I", elf_hash(old))
    assert content.count(b"\0" + old + b"\0") == 1
    assert content.count(struct_of_hash) >= 1
    library.write_bytes(
        content.replace(b"\0" + old + b"\0", b"\0" + new + b"\0").replace(
            struct_of_hash, struct.pack("<I", elf_hash(new))
        )
    )
    text = message(copy)
    assert f"needs glibc {new.decode().removeprefix('GLIBC_')} or newer" in text
    assert f"this system has {_loading.libc()}" in text
    assert "--no-binary uplink-cffi" in text


def elf_hash(name):
    value = 0
    for byte in name:
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ high >> 24) & ~high & 0xFFFFFFFF
    return value


def test_without_cffi(copy, tmp_path):
    # An interpreter without site-packages has no cffi.
    text = message(copy, "-S")
    assert "the package cffi, which uplink-cffi needs, is not installed" in text
    assert "-m pip install cffi" in text


@needs_linux
def test_without_glibc(copy, library):
    python = os.environ.get("UPLINK_TEST_MUSL_PYTHON")
    if not python:
        pytest.skip("needs UPLINK_TEST_MUSL_PYTHON, an interpreter that is linked with musl")
    result = subprocess.run(
        [python, "-c", PROGRAM], env={"PYTHONPATH": str(copy)}, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stderr
    assert "needs glibc, and this Python has another C library" in result.stdout
    assert str(library) in result.stdout


@needs_linux
def test_the_libc_is_that_of_the_system():
    [version] = re.findall(r"^glibc ([\d.]+)$", _loading.libc()) or [None]
    assert (version is not None) == ("musl" not in (sysconfig.get_config_var("SOABI") or ""))


def test_what_cannot_be_loaded_can_be_loaded_later(copy, library):
    hidden = library.with_name("hidden")
    library.rename(hidden)
    program = f"""
import importlib, os, uplink
try:
    uplink.Access.parse("grant")
except uplink.errors.LoadError:
    os.rename({str(hidden)!r}, {str(library)!r})
importlib.invalidate_caches()
try:
    uplink.Access.parse("grant")
except uplink.errors.InvalidAccessError:
    print("loaded")
"""
    result = run(program, copy)
    assert result.stdout == "loaded\n", result.stderr


def test_how_this_process_has_loaded_it():
    _ffi.current()
    state = _ffi.loading()
    assert Path(state.path).parent == Path(uplink.__file__).parent / "_ffi"
    assert (state.loaded, state.forked, state.revival) == (True, False, True)
