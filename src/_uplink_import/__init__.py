"""Whether `import uplink` gives the package of uplink-cffi.

PyPI has an HTTP client whose distribution and import name are both `uplink`. Where it is installed too, both write into
one folder, and who came last owns `uplink/__init__.py`. So this is a module of its own: it works whoever owns that.
"""

from __future__ import annotations

import importlib

ADVICE = "run 'pip uninstall uplink' and then 'pip install --force-reinstall uplink-cffi'"


def check_uplink() -> None:
    """Import `uplink`, and see that it is the right one.

    Raises:
        ImportError: It is not, or cannot be imported; the message says what to do.
    """
    try:
        module = importlib.import_module("uplink")
    except ImportError as error:
        raise ImportError(
            f"the module 'uplink' cannot be imported ({error}). Perhaps it is not the one of uplink-cffi but that of "
            f"PyPI's HTTP client of the same name, or it is not whole: {ADVICE}",
            name="uplink",
        ) from error
    if hasattr(module, "Access"):
        return
    path = getattr(module, "__file__", None)
    if path is None:
        raise ImportError(
            f"the folder of the module 'uplink', {next(iter(module.__path__))}, has no __init__.py, as is so after "
            f"PyPI's HTTP client of the same name was uninstalled. To have uplink-cffi whole again, {ADVICE}",
            name="uplink",
        )
    raise ImportError(
        f"the module 'uplink' at {path} is not the one of uplink-cffi: PyPI's HTTP client, or a file of yours, has the "
        f"same name. Rename the file; or {ADVICE}",
        name="uplink",
        path=path,
    )
