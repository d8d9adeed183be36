"""Pools of processes, forked workers and their children use projects that the parent opened."""

from __future__ import annotations

import asyncio
import concurrent.futures
import multiprocessing
import operator
import os
import pickle
import threading
import time

import pytest

import uplink

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
forks = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


def start_methods():
    return [pytest.param(name, marks=forks) for name in multiprocessing.get_all_start_methods()]


@pytest.mark.parametrize("method", start_methods())
def test_process_pools(access, bucket, method):
    context = multiprocessing.get_context(method)
    with uplink.open_project(access) as project:
        project.stat_bucket(bucket)
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
            # A spawned child cannot import this module.
            get = operator.methodcaller("get", bucket, "small")
            assert list(pool.map(get, [project] * 6)) == [b"data"] * 6


def run_in_process(work, queue):
    queue.put(work())


@needs_fork
@forks
def test_workers_of_a_server_that_loads_before_it_forks(access, bucket):
    """The workers use projects of the parent, among them a project that the parent's threads still use."""
    context = multiprocessing.get_context("fork")
    with uplink.open_project(access) as project:
        stop = threading.Event()

        def busy():
            while not stop.is_set():
                project.get(bucket, "small")

        threads = [threading.Thread(target=busy, daemon=True) for _ in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(0.1)
        queue = context.Queue()

        def worker():
            async def awaited():
                async with uplink.aio.open_project(access) as own:
                    return await asyncio.gather(*(own.get(bucket, "small") for _ in range(10)))

            return len(project.get(bucket, "large")), asyncio.run(awaited())

        workers = [context.Process(target=run_in_process, args=(worker, queue)) for _ in range(4)]
        for process in workers:
            process.start()
        results = [queue.get(timeout=60) for _ in workers]
        for process in workers:
            process.join(60)
        stop.set()
        for thread in threads:
            thread.join(30)
        assert results == [(100_000, [b"data"] * 10)] * 4
        assert [process.exitcode for process in workers] == [0] * 4


@needs_fork
@forks
def test_the_third_generation_of_forks(access, bucket):
    project = uplink.open_project(access)
    project.stat_bucket(bucket)

    def generation(number):
        assert project.get(bucket, "small") == b"data"
        if number == 3:
            os._exit(0)
        pid = os.fork()
        if pid == 0:
            try:
                os._exit(generation(number + 1))
            finally:
                os._exit(1)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    pid = os.fork()
    if pid == 0:
        try:
            os._exit(generation(1))
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    project.close()


@needs_fork
@forks
def test_a_child_goes_on_with_a_listing_whose_next_page_was_requested(access, bucket, monkeypatch):
    monkeypatch.setattr("uplink._listing.PAGE_SIZE", 1)
    with uplink.open_project(access) as project:
        whole = [item.key for item in project.list_objects(bucket)]
        listing = project.list_objects(bucket, timeout=30)
        first = next(listing).key
        assert listing._ahead is not None
        pid = os.fork()
        if pid == 0:
            try:
                os._exit([first] + [item.key for item in listing] != whole)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert [first] + [item.key for item in listing] == whole


def test_what_pickles(access):
    config = uplink.Config(max_in_flight=3, retry=uplink.Retry(attempts=1))
    with uplink.open_project(access, config=config) as project:
        copy = pickle.loads(pickle.dumps(project))
        assert (copy.access, copy.config) == (access, config)
