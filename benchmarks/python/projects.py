"""Opens a project of either package, with a warm-up, for the workloads."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uplink

if TYPE_CHECKING:
    from collections.abc import Generator

    from uplink_python.project import Project as OlderProject

BUCKET = "benchmarks"
_WARM_UP = bytes(1024 * 1024)


def grant() -> str:
    return os.environ["UPLINK_ACCESS"]


@contextmanager
def open_project() -> Generator[uplink.Project, None, None]:
    """Open a project of `uplink`, and transfer an object, so that all connections and code are warm."""
    with uplink.Access.parse(grant()).open_project() as project:
        project.ensure_bucket(BUCKET)
        project.put(BUCKET, "warm-up", _WARM_UP)
        project.get(BUCKET, "warm-up")
        yield project


@contextmanager
def open_older_project() -> Generator[OlderProject, None, None]:
    """Do the same with `uplink_python`."""
    from uplink_python.uplink import Uplink

    project = Uplink().parse_access(grant()).open_project()
    project.ensure_bucket(BUCKET)
    upload = project.upload_object(BUCKET, "warm-up")
    upload.write(_WARM_UP, len(_WARM_UP))
    upload.commit()
    download = project.download_object(BUCKET, "warm-up")
    download.read(len(_WARM_UP))
    download.close()
    yield project
    project.close()
