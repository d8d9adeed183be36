"""Transfers that are cancelled, time out, or lose their project at random moments leave nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import random
import signal
import sys
import threading
import time

import pytest

import uplink
from uplink import errors

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
    pytest.mark.usefixtures("nothing_grows"),
]
# What a call raises after its end was asked for, or after its project was closed.
ENDS = (
    asyncio.CancelledError,
    errors.DeadlineExceededError,
    errors.ClosedError,
    errors.CancelledError,
    errors.StreamFailedError,
)


def moment(dice):
    """Return a time after which to end a call: most calls end by themselves after some 50 ms."""
    return dice.choice([0, dice.random() * 0.01, dice.expovariate(1 / 0.04), dice.expovariate(1 / 0.15)])


async def end_at_random(transfer, project, dice):
    """Run a transfer and end it at a random moment, in one of three ways."""
    way = dice.choice(["cancel", "cancel", "timeout", "close"])
    async with contextlib.AsyncExitStack() as stack:
        if way == "close":
            project = await stack.enter_async_context(uplink.aio.open_project(project.access))
        at = dataclasses.replace(transfer.at, timeout=moment(dice)) if way == "timeout" else transfer.at
        task = asyncio.ensure_future(transfer.family.run(project, at))
        if way != "timeout":
            await asyncio.sleep(moment(dice))
            await project.close() if way == "close" else task.cancel()
        with contextlib.suppress(*ENDS):
            assert await task == transfer.family.result


def settle(transfer):
    """Wait for the end of calls in the background, and check what is left."""
    deadline = time.monotonic() + 20
    while uplink.detached_calls() and time.monotonic() < deadline:
        time.sleep(0.01)
    transfer.check_failure()
    assert transfer.pending() <= transfer.family.leaves_pending, transfer.family.name


async def end_many(all_transfers, access, rounds, after_each=lambda: None):
    dice = random.Random(rounds)
    async with uplink.aio.open_project(access) as project:
        for start in range(0, rounds, 25):

            async def work(transfer, count):
                for _ in range(count):
                    await end_at_random(transfer, project, dice)

            for transfer in all_transfers if start else ():
                transfer.prepare()
            await asyncio.gather(*(work(transfer, min(25, rounds - start)) for transfer in all_transfers))
            for transfer in all_transfers:
                settle(transfer)
            after_each()


def check_all(all_transfers):
    for transfer in all_transfers:
        transfer.check_success(transfer.run("async", 60))


def test_a_hundred_cancellations(small_transfers, access):
    asyncio.run(end_many(small_transfers, access, 10))


@pytest.mark.heavy
@pytest.mark.timeout(3600)
def test_ten_thousand_cancellations(all_transfers, access, nothing_grows):
    sizes = []
    asyncio.run(
        end_many(
            all_transfers, access, 10_000 // len(all_transfers) + 1, lambda: sizes.append(nothing_grows.resident())
        )
    )
    # The first rounds fill the pools and the caches. The heap shrinks a while after they are empty, so take its least.
    third = len(sizes) // 3
    assert min(sizes[-third:]) - min(sizes[third : 2 * third]) < 50 * 2**20, sizes
    check_all(all_transfers)


def end_in_threads(all_transfers, access, rounds):
    """End synchronous transfers by timeouts, and by closing their project in another thread."""
    failures = []

    def work(transfer, dice):
        try:
            for _ in range(rounds):
                with uplink.open_project(access) as project:
                    closer = threading.Timer(moment(dice), project.close)
                    if dice.random() < 0.5:
                        closer.start()
                    try:
                        with contextlib.suppress(*ENDS):
                            assert transfer.run_now(project, moment(dice)) == transfer.family.result
                    finally:
                        closer.cancel()
        except BaseException as error:  # noqa: BLE001 - the test raises it
            failures.append((transfer.family.name, error))

    threads = [
        threading.Thread(target=work, args=(one, random.Random(number))) for number, one in enumerate(all_transfers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for transfer in all_transfers:
        settle(transfer)


def test_threads(small_transfers, access):
    end_in_threads(small_transfers, access, 2)


@pytest.mark.heavy
@pytest.mark.timeout(1800)
def test_thousands_in_threads(all_transfers, access):
    end_in_threads(all_transfers, access, 150)
    check_all(all_transfers)


def interrupt_at_random(transfer, project, dice):
    """Run a transfer in the main thread, with Ctrl-C at a random moment."""
    main = threading.main_thread().ident
    timer = threading.Timer(moment(dice), lambda: signal.pthread_kill(main, signal.SIGINT))
    with contextlib.suppress(KeyboardInterrupt):
        timer.start()
        try:
            assert transfer.run_now(project) == transfer.family.result
        finally:
            timer.cancel()
            timer.join()


def interrupt_many(all_transfers, access, rounds):
    dice = random.Random(rounds)
    with uplink.open_project(access) as project:
        for transfer in all_transfers:
            for _ in range(rounds):
                interrupt_at_random(transfer, project, dice)
            settle(transfer)


def test_ctrl_c(small_transfers, access):
    interrupt_many(small_transfers, access, 2)


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_ctrl_c_a_thousand_times(all_transfers, access):
    interrupt_many(all_transfers, access, 1000 // len(all_transfers) + 1)
    check_all(all_transfers)
