"""Checks the artifacts in `dist/` before they are published.

It prints each problem, and fails if there is one. tools/inventory/ lists the files of each artifact. The constants
below list the artifacts: those that a Linux machine builds, or with --release those of a release.
"""

from __future__ import annotations

import argparse
import dataclasses
import fnmatch
import functools
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import _binaries
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.metadata import parse_email
from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
INVENTORY = ROOT / "tools" / "inventory"

# The artifacts, by distribution and tag. An sdist has no tag.
LINUX = {
    ("uplink-cffi", ""),
    ("uplink-cffi", "cp310-abi3-manylinux_2_17_x86_64"),
    ("uplink-cffi", "cp310-abi3-manylinux_2_17_aarch64"),
    ("uplink-localnet", ""),
    ("uplink-localnet", "py3-none-manylinux_2_17_x86_64"),
    ("uplink-localnet", "py3-none-manylinux_2_17_aarch64"),
    ("uplink-localnet", "py3-none-macosx_13_0_x86_64"),
    ("uplink-localnet", "py3-none-macosx_13_0_arm64"),
    ("uplink-localnet", "py3-none-win_amd64"),
    ("uplink-localnet", "py3-none-win_arm64"),
}
# For each system: Pythons with a GIL, free-threaded 3.14, and all free-threaded Pythons from 3.15.
RELEASE = LINUX | {
    ("uplink-cffi", f"{python}-{system}")
    for python in ("cp310-abi3", "cp314-cp314t", "cp315-abi3t")
    for system in (
        "manylinux_2_17_x86_64",
        "manylinux_2_17_aarch64",
        "macosx_13_0_x86_64",
        "macosx_13_0_arm64",
        "win_amd64",
    )
}

SIZE_LIMITS = {"uplink-cffi": 5_000_000, "uplink-localnet": 7_000_000}
ENTRY = "PyInit__libuplink"
# The file with the licences of the linked modules, and the headings in it, as collect_licences.py writes them.
TEXTS = "THIRD-PARTY-LICENCES.txt"
HEADING = re.compile(r"^==== (\S+): \S+ ====$", re.MULTILINE)
# The libraries on Windows that all Pythons have.
STABLE = {"python3.dll", "python3t.dll"}


@dataclasses.dataclass(frozen=True)
class Artifact:
    """A wheel or an sdist, with its files."""

    path: Path
    files: dict[str, bytes]
    name: str
    version: str
    tags: frozenset[str]  # of a wheel

    @property
    def is_wheel(self) -> bool:
        """Whether the artifact is a wheel; otherwise it is an sdist."""
        return bool(self.tags)

    @property
    def info(self) -> str:
        """The folder with the metadata of a wheel."""
        return f"{self.name.replace('-', '_')}-{self.version}.dist-info"

    @property
    def platforms(self) -> set[str]:
        """The platforms that the tags of a wheel name."""
        return {tag.rpartition("-")[2] for tag in self.tags}

    @functools.cached_property
    def binaries(self) -> dict[str, Any]:
        """The executables and libraries, parsed by lief."""
        parsed = {name: _binaries.parse(content) for name, content in self.files.items()}
        return {name: binary for name, binary in parsed.items() if binary is not None}


def read(path: Path) -> Artifact:
    """Read a wheel or an sdist into memory."""
    if path.suffix == ".whl":
        name, version, _, tags = parse_wheel_filename(path.name)
        with zipfile.ZipFile(path) as wheel:
            files = {info.filename: wheel.read(info) for info in wheel.infolist() if not info.is_dir()}
        return Artifact(path, files, name, str(version), frozenset(map(str, tags)))
    name, version = parse_sdist_filename(path.name)
    with tarfile.open(path) as sdist:
        members = {member.name: sdist.extractfile(member) for member in sdist.getmembers() if not member.isdir()}
        # A link has no content, and does not belong in an sdist.
        files = {member.partition("/")[2]: file.read() if file else b"" for member, file in members.items()}
    return Artifact(path, files, name, str(version), frozenset())


# Each check yields a sentence for each problem. Its docstring states what must hold.


def check_inventory(artifact: Artifact) -> Iterator[str]:
    """The artifact has exactly the files of the inventory, whose lines may be patterns, or be for one platform."""
    listed = INVENTORY / f"{artifact.name}.{'whl' if artifact.is_wheel else 'tar.gz'}.txt"
    lines = [line.strip() for line in listed.read_text(encoding="utf-8").splitlines()]
    parts = [line.rpartition(": ")[::2] for line in lines if line and not line.startswith("#")]
    here = [pattern for only, pattern in parts if all(name.startswith(only) for name in artifact.platforms)]
    patterns = [pattern.replace("{info}", artifact.info) for pattern in here]
    for name in sorted(artifact.files):
        if not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
            yield f"{name} is in it, but not in {listed.name}"
    for pattern in patterns:
        if not fnmatch.filter(artifact.files, pattern):
            yield f"{pattern} of {listed.name} is missing"


def check_size(artifact: Artifact) -> Iterator[str]:
    """The artifact is below the limit of its size."""
    size, limit = artifact.path.stat().st_size, SIZE_LIMITS[artifact.name]
    if size >= limit:
        yield f"it has {size:,} bytes; {limit:,} are too many"


def core_metadata(artifact: Artifact) -> bytes:
    """The metadata that an index shows."""
    return artifact.files.get(f"{artifact.info}/METADATA" if artifact.is_wheel else "PKG-INFO", b"")


def check_metadata(artifact: Artifact) -> Iterator[str]:
    """The name, the version and the tags are the same in the metadata and in the file's name."""
    raw, unparsed = parse_email(core_metadata(artifact))
    if unparsed:
        yield f"its metadata has unknown fields: {', '.join(unparsed)}"
    if (canonicalize_name(raw.get("name", "")), raw.get("version")) != (artifact.name, artifact.version):
        yield f"its metadata has {raw.get('name')} {raw.get('version')}"
    if artifact.is_wheel:
        lines = artifact.files.get(f"{artifact.info}/WHEEL", b"").decode().splitlines()
        tags = {line.removeprefix("Tag: ") for line in lines if line.startswith("Tag: ")}
        if tags != artifact.tags:
            yield f"its file WHEEL has the tags {', '.join(sorted(tags)) or 'of nothing'}"


def check_binaries(artifact: Artifact) -> Iterator[str]:
    """Executables and libraries are for the platform of the tag, and do not reach out of themselves."""
    if not artifact.binaries:
        yield "it has no executable and no library"
    extensions = [name for name in artifact.binaries if "/_libuplink." in name]
    if len(extensions) != (artifact.name == "uplink-cffi"):
        yield f"it has {len(extensions)} extensions"
    for name, binary in artifact.binaries.items():
        machine = _binaries.machine(binary)
        if not all(platform.endswith(machine) for platform in artifact.platforms):
            yield f"{name} is for {machine}"
        yield from (f"{name} {problem}" for problem in _binaries.problems(binary))
        yield from (f"{name} needs {library}" for library in _binaries.libraries(binary))
        if artifact.name == "uplink-localnet" and not _binaries.is_static(binary):
            yield f"{name} is not static, so it does not run with every C library"
        if name in extensions and (exported := _binaries.exports(binary)) != {ENTRY}:
            yield f"{name} exports {', '.join(sorted(exported)) or 'nothing'}, and not {ENTRY} alone"


def check_licences(artifact: Artifact) -> Iterator[str]:
    """The licences and the SBOM cover exactly the Go modules that are linked."""
    expected = set().union(*(_binaries.linked(artifact.files[name]) for name in artifact.binaries))
    if not expected:
        yield "no binary has the list of the modules that Go has linked"
        return
    # Go's own library has one licence for all versions.
    needed = {"std" if module.startswith("std@") else module for module in expected}
    texts = fnmatch.filter(artifact.files, f"{artifact.info}/licenses/*{TEXTS}")
    there = {module for name in texts for module in HEADING.findall(artifact.files[name].decode())}
    yield from (f"the licence of {module} is missing" for module in sorted(needed - there))
    yield from (f"the licence of {module} is there, which is not linked" for module in sorted(there - needed))
    yield from _check_sbom(artifact, expected)


def _check_sbom(artifact: Artifact, expected: set[str]) -> Iterator[str]:
    names = fnmatch.filter(artifact.files, f"{artifact.info}/sboms/*.cdx.json")
    if len(names) != 1:
        yield f"it has {len(names)} SBOMs"
        return
    text = artifact.files[names[0]].decode()
    try:
        sbom = json.loads(text)
        version = SchemaVersion.from_version(sbom["specVersion"])
    except (ValueError, KeyError) as error:
        yield f"its SBOM cannot be read: {error!r}"
        return
    if error := JsonStrictValidator(version).validate_str(text):
        yield f"its SBOM does not fit its schema: {error}"
        return
    components = [part for part in sbom.get("components", []) if part.get("purl", "").startswith("pkg:golang/")]
    named = {part["purl"].removeprefix("pkg:golang/").partition("?")[0].replace("%2B", "+") for part in components}
    for module in sorted(expected - named):
        yield f"its SBOM does not name {module}"
    for module in sorted(named - expected):
        yield f"its SBOM names {module}, which is not linked"
    for part in components:
        if not part.get("licenses"):
            yield f"its SBOM names no licence of {part['purl']}"
    about = sbom.get("metadata", {}).get("component", {})
    if (about.get("name"), about.get("version")) != (artifact.name, artifact.version):
        yield f"its SBOM is about {about.get('name')} {about.get('version')}"


# Checks by tools of other projects.


def _run(module: str, *arguments: str | Path) -> Iterator[str]:
    """Run a tool of this Python. If it fails, yield its output."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        yield f"{module} reports:\n{(result.stdout + result.stderr).strip()}"


def check_contents(artifact: Artifact) -> Iterator[str]:
    """check-wheel-contents finds no mistake in the wheel.

    Several modules may have the same licence (W002), and uplink-cffi has several packages (W009).
    """
    yield from _run("check_wheel_contents", "--no-config", "--ignore=W002,W009", artifact.path)


def check_abi3(artifact: Artifact) -> Iterator[str]:
    """The extension fits its tag of the stable interface. For free-threaded Pythons, only its libraries are checked."""
    if any("-abi3-" in tag for tag in artifact.tags):
        yield from _run("abi3audit", "--strict", artifact.path)
    if any("-abi3" in tag for tag in artifact.tags):
        linked = {name for binary in artifact.binaries.values() for name in _binaries.pythons(binary)}
        yield from (f"it needs {name}, which is of one Python alone" for name in sorted(linked - STABLE))


def check_policy(artifact: Artifact) -> Iterator[str]:
    """The manylinux policy of the tag holds, as auditwheel reports."""
    if artifact.name == "uplink-localnet" or not any("linux" in platform for platform in artifact.platforms):
        return  # localnet's executable is static, and auditwheel checks only libraries
    wanted = [platform for platform in artifact.platforms if re.match(r"manylinux_\d", platform)]
    if not wanted:
        yield "it is for one machine's Linux alone"
        return
    command = [sys.executable, "-m", "auditwheel", "show", "--json", str(artifact.path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        yield f"auditwheel reports:\n{(result.stdout + result.stderr).strip()}"
        return
    holds = json.loads(result.stdout)["overall_tag"]
    if not holds.startswith("manylinux_") or _glibc(holds) > min(map(_glibc, wanted)):
        yield f"auditwheel finds that it is {holds} only"


def _glibc(platform: str) -> tuple[int, int]:
    major, minor = platform.split("_")[1:3]
    return int(major), int(minor)


Check: TypeAlias = "Callable[[Artifact], Iterator[str]]"
ALL: list[Check] = [check_inventory, check_size, check_metadata]
WHEELS: list[Check] = [check_contents, check_abi3, check_policy, check_binaries, check_licences]


def check(artifact: Artifact) -> Iterator[str]:
    """Check one artifact."""
    for function in [*ALL, *(WHEELS if artifact.is_wheel else [])]:
        yield from (f"{artifact.path.name}: {problem}" for problem in function(artifact))


# Checks of all artifacts together.


def check_set(artifacts: list[Artifact], expected: set[tuple[str, str]]) -> Iterator[str]:
    """Each artifact exists once, and there are no others."""
    missing = set(expected)
    for artifact in artifacts:
        keys = {(artifact.name, tag) for tag in artifact.tags or {""}} & missing
        if len(keys) != 1:
            yield f"{artifact.path.name} is not expected"
        missing -= keys
    for name, tag in sorted(missing):
        yield f"{name} {tag or 'sdist'} is missing"


def check_agreement(artifacts: list[Artifact]) -> Iterator[str]:
    """All artifacts have the same version, and all artifacts of a distribution the same metadata."""
    versions = {artifact.version for artifact in artifacts}
    if len(versions) > 1:
        yield f"the artifacts have several versions: {', '.join(sorted(versions))}"
    for name in sorted({artifact.name for artifact in artifacts}):
        same = {core_metadata(artifact) for artifact in artifacts if artifact.name == name}
        if len(same) > 1:
            yield f"the metadata of {name} differs between its artifacts"
    formats = {parse_email(core_metadata(artifact))[0].get("metadata_version") for artifact in artifacts}
    if len(formats) > 1:
        yield f"the artifacts have several versions of metadata: {', '.join(sorted(map(str, formats)))}"


def check_twine(paths: list[Path]) -> Iterator[str]:
    """An index accepts all artifacts, and can show their descriptions."""
    yield from _run("twine", "check", "--strict", *paths)


def check_same(folder: Path, other: Path) -> Iterator[str]:
    """Two builds gave the same bytes."""
    digests = [
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in place.iterdir()}
        for place in (folder, other)
    ]
    for name in sorted(digests[0].keys() | digests[1].keys()):
        if digests[0].get(name) != digests[1].get(name):
            yield f"{name} is not the same when it is built again"


def check_folder(folder: Path, expected: set[tuple[str, str]]) -> Iterator[str]:
    """Check all artifacts in a folder."""
    paths = sorted(folder.iterdir())
    strangers = [path for path in paths if not path.name.endswith((".whl", ".tar.gz"))]
    yield from (f"{path.name} is neither a wheel nor an sdist" for path in strangers)
    artifacts = [read(path) for path in paths if path not in strangers]
    yield from check_set(artifacts, expected)
    yield from check_agreement(artifacts)
    yield from check_twine([artifact.path for artifact in artifacts])
    for artifact in artifacts:
        yield from check(artifact)


def main() -> int:
    """Check the folder on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "dist")
    parser.add_argument("--release", action="store_true", help="expect the wheels of all platforms")
    parser.add_argument("--same-as", type=Path, metavar="FOLDER", help="expect the same bytes in another folder")
    options = parser.parse_args()
    problems = list(check_folder(options.folder, RELEASE if options.release else LINUX))
    if options.same_as:
        problems += check_same(options.folder, options.same_as)
    for problem in problems:
        print(problem)
    print(f"{len(list(options.folder.iterdir()))} artifacts, {len(problems)} problems")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
