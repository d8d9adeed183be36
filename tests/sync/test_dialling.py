# Generated from tests/aio/test_dialling.py by tools/generate_sync.py; change that instead.
"""What is stored and read in each way in which nodes can be dialled."""

from __future__ import annotations

import secrets

import pytest

import uplink
from uplink_localnet import LocalNetwork

SEGMENT = 64 * 1024 * 1024


@pytest.mark.parametrize(
    "options",
    [{}, {"noise": False}, {"fast_open": False}, {"noise": False, "fast_open": False, "debounce": False}],
    ids=["as real nodes", "TLS", "dialled once", "plain"],
)
def test_objects_of_all_kinds(options):
    # An inline object, one in a segment, one in two.
    data = {f"{size}": secrets.token_bytes(size) for size in (1000, 100_000, SEGMENT + 1)}
    with LocalNetwork(**options) as network:
        with uplink.Access.parse(network.access_grant).open_project() as project:
            project.ensure_bucket("bucket")
            for key, content in data.items():
                project.put("bucket", key, content)
                assert project.get("bucket", key) == content
            with network.faults.nodes(0, down=True):
                assert project.get("bucket", "100000") == data["100000"]
