"""A bucket of many keys: neither a listing nor a tree waits in memory."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest

import uplink

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

# Each prints by how much the process has grown at most since it had seen some keys, in KiB, and the number of keys.
PROGRAM = """
import itertools, sys, uplink

def most():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])

bucket, folder = sys.argv[1:3]
with uplink.Access.from_env().open_project() as project:
    start = sum(1 for _ in itertools.islice(project.list_objects(bucket, recursive=True), 2000))
    project.sync_tree(bucket, "none", folder, direction="down", dry_run=True)
    before = most()
    {work}
    print(most() - before, count)
"""
LISTING = "count = sum(1 for _ in project.list_objects(bucket, recursive=True))"
# A tree keeps a hash of each key. The result would have each file that is copied, so none is.
TREE = """result = project.sync_tree(bucket, "", folder, direction="down", include=["none"], delete=True)
    count = result.excluded"""


async def put_many(access, bucket, count):
    async with uplink.aio.open_project(access) as project:

        async def put(numbers):
            for number in numbers:
                await project.put(bucket, f"{number % 100}/{number:06}", b"")

        await asyncio.gather(*(put(range(start, count, 64)) for start in range(64)))


def growths(bucket, folder, grant):
    """Return by how much a listing and a tree grow, in MiB, with their numbers of keys."""
    for work in (LISTING, TREE):
        command = [sys.executable, "-c", PROGRAM.replace("{work}", work), bucket, str(folder)]
        environment = {**os.environ, "UPLINK_ACCESS": grant}
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        growth, count = map(int, ran.stdout.split())
        yield growth / 1024, count


def test_thousands_of_keys(access, storj_bucket, grant, tmp_path):
    asyncio.run(put_many(access, storj_bucket, 300))
    assert [count for _, count in growths(storj_bucket, tmp_path, grant)] == [300] * 2


@pytest.mark.heavy
@pytest.mark.timeout(1200)
def test_a_hundred_thousand_keys(access, storj_bucket, grant, tmp_path):
    asyncio.run(put_many(access, storj_bucket, 100_000))
    (of_listing, listed), (of_tree, excluded) = growths(storj_bucket, tmp_path, grant)
    assert listed == excluded == 100_000
    # All keys with their records would take some 100 MiB.
    assert of_listing < 24
    assert of_tree < 48
