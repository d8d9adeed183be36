"""Which name `save` gives to a file."""

from __future__ import annotations

from django.core.files.storage import Storage


class Names(Storage):
    """A storage that keeps the file that has a name, or replaces it.

    Attributes:
        overwrite: Whether `save` replaces a file of the same name.
    """

    overwrite: bool

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return the name, or another one if a file has it; with `overwrite`, the name."""
        if self._replaces(name, max_length):
            return name
        return super().get_available_name(name, max_length)

    def is_name_available(self, name: str, max_length: int | None = None) -> bool:
        """Report whether `save` uses the name."""
        return self._replaces(name, max_length) or super().is_name_available(name, max_length)

    def _replaces(self, name: str, max_length: int | None) -> bool:
        return self.overwrite and not (max_length and len(name) > max_length)
