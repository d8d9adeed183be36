"""What pyproject.toml cannot say: the extension is made by cffi, from an archive that Go makes."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

from setuptools import setup
from setuptools.command.build_ext import build_ext

# Build frontends do not put this folder on the path.
sys.path.insert(0, str(Path(__file__).resolve().parent))

import build_ffi


class BuildExtension(build_ext):
    """Builds libuplink before the extension that links it."""

    def run(self) -> None:
        """Build libuplink, then the extension."""
        build_ffi.build_archive()
        super().run()


# One wheel serves all Pythons from 3.10 on, but free-threaded ones have no stable ABI that setuptools knows.
STABLE_ABI = {} if sysconfig.get_config_var("Py_GIL_DISABLED") else {"bdist_wheel": {"py_limited_api": "cp310"}}

setup(
    cffi_modules=["build_ffi.py:ffibuilder"],
    cmdclass={"build_ext": BuildExtension},
    options=STABLE_ABI,
)
