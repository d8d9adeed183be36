"""The example runs, and a wrong `uplink` is noticed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from uplink_python import hello_storj

VARIABLES = ("UPLINK_SATELLITE", "UPLINK_API_KEY", "UPLINK_PASSPHRASE", "UPLINK_ACCESS")


@pytest.fixture
def environment(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def run(*arguments):
    command = [sys.executable, "-W", "error", "-m", "uplink_python.hello_storj", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_the_example_by_arguments(network, environment):
    done = run(
        *("--satellite", network.satellite_address),
        *("--api-key", network.api_key),
        *("--passphrase", "you'll never guess this"),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "The copy is the same as the original." in done.stdout
    assert "cannot delete: permission denied" in done.stdout
    assert network.api_key not in done.stdout


def test_the_example_by_environment(project, bucket, put, grant, environment, tmp_path):
    put("kept", b"data")
    source, destination = tmp_path / "source", tmp_path / "destination"
    source.write_bytes(os.urandom(1_000_000))
    environment.setenv("UPLINK_ACCESS", grant)
    done = run("--bucket", bucket, "--key", "a/b", "--source", str(source), "--destination", str(destination))
    assert (done.returncode, done.stderr) == (0, "")
    assert destination.read_bytes() == source.read_bytes()
    # The example did not touch the object that was there before.
    assert [item.key for item in project.list_objects(bucket)] == ["kept"]


def test_the_example_overwrites_nothing(project, bucket, put, grant, environment, capsys):
    put("kept", b"data")
    assert hello_storj.main(["--access", grant, "--bucket", bucket, "--key", "kept"]) == 1
    assert "already" in capsys.readouterr().err
    assert project.stat_object(bucket, "kept").system.content_length == 4


def test_the_example_reports_what_is_wrong(grant, environment, capsys):
    with pytest.raises(SystemExit):
        hello_storj.main([])
    assert "--access" in capsys.readouterr().err
    assert hello_storj.main(["--access", "not a grant"]) == 1
    assert "grant" in capsys.readouterr().err
    assert hello_storj.main(["--access", grant, "--bucket", "No Name"]) == 1
    assert "invalid bucket name" in capsys.readouterr().err


def test_another_distribution_named_uplink_is_noticed(tmp_path):
    (tmp_path / "uplink.py").write_text("class Consumer: ...\n")
    command = [sys.executable, "-c", "import uplink_python.uplink"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
    assert done.returncode == 1
    error = done.stderr.splitlines()[-1]
    assert error.startswith("ImportError")
    assert str(tmp_path / "uplink.py") in error
    assert "uplink-cffi" in error
