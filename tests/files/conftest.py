"""A project, a bucket for each test, and an object with the key "key"."""

from __future__ import annotations

import secrets
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


@pytest.fixture
def data(project: uplink.Project, bucket: str) -> bytes:
    content = secrets.token_bytes(700_000)
    project.put(bucket, "key", content)
    return content
