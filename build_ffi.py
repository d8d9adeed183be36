"""Describes the extension `uplink._ffi._libuplink`: libuplink, built by Go, and wrapped by cffi.

cffi compiles the declarations of `go/uplink.h` into a module with two names, `ffi` and `lib`. On Linux and macOS the
extension contains libuplink as a static archive. On Windows, where Microsoft's linker cannot read Go's archives, it
links a DLL in the same folder.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shlex
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import NamedTuple

from cffi import FFI

ROOT = Path(__file__).resolve().parent
# cffi executes this file in any working folder.
sys.path.insert(0, str(ROOT))

import build_go

GO = ROOT / "go"
MODULE = "uplink._ffi._libuplink"
# The version in manylinux_2_17. Programs that zig builds run with this version and newer ones.
GLIBC = "2.17"


class Target(NamedTuple):
    """The platform to build for."""

    system: str  # as Go names it
    machine: str  # as wheels name it on that system

    @classmethod
    def of(cls, name: str) -> Target:
        """Return the target for a name of sysconfig.get_platform: `linux-x86_64`, `macosx-12.0-arm64`, `win-amd64`."""
        system, _, rest = name.partition("-")
        machine = rest.rpartition("-")[2] or "x86"
        if machine.startswith("universal"):
            machine = platform.machine()
        return cls({"macosx": "darwin", "win": "windows", "win32": "windows"}.get(system, system), machine)

    @property
    def is_arm(self) -> bool:
        """Whether the processor is 64-bit Arm. Otherwise it is x86-64."""
        return self.machine in {"aarch64", "arm64"}

    @property
    def go(self) -> dict[str, str]:
        """The environment variables that make Go build for this platform."""
        return {"GOOS": self.system, "GOARCH": "arm64" if self.is_arm else "amd64", "CGO_ENABLED": "1"}

    @property
    def zig(self) -> str:
        """The name of the platform in zig."""
        machine = "aarch64" if self.is_arm else "x86_64"
        return f"{machine}-windows-gnu" if self.system == "windows" else f"{machine}-{self.system}-gnu.{GLIBC}"

    @property
    def folder(self) -> Path:
        """The folder for the results of the build."""
        return ROOT / "build" / "ffi" / f"{self.system}-{self.machine}"


# Another platform is set by a variable of this project, because installers choose packages by sysconfig's platform.
TARGET = Target.of(os.environ.get("UPLINK_BUILD_PLATFORM") or sysconfig.get_platform())
SHARED = TARGET.system == "windows"
SUPPORTED = {("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "x86_64"), ("darwin", "arm64"), ("windows", "amd64")}

_ZIG = [sys.executable, "-m", "ziglang"]
ZIG = [*_ZIG, "cc", "-target", TARGET.zig]


def check_platform() -> None:
    """Exit if the package cannot be built for the platform.

    Raises:
        SystemExit: The platform is not supported.
    """
    if platform.python_implementation() != "CPython":
        sys.exit(f"uplink-cffi needs CPython; this is {platform.python_implementation()}.")
    if "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or "") and TARGET.system == "linux":
        sys.exit(
            "uplink-cffi cannot be built for musl, as on Alpine Linux: no process can load a library that Go has built "
            "there (golang/go#13492). Use a system with glibc, such as Debian."
        )
    if TARGET not in SUPPORTED:
        sys.exit(
            f"uplink-cffi cannot be built for {TARGET.system} on {TARGET.machine}; it supports 64-bit Linux and macOS "
            "on x86-64 and arm64, and 64-bit Windows on x86-64."
        )
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        sys.exit("Building uplink-cffi from source needs Python's headers: install python3-dev, or python3-devel.")


def compiler() -> list[str] | None:
    """Return the command of a C compiler for Go: from `CC`, this Python, the system or zig; or `None`."""
    pinned = os.environ.get(build_go.VARIABLE) == "pinned" and TARGET.system != "darwin"
    own = "" if SHARED else sysconfig.get_config_var("CC") or ""
    for candidate in () if pinned else (os.environ.get("CC", ""), own, "gcc" if SHARED else "cc", "clang"):
        # Do not split a path, which has backslashes on Windows, like a command of a shell.
        command = [candidate] if shutil.which(candidate) else shlex.split(candidate)
        if command and shutil.which(command[0]):
            return command
    # zig does not have the headers of macOS.
    return ZIG if TARGET.system != "darwin" and importlib.util.find_spec("ziglang") else None


def is_zig() -> bool:
    """Report whether the compiler is zig, which the build has installed."""
    return compiler() == ZIG


def build_library() -> list[Path]:
    """Build libuplink with Go, and return the files that must be beside the extension.

    Afterwards, setuptools uses the same compiler.

    Raises:
        SystemExit: The platform is not supported, or there is no Go or no C compiler.
    """
    check_platform()
    build_go.check(GO)
    command = compiler()
    if command is None:
        get = "run xcode-select --install" if TARGET.system == "darwin" else "install gcc or clang"
        sys.exit(
            f"Building uplink-cffi from source needs a C compiler, and there is none on PATH: {get}, or let "
            f"the build install it, on Linux: without --no-build-isolation, and without {build_go.VARIABLE}=system."
        )
    os.environ["CC"] = shlex.join(command)
    if TARGET.system == "linux":
        # This Python's own command can have options that zig does not support, or folders to search for libraries.
        os.environ["LDSHARED"] = f"{os.environ['CC']} -shared"
    if TARGET.system == "darwin":
        # Go builds for one kind of processor at a time.
        os.environ["ARCHFLAGS"] = f"-arch {TARGET.machine}"
    mode = "c-shared" if SHARED else "c-archive"
    ldflags = f"'-extar={_archiver()}'" if is_zig() and not SHARED else ""
    build_go.build(GO, LIBRARY, f"-buildmode={mode}", ldflags=ldflags, **TARGET.go, CC=os.environ["CC"])
    if not SHARED:
        SYMBOLS.write_text(f"{{ global: {ENTRY}; local: *; }};\n", encoding="utf-8")
        return []
    exports = "\n".join(sorted(set(re.findall(r"\b((?:uplink|edge)_\w+)\(", declarations()))))
    EXPORTS.write_text(f"LIBRARY {LIBRARY.name}\nEXPORTS\n{exports}\n", encoding="utf-8")
    return [LIBRARY]


def _archiver() -> Path:
    """Write a script that runs zig's `ar`, since Go needs a program, not a command, and there may be no other `ar`."""
    program = TARGET.folder / "ar"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.join([*_ZIG, "ar"])} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return program


def declarations() -> str:
    """Return the parts of the header between its `cdef` marks."""
    header = (GO / "uplink.h").read_text(encoding="utf-8")
    parts = re.findall(r"/\* cdef: begin\.(?:[^*]|\*(?!/))*\*/(.*?)/\* cdef: end\.", header, flags=re.DOTALL)
    return "\n".join(parts)


def _link_arguments() -> list[str]:
    """Return arguments that hide all symbols but the module's entry, to avoid conflicts with other libraries."""
    if TARGET.system == "windows":
        return []
    if TARGET.system == "darwin":
        frameworks = ["-framework", "CoreFoundation", "-framework", "Security", "-lresolv"]
        return [f"-Wl,-exported_symbol,_{ENTRY}", "-Wl,-S", *frameworks]
    # A Go runtime cannot be unloaded. Symbols for debuggers are removed, because they contain paths of this machine.
    return [f"-Wl,--version-script={SYMBOLS}", "-Wl,-Bsymbolic", "-Wl,-z,nodelete", "-s"]


def _compile_arguments() -> list[str]:
    """Return arguments for zig: no added checks, which contain paths of the machine; the folder of Python's headers."""
    if is_zig() and TARGET.system == "linux":
        return ["-O2", "-fno-sanitize=undefined", "-idirafter", str(Path(sysconfig.get_path("include")).parent)]
    return []


ENTRY = f"PyInit_{MODULE.rpartition('.')[2]}"
SYMBOLS = TARGET.folder / "symbols.map"
LIBRARY = TARGET.folder / ("libuplink.dll" if SHARED else "libuplink.a")
# The file that the extension is linked with. On Windows, Microsoft's tools build it from the list of exports.
LINKED = LIBRARY.with_suffix(".lib") if SHARED else LIBRARY
EXPORTS = LIBRARY.with_suffix(".def")

# Destructors of cffi's objects. They always run, and run no Python code. A forked child has no runtime in which to
# detach an operation, and its parent's runtime does not write to the child's memory.
DESTRUCTORS = """
void uplink_destroy_operation(UplinkOperation *operation);
void uplink_destroy_loan(UplinkOperation *operation, void *memory);
"""
SOURCE = """
#include "uplink.h"

#ifdef _WIN32
static bool is_own_process(void) { return true; }
#else
#include <unistd.h>

static pid_t process;

__attribute__((constructor)) static void remember_process(void) { process = getpid(); }

static bool is_own_process(void) { return getpid() == process; }
#endif

static void uplink_destroy_operation(UplinkOperation *operation)
{
    if (operation->_handle != 0 && is_own_process())
        uplink_operation_detach(operation);
}

/* cffi passes the memory as the last argument, and frees it after this function has returned. */
static void uplink_destroy_loan(UplinkOperation *operation, void *memory)
{
    (void)memory;
    uplink_destroy_operation(operation);
}
"""

ffibuilder = FFI()
ffibuilder.cdef(declarations() + DESTRUCTORS)
ffibuilder.set_source(
    MODULE,
    SOURCE,
    include_dirs=[str(GO)],
    extra_compile_args=_compile_arguments(),
    extra_objects=[str(LINKED)],
    extra_link_args=_link_arguments(),
)
