"""What pyproject.toml cannot say: the extension is made by cffi, from an archive that Go makes."""

from __future__ import annotations

import sys
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


setup(
    cffi_modules=["build_ffi.py:ffibuilder"],
    cmdclass={"build_ext": BuildExtension},
    options={"bdist_wheel": {"py_limited_api": "cp310"}},
)
