"""Programs in C that are written for libuplink, linked with the shared library."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
PROGRAMS = sorted((ROOT / "tests/c").glob("*.c"))
FLAGS = ["-std=gnu99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-pthread"]

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="written for Linux's linker"),
    pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler"),
    pytest.mark.skipif(not (BUILD / "libuplink.so").exists(), reason="needs `make libuplink`"),
]


# With these flags, a program fails if it, or libuplink for it, uses memory wrongly or does not free it. The
# sanitizers see what libuplink allocates for its caller, since that calls malloc. They do not see the memory of Go.
SANITIZERS = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]


def compiled(source, folder, flags=()):
    """Compile a program, link it with the shared library, and return the path of the executable."""
    executable = folder / source.stem
    libraries = [f"-I{BUILD}", f"-I{ROOT / 'tests/c'}", f"-L{BUILD}", "-luplink", f"-Wl,-rpath,{BUILD}"]
    subprocess.run(["cc", *FLAGS, *flags, str(source), "-o", str(executable), *libraries], check=True)
    return executable


def run(executable, network, *arguments):
    """Run a program on a network."""
    environment = {
        **os.environ,
        "UPLINK_TEST_SATELLITE": network.satellite_address,
        "UPLINK_TEST_API_KEY": network.api_key,
        "UPLINK_TEST_ACCESS": network.access_grant,
        "UPLINK_TEST_AUTH_SERVICE": network.auth_service,
        "UPLINK_TEST_AUTH_CERTIFICATE": network.auth_certificate.decode(),
        "UPLINK_TEST_PID": str(network.pid),
    }
    command = [executable, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=150, check=False)


@pytest.fixture(scope="module")
def sanitizers(tmp_path_factory):
    """The flags for the sanitizers, which not every compiler has."""
    folder = tmp_path_factory.mktemp("sanitizers")
    source = folder / "nothing.c"
    source.write_text("int main(void) { return 0; }", encoding="utf-8")
    done = subprocess.run(["cc", *SANITIZERS, str(source), "-o", str(folder / "nothing")], check=False)
    if done.returncode or subprocess.run([folder / "nothing"], check=False).returncode:
        pytest.skip("this compiler has no sanitizers, or this system does not let them look for leaks")
    return SANITIZERS


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_program(program, own_network, tmp_path):
    result = run(compiled(program, tmp_path), own_network)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_program_under_sanitizers(program, own_network, tmp_path, sanitizers):
    result = run(compiled(program, tmp_path, sanitizers), own_network)
    assert result.returncode == 0, result.stdout + result.stderr


WRONG = """
#include "check.h"

int main(int count, char **arguments)
{
    UplinkAccessResult access = test_access();
    UplinkStringResult text = uplink_access_serialize(access.access);
    FINE(text.error);
    if (count > 1 && strcmp(arguments[1], "use after free") == 0) {
        uplink_free_string_result(text);
        printf("%c", *text.string);
    }
    text.string = NULL; /* a leak, unless it was freed */
    uplink_free_access_result(access);
    return 0;
}
"""


@pytest.mark.parametrize(("fault", "report"), [("leak", "memory leaks"), ("use after free", "heap-use-after-free")])
def test_sanitizers_find_what_is_wrong(own_network, tmp_path, sanitizers, fault, report):
    source = tmp_path / "wrong.c"
    source.write_text(WRONG, encoding="utf-8")
    result = run(compiled(source, tmp_path, sanitizers), own_network, fault)
    assert result.returncode
    assert report in result.stderr


def test_there_are_programs():
    assert PROGRAMS


# Include the compiler's own headers first, because they depend on the macros that name the compiler.
AS_ANOTHER_COMPILER = """
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#undef __GNUC__
#define _MSC_VER 1944
#include "uplink.h"
int size = sizeof(UplinkUploadObjectMetadataOptions);
"""


def test_the_header_needs_no_extension_of_c(tmp_path):
    source = tmp_path / "program.c"
    source.write_text(AS_ANOTHER_COMPILER, encoding="utf-8")
    command = ["cc", "-std=c99", "-pedantic-errors", "-Wall", "-Werror", f"-I{BUILD}", "-fsyntax-only", str(source)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
