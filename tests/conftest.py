"""What all tests share: a network, an access to it, and the check that nothing native is left behind.

Without `UPLINK_TEST_ACCESS` the network is a local one, started for the session.
"""

from __future__ import annotations

import gc
import os
import time
from typing import TYPE_CHECKING

import hypothesis
import pytest

import uplink
from uplink import _ffi
from uplink_localnet import LocalNetwork

if TYPE_CHECKING:
    from collections.abc import Iterator

# Each example talks to a network; how long that takes is not what is tested.
hypothesis.settings.register_profile(
    "default", deadline=None, max_examples=40, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
hypothesis.settings.register_profile("thorough", hypothesis.settings.get_profile("default"), max_examples=1000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

ACCESS_VARIABLE = "UPLINK_TEST_ACCESS"


@pytest.fixture(scope="session")
def network() -> Iterator[LocalNetwork]:
    """The local network of the session, for tests that need its API key or its process."""
    if ACCESS_VARIABLE in os.environ:
        pytest.skip(f"needs a local network, and {ACCESS_VARIABLE} names another")
    with LocalNetwork() as local:
        yield local


@pytest.fixture
def own_network() -> Iterator[LocalNetwork]:
    """A local network for one test, which may stop or break it."""
    with LocalNetwork() as local:
        yield local
        if local.running:
            local.resume()


@pytest.fixture(scope="session")
def grant(request: pytest.FixtureRequest) -> str:
    """A serialized access grant with all permissions."""
    if ACCESS_VARIABLE in os.environ:
        return os.environ[ACCESS_VARIABLE]
    return request.getfixturevalue("network").access_grant


@pytest.fixture(scope="session")
def access(grant: str) -> uplink.Access:
    """An access with all permissions."""
    return uplink.Access.parse(grant)


@pytest.fixture(scope="session")
def unreachable() -> uplink.Access:
    """An access to a network that is gone."""
    with LocalNetwork() as local:
        return uplink.Access.parse(local.access_grant)


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """Fail a test that leaves a native handle, or an operation that does not end."""
    yield
    gc.collect()
    lib = _ffi.current().lib
    assert lib.uplink_internal_UniverseIsEmpty(), "the test left a native handle"
    deadline = time.monotonic() + 5
    while lib.uplink_detached_operations() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert lib.uplink_detached_operations() == 0, "an operation in the background did not end"
