"""Builds the executable with Go and puts it into the wheel as a script."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_MACHINES = {"amd64": "x86_64", "arm64": "aarch64", "386": "i686", "arm": "armv7l"}


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs ``go build`` and tags the wheel for the platform built for."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the executable before the wheel is put together."""
        go = shutil.which("go")
        if go is None:
            raise RuntimeError("building uplink-localnet needs Go (https://go.dev/dl/) on PATH")
        goos, goarch = _go_env(go, self.root)
        suffix = ".exe" if goos == "windows" else ""
        target = Path(self.root, "build", f"{goos}-{goarch}", "uplink-localnet" + suffix)
        target.parent.mkdir(parents=True, exist_ok=True)
        flags = f"-s -w -buildid= -X main.version={self.metadata.version}"
        subprocess.run(  # noqa: S603 - Go is what this is about
            [go, "build", "-trimpath", "-buildvcs=false", f"-ldflags={flags}", "-o", str(target), "."],
            cwd=self.root,
            env={**os.environ, "CGO_ENABLED": "0"},
            check=True,
        )
        build_data["shared_scripts"] = {str(target): target.name}
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{_platform_tag(goos, goarch)}"


def _go_env(go: str, root: str) -> tuple[str, str]:
    """Ask Go what it builds for; GOOS and GOARCH choose another platform."""
    command = [go, "env", "GOOS", "GOARCH"]
    output = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)  # noqa: S603
    goos, goarch = output.stdout.split()
    return goos, goarch


def _platform_tag(goos: str, goarch: str) -> str:
    """Name the platform as wheels do.

    The executable is static: on Linux it needs no C library, so the oldest
    tags that installers know fit, for glibc as well as for musl.
    """
    machine = _MACHINES.get(goarch, goarch)
    if goos == "linux":
        return f"manylinux_2_17_{machine}.musllinux_1_1_{machine}"
    if goos == "darwin":
        return "macosx_12_0_" + ("arm64" if goarch == "arm64" else machine)
    if goos == "windows":
        return {"amd64": "win_amd64", "arm64": "win_arm64", "386": "win32"}[goarch]
    if goos == platform.system().lower():
        return re.sub(r"[-.]", "_", sysconfig.get_platform())
    sys.exit(f"no wheel tag is known for {goos}/{goarch}")
