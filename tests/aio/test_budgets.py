"""What queues, and what is tried again."""

from __future__ import annotations

import asyncio
import secrets
import time

import pytest

import uplink
from uplink import errors
from uplink.aio._small import SmallCalls

LARGE = 100_000


async def test_more_calls_than_may_run_at_a_time(access, bucket):
    config = uplink.Config(max_in_flight=1, max_connections=1)
    async with uplink.aio.open_project(access, config=config) as narrow:
        small, large = secrets.token_bytes(1000), secrets.token_bytes(LARGE)
        await asyncio.gather(*(narrow.put(bucket, f"small/{number}", small) for number in range(20)))
        await asyncio.gather(*(narrow.put(bucket, f"large/{number}", large) for number in range(6)))
        got = await asyncio.gather(*(narrow.get(bucket, f"large/{number}") for number in range(6)))
        assert got == [large] * 6
        assert len([item async for item in narrow.list_objects(bucket, prefix="small/")]) == 20


async def test_streams_of_one_caller_do_not_wait_for_each_other(access, bucket):
    config = uplink.Config(max_in_flight=1, max_connections=110)
    data = secrets.token_bytes(300_000)
    async with uplink.aio.open_project(access, config=config) as narrow:
        uploads = [await narrow.upload_object(bucket, str(number)) for number in range(3)]
        for upload in uploads:
            await upload.write(data)
        for upload in uploads:
            await upload.write(data)
        for upload in uploads:
            await upload.commit()
        downloads = [await narrow.download_object(bucket, str(number)) for number in range(3)]
        for download in downloads:
            assert await download.read(len(data)) == data
        for download in downloads:
            assert await download.read() == data
            await download.close()


async def test_the_deadline_applies_in_the_queue(own_network):
    access = uplink.aio.Access.parse(own_network.access_grant)
    async with uplink.aio.open_project(access, config=uplink.Config(max_in_flight=1)) as narrow:
        await narrow.ensure_bucket("bucket")
        download = narrow.list_objects("bucket", timeout=0.1)
        own_network.pause()
        for call in (narrow.stat_bucket, narrow.ensure_bucket):
            start = time.monotonic()
            with pytest.raises(errors.DeadlineExceededError):
                await call("bucket", timeout=0.1)
            # A loaded machine may be late; a call that does not stop would never come here.
            assert time.monotonic() - start < 5
        with pytest.raises(errors.DeadlineExceededError):
            [item async for item in download]
        own_network.resume()
        await narrow.stat_bucket("bucket")


class Failing:
    """Takes the place of the driver, and fails so often before it works."""

    def __init__(self, run, *failures):
        self.run, self.failures, self.calls = run, list(failures), 0

    async def __call__(self, call, timeout):
        self.calls += 1
        if self.failures:
            failure = self.failures.pop(0)
            raise failure("not now", outcome_unknown=call.changes and failure is errors.ConnectionFailedError)
        return await self.run(call, timeout)

    if True:  # ASYNC

        def fail_small(self, end_of):
            """Return what takes the place of `SmallCalls.end_of`."""

            async def end_or_fail(small, call):
                self.calls += 1
                if self.failures:
                    call.error = self.failures.pop(0)("not now")
                else:
                    await end_of(small, call)

            return end_or_fail


@pytest.fixture
def failing(monkeypatch):
    if True:  # ASYNC
        end_of = SmallCalls.end_of

    def install(*failures):
        module = "uplink.aio._family"
        driver = Failing(__import__(module, fromlist=["run"]).run, *failures)
        monkeypatch.setattr(f"{module}.run", driver)
        if True:  # ASYNC
            monkeypatch.setattr(SmallCalls, "end_of", driver.fail_small(end_of))
        return driver

    return install


QUICK = uplink.Config(retry=uplink.Retry(attempts=3, delay=0.01))


async def test_calls_that_read_are_repeated(access, bucket, failing):
    async with uplink.aio.open_project(access, config=QUICK) as project:
        await project.put(bucket, "key", b"data")
        driver = failing(errors.ConnectionFailedError, errors.NodesUnavailableError)
        assert await project.get(bucket, "key") == b"data"
        assert driver.calls == 3
        driver = failing(errors.NodesUnavailableError)
        assert [item.key async for item in project.list_objects(bucket)] == ["key"]
        assert driver.calls == 2


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize(
    ("failure", "calls"),
    [
        (errors.NodesUnavailableError, 2),
        (errors.TooManyRequestsError, 1),  # which libuplink has repeated
        (errors.ConnectionFailedError, 1),
        (errors.DeadlineExceededError, 1),
        (errors.PermissionDeniedError, 1),
    ],
)
async def test_changes_are_repeated_only_if_they_were_refused(access, bucket, failing, failure, calls, opened):
    async with uplink.aio.open_project(access, config=QUICK) as project:
        if opened:  # in a loop that has made a call, small puts take a way of their own
            await project.stat_bucket(bucket)
        driver = failing(failure)
        if calls == 1:
            with pytest.raises(failure):
                await project.put(bucket, "key", b"data")
        else:
            await project.put(bucket, "key", b"data")
        assert driver.calls == calls


async def test_repeating_ends_with_the_attempts_and_with_the_time(access, failing):
    async with uplink.aio.open_project(access, config=QUICK) as project:
        driver = failing(*[errors.ConnectionFailedError] * 9)
        with pytest.raises(errors.ConnectionFailedError):
            await project.stat_bucket("bucket")
        assert driver.calls == 3
        driver.failures.clear()
    slow = uplink.Config(retry=uplink.Retry(delay=60, longest_delay=60))
    async with uplink.aio.open_project(access, config=slow) as project:
        driver = failing(*[errors.ConnectionFailedError] * 9)
        with pytest.raises(errors.ConnectionFailedError):
            await project.stat_bucket("bucket", timeout=5)
        assert driver.calls == 1
        driver.failures.clear()
