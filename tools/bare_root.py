"""Installs the wheels of dist/ in a bare root, as in a container, and runs them: `python tools/bare_root.py`.

The root is Debian's minimal system with its Python, without Go, a C compiler, the repository and a network. It needs
root, and Debian's package mmdebstrap. The root stays in build/bare-root for later runs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
FOLDER = ROOT / "build/bare-root"
DEBIAN = "bookworm"
DEBIAN_PYTHON = "3.11"
TOOLS = ("go", "cc", "gcc", "g++", "clang", "zig", "make", "ld", "as", "git")

# A network namespace of its own has only a loopback interface, which is down.
LOOPBACK = """
import fcntl, socket, struct
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
with socket.socket() as opened:
    fcntl.ioctl(opened, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
"""
# The program of the README, on a network of this machine.
PROGRAM = """
import uplink
from uplink_localnet import LocalNetwork

with LocalNetwork() as network, uplink.Access.parse(network.access_grant).open_project() as project:
    project.ensure_bucket("photos")
    project.put("photos", "2026/cat.jpg", b"meow" * 100_000)
    assert project.get("photos", "2026/cat.jpg") == b"meow" * 100_000
    print([item.key for item in project.list_objects("photos", recursive=True)])
"""
SCRIPT = f"""
set -eu
python3 -c '{LOOPBACK}'
python3 -m venv --clear /environment
/environment/bin/pip install --quiet --no-index --find-links=/wheels uplink-cffi uplink-localnet
cd /tmp
/environment/bin/uplink-py doctor
/environment/bin/uplink-py demo
/environment/bin/python -c '{PROGRAM}'
"""


def main() -> int:
    """Install and run the wheels, and return the exit status."""
    missing = [name for name in ("mmdebstrap", "unshare") if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        print(f"NOT RUN; needs {' and '.join([*missing, *(['root'] if os.geteuid() else [])])}", file=sys.stderr)
        return 1
    if not FOLDER.exists():
        half = FOLDER.with_name("bare-root-half")  # a folder of an interrupted run is not used
        shutil.rmtree(half, ignore_errors=True)
        half.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mmdebstrap", "--variant=minbase", "--include=python3-venv", DEBIAN, half], check=True)
        half.rename(FOLDER)
    present = [
        name for name in TOOLS if any((FOLDER / folder / name).exists() for folder in ("usr/bin", "usr/local/bin"))
    ]
    if present:
        print(f"the root has {', '.join(present)}", file=sys.stderr)
        return 1
    collect(FOLDER / "wheels")
    command = ["unshare", "--mount", "--net", "--pid", "--fork", f"--root={FOLDER}", "--mount-proc=/proc"]
    variables = {"PATH": "/usr/sbin:/usr/bin", "HOME": "/root", "LANG": "C.UTF-8"}
    return subprocess.run([*command, "/bin/sh", "-c", SCRIPT], env=variables, check=False).returncode


def collect(folder: Path) -> None:
    """Put the wheels of dist/ and of what they need into a folder of the root."""
    shutil.rmtree(folder, ignore_errors=True)
    platforms = [f"--platform=manylinux{name}_{os.uname().machine}" for name in ("_2_28", "_2_17", "2014")]
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--quiet", "download", f"--dest={folder}", f"--find-links={DIST}"),
            *("--only-binary=:all:", f"--python-version={DEBIAN_PYTHON}", *platforms),
            *(str(wheel) for name in ("uplink_cffi", "uplink_localnet") for wheel in _wheels(name)),
        ],
        check=True,
    )


def _wheels(name: str) -> list[Path]:
    """Return the wheel of a distribution for this machine."""
    found = sorted(DIST.glob(f"{name}-*manylinux*_{os.uname().machine}*.whl"))
    if len(found) != 1:
        sys.exit(f"dist/ has {len(found)} wheels of {name} for this machine, and not one: run `make wheels`")
    return found


if __name__ == "__main__":
    sys.exit(main())
