"""Build the wheel for this platform, or with `make test-platforms` the wheels for all."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]

# The first bytes of an executable, the offset of its machine (None: behind the PE header's
# offset), and the machines.
KINDS = {
    "linux": (b"\x7fELF\x02\x01\x01", 18, {"amd64": b"\x3e\x00", "arm64": b"\xb7\x00"}),
    "darwin": (b"\xcf\xfa\xed\xfe", 4, {"amd64": b"\x07\x00\x00\x01", "arm64": b"\x0c\x00\x00\x01"}),
    "windows": (b"MZ", None, {"amd64": b"PE\x00\x00\x64\x86", "arm64": b"PE\x00\x00\x64\xaa"}),
}
TAGS = {
    ("linux", "amd64"): {"manylinux_2_17_x86_64", "musllinux_1_1_x86_64"},
    ("linux", "arm64"): {"manylinux_2_17_aarch64", "musllinux_1_1_aarch64"},
    ("darwin", "amd64"): {"macosx_13_0_x86_64"},
    ("darwin", "arm64"): {"macosx_13_0_arm64"},
    ("windows", "amd64"): {"win_amd64"},
    ("windows", "arm64"): {"win_arm64"},
}


def load_script() -> Any:
    """Return build_wheels.py as a module; it belongs to no package."""
    spec = importlib.util.spec_from_file_location("build_wheels", ROOT / "build_wheels.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build_wheels = load_script()


def platforms() -> list[tuple[str, str]]:
    """Return the platforms to build for: others take a minute each, for all of Go's library."""
    if os.environ.get("UPLINK_TEST_PLATFORMS") == "all" or shutil.which("go") is None:
        return list(build_wheels.PLATFORMS)
    printed = subprocess.run(["go", "env", "GOOS", "GOARCH"], capture_output=True, text=True, check=True).stdout
    goos, goarch = printed.split()
    return [(goos, goarch)]


@pytest.mark.timeout(540)
@pytest.mark.skipif(shutil.which("go") is None, reason="Go is not installed")
@pytest.mark.skipif(importlib.util.find_spec("pip") is None, reason="this Python has no pip")
@pytest.mark.parametrize(("goos", "goarch"), platforms())
def test_wheel(goos: str, goarch: str, tmp_path: Path) -> None:
    wheel = build_wheels.build(goos, goarch, tmp_path)
    name, _version, python, abi, platforms = wheel.stem.split("-")
    assert (name, python, abi) == ("uplink_localnet", "py3", "none")
    assert set(platforms.split(".")) == TAGS[goos, goarch]
    suffix = ".exe" if goos == "windows" else ""
    with zipfile.ZipFile(wheel) as archive:
        (script,) = [info for info in archive.infolist() if "/scripts/" in info.filename]
        assert script.filename.endswith("/scripts/uplink-localnet" + suffix)
        assert script.external_attr >> 16 & 0o111, "the executable bit is missing"
        assert "uplink_localnet/py.typed" in archive.namelist()
        metadata = next(entry for entry in archive.namelist() if entry.endswith(".dist-info/WHEEL"))
        lines = archive.read(metadata).decode().splitlines()
        executable = archive.read(script)
    assert {line for line in lines if line.startswith("Tag:")} == {f"Tag: py3-none-{tag}" for tag in TAGS[goos, goarch]}
    magic, offset, machines = KINDS[goos]
    assert executable.startswith(magic)
    if offset is None:
        offset = int.from_bytes(executable[0x3C:0x40], "little")
    assert executable[offset:].startswith(machines[goarch])
