"""The generator of the synchronous modules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.source_tree


@pytest.fixture
def generator(monkeypatch, tmp_path):
    """The generator in a temporary folder, with one source, whose output is written."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import generate_sync

    (tmp_path / "aio").mkdir()
    (tmp_path / "aio/module.py").write_text("async def f(x):\n    return await x\n", encoding="utf-8")
    monkeypatch.setattr(generate_sync, "ROOT", tmp_path)
    monkeypatch.setattr(generate_sync, "FOLDERS", (generate_sync.Folder("aio", "sync", ("module.py",)),))
    monkeypatch.setattr(sys, "argv", ["generate_sync.py"])
    assert generate_sync.main() == 0
    monkeypatch.setattr(sys, "argv", ["generate_sync.py", "--check"])
    assert generate_sync.main() == 0
    return generate_sync


def test_generated_modules_are_what_their_sources_give():
    command = [sys.executable, str(ROOT / "tools/generate_sync.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_drifted_module_is_found(generator, tmp_path):
    written = (tmp_path / "sync/module.py").read_text(encoding="utf-8")
    assert "def f(x):\n    return x\n" in written
    assert "async def" not in written
    (tmp_path / "sync/module.py").write_text("def f(x): pass\n", encoding="utf-8")
    assert generator.main() == 1


def test_a_source_that_is_not_listed_is_found(generator, tmp_path, capsys):
    (tmp_path / "aio/other.py").write_text("", encoding="utf-8")
    assert generator.main() == 1
    assert "aio/other.py is not in the list" in capsys.readouterr().out


def test_a_source_that_is_listed_and_not_there_is_found(generator, tmp_path, capsys):
    (tmp_path / "aio/module.py").unlink()
    assert generator.main() == 1
    assert "aio/module.py is in the list, and not there" in capsys.readouterr().out


def test_a_generated_module_without_a_source_is_found_and_removed(generator, tmp_path, monkeypatch, capsys):
    orphan = tmp_path / "sync/old.py"
    orphan.write_text(generator.HEADER.format("aio/old.py"), encoding="utf-8")
    (tmp_path / "sync/by_hand.py").write_text("# Written by hand.\n", encoding="utf-8")
    assert generator.main() == 1
    assert "sync/old.py has no source" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["generate_sync.py"])
    assert generator.main() == 0
    assert not orphan.exists()
    assert (tmp_path / "sync/by_hand.py").exists()


def test_the_output_is_marked_as_generated_below_other_lines(generator, tmp_path, monkeypatch):
    attributes = tmp_path / ".gitattributes"
    assert "/sync/module.py linguist-generated\n" in attributes.read_text(encoding="utf-8")
    attributes.write_text("*.so binary\n" + generator.MARKER, encoding="utf-8")
    assert generator.main() == 1
    monkeypatch.setattr(sys, "argv", ["generate_sync.py"])
    assert generator.main() == 0
    lines = attributes.read_text(encoding="utf-8").splitlines()
    assert lines == ["*.so binary", generator.MARKER.rstrip(), "/sync/module.py linguist-generated"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("async with a as b:\n    await b(c)\n", "with a as b:\n    b(c)\n"),
        ("def f() -> Opening[Upload]:\n    return Opening(g(1, (2)))\n", "def f() -> Upload:\n    return g(1, (2))\n"),
        ("work: Callable[P, Awaitable[list[T]]]\n", "work: Callable[P, list[T]]\n"),
        ("x = await asyncio.gather(*(f(y) for y in z))\n", "x = [f(y) for y in z]\n"),
        ("import uplink.aio\nuplink.aio.f\n", "import uplink\nuplink.f\n"),
        ("await asyncio.sleep(1)  # await it\n", "time.sleep(1)  # await it\n"),
        ('"""Use `uplink.aio`: await uplink.aio.f()."""\n', '"""Use `uplink.aio`: uplink.f()."""\n'),
        ("if True:  # ASYNC\n    a()\n\n    b()\nelse:  # SYNC\n    c()\nd()\n", "c()\nd()\n"),
        ("def f():\n    if True:  # ASYNC\n        a()\n    b()\n", "def f():\n    b()\n"),
    ],
)
def test_what_becomes_of_awaited_code(generator, source, expected):
    assert generator.to_sync(source, "x") == generator.HEADER.format("x") + expected


def test_the_output_imports_what_it_uses(generator, tmp_path):
    source = "import asyncio\n\n\nasync def f():\n    await asyncio.sleep(1)\n"
    formatted = generator._formatted(generator.to_sync(source, "x"), tmp_path / "x.py")
    assert formatted == generator.HEADER.format("x") + "import time\n\n\ndef f():\n    time.sleep(1)\n"
