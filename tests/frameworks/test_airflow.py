"""The provider of Airflow, without Airflow."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from types import ModuleType, SimpleNamespace

import pytest

from uplink import airflow, errors


@pytest.fixture
def connections(monkeypatch):
    """The connections of Airflow, which stand for its module."""
    found: dict[str, str | None] = {}
    module = ModuleType("airflow.sdk")
    module.BaseHook = SimpleNamespace(get_connection=lambda name: SimpleNamespace(password=found[name]))
    monkeypatch.setitem(sys.modules, "airflow", ModuleType("airflow"))
    monkeypatch.setitem(sys.modules, "airflow.sdk", module)
    return found


def test_airflow_finds_the_provider():
    [found] = [entry for entry in entry_points(group="apache_airflow_provider") if entry.dist.name == "uplink-cffi"]
    info = found.load()()
    assert info["package-name"] == "uplink-cffi"
    assert info["filesystems"] == [airflow.__name__]
    assert airflow.schemes == ["sj", "storj"]


def test_a_connection_has_the_grant(connections, access, grant, storj_bucket):
    connections["storj"] = grant
    fs = airflow.get_fs("storj", {"config": {"user_agent": "my-dag/1.0"}})
    fs.pipe(f"{storj_bucket}/a", b"data")
    hashing = airflow.get_fs("storj", {"checksum": "sha256"})
    hashing.pipe(f"{storj_bucket}/b", b"data")
    assert hashing.cat_file(f"{storj_bucket}/b", verify=True) == b"data"
    assert airflow.get_fs(None, {"access": access}).cat(f"{storj_bucket}/a") == b"data"


def test_the_access_of_the_environment(grant, storj_bucket, monkeypatch):
    monkeypatch.setenv("UPLINK_ACCESS", grant)
    assert airflow.get_fs(None).ls(storj_bucket) == []


def test_wrong_connections_are_refused(connections, access):
    connections.update(empty=None, wrong="wrong")
    for name in connections:
        with pytest.raises(errors.InvalidAccessError):
            airflow.get_fs(name)
    with pytest.raises(errors.InvalidArgumentError, match="exclude each other"):
        airflow.get_fs("empty", {"access": access})
