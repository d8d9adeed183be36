"""An object that is read in pieces: by files of `open`, and by the calls that they stand on."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from meter import Meter, Result
from projects import BUCKET, open_project

if TYPE_CHECKING:
    from argparse import Namespace


def random_reads(options: Namespace) -> Result:
    """Read pieces at random places: by `get` with a range, by `get_ranges`, or by a file."""
    places = [random.Random(number).randrange(options.bytes - options.buffer) for number in range(options.count)]
    with open_project() as project:
        if options.api == "get":
            meter = Meter()
            for place in places:
                project.get(BUCKET, options.key, offset=place, length=options.buffer)
            return meter.stop()
        if options.api == "ranges":
            meter = Meter()
            pieces = project.get_ranges(BUCKET, options.key, [(place, options.buffer) for place in places])
            result = meter.stop()
            assert [len(piece) for piece in pieces] == [options.buffer] * options.count
            return result
        with project.open(BUCKET, options.key) as file:
            meter = Meter()
            for place in places:
                file.seek(place)
                file.read(options.buffer)
            return meter.stop()


def sequential_reads(options: Namespace) -> Result:
    """Read from start to end: by a download or by a file."""
    with open_project() as project:
        if options.api == "download":
            with project.download_object(BUCKET, options.key) as stream:
                meter = Meter()
                while stream.read(options.buffer):
                    pass
                return meter.stop()
        with project.open(BUCKET, options.key) as file:
            meter = Meter()
            while file.read(options.buffer):
                pass
            return meter.stop()
