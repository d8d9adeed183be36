"""A folder of many files."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from meter import Meter, Result
from projects import BUCKET, open_project

if TYPE_CHECKING:
    from argparse import Namespace


def tree(options: Namespace) -> Result:
    """Upload the files of a folder, and download them into another one."""
    target = f"{options.path}.copy"
    shutil.rmtree(target, ignore_errors=True)
    with open_project() as project:
        meter = Meter()
        up = project.upload_tree(BUCKET, options.key, options.path)
        result = {"up": meter.stop()}
        meter = Meter()
        down = project.download_tree(BUCKET, options.key, target)
        result["down"] = meter.stop()
        assert (up.copied, down.copied) == (options.count, options.count)
    shutil.rmtree(target)
    return result
