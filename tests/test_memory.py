"""With too little memory, a read raises `MemoryError` and the program continues, since Python allocates the memory."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, resource, sys
import uplink, uplink.aio

bucket, size = sys.argv[1], int(sys.argv[2])
with uplink.Access.from_env().open_project() as project:
    assert len(project.get(bucket, "large", length=1_000_000)) == 1_000_000
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    # Leave enough for Go itself, but not for the object.
    resource.setrlimit(resource.RLIMIT_AS, (used + size - (8 << 20), resource.RLIM_INFINITY))
    try:
        project.get(bucket, "large")
    except MemoryError:
        print("MemoryError")
    with project.download_object(bucket, "large") as download:
        try:
            download.read()
        except MemoryError:
            print("MemoryError")
    assert len(project.get(bucket, "large", offset=-10)) == 10

async def main():
    async with uplink.aio.open_project(uplink.Access.from_env()) as project:
        try:
            await project.get(bucket, "large")
        except MemoryError:
            print("MemoryError")
        assert len(await project.get(bucket, "large", offset=-10)) == 10

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit of the address space")
def test_an_object_that_memory_cannot_hold(access, storj_bucket, grant):
    size = 200 << 20
    with access.open_project() as project:
        project.put(storj_bucket, "large", bytes(size))
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, storj_bucket, str(size)],
        env={**os.environ, "UPLINK_ACCESS": grant},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, "MemoryError\n" * 3), result.stderr
