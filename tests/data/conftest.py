"""The event loop of zarr."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture(autouse=True)
def no_loop_of_zarr(nothing_left):
    """End the event loop that zarr keeps until the process ends, with what the package has for this loop."""
    yield
    if "zarr" in sys.modules:
        from zarr.core import sync

        sync.cleanup_resources()
