"""Transfers of a process that was killed: another process goes on with them."""

from __future__ import annotations

import errno
import os
import secrets
import subprocess
import sys
import time

import pytest

from uplink._calls import transfers

# The smallest parts that satellites accept.
PART = 5 * 1024 * 1024

UPLOAD = f"""
import sys, uplink
from uplink._calls import transfers

transfers.PART_SIZE = {PART}
with uplink.Access.from_env().open_project() as project:
    project.upload_file(sys.argv[1], "key", sys.argv[2])
"""


@pytest.fixture
def start(grant):
    """Return a function that starts a program with arguments. What still runs after the test is killed."""
    children = []

    def start(program, *arguments):
        command = [sys.executable, "-c", program, *map(str, arguments)]
        children.append(subprocess.Popen(command, env={**os.environ, "UPLINK_ACCESS": grant}))
        return children[-1]

    yield start
    for child in children:
        child.kill()
        child.wait(30)


def committed_parts(project, bucket):
    """Return the numbers of the parts of all pending uploads."""
    uploads = [project.resume_upload(bucket, item.key, item.upload_id) for item in project.list_uploads(bucket)]
    return [sorted(part.number for part in upload.parts()) for upload in uploads]


def test_an_upload_goes_on_after_its_process_was_killed(
    storj_project, storj_bucket, storj_network, storj_faults, start, tmp_path, monkeypatch
):
    monkeypatch.setattr(transfers, "PART_SIZE", PART)
    data = secrets.token_bytes(4 * PART)
    path = tmp_path / "file"
    path.write_bytes(data)
    with storj_faults.call("CommitSegment", nth=3, times=None, delay=60):
        child = start(UPLOAD, storj_bucket, path)
        deadline = time.monotonic() + 60
        while len((committed_parts(storj_project, storj_bucket) or [[]])[0]) < 2:
            assert child.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        child.kill()
        child.wait(30)
    assert not storj_project.exists(storj_bucket, "key")
    (kept,) = committed_parts(storj_project, storj_bucket)
    before = storj_network.local.calls("satellite")
    reports = []
    storj_project.upload_file(storj_bucket, "key", path, progress=lambda *counts: reports.append(counts))
    made = storj_network.local.calls("satellite") - before
    assert made["BeginObject"] == 0
    assert made["CommitSegment"] == 4 - len(kept) == 2
    assert storj_project.get(storj_bucket, "key") == data
    assert reports[-1] == (len(data),) * 3
    assert not list(storj_project.list_uploads(storj_bucket))


def test_the_default_size_of_parts(storj_project, storj_bucket, storj_network, tmp_path):
    size = 64 * 1024 * 1024
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.truncate(size + 1)
        file.seek(size - 3)
        file.write(b"border")  # makes the file longer
    before = storj_network.local.calls("satellite")
    assert storj_project.upload_file(storj_bucket, "key", path).size == size + 3
    made = storj_network.local.calls("satellite") - before
    assert (made["CommitSegment"], made["MakeInlineSegment"]) == (1, 1)
    assert storj_project.get(storj_bucket, "key", offset=size - 5) == b"\0\0border"


@pytest.mark.heavy
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_memory_of_a_large_upload(grant, storj_project, storj_bucket, tmp_path):
    """Four gigabytes take less than 200 MiB, Python and the library included."""
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.truncate(4 << 30)
    source = UPLOAD.replace(f"transfers.PART_SIZE = {PART}", "") + (
        'print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])\n'
    )
    environment = {**os.environ, "UPLINK_ACCESS": grant}
    command = [sys.executable, "-c", source, storj_bucket, str(path)]
    child = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert int(child.stdout) < 200 * 1024
    storj_project.delete_object(storj_bucket, "key")


DOWNLOAD = """
import sys, uplink

with uplink.Access.from_env().open_project() as project:
    project.download_file(sys.argv[1], "key", sys.argv[2])
"""


def test_a_download_goes_on_after_its_process_was_killed(storj_project, storj_bucket, storj_faults, start, tmp_path):
    data = secrets.token_bytes(6 * 1024 * 1024 + 5)
    storj_project.put(storj_bucket, "key", data)
    path, state = tmp_path / "file", tmp_path / ".file.uplink-0.state"
    with storj_faults.links(mbit=4):
        child = start(DOWNLOAD, storj_bucket, path)
        deadline = time.monotonic() + 60
        while not state.exists() or state.read_bytes().count(b"\n") < 3:  # the object, and two blocks
            assert child.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        child.kill()
        child.wait(30)
    assert not path.exists()
    kept = state.read_bytes().count(b"\n") - 1
    reports = []
    storj_project.download_file(storj_bucket, "key", path, progress=lambda *counts: reports.append(counts))
    assert path.read_bytes() == data
    assert [item.name for item in tmp_path.iterdir()] == ["file"]
    # The blocks that were there are not downloaded again.
    assert next(transferred for transferred, total, _ in reports if total) >= kept * 1024 * 1024
    assert reports[-1] == (len(data),) * 3


LIMITED = f"""
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
{DOWNLOAD}
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files")
def test_a_download_when_the_disk_takes_no_more(storj_project, storj_bucket, grant, tmp_path):
    data = secrets.token_bytes(5_000_000)
    storj_project.put(storj_bucket, "key", data)
    path = tmp_path / "file"
    environment = {**os.environ, "UPLINK_ACCESS": grant}
    command = [sys.executable, "-c", LIMITED, storj_bucket, str(path)]
    child = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    reason = f"{os.strerror(errno.EFBIG)}, the file needs 5000000 bytes"
    assert f"OSError: [Errno {errno.EFBIG}] {reason}: '{path}'" in child.stderr
    assert not path.exists()
    storj_project.download_file(storj_bucket, "key", path)
    assert path.read_bytes() == data


@pytest.mark.heavy
@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_memory_of_a_large_download(grant, storj_project, storj_bucket, tmp_path):
    """Four gigabytes take less than 100 MiB, Python and the library included."""
    with storj_project.upload_object(storj_bucket, "key") as upload:
        for _ in range(4096):
            upload.write(bytes(1024 * 1024))
    source = DOWNLOAD + (
        'print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])\n'
    )
    environment = {**os.environ, "UPLINK_ACCESS": grant}
    command = [sys.executable, "-c", source, storj_bucket, str(tmp_path / "file")]
    child = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert int(child.stdout) < 100 * 1024
    storj_project.delete_object(storj_bucket, "key")
