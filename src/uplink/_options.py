"""The options of a filesystem: which access, and which configuration.

fsspec keeps options, prints them, hashes their text to find a filesystem again, pickles them and
writes them as JSON. None of that may show a grant, and two accesses must never be taken for one.
"""

from __future__ import annotations

import hashlib
import os
import weakref
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from uplink._access import AccessBase
from uplink._checks import check_type
from uplink._config_values import Config, Retry
from uplink._secret import Secret
from uplink.access import Access
from uplink.errors import InvalidAccessError, InvalidArgumentError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# How the text begins that stands for an access in JSON. No grant has a colon.
_REFERENCE = "uplink-access:"


class AccessOption:
    """An access as filesystems keep it in their `storage_options`.

    Attributes:
        access: The access.
        source: The options that name it, `access_file` or `access_name`; empty if it comes from the
            environment; `None` if it was given itself.
        fingerprint: A checksum of the grant, which tells nothing about it.
    """

    def __init__(self, access: AccessBase, source: dict[str, str] | None) -> None:
        self.access = access
        self.source = source
        digest = hashlib.sha256(b"access of a filesystem\0" + access.serialize().encode())
        self.fingerprint = digest.hexdigest()[:32]
        _known.add(self)

    def __repr__(self) -> str:
        # fsspec finds filesystems by this text.
        return f"<access {self.fingerprint} to {self.access.satellite_address}>"

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the grant if it was given, and otherwise where it comes from."""
        if self.source is None:
            return type(self), (self.access, None)
        return access_option, (None, *(self.source.get(name) for name in ("access_file", "access_name")))

    @property
    def reference(self) -> str:
        """The text that stands for the access in this process."""
        return _REFERENCE + self.fingerprint

    def for_json(self) -> dict[str, str]:
        """Return options that name the access, and have no secret."""
        return {"access": self.reference} if self.source is None else dict(self.source)


# The accesses of this process's filesystems.
_known: weakref.WeakSet[AccessOption] = weakref.WeakSet()


def access_option(
    given: Secret | AccessBase | AccessOption | None,
    file: str | os.PathLike[str] | None,
    name: str | None,
) -> AccessOption:
    """Return the access that options name; without any, the access of the environment.

    Raises:
        TypeError: An option is of another type.
        InvalidArgumentError: More than one option names an access.
        InvalidAccessError: There is no such access, or it is not valid.
    """
    if sum(option is not None for option in (given, file, name)) > 1:
        raise InvalidArgumentError("access, access_file and access_name exclude each other")
    if file is not None:
        return AccessOption(Access.from_file(file), {"access_file": os.fspath(file)})
    if name is not None:
        check_type(name, str, "access_name", "a str")
        return AccessOption(Access.from_saved(name), {"access_name": name})
    if given is None:
        return AccessOption(_from_environment(), {})
    if isinstance(given, AccessOption):
        return given
    if isinstance(given, Secret):
        return _of_text(given)
    check_type(given, AccessBase, "access", "an Access, or a serialized access grant")
    return AccessOption(given, None)


def _from_environment() -> Access:
    try:
        return Access.from_env()
    except InvalidAccessError as error:
        raise InvalidAccessError(
            f"no access is given by access, access_file or access_name, and {error.message}"
        ) from None


def _of_text(text: Secret) -> AccessOption:
    if not text.reveal().startswith(_REFERENCE):
        return AccessOption(Access.parse(text.reveal()), None)
    for known in _known:
        if text.reveal() == known.reference:
            return known
    raise InvalidAccessError(
        "no filesystem of this process has the access that the text stands for; a filesystem's JSON has no secret, "
        "so give the access itself, or use access_file, access_name or the environment"
    )


def config_option(given: Config | Mapping[str, Any] | None) -> Config:
    """Return the configuration, which options may give as a mapping of its attributes."""
    if given is None:
        return Config()
    if isinstance(given, Config):
        return given
    check_type(given, Mapping, "config", "a Config, or a mapping of its attributes")
    values = dict(given)
    if isinstance(values.get("retry"), Mapping):
        values["retry"] = Retry(**values["retry"])
    return Config(**values)


def config_for_json(config: Config) -> dict[str, Any]:
    """Return the attributes that are not the default ones, from which `config_option` makes it again."""
    return _changed(config, Config())


def _changed(value: Any, default: Any) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for field in fields(value):
        own = getattr(value, field.name)
        if own != getattr(default, field.name):
            changed[field.name] = _changed(own, Retry()) if isinstance(own, Retry) else own
    return changed
