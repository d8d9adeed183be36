"""Raises the version of Go's library, and shows what a maintainer has to decide on.

It changes the go.mod of each module that needs `storj.io/uplink`, builds everything, and runs the tests that compare
with the interfaces of others. It prints what Go's library has new or no longer, and likewise the C and the Python
interface since the last release. Nothing is committed.

Usage: python tools/bump.py [VERSION]     the newest release, unless given; an older one works too
"""

from __future__ import annotations

import argparse
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = "storj.io/uplink"
MODULES = ("go", "localnet", "benchmarks/go")
MODULE_FILES = [f"{module}/{name}" for module in MODULES for name in ("go.mod", "go.sum")]
# The files about linked modules that `make sync` writes.
LICENCES = [
    f"{module}/{name}" for module in ("go", "localnet") for name in ("THIRD-PARTY-LICENCES.txt", "licences.json")
]
APIDIFF = "golang.org/x/exp/cmd/apidiff@v0.0.0-20261014143641-f0251eb4aa3e"
CONFORMANCE = ("tests/c/test_programs.py", "tests/uplink_python")

# Run with the `src` of a version on the path; importing the package loads nothing native.
PYTHON_SURFACE = """
import importlib, inspect

def show(name, thing):
    thing = getattr(thing, "__func__", thing)
    try:
        print(f"{name}{inspect.signature(thing)}" if callable(thing) else name)
    except ValueError:  # an exception with the signature of all
        print(name)

for name in ("uplink", "uplink.aio", "uplink.errors", "uplink.testing"):
    module = importlib.import_module(name)
    things = {public: getattr(module, public) for public in module.__all__}
    for public, thing in things.items():
        show(f"{name}.{public}", thing)
        for base in thing.__mro__ if inspect.isclass(thing) else ():
            if base.__module__.partition(".")[0] == "uplink":
                for member in [name for name in vars(base) if not name.startswith("_")]:
                    getattr(thing, member)  # the methods of a project are imported at their first use
                    show(f"{name}.{public}.{member}", vars(base)[member])
"""


def main() -> int:
    """Raise the version, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("version", nargs="?", default="latest", metavar="VERSION", help="v1.14.5, for instance")
    options = parser.parse_args()
    if run("git", "status", "--porcelain", "--", *MODULE_FILES):
        print(f"there are changes in {', '.join(MODULE_FILES)}; commit them, or undo them with git restore")
        return 1
    old = run("go", "list", "-m", "-f", "{{.Version}}", LIBRARY, folder="go").strip()
    new = run("go", "list", "-m", "-f", "{{.Version}}", f"{LIBRARY}@{options.version}", folder="go").strip()
    print(f"{LIBRARY}: {old} -> {new}\n", flush=True)
    if new == old:
        print("that is the version already")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        exports = export_interfaces(Path(scratch))
        for module in MODULES:
            run("go", "get", f"{LIBRARY}@{new}", folder=module)
            run("go", "mod", "tidy", folder=module)
        show_go(exports)
    # A failure after this point leaves all changes in place, for inspection.
    watch("make", "sync", "build", "libuplink")
    watch(sys.executable, "-m", "pytest", "-q", *CONFORMANCE)
    show_own(last_release())
    print("Next: decide on what Go has new, then make test, CHANGELOG.md, and a commit.")
    return 0


def run(*command: str, folder: str = ".", **environment: str) -> str:
    """Run a command, and return what it prints."""
    result = subprocess.run(
        command, cwd=ROOT / folder, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}, in {ROOT / folder}, fails:\n{result.stdout}{result.stderr}")
    return result.stdout


def watch(*command: str) -> None:
    """Run a command and show its output."""
    print(f"$ {' '.join(command)}", flush=True)
    result = subprocess.run(command, cwd=ROOT, check=False)
    if result.returncode != 0:
        changed = " ".join(MODULE_FILES + LICENCES)
        back = f"git restore {changed} && git clean -d --force {' '.join(LICENCES)}"
        sys.exit(f"{' '.join(command)} fails with this version of {LIBRARY}. To go back: {back}")
    print()


# ---- Go's interface ----


def export_interfaces(folder: Path) -> dict[str, tuple[str, Path]]:
    """Record the interfaces of all packages of the library that this project uses.

    Args:
        folder: Where to.

    Returns:
        For each package a module that uses it, and the file.
    """
    exports = {}
    for module in MODULES:
        template = '{{join .Imports "\\n"}}\n{{join .TestImports "\\n"}}\n{{join .XTestImports "\\n"}}'
        for package in sorted(set(run("go", "list", "-f", template, "./...", folder=module).split())):
            if (package == LIBRARY or package.startswith(f"{LIBRARY}/")) and package not in exports:
                path = folder / package.replace("/", "-")
                run("go", "run", APIDIFF, "-w", str(path), package, folder=module)
                exports[package] = (module, path)
    return exports


def show_go(exports: dict[str, tuple[str, Path]]) -> None:
    """Print what was added to Go's packages, changed or removed."""
    for package, (module, path) in sorted(exports.items()):
        changes = run("go", "run", APIDIFF, str(path), package, folder=module).strip()
        print(f"Go's {package}: {f'changes{os.linesep}{changes}' if changes else 'no change'}\n", flush=True)


# ---- The interfaces of this project ----


def last_release() -> str:
    """Return the newest tag, or the last commit if there is no tag."""
    tags = run("git", "tag", "--merged", "HEAD", "--sort", "-version:refname", "--list", "v*").split()
    return tags[0] if tags else "HEAD"


def show_own(release: str) -> None:
    """Print what was added to the C and the Python interface or removed, since a release."""
    archive = subprocess.run(
        ["git", "archive", release, "src", "go/uplink.h"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    with tempfile.TemporaryDirectory() as before:
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(before, filter="data")
        for name, surface in (("C", c_surface), ("Python", python_surface)):
            old, new = surface(Path(before)), surface(ROOT)
            print(f"{name} interface, {len(new)} declarations, since {release}:")
            lines = [f"  - {line}" for line in sorted(old - new)] + [f"  + {line}" for line in sorted(new - old)]
            print("\n".join(lines or ["  nothing new, nothing gone"]), end="\n\n", flush=True)


def c_surface(tree: Path) -> set[str]:
    """Return the declarations of the header."""
    header = (tree / "go/uplink.h").read_text(encoding="utf-8")
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    constants = re.findall(r"^#define UPLINK_\w+ .*$", code, flags=re.MULTILINE)
    declarations = re.findall(r"^(?:typedef struct \w+ \{.*?\} \w+|\w[^;{}#]*);", code, flags=re.DOTALL | re.MULTILINE)
    return {" ".join(text.split()) for text in constants + declarations}


def python_surface(tree: Path) -> set[str]:
    """Return the public names, with their signatures."""
    return set(run(sys.executable, "-c", PYTHON_SURFACE, PYTHONPATH=str(tree / "src")).splitlines())


if __name__ == "__main__":
    sys.exit(main())
