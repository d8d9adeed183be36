# Generated from tests/aio/test_messages.py by tools/generate_sync.py; change that instead.
"""What the messages of errors name, and which arguments are refused before anything is sent."""

from __future__ import annotations

import pickle
import re
from datetime import datetime, timedelta, timezone

import pytest

import uplink
from uplink import edge, errors

PLAIN = uplink.Permission(allow_download=True, allow_upload=True, allow_list=True, allow_delete=True)
RETENTION = uplink.Retention("governance", datetime.now(timezone.utc) + timedelta(days=1))


@pytest.fixture
def locked(project, bucket):
    name = f"{bucket}-locked"
    project.create_bucket(name, object_lock_enabled=True)
    yield name
    project.delete_bucket(name, with_objects=True, bypass_governance_retention=True)


@pytest.mark.parametrize("allowed", [PLAIN, uplink.Permission(allow_download=True, allow_upload=True)])
@pytest.mark.parametrize(
    ("locks", "verb"),
    [({"retention": RETENTION}, "put object retention"), ({"legal_hold": True}, "put object legal hold")],
)
def test_permissions_for_locks_are_named(access, project, locked, allowed, locks, verb):
    project.put(locked, "source", b"data")

    def stream(data):
        with writer.upload_object(locked, "key", **locks) as upload:
            upload.write(data)

    with uplink.open_project(access.share(allowed)) as writer:
        for call in (
            lambda: writer.put(locked, "key", b"data", **locks),
            lambda: writer.put(locked, "key", bytes(300_000), **locks),
            lambda: writer.put(locked, "key", iter([b"data"]), **locks),
            lambda: writer.begin_upload(locked, "key", **locks),
            lambda: writer.copy_object(locked, "source", locked, "key", **locks),
            lambda: stream(b"data"),
            lambda: stream(bytes(1_000_000)),
        ):
            with pytest.raises(errors.PermissionDeniedError, match=f"does not allow to {verb}") as caught:
                call()
            assert (caught.value.bucket, caught.value.key) == (locked, "key")
        assert "retention" not in str(refused(lambda: writer.put("no-such-bucket-at-all", "key", b"")))


def refused(call):
    """Return the error that the call raises."""
    with pytest.raises(errors.UplinkError) as caught:
        call()
    return caught.value


def test_locked_objects_of_a_bucket_to_delete(access, project, locked):
    project.put(locked, "key", b"data", retention=RETENTION)
    error = refused(lambda: project.delete_bucket(locked, with_objects=True))
    assert "bypass_governance_retention=True; perhaps the access was revoked" in str(error)
    with uplink.open_project(access.share(PLAIN)) as limited:
        error = refused(lambda: limited.delete_bucket(locked, with_objects=True, bypass_governance_retention=True))
        assert "does not allow to bypass governance retention" in str(error)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("UPPER", "only lower-case letters"),
        ("with space", "only lower-case letters"),
        ("a_b", "only lower-case letters"),
        ("a..b", "begins and ends with a letter"),
        ("a.-b", "begins and ends with a letter"),
        ("abc-", "begins and ends with a letter"),
        ("192.168.1.1", "no IP address"),
        ("ab", "3 to 63"),
        ("a" * 64, "3 to 63"),
    ],
)
def test_the_rule_that_a_name_breaks(project, name, rule):
    for call in (
        lambda: project.create_bucket(name),
        lambda: project.put(name, "key", b"data"),
        lambda: project.get(name, "key"),
        lambda: project.stat_object(name, "key"),
    ):
        error = refused(call)
        # Satellites do not say of every call that the bucket is missing.
        assert isinstance(error, errors.ObjectNotFoundError) or rule in str(error)


def test_a_valid_name_breaks_no_rule(project):
    for name in ("no-such-bucket", "1.2.3", "a--b", "xn--abc"):
        assert "name" not in str(refused(lambda name=name: project.put(name, "key", b"data")))


def test_a_refused_tag_is_named(project, bucket):
    error = refused(lambda: project.set_bucket_tagging(bucket, {"good": "x", "bad": "\x01"}))
    assert isinstance(error, errors.TagsInvalidError)
    assert "'bad'" in str(error)
    error = refused(lambda: project.set_bucket_tagging(bucket, {"good": "x", "long": "v" * 300}))
    assert '"long"' in str(error)
    assert "'good'" not in str(error)


def test_versions_that_no_satellite_makes(project, bucket):
    project.put(bucket, "key", b"data")
    for version in (b"\0" * 16, b"short"):
        for call in (project.get, project.stat_object, project.delete_object):
            error = refused(lambda call=call, version=version: call(bucket, "key", version=version))
            assert isinstance(error, errors.VersionInvalidError)
            assert "takes the version of a record" in str(error)


def test_an_access_cannot_revoke_itself(access, project):
    error = refused(lambda: project.revoke_access(access))
    assert isinstance(error, errors.PermissionDeniedError)
    assert "not itself" in str(error)


def test_long_keys_are_shortened(project, bucket, access):
    key = "first" + "k" * 5000 + "last"
    error = refused(lambda: project.stat_object(bucket, key))
    assert error.key == key
    assert len(str(error)) < 500
    assert re.search(r"first.*characters.*last", str(error))
    assert pickle.loads(pickle.dumps(error)).key == key
    assert len(repr(project.resume_upload(bucket, key, "1" * 60))) < 500
    with uplink.open_project(access.share(PLAIN, uplink.SharePrefix(bucket, "a/"))) as limited:
        error = refused(lambda: limited.stat_object(bucket, key))
        assert isinstance(error, errors.PermissionDeniedError)
        assert len(str(error)) < 900
    with project.upload_object(bucket, key) as upload:
        assert len(repr(upload)) < 500
        upload.abort()


def test_a_part_is_no_object(project, bucket):
    pending = project.begin_upload(bucket, "key")
    for data in ("text", 7, ["text"]):
        with pytest.raises(TypeError, match="a part takes"):
            pending.upload_part(1, data)
    with pending.open_part(1) as part:
        with pytest.raises(TypeError, match="a part takes"):
            part.write("text")
        part.abort()
    pending.abort()
    with pytest.raises(AttributeError, match="no context manager: call its commit or its abort"):
        with pending:
            pass


def test_arguments_are_checked(project, bucket):
    pending = project.resume_upload(bucket, "key", "id")
    for call in (
        lambda: pending.upload_part(True, b""),
        lambda: pending.parts(after=False),
        lambda: pending.parts(limit=True),
        lambda: project.get(bucket, "key", offset=True),
        lambda: project.get(bucket, "key", length=True),
        lambda: project.list_objects(bucket, limit=True),
    ):
        with pytest.raises(TypeError, match=r"takes a whole number, not (True|False)"):
            call()
    for call in (
        lambda: project.put(bucket, "key", b"", content_type=""),
        lambda: project.begin_upload(bucket, "key", content_type=""),
        lambda: pending.commit(content_type=""),
    ):
        with pytest.raises(errors.InvalidArgumentError, match="content_type is empty"):
            call()


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"access_key_id": ""}, "access_key_id is empty"),
        ({"key": "key"}, "the key needs its bucket"),
    ],
)
def test_links_name_what_is_missing(arguments, name):
    with pytest.raises(errors.InvalidArgumentError, match=name):
        edge.join_share_url(**{"access_key_id": "id", **arguments})


def test_a_closed_project_deletes_nothing(access, bucket):
    closed = uplink.open_project(access)
    closed.close()
    with pytest.raises(errors.ClosedError):
        closed.delete_objects(bucket, [])


def test_results_are_part_of_a_pickle(project, bucket):
    error = refused(lambda: project.delete_objects(bucket, [*map(str, range(1000)), "k" * 5000]))
    assert [deletion.status for deletion in error.results] == ["missing"] * 1000
    again = pickle.loads(pickle.dumps(error))
    assert again.results == error.results
    assert again.args == error.args


def test_a_range_after_the_end_names_the_size(project, bucket):
    project.put(bucket, "key", b"meow")
    message = "the object has 4 bytes, which end before the offset 10"
    for call in (
        lambda: project.get(bucket, "key", offset=10),
        lambda: project.get(bucket, "key", offset=10, length=2),
        lambda: project.get(bucket, "key", offset=10, into=bytearray(4)),
        lambda: project.get_ranges(bucket, "key", [(10, 2)]),
        lambda: project.get_ranges(bucket, "key", [(10, None)]),
    ):
        with pytest.raises(errors.RangeInvalidError) as caught:
            call()
        assert caught.value.message == message
