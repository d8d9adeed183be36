# Generated from tests/aio/test_budgets.py by tools/generate_sync.py; change that instead.
"""What queues, and what is tried again."""

from __future__ import annotations

import secrets
import time

import pytest

import uplink
from uplink import errors

LARGE = 100_000


def test_more_calls_than_may_run_at_a_time(access, bucket):
    config = uplink.Config(max_in_flight=1, max_connections=1)
    with uplink.open_project(access, config=config) as narrow:
        small, large = secrets.token_bytes(1000), secrets.token_bytes(LARGE)
        [narrow.put(bucket, f"small/{number}", small) for number in range(20)]
        [narrow.put(bucket, f"large/{number}", large) for number in range(6)]
        got = [narrow.get(bucket, f"large/{number}") for number in range(6)]
        assert got == [large] * 6
        assert len([item for item in narrow.list_objects(bucket, prefix="small/")]) == 20


def test_streams_of_one_caller_do_not_wait_for_each_other(access, bucket):
    config = uplink.Config(max_in_flight=1, max_connections=110)
    data = secrets.token_bytes(300_000)
    with uplink.open_project(access, config=config) as narrow:
        uploads = [narrow.upload_object(bucket, str(number)) for number in range(3)]
        for upload in uploads:
            upload.write(data)
        for upload in uploads:
            upload.write(data)
        for upload in uploads:
            upload.commit()
        downloads = [narrow.download_object(bucket, str(number)) for number in range(3)]
        for download in downloads:
            assert download.read(len(data)) == data
        for download in downloads:
            assert download.read() == data
            download.close()


def test_the_deadline_applies_in_the_queue(own_network):
    access = uplink.Access.parse(own_network.access_grant)
    with uplink.open_project(access, config=uplink.Config(max_in_flight=1)) as narrow:
        narrow.ensure_bucket("bucket")
        download = narrow.list_objects("bucket", timeout=0.1)
        own_network.pause()
        for call in (narrow.stat_bucket, narrow.ensure_bucket):
            start = time.monotonic()
            with pytest.raises(errors.DeadlineExceededError):
                call("bucket", timeout=0.1)
            # A loaded machine may be late; a call that does not stop would never come here.
            assert time.monotonic() - start < 5
        with pytest.raises(errors.DeadlineExceededError):
            [item for item in download]
        own_network.resume()
        narrow.stat_bucket("bucket")


class Failing:
    """Takes the place of the driver, and fails so often before it works."""

    def __init__(self, run, *failures):
        self.run, self.failures, self.calls = run, list(failures), 0

    def __call__(self, call, timeout):
        self.calls += 1
        if self.failures:
            failure = self.failures.pop(0)
            raise failure("not now", outcome_unknown=call.changes and failure is errors.ConnectionFailedError)
        return self.run(call, timeout)


@pytest.fixture
def failing(monkeypatch):
    def install(*failures):
        module = "uplink._family"
        driver = Failing(__import__(module, fromlist=["run"]).run, *failures)
        monkeypatch.setattr(f"{module}.run", driver)
        return driver

    return install


QUICK = uplink.Config(retry=uplink.Retry(attempts=3, delay=0.01))


def test_calls_that_read_are_repeated(access, bucket, failing):
    with uplink.open_project(access, config=QUICK) as project:
        project.put(bucket, "key", b"data")
        driver = failing(errors.ConnectionFailedError, errors.NodesUnavailableError)
        assert project.get(bucket, "key") == b"data"
        assert driver.calls == 3
        driver = failing(errors.NodesUnavailableError)
        assert [item.key for item in project.list_objects(bucket)] == ["key"]
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
def test_changes_are_repeated_only_if_they_were_refused(access, bucket, failing, failure, calls, opened):
    with uplink.open_project(access, config=QUICK) as project:
        if opened:  # in a loop that has made a call, small puts take a way of their own
            project.stat_bucket(bucket)
        driver = failing(failure)
        if calls == 1:
            with pytest.raises(failure):
                project.put(bucket, "key", b"data")
        else:
            project.put(bucket, "key", b"data")
        assert driver.calls == calls


def test_repeating_ends_with_the_attempts_and_with_the_time(access, failing):
    with uplink.open_project(access, config=QUICK) as project:
        driver = failing(*[errors.ConnectionFailedError] * 9)
        with pytest.raises(errors.ConnectionFailedError):
            project.stat_bucket("bucket")
        assert driver.calls == 3
        driver.failures.clear()
    slow = uplink.Config(retry=uplink.Retry(delay=60, longest_delay=60))
    with uplink.open_project(access, config=slow) as project:
        driver = failing(*[errors.ConnectionFailedError] * 9)
        with pytest.raises(errors.ConnectionFailedError):
            project.stat_bucket("bucket", timeout=5)
        assert driver.calls == 1
        driver.failures.clear()
