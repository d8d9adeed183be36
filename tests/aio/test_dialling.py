"""What is stored and read in each way in which nodes can be dialled."""

from __future__ import annotations

import secrets

import pytest

import uplink
from uplink_localnet import LocalNetwork

SEGMENT = 64 * 1024 * 1024


# An inline object, one in a segment, one in two.
SIZES = [1000, 100_000, SEGMENT + 1]


@pytest.mark.parametrize(
    ("options", "sizes"),
    [
        ({}, SIZES),
        ({"noise": False}, SIZES),
        ({"fast_open": False}, SIZES[:2]),
        ({"noise": False, "fast_open": False, "debounce": False}, SIZES[:2]),
    ],
    ids=["as real nodes", "TLS", "dialled once", "plain"],
)
async def test_objects_of_all_kinds(options, sizes):
    data = {f"{size}": secrets.token_bytes(size) for size in sizes}
    with LocalNetwork(**options) as network:
        async with uplink.aio.Access.parse(network.access_grant).open_project() as project:
            await project.ensure_bucket("bucket")
            for key, content in data.items():
                await project.put("bucket", key, content)
                assert await project.get("bucket", key) == content
            with network.faults.nodes(0, down=True):
                assert await project.get("bucket", "100000") == data["100000"]
