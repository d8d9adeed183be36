"""Builds the artifacts of a release that a Linux machine can build into `dist/`: sdists, and wheels from the sdists.

Each build installs the Go and the C compiler that pyproject.toml pins, and never uses those of the machine. Go has no
network when it builds wheels. Everything is built a second time in other folders, without the caches of Go and zig, and
must have the same bytes. The library for Windows is built into `build/windows/`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
WINDOWS = ROOT / "build" / "windows"
# The stable interface is the same on both processors, so the headers of this machine's Python work for both.
MACHINES = ("x86_64", "aarch64")


def main() -> int:
    """Build twice, and return the exit status of the checks."""
    with tempfile.TemporaryDirectory() as scratch:
        first, second = Path(scratch, "first"), Path(scratch, "second")
        shutil.rmtree(DIST, ignore_errors=True)
        build(DIST, first)
        toolchains = install_toolchains(first)
        build_dll(first, toolchains)
        caches = {"GOCACHE": str(second / "go"), "ZIG_GLOBAL_CACHE_DIR": str(second / "zig")}
        build(second / "dist", second, **caches)
        check = ("tools/check_artifacts.py", "--same-as", str(second / "dist"))
        return run(ROOT, *check, check=False, PATH=f"{toolchains}{os.pathsep}{os.environ['PATH']}")


def build(dist: Path, work: Path, **caches: str) -> None:
    """Build all artifacts into a folder."""
    dist.mkdir(parents=True)
    for source in ROOT, ROOT / "localnet":
        run(source, "-m", "build", "--sdist", "--outdir", str(dist), **environment(work), **caches)
    sources = unpack(dist, "uplink_cffi", work)
    offline = {**environment(work), **caches, "GOPROXY": "off"}
    for machine in MACHINES:
        platform = {"UPLINK_BUILD_PLATFORM": f"linux-{machine}"}
        run(sources, "-m", "build", "--wheel", "--outdir", str(dist), **offline, **platform)
    run(unpack(dist, "uplink_localnet", work), "build_wheels.py", str(dist), **offline)


def install_toolchains(work: Path) -> Path:
    """Install Go and zig into a new environment, and return the folder of its programs."""
    folder = work / "toolchains"
    run(ROOT, "-m", "venv", str(folder))
    packages = ["--quiet", "--group=toolchains", "cffi"]
    run(ROOT, "-m", "pip", "--python", str(folder), "install", *packages)
    return folder / "bin"


def build_dll(work: Path, toolchains: Path) -> None:
    """Build the library for Windows."""
    program = "import build_ffi; build_ffi.build_library(); print(build_ffi.LIBRARY)"
    variables = {**environment(work), "PATH": str(toolchains), "UPLINK_BUILD_PLATFORM": "win-amd64"}
    command = [toolchains / "python", "-c", program]
    library = subprocess.run(command, cwd=ROOT, env=variables, check=True, stdout=subprocess.PIPE, text=True).stdout
    WINDOWS.mkdir(parents=True, exist_ok=True)
    shutil.copy(library.strip(), WINDOWS)


def environment(work: Path) -> dict[str, str]:
    """Return the environment variables of a build: an empty PATH, and no settings of the machine."""
    nothing = work / "nothing"
    nothing.mkdir(parents=True, exist_ok=True)
    settings = ("CC", "CFLAGS", "CPPFLAGS", "LDFLAGS", "CGO_CFLAGS", "CGO_LDFLAGS", "GOFLAGS", "GOAMD64", "GOARM64")
    return {**os.environ, **dict.fromkeys(settings, ""), "GOENV": "off", "PATH": str(nothing)}


def unpack(dist: Path, name: str, work: Path) -> Path:
    """Unpack an sdist, and return the folder."""
    (sdist,) = dist.glob(f"{name}-*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(work, filter="data")
    return work / sdist.name.removesuffix(".tar.gz")


def run(folder: Path, *arguments: str, check: bool = True, **variables: str) -> int:
    """Run this Python; return the exit status."""
    print("$ python", *arguments, flush=True)
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env={**os.environ, **variables}, check=check).returncode


if __name__ == "__main__":
    sys.exit(main())
