"""An object that was stored before anything fails, and calls with a timeout."""

from __future__ import annotations

import contextlib
import secrets
import time

import pytest

SIZE = 1_500_000
TIMEOUT = 15


@pytest.fixture
def stored(storj_project, storj_bucket):
    """An object in several pieces, stored before anything fails."""
    data = secrets.token_bytes(SIZE)
    storj_project.put(storj_bucket, "key", data)
    return data


@pytest.fixture
def bounded():
    """Fail if the block takes longer than a call with that timeout may take on a loaded machine."""

    @contextlib.contextmanager
    def bounded(seconds=TIMEOUT + 5):
        start = time.monotonic()
        yield
        assert time.monotonic() - start < seconds

    return bounded


@pytest.fixture
def put(storj_project, storj_bucket):
    return lambda key="new", size=SIZE: storj_project.put(storj_bucket, key, secrets.token_bytes(size), timeout=TIMEOUT)


@pytest.fixture
def get(storj_project, storj_bucket):
    return lambda: storj_project.get(storj_bucket, "key", timeout=TIMEOUT)


@pytest.fixture
def stat(storj_project, storj_bucket):
    return lambda: storj_project.stat_object(storj_bucket, "key", timeout=TIMEOUT)
