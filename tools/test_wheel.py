"""Runs the tests against the built wheels, without Go and without a C compiler.

`make wheels` has put the wheels into `dist/`. For each CPython from 3.10 that is installed, it creates an environment
with the wheels and the tests' dependencies. The tests run in a copy of their folders, so that the source tree cannot be
imported. The core of the tests also runs on aarch64, which qemu emulates. The library for Windows is loaded under wine.

Usage: python tools/test_wheel.py [NAME ...], as 3.10, 3.13t, aarch64 or windows
"""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
WORK = ROOT / "build" / "test-wheel"
# The tests, and the other files that they read.
COPIED = [
    "tests",
    "localnet/tests",
    "localnet/build_wheels.py",
    "docs",
    "README.md",
    "Makefile",
    "pyproject.toml",
    "go/uplink.h",
]
TOOLCHAINS = ["go", "cc", "gcc", "clang", "zig"]
DISTRIBUTIONS = ["uplink-cffi", "uplink-localnet"]

# Tests that need the sources or the developers' tools have the mark source_tree. `make test` runs them.
MARK = "not source_tree"

# The core of the suite, which an emulated processor can run in a few minutes.
CORE = [
    "tests/_ffi/test_boundary.py",
    "tests/_ffi/test_fork.py",
    "tests/test_import.py",
    "tests/_ffi/test_loading.py::test_for_a_newer_glibc",
    "tests/_cli/test_doctor.py",
    "tests/test_checks.py",
    "tests/test_values.py",
    "tests/test_errors.py",
    "tests/sync/test_access.py",
    "tests/sync/test_buckets.py",
    "tests/sync/test_objects.py",
    "tests/sync/test_project.py",
    "tests/sync/test_sharing.py",
    "tests/sync/test_whole.py",
    "tests/sync/test_upload.py",
    "tests/sync/test_download.py",
    "tests/sync/test_listing.py",
    "tests/aio/test_buckets.py",
    "tests/aio/test_objects.py",
    "tests/aio/test_project.py",
    "tests/aio/test_whole.py",
]
# The emulator itself ends with a failed assertion when a forked child starts threads.
NOT_EMULATED = [
    "tests/_ffi/test_fork.py::TestFork::test_a_project_works_on_in_the_child_and_in_its_child",
    "tests/_ffi/test_fork.py::TestFork::test_a_listing_goes_on_in_the_child_whoever_uses_it_at_the_fork",
    "tests/_ffi/test_fork.py::TestFork::test_without_memfd_the_copy_lies_in_a_folder",
    "tests/_ffi/test_fork.py::TestFork::test_without_files_in_memory_and_folders_it_is_a_fork_error",
    "tests/_ffi/test_fork.py::TestFork::test_what_cannot_be_loaded_is_a_fork_error",
    "tests/_ffi/test_fork.py::TestFork::test_what_is_awaited_works_on_in_the_child",
    "tests/_ffi/test_fork.py::test_without_a_proc_file_system_the_copy_lies_in_a_folder",
    "tests/_ffi/test_fork.py::test_a_fork_while_another_thread_loads_the_extension",
    "tests/_ffi/test_fork.py::test_a_fork_while_another_thread_imports_a_part",
    "tests/_cli/test_doctor.py::test_in_a_forked_child",
]
DEBIAN = "bookworm"
DEBIAN_PYTHON = "3.11"
DLL = ROOT / "build" / "windows" / "libuplink.dll"
# Older ones have no bcryptprimitives.dll, which Go's runtime loads.
OLDEST_WINE = 9


def main() -> int:
    """Test on each Python, or on those of the command line."""
    tests = {version: functools.partial(test, version, python) for version, python in pythons().items()}
    tests |= {"aarch64": test_aarch64, "windows": test_windows}
    wanted = sys.argv[1:] or list(tests)
    if unknown := set(wanted) - tests.keys():
        sys.exit(f"not installed: {', '.join(sorted(unknown))}; there are {', '.join(tests)}")
    results = {}
    for name in wanted:
        print(f"\n=== {name} ===", flush=True)
        results[name] = tests[name]()
    print()
    for name, result in results.items():
        print(f"{name}: {result}")
    # A test that was given by its name must run.
    wrong = ("failed", "NOT RUN") if sys.argv[1:] else "failed"
    return any(result.startswith(wrong) for result in results.values())


def pythons() -> dict[str, Path]:
    """Find one CPython of each version from 3.10, on PATH, of pyenv and of Windows' launcher."""
    names = [f"python3.{minor}{threads}" for minor in range(10, 20) for threads in ("", "t")]
    candidates = [Path(path) for name in [*names, "python3"] if (path := shutil.which(name))]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    candidates += sorted(pyenv.glob("versions/*/bin/python3"))
    if launcher := shutil.which("py"):
        listed = subprocess.run([launcher, "--list-paths"], capture_output=True, text=True, check=True).stdout
        candidates += [Path(line.split(maxsplit=1)[1].lstrip("* ")) for line in listed.splitlines() if ":\\" in line]
    found: dict[tuple[int, str], Path] = {}
    for candidate in candidates:
        if version := _version(candidate):
            found.setdefault(version, candidate)
    return {f"3.{minor}{threads}": found[minor, threads] for minor, threads in sorted(found)}


def _version(python: Path) -> tuple[int, str] | None:
    """Return the version of a Python, or `None` if it is not supported or only a launcher without a Python."""
    program = (
        "import json, platform, sys, sysconfig; print(json.dumps([platform.python_implementation(), "
        "*sys.version_info[:2], bool(sysconfig.get_config_var('Py_GIL_DISABLED'))]))"
    )
    result = subprocess.run([python, "-c", program], capture_output=True, text=True, check=False)
    if result.returncode:
        return None
    implementation, major, minor, threaded = json.loads(result.stdout)
    return (minor, "t" * threaded) if (implementation, major) == ("CPython", 3) and minor >= 10 else None


def copy_suite(folder: Path) -> Path:
    """Copy the tests and the files that they read to a folder outside the sources, and return it."""
    suite = folder / "suite"
    shutil.rmtree(suite, ignore_errors=True)
    for name in COPIED:
        target = suite / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, target)
    return suite


def test(version: str, python: Path) -> str:
    """Install the wheels for a Python, run the suite, and return the outcome."""
    environment = WORK / version
    subprocess.run([python, "-m", "venv", "--clear", environment], check=True)
    folder = environment / ("Scripts" if sys.platform == "win32" else "bin")
    variables = _variables(folder)
    command = [folder / "python", "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    # Test the wheels in dist/, not those on PyPI.
    ours = ["--no-index", "--no-deps", "--only-binary=:all:", f"--find-links={DIST}", *DISTRIBUTIONS]
    if subprocess.run([*command, *ours], env=variables, check=False).returncode:
        # `make wheels` builds no wheels for free-threaded Pythons; the workflow does.
        return "NOT RUN; dist/ has no wheel for it" if version.endswith("t") else "failed"
    subprocess.run([*command, "--upgrade", "pip"], env=variables, check=True)
    subprocess.run([*command, f"--group={ROOT / 'pyproject.toml'}:test", *DISTRIBUTIONS], env=variables, check=True)
    return _pytest([folder / "python"], environment, variables, [])


def _variables(folder: Path) -> dict[str, str]:
    """Return the environment variables of the tests. PATH has one folder, without toolchains."""
    if toolchains := [name for name in TOOLCHAINS if shutil.which(name, path=str(folder))]:
        sys.exit(f"{folder} has {', '.join(toolchains)}; the tests have to run without")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PATH": str(folder)}


def _pytest(python: list[str | Path], installed: Path, variables: dict[str, str], tests: list[str]) -> str:
    """Check from where the packages are imported, run tests, and return the outcome."""
    program = "import uplink, uplink_localnet; print(uplink.__file__); print(uplink_localnet.__file__)"
    options = {"cwd": copy_suite(installed), "env": variables}
    imported = subprocess.run([*python, "-c", program], **options, capture_output=True, text=True, check=True).stdout
    if strangers := [path for path in imported.split("\n") if path and installed not in Path(path).parents]:
        sys.exit(f"these modules are not imported from the wheels: {', '.join(strangers)}")
    result = subprocess.run([*python, "-m", "pytest", "-m", MARK, *tests], **options, check=False)
    return "failed" if result.returncode else "passed"


def test_aarch64() -> str:
    """Run the core of the suite on an emulated aarch64, with a network that is not emulated."""
    missing = [name for name in ("qemu-aarch64", "mmdebstrap") if shutil.which(name) is None]
    if missing or platform.machine() != "x86_64":
        return f"NOT RUN; needs {' and '.join(missing)}, from Debian's qemu-user and mmdebstrap, on x86_64"
    root, site, folder = WORK / "aarch64", WORK / "aarch64-site", WORK / "aarch64-bin"
    if not root.exists():
        # The packages are only unpacked. No program in them is run.
        extract = ["mmdebstrap", "--quiet", "--variant=extract", "--architectures=arm64", "--include=python3"]
        half = root.with_name("aarch64-half")  # a folder of an interrupted run is not used
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        subprocess.run([*extract, DEBIAN, half], check=True)
        half.rename(root)
    shutil.rmtree(site, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    _install_aarch64(site)
    # Some tests start Python again, which needs the emulator, so `python3` on PATH is this script.
    python = folder / "python3"
    # Folders that a test adds to PYTHONPATH come before the installed packages.
    python.write_text(
        f'#!/bin/sh\nexport PYTHONPATH="${{PYTHONPATH:+$PYTHONPATH:}}{site}"\n'
        f'exec {shutil.which("qemu-aarch64")} -L {root} {root}/usr/bin/python{DEBIAN_PYTHON} "$@"\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    (site / "sitecustomize.py").write_text(f"import sys\nsys.executable = {str(python)!r}\n", encoding="utf-8")
    (wheel,) = DIST.glob("uplink_localnet-*manylinux*_x86_64*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("/scripts/uplink-localnet")]
        (folder / "uplink-localnet").write_bytes(archive.read(name))
    (folder / "uplink-localnet").chmod(0o755)
    print("Not emulated:", *NOT_EMULATED, sep="\n  ", flush=True)
    options = ["--timeout=900", *(f"--deselect={test_id}" for test_id in NOT_EMULATED)]
    return _pytest([python], site, _variables(folder), [*options, *CORE])


def _install_aarch64(site: Path) -> None:
    """Install the wheels for aarch64, and what the tests need, by the pip of this machine."""
    platforms = [f"--platform=manylinux{name}_aarch64" for name in ("_2_28", "_2_17", "2014")]
    command = [sys.executable, "-m", "pip", "--quiet", "install", f"--target={site}", "--only-binary=:all:", *platforms]
    command.append(f"--python-version={DEBIAN_PYTHON}")
    subprocess.run([*command, "--no-index", "--no-deps", f"--find-links={DIST}", *DISTRIBUTIONS], check=True)
    subprocess.run([*command, "--upgrade", f"--group={ROOT / 'pyproject.toml'}:test", "cffi"], check=True)


def test_windows() -> str:
    """Load the library for Windows under wine, and call it."""
    wine = shutil.which("wine")
    said = subprocess.run([wine, "--version"], capture_output=True, text=True, check=True).stdout if wine else ""
    version = re.match(r"wine-(\d+)", said)
    if wine is None or version is None or int(version[1]) < OLDEST_WINE:
        return f"NOT RUN; needs wine {OLDEST_WINE} or newer, and there is {said.strip() or 'none'}"
    if importlib.util.find_spec("ziglang") is None or not DLL.exists():
        return f"NOT RUN; needs ziglang, and {DLL.relative_to(ROOT)}, which `make wheels` builds"
    folder = WORK / "windows"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(DLL, folder)
    zig = [sys.executable, "-m", "ziglang", "cc", "-target", "x86_64-windows-gnu", f"-I{ROOT / 'go'}"]
    subprocess.run([*zig, ROOT / "tests/windows/load.c", "-o", folder / "load.exe", "-lws2_32"], check=True)
    variables = {**os.environ, "WINEPREFIX": str(folder / "wine"), "WINEDEBUG": "-all"}
    result = subprocess.run([wine, "load.exe"], cwd=folder, env=variables, timeout=300, check=False)
    return "failed" if result.returncode else "passed"


if __name__ == "__main__":
    sys.exit(main())
