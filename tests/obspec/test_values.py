"""Stores of obspec and their exceptions as values: pickles, forks, the end of a process."""

from __future__ import annotations

import gc
import inspect
import os
import pickle

import obspec
import pytest
from obspec import exceptions

from uplink import errors
from uplink.obspec import Store

DATA = bytes(range(256)) * 8192  # 2 MiB, more than a chunk


def test_every_exception_of_obspec_has_its_class():
    import uplink.obspec as module

    wanted = {
        name
        for name, value in vars(exceptions).items()
        if inspect.isclass(value) and issubclass(value, exceptions.BaseError) and name != "BaseError"
    }
    assert wanted <= set(module.__all__)
    for name in wanted:
        kind = getattr(module, name)
        assert issubclass(kind, getattr(exceptions, name))
        assert issubclass(kind, errors.UplinkError)
        error = kind("message", bucket="photos", key="cat.jpg")
        assert isinstance(exceptions.map_exception(error), getattr(exceptions, name))
        assert pickle.loads(pickle.dumps(error)).key == "cat.jpg"


def test_a_result_that_is_not_read_leaves_nothing(store):
    store.put("large", DATA)
    result = store.get("large")
    del result
    gc.collect()  # a ResourceWarning would be an error


def test_a_store_is_a_value(access, store, grant):
    twin = pickle.loads(pickle.dumps(store))
    assert twin == store
    assert hash(twin) == hash(store)
    assert twin != Store(access, store.bucket, "other")
    store.put("key", b"data")
    assert twin.get("key").buffer() == b"data"
    assert grant not in repr(store)
    twin._twins.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_uses_the_store_of_its_parent(store):
    store.put("key", DATA)
    under_way = store.get("key")
    child = os.fork()
    if child == 0:
        os._exit(0 if store.get("key").buffer() == DATA else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert under_way.buffer() == DATA


def test_stores_that_cannot_be_right(access, bucket):
    with pytest.raises(errors.BucketNameInvalidError):
        Store(access, "")
    for arguments in ((1, bucket), (access, 1), (access, bucket, 1)):
        with pytest.raises(TypeError):
            Store(*arguments)


def test_the_end_of_a_process_warns_of_nothing(grant, python, store):
    program = f"""
import uplink
from uplink.obspec import Store
store = Store(uplink.Access.from_env(), {store.bucket!r})
print([*store.list()], type(store.put("key", b"data")).__name__)
"""
    assert python(program, UPLINK_ACCESS=grant, PYTHONWARNINGS="error") == "[] dict\n"


def test_code_for_any_store_takes_a_store(store):
    def copy_all(source: obspec.List | obspec.Get, target: obspec.Put) -> int:
        count = 0
        for page in source.list():
            for meta in page:
                target.put(f"copy/{meta['path']}", source.get(meta["path"]))
                count += 1
        return count

    store.put("a", b"1")
    assert copy_all(store, store) == 1
    assert bytes(store.get("copy/a").buffer()) == b"1"
