"""A project and a bucket for one test."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

import uplink

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def project(access: uplink.Access) -> AsyncIterator[uplink.aio.Project]:
    async with uplink.aio.open_project(access) as project:
        yield project


@pytest.fixture
async def bucket(project: uplink.aio.Project) -> AsyncIterator[str]:
    name = f"test-{secrets.token_hex(8)}"
    await project.create_bucket(name)
    yield name
    await project.delete_bucket(name, with_objects=True)
