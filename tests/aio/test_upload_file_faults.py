"""`upload_file` on a network that fails: the bytes are right, or a typed error is raised and nothing is visible."""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import time

import pytest

import uplink
from uplink import errors
from uplink._calls import transfers
from uplink_localnet import LocalNetwork

# The smallest parts that satellites accept.
PART = 5 * 1024 * 1024
DATA = secrets.token_bytes(3 * PART + 5)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(transfers, "PART_SIZE", PART)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(DATA)
    return path


@pytest.fixture
async def network(own_network):
    """A network of its own, an open project with much patience, and a bucket."""
    retry = uplink.Retry(attempts=30, delay=0.05, longest_delay=0.2)
    access = uplink.Access.parse(own_network.access_grant)
    async with uplink.aio.open_project(access, config=uplink.Config(retry=retry)) as project:
        await project.ensure_bucket("bucket")
        yield own_network, project


async def until(condition, task):
    """Wait until the condition is true, or the task has ended."""
    for _ in range(3000):
        if condition() or task.done():
            return
        await asyncio.sleep(0.01)
    pytest.fail("waited in vain")


async def pending(project):
    return [item async for item in project.list_uploads("bucket")]


def after(sent, act):
    """Return a progress function that acts once so many bytes are sent."""
    done = []

    def report(transferred, total, committed):
        if transferred >= sent and not done:
            done.append(act())

    return report


async def test_the_satellite_is_down_for_two_seconds(network, path):
    local, project = network
    fault = []
    task = asyncio.create_task(
        project.upload_file(
            "bucket", "key", path, progress=after(PART // 2, lambda: fault.append(local.faults.satellite(down=True)))
        )
    )
    await until(lambda: fault, task)
    await asyncio.sleep(2)
    local.faults.undo()
    assert (await task).size == len(DATA)
    assert await project.get("bucket", "key") == DATA


async def test_nodes_are_down_and_slow(network, path):
    local, project = network
    with local.faults.nodes(0, down=True), local.faults.nodes(1, delay=0.02):
        await project.upload_file("bucket", "key", path)
    assert await project.get("bucket", "key") == DATA


async def test_too_few_nodes_are_left(network, path):
    local, project = network
    retry = uplink.Retry(attempts=2, delay=0.01)
    async with uplink.aio.open_project(project.access, config=uplink.Config(retry=retry)) as impatient:
        with local.faults.nodes(0, 1, 2, 3, 4, refusing=True), pytest.raises(errors.NodesUnavailableError) as caught:
            await impatient.upload_file("bucket", "key", path)
        assert not caught.value.outcome_unknown
    assert not await project.exists("bucket", "key")
    await project.upload_file("bucket", "key", path)
    assert await project.get("bucket", "key") == DATA


async def test_connections_to_nodes_break(path):
    """Other nodes get the pieces from the beginning. Bytes that all nodes had got are read again from the file."""
    with LocalNetwork(nodes=16, redundancy=(4, 6, 8, 8)) as local:
        access = uplink.Access.parse(local.access_grant)
        async with uplink.aio.open_project(access) as project:
            await project.ensure_bucket("bucket")
            with local.faults.call("Upload", cut_after=1_200_000, times=5) as fault:
                await project.upload_file("bucket", "key", path)
                assert fault.hits() == 5
            assert await project.get("bucket", "key") == DATA


async def test_all_connections_break(network, path):
    local, project = network
    with local.faults.links(cut_after=4_000_000), contextlib.suppress(errors.UplinkError):
        await project.upload_file("bucket", "key", path)
        assert await project.get("bucket", "key") == DATA
    await project.upload_file("bucket", "key", path)
    assert await project.get("bucket", "key") == DATA


@pytest.mark.parametrize("call", ["BeginObject", "BeginSegment", "CommitObject"])
async def test_requests_are_refused(network, path, call):
    local, project = network
    fault = local.faults.call(call, times=2, code="ResourceExhausted", text="Too Many Requests")
    await project.upload_file("bucket", "key", path)
    assert fault.hits() == 2
    fault.undo()
    assert await project.get("bucket", "key") == DATA


async def test_the_response_to_the_commit_is_lost(network, path):
    local, project = network
    with local.faults.call("CommitObject", cut_after=0, after=True), pytest.raises(errors.UplinkError) as caught:
        await project.upload_file("bucket", "key", path)
    assert caught.value.outcome_unknown
    assert await project.get("bucket", "key") == DATA


async def test_a_part_is_committed_and_the_response_is_lost(network, path):
    local, project = network
    with local.faults.call("CommitSegment", after=True):
        await project.upload_file("bucket", "key", path)
    assert await project.get("bucket", "key") == DATA


async def test_the_pending_upload_is_aborted_by_another_process(network, path):
    local, project = network
    fault = local.faults.call("CommitSegment", nth=2, times=1, delay=0.5)
    task = asyncio.create_task(project.upload_file("bucket", "key", path))
    await until(lambda: local.calls("satellite")["CommitSegment"] >= 2, task)
    for item in await pending(project):
        await project.abort_upload("bucket", item.key, item.upload_id)
    await task
    fault.undo()
    assert await project.get("bucket", "key") == DATA
    assert not await pending(project)


async def test_two_uploads_go_on_with_one(network, path):
    """The second one takes the parts of the first one, which still runs. Both end with the right bytes."""
    local, project = network
    fault = local.faults.call("CommitSegment", nth=3, times=1, delay=1.0)
    first = asyncio.create_task(project.upload_file("bucket", "key", path))
    await until(lambda: local.calls("satellite")["CommitSegment"] >= 3, first)
    second = asyncio.create_task(project.upload_file("bucket", "key", path))
    assert [(await task).size for task in (first, second)] == [len(DATA)] * 2
    fault.undo()
    assert await project.get("bucket", "key") == DATA
    assert not await pending(project)


async def test_the_file_of_another_upload_has_other_bytes(network, path, tmp_path):
    """Both files begin with the same part. The object has the bytes of one of them, and never of both."""
    local, project = network
    other = tmp_path / "other"
    other.write_bytes(DATA[:PART] + secrets.token_bytes(2 * PART + 5))
    fault = local.faults.call("CommitSegment", nth=3, times=1, delay=1.0)
    first = asyncio.create_task(project.upload_file("bucket", "key", path))
    await until(lambda: local.calls("satellite")["CommitSegment"] >= 3, first)
    second = asyncio.create_task(project.upload_file("bucket", "key", other))
    await asyncio.gather(first, second)
    fault.undo()
    assert await project.get("bucket", "key") in {DATA, other.read_bytes()}


async def test_cancelled_uploads_leave_nothing_but_the_pending_one(network, path):
    _, project = network
    dice = random.Random(17)
    may_stay = set()
    for number in range(12):
        size = dice.choice([10, 300_000, PART, len(DATA)])
        path.write_bytes(DATA[:size])
        resume = dice.random() < 0.5
        if resume and size > PART:
            may_stay.add(f"key{number}")
        begun = time.monotonic()
        with contextlib.suppress(errors.DeadlineExceededError):
            await project.upload_file("bucket", f"key{number}", path, resume=resume, timeout=dice.random() * 0.1)
        assert time.monotonic() - begun < 5
    for _ in range(1000):
        if not uplink.detached_calls():
            break
        await asyncio.sleep(0.01)
    assert not uplink.detached_calls()
    left = await pending(project)
    assert {item.key for item in left} <= may_stay
    for item in left:
        await project.abort_upload("bucket", item.key, item.upload_id)
