"""The commands on buckets and objects."""

from __future__ import annotations

import re
import secrets

import pytest

import uplink


def keys(project, bucket):
    return sorted(item.key for item in project.list_objects(bucket, recursive=True))


def test_a_bucket_is_made_and_removed(run, access):
    name = f"test-{secrets.token_hex(8)}"
    assert run("mb", f"sj://{name}").lines == [f"Bucket {name} created."]
    again = run("mb", f"sj://{name}", expected=1).err
    assert "exists already" in again
    assert "file" not in again
    with access.open_project() as project:
        project.put(name, "key", b"")
    assert "--force" in run("rb", f"sj://{name}", expected=1).err
    assert run("rb", "--force", f"sj://{name}").lines == [f"Bucket {name} removed."]
    with access.open_project() as project, pytest.raises(uplink.errors.BucketNotFoundError):
        project.stat_bucket(name)


def test_a_bucket_with_pending_uploads(run, access):
    name = f"test-{secrets.token_hex(8)}"
    with access.open_project() as project:
        project.create_bucket(name)
        project.begin_upload(name, "movie")
    err = run("rb", f"sj://{name}", expected=1).err
    [command] = re.findall("`uplink-py (.*)`", err)
    assert "list_uploads" not in err
    run(*command.split())
    run("rb", f"sj://{name}")


@pytest.mark.parametrize("word", ["sj://", "sj://bucket/key"])
def test_a_place_that_is_no_bucket(run, word):
    assert "is no bucket" in run("mb", word, expected=2).err


class TestRm:
    @pytest.fixture(autouse=True)
    def objects(self, access, bucket):
        self.place = f"sj://{bucket}"
        self.bucket = bucket
        with access.open_project() as self.project:
            for key in ("2026/a.jpg", "2026/b.txt"):
                self.project.put(bucket, key, b"data")
            yield

    def test_objects(self, run):
        assert run("rm", f"{self.place}/small", f"{self.place}/large").lines == [
            f"removed {self.place}/small",
            f"removed {self.place}/large",
        ]
        assert keys(self.project, self.bucket) == ["2026/a.jpg", "2026/b.txt"]

    def test_an_object_that_is_missing(self, run):
        assert "there is no such object" in run("rm", f"{self.place}/none", expected=1).out

    def test_a_prefix_takes_recursive(self, run):
        assert "--recursive" in run("rm", f"{self.place}/2026/", expected=2).err
        run("rm", "-r", f"{self.place}/2026")
        assert keys(self.project, self.bucket) == ["large", "small"]

    def test_a_pattern(self, run):
        run("rm", f"{self.place}/2026/*.jpg")
        assert keys(self.project, self.bucket) == ["2026/b.txt", "large", "small"]

    def test_a_pattern_with_recursive_is_also_of_prefixes(self, run):
        run("rm", f"{self.place}/*[2l]*")
        assert keys(self.project, self.bucket) == ["2026/a.jpg", "2026/b.txt"]
        run("rm", "-r", f"{self.place}/20*")
        assert keys(self.project, self.bucket) == []

    @pytest.mark.parametrize("slash", ["", "/"])
    def test_a_prefix_with_wildcards_in_its_name_is_no_pattern(self, run, slash):
        for key in ("20[2]6/", "20[2]6/c.jpg", "20[2]6/deep/d.jpg"):
            self.project.put(self.bucket, key, b"data")
        run("rm", "-r", f"{self.place}/20[2]6{slash}")
        assert keys(self.project, self.bucket) == ["2026/a.jpg", "2026/b.txt", "large", "small"]
        run("rm", "-r", f"{self.place}/20[2]6{slash}")
        assert keys(self.project, self.bucket) == ["large", "small"]

    def test_a_dry_run_removes_nothing(self, run):
        assert len(run("rm", "-r", f"{self.place}/", "--dry-run").lines) == 4
        assert len(keys(self.project, self.bucket)) == 4

    def test_conditions(self, run):
        run("rm", "-r", self.place, "--older-than", "1h")
        assert len(keys(self.project, self.bucket)) == 4
        run("rm", f"{self.place}/small", "--larger-than", "1KB")
        run("rm", "-r", self.place, "--larger-than", "1KB")
        assert keys(self.project, self.bucket) == ["2026/a.jpg", "2026/b.txt", "small"]

    def test_a_version_takes_a_single_object(self, run):
        assert "--version" in run("rm", "--version", "00" * 16, f"{self.place}/2026/*", expected=2).err
        assert "2026/a.jpg" in keys(self.project, self.bucket)

    def test_a_condition_removes_no_version(self, run):
        self.project.set_bucket_versioning(self.bucket, True)
        for data in (b"old", b"new"):
            self.project.put(self.bucket, "small", data)
        run("rm", "--older-than", "0s", f"{self.place}/small")
        assert not self.project.exists(self.bucket, "small")

    def test_nothing_matches(self, run):
        printed = run("rm", f"{self.place}/*.gif", expected=1)
        assert printed.err == f"failed: nothing matches {self.place}/*.gif\n"

    def test_nothing_is_below_a_prefix(self, run):
        printed = run("rm", "-r", f"{self.place}/none/", expected=1)
        assert printed.err == f"failed: nothing is below {self.place}/none/\n"

    @pytest.mark.parametrize("words", [["rm"], ["cp", "to"], ["mv", "to"], ["cp", "sj://{}/to/"]])
    def test_an_object_in_place_of_a_prefix(self, run, words):
        command, *target = (word.replace("{}", self.bucket) for word in words)
        printed = run(command, "-r", f"{self.place}/small", *target, expected=1)
        object_ = f"{self.place}/small is an object, which rm, cp and mv take without --recursive"
        assert printed.err == f"failed: nothing is below {self.place}/small/; {object_}\n"

    def test_a_delete_marker(self, run):
        self.project.set_bucket_versioning(self.bucket, True)
        added = [f"added a delete marker for {self.place}/none"]
        assert run("rm", f"{self.place}/none").lines == added
        [facts] = run.objects("rm", f"{self.place}/small")
        assert (facts["status"], len(facts["delete_marker"])) == ("deleted", 32)

    def test_pending_uploads(self, run):
        for key in ("movie", "movie.old"):
            self.project.begin_upload(self.bucket, key)
        assert run("rm", "--pending", f"{self.place}/movie").lines == [f"aborted an upload of {self.place}/movie"]
        assert [upload.key for upload in self.project.list_uploads(self.bucket)] == ["movie.old"]
        assert "--recursive" in run("rm", "--pending", self.place, expected=2).err
        assert "conditions" in run("rm", "--pending", "-r", self.place, "--older-than", "1d", expected=2).err
        assert len(run.objects("rm", "--pending", "-r", self.place)) == 1
        assert list(self.project.list_uploads(self.bucket)) == []

    def test_an_access_that_may_only_delete(self, run, access):
        shared = access.share(uplink.Permission(allow_delete=True), uplink.SharePrefix(self.bucket))
        run("rm", f"{self.place}/small", "--access", shared.serialize())
        assert "small" not in keys(self.project, self.bucket)


def test_head_and_meta(run, access, bucket):
    place = f"sj://{bucket}/small"
    run("meta", "set", place, "camera=x100", "a=b=c")
    assert run.objects("meta", "get", place) == [{"camera": "x100", "a": "b=c"}]
    assert set(run("meta", "get", place).lines) == {"camera: x100", "a: b=c"}
    run("meta", "set", "--replace", place, "lens=23")
    [facts] = run.objects("head", place)
    assert (facts["key"], facts["size"], facts["metadata"]) == ("small", 4, {"lens": "23"})
    assert "metadata.lens: 23" in run("head", place).lines
    assert "name=value" in run("meta", "set", place, "camera", expected=2).err


def test_head_and_meta_of_a_pattern(run, access, bucket):
    with access.open_project() as project:
        for key in ("a1", "a2"):
            project.put(bucket, key, key.encode(), metadata={"name": key})
    assert [found["key"] for found in run.objects("head", f"sj://{bucket}/a*")] == ["a1", "a2"]
    assert run.objects("meta", "get", f"sj://{bucket}/a?") == [
        {"bucket": bucket, "key": key, "metadata": {"name": key}} for key in ("a1", "a2")
    ]
    assert run("cat", f"sj://{bucket}/a*").data == b"a1a2"
    assert run("cp", f"sj://{bucket}/a*", "-").data == b"a1a2"
    for command in (["head"], ["meta", "get"], ["cat"]):
        assert "nothing matches" in run(*command, f"sj://{bucket}/none*", expected=1).err


def test_versions(run, access):
    name = f"test-{secrets.token_hex(8)}"
    with access.open_project() as project:
        project.ensure_bucket(name)
        assert run("versions", "--enable", f"sj://{name}").lines == [f"Versioning of {name} is enabled."]
        project.put(name, "key", b"old")
        project.put(name, "key", b"newer")
        project.delete_object(name, "key")
        found = run.objects("versions", f"sj://{name}")
        assert sorted((item["kind"], item.get("size", 0), item["latest"]) for item in found) == [
            ("delete marker", 0, True),
            ("object", 3, False),
            ("object", 5, False),
        ]
        [old] = [item["version"] for item in found if item.get("size") == 3]
        assert old in run("versions", f"sj://{name}").out
        assert run.objects("head", "--version", old, f"sj://{name}/key")[0]["size"] == 3
        run("rm", "--version", old, f"sj://{name}/key")
        assert len(run.objects("versions", f"sj://{name}")) == 2
        assert run("versions", "--suspend", f"sj://{name}").lines == [f"Versioning of {name} is suspended."]
        project.delete_bucket(name, with_objects=True)
    assert "is no version" in run("head", "--version", "xyz", f"sj://{name}/key", expected=2).err
    assert "single object" in run("rm", "-r", "--version", "00", f"sj://{name}/", expected=2).err


def test_retention(run, access):
    name = f"test-{secrets.token_hex(8)}"
    run("mb", "--object-lock", f"sj://{name}")
    place = f"sj://{name}/key"
    with access.open_project() as project:
        version = project.put(name, "key", b"data").version.hex()
        run("retention", "set", place, "--until", "+30d")
        run("retention", "hold", place)
        [facts] = run.objects("retention", "get", place)
        assert (facts["mode"], facts["legal_hold"]) == ("governance", True)
        assert "forbids it" in run("rm", "--version", version, place, expected=1).out
        run("retention", "release", place)
        assert run("retention", "clear", place, expected=1).err
        run("retention", "clear", "--bypass-governance-retention", place)
        assert "legal_hold: False" in run("retention", "get", place).lines
    assert "--force" in run("rb", "--bypass-governance-retention", f"sj://{name}", expected=2).err
    run("rb", "--force", "--bypass-governance-retention", f"sj://{name}")
    assert "clear" in run("retention", "set", place, "--until", "none", expected=2).err


def test_a_dry_run_of_rb(run, access, bucket):
    assert "--force" in run("rb", "--dry-run", f"sj://{bucket}", expected=1).err
    lines = run("rb", "--dry-run", "--force", f"sj://{bucket}").lines
    assert sorted(lines) == [
        f"would remove sj://{bucket}/large",
        f"would remove sj://{bucket}/small",
        f"would remove the bucket {bucket}",
    ]
    with access.open_project() as project:
        assert project.stat_object(bucket, "small").size == 4
    assert "no such bucket" in run("rb", "--dry-run", "sj://no-such-bucket-here", expected=1).err.lower()
