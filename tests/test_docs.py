"""Runs every example in the README, the docs and the docstrings, and checks what the pages state about files."""

from __future__ import annotations

import ast
import asyncio
import codeop
import contextlib
import html
import importlib
import inspect
import pkgutil
import pydoc
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import uplink
from uplink_python.uplink import Uplink

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
# Pages without examples in Python. tests/building/test_build_library.py runs the example in C, and
# tests/_cli/test_page.py runs those of the command line.
WITHOUT_EXAMPLES = {
    "docs/airflow.md",  # tests/frameworks runs it
    "docs/architecture.md",
    "docs/data.md",  # tests/data runs it
    "docs/c.md",
    "docs/command-line.md",
    "docs/comparison.md",
    "docs/concepts/satellite.md",
    "docs/decisions.md",
    "docs/django.md",  # tests/django runs it
    "docs/fastapi.md",  # tests/web runs it
    "docs/machine-learning.md",  # tests/frameworks runs it
    "docs/maintaining.md",
}
# The pages of the reference have the docstrings, whose examples are run, too.
PAGES = [
    page
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if page.relative_to(ROOT).as_posix() not in WITHOUT_EXAMPLES and page.parent.name != "reference"
]
PAGES_WITH_PATHS = ("CONTRIBUTING.md", "docs/architecture.md", "docs/environment.md", "docs/maintaining.md")
LINKING_PAGES = sorted(
    page
    for folder in ("", "benchmarks", "docs", "docs/concepts", "docs/reference", "localnet")
    for page in (ROOT / folder).glob("*.md")
)
FENCE = re.compile(r"^( *)```python\n(.*?)^ *```$", flags=re.DOTALL | re.MULTILINE)


def examples(text: str) -> list[str]:
    """Return the examples in Python on a page or in a docstring."""
    return [textwrap.dedent(match.group(2)) for match in FENCE.finditer(text)]


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_of_a_page(page, access, grant, monkeypatch, tmp_path, request):
    if page.name == "tutorial.md":
        request.getfixturevalue("network")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UPLINK_ACCESS", grant)
    found = examples(page.read_text(encoding="utf-8"))
    assert found
    with uplink.open_project(access) as project:
        project.ensure_bucket("photos")
    namespace: dict[str, object] = {"__name__": "__main__"}
    for number, source in enumerate(found):
        exec(compile(source, f"{page.name}[{number}]", "exec"), namespace)
    with uplink.open_project(access) as project:
        project.delete_bucket("photos", with_objects=True)


async def test_a_satellite_that_hangs_is_a_status_503(access, storj_bucket, storj_faults):
    """The application of docs/web.md. tests/web does the same with a server."""
    namespace: dict[str, object] = {}
    page = (ROOT / "docs" / "web.md").read_text(encoding="utf-8")
    exec(next(source for source in examples(page) if source.startswith("# ranges.py")), namespace)
    namespace["LIMIT"] = 0.3
    async with uplink.aio.open_project(access) as project:
        await project.put(storj_bucket, "key", b"data")
        with storj_faults.satellite(frozen=True):
            for method in ("GET", "HEAD"):
                status, fields, download = await namespace["open_range"](project, method, storj_bucket, "key", {})
                assert (status, fields["retry-after"], download) == (503, "10", None)
        namespace["LIMIT"] = 60
        assert (await namespace["open_range"](project, "HEAD", storj_bucket, "key", {}))[0] == 200


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_of_a_page_can_be_pasted_into_an_interpreter(page):
    # Before 3.13, the prompt of the interpreter needs an empty line after an indented block, and an empty line in a
    # block ends the block.
    compiler = codeop.CommandCompiler()
    for source in examples(page.read_text(encoding="utf-8")):
        pasted: list[str] = []
        for line in [*source.splitlines(), ""]:
            pasted.append(line)
            if compiler("\n".join(pasted)) is not None:
                pasted.clear()
        assert not pasted


def modules() -> Iterator[object]:
    for package in (uplink, importlib.import_module("uplink_python"), importlib.import_module("uplink_localnet")):
        yield package
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not info.name.endswith(("__main__", "_libuplink", "hello_storj")):
                yield importlib.import_module(info.name)


def docstrings() -> dict[str, str]:
    """Return the docstrings that have examples, by the full name of the module, class or function."""
    found: dict[str, str] = {}

    def visit(name: str, thing: object) -> None:
        if "```python" in (getattr(thing, "__doc__", None) or ""):
            found[name] = inspect.cleandoc(thing.__doc__ or "")

    for module in modules():
        visit(module.__name__, module)
        for name, member in vars(module).items():
            if getattr(member, "__module__", None) != module.__name__ or not (
                inspect.isclass(member) or inspect.isfunction(member)
            ):
                continue
            visit(f"{module.__name__}.{name}", member)
            if inspect.isclass(member):
                for attribute, value in vars(member).items():
                    visit(f"{module.__name__}.{name}.{attribute}", getattr(value, "__func__", value))
    return found


DOCSTRINGS = docstrings()


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("name", list(DOCSTRINGS))
def test_examples_of_a_docstring(name, network, access, grant, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UPLINK_ACCESS", grant)
    awaited = name.startswith("uplink.aio")
    with access.open_project() as keeper:
        keeper.ensure_bucket("photos")
        keeper.put("photos", "cat.jpg", b"meow")
        try:
            for number, source in enumerate(examples(DOCSTRINGS[name])):
                namespace: dict[str, object] = {
                    "uplink": uplink,
                    "access": parse(name, grant),
                    "grant": grant,
                    "satellite_address": network.satellite_address,
                    "api_key": network.api_key,
                    "network": network,
                }
                code = compile(source, f"{name}[{number}]", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
                asyncio.run(run_with_project(code, namespace, awaited=awaited))
        finally:
            for bucket in keeper.list_buckets():
                keeper.delete_bucket(bucket.name, with_objects=True, bypass_governance_retention=True)


async def run_with_project(code, namespace, *, awaited):
    """Run an example with an open project as `project`: of `uplink.aio` if it is awaited, else of `uplink`."""
    if awaited:
        async with uplink.aio.open_project(namespace["access"]) as project:
            namespace["project"] = project
            result = eval(code, namespace)
            if inspect.iscoroutine(result):
                await result
    else:
        with contextlib.closing(namespace["access"].open_project()) as project:
            namespace["project"] = project
            eval(code, namespace)


def parse(name, grant):
    """Return an access of the module in whose docstring the example is."""
    if name.startswith("uplink_python"):
        return Uplink().parse_access(grant)
    return (uplink.aio if name.startswith("uplink.aio") else uplink).Access.parse(grant)


def public_names() -> Iterator[tuple[str, object]]:
    for module in (uplink, uplink.aio):
        for name in module.__all__:
            thing = getattr(module, name)
            yield f"{module.__name__}.{name}", thing
            if inspect.isclass(thing) and thing.__module__.startswith("uplink"):
                for attribute, value in inspect.getmembers(thing):
                    if not attribute.startswith("_") and (callable(value) or isinstance(value, property)):
                        yield f"{module.__name__}.{name}.{attribute}", value


@pytest.mark.parametrize(
    ("name", "thing"), list(public_names()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_public_names_are_described(name, thing):
    assert inspect.getdoc(thing), f"{name} has no docstring"


@pytest.mark.parametrize("kind", [uplink.Upload, uplink.aio.Upload, uplink.Download, uplink.aio.Download])
def test_help_shows_no_constructor_that_users_cannot_call(kind):
    shown = pydoc.render_doc(kind, renderer=pydoc.plaintext)
    assert "handle" not in shown
    with pytest.raises(TypeError, match="methods of a project"):
        kind()


def normalised(transcript: str) -> str:
    """Replace the parts that differ between runs: checksums, sizes, the port, and the name of the extension."""
    text = re.sub(r"\b[0-9a-f]{64}\b", "<checksum>", transcript)
    text = re.sub(r"\b[\d,]+ bytes", "<size> bytes", text)
    text = re.sub(r"\b_libuplink\.\S+\.so\b", "<extension>", text)
    return re.sub(r"127\.0\.0\.1:\d+", "<address>", text).strip()


def test_the_docs_show_the_output_of_the_demo():
    result = subprocess.run(
        [sys.executable, "-m", "uplink", "demo"], capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == 0, result.stderr
    [shown] = re.findall(r"^```text\n(.*?)^```$", PAGES[0].read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    assert normalised(result.stdout).endswith(f"\n{normalised(shown)}")
    picture = (ROOT / "docs/images/session.svg").read_text(encoding="utf-8")
    recorded = [html.unescape(line) for line in re.findall(r"<text [^>]*>(.*)</text>", picture)]
    assert normalised("\n".join(recorded[1:])) == normalised(result.stdout), "run tools/record_session.py"
    checksums = set(re.findall(r"\b[0-9a-f]{64}\b", result.stdout))
    assert len(checksums) == 1


OWN_VARIABLE = re.compile(r"[\"'${]((?:UPLINK(?!_ERROR|_DETAIL)|LOCALNET|CONFORMANCE|STORJ_SIM)_[A-Z][A-Z0-9_]+)\b")
READ = re.compile(r"(?:environ(?:\.get)?[\[(]|[gG]etenv\()[\"']([A-Z][A-Z0-9_]+)[\"']")


@pytest.mark.source_tree
def test_one_page_lists_all_environment_variables():
    listed = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs/environment.md").read_text(encoding="utf-8")))
    own, read = set(), set()
    for folder in ("src", "go", "localnet", "tools", ".ci"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".go", ""} and path.is_file() and "build" not in path.parts:
                source = path.read_text(encoding="utf-8", errors="replace")
                own |= set(OWN_VARIABLE.findall(source))
                read |= set(READ.findall(source)) if folder == "src" else set()
    assert "UPLINK_ACCESS" in own
    assert (own | read) - listed == set()


def test_commands_of_the_readme_are_targets_of_the_makefile():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    commands = set(re.findall(r"(?:\$ |`)make ([a-z]+)", PAGES[0].read_text(encoding="utf-8")))
    assert {"demo", "test"} <= commands <= targets


@pytest.mark.source_tree
def test_paths_on_the_pages_exist():
    """Paths in backticks start at the root of the repository, except for results of a build and Storj's modules."""
    elsewhere = {".venv", "build", "dist", "site", "storj", "storj.io"}
    missing = [
        f"{page}: {path}"
        for page in PAGES_WITH_PATHS
        for path in re.findall(r"`([\w.*-]+/[\w.*/-]*)`", (ROOT / page).read_text(encoding="utf-8"))
        if path.partition("/")[0] not in elsewhere and not any(ROOT.glob(path.rstrip("/")))
    ]
    assert missing == []


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.source_tree
@pytest.mark.parametrize("page", LINKING_PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_linked_pages_and_headings_exist(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = []
    for path, anchor in re.findall(r"\]\(([^):#\s]*)(?:#([^)\s]*))?\)", text):
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(f"{path}#{anchor}")
    assert broken == []
