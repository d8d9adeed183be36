"""Calls under gevent wait in its hub. Each test runs a program, because patching cannot be undone."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

pytest.importorskip("gevent")
pytest.importorskip("uplink_localnet")

START = """
from gevent import monkey

monkey.patch_all()

import time

import gevent

import uplink
from uplink_localnet import LocalNetwork

network = LocalNetwork()
network.start()
project = uplink.Access.parse(network.access_grant).open_project()
project.ensure_bucket("photos")
"""
END = """
project.close()
network.stop()
assert not uplink.detached_calls()
print("done")
"""


def run(program: str) -> None:
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", START + textwrap.dedent(program) + END],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "done\n", "")


def test_other_greenlets_run_while_a_call_waits():
    # The satellite replies only after another greenlet has run twenty times.
    run("""
        fault = network.faults.satellite(frozen=True)

        def beat():
            for _ in range(20):
                gevent.sleep(0.01)
            fault.undo()

        beating = gevent.spawn(beat)
        project.stat_bucket("photos", timeout=30)
        beating.join()
    """)


def test_many_at_once():
    run("""
        jobs = [gevent.spawn(project.put, "photos", f"{n}", f"{n}".encode()) for n in range(300)]
        gevent.joinall(jobs, raise_error=True)
        jobs = [gevent.spawn(project.get, "photos", f"{n}") for n in range(300)]
        gevent.joinall(jobs, raise_error=True)
        assert [job.value for job in jobs] == [f"{n}".encode() for n in range(300)]
        data = bytes(range(256)) * 4096
        with project.upload_object("photos", "large") as upload:
            upload.write(data)
        assert project.get("photos", "large") == data
        # A hub without watchers can end.
        from uplink import _greenlets

        [completions] = _greenlets._of_hub.values()
        assert not completions._watcher.active
    """)


def test_a_listing_requests_pages_ahead():
    run("""
        from uplink import _listing

        _listing.PAGE_SIZE = 2
        for key in "abcdef":
            project.put("photos", key, b"")
        listing = project.list_objects("photos")
        found = [next(listing).key]
        assert listing._ahead is not None
        # Another greenlet goes on.
        found += gevent.spawn(lambda: [item.key for item in listing]).get(timeout=30)
        assert sorted(found) == list("abcdef"), found
        dropped = project.list_objects("photos")
        next(dropped)
        del dropped, listing
        while uplink.detached_calls():
            gevent.sleep(0.01)
    """)


def test_timeouts_of_both_kinds():
    run("""
        with network.faults.satellite(frozen=True):
            started = time.monotonic()
            try:
                with gevent.Timeout(0.2):
                    project.stat_bucket("photos")
            except gevent.Timeout:
                pass
            else:
                raise AssertionError("no timeout")
            assert 0.19 < time.monotonic() - started < 5
            try:
                project.stat_bucket("photos", timeout=0.2)
            except TimeoutError as error:
                assert "0.2 s" in str(error), error
            else:
                raise AssertionError("no timeout")
            stopped = gevent.spawn(project.stat_bucket, "photos")
            gevent.sleep(0.05)
            stopped.kill(timeout=5)
            assert stopped.ready()
        assert project.stat_bucket("photos").name == "photos"
        while uplink.detached_calls():
            gevent.sleep(0.01)
    """)


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="this system has no fork")
def test_forked_children():
    run("""
        import os
        import warnings

        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
        if child == 0:
            names = [bucket.name for bucket in project.list_buckets(timeout=20)]
            os._exit(0 if names == ["photos"] else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert project.stat_bucket("photos").name == "photos"
    """)


def test_files():
    run("""
        data = bytes(range(256)) * 4096
        with project.open("photos", "large", "wb") as file:
            gevent.joinall([gevent.spawn(file.write, data) for _ in range(3)], raise_error=True)
        with project.open("photos", "large") as file:
            jobs = [gevent.spawn(file.read, len(data)) for _ in range(3)]
            gevent.joinall(jobs, raise_error=True)
            assert [job.value for job in jobs] == [data] * 3
        fault = network.faults.satellite(frozen=True)
        with gevent.Timeout(30):
            opening = gevent.spawn(project.open, "photos", "large", "r", encoding="latin-1")
            gevent.sleep(0.05)
            assert not opening.ready()
            fault.undo()
            with opening.get() as text:
                assert len(text.read()) == 3 * len(data)
    """)
