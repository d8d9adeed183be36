"""Forks while transfers run in other threads, and transfers in pools of processes."""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import operator
import os
import random
import signal
import threading
import time
import traceback

import pytest

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


def run_in_child(work):
    """Run work in a forked child, which skips the handlers of this process, and return its process id."""
    child = os.fork()
    if not child:
        status = 1
        try:
            work()
            status = 0
        except BaseException:  # noqa: BLE001 - the parent compares the status
            traceback.print_exc()
        finally:
            os._exit(status)
    return child


def status_of(child):
    """Wait for a child and return its status. Kill it if it does not end."""
    deadline = time.monotonic() + 120
    try:
        while time.monotonic() < deadline:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                child = None
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.005)
        return "the child does not end"
    finally:
        if child is not None:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def fork_in_the_middle(transfer, other, interface, local, dice):
    """Run a transfer in a thread, and fork while it is under way. The child runs another one, with the same project."""
    results = []
    thread = threading.Thread(target=lambda: results.append(transfer.run(interface, 120)))
    before, wanted = sum(local.calls().values()), dice.randrange(1, 12)
    thread.start()
    while thread.is_alive() and sum(local.calls().values()) < before + wanted:
        time.sleep(0.001)
    project = transfer.project

    def work():
        result = other.run_now(project, 120)
        other.check_success(result)
        assert project.stat_bucket(transfer.at.bucket).name == transfer.at.bucket

    child = run_in_child(work)
    thread.join(120)
    assert not thread.is_alive()
    assert status_of(child) == 0
    transfer.check_success(*results)


@needs_fork
def test_a_fork_in_the_middle_of_a_transfer(transfers, families, storj_network):
    dice = random.Random(2)
    for name, other, interface in (
        ("upload_tree", "download_file", "sync"),
        ("write_file", "download_tree", "async"),
    ):
        one, another = transfers(families[name]), transfers(families[other])
        fork_in_the_middle(one, another, interface, storj_network.local, dice)


@needs_fork
@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_forks_in_the_middle_of_each_transfer(transfer, all_transfers, storj_network, storj_faults):
    dice = random.Random(transfer.family.name)
    with storj_faults.links(mbit=40, rtt=0.002):
        for _ in range(6):
            other = dice.choice(all_transfers)
            transfer.prepare()
            other.prepare()
            fork_in_the_middle(transfer, other, dice.choice(["sync", "async"]), storj_network.local, dice)


@needs_fork
def test_the_lock_of_a_download_is_not_left_in_a_child(transfers, families, storj_network, storj_faults):
    """The child of a fork in the middle has the descriptor of the temporary file, and sleeps."""
    transfer = transfers(families["download_file"])
    receiver, sender = os.pipe()
    thread = threading.Thread(target=lambda: transfer.run("sync", 120))
    with storj_faults.links(mbit=4):
        thread.start()
        while not list(transfer.at.folder.glob(".key.uplink-0")):
            time.sleep(0.001)
        child = run_in_child(lambda: os.read(receiver, 1))
    thread.join(120)
    try:
        # A download that would find the file locked would use another one.
        transfer.prepare()
        transfer.check_success(transfer.run("sync", 120))
        assert transfer.files()[1] == []
    finally:
        os.write(sender, b"x")
        os.close(sender)
        os.close(receiver)
    assert status_of(child) == 0


def start_methods():
    """Return the methods as parameters; one of them is enough for `make test`."""
    slow = {"fork", "forkserver"}
    return [
        pytest.param(name, marks=[pytest.mark.heavy] if name in slow else [])
        for name in multiprocessing.get_all_start_methods()
    ]


@pytest.mark.parametrize("method", start_methods())
def test_pools_of_processes(transfers, families, storj_project, method):
    """The pool gets the project pickled, and the paths of files."""
    transfer, target = transfers(families["download_tree"]), transfers(families["put"])
    at, to = transfer.at, target.at.bucket
    calls = [
        operator.methodcaller("download_tree", at.bucket, "", at.folder / "one"),
        operator.methodcaller("download_file", at.bucket, "both", at.folder / "two"),
        operator.methodcaller("upload_tree", to, "new", at.source / "tree"),
        operator.methodcaller("upload_file", to, "key", at.source / "file"),
        operator.methodcaller("get_ranges", at.bucket, "both", [(0, 10), (-5, None)]),
    ]
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        tree, _, up, item, ranges = [work.result(60) for work in [pool.submit(call, storj_project) for call in calls]]
    objects = transfer.family.objects[0]
    assert (tree.copied, up.copied, item.size) == (len(objects), len(objects), len(objects["both"]))
    assert ranges == [objects["both"][:10], objects["both"][-5:]]
    assert target.objects() == {"key": objects["both"], **{f"new/{key}": data for key, data in objects.items()}}
    files = {f"one/{key}": data for key, data in objects.items()}
    assert transfer.files()[0] == {**transfer.family.files[0], **files, "two": objects["both"]}
