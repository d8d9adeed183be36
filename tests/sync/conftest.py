# Generated from tests/aio/conftest.py by tools/generate_sync.py; change that instead.
"""A project and a bucket for one test."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

import uplink

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def project(access: uplink.Access) -> Iterator[uplink.Project]:
    with uplink.open_project(access) as project:
        yield project


@pytest.fixture
def bucket(project: uplink.Project) -> Iterator[str]:
    name = f"test-{secrets.token_hex(8)}"
    project.create_bucket(name)
    yield name
    project.delete_bucket(name, with_objects=True)
