"""A Storj network for one machine, started from Python.

Example:
    >>> from uplink_localnet import LocalNetwork
    >>> with LocalNetwork() as network:
    ...     print(network.access_grant)  # doctest: +SKIP
"""

from __future__ import annotations

from uplink_localnet._errors import LocalNetworkError
from uplink_localnet._executable import executable
from uplink_localnet._fault import Fault
from uplink_localnet._faults import Faults
from uplink_localnet._network import LocalNetwork

__all__ = ["Fault", "Faults", "LocalNetwork", "LocalNetworkError", "executable"]
