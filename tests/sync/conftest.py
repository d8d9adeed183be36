# Generated from tests/aio/conftest.py by tools/generate_sync.py; change that instead.
"""A project and a bucket for one test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import uplink


@pytest.fixture
def project(storj_project: uplink.Project) -> uplink.Project:
    return storj_project


@pytest.fixture
def bucket(storj_bucket: str) -> str:
    return storj_bucket
