"""Transfers of processes that are killed: nothing is visible in part, and another process completes them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills processes")

# Runs a family of the table in conftest.py.
PROGRAM = """
import importlib.util, os, pathlib, sys
from uplink import Access

spec = importlib.util.spec_from_file_location("families", sys.argv[1])
families = sys.modules["families"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(families)
name, bucket, folder, source = sys.argv[2:]
with Access.from_env().open_project() as project:
    project.stat_bucket(bucket)
    print("ready", flush=True)
    (family,) = (family for family in families.FAMILIES if family.name == name)
    place = families.Place(bucket, pathlib.Path(folder), pathlib.Path(source))
    families.Transfer(family, project, place).run_now(project)
"""


@pytest.fixture
def start(grant):
    """Return a function that starts a transfer in a process of its own, which then prints that it begins."""
    children = []

    def start(transfer):
        arguments = [Path(__file__).parent / "conftest.py", transfer.family.name, transfer.at.bucket]
        child = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *map(str, [*arguments, transfer.at.folder, transfer.at.source])],
            env={**os.environ, "UPLINK_ACCESS": grant},
            stdout=subprocess.PIPE,
            text=True,
        )
        children.append(child)
        return child

    yield start
    for child in children:
        kill(child)


def wait_ready(child):
    assert child.stdout.readline() == "ready\n"


def kill(child):
    """Kill a process, and report whether it was still running."""
    child.kill()
    child.stdout.close()
    return child.wait(30) != 0


def check_killed(transfer):
    """Check that nothing is there in part."""
    # Small files of trees may also leave their temporary files.
    transfer.check_failure(leaves_files=r"(.*/)?\.uplink-[0-9a-f]+\.part")


def is_changing(family):
    return family.goes_up or family.files[0] != family.files[1]


def test_trees_are_killed_once(transfers, families, start, storj_faults):
    trees = [transfers(families[name]) for name in ("upload_tree", "sync_down")]
    with storj_faults.links(mbit=10, rtt=0.01):
        children = [start(transfer) for transfer in trees]
        for child in children:
            wait_ready(child)
        time.sleep(random.Random(1).random() * 0.2)
        for child in children:
            kill(child)
    for transfer in trees:
        check_killed(transfer)
        transfer.check_success(transfer.run("sync", 60))


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_a_transfer_is_killed_again_and_again(transfer, start, storj_network, storj_faults):
    if not is_changing(transfer.family):
        pytest.skip("changes nothing")
    dice = random.Random(transfer.family.name)
    local, kills = storj_network.local, 0
    for _ in range(60):
        with storj_faults.links(mbit=10, rtt=0.01):
            child = start(transfer)
            wait_ready(child)
            before = sum(local.calls().values())
            after = dice.randrange(20)
            while child.poll() is None and sum(local.calls().values()) < before + after:
                time.sleep(0.001)
            time.sleep(dice.random() * 0.02)
            kills += kill(child)
        check_killed(transfer)
        if kills % 5 == 0:
            transfer.check_success(transfer.run(dice.choice(["sync", "async"]), 60))
            transfer.prepare()
        if kills >= 20:
            break
    assert kills >= 10
    transfer.check_success(transfer.run("sync", 60))
