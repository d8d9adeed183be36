"""A stream in many calls of the same size. Only the loop is measured."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from meter import Meter, Result
from projects import BUCKET, open_older_project, open_project

if TYPE_CHECKING:
    from argparse import Namespace

_BLOCK = 1024 * 1024


def write_calls(options: Namespace) -> Result:
    """Write the stream from many bytes objects, as a program does that reads a file in pieces."""
    block = os.urandom(_BLOCK)
    pieces = [block[start : start + options.buffer] for start in range(0, _BLOCK, options.buffer)]
    repeats = range(options.bytes // _BLOCK)
    return _older_write(options, pieces, repeats) if options.api == "older" else _write(options, pieces, repeats)


def read_calls(options: Namespace) -> Result:
    return _older_read(options) if options.api == "older" else _read(options)


def _write(options: Namespace, pieces: list[bytes], repeats: range) -> Result:
    with open_project() as project, project.upload_object(BUCKET, options.key) as stream:
        meter = Meter()
        for _ in repeats:
            for piece in pieces:
                stream.write(piece)
        return meter.stop()


def _older_write(options: Namespace, pieces: list[bytes], repeats: range) -> Result:
    with open_older_project() as project:
        stream = project.upload_object(BUCKET, options.key)
        size = options.buffer
        meter = Meter()
        for _ in repeats:
            for piece in pieces:
                stream.write(piece, size)
        result = meter.stop()
        stream.commit()
        return result


def _read(options: Namespace) -> Result:
    with open_project() as project, project.download_object(BUCKET, options.key) as stream:
        size = options.buffer
        meter = Meter()
        while stream.read(size):
            pass
        return meter.stop()


def _older_read(options: Namespace) -> Result:
    with open_older_project() as project:
        stream = project.download_object(BUCKET, options.key)
        size = options.buffer
        total = 0
        meter = Meter()
        while total < options.bytes:
            _, count = stream.read(size)
            total += count
        result = meter.stop()
        stream.close()
        return result
