"""Handles that are freed twice, in any order, from any thread, and while calls use them, end no process."""

from __future__ import annotations

import concurrent.futures
import random

import hypothesis
from hypothesis import given
from hypothesis import strategies as st

from uplink import _ffi

INVALID_HANDLE = 4
FEW = hypothesis.settings(max_examples=max(hypothesis.settings().max_examples // 8, 5))


class Handles:
    """One handle of each kind, in memory of the test.

    Attributes:
        all: The handles as `UplinkHandle *`, by their kinds; a project and what belongs to it among them.
    """

    def __init__(self, grant, bucket):
        boundary = _ffi.current()
        self.ffi, self.lib = boundary.ffi, boundary.lib
        self.all = {}
        bucket, null = bucket.encode(), self.ffi.NULL
        access = self._adopt("access", self.lib.uplink_parse_access(grant.encode()).access)
        self._adopt("key", self.lib.uplink_derive_encryption_key(b"passphrase", null, 0).encryption_key)
        project = self._adopt("project", self.lib.uplink_open_project(access).project)
        self._adopt("upload", self.lib.uplink_upload_object(project, bucket, b"new", null).upload)
        self._adopt("download", self.lib.uplink_download_object(project, bucket, b"large", null).download)
        self._adopt("objects", self.lib.uplink_list_objects(project, bucket, null))
        self._adopt("buckets", self.lib.uplink_list_buckets(project, null))
        self._adopt("uploads", self.lib.uplink_list_uploads(project, bucket, null))

    def _adopt(self, kind, pointer):
        """Move a handle into memory of the test, and return it as a pointer of its own type."""
        assert pointer
        source = self.ffi.new(f"{self.ffi.typeof(pointer).cname}*", pointer)
        self.all[kind] = self.ffi.new("UplinkHandle *")
        self.lib.uplink_handle_adopt(self.all[kind], self.ffi.cast("UplinkHandle **", source))
        assert not source[0]
        return self.ffi.cast(self.ffi.typeof(pointer), self.all[kind])

    def use(self, kind):
        """Make a call that uses a handle, and return the number of its error, or 0."""
        ffi, lib = self.ffi, self.lib
        handle, memory = ffi.cast("void *", self.all[kind]), ffi.new("char[]", 1000)
        if kind == "access":
            result, free = lib.uplink_access_serialize(handle), lib.uplink_free_string_result
        elif kind == "project":
            result, free = lib.uplink_stat_bucket(handle, b"no-such-bucket"), lib.uplink_free_bucket_result
        elif kind == "upload":
            result, free = lib.uplink_upload_write(handle, memory, 1000), lib.uplink_free_write_result
        elif kind == "download":
            result, free = lib.uplink_download_read(handle, memory, 1000), lib.uplink_free_read_result
        elif kind in {"objects", "buckets", "uploads"}:
            iterator = kind.removesuffix("s")
            getattr(lib, f"uplink_{iterator}_iterator_next")(handle)
            error = getattr(lib, f"uplink_{iterator}_iterator_err")(handle)
            number = error.code if error else 0
            lib.uplink_free_error(error)
            return number
        else:
            return INVALID_HANDLE
        number = result.error.code if result.error else 0
        free(result)
        return number

    def free(self, kind):
        self.lib.uplink_handle_release(self.all[kind])


KINDS = ["access", "key", "project", "upload", "download", "objects", "buckets", "uploads"]


@FEW
@given(order=st.permutations(KINDS * 2))
def test_handles_freed_twice_in_any_order(grant, bucket, order):
    handles = Handles(grant, bucket)
    assert list(handles.all) == KINDS
    freed = set()
    for kind in order:
        if kind in freed:
            assert handles.use(kind) == INVALID_HANDLE
        handles.free(kind)
        freed.add(kind)
        # What belongs to a project that was freed fails, or has what was read before.
        handles.use(kind)


@FEW
@given(seed=st.integers(0, 2**32))
def test_handles_freed_by_many_threads_while_others_use_them(grant, bucket, seed):
    handles = Handles(grant, bucket)

    def work(number):
        chance = random.Random(seed + number)
        for kind in chance.sample(KINDS, len(KINDS)):
            for _ in range(chance.randrange(3)):
                handles.use(kind)
            handles.free(kind)

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
    assert {handles.use(kind) for kind in KINDS} == {INVALID_HANDLE}


@FEW
@given(steps=st.lists(st.sampled_from(["wait", "cancel", "take", "detach"]), min_size=1, max_size=8))
def test_operations_ended_in_any_order(grant, bucket, steps):
    handles = Handles(grant, bucket)
    ffi, lib = handles.ffi, handles.lib
    operations = [ffi.new("UplinkOperation *") for _ in range(8)]
    for operation in operations:
        lib.uplink_start_stat_object(
            operation, ffi.cast("void *", handles.all["project"]), bucket.encode(), b"small", 5, ffi.NULL
        )

    def work(number):
        # Two threads for each operation. Each has its own copy of the number of the operation.
        copy = ffi.new("UplinkOperation *", operations[number % 8][0])
        result = ffi.new("UplinkRecordResult *")
        taken = 0
        for step in (*steps, "detach"):
            if step == "wait":
                lib.uplink_operation_wait(copy, 1000)
            elif step == "cancel":
                lib.uplink_operation_cancel(copy)
            elif step == "take":
                lib.uplink_operation_take_record(copy, result)
                taken += bool(result.record)
                lib.uplink_free_record_result(result[0])
            else:
                lib.uplink_operation_detach(copy)
        return taken

    with concurrent.futures.ThreadPoolExecutor(16) as threads:
        taken = list(threads.map(work, range(16)))
    assert all(taken[number] + taken[number + 8] <= 1 for number in range(8))
    for kind in KINDS:
        handles.free(kind)
