"""`import uplink` loads few modules; others are loaded at their first use."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import uplink
import uplink.aio
from uplink._project import ProjectBase


def test_importing_loads_nothing_native(python):
    program = "import sys, uplink, uplink.aio, uplink_python.uplink; print('uplink._ffi._libuplink' in sys.modules)"
    assert python(program) == "False\n"


# Modules that the package needs at its first use. Not `dataclasses`, whose import takes as long as the whole package.
STANDARD = "contextlib, copy, datetime, errno, importlib, stat, threading, time, typing, warnings, weakref"
IMPORTED = """
import os, sys
import {standard}
before = set(sys.modules)
sys.path[:0] = sys.argv[1:]
import uplink
{use}
print(*sorted(set(sys.modules) - before))
"""


def imported(standard, use):
    """Return the modules that a program imports beyond these of the standard library."""
    # Run without site, since a .pth file may import anything.
    folder = str(Path(uplink.__file__).parents[1])
    command = [sys.executable, "-I", "-S", "-c", IMPORTED.format(standard=standard, use=use), folder]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_importing_takes_the_package_alone():
    assert imported("__future__", use="") == ["uplink"]


@pytest.mark.parametrize("name", ["Access", "errors", "open_project"])
def test_the_first_use_imports_only_what_every_program_needs(name):
    modules = imported(f"__future__, {STANDARD}", use=f"uplink.{name}")
    assert [name for name in modules if name.partition(".")[0] != "uplink"] == []
    # A module more takes some 0.2 ms.
    assert len(modules) < 40
    later = {
        "aio",
        "testing",
        "__main__",
        "_cli",
        "_calls._errors",
        "_completions",
        "_greenlets",
        "_ffi._elf",
        "_ffi._loading",
        "_ffi._mark",
        "_values",
        *FAMILIES,
    }
    assert not {f"uplink.{name}" for name in later} & set(modules)


# The modules of the families of a project's methods, with one of the methods.
FAMILIES = {
    "_buckets": "create_bucket",
    "_bulk": "delete_objects",
    "_facts": "get_project_info",
    "_files": "open",
    "_multipart": "begin_upload",
    "_object_lock": "get_object_retention",
    "_objects": "stat_object",
    "_ranges": "get_ranges",
    "_settings": "get_bucket_tagging",
    "_streams": "upload_object",
    "_transfers": "upload_file",
    "_trees": "sync_tree",
    "_whole": "put",
    "listing": "list_objects",
}
# The families that some families need themselves.
NEEDED = {"_files": ["_streams"], "_multipart": ["_streams", "listing"], "_whole": ["_streams"]}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_imported_when_one_of_its_methods_is_first_used(family):
    before = set(imported(f"__future__, {STANDARD}", use="uplink.Project"))
    modules = imported(f"__future__, {STANDARD}", use=f"uplink.Project.{FAMILIES[family]}")
    assert f"uplink.{family}" in set(modules) - before
    others = {f"uplink.{other}" for other in FAMILIES if other not in [family, *NEEDED.get(family, [])]}
    assert not others & set(modules)


@pytest.mark.parametrize("package", [uplink, uplink.aio], ids=["uplink", "uplink.aio"])
def test_each_method_of_a_family_is_found(package):
    families = [importlib.import_module(f"{package.__name__}.{module}") for module in FAMILIES]
    kinds = [
        kind
        for module in families
        for kind in vars(module).values()
        if inspect.isclass(kind) and issubclass(kind, ProjectBase) and kind.__module__ == module.__name__
    ]
    assert len(kinds) == len(FAMILIES)
    methods = {name: value for kind in kinds for name, value in vars(kind).items() if inspect.isfunction(value)}
    # src/uplink/aio/project.py has a table of the names.
    assert [name for name in methods if not hasattr(package.Project, name)] == []
    assert {name: getattr(package.Project, name) for name in methods} == methods


EXTENDED = """
import uplink

class Mine(uplink.Project):
    def get_ranges(self):
        return super().get_ranges("photos")

try:
    Mine.__new__(Mine).get_ranges()
except TypeError as error:
    print(error)
"""


def test_a_method_that_extends_a_method_of_a_family_calls_it(python):
    assert "get_ranges() missing 2 required positional arguments" in python(EXTENDED)


NO_TEXT_IS_COMPILED = """
import typing

def fail(self, text, *args, **kwargs):
    raise AssertionError(f"the type {text!r} is a text; give the class itself")

typing.ForwardRef.__init__ = fail
import uplink
uplink.Access
"""


def test_no_type_is_compiled_from_text_which_takes_milliseconds(python):
    assert python(NO_TEXT_IS_COMPILED) == ""


def test_what_is_awaited_is_imported_at_first_use(python):
    assert python("import sys, uplink; print('asyncio' in sys.modules, uplink.aio.__name__)") == "False uplink.aio\n"


@pytest.mark.parametrize("module", ["upload", "download", "listing", "project", "access", "errors", "aio", "testing"])
def test_a_module_can_be_imported_before_any_public_name_is_used(python, module):
    assert (
        python(f"import uplink.{module}; import uplink; print(uplink.errors.UplinkError is uplink.UplinkError)")
        == "True\n"
    )


@pytest.mark.parametrize("module", ["upload", "download", "listing", "project", "access", "errors", "aio", "files"])
def test_modules_are_attributes_of_the_package_without_an_import_of_their_own(python, module):
    assert python(f"import uplink; print(uplink.{module}.__name__)") == f"uplink.{module}\n"


def test_the_first_use_of_a_name_keeps_names_that_a_program_has_set(python):
    assert python("import uplink; uplink.Access = 'mine'; uplink.Project; print(uplink.Access)") == "mine\n"


PATCHED_IN_TURN = """
from unittest import mock
import uplink
first, second = mock.patch("uplink.Access"), mock.patch("uplink.Project")
first.start()
second.start()
first.stop()
print(uplink.Access.__name__, isinstance(uplink.Project, mock.Mock))
second.stop()
print(uplink.Project.__name__)
"""


def test_the_end_of_a_patch_keeps_other_patches(python):
    assert python(PATCHED_IN_TURN) == "Access True\nProject\n"


IN_MANY_THREADS = """
import threading
barrier, failures = threading.Barrier(24), []
statements = ["from uplink import Access", "import uplink.access", "from uplink import errors", "import uplink.upload"]

def work(number):
    barrier.wait()
    try:
        exec(statements[number % len(statements)])
    except Exception as error:
        failures.append(error)

threads = [threading.Thread(target=work, args=(number,)) for number in range(24)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(failures)
"""


def test_many_threads_import_at_once(python):
    assert python(IN_MANY_THREADS) == "[]\n"


@pytest.mark.parametrize(
    ("use", "missing", "extra"),
    [
        ("import uplink.django", "django", "django"),
        ("import uplink.fsspec", "fsspec", "fsspec"),
        ("import uplink.obspec", "obspec", "obspec"),
        ("import uplink.smart_open", "smart_open", "smart-open"),
        ("import uplink.otel; uplink.otel.instrument()", "opentelemetry", "otel"),
    ],
)
def test_a_missing_extra_is_named(python, use, missing, extra):
    # What `None` stands for in sys.modules counts as missing.
    program = f"""
import sys
sys.modules[{missing!r}] = None
try:
    {use}
except ModuleNotFoundError as error:
    print(error.name.partition(".")[0], error)
"""
    message = python(program)
    assert message.startswith(f"{missing} there is no module ")
    assert message.endswith(f"pip install 'uplink-cffi[{extra}]'\n")
