# Generated from tests/aio/test_multipart.py by tools/generate_sync.py; change that instead.
"""Uploads that are not committed are aborted. Pending uploads of a killed process can be listed and aborted."""

from __future__ import annotations

import contextlib
import gc
import os
import random
import secrets
import subprocess
import sys
import time
import warnings

import pytest

import uplink
from uplink import errors

DATA = secrets.token_bytes(300_000)


def settle():
    """Wait for what goes on in the background."""
    gc.collect()
    deadline = time.monotonic() + 20
    while uplink.detached_calls():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def pending(project, bucket):
    return [upload for upload in project.list_uploads(bucket, recursive=True)]


def abort(upload, moment):
    upload.write(DATA)
    time.sleep(moment)
    upload.abort()


def time_out(upload, moment):
    # A fast network may commit within the time.
    with contextlib.suppress(errors.DeadlineExceededError, errors.StreamFailedError):
        upload.write(DATA, timeout=moment)
        upload.commit(timeout=moment / 10)


def raise_inside(upload, moment):
    with pytest.raises(RuntimeError, match="never mind"):
        with upload:
            upload.write(DATA)
            time.sleep(moment)
            raise RuntimeError("never mind")


def drop(upload, moment):
    upload.write(DATA)
    time.sleep(moment)


ENDS = [abort, time_out, raise_inside, drop]


def test_two_hundred_uploads_that_end_at_any_moment(project, bucket):
    def upload(number):
        end = ENDS[number % len(ENDS)]
        end(project.upload_object(bucket, f"key {number}"), random.uniform(0.0001, 0.02))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        for first in range(0, 200, 20):
            [upload(number) for number in range(first, first + 20)]
        settle()
    assert pending(project, bucket) == []
    # A commit whose time was up may have happened.
    for item in project.list_objects(bucket):
        project.delete_object(bucket, item.key)
    project.delete_bucket(bucket)


@pytest.mark.parametrize("end", ENDS)
def test_an_upload_that_ends_while_it_begins(storj_faults, project, bucket, end):
    with storj_faults.call("BeginObject", delay=0.3), warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        end(project.upload_object(bucket, "key"), 0.05)
        settle()
    assert pending(project, bucket) == []
    # On a loaded machine, a commit whose time was up may have happened.
    project.delete_bucket(bucket, with_objects=end is time_out)


def test_the_project_is_closed_while_an_upload_begins(storj_faults, storj_access, project, bucket):
    with storj_faults.call("BeginObject", delay=0.3):
        with uplink.open_project(storj_access) as other:
            upload = other.upload_object(bucket, "key")
            upload.write(DATA)
        with pytest.raises(errors.UplinkError):
            upload.commit()
        settle()
    assert pending(project, bucket) == []


KILLED = """
import os, sys, uplink
project = uplink.Access.parse(os.environ["GRANT"]).open_project()
for key in ("a/b", "c"):
    upload = project.upload_object(sys.argv[1], key)
    upload.write(bytes(5_000_000))
    while key not in [upload.key for upload in project.list_uploads(sys.argv[1], recursive=True)]:
        pass
    globals()[key] = upload
os.kill(os.getpid(), 9)
"""


def run_program(program, grant, bucket):
    command, environment = [sys.executable, "-c", program, bucket], {**os.environ, "GRANT": grant}
    return subprocess.run(command, env=environment, timeout=60, check=False, stderr=subprocess.DEVNULL).returncode


def test_what_a_killed_process_leaves(grant, project, bucket):
    before = time.time()
    assert run_program(KILLED, grant, bucket) == -9
    left = pending(project, bucket)
    assert [upload.key for upload in sorted(left, key=lambda upload: upload.key)] == ["a/b", "c"]
    for upload in left:
        assert upload.upload_id
        assert not upload.is_prefix
        assert before - 60 < upload.created.timestamp() < time.time() + 60
    top = [upload for upload in project.list_uploads(bucket)]
    assert {(upload.key, upload.is_prefix) for upload in top} == {("a/", True), ("c", False)}
    assert [upload.key for upload in project.list_uploads(bucket, "a/")] == ["a/b"]
    with pytest.raises(errors.BucketNotEmptyError, match=r"no objects, but uploads .* list_uploads"):
        project.delete_bucket(bucket)
    for upload in left:
        project.abort_upload(bucket, upload.key, upload.upload_id)
    assert pending(project, bucket) == []
    with pytest.raises(errors.UploadNotFoundError):
        project.abort_upload(bucket, "c", "no such ID")
    project.delete_bucket(bucket)


FAILING = """
import os, sys, uplink
access = uplink.Access.parse(os.environ["GRANT"])
with access.open_project() as project, project.upload_object(sys.argv[1], "key") as upload:
    upload.write(bytes(5_000_000))
    while not list(project.list_uploads(sys.argv[1])):
        pass
    raise RuntimeError("never mind")
"""


def test_a_program_that_ends_by_an_exception(storj_faults, grant, project, bucket):
    with storj_faults.call("BeginDeleteObject", delay=0.3):
        assert run_program(FAILING, grant, bucket) == 1
    assert pending(project, bucket) == []


def test_a_bucket_goes_while_an_upload_is_under_way(project, bucket):
    for size in (10, 1_000_000):
        project.ensure_bucket(bucket)
        upload = project.upload_object(bucket, "key")
        upload.write(bytes(size))
        deadline = time.monotonic() + 20
        while size > 4096 and not pending(project, bucket):
            assert time.monotonic() < deadline
        project.delete_bucket(bucket, with_objects=True)
        with pytest.raises(errors.BucketNotFoundError):
            upload.commit()


def test_why_a_bucket_is_not_empty(network, access, project, bucket):
    project.put(bucket, "key", b"data")
    with pytest.raises(errors.BucketNotEmptyError, match="has objects, which with_objects=True"):
        project.delete_bucket(bucket)
    permission = uplink.Permission(allow_download=True, allow_upload=True, allow_delete=True)
    with uplink.open_project(access.share(permission)) as blind:
        with pytest.raises(errors.BucketNotEmptyError, match="objects, or uploads"):
            blind.delete_bucket(bucket)
        with pytest.raises(errors.PermissionDeniedError, match="allow_list"):
            blind.delete_bucket(bucket, with_objects=True)
    other = uplink.Access.request(
        satellite_address=access.satellite_address, api_key=network.api_key, passphrase="another"
    )
    with uplink.open_project(other) as stranger:
        with pytest.raises(errors.BucketNotEmptyError, match="another encryption key"):
            stranger.delete_bucket(bucket)
    project.delete_bucket(bucket, with_objects=True)


def test_no_advice_to_do_what_was_done(own_network):
    """As when another program writes to the bucket at the same time."""
    with uplink.open_project(uplink.Access.parse(own_network.access_grant)) as project:
        project.ensure_bucket("bucket")
        project.put("bucket", "key", b"data")
        with (
            own_network.faults.call("DeleteBucket", code="FailedPrecondition", text="bucket not empty"),
            pytest.raises(errors.BucketNotEmptyError) as not_empty,
        ):
            project.delete_bucket("bucket", with_objects=True)
        assert "with_objects" not in str(not_empty.value)
