"""Limits of projects."""

from __future__ import annotations

import re

import pytest

from uplink_localnet import LocalNetwork, LocalNetworkError


@pytest.fixture
def network():
    """A network that runs."""
    with LocalNetwork() as running:
        yield running


def test_limits(network):
    always = {"metadata": 2048, "part_size": 5 << 20}
    assert network.limit() == always
    assert network.limit(storage=1_000_000, key_writes=3) == {**always, "storage": 1_000_000, "key_writes": 3}
    assert network.limit(key_writes=0, part_size=0) == {"metadata": 2048, "storage": 1_000_000}
    assert network.limit(storage="1GB", bandwidth="2MiB", key_writes="3", part_size="5MiB") == {
        **always,
        "storage": 1_000_000_000,
        "bandwidth": 2 << 20,
        "key_writes": 3,
    }
    for wrong, text in [
        ({"speed": 1}, 'unknown limit "speed"; there are requests, key_writes, storage'),
        ({"key_writes": "many"}, "the limit key_writes must be a whole number"),
        ({"storage": -1}, "storage must not be negative"),
        ({"storage": "much"}, 'storage must be a whole number or a size like 20KB or 3MiB, not "much"'),
        ({"storage": 1.5}, "storage must be a whole number"),
        ({"storage": None}, "storage must be a whole number"),
        ({"storage": True}, "storage must be a whole number"),
        ({"storage": 10**30}, "storage must be a whole number"),
        ({"storage": float("inf")}, "limits cannot be {'storage': inf}"),
        ({"storage": object()}, "limits cannot be {'storage': <object"),
        ({"project": 3}, "project must be a text, not a number"),
        ({"project": "another", "storage": 1}, "another"),
    ]:
        with pytest.raises(LocalNetworkError, match=re.escape(text)) as caught:
            network.limit(**wrong)
        assert "json" not in str(caught.value)
    assert network.limit(storage=0, bandwidth=0, key_writes=0) == always


def test_the_limits_of_storj():
    with LocalNetwork(limits="storj", nodes=1) as network:
        limits = {"requests": 100, "key_writes": 1, "buckets": 100, "metadata": 2048, "part_size": 5 << 20}
        assert network.limit() == limits
        del limits["requests"]
        assert network.limit(requests=0, storage="1GB") == {**limits, "storage": 10**9}
    with pytest.raises(LocalNetworkError, match='unknown limits "amazon"; there are storj'):
        LocalNetwork(limits="amazon").start()  # type: ignore[arg-type]
