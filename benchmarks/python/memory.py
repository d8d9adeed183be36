"""Resident memory over many rounds of put, get, list and delete."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import meter
from projects import BUCKET, open_older_project, open_project

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    import uplink
    from uplink_python.project import Project as OlderProject

_SAMPLE_EVERY = 100


def rounds(options: Namespace) -> meter.Result:
    """Put, get, list and delete small objects. Return samples of memory, and whether all handles are freed."""
    samples = _older(options) if options.api == "older" else _newer(options)
    gc.collect()
    # Imported late, so that the library is loaded by the calls above, as in a program.
    from uplink import _ffi

    return {"samples": samples, "all_freed": _ffi.current().lib.uplink_internal_UniverseIsEmpty()}


def _newer(options: Namespace) -> list[int]:
    data = bytes(options.bytes)
    with open_project() as project:
        return _sampled(options, lambda key: _round(project, key, data))


def _older(options: Namespace) -> list[int]:
    data = bytes(options.bytes)
    with open_older_project() as project:
        return _sampled(options, lambda key: _older_round(project, key, data))


def _sampled(options: Namespace, one_round: Callable[[str], None]) -> list[int]:
    samples = []
    for index in range(options.warm_up + options.count):
        since = index - options.warm_up
        if since >= 0 and since % _SAMPLE_EVERY == 0:
            samples.append(meter.memory("VmRSS"))
        one_round(f"rounds/{index}")
    return samples


def _round(project: uplink.Project, key: str, data: bytes) -> None:
    project.put(BUCKET, key, data)
    assert project.get(BUCKET, key) == data
    assert [item.key for item in project.list_objects(BUCKET, prefix="rounds/")] == [key]
    project.delete_object(BUCKET, key)


def _older_round(project: OlderProject, key: str, data: bytes) -> None:
    from uplink_python.module_classes import ListObjectsOptions

    upload = project.upload_object(BUCKET, key)
    upload.write(data, len(data))
    upload.commit()
    download = project.download_object(BUCKET, key)
    assert download.read(len(data)) == (data, len(data))
    download.close()
    assert len(project.list_objects(BUCKET, ListObjectsOptions(prefix="rounds/"))) == 1
    project.delete_object(BUCKET, key)
