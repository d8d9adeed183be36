"""The changes of this project's interfaces that `make bump` prints."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.source_tree


@pytest.fixture
def bump(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import bump

    return bump


@pytest.fixture
def tree(tmp_path):
    """A copy of the files from which the interfaces are read."""
    (tmp_path / "go").mkdir()
    shutil.copy(ROOT / "go/uplink.h", tmp_path / "go")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("_libuplink.*", "__pycache__"))
    return tmp_path


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_function_and_struct_of_the_header_is_in_the_surface(bump):
    surface = " ".join(bump.c_surface(ROOT))
    code = re.sub(r"/\*.*?\*/", "", (ROOT / "go/uplink.h").read_text(encoding="utf-8"), flags=re.DOTALL)
    names = re.findall(r"\b(uplink_\w+)\(", code) + re.findall(r"typedef struct (\w+)", code)
    assert len(names) > 100
    assert [name for name in names if name not in surface] == []


def test_a_change_of_the_header_is_seen(bump, tree):
    before = bump.c_surface(tree)
    assert before == bump.c_surface(ROOT)
    edit(tree / "go/uplink.h", "void uplink_free_error(UplinkError *error);", "void uplink_free_error(UplinkError *e);")
    edit(tree / "go/uplink.h", "#define UPLINK_DETAIL_PANIC 10 ", "#define UPLINK_DETAIL_PANIC 11 ")
    after = bump.c_surface(tree)
    assert before - after == {"void uplink_free_error(UplinkError *error);", "#define UPLINK_DETAIL_PANIC 10"}
    assert after - before == {"void uplink_free_error(UplinkError *e);", "#define UPLINK_DETAIL_PANIC 11"}


def test_a_change_of_the_package_is_seen(bump, tree):
    before = bump.python_surface(tree)
    assert before == bump.python_surface(ROOT)
    edit(tree / "src/uplink/_buckets.py", "def stat_bucket(self, bucket: str,", "def stat_bucket(self, name: str,")
    after = bump.python_surface(tree)
    [gone], [new] = before - after, after - before
    assert gone.startswith("uplink.Project.stat_bucket(self, bucket: 'str'")
    assert new == gone.replace("bucket: 'str'", "name: 'str'")


def test_the_methods_of_all_families_are_part_of_the_interface(bump):
    lines = bump.python_surface(ROOT)
    methods = ["list_objects", "abort_upload", "put", "download_object", "stat_bucket", "close"]
    for project in ("uplink.Project", "uplink.aio.Project"):
        assert [name for name in methods if not any(line.startswith(f"{project}.{name}(") for line in lines)] == []
