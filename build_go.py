"""Runs Go for the builds of both distributions: finds it, builds with it, and lists the modules that it links.

The `hatch_build.py` of `uplink-cffi` and of `uplink-localnet` import this module. The sdist of each has a copy.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# With "system", a build installs no toolchains. With "pinned", it uses only the pinned ones.
VARIABLE = "UPLINK_BUILD_TOOLCHAINS"
# Keep Go from downloading another toolchain, which would not be pinned, and from using a workspace of a folder above.
_LOCAL = {"GOTOOLCHAIN": "local", "GOWORK": "off"}
# Programs that the pinned Go builds need at least this version of macOS.
OLDEST_MACOS = 13


def toolchains(missing: list[str], project: dict[str, Any]) -> list[str]:
    """Return the toolchains that a build has to install, with the versions that pyproject.toml pins.

    Args:
        missing: The packages of the toolchains that are not installed.
        project: The content of pyproject.toml.

    Raises:
        SystemExit: The variable has another value.
    """
    pins = project["dependency-groups"]["toolchains"]
    choice = os.environ.get(VARIABLE, "")
    if choice not in {"", "system", "pinned"}:
        sys.exit(f"{VARIABLE} is {choice!r}; it can be system, pinned or empty.")
    if choice == "pinned":
        return list(pins)
    return [pin for pin in pins if pin.partition("==")[0] in missing and choice != "system"]


def is_missing(module: Path) -> bool:
    """Return whether PATH has no Go that can build the module in a folder."""
    found = _found()
    return found is None or found < _needed(module)


def check(module: Path) -> None:
    """Exit if PATH has no Go that can build the module in a folder.

    Raises:
        SystemExit: Go is missing, or too old.
    """
    if is_missing(module):
        found, needed = _found(), ".".join(map(str, _needed(module)))
        there = f"Go {'.'.join(map(str, found))} is too old" if found else "there is none on PATH"
        sys.exit(
            f"Building from source needs Go {needed} or newer, and {there}. Install it (https://go.dev/dl), or let the "
            f"build install it: without --no-build-isolation, and without {VARIABLE}=system."
        )


def build(module: Path, output: Path, *flags: str, ldflags: str = "", **environment: str) -> None:
    """Build a module's main package. The same sources give the same bytes in every folder.

    Args:
        module: The folder of the module.
        output: The file to build.
        flags: Additional flags for `go build`.
        ldflags: Additional flags for the linker.
        environment: Additional environment variables.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    always = ["-trimpath", "-buildvcs=false", f"-ldflags=-s -w -buildid= {ldflags}"]
    vendored = ["-mod=vendor"] if (module / "vendor").exists() else []
    command = ["go", "build", *always, *vendored, *flags, "-o", str(output), "."]
    subprocess.run(command, cwd=module, check=True, env={**_smaller(), **os.environ, **_LOCAL, **environment})


def _smaller() -> dict[str, str]:
    """Return the environment for smaller binaries: in Go 1.27, the new `encoding/json` adds 230 KB to each wheel."""
    return {"GOEXPERIMENT": "nojsonv2"} if _found() == (1, 27) else {}


def vendor(module: Path) -> tempfile.TemporaryDirectory[str] | None:
    """Copy the dependencies of a module into a temporary folder, so that it can be built without a network.

    Return nothing if the module has the copies already, as in an sdist from which another sdist is built.
    """
    if (module / "vendor").exists():
        return None
    check(module)
    folder = tempfile.TemporaryDirectory()
    # Go does not check the contents of vendored files later, so check them against go.sum here.
    for command in (["go", "mod", "verify"], ["go", "mod", "vendor", "-o", folder.name]):
        subprocess.run(command, cwd=module, check=True, stdout=sys.stderr, env={**os.environ, **_LOCAL})
    return folder


def sbom(binary: Path, licences: Path, metadata: Any) -> str:
    """Return a CycloneDX document of the modules that Go has linked into a binary.

    Args:
        binary: A program or library that Go has built, or a library that is linked with one.
        licences: The file with the licence of each module, which `tools/collect_licences.py` writes.
        metadata: The name, version and licence of the distribution, in hatchling's form.

    Raises:
        SystemExit: The licence of a linked module is not known.
    """
    modules = linked(binary)
    known = json.loads(licences.read_text(encoding="utf-8"))
    if unknown := [path for path, _ in modules if path not in known]:
        sys.exit(f"{licences} has no licence of {', '.join(unknown)}; `make sync` collects them")
    components = [_component("golang", path, found, known[path]) for path, found in modules]
    about = _component("pypi", metadata.name, metadata.version, metadata.license_expression)
    references = [component["bom-ref"] for component in components]
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": about},
        "components": components,
        "dependencies": [{"ref": about["bom-ref"], "dependsOn": references}],
    }
    return json.dumps(document, indent=2) + "\n"


def linked(binary: Path) -> list[tuple[str, str]]:
    """Return the path and version of each module that Go has linked into a binary, and of `std`.

    Raises:
        CalledProcessError: Go has not linked the binary.
    """
    command = ["go", "version", "-m", "-json", str(binary)]
    output = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **_LOCAL}).stdout
    info = json.loads(output)
    modules = [module.get("Replace", module) for module in info.get("Deps", [])]
    # A module that is replaced by a folder is part of this repository.
    found = [(module["Path"], module["Version"]) for module in modules if not module["Path"].startswith(".")]
    return sorted([*found, ("std", info["GoVersion"].removeprefix("go").partition(" ")[0])])


def _component(kind: str, name: str, version: str, licence: str) -> dict[str, Any]:
    purl = f"pkg:{kind}/{name}@{version.replace('+', '%2B')}"
    licences = [{"expression": licence} if " " in licence else {"license": {"id": licence}}]
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl, "licenses": licences}


def _needed(module: Path) -> tuple[int, int]:
    """Return the version of Go that a module's go.mod requires."""
    match = re.search(r"^go (\d+)\.(\d+)", (module / "go.mod").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert match, f"{module}/go.mod names no version of Go"
    return int(match[1]), int(match[2])


def _found() -> tuple[int, int] | None:
    """Return the version of the Go on PATH, if there is one."""
    if shutil.which("go") is None:
        return None
    environment = {**os.environ, **_LOCAL}
    output = subprocess.run(["go", "version"], capture_output=True, text=True, check=False, env=environment).stdout
    match = re.search(r"\bgo(\d+)\.(\d+)", output)
    return (int(match[1]), int(match[2])) if match else None
