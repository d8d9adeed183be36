"""The public names: each has a docstring, and the synchronous ones are what the awaited ones are."""

from __future__ import annotations

import inspect
import re
from fnmatch import fnmatchcase

import pytest

import uplink
from uplink import errors

MODULES = [uplink, uplink.aio]
# What has no counterpart in Go, as patterns, and the reasons.
NO_COUNTERPART = {
    "detached_calls": "counts what only this package has",
    "Access.from_*": "where grants are kept is not the library's matter in Go",
    "Access.inspect": "Go's library cannot look into a grant",
    "AccessInfo*": "Go's library cannot look into a grant",
    "Download.iter_bytes": "for loops over the bytes",
    "Download.readinto": "Python's way to read into memory",
    "Listing": "stands for the iterators of Go, whose lists name them",
    "Project.put": "a whole object in one call",
    "Project.get": "a whole object in one call",
    "Project.download_file": "Go's library writes no files",
    "Project.get_ranges": "Go's library downloads one range in a call",
    "Project.open": "Python's files",
    "Project.stats": "Go's library counts nothing",
    "ProjectStats": "Go's library counts nothing",
    "Project.resume_upload": "Go passes the texts to each call",
    "Project.upload_file": "Go's library reads no files",
    "Project.*_tree": "Go's library reads no files",
    "Tree*": "Go's library reads no files",
    "Retry*": "Go's library does not repeat calls",
    "ChecksumAlgorithm": "Go's library stores no checksums",
    "RetentionMode": "texts in place of numbers",
    "Versioning": "texts in place of numbers",
    "DeletionStatus": "texts in place of numbers",
    "*.closed": "of Python's files",
    "*.flush": "of Python's files",
    "*.readable": "of Python's files",
    "*.readline": "of Python's files",
    "*.seekable": "of Python's files",
    "*.tell": "of Python's files",
    "*.writable": "of Python's files",
}
# What needs no example, as patterns, and the reasons.
NO_EXAMPLE = {
    "AccessInfo.*": "the class has one",
    "EncryptionKey": "its method derive has one",
    "Permission.*": "the class has one",
    "Retry.delays": "the package calls it",
    "TreeResult.failures": "the class has one",
    "ChecksumAlgorithm": "Project.put has one",
    "RetentionMode": "Retention has one",
    "TreeAction": "TreeEntry has one",
    "TreeCompare": "Project.sync_tree has one",
    "TreeDirection": "Project.sync_tree has one",
    "Versioning": "Project.get_bucket_versioning has one",
    "DeletionStatus": "Deletion has one",
    "*.closed": "of Python's files",
    "*.flush": "of Python's files",
    "*.readable": "of Python's files",
    "*.seekable": "of Python's files",
    "*.writable": "of Python's files",
}


def public_names():
    """Yield the public names of the package with their values: `Class`, `Class.method` and `function`."""
    for module in MODULES:
        for name in module.__all__:
            value = getattr(module, name)
            if (inspect.isclass(value) and issubclass(value, errors.UplinkError)) or inspect.ismodule(value):
                continue
            yield module.__name__, name, value
            if inspect.isclass(value):
                for member in dir(value):
                    getattr(value, member, None)  # the methods of a project are imported at their first use
                    if not member.startswith("_") and is_own(value, member):
                        yield module.__name__, f"{name}.{member}", inspect.getattr_static(value, member)


def is_own(kind, member):
    """Return whether a method or a property of a class is of this package; fields of values are none."""
    [owner] = [base for base in kind.__mro__ if member in vars(base)][:1]
    value = vars(owner)[member]
    described = isinstance(value, (property, classmethod, staticmethod)) or inspect.isfunction(value)
    return owner.__module__.startswith("uplink") and described


NAMES = {f"{module}.{name}": value for module, name, value in public_names()}


def short(name):
    """Return a name without its module."""
    return re.sub(r"^uplink\.(aio\.|edge\.)?", "", name)


def listed(name, table):
    return any(fnmatchcase(short(name), pattern) for pattern in table)


def test_names_are_found():
    assert {"uplink.Project.put", "uplink.aio.Project.put", "uplink.Permission.full", "uplink.open_project"} <= set(
        NAMES
    )


def doc(name):
    """Return the docstring of a public name."""
    value = NAMES[name]
    return inspect.getdoc(getattr(value, "fget", value)) or ""


@pytest.mark.parametrize("name", NAMES)
def test_every_name_has_a_docstring(name):
    assert doc(name)
    assert re.search("Go counterparts?: ", doc(name)) or listed(name, NO_COUNTERPART)
    assert "```python" in doc(name) or listed(name, NO_EXAMPLE)


@pytest.mark.parametrize(("table", "text"), [(NO_COUNTERPART, "Go counterpart"), (NO_EXAMPLE, "```python")])
def test_every_exception_is_needed(table, text):
    lacking = [short(name) for name in NAMES if text not in doc(name)]
    assert [pattern for pattern in table if not any(fnmatchcase(name, pattern) for name in lacking)] == []


@pytest.mark.parametrize("kind", errors.__all__)
def test_every_error_has_a_docstring(kind):
    assert inspect.getdoc(getattr(errors, kind))
    assert getattr(errors, kind).__doc__


def parameters(function):
    """Return the names, kinds and defaults of a function's parameters."""
    if isinstance(function, (classmethod, staticmethod)):
        function = function.__func__
    found = inspect.signature(function).parameters.values()
    return [(parameter.name, parameter.kind, parameter.default) for parameter in found]


def plain(text):
    """Return a docstring without the words that only awaited code has."""
    text = re.sub(r"\b(await|async) ", "", text or "")
    text = re.sub(r"\ban? (awaited|asynchronous)\b", "a", text)
    for word, other in (("uplink.aio", "uplink"), ("anext", "next"), ("aiter", "iter"), ("StopAsync", "Stop")):
        text = text.replace(word, other)
    return text.split()


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("uplink.aio.")])
def test_awaited_and_synchronous_names_are_the_same(name):
    awaited, twin = NAMES[name], NAMES[name.replace("uplink.aio.", "uplink.")]
    if inspect.isclass(awaited):
        assert inspect.signature(awaited).parameters.keys() == inspect.signature(twin).parameters.keys()
    elif not isinstance(awaited, property):
        assert parameters(awaited) == parameters(twin)
    assert plain(inspect.getdoc(awaited)) == plain(inspect.getdoc(twin))


def test_every_awaited_name_has_a_twin_and_the_other_way_round():
    own = {name.removeprefix("uplink.aio.") for name in NAMES if name.startswith("uplink.aio.")}
    classes = {name for name in own if "." not in name}
    of_these = {short(name) for name in NAMES if not name.startswith("uplink.aio.")}
    assert own == {name for name in of_these if name.partition(".")[0] in classes}
