"""A store in a bucket of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from uplink.obspec import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    import uplink


@pytest.fixture
def bucket(storj_bucket: str) -> str:
    return storj_bucket


@pytest.fixture
def prefix(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("way")[1] if "way" in request.fixturenames else "some/prefix"


@pytest.fixture
def store(access: uplink.Access, bucket: str, prefix: str) -> Iterator[Store]:
    store = Store(access, bucket, prefix)
    yield store
    store._twins.close()
