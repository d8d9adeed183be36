"""Keys with any bytes. The older binding cut keys off at a NUL."""

from __future__ import annotations

from uplink_python.module_classes import ListObjectsOptions


def test_keys_of_every_byte(project, bucket, put, get):
    keys = sorted((b"a" + bytes([byte]) + b"b").decode("utf-8", "surrogateescape") for byte in range(256))
    for key in keys:
        put(key, key.encode("utf-8", "surrogateescape"))
    listed = project.list_objects(bucket, ListObjectsOptions(recursive=True))
    assert sorted(item.key for item in listed) == keys
    for key in ("a\0b", "a/b", "a\udcffb"):
        assert project.stat_object(bucket, key).key == key
        assert get(key) == key.encode("utf-8", "surrogateescape")
    at_the_top = [item.key for item in project.list_objects(bucket)]
    after = project.list_objects(bucket, ListObjectsOptions(cursor="a\0b"))
    assert [item.key for item in after] == at_the_top[at_the_top.index("a\0b") + 1 :]


def test_a_key_with_a_nul_is_no_other_key(project, bucket, put, get):
    put("report", b"new")
    put("report\0old", b"old")
    assert project.delete_object(bucket, "report\0old").key == "report\0old"
    assert [item.key for item in project.list_objects(bucket)] == ["report"]
    assert get("report") == b"new"
