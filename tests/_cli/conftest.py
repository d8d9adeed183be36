"""A command line that runs in this process."""

from __future__ import annotations

import json
import types

import pytest

from uplink._cli import main


@pytest.fixture
def run(grant, monkeypatch, capsysbinary, tmp_path):
    """A function that runs a command on the network of the session, and returns its status, output and errors.

    Attributes of the function: `objects` runs a command with `--json` and returns its objects.
    """
    monkeypatch.setenv("UPLINK_ACCESS", grant)
    monkeypatch.delenv("UPLINK_ACCESS_FILE", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("APPDATA", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def call(*words, expected=0):
        capsysbinary.readouterr()
        try:
            status = main([str(word) for word in words], program="uplink-py")
        except SystemExit as exit_:
            status = exit_.code
        out, err = capsysbinary.readouterr()
        printed = types.SimpleNamespace(
            data=out,
            out=out.decode(errors="replace"),
            err=err.decode(),
            lines=out.decode(errors="replace").splitlines(),
        )
        assert status == expected, printed
        return printed

    def objects(*words):
        return [json.loads(line) for line in call(*words, "--json").lines]

    call.objects = objects
    return call


@pytest.fixture
def project(access):
    with access.open_project() as project:
        yield project
