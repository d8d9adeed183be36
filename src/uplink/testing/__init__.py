"""Helps to test programs that use Storj, on a local network.

pytest has these fixtures wherever this package is installed:

| fixture | value |
| --- | --- |
| `storj_network` | the `Network` of the session: a local one, or the one that the environment names |
| `storj_access` | an `uplink.Access` to it with all permissions, for the session |
| `storj_project` | an open `uplink.Project` |
| `storj_bucket` | the name of a bucket for this test, deleted with its objects after the test |
| `storj_faults` | makes the network fail; its faults are undone after the test |
| `aio_storj_project` | an open `uplink.aio.Project`, for tests that run under pytest-asyncio |
| `aio_storj_bucket` | as `storj_bucket` |

```python
def test_upload(storj_project, storj_bucket):
    storj_project.put(storj_bucket, "greeting", b"hello")
    assert storj_project.get(storj_bucket, "greeting") == b"hello"
```

Without pytest, `find_network` provides the same network.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from uplink_localnet import Faults, LocalNetwork
else:
    try:
        from uplink_localnet import Faults, LocalNetwork
    except ImportError:  # it need not be installed, and only annotations use these
        Faults = LocalNetwork = Any

__all__ = ["Network", "NetworkNotFoundError", "find_network"]

ACCESS_VARIABLE = "UPLINK_TEST_ACCESS"
LIMITS_VARIABLE = "UPLINK_TEST_LIMITS"
# The variables that `storj-sim network test` sets.
SIM_ACCESS_VARIABLE = "GATEWAY_0_ACCESS"
SIM_API_KEY_VARIABLE = "GATEWAY_0_API_KEY"
SIM_SATELLITE_VARIABLE = "SATELLITE_0_URL"

_SIM_PASSPHRASE = "uplink.testing"  # noqa: S105 - it protects nothing beyond the test


class NetworkNotFoundError(Exception):
    """There is no network to test on."""


class Network:
    """The network that tests run on.

    A property that this network does not have skips the test that uses it.

    Attributes:
        access_grant: A serialized access grant with all permissions.
        satellite_address: The satellite, as `id@host:port`.
        source: Where it comes from: `"uplink-localnet"`, or the name of an environment variable.

    Example:
        ```python
        from uplink.testing import find_network

        with find_network() as network:
            access = uplink.Access.parse(network.access_grant)
        ```
    """

    def __init__(
        self,
        access_grant: str,
        satellite_address: str,
        *,
        source: str,
        api_key: str | None = None,
        local: LocalNetwork | None = None,
    ) -> None:
        """Describe a network that runs."""
        self.access_grant = access_grant
        self.satellite_address = satellite_address
        self.source = source
        self._api_key = api_key
        self._local = local

    @property
    def api_key(self) -> str:
        """An API key of the project with all permissions. Skips the test if the environment has none."""
        if self._api_key is None:
            self._skip("needs an API key")
        return self._api_key

    @property
    def local(self) -> LocalNetwork:
        """The local network. Skips the test if the network is another one."""
        if self._local is None:
            self._skip("needs a local network")
        return self._local

    @property
    def faults(self) -> Faults:
        """The faults of the local network. Skips the test if the network is another one."""
        if self._local is None:
            self._skip("needs faults, which only a local network has")
        return self._local.faults

    def _skip(self, what: str) -> NoReturn:
        import pytest  # noqa: PLC0415 - not a dependency of this package

        pytest.skip(f"{what}, and {self.source} names another network")

    def __repr__(self) -> str:
        return f"<Network {self.satellite_address} of {self.source}>"


@contextmanager
def find_network() -> Generator[Network, None, None]:
    """Find the network to test on, or start one for the block.

    The variable `UPLINK_TEST_ACCESS` has the access grant of the network to use. Without it, the variables that
    `storj-sim network test` sets name the network. Without these, a local network is started, for which the
    distribution `uplink-localnet` must be installed; with `UPLINK_TEST_LIMITS=storj` it has the limits of Storj's
    satellites.

    Returns:
        A context manager whose value is a `Network`.

    Raises:
        NetworkNotFoundError: No network is named, and none can be started.

    Example:
        ```python
        from uplink.testing import find_network

        with find_network() as network:
            access = uplink.Access.parse(network.access_grant)
        ```
    """
    other = _from_environment()
    if other is not None:
        yield other
        return
    try:
        from uplink_localnet import LocalNetwork, LocalNetworkError  # noqa: PLC0415 - needed only without another network
    except ImportError as error:
        raise NetworkNotFoundError(
            f"no network to test on: install the distribution uplink-localnet, or set {ACCESS_VARIABLE}"
        ) from error
    limits = os.environ.get(LIMITS_VARIABLE) or None
    if limits not in {None, "storj"}:
        raise NetworkNotFoundError(f"{LIMITS_VARIABLE} may be storj, not {limits!r}")
    local = LocalNetwork(limits="storj" if limits else None)
    try:
        local.start()
    except LocalNetworkError as error:
        raise NetworkNotFoundError(f"the local network to test on does not start: {error}") from error
    with local:
        yield Network(
            local.access_grant, local.satellite_address, source="uplink-localnet", api_key=local.api_key, local=local
        )


def _from_environment() -> Network | None:
    """Return the network that the environment names, or `None`."""
    from uplink.access import Access  # noqa: PLC0415 - not needed for a local network
    from uplink.errors import UplinkError  # noqa: PLC0415

    source = ACCESS_VARIABLE if os.environ.get(ACCESS_VARIABLE) else SIM_ACCESS_VARIABLE
    has_api_key = source == SIM_ACCESS_VARIABLE and bool(os.environ.get(SIM_API_KEY_VARIABLE))
    satellite_address = os.environ.get(SIM_SATELLITE_VARIABLE)
    try:
        if os.environ.get(source):
            access = Access.parse(os.environ[source])
        elif satellite_address and has_api_key:
            source = SIM_SATELLITE_VARIABLE
            access = Access.request(
                satellite_address=satellite_address,
                api_key=os.environ[SIM_API_KEY_VARIABLE],
                passphrase=_SIM_PASSPHRASE,
                timeout=60,
            )
        else:
            return None
    except UplinkError as error:
        raise NetworkNotFoundError(f"the network of {source} cannot be tested on: {error}") from error
    return Network(
        access.serialize(),
        access.satellite_address,
        source=source,
        api_key=os.environ[SIM_API_KEY_VARIABLE] if has_api_key else None,
    )
