"""The accesses that are saved under names, in the file that Storj's command `uplink` reads and writes."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uplink._cli._values import UsageError
from uplink._saved import config_folder, saved_grants
from uplink.access import Access

if TYPE_CHECKING:
    from collections.abc import Generator

    from uplink._secret import Secret


class SavedAccesses:
    """The saved accesses.

    Attributes:
        current: The name of the access in use, or `""`.
    """

    def __init__(self, folder: str | None) -> None:
        """Read them.

        Args:
            folder: The folder of the configuration; `None` for the usual one.

        Raises:
            InvalidAccessError: The file cannot be read, or is another file.
        """
        self._path = Path(config_folder() if folder is None else folder) / "access.json"
        self.current = ""
        self._grants: dict[str, Secret] = {}
        if self._path.exists():
            self.current, self._grants = saved_grants(self._path)

    def names(self) -> list[str]:
        """Return the names."""
        return sorted(self._grants)

    def get(self, name: str) -> Access:
        """Return the access of a name.

        Raises:
            InvalidAccessError: It is not valid.
        """
        return Access.parse(self._grants[name].reveal())

    def add(self, name: str, access: Access, *, replace: bool, use: bool) -> None:
        """Save an access. The first one is used from now on.

        Raises:
            UsageError: There is another access of that name, and it must not be replaced;
                or the name is not possible.
        """
        if not name or not name.isprintable():
            raise UsageError(f"{name!r} is no name for an access")
        if name in self._grants and not replace:
            raise UsageError(f"there is an access {name!r} already; --force replaces it")
        with self._changed() as document:
            document["accesses"][name] = access.serialize()
            if use or not document["default"]:
                document["default"] = name

    def use(self, name: str) -> None:
        """Use an access from now on.

        Raises:
            UsageError: There is no access of that name.
        """
        self._check(name)
        with self._changed() as document:
            document["default"] = name

    def remove(self, name: str) -> None:
        """Forget an access.

        Raises:
            UsageError: There is no access of that name.
        """
        self._check(name)
        with self._changed() as document:
            del document["accesses"][name]
            if document["default"] == name:
                document["default"] = ""

    def _check(self, name: str) -> None:
        if name not in self._grants:
            raise UsageError(f"there is no access {name!r}; there is {', '.join(self.names()) or 'none'}")

    @contextlib.contextmanager
    def _changed(self) -> Generator[dict[str, Any], None, None]:
        """Yield the contents of the file, and replace the file by them."""
        document: dict[str, Any] = {"default": "", "accesses": {}}
        if self._path.exists():
            document.update(json.loads(self._path.read_bytes()))
        yield document
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Only the owner can read a file of mkstemp.
        descriptor, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=".access-")
        try:
            with open(descriptor, "w", encoding="utf-8") as file:
                json.dump(document, file, indent=2)
            Path(temporary).replace(self._path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
