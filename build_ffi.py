"""Describes the extension `uplink._ffi._libuplink`: libuplink as a static archive, wrapped by cffi.

cffi compiles the declarations of `go/uplink.h` into a module with two names, `ffi` and `lib`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from cffi import FFI

ROOT = Path(__file__).resolve().parent
GO = ROOT / "go"
BUILD = ROOT / "build" / "ffi"
ARCHIVE = BUILD / "libuplink.a"
MODULE = "uplink._ffi._libuplink"
# Nothing of the machine goes into the archive, and no symbols: the same source gives the same bytes.
GO_FLAGS = ["-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid="]


def declarations() -> str:
    """Return what stands between the `cdef` marks of the header."""
    header = (GO / "uplink.h").read_text(encoding="utf-8")
    parts = re.findall(r"/\* cdef: begin\.(?:[^*]|\*(?!/))*\*/(.*?)/\* cdef: end\.", header, flags=re.DOTALL)
    return "\n".join(parts)


def build_archive() -> None:
    """Build libuplink with Go.

    Raises:
        SystemExit: Go is not there, or too old.
    """
    if shutil.which("go") is None:
        sys.exit("uplink-cffi: building from source needs Go 1.26 or newer, and a C compiler, on PATH")
    BUILD.mkdir(parents=True, exist_ok=True)
    command = ["go", "build", "-buildmode=c-archive", *GO_FLAGS, "-o", str(ARCHIVE), "."]
    subprocess.run(command, cwd=GO, check=True, env={**os.environ, "CGO_ENABLED": "1"})


def _link_arguments() -> list[str]:
    """Hide all symbols but the module's entry, so that nothing in the process can meet them."""
    entry = f"PyInit_{MODULE.rpartition('.')[2]}"
    if sys.platform == "darwin":
        frameworks = ["-framework", "CoreFoundation", "-framework", "Security", "-lresolv"]
        return [f"-Wl,-exported_symbol,_{entry}", *frameworks]
    BUILD.mkdir(parents=True, exist_ok=True)
    script = BUILD / "symbols.map"
    script.write_text(f"{{ global: {entry}; local: *; }};\n", encoding="utf-8")
    # A Go runtime cannot be unloaded.
    return [f"-Wl,--version-script={script}", "-Wl,-Bsymbolic", "-Wl,-z,nodelete"]


ffibuilder = FFI()
ffibuilder.cdef(declarations())
ffibuilder.set_source(
    MODULE,
    '#include "uplink.h"',
    include_dirs=[str(GO)],
    # setuptools wants these relative to where it runs, which is here.
    depends=[path.relative_to(ROOT).as_posix() for path in (GO / "uplink.h", ARCHIVE)],
    extra_objects=[str(ARCHIVE)],
    extra_link_args=_link_arguments(),
)

if __name__ == "__main__":
    build_archive()
    ffibuilder.compile(verbose=True)
