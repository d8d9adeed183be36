"""Collects the licences of the linked Go modules, which the wheels contain.

Beside each go.mod it writes THIRD-PARTY-LICENCES.txt with all texts, and licences.json with the SPDX expression of each
module. The modules are those of all platforms that have wheels. With --check it only reports what is out of date.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = (ROOT / "go", ROOT / "localnet")
PLATFORMS = ("linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64")
TEXTS = "THIRD-PARTY-LICENCES.txt"
EXPRESSIONS = "licences.json"
NAMES = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "PATENTS")
# What the names of source files end in: packages that deal with licences have names like those of the texts.
SOURCES = (".go", ".c", ".h", ".s")

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
    """Write the files of both modules, or with --check report which ones are out of date. Return the exit status."""
    check = "--check" in sys.argv[1:]
    stale = False
    for module in MODULES:
        for name, content in collect(module).items():
            path = module / name
            if path.exists() and path.read_text(encoding="utf-8") == content:
                continue
            stale = True
            if check:
                print(f"{module.name}/{name} is out of date; run make sync")
            else:
                path.write_text(content, encoding="utf-8", newline="\n")
                print(f"wrote {module.name}/{name}")
    return check and stale


def collect(module: Path) -> dict[str, str]:
    """Return the content of both files of a module, by their names."""
    lines = ["The licences of the Go modules that are linked. tools/collect_licences.py writes this file.", ""]
    expressions = {}
    for name, (root, folders) in sorted(linked(module).items()):
        texts = []
        for folder in sorted(folders):
            for file in sorted(path for path in folder.iterdir() if path.is_file()):
                if is_licence(file.name):
                    text = file.read_text(encoding="utf-8")
                    lines += [f"==== {name}: {file.relative_to(root).as_posix()} ====", "", text.rstrip(), ""]
                    texts.append(text)
        path = name.partition("@")[0]
        expressions[path] = expression(path, texts)
    return {TEXTS: "\n".join(lines), EXPRESSIONS: json.dumps(expressions, indent=2) + "\n"}


def is_licence(name: str) -> bool:
    """Report whether a file has a licence text by its name, which a source file, as license.go, has not."""
    return name.upper().startswith(NAMES) and not name.endswith(SOURCES)


def linked(module: Path) -> dict[str, tuple[Path, set[Path]]]:
    """Return the linked modules.

    Returns:
        The folder of each `path@version`, and of `std`, with all folders above its linked packages: a part of a module
        can have its own licence.
    """
    root = Path(_go(module, "env", "GOROOT").strip())
    found = {"std": (root, {root})}
    fields = "{{.Module.Path}}@{{.Module.Version}}\t{{.Module.Dir}}\t{{.Dir}}"
    # Without modules of this repository, which replace others, and without Go's own library, which has no module.
    template = "{{if .Module}}{{if and .Module.Version (not .Module.Replace)}}" + fields + "{{end}}{{end}}"
    for target in PLATFORMS:
        goos, goarch = target.split("/")
        # CGO_ENABLED lists the packages that cgo needs, too.
        variables = {"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "1", "GOFLAGS": "-mod=readonly"}
        for line in _go(module, "list", "-deps", "-f", template, ".", **variables).splitlines():
            name, top, package = line.split("\t")
            folders = {Path(package), *Path(package).parents}
            inside = {folder for folder in folders if folder.is_relative_to(top)}
            found.setdefault(name, (Path(top), set()))[1].update(inside)
    return found


def expression(path: str, texts: list[str]) -> str:
    """Return the SPDX expression of the licences in these texts.

    Raises:
        SystemExit: They have no sentence of a known licence.
    """
    words = " ".join(" ".join(text.split()) for text in texts)
    found = {licence for licence, sentence in SENTENCES.items() if sentence in words}
    if "BSD-3-Clause" in found:
        found.discard("BSD-2-Clause")  # its text has this sentence, too
    if not found:
        sys.exit(f"{path} has no licence that {Path(__file__).name} has a sentence of; add one")
    return " AND ".join(sorted(found))


def _go(folder: Path, *arguments: str, **variables: str) -> str:
    command = ["go", *arguments]
    environment = {**os.environ, **variables}
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
