"""How a filesystem gets its access, and where it keeps it: never where it can be read."""

from __future__ import annotations

import asyncio
import copy
import functools
import json
import multiprocessing
import os
import pickle
import traceback

import fsspec
import pytest
from fsspec.config import conf

import uplink
from uplink.errors import ClosedError, InvalidAccessError, InvalidArgumentError
from uplink.fsspec import UplinkFileSystem


@pytest.fixture
def other(access):
    """Another access to the same satellite."""
    return access.share(uplink.Permission.read_only())


@pytest.fixture
def saved(grant, tmp_path, monkeypatch):
    """The folder where the command `uplink` keeps accesses."""
    monkeypatch.setattr("uplink._saved.config_folder", lambda: tmp_path)
    (tmp_path / "access.json").write_text(json.dumps({"default": "main", "accesses": {"main": grant}}))


def test_filesystems_are_cached_by_access(access, grant, other):
    fs = UplinkFileSystem(access)
    assert UplinkFileSystem(grant) is UplinkFileSystem(access=uplink.aio.Access.parse(grant)) is fs
    assert UplinkFileSystem(other) is not fs
    assert UplinkFileSystem(other) != fs
    assert UplinkFileSystem(access, config=uplink.Config(user_agent="other")) is not fs
    assert UplinkFileSystem(access, config=uplink.Config()) is fs
    assert UplinkFileSystem(access, skip_instance_cache=True) is not fs
    assert (UplinkFileSystem(other).fsid, len(fs.fsid)) != (fs.fsid, 0)


def test_filesystems_of_one_access_share_connections(access, grant, other, bucket):
    fs = UplinkFileSystem(access)
    same = UplinkFileSystem(grant, listings_expiry_time=60)
    assert same is not fs
    fs.ls(bucket)
    before = same.project.stats().requests
    assert before > 0
    same.ls(bucket)
    assert fs.project.stats().requests > before
    others = [UplinkFileSystem(other), UplinkFileSystem(access, config={"user_agent": "other"})]
    assert [fs.project.stats().requests for fs in others] == [0, 0]
    same._twins.close()
    assert fs.ls(bucket) == []
    assert fs.project.stats().requests > before


@pytest.mark.parametrize("kind", ["plain", "awaited"])
def test_the_close_of_a_project_cancels_nothing_of_other_filesystems(access, bucket, kind):
    fs = UplinkFileSystem(access)
    same = UplinkFileSystem(access, listings_expiry_time=60)
    with fs.open(f"{bucket}/key", "wb") as file:
        file.write(bytes(100_000))
        assert not same.exists(f"{bucket}/key")
        if kind == "plain":
            same._twins.plain.close()
        else:
            asyncio.run(same.project.close())
    assert fs.size(f"{bucket}/key") == 100_000
    with pytest.raises(ClosedError):
        same.open(f"{bucket}/key") if kind == "plain" else same.ls(bucket)


def test_every_way_to_name_an_access_finds_the_same_filesystem(access, grant, tmp_path, monkeypatch, saved):
    (tmp_path / "grant").write_text(grant)
    fs = UplinkFileSystem(access)
    assert UplinkFileSystem(access_file=tmp_path / "grant") is fs
    assert UplinkFileSystem(access_name="main") is fs
    monkeypatch.setenv("UPLINK_ACCESS", grant)
    assert fsspec.filesystem("sj") is fs
    monkeypatch.delenv("UPLINK_ACCESS")
    monkeypatch.setenv("UPLINK_ACCESS_FILE", str(tmp_path / "grant"))
    assert fsspec.filesystem("storj") is fs


def test_the_configuration_of_fsspec_may_name_an_access(access, grant, other, monkeypatch, tmp_path):
    monkeypatch.setitem(conf, "sj", {"access": grant})
    assert fsspec.filesystem("sj") is UplinkFileSystem(access)
    assert UplinkFileSystem(other) is not UplinkFileSystem(access)
    (tmp_path / "grant").write_text(grant)
    monkeypatch.setitem(conf, "sj", {"access_file": str(tmp_path / "grant"), "config": {"user_agent": "configured"}})
    assert fsspec.filesystem("sj")._config.user_agent == "configured"


def test_options_that_cannot_be_right(access, grant, monkeypatch, tmp_path):
    monkeypatch.delenv("UPLINK_ACCESS", raising=False)
    with pytest.raises(InvalidAccessError, match="access_file"):
        UplinkFileSystem()
    with pytest.raises(InvalidArgumentError, match="exclude"):
        UplinkFileSystem(access, access_name="main")
    with pytest.raises(InvalidAccessError):
        UplinkFileSystem("no grant")
    with pytest.raises(InvalidAccessError):
        UplinkFileSystem(access_file=tmp_path / "nothing")
    with pytest.raises(TypeError, match="acess"):
        UplinkFileSystem(access, acess_file="typo")
    for option in ({"access": 1}, {"access_name": 1}, {"access": access, "config": 1}):
        with pytest.raises(TypeError):
            UplinkFileSystem(**option)
    with pytest.raises(TypeError):
        UplinkFileSystem(access, config={"no_such": 1})


def test_a_mapping_configures_a_filesystem(access):
    mapping = {"user_agent": "mapped", "retry": {"attempts": 1}}
    fs = UplinkFileSystem(access, config=mapping)
    assert fs._config == uplink.Config(user_agent="mapped", retry=uplink.Retry(attempts=1))
    assert UplinkFileSystem.from_json(fs.to_json()) is fs
    assert json.loads(fs.to_json())["config"] == mapping


@pytest.mark.parametrize("options", [{"listings_expiry_time": 600}, {"use_listings_cache": True}])
def test_what_a_listing_found_is_kept_if_asked_for(access, bucket, options):
    fs = UplinkFileSystem(access, **options)
    paths = [f"{bucket}/{number}" for number in range(3)]
    fs.pipe(dict.fromkeys(paths, b"data"))
    sums = [UplinkFileSystem(access).checksum(path) for path in paths]
    assert fs.glob(f"{bucket}/*") == paths
    before = fs.project.stats().requests
    assert [fs.checksum(path) for path in paths] == sums
    assert fs.sizes(paths) == [4, 4, 4]
    assert fs.project.stats().requests == before
    fs.info(paths[0])["size"] = 5
    assert fs.size(paths[0]) == 4
    assert not fs.exists(f"{bucket}/nothing")


def test_what_was_kept_is_forgotten_after_a_change(access, bucket, tmp_path):
    fs = UplinkFileSystem(access, listings_expiry_time=600)
    path = f"{bucket}/key"
    (tmp_path / "file").write_bytes(b"1234567")

    def write():
        with fs.open(path, "wb") as file:
            file.write(b"123456")

    fs.pipe({path: b"", f"{bucket}/other": b"1234"})
    for changed, size, change in [
        (path, 5, lambda: fs.pipe(path, b"12345")),
        (path, 6, write),
        (path, 7, lambda: fs.put(str(tmp_path / "file"), path)),
        (path, 4, lambda: fs.cp(f"{bucket}/other", path)),
        (f"{bucket}/moved", 4, lambda: fs.mv(path, f"{bucket}/moved")),
    ]:
        assert fs.ls(bucket)
        change()
        assert fs.size(changed) == size
    assert not fs.exists(path)
    fs.ls(bucket)
    fs.rm(f"{bucket}/moved")
    assert not fs.exists(f"{bucket}/moved")
    fs.ls(bucket)
    UplinkFileSystem(access).pipe(f"{bucket}/other", b"by another filesystem")
    assert fs.size(f"{bucket}/other") == 4
    fs.invalidate_cache()
    assert fs.size(f"{bucket}/other") == 21


@pytest.mark.parametrize("listing", ["find", "ls"])
def test_a_listing_that_began_before_a_change_is_not_kept(access, bucket, listing):
    fs = UplinkFileSystem(access, asynchronous=True, use_listings_cache=True)

    async def change_during_a_listing():
        await fs._pipe_file(f"{bucket}/key", b"data")
        name = {"find": "_find_below", "ls": "_ls_place"}[listing]
        listed = getattr(fs, name)

        async def listed_then_changed(*arguments, **options):
            found = await listed(*arguments, **options)
            await fs._pipe_file(f"{bucket}/key", b"longer data")
            return found

        setattr(fs, name, listed_then_changed)
        await getattr(fs, f"_{listing}")(bucket)
        return (await fs._info(f"{bucket}/key"))["size"]

    assert asyncio.run(change_during_a_listing()) == 11


def test_what_was_kept_is_not_what_the_caller_got(access, bucket):
    fs = UplinkFileSystem(access, use_listings_cache=True)
    fs.pipe(f"{bucket}/key", b"data")
    for entry in (*fs.ls(bucket, detail=True), *fs.find(bucket, detail=True).values()):
        entry["size"] = 5
    assert fs.size(f"{bucket}/key") == 4


@pytest.mark.parametrize("options", [{}, {"listings_expiry_time": 0}, {"use_listings_cache": False}])
def test_nothing_is_kept_by_default(access, bucket, options):
    fs = UplinkFileSystem(access, **options)
    fs.pipe(f"{bucket}/key", b"data")
    assert fs.ls(bucket)
    UplinkFileSystem(access, config={"user_agent": "other"}).pipe(f"{bucket}/key", b"longer data")
    assert fs.size(f"{bucket}/key") == 11


def shown(fs):
    """Return all texts that show a filesystem and its options."""
    return "".join(
        (
            repr(fs),
            str(fs),
            repr(fs.storage_options),
            repr(fs.storage_args),
            str(fs._fs_token),
            fs.to_json(),
            fs.fsid,
            repr(fs.to_dict()),
            repr(vars(fs)),
        )
    )


def test_no_text_shows_the_grant(grant):
    fs = UplinkFileSystem(grant, skip_instance_cache=True)
    assert grant not in shown(fs)
    fs._twins.close()


def test_no_traceback_shows_the_grant(grant):
    broken = f"{grant[:-5]}00000"
    with pytest.raises(InvalidAccessError) as caught:
        UplinkFileSystem(broken)
    ours = [
        frame
        for frame in traceback.TracebackException.from_exception(caught.value, capture_locals=True).stack
        if f"uplink{os.sep}_fsspec" in frame.filename or f"uplink{os.sep}_access" in frame.filename
    ]
    assert ours
    assert not [frame for frame in ours for text in (frame.locals or {}).values() if broken in text]


def test_json_finds_the_access_in_this_process_and_in_no_other(access, fs, python):
    text = fs.to_json()
    assert UplinkFileSystem.from_json(text) is fs
    assert fsspec.AbstractFileSystem.from_json(text) is fs
    program = """
import sys, fsspec
try:
    fsspec.AbstractFileSystem.from_json(sys.argv[1])
except ValueError as error:
    print(type(error).__name__)
"""
    assert python(program, text) == "InvalidAccessError\n"


def test_json_names_where_the_access_comes_from(access, grant, tmp_path, monkeypatch, saved):
    (tmp_path / "grant").write_text(grant)
    by_file = UplinkFileSystem(access_file=tmp_path / "grant", skip_instance_cache=True)
    assert json.loads(by_file.to_json())["access_file"] == str(tmp_path / "grant")
    by_name = UplinkFileSystem(access_name="main", skip_instance_cache=True)
    assert json.loads(by_name.to_json())["access_name"] == "main"
    monkeypatch.setenv("UPLINK_ACCESS", grant)
    by_variable = UplinkFileSystem(skip_instance_cache=True)
    assert not [key for key in json.loads(by_variable.to_json()) if key.startswith("access")]
    for fs in (by_file, by_name, by_variable):
        assert UplinkFileSystem.from_json(fs.to_json()) is UplinkFileSystem(access)
        assert grant.encode() not in pickle.dumps(fs)
        assert pickle.loads(pickle.dumps(fs)) is UplinkFileSystem(access)


def test_a_pickle_has_an_access_that_was_given(access, grant, python, bucket):
    fs = UplinkFileSystem(access)
    fs.pipe(f"{bucket}/key", b"data")
    assert pickle.loads(pickle.dumps(fs)) is fs
    assert copy.copy(fs) is fs
    program = """
import pickle, sys
fs = pickle.loads(bytes.fromhex(sys.argv[1]))
print(fs.cat(sys.argv[2]))
"""
    assert python(program, pickle.dumps(fs).hex(), f"{bucket}/key") == "b'data'\n"


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


def cat(fs, path):
    return fs.cat(path)


FORKS_IN_C = """
import ctypes, os, signal, sys, time
from uplink.fsspec import UplinkFileSystem

grant, key = sys.argv[1:]
fs = UplinkFileSystem(grant)
fs.pipe(key, b"data")
time.sleep(0.5)
child = ctypes.PyDLL(None).fork()
if child == 0:
    # The first filesystem is the parent's, and the second one is new.
    found = fs.cat(key) + UplinkFileSystem(grant, config={"user_agent": "child/1"}).cat(key)
    os._exit(0 if found == b"datadata" else 1)
deadline = time.monotonic() + 60
while not (ended := os.waitpid(child, os.WNOHANG))[0] and time.monotonic() < deadline:
    time.sleep(0.02)
if not ended[0]:
    os.kill(child, signal.SIGKILL)
print(ended == (child, 0), fs.cat(key) == b"data")
"""


@needs_fork
def test_a_child_that_was_forked_in_c(grant, bucket, python):
    """uWSGI forks so: none of Python's hooks runs.

    The GIL of the child hangs if another thread waited for the GIL at the fork. The thread of fsspec's loop does until
    shortly after a call, so the program sleeps, and is a process of its own.
    """
    assert python(FORKS_IN_C, grant, f"{bucket}/a") == "True True\n"


@needs_fork
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_uses_the_filesystem_of_its_parent(fs, bucket):
    fs.pipe(f"{bucket}/key", b"data")
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(functools.partial(cat, fs), [f"{bucket}/key"] * 4) == [b"data"] * 4
    child = os.fork()
    if child == 0:
        same = fs.cat(f"{bucket}/key") == b"data" and fs.find(bucket) == [f"{bucket}/key"]
        os._exit(0 if same else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert fs.cat(f"{bucket}/key") == b"data"


def test_the_end_of_a_process_warns_of_nothing(grant, python):
    program = """
import fsspec
fs = fsspec.filesystem("sj", access=__import__("os").environ["UPLINK_ACCESS"])
print(type(fs.ls("")).__name__)
"""
    assert python(program, UPLINK_ACCESS=grant, PYTHONWARNINGS="error") == "list\n"


def test_a_filesystem_that_is_dropped_closes_its_connections(access, recwarn):
    fs = UplinkFileSystem(access, skip_instance_cache=True)
    fs.ls("")
    del fs  # `nothing_left` collects it, and finds no handle
