"""Handles are never 0. Objects that are not closed, committed or aborted are freed without a warning."""

from __future__ import annotations

import gc
import os
import secrets
import subprocess
import sys

import pytest

from uplink_python.errors import StorjException

DATA = secrets.token_bytes(3_000_000)


def test_handles(access, project, bucket, put):
    put("key")
    upload = project.upload_object(bucket, "other")
    download = project.download_object(bucket, "key")
    key = access.derive_encryption_key("secret", "salt")
    for handle in (access.access, project.project, upload.upload, download.download, download.project, key):
        assert handle
        assert handle.contents
        assert handle.contents._handle != 0
    assert (download.bucket_name, download.storj_path) == (bucket, "key")
    assert access.uplink is project.uplink is upload.uplink is download.uplink
    upload.abort()
    download.close()
    assert download.download.contents._handle != 0


def test_what_is_never_ended_is_freed_in_silence(access, bucket, put, recwarn):
    put("key", DATA)
    project = access.open_project()
    upload = project.upload_object(bucket, "other")
    upload.write(DATA, len(DATA))
    download = project.download_object(bucket, "key")
    download.read(1)
    failed = project.upload_object("no-such-bucket", "key")
    failed.write(b"x", 1)
    with pytest.raises(StorjException):
        failed.commit()
    del project, upload, download, failed
    gc.collect()
    # The check after each test finds native handles that are not freed.
    assert not recwarn.list


def test_cycles_are_freed_in_silence(access, bucket, put, recwarn):
    put("key", DATA)

    class Program:
        pass

    program = Program()
    program.itself = program
    program.project = access.open_project()
    program.upload = program.project.upload_object(bucket, "other")
    program.upload.write(DATA, len(DATA))
    program.download = program.project.download_object(bucket, "key")
    del program
    gc.collect()
    assert not recwarn.list


def test_streams_keep_their_project(access, bucket):
    upload = access.open_project().upload_object(bucket, "key")
    gc.collect()
    upload.write(DATA, len(DATA))
    upload.commit()
    download = access.open_project().download_object(bucket, "key")
    gc.collect()
    assert download.read(len(DATA)) == (DATA, len(DATA))


LEFT_OPEN = """
import os, sys
from uplink_python.uplink import Uplink
project = Uplink().parse_access(sys.argv[1]).open_project()
bucket = sys.argv[2]
upload = project.upload_object(bucket, "key")
upload.write(b"x" * 1_000_000, 1_000_000)
download = project.download_object(bucket, "there")
download.read(1)
"""
FORK = """
child = os.fork()
if child:
    _, status = os.waitpid(child, 0)
    assert status == 0, status
    assert download.read(3) == (b"eow", 3)
    upload.write(b"y", 1)
    upload.commit()
"""


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")


@pytest.mark.parametrize("ending", [pytest.param("", id="exit"), pytest.param(FORK, id="fork", marks=needs_fork)])
def test_a_program_may_end_with_all_of_it_open(project, bucket, put, grant, ending):
    put("there", b"meow")
    # In a forked child, the parent's objects may cause a ResourceWarning, and Python may warn of forks.
    warnings = "ignore::DeprecationWarning" if ending else "error::ResourceWarning"
    command = [sys.executable, "-W", warnings, "-c", LEFT_OPEN + ending, grant, bucket]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    keys = [item.key for item in project.list_objects(bucket)]
    assert sorted(keys) == (["key", "there"] if ending else ["there"])
