"""The script, the older interface and the pytest plugin if another package is named `uplink`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import uplink
from _uplink_cffi import imports

ADVICE = "run 'pip uninstall uplink' and then 'pip install --force-reinstall uplink-cffi'"
INIT = Path("uplink", "__init__.py")
COMMAND = shutil.which("uplink-py", path=Path(sys.executable).parent)
STAND_IN = '''"""An HTTP client."""

from uplink.builder import Consumer

__all__ = ["Consumer"]
'''


def run(*words, folder, **environment):
    """Run a program with a folder at the beginning of sys.path."""
    return subprocess.run(
        [str(word) for word in words],
        env={**os.environ, "PYTHONPATH": str(folder), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def other(tmp_path):
    """A folder with the files of PyPI's `uplink` that matter for imports."""
    (tmp_path / "uplink").mkdir()
    (tmp_path / "uplink/__init__.py").write_text(STAND_IN, encoding="utf-8")
    (tmp_path / "uplink/builder.py").write_text("class Consumer:\n    pass\n", encoding="utf-8")
    (tmp_path / "uplink-0.10.0.dist-info").mkdir()
    (tmp_path / "uplink-0.10.0.dist-info/METADATA").write_text(
        "Metadata-Version: 2.1\nName: uplink\nVersion: 0.10.0\n", encoding="utf-8"
    )
    return tmp_path


@pytest.fixture
def mixed(other):
    """A folder with both packages, where the other package was installed last."""
    shutil.copytree(
        Path(uplink.__file__).parent,
        other / "uplink",
        ignore=shutil.ignore_patterns("__pycache__", "__init__.py", "_libuplink.*"),
        dirs_exist_ok=True,
    )
    for part in ("_ffi", "_calls", "_cli", "aio", "testing"):
        shutil.copy(Path(uplink.__file__).parent / part / "__init__.py", other / "uplink" / part)
    return other


def test_the_command_is_installed():
    assert COMMAND is not None
    result = run(COMMAND, "--help", folder=Path.home())
    assert result.returncode == 0
    assert result.stdout.startswith("usage: uplink-py ")
    assert run(COMMAND, "no-such-command", folder=Path.home()).returncode == 2
    assert run(COMMAND, "--version", folder=Path.home()).stdout == f"uplink-cffi {uplink.__version__}\n"


def test_the_command_with_the_other_package(other):
    result = run(COMMAND, "doctor", folder=other)
    assert result.returncode == 1
    assert result.stderr == (
        f"uplink-py: the module 'uplink' at {other / INIT} is not the one of uplink-cffi: PyPI's HTTP "
        f"client, or a file of yours, has the same name. Rename the file; or {ADVICE}\n"
    )


def test_the_command_with_the_other_package_that_does_not_import(other):
    (other / "uplink/builder.py").write_text("import a_module_that_is_not_installed\n", encoding="utf-8")
    result = run(COMMAND, "doctor", folder=other)
    assert result.returncode == 1
    assert "a_module_that_is_not_installed" in result.stderr
    assert ADVICE in result.stderr
    assert "Traceback" not in result.stderr


def test_the_command_with_both_in_one_folder(mixed):
    for command in ([COMMAND], [sys.executable, "-m", "uplink"]):
        result = run(*command, "doctor", folder=mixed)
        assert result.returncode == 1
        assert ADVICE in result.stderr
        assert "Traceback" not in result.stderr


def test_after_the_other_package_was_uninstalled(mixed):
    shutil.copytree(
        Path(imports.__file__).parent,
        mixed / "_uplink_cffi",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    (mixed / "uplink/__init__.py").unlink()
    # Without site-packages, where a complete package would be found before the files that are left of this one.
    result = run(
        sys.executable, "-S", "-c", "from _uplink_cffi.imports import check_uplink; check_uplink()", folder=mixed
    )
    assert result.returncode == 1
    assert f"ImportError: the folder of the module 'uplink', {mixed / 'uplink'}, has no __init__.py" in result.stderr
    assert ADVICE in result.stderr


def test_the_older_interface_with_the_other_package(other):
    result = run(sys.executable, "-c", "import uplink_python", folder=other)
    assert result.returncode == 1
    assert f"ImportError: the module 'uplink' at {other / INIT} is not" in result.stderr
    assert ADVICE in result.stderr


def test_a_file_of_the_same_name(tmp_path):
    (tmp_path / "uplink.py").write_text("print('mine')\n", encoding="utf-8")
    result = run(sys.executable, "-c", "import uplink_python", folder=tmp_path)
    assert f"the module 'uplink' at {tmp_path / 'uplink.py'} is not the one of uplink-cffi" in result.stderr
    assert "Rename the file" in result.stderr


def test_the_plugin_with_the_other_package(other):
    (other / "test_it.py").write_text(
        "def test_without(): pass\n\n\ndef test_with(storj_access): pass\n", encoding="utf-8"
    )
    result = run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_it.py", folder=other)
    assert result.returncode == 1
    assert "1 passed, 1 error" in result.stdout
    assert f"the module 'uplink' at {other / INIT} is not the one of uplink-cffi" in result.stdout
    assert ADVICE in result.stdout
    assert "Traceback" not in result.stdout


def test_the_doctor_sees_both(mixed):
    # The other order of installation: the module is ours, and the metadata of the other package is still there.
    shutil.copy(uplink.__file__, mixed / "uplink/__init__.py")
    result = run(sys.executable, "-m", "uplink", "doctor", folder=mixed)
    assert result.returncode == 1
    assert "uplink 0.10.0, an HTTP client of the same import name, is installed too" in result.stdout
    assert "pip uninstall uplink" in result.stdout
