"""Trees against a model: names and bytes in two dictionaries, one for the folder and one for the bucket."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uplink import errors

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems do not allow all of these names")

# Names of folders and of files never meet, so no path is below a file.
FOLDERS = ["d", "d e", ".d", "D", "dé", "de\u0301", "d\\", "d" * 255]
FILES = [
    "f",
    "F",
    "f.txt",
    " f",
    "f ",
    "f\\f",
    "fé",
    "fe\u0301",
    "f\nf",
    "f*",
    "f" * 255,
    "f.part",
    "\udcff",
    "-f",
    "..f",
]
PATHS = st.tuples(st.lists(st.sampled_from(FOLDERS), max_size=2), st.sampled_from(FILES)).map(
    lambda parts: "/".join((*parts[0], parts[1]))
)
DATA = st.binary(max_size=3) | st.sampled_from([b"z" * 5000, b"y" * 5000])
PATTERNS = st.lists(
    st.sampled_from(["*.txt", "f", "d", "/d", "/d/f", "d/", "**/D/*", "d*", "[fF]", "?", "*/f?", "/d/**/f", "nothing"]),
    max_size=2,
)
CHOICE = {"include": PATTERNS, "exclude": PATTERNS}
STEPS = st.one_of(
    st.tuples(st.just("write"), PATHS, DATA),
    st.tuples(st.just("put"), PATHS, DATA),
    st.tuples(st.just("remove"), st.integers(0, 100)),
    st.tuples(st.just("delete"), st.integers(0, 100)),
    st.tuples(st.sampled_from(["upload_tree", "download_tree"]), st.fixed_dictionaries(CHOICE)),
    st.tuples(
        st.just("sync_tree"),
        st.fixed_dictionaries(
            {**CHOICE, "direction": st.sampled_from(["up", "down"]), "delete": st.booleans(), "dry_run": st.booleans()}
        ),
    ),
)


def matches(pattern, path):
    """Report whether a pattern matches a path or a folder above it, as docs/trees.md describes it."""
    parts = path.split("/")
    anchored = "/" in pattern.rstrip("/")
    expression = ""
    for token in re.findall(r"\*\*/|\*\*|\*|\?|\[[^]]*\]|.", pattern.strip("/")):
        special = {"**/": "(.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
        expression += special.get(token) or (token if token.startswith("[") else re.escape(token))
    whole = re.compile(expression, re.DOTALL)
    if not anchored:
        return any(whole.fullmatch(part) for part in parts)
    return any(whole.fullmatch("/".join(parts[:count])) for count in range(1, len(parts) + 1))


class Model:
    """What a folder and a bucket have."""

    def __init__(self):
        self.folder, self.bucket = {}, {}

    def apply(self, name, options):
        """Change the model as a call changes the folder or the bucket, and return what it copies and deletes."""
        up = name == "upload_tree" or options.get("direction") == "up"
        source, target = (self.folder, self.bucket) if up else (self.bucket, self.folder)
        include, exclude = options["include"], options["exclude"]

        def chosen(path):
            wanted = not include or any(matches(pattern, path) for pattern in include)
            return wanted and not any(matches(pattern, path) for pattern in exclude)

        always = name != "sync_tree"
        copied = {path for path in source if chosen(path) and (always or target.get(path) != source[path])}
        extra = {path for path in target.keys() - source.keys() if chosen(path)}
        deleted = extra if options.get("delete") else set()
        if not options.get("dry_run"):
            target.update({path: source[path] for path in copied})
            for path in deleted:
                del target[path]
        return copied, deleted


def change(model, step, project, bucket, folder):
    """Apply a step that is not a call to the model and to the reality."""
    name, *arguments = step
    path = None
    if name in {"remove", "delete"}:
        names = sorted(model.folder if name == "remove" else model.bucket)
        if not names:
            return
        path = names[arguments[0] % len(names)]
    if name == "write":
        model.folder[arguments[0]] = arguments[1]
        (folder / arguments[0]).parent.mkdir(parents=True, exist_ok=True)
        (folder / arguments[0]).write_bytes(arguments[1])
    elif name == "put":
        model.bucket[arguments[0]] = arguments[1]
        checksum = hashlib.sha256(arguments[1]).hexdigest()
        project.put(bucket, f"p/{arguments[0]}", arguments[1], metadata={"sha256": checksum})
    elif name == "remove":
        del model.folder[path]
        (folder / path).unlink()
    else:
        del model.bucket[path]
        project.delete_object(bucket, f"p/{path}")


def content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def stored(project, bucket):
    found = project.list_objects(bucket, prefix="p/", recursive=True)
    return {item.key[2:]: project.get(bucket, item.key) for item in found}


@given(steps=st.lists(STEPS, min_size=3, max_size=14))
def test_any_sequence_of_calls(storj_project, steps):
    bucket, model = f"test-{secrets.token_hex(8)}", Model()
    storj_project.create_bucket(bucket)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            for step in steps:
                if not step[0].endswith("tree"):
                    change(model, step, storj_project, bucket, folder)
                    continue
                options = {**step[1], **({"compare": "checksum"} if step[0] == "sync_tree" else {})}
                result = getattr(storj_project, step[0])(bucket, "p", folder, **options)
                copied, deleted = model.apply(step[0], options)
                by_action = {"copied": copied, "deleted": deleted}
                for action, paths in by_action.items():
                    assert {entry.path for entry in result.entries if entry.action == action} == paths, step
                assert content(folder) == model.folder, step
                assert stored(storj_project, bucket) == model.bucket, step
        finally:
            storj_project.delete_bucket(bucket, with_objects=True)


def test_large_files_with_long_names(storj_project, storj_bucket, tmp_path):
    """Their temporary files have shorter names."""
    name, data = "ä" * 127, secrets.token_bytes(1_500_000)
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / name).write_bytes(data)
    storj_project.upload_tree(storj_bucket, "", tmp_path / "from")
    storj_project.download_tree(storj_bucket, "", tmp_path / "to")
    assert content(tmp_path / "to") == {name: data}


def test_keys_that_are_too_long_for_a_name(storj_project, storj_bucket, tmp_path):
    for size in (10, 300_000):
        storj_project.put(storj_bucket, f"{size}/" + "x" * 256, bytes(size))
    storj_project.put(storj_bucket, "y" * 256 + "/below", b"")
    storj_project.put(storj_bucket, "fine", b"data")
    with pytest.raises(errors.TreeError) as caught:
        storj_project.download_tree(storj_bucket, "", tmp_path / "to")
    assert caught.value.result.failed == 3
    assert {entry.error.errno for entry in caught.value.result.failures} == {errno.ENAMETOOLONG}
    assert content(tmp_path / "to") == {"fine": b"data"}


@pytest.mark.skipif(os.name != "posix" or not os.geteuid(), reason="the superuser may read everything")
def test_permissions(storj_project, storj_bucket, tmp_path):
    for name in ("closed", "fine"):
        (tmp_path / name).write_bytes(b"data")
    (tmp_path / "closed").chmod(0)
    with pytest.raises(errors.TreeError) as caught:
        storj_project.upload_tree(storj_bucket, "", tmp_path)
    assert isinstance(caught.value.result.failures[0].error, PermissionError)
    assert storj_project.exists(storj_bucket, "fine")


def test_a_download_beside_special_files_and_links(storj_project, storj_bucket, tmp_path):
    """It neither writes into a pipe or through a link, nor waits for a reader of the pipe."""
    for key in ("pipe", "link", "dangling", "fine"):
        storj_project.put(storj_bucket, key, bytes(300_000))
    folder = tmp_path / "to"
    folder.mkdir()
    os.mkfifo(folder / "pipe")
    (tmp_path / "target").write_bytes(b"kept")
    (folder / "link").symlink_to("../target")
    (folder / "dangling").symlink_to("../nowhere")
    with pytest.raises(errors.TreeError) as caught:
        storj_project.download_tree(storj_bucket, "", folder)
    assert {entry.path for entry in caught.value.result.failures} == {"pipe", "link", "dangling"}
    assert (tmp_path / "target").read_bytes() == b"kept"
    assert not (tmp_path / "nowhere").exists()
    assert (folder / "fine").stat().st_size == 300_000
    shutil.rmtree(folder)
