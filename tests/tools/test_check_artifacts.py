"""The checks find what is wrong with an artifact. Each test damages a small wheel that has no other problem."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import platform
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
INFO = "uplink_cffi-1.0.dist-info"
TAG = f"cp310-abi3-manylinux_2_17_{platform.machine()}"
EXTENSION = "uplink/_libuplink.abi3.so"
MODULE = "example.com/module@v1.2.3"
STD = "std@1.26.8"
LICENCES = f"{INFO}/licenses/go/THIRD-PARTY-LICENCES.txt"
SBOM = f"{INFO}/sboms/go.cdx.json"

pytestmark = [
    pytest.mark.source_tree,
    pytest.mark.skipif(sys.platform != "linux", reason="compiles with the options of Linux's linker"),
]


@pytest.fixture
def checks(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import check_artifacts

    monkeypatch.setattr(check_artifacts, "INVENTORY", tmp_path / "inventory")
    return check_artifacts


def go_string(text):
    assert len(text) < 1 << 14
    return bytes([len(text) & 0x7F | 0x80, len(text) >> 7]) + text


BUILD_INFO = b"\xff Go buildinf:\x08\x02" + bytes(16)
BUILD_INFO += go_string(b"go1.26.8")
BUILD_INFO += go_string(
    bytes(16)
    + b"path\tx\ndep\texample.com/old\tv1\th1:x\n=>\texample.com/module\tv1.2.3\th1:y\n"
    + b"dep\texample.com/own\tv1\n=>\t./own\t(devel)\t\n"
    + bytes(16)
)

BYTES = ",".join(map(str, BUILD_INFO))
SOURCE = f"""
__attribute__((visibility("default"))) void *PyInit__libuplink(void) {{ return 0; }}
unsigned char info[] __attribute__((used, aligned(16), section(".go.buildinfo"))) = {{{BYTES}}};
"""


def compile_extension(folder, source="", options=()):
    (folder / "extension.c").write_text(SOURCE + source, encoding="utf-8")
    command = ["cc", "-shared", "-fPIC", "-fvisibility=hidden", "-w", "-Wl,-z,noexecstack", *options]
    subprocess.run([*command, folder / "extension.c", "-o", folder / "extension.so"], check=True)
    return (folder / "extension.so").read_bytes()


@pytest.fixture(scope="module")
def extension(tmp_path_factory):
    return compile_extension(tmp_path_factory.mktemp("extension"))


def component(module):
    name, _, version = module.rpartition("@")
    licences = [{"license": {"id": "MIT"}}]
    purl = f"pkg:golang/{module}"
    return {"type": "library", "name": name, "version": version, "purl": purl, "licenses": licences}


def licences(*modules):
    return "\n".join(f"==== {module}: LICENSE ====\n\nAnybody may.\n" for module in modules).encode()


def sbom(**changes):
    about = {"type": "library", "name": "uplink-cffi", "version": "1.0"}
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": about},
        "components": [component(MODULE), component(STD)],
    }
    return json.dumps({**document, **changes}).encode()


METADATA = b"""Metadata-Version: 2.4
Name: uplink-cffi
Version: 1.0
Summary: For a test
Description-Content-Type: text/markdown

Words.
"""


def contents(extension, tag=TAG):
    return {
        "uplink/__init__.py": b'"""A package."""\n',
        EXTENSION: extension,
        f"{INFO}/METADATA": METADATA,
        f"{INFO}/WHEEL": f"Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(),
        LICENCES: licences(MODULE, "std"),
        SBOM: sbom(),
    }


class Place:
    """A folder for a wheel and an inventory."""

    def __init__(self, checks, folder):
        self.checks = checks
        self.dist = folder / "dist"
        self.dist.mkdir()
        checks.INVENTORY.mkdir()

    def write(self, files, tag=TAG):
        """Write a wheel without the files whose content is None."""
        path = self.dist / f"uplink_cffi-1.0-{tag}.whl"
        files = {name: content for name, content in files.items() if content is not None}
        record = "".join(
            f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b'=').decode()},"
            f"{len(content)}\n"
            for name, content in files.items()
        )
        files[f"{INFO}/RECORD"] = f"{record}{INFO}/RECORD,,\n".encode()
        with zipfile.ZipFile(path, "w") as wheel:
            for name, content in files.items():
                wheel.writestr(name, content)
        return path

    def problems(self, check, files, tag=TAG):
        """Return the problems that one check finds in the wheel."""
        return list(getattr(self.checks, f"check_{check}")(self.checks.read(self.write(files, tag))))


@pytest.fixture
def place(checks, tmp_path, extension):
    place = Place(checks, tmp_path)
    names = [*contents(extension), f"{INFO}/RECORD"]
    lines = [name.replace(INFO, "{info}") for name in names]
    (checks.INVENTORY / "uplink-cffi.whl.txt").write_text("# files\n" + "\n".join(lines), encoding="utf-8")
    return place


def test_nothing_is_wrong_with_a_good_wheel(place, extension):
    path = place.write(contents(extension))
    assert list(place.checks.check(place.checks.read(path))) == []
    assert list(place.checks.check_twine([path])) == []


@pytest.mark.parametrize(
    ("check", "changes", "problem"),
    [
        ("inventory", {"uplink/extra.py": b"#\n"}, "uplink/extra.py is in it, but not in uplink-cffi.whl.txt"),
        ("inventory", {"uplink/__init__.py": None}, "uplink/__init__.py of uplink-cffi.whl.txt is missing"),
        ("metadata", {f"{INFO}/METADATA": METADATA.replace(b"1.0", b"1.1")}, "its metadata has uplink-cffi 1.1"),
        ("metadata", {f"{INFO}/METADATA": b"Nonsense: 1\n" + METADATA}, "unknown fields: nonsense"),
        ("metadata", {f"{INFO}/WHEEL": b"Tag: py3-none-any\n"}, "its file WHEEL has the tags py3-none-any"),
        ("contents", {"uplink/__init__.pyc": b"x"}, "check_wheel_contents reports:"),
        ("licences", {LICENCES: None}, "the licence of std is missing"),
        ("licences", {LICENCES: licences("std")}, f"the licence of {MODULE} is missing"),
        ("licences", {LICENCES: licences(MODULE, "std", "a@v2")}, "the licence of a@v2 is there, which is not linked"),
        ("licences", {SBOM: None}, "it has 0 SBOMs"),
        ("licences", {SBOM: b"{"}, "its SBOM cannot be read"),
        ("licences", {SBOM: sbom(version="one")}, "its SBOM does not fit its schema"),
        ("licences", {SBOM: sbom(components=[component(STD)])}, f"its SBOM does not name {MODULE}"),
        (
            "licences",
            {SBOM: sbom(components=[*map(component, (MODULE, STD, "a.b/c@v1"))])},
            "names a.b/c@v1, which is not",
        ),
        (
            "licences",
            {SBOM: sbom(components=[{**component(MODULE), "licenses": []}])},
            f"no licence of pkg:golang/{MODULE}",
        ),
        ("licences", {SBOM: sbom(metadata={})}, "its SBOM is about None None"),
        ("binaries", {EXTENSION: b"text"}, "it has no executable and no library"),
        ("binaries", {EXTENSION: b"text"}, "it has 0 extensions"),
    ],
)
def test_a_spoiled_file_is_found(place, extension, check, changes, problem):
    problems = place.problems(check, {**contents(extension), **changes})
    assert any(problem in line for line in problems), problems


LEAK = '__attribute__((visibility("default"))) void leak(void) {}'
# Older systems that the tag includes do not have this function.
GLIBC = "int getentropy(void *, unsigned long); int f(void) { return getentropy(0, 0); }"
PRIVATE = "int PyCode_New(void); int f(void) { return PyCode_New(); }"


@pytest.mark.parametrize(
    ("check", "source", "options", "problem"),
    [
        ("binaries", LEAK, [], "exports PyInit__libuplink, leak, and not"),
        ("binaries", "", ["-Wl,--enable-new-dtags,-rpath,/x"], "has a RUNPATH"),
        ("binaries", "", ["-Wl,--disable-new-dtags,-rpath,/x"], "has an RPATH"),
        ("binaries", "", ["-Wl,-z,execstack"], "has an executable stack"),
        ("policy", GLIBC, [], "auditwheel finds that it is manylinux_2_"),
        ("abi3", PRIVATE, [], "abi3audit reports:"),
    ],
    ids=["symbol", "runpath", "rpath", "stack", "glibc", "abi3"],
)
def test_a_spoiled_extension_is_found(place, tmp_path, check, source, options, problem):
    problems = place.problems(check, contents(compile_extension(tmp_path, source, options)))
    assert any(problem in line for line in problems), problems


def test_an_extension_for_another_processor_is_found(place, extension):
    tag = "cp310-abi3-win_arm64"
    assert place.problems("binaries", contents(extension, tag), tag) == [f"{EXTENSION} is for {platform.machine()}"]


def test_a_file_of_one_platform_is_expected_there_alone(place, extension):
    listed = place.checks.INVENTORY / "uplink-cffi.whl.txt"
    listed.write_text(listed.read_text(encoding="utf-8") + "\nwin: uplink/library.dll", encoding="utf-8")
    assert place.problems("inventory", contents(extension)) == []
    windows = "cp310-abi3-win_amd64"
    missing = ["uplink/library.dll of uplink-cffi.whl.txt is missing"]
    assert place.problems("inventory", contents(extension, windows), windows) == missing


def test_a_second_extension_is_found(place, extension):
    files = {**contents(extension), "uplink/_libuplink.cpython-310.so": extension}
    assert "it has 2 extensions" in place.problems("binaries", files)


def test_a_library_that_windows_does_not_have_is_found(checks):
    library = SimpleNamespace(libraries=["KERNEL32.dll", "python3t.dll", "api-ms-win-crt-heap-l1-1-0.dll", "zlib1.dll"])
    assert list(checks._binaries.libraries(library)) == ["zlib1.dll"]


def test_a_library_of_one_python_is_found(checks, tmp_path):
    for library, problems in (("python3.dll", []), ("Python310.dll", ["python310.dll"])):
        artifact = checks.Artifact(tmp_path, {}, "uplink-cffi", "1.0", frozenset({"cp315-abi3t-win_amd64"}))
        artifact.__dict__["binaries"] = {EXTENSION: SimpleNamespace(libraries=["KERNEL32.dll", library])}
        said = list(checks.check_abi3(artifact))
        assert said == [f"it needs {name}, which is of one Python alone" for name in problems]


def test_a_wheel_for_one_machine_is_found(place, extension):
    tag = f"cp310-abi3-linux_{platform.machine()}"
    assert place.problems("policy", contents(extension, tag), tag) == ["it is for one machine's Linux alone"]


def test_a_binary_of_unknown_modules_is_found(place, extension):
    unknown = extension.replace(b"Go buildinf:", b"No buildinf:")
    assert place.problems("licences", contents(unknown)) == ["no binary has the list of the modules that Go has linked"]


def test_an_executable_that_is_not_static_is_found(checks, tmp_path):
    (tmp_path / "main.c").write_text("int main(void) { return 0; }", encoding="utf-8")
    subprocess.run(["cc", tmp_path / "main.c", "-o", tmp_path / "main"], check=True)
    files = {"uplink_localnet-1.0.data/scripts/uplink-localnet": (tmp_path / "main").read_bytes()}
    artifact = checks.Artifact(tmp_path, files, "uplink-localnet", "1.0", frozenset({TAG}))
    assert any("is not static" in line for line in checks.check_binaries(artifact))


def test_a_large_wheel_is_found(place, extension, monkeypatch):
    size = place.write(contents(extension)).stat().st_size
    monkeypatch.setitem(place.checks.SIZE_LIMITS, "uplink-cffi", size)
    assert place.problems("size", contents(extension)) == [f"it has {size:,} bytes; {size:,} are too many"]


def test_metadata_that_no_index_takes_is_found(place, extension):
    path = place.write({**contents(extension), f"{INFO}/METADATA": METADATA.replace(b"Words.\n", b"")})
    assert any("twine reports:" in line for line in place.checks.check_twine([path]))


def test_every_check_of_an_artifact_is_made(checks):
    made = {function.__name__ for function in [*checks.ALL, *checks.WHEELS]}
    of_all = {"check_set", "check_agreement", "check_twine", "check_same", "check_folder"}
    assert made == {name for name in vars(checks) if name.startswith("check_")} - of_all


def test_the_version_of_go_is_what_go_itself_says(checks, tmp_path):
    (tmp_path / "go.mod").write_text("module example.com/x\n\ngo 1.26\n", encoding="utf-8")
    (tmp_path / "main.go").write_text("package main\n\nfunc main() {}\n", encoding="utf-8")
    subprocess.run(["go", "build", "-o", "main", "."], cwd=tmp_path, check=True)
    said = subprocess.run(["go", "version", "main"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    found = checks._binaries.linked((tmp_path / "main").read_bytes())
    assert {f"main: {module.replace('std@', 'go')}\n" for module in found} == {said}


class TestAll:
    @pytest.fixture(autouse=True)
    def whole(self, monkeypatch, checks):
        """Expect no particular wheels: other tests cover the checks of each artifact."""
        monkeypatch.setattr(checks, "WHEELS", [])

    def test_a_good_folder(self, place, extension, capsys, monkeypatch):
        place.write(contents(extension))
        self.sdist(place, METADATA)
        monkeypatch.setattr(place.checks, "LINUX", {("uplink-cffi", ""), ("uplink-cffi", TAG)})
        monkeypatch.setattr(sys, "argv", ["check_artifacts.py", str(place.dist), "--same-as", str(place.dist)])
        assert place.checks.main() == 0
        assert capsys.readouterr().out == "2 artifacts, 0 problems\n"

    @staticmethod
    def sdist(place, metadata, version="1.0"):
        files = {"PKG-INFO": metadata, "pyproject.toml": b""}
        (place.checks.INVENTORY / "uplink-cffi.tar.gz.txt").write_text("\n".join(files), encoding="utf-8")
        with tarfile.open(place.dist / f"uplink_cffi-{version}.tar.gz", "w:gz") as archive:
            for name, content in files.items():
                member = tarfile.TarInfo(f"uplink_cffi-{version}/{name}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))

    def test_metadata_that_differs_is_found(self, place, extension):
        place.write(contents(extension))
        self.sdist(place, METADATA.replace(b"2.4", b"2.3"))
        problems = list(place.checks.check_folder(place.dist, {("uplink-cffi", ""), ("uplink-cffi", TAG)}))
        assert problems == [
            "the metadata of uplink-cffi differs between its artifacts",
            "the artifacts have several versions of metadata: 2.3, 2.4",
        ]

    def test_versions_that_differ_are_found(self, place, extension):
        place.write(contents(extension))
        self.sdist(place, METADATA.replace(b"1.0", b"1.1"), version="1.1")
        problems = list(place.checks.check_folder(place.dist, {("uplink-cffi", ""), ("uplink-cffi", TAG)}))
        assert problems == [
            "the artifacts have several versions: 1.0, 1.1",
            "the metadata of uplink-cffi differs between its artifacts",
        ]

    def test_what_is_missing_and_what_is_too_much_is_found(self, place, extension):
        path = place.write(contents(extension))
        (place.dist / "notes.txt").write_text("x", encoding="utf-8")
        problems = list(place.checks.check_folder(place.dist, {("uplink-cffi", "")}))
        assert problems == [
            "notes.txt is neither a wheel nor an sdist",
            f"{path.name} is not expected",
            "uplink-cffi sdist is missing",
        ]

    def test_a_build_that_differs_is_found(self, place, extension, tmp_path):
        path = place.write(contents(extension))
        (tmp_path / "again").mkdir()
        assert [*place.checks.check_same(place.dist, tmp_path / "again")] == [
            f"{path.name} is not the same when it is built again"
        ]
        (tmp_path / "again" / path.name).write_bytes(path.read_bytes() + b"x")
        assert [*place.checks.check_same(place.dist, tmp_path / "again")] == [
            f"{path.name} is not the same when it is built again"
        ]


def test_the_platforms_of_a_linux_machine_are_part_of_a_release(checks):
    assert checks.LINUX < checks.RELEASE


def test_the_inventories_are_of_both_distributions():
    names = sorted(path.name for path in (ROOT / "tools/inventory").iterdir())
    assert names == [f"{name}.{kind}.txt" for name in ("uplink-cffi", "uplink-localnet") for kind in ("tar.gz", "whl")]
    for name in names:
        lines = (ROOT / "tools/inventory" / name).read_text(encoding="utf-8").splitlines()
        assert all(re.fullmatch(r"#.*|(\w+: )?\S+", line) for line in lines)


@pytest.mark.parametrize(("distribution", "folder"), [("uplink-cffi", "src"), ("uplink-localnet", "localnet/src")])
def test_the_inventory_of_a_wheel_has_each_module(distribution, folder):
    lines = (ROOT / f"tools/inventory/{distribution}.whl.txt").read_text(encoding="utf-8").splitlines()
    modules = {path for path in (ROOT / folder).rglob("*") if path.name == "py.typed" or path.suffix == ".py"}
    listed = {line for line in lines if line.endswith((".py", "/py.typed"))}
    assert listed == {path.relative_to(ROOT / folder).as_posix() for path in modules}
