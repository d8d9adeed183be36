"""The package as a whole: public names, layers, the header."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil
import re
import subprocess
import sys
import typing
from importlib import metadata
from pathlib import Path

import pytest

import uplink
import uplink.testing
import uplink_localnet
import uplink_python
from uplink import errors

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("module", [uplink, uplink.aio], ids=lambda module: module.__name__)
def test_public_names_are_sorted_and_there(module):
    assert module.__all__ == sorted(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)


def test_every_synchronous_class_has_an_awaited_twin_with_the_same_members():
    for name in uplink.aio.__all__:
        twins = getattr(uplink, name), getattr(uplink.aio, name)
        if all(isinstance(twin, type) for twin in twins):
            public = [{member for member in dir(twin) if not member.startswith("_")} for twin in twins]
            assert public[0] == public[1]


def test_completion_has_the_public_names():
    names = set(dir(uplink))
    assert {*uplink.__all__, "__version__", "__doc__"} <= names
    assert {name for name in names if not name.startswith("__")} == set(uplink.__all__)


def test_the_distribution_needs_cffi_alone():
    requirements = metadata.requires("uplink-cffi") or []
    needed = [requirement for requirement in requirements if "extra ==" not in requirement]
    assert [re.split(r"[<>=\[; ]", requirement)[0] for requirement in needed] == ["cffi"]


def public_callables():
    """Yield the public functions, classes and methods, with their full names."""
    modules = [uplink, uplink.aio, errors, uplink.testing, uplink_localnet]
    modules += [
        importlib.import_module(found.name) for found in pkgutil.walk_packages(uplink_python.__path__, "uplink_python.")
    ]
    for module in modules:
        for name in getattr(module, "__all__", dir(module)):
            value = getattr(module, name)
            if inspect.isfunction(value):
                yield f"{module.__name__}.{name}", value
            elif inspect.isclass(value) and value.__module__.startswith("uplink"):
                yield f"{module.__name__}.{name}", value
                yield from methods_of(value, f"{module.__name__}.{name}")


def methods_of(kind, name):
    for base in kind.__mro__:
        for attribute in list(vars(base)) if base.__module__.startswith("uplink") else ():
            getattr(kind, attribute, None)  # the methods of a project are imported at their first use
            value = vars(base)[attribute]
            function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
            if inspect.isfunction(function) and (attribute.startswith("__") or not attribute.startswith("_")):
                yield f"{name}.{attribute}", function


def test_type_hints_can_be_evaluated():
    callables = dict(public_callables())
    assert {"uplink.Project.put", "uplink.aio.Access.share", "uplink_python.upload.Upload.write"} <= set(callables)
    assert "uplink_localnet.LocalNetwork.start" in callables
    for value in callables.values():
        typing.get_type_hints(value)


def test_annotations_need_nothing_else(tmp_path):
    """The package imports neither typing_extensions nor the local network."""
    program = """
import sys, typing
sys.modules["typing_extensions"] = sys.modules["uplink_localnet"] = None
import uplink.testing
typing.get_type_hints(uplink.Upload.write)
typing.get_type_hints(uplink.Access.parse)
typing.get_type_hints(uplink.testing.Network.local.fget)
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=tmp_path)


def test_the_version_is_that_of_the_distribution():
    assert uplink.__version__ == metadata.version("uplink-cffi")


@pytest.mark.source_tree
def test_the_version_is_that_to_be_cited():
    [cited] = re.findall(r"^version: (.*)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert cited == uplink.__version__


@pytest.mark.source_tree
def test_both_distributions_have_the_same_version():
    metadata_of = [(ROOT / folder / "pyproject.toml").read_text(encoding="utf-8") for folder in (".", "localnet")]
    versions = {re.findall(r'^version = "(.*)"$', text, flags=re.MULTILINE)[0] for text in metadata_of}
    assert versions == {uplink.__version__}


def test_type_information_is_installed():
    names = ("_uplink_cffi", "uplink_python", "uplink_localnet")
    for package in (uplink, *map(importlib.import_module, names)):
        assert (Path(package.__file__).parent / "py.typed").is_file()


def test_messages_about_arguments_have_the_name_of_the_class_that_programs_know():
    for method in ("get", "open", "sync_tree", "list_objects"):
        for package in (uplink, uplink.aio):
            function = getattr(package.Project, method)
            assert (function.__module__, function.__qualname__) == (f"{package.__name__}.project", f"Project.{method}")
            assert pickle.loads(pickle.dumps(function)) is function
    with pytest.raises(TypeError, match=r"^Project\.get\(\) missing"):
        uplink.Project.get(None)


def test_a_name_that_is_missing():
    with pytest.raises(AttributeError, match=r"the exceptions are in uplink\.errors"):
        _ = uplink.ObjectNotFoundError
    with pytest.raises(AttributeError) as caught:
        _ = uplink.Acess
    assert (caught.value.name, caught.value.obj) == ("Acess", uplink)
