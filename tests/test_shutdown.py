"""At the end of the interpreter, open objects cause no output, whether they are freed or not."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

# A program that embeds Python may have a module that lives longer than the modules of the package. Its objects are
# finalized when the modules of the package have no globals any more.
PROGRAM = """
import ctypes, sys, types

early = types.ModuleType("early")
sys.modules["early"] = early
ctypes.pythonapi.Py_IncRef(ctypes.py_object(early))

import asyncio, os
import uplink, uplink_python.uplink

access = uplink.Access.from_env()
bucket = sys.argv[1]

def waits():
    early.key = uplink.EncryptionKey.derive("passphrase", salt=b"salt")
    early.project = access.open_project()
    early.download = early.project.download_object(bucket, "key")
    early.chunks = early.download.iter_bytes(10)
    next(early.chunks)
    early.upload = early.project.upload_object(bucket, "never")
    early.upload.write(b"data")
    early.listing = iter(early.project.list_objects(bucket))
    next(early.listing)

def older():
    early.project = uplink_python.uplink.Uplink().parse_access(os.environ["UPLINK_ACCESS"]).open_project()
    early.download = early.project.download_object(bucket, "key")
    early.upload = early.project.upload_object(bucket, "never")

async def endless():
    while True:
        yield bytes(100_000)
        await asyncio.sleep(0.01)

async def awaits():
    early.project = uplink.aio.Project(access)
    early.download = await early.project.download_object(bucket, "key")
    early.upload = await early.project.upload_object(bucket, "never")
    early.listing = aiter(early.project.list_objects(bucket))
    await anext(early.listing)
    early.putting = asyncio.create_task(early.project.put(bucket, "never", endless()))
    await asyncio.sleep(0.1)
    early.getting = asyncio.create_task(early.project.get(bucket, "key"))
    await asyncio.sleep(0)

if sys.argv[2] == "awaits":
    early.loop = asyncio.new_event_loop()
    early.loop.run_until_complete(awaits())
else:
    globals()[sys.argv[2]]()
del early
"""


@pytest.mark.parametrize("use", ["waits", "awaits", "older"])
def test_finalizers_are_silent_late_in_the_shutdown(storj_project, storj_bucket, grant, use):
    storj_project.put(storj_bucket, "key", b"data" * 100_000)
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, storj_bucket, use],
        env={**os.environ, "UPLINK_ACCESS": grant},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
