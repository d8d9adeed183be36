"""Checks that `import uplink` gives the package of uplink-cffi.

PyPI has an HTTP client whose distribution and import name are both `uplink`. Both distributions write into one folder,
and `uplink/__init__.py` is the one of the distribution that was installed last. This module works with either.
"""

from __future__ import annotations

import importlib

ADVICE = "run 'pip uninstall uplink' and then 'pip install --force-reinstall uplink-cffi'"


def check_uplink() -> None:
    """Import `uplink` and check that it is the package of uplink-cffi.

    Raises:
        ImportError: It is another package, or cannot be imported. The message has the remedy.
    """
    try:
        module = importlib.import_module("uplink")
        if hasattr(module, "Access"):
            return
    except ImportError as error:
        raise ImportError(
            f"the module 'uplink' cannot be imported ({error}). Perhaps it is the module of PyPI's HTTP client of the "
            f"same name, or files of uplink-cffi are missing: {ADVICE}",
            name="uplink",
        ) from error
    path = getattr(module, "__file__", None)
    if path is None:
        raise ImportError(
            f"the folder of the module 'uplink', {next(iter(module.__path__))}, has no __init__.py. Uninstalling "
            f"PyPI's HTTP client of the same name removes it. To restore uplink-cffi, {ADVICE}",
            name="uplink",
        )
    raise ImportError(
        f"the module 'uplink' at {path} is not the one of uplink-cffi: PyPI's HTTP client, or a file of yours, has the "
        f"same name. Rename the file; or {ADVICE}",
        name="uplink",
        path=path,
    )
