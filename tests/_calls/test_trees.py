"""The call that copies a folder."""

from __future__ import annotations

from uplink import _ffi
from uplink._calls import trees
from uplink._calls._call import Nothing, new_operation
from uplink._calls._results import ERROR, no_value


def test_a_repeated_call_reports_its_entries_from_the_first():
    boundary = _ffi.current()
    call = trees._TreeCall(Nothing(boundary), "copy the folder", lambda *_: None, (), ERROR, no_value).watch(print)
    operation = new_operation(boundary)
    call.start(operation)
    call._reported += 5  # as `report` does
    call.start(operation)
    assert call._reported == 0
