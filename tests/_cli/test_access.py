"""The commands `access` and `share`."""

from __future__ import annotations

import io
import json
import stat
import sys
from urllib.request import urlopen

import pytest

import uplink


def test_accesses_are_saved_where_the_older_command_saves_them(run, access, grant, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(grant))
    assert run("access", "import", "main").err == "Saved as main.\n"
    assert uplink.Access.from_saved() == access
    run("access", "restrict", "--readonly", "--import-as", "reader", "--use")
    assert [(found["name"], found["current"]) for found in run.objects("access", "list")] == [
        ("main", False),
        ("reader", True),
    ]
    assert not uplink.Access.from_saved().inspect().allow_upload
    assert run("access", "use", "main").err == "Commands use main; but UPLINK_ACCESS is set, which comes first.\n"
    assert uplink.Access.from_saved() == access
    assert run("access", "export", "main").lines == [grant]
    run("access", "remove", "main")
    assert "reader" in run("access", "use", "main", expected=2).err
    assert "reader" in run("access", "list").out


def test_the_file_of_accesses_is_private_and_keeps_what_others_wrote(run, grant, tmp_path):
    folder = tmp_path / "folder"
    run("access", "import", "main", grant, "--config-dir", folder)
    file = folder / "access.json"
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text(json.dumps({**json.loads(file.read_text()), "other": [1]}))
    run("access", "import", "second", grant, "--config-dir", folder)
    assert json.loads(file.read_text())["other"] == [1]
    assert [path.name for path in folder.iterdir()] == ["access.json"]


def test_a_saved_access_is_not_replaced_by_mistake(run, grant):
    run("access", "import", "main", grant)
    assert "--force" in run("access", "import", "main", grant, expected=2).err
    run("access", "import", "main", grant, "--force")
    assert "no name" in run("access", "import", "a\nb", grant, expected=2).err


def test_commands_take_a_name(run, bucket, grant, monkeypatch):
    run("access", "import", "main", grant)
    monkeypatch.delenv("UPLINK_ACCESS")
    assert bucket in run("ls").out
    assert bucket in run("ls", "--access", "main").out
    monkeypatch.setenv("UPLINK_ACCESS", "main")
    assert bucket in run("ls").out
    assert "'other'" in run("ls", "--access", "other", expected=1).err


def test_there_is_no_access(run, monkeypatch):
    monkeypatch.delenv("UPLINK_ACCESS")
    assert "access import" in run("ls", expected=1).err


def test_two_variables(run, monkeypatch, tmp_path):
    monkeypatch.setenv("UPLINK_ACCESS_FILE", str(tmp_path / "grant"))
    assert "both set" in run("ls", expected=1).err


def test_a_grant_with_an_error_is_not_printed(run, grant):
    printed = run("ls", "--access", grant[:-1], expected=1)
    assert grant[:20] not in printed.err


@pytest.mark.parametrize("length", [31, 50, 100])
def test_a_part_of_a_grant_is_not_printed(run, grant, monkeypatch, length):
    part = grant[:length]
    assert part[:10] not in run("ls", "--access", part, expected=1).err
    assert part[:10] not in run("access", "import", "main", part, expected=1).err
    monkeypatch.setenv("UPLINK_ACCESS", part)
    assert f"the text of {length} characters is no grant" in run("ls", expected=1).err


def test_an_import_of_what_is_neither_a_file_nor_a_grant(run):
    printed = run("access", "import", "main", "garbage", expected=1)
    assert "'garbage' is no file, no grant, and no name of an access" in printed.err


def test_an_access_that_would_allow_nothing(run):
    printed = run("access", "restrict", "sj://photos/x", "--disallow-reads", "--disallow-lists", expected=2)
    assert "with --disallow-reads and --disallow-lists, the access would allow nothing" in printed.err


def test_an_access_has_no_wildcards(run):
    assert "sj://photos/a* is taken as it is" in run("share", "sj://photos/a*").err


def test_create(run, storj_network, monkeypatch, tmp_path):
    satellite = uplink.Access.parse(storj_network.access_grant).satellite_address
    if storj_network.local is None:
        pytest.skip("needs an API key")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{storj_network.local.api_key}\na passphrase\n"))
    run("access", "create", "--satellite-address", satellite, "--stdin", "--export-to", tmp_path / "grant")
    made = uplink.Access.from_file(tmp_path / "grant")
    assert made.satellite_address == satellite
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "grant").stat().st_mode) == 0o600


def test_inspect(run, bucket):
    grant = run(
        "access", "restrict", "--full", "--disallow-deletes", "--not-after", "+1d", f"sj://{bucket}/2026/"
    ).lines[0]
    [facts] = run.objects("access", "inspect", grant)
    assert (facts["allow_delete"], facts["allow_upload"]) == (False, True)
    assert facts["prefixes"] == [f"sj://{bucket}/2026/"]
    assert facts["not_after"] is not None
    assert f"reaches: sj://{bucket}/2026/" in run("access", "inspect", grant).lines


def test_revoke(run, access, bucket):
    grant = run("share").lines[0]
    assert "cannot revoke itself" in run("access", "revoke", access.serialize(), expected=2).err
    assert "Revoked" in run("access", "revoke", grant).err


def test_share_allows_reading_unless_told_otherwise(run, bucket):
    def allowed(*words):
        info = uplink.Access.parse(run("share", f"sj://{bucket}", *words).lines[0]).inspect()
        return info.allow_download, info.allow_list, info.allow_upload, info.allow_delete

    assert allowed() == (True, True, False, False)
    assert allowed("--disallow-lists") == (True, False, False, False)
    assert allowed("--writeonly") == (False, False, True, True)
    assert allowed("--full", "--disallow-deletes") == (True, True, True, False)


def test_links_and_credentials(run, storj_network, bucket, tmp_path):
    local = storj_network.local
    if local is None:
        pytest.skip("registers only at a local network")
    certificate = tmp_path / "certificate.pem"
    certificate.write_bytes(
        local.auth_certificate if isinstance(local.auth_certificate, bytes) else local.auth_certificate.encode()
    )
    service = ["--auth-service", local.auth_service, "--certificate", certificate]
    link = run("share", "--url", "--raw", f"sj://{bucket}/small", "--base-url", local.link_sharing, *service).lines[0]
    with urlopen(link) as response:
        assert response.read() == b"data"
    [credentials] = run.objects("share", "--register", f"sj://{bucket}", *service)
    assert set(credentials) == {"access_key_id", "secret_key", "endpoint"}
    assert "--import-as" in run("share", "--register", "--import-as", "a", *service, expected=2).err
    assert "one place" in run("share", "--url", *service, expected=2).err
    for option in ("--full", "--disallow-lists", "--register"):
        assert option in run("share", "--url", option, f"sj://{bucket}", *service, expected=2).err
    assert "--import-as" in run("share", "--url", "--import-as", "x", f"sj://{bucket}", *service, expected=2).err


def test_a_restricted_access_reads_unless_told_otherwise(run, bucket):
    grant = run("access", "restrict", "--prefix", f"sj://{bucket}/a/", "--prefix", f"sj://{bucket}/b/").lines[0]
    info = uplink.Access.parse(grant).inspect()
    assert (info.allow_download, info.allow_list, info.allow_upload, info.allow_delete) == (True, True, False, False)
    assert [prefix.prefix for prefix in info.prefixes] == ["a/", "b/"]


def test_json_of_commands_that_change_saved_accesses(run, grant, tmp_path):
    assert run.objects("access", "import", "main", grant) == [{"name": "main"}]
    assert run.objects("access", "use", "main") == [{"name": "main", "current": True}]
    assert run.objects("access", "export", "main", tmp_path / "g") == [{"name": "main", "file": str(tmp_path / "g")}]
    assert run.objects("access", "restrict", "--import-as", "other") == [{"name": "other"}]
    assert run.objects("access", "remove", "other") == [{"name": "other", "removed": True}]
    assert "no longer saved" in run("access", "remove", "main").err


def test_a_grant_of_others_does_not_change_the_terminal(run, access, bucket):
    prefix = uplink.SharePrefix(bucket, "a\x1b]0;title\x07/")
    shared = access.share(uplink.Permission.read_only(), prefix).serialize()
    assert r"a\x1b]0;title\x07/" in run("access", "inspect", shared).out
