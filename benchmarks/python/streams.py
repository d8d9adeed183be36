"""Large objects: from a file, into a file, and into memory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from meter import Meter, Result
from projects import BUCKET, open_older_project, open_project

if TYPE_CHECKING:
    from argparse import Namespace


def upload(options: Namespace) -> Result:
    ways = {"write_file": _write_file, "write": _write, "put": _put, "upload_file": _upload_file}
    return ways[options.api](options)


def download(options: Namespace) -> Result:
    ways = {"read_file": _read_file, "readinto": _readinto, "download_file": _download_file}
    return ways[options.api](options)


def get(options: Namespace) -> Result:
    """Download into memory."""
    with open_project() as project:
        meter = Meter()
        data = project.get(BUCKET, options.key)
        result = meter.stop()
        assert len(data) == options.bytes
        return result


def _write_file(options: Namespace) -> Result:
    with open_older_project() as project, open(options.path, "rb") as file:
        meter = Meter()
        stream = project.upload_object(BUCKET, options.key)
        stream.write_file(file)
        stream.commit()
        return meter.stop()


def _write(options: Namespace) -> Result:
    with open_project() as project, open(options.path, "rb", buffering=0) as file:
        meter = Meter()
        buffer = memoryview(bytearray(options.buffer))
        with project.upload_object(BUCKET, options.key) as stream:
            while count := file.readinto(buffer):
                stream.write(buffer[:count])
        return meter.stop()


def _put(options: Namespace) -> Result:
    with open_project() as project:
        meter = Meter()
        project.put(BUCKET, options.key, Path(options.path))
        return meter.stop()


def _upload_file(options: Namespace) -> Result:
    with open_project() as project:
        meter = Meter()
        project.upload_file(BUCKET, options.key, options.path)
        return meter.stop()


def _read_file(options: Namespace) -> Result:
    with open_older_project() as project, open(options.path, "wb") as file:
        meter = Meter()
        stream = project.download_object(BUCKET, options.key)
        stream.read_file(file)
        stream.close()
        return meter.stop()


def _download_file(options: Namespace) -> Result:
    with open_project() as project:
        meter = Meter()
        project.download_file(BUCKET, options.key, options.path)
        return meter.stop()


def _readinto(options: Namespace) -> Result:
    with open_project() as project, open(options.path, "wb", buffering=0) as file:
        meter = Meter()
        buffer = memoryview(bytearray(options.buffer))
        with project.download_object(BUCKET, options.key) as stream:
            while count := stream.readinto(buffer):
                file.write(buffer[:count])
        return meter.stop()
