"""What both distributions need of Go when they are built: which one, and an account of what it has linked.

`uplink-cffi` and `uplink-localnet` import it from their `hatch_build.py`; the sdist of each has a copy.
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

# "system" forbids to install toolchains for the time of a build; "pinned" takes no others.
VARIABLE = "UPLINK_BUILD_TOOLCHAINS"
# Another toolchain than the one that was found would come from the network, unpinned; and a workspace around the
# sources is somebody else's.
_LOCAL = {"GOTOOLCHAIN": "local", "GOWORK": "off"}
# What the pinned Go makes runs on no older macOS.
OLDEST_MACOS = 13


def toolchains(missing: list[str], project: dict[str, Any]) -> list[str]:
    """Return what a build has to install, pinned as pyproject.toml pins it.

    Args:
        missing: The names of packages with toolchains that are not at hand.
        project: The content of pyproject.toml.

    Raises:
        SystemExit: The variable has another value.
    """
    pins = project["dependency-groups"]["toolchains"]
    choice = os.environ.get(VARIABLE, "")
    if choice not in {"", "system", "pinned"}:
        sys.exit(f"{VARIABLE} is {choice!r}; it takes system or pinned, or nothing.")
    if choice == "pinned":
        return list(pins)
    return [pin for pin in pins if pin.partition("==")[0] in missing and choice != "system"]


def is_missing(module: Path) -> bool:
    """Whether there is no Go on PATH that can build a module, by its folder."""
    found = _found()
    return found is None or found < _needed(module)


def check(module: Path) -> None:
    """End the build where there is no Go for a module.

    Raises:
        SystemExit: It is missing, or too old.
    """
    if is_missing(module):
        found, needed = _found(), ".".join(map(str, _needed(module)))
        there = f"Go {'.'.join(map(str, found))} is too old" if found else "there is none on PATH"
        sys.exit(
            f"Building from source needs Go {needed} or newer, and {there}. Install it (https://go.dev/dl), or let the "
            f"build do so: without --no-build-isolation, and without {VARIABLE}=system."
        )


def build(module: Path, output: Path, *flags: str, ldflags: str = "", **environment: str) -> None:
    """Build a module's main package, such that the same sources give the same bytes wherever they lie.

    Args:
        module: Its folder.
        output: Where the result goes.
        flags: More for `go build`.
        ldflags: More for its linker.
        environment: More variables.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    always = ["-trimpath", "-buildvcs=false", f"-ldflags=-s -w -buildid= {ldflags}"]
    vendored = ["-mod=vendor"] if (module / "vendor").exists() else []
    command = ["go", "build", *always, *vendored, *flags, "-o", str(output), "."]
    subprocess.run(command, cwd=module, check=True, env={**os.environ, **_LOCAL, **environment})


def vendor(module: Path) -> tempfile.TemporaryDirectory[str] | None:
    """Copy what a module is built of, so that it can be built without a network; the folder goes with the object.

    In an sdist, of which another one is made, it is there already.
    """
    if (module / "vendor").exists():
        return None
    check(module)
    folder = tempfile.TemporaryDirectory()
    # Nobody looks at a vendored file again: what is copied has to be what go.sum says.
    for command in (["go", "mod", "verify"], ["go", "mod", "vendor", "-o", folder.name]):
        subprocess.run(command, cwd=module, check=True, stdout=sys.stderr, env={**os.environ, **_LOCAL})
    return folder


def sbom(binary: Path, licences: Path, metadata: Any) -> str:
    """Return a CycloneDX document of what Go has linked into a binary.

    Args:
        binary: What Go has built, or a library that links it.
        licences: The file that tells the licence of each module, which `tools/collect_licences.py` writes.
        metadata: Name, version and licence of the distribution, as hatchling has them.

    Raises:
        SystemExit: A module is linked whose licence is not known.
    """
    command = ["go", "version", "-m", "-json", str(binary)]
    output = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **_LOCAL}).stdout
    info = json.loads(output)
    modules = [module.get("Replace", module) for module in info["Deps"]]
    # What is replaced by a folder is our own.
    linked = [(module["Path"], module["Version"]) for module in modules if not module["Path"].startswith(".")]
    linked.append(("std", info["GoVersion"].removeprefix("go").partition(" ")[0]))
    known = json.loads(licences.read_text(encoding="utf-8"))
    if unknown := [path for path, _ in linked if path not in known]:
        sys.exit(f"{licences} has no licence of {', '.join(unknown)}; `make sync` collects them")
    components = [_component("golang", path, found, known[path]) for path, found in sorted(linked)]
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


def _component(kind: str, name: str, version: str, licence: str) -> dict[str, Any]:
    purl = f"pkg:{kind}/{name}@{version.replace('+', '%2B')}"
    licences = [{"expression": licence} if " " in licence else {"license": {"id": licence}}]
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl, "licenses": licences}


def _needed(module: Path) -> tuple[int, int]:
    """Read from a go.mod which version it takes."""
    match = re.search(r"^go (\d+)\.(\d+)", (module / "go.mod").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert match, f"{module}/go.mod names no version of Go"
    return int(match[1]), int(match[2])


def _found() -> tuple[int, int] | None:
    """Ask the Go on PATH for its version."""
    if shutil.which("go") is None:
        return None
    environment = {**os.environ, **_LOCAL}
    output = subprocess.run(["go", "version"], capture_output=True, text=True, check=False, env=environment).stdout
    match = re.search(r"\bgo(\d+)\.(\d+)", output)
    return (int(match[1]), int(match[2])) if match else None
