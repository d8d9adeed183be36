"""A filesystem, and a bucket in it, for one test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from uplink.fsspec import UplinkFileSystem

if TYPE_CHECKING:
    import uplink


@pytest.fixture
def fs(access: uplink.Access) -> UplinkFileSystem:
    return UplinkFileSystem(access)


@pytest.fixture
def bucket(storj_bucket: str) -> str:
    return storj_bucket


@pytest.fixture
def tree(fs, bucket):
    """A directory with a file, a directory below it, and the marker of an empty directory."""
    fs.pipe({f"{bucket}/tree/a.txt": b"1", f"{bucket}/tree/sub/b.txt": b"22", f"{bucket}/tree/sub/deep/c.txt": b"333"})
    fs._twins.plain.put(bucket, "tree/empty/", b"")
    return f"{bucket}/tree"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark two thirds of the tests that fsspec has, which are the same for many patterns."""
    for item in items:
        if "_glob_edge_cases[" in item.name:
            item.add_marker("heavy")
