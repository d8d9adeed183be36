"""A project and a bucket for one test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import uplink


@pytest.fixture
def project(aio_storj_project: uplink.aio.Project) -> uplink.aio.Project:
    return aio_storj_project


@pytest.fixture
def bucket(aio_storj_bucket: str) -> str:
    return aio_storj_bucket
