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


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_program(program, own_network, tmp_path):
    executable = tmp_path / program.stem
    libraries = [f"-I{BUILD}", f"-L{BUILD}", "-luplink", f"-Wl,-rpath,{BUILD}"]
    subprocess.run(["cc", *FLAGS, str(program), "-o", str(executable), *libraries], check=True)
    environment = {
        **os.environ,
        "UPLINK_TEST_SATELLITE": own_network.satellite_address,
        "UPLINK_TEST_API_KEY": own_network.api_key,
        "UPLINK_TEST_ACCESS": own_network.access_grant,
        "UPLINK_TEST_PID": str(own_network.pid),
    }
    result = subprocess.run([executable], env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


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
