"""The pytest plugin; `uplink.testing` describes its fixtures.

pytest imports this module at each start. It imports `uplink` when a test first requests one of the fixtures.
"""

from __future__ import annotations

import contextlib
import importlib.util
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from contextlib import AbstractAsyncContextManager

    import uplink
    import uplink.aio
    from uplink.testing import Network
    from uplink_localnet import Faults

if importlib.util.find_spec("pytest_asyncio") is None:
    _async_fixture: Callable[..., Any] = pytest.fixture
else:
    # In its strict mode, pytest-asyncio runs only what it has decorated itself.
    from pytest_asyncio import fixture as _async_fixture

_UNDO = pytest.StashKey["Callable[[], None]"]()


@pytest.fixture(scope="session")
def storj_network() -> Iterator[Network]:
    """Yield the network of the session: a local one, or the one that the environment names."""
    from _uplink_cffi.imports import check_uplink  # noqa: PLC0415

    try:
        check_uplink()
    except ImportError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    from uplink.testing import NetworkNotFoundError, find_network  # noqa: PLC0415

    with contextlib.ExitStack() as stack:
        try:
            network = stack.enter_context(find_network())
        except NetworkNotFoundError as error:
            pytest.fail(str(error), pytrace=False)
        yield network


@pytest.fixture(scope="session")
def storj_access(storj_network: Network) -> uplink.Access:
    """Return an access with all permissions."""
    import uplink  # noqa: PLC0415

    return uplink.Access.parse(storj_network.access_grant)


@pytest.fixture
def storj_project(storj_access: uplink.Access) -> Iterator[uplink.Project]:
    """Yield an open project."""
    with storj_access.open_project() as project:
        yield project


@pytest.fixture
def storj_bucket(storj_access: uplink.Access, storj_project: uplink.Project) -> Iterator[str]:
    """Yield the name of a bucket that only this test uses."""
    name = _bucket_name()
    storj_project.create_bucket(name)
    yield name
    from uplink.errors import BucketNotFoundError  # noqa: PLC0415

    # The test may close its project, and delete the bucket.
    with storj_access.open_project() as project, contextlib.suppress(BucketNotFoundError):
        project.delete_bucket(name, with_objects=True)


@pytest.fixture
def storj_faults(storj_network: Network, request: pytest.FixtureRequest) -> Faults:
    """Return what makes the network fail. All faults of the test are undone after it."""
    faults = storj_network.faults
    before = {fault.id for fault in faults.active()}

    def undo() -> None:
        if storj_network.local.running:
            for fault in faults.active():
                if fault.id not in before:
                    fault.undo()

    request.node.stash[_UNDO] = undo
    return faults


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Undo faults before any fixture cleans up."""
    undo = item.stash.get(_UNDO, None)
    if undo is not None:
        undo()


@_async_fixture
async def aio_storj_project(storj_network: Network) -> AsyncIterator[uplink.aio.Project]:
    """Yield an open project, for tests that await."""
    async with _aio_project(storj_network) as project:
        yield project


@_async_fixture
async def aio_storj_bucket(storj_network: Network, aio_storj_project: uplink.aio.Project) -> AsyncIterator[str]:
    """Yield the name of a bucket that only this test uses, for tests that await."""
    name = _bucket_name()
    await aio_storj_project.create_bucket(name)
    yield name
    from uplink.errors import BucketNotFoundError  # noqa: PLC0415

    # The test may close its project, and delete the bucket.
    async with _aio_project(storj_network) as project:
        with contextlib.suppress(BucketNotFoundError):
            await project.delete_bucket(name, with_objects=True)


def _aio_project(network: Network) -> AbstractAsyncContextManager[uplink.aio.Project]:
    import uplink.aio  # noqa: PLC0415

    return uplink.aio.open_project(uplink.aio.Access.parse(network.access_grant))


def _bucket_name() -> str:
    import secrets  # noqa: PLC0415

    return f"test-{secrets.token_hex(8)}"
