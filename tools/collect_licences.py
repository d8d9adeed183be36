"""Collects the licences of the Go modules that are linked, for the wheels to carry.

`licences/` beside a go.mod gets the texts, as the modules have them, and `licences.json` tells which licence each is.
The modules are those of any platform that there are wheels for. With --check it tells whether something differs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = (ROOT / "go", ROOT / "localnet")
PLATFORMS = ("linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64")
NAMES = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "PATENTS")

# A sentence that only this licence has.
SENTENCES = {
    "Apache-2.0": "Apache License Version 2.0",
    "BSD-2-Clause": "Redistributions in binary form must reproduce the above copyright notice",
    "BSD-3-Clause": "endorse or promote products derived from this software",
    "CC0-1.0": "CC0 1.0",
    "ISC": "this software for any purpose with or without fee is hereby granted",
    "MIT": "The above copyright notice and this permission notice shall be included in",
    "MPL-2.0": "Mozilla Public License Version 2.0",
}


def main() -> int:
    """Write the licences of both modules, or with --check tell what differs."""
    check = "--check" in sys.argv[1:]
    differs = False
    for module in MODULES:
        with tempfile.TemporaryDirectory() as scratch:
            fresh = Path(scratch, module.name)
            collect(module, fresh)
            if _contents(fresh) == _contents(module):
                continue
            differs = True
            if check:
                print(f"{module.name}/licences is not what Go links; run make sync")
                continue
            shutil.rmtree(module / "licences", ignore_errors=True)
            shutil.copytree(fresh, module, dirs_exist_ok=True)
            print(f"wrote {module.name}/licences")
    return differs if check else 0


def collect(module: Path, target: Path) -> None:
    """Write the texts of a module's licences, and their names, into a folder."""
    known = {}
    for name, (root, folders) in sorted(linked(module).items()):
        copies = target / "licences" / name
        copies.mkdir(parents=True)
        texts = []
        for folder in sorted(folders):
            inside = "".join(f"{part}-" for part in folder.relative_to(root).parts)
            for text in sorted(path for path in folder.iterdir() if path.is_file()):
                if text.name.upper().startswith(NAMES):
                    shutil.copyfile(text, copies / f"{inside}{text.name}")
                    texts.append(text.read_text(encoding="utf-8"))
        path = name.partition("@")[0]
        known[path] = expression(path, texts)
    (target / "licences.json").write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")


def linked(module: Path) -> dict[str, tuple[Path, set[Path]]]:
    """Find what is linked.

    Returns:
        For `path@version` of each module, and for `std`, its folder, and those on the way to the packages that are
        linked: parts of a module can have a licence of their own.
    """
    root = Path(_go(module, "env", "GOROOT").strip())
    found = {"std": (root, {root})}
    fields = "{{.Module.Path}}@{{.Module.Version}}\t{{.Module.Dir}}\t{{.Dir}}"
    # Neither what is our own, nor what has no module: Go's own library.
    template = "{{if .Module}}{{if and .Module.Version (not .Module.Replace)}}" + fields + "{{end}}{{end}}"
    for target in PLATFORMS:
        goos, goarch = target.split("/")
        # With it, all that cgo needs is listed, too.
        variables = {"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "1", "GOFLAGS": "-mod=readonly"}
        for line in _go(module, "list", "-deps", "-f", template, ".", **variables).splitlines():
            name, top, package = line.split("\t")
            folders = {Path(package), *Path(package).parents}
            inside = {folder for folder in folders if folder.is_relative_to(top)}
            found.setdefault(name, (Path(top), set()))[1].update(inside)
    return found


def expression(path: str, texts: list[str]) -> str:
    """Return the SPDX expression for texts.

    Raises:
        SystemExit: No licence is known by these words.
    """
    words = " ".join(" ".join(text.split()) for text in texts)
    found = {licence for licence, sentence in SENTENCES.items() if sentence in words}
    if "BSD-3-Clause" in found:
        found.discard("BSD-2-Clause")  # has all of its sentences
    if not found:
        sys.exit(f"{path} has no licence that {Path(__file__).name} knows; add a sentence of it")
    return " AND ".join(sorted(found))


def _go(folder: Path, *arguments: str, **variables: str) -> str:
    command = ["go", *arguments]
    environment = {**os.environ, **variables}
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout


def _contents(folder: Path) -> dict[str, bytes]:
    paths = [folder / "licences.json", *(folder / "licences").rglob("*")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths if path.is_file()}


if __name__ == "__main__":
    sys.exit(main())
