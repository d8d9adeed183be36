"""A filesystem's projects, loop, options and paths."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from fsspec.asyn import AsyncFileSystem, get_loop, reset_after_fork
from fsspec.asyn import loop as loop_of_fsspec
from fsspec.config import apply_config
from fsspec.json import FilesystemJSONEncoder
from fsspec.spec import _Cached

from uplink._access import AccessBase
from uplink._checksums import ChecksumAlgorithm, native_checksum
from uplink._config_values import Config
from uplink._fsspec.entries import Place, place_of
from uplink._fsspec.seen import Seen
from uplink._options import AccessOption, access_option, config_for_json, config_option
from uplink._secret import Secret
from uplink._twins import Twins
from uplink._values import Bucket
from uplink.aio.project import Project
from uplink.errors import InvalidArgumentError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# An option of fsspec that changes nothing.
_WITHOUT_EFFECT = {"max_paths"}


# The event loop of fsspec that filesystems were given last, and the process whose thread runs it.
_given: tuple[asyncio.AbstractEventLoop | None, int] = (None, 0)


def _own_loop() -> asyncio.AbstractEventLoop:
    """Return the event loop of fsspec that a thread of this process runs.

    A fork in C, as in uWSGI, runs none of Python's hooks, so fsspec keeps the loop of the parent.
    """
    global _given  # noqa: PLW0603 - the state of a process
    loop, process = _given
    if loop is not None and loop is loop_of_fsspec[0] and process != os.getpid():
        reset_after_fork()
    _given = (get_loop(), os.getpid())
    return get_loop()


class _ByAccess(_Cached):
    """Finds the filesystem of equal options again, by the access itself and not by how it was named."""

    if not TYPE_CHECKING:  # for type checkers, `__init__` has the signature

        def __call__(self, access=None, **options):  # noqa: ANN001, ANN003, ANN204
            """Return the filesystem of the options."""
            given = Secret(access) if isinstance(access, str) else access
            del access
            named = apply_config(self, options)
            # The configuration of fsspec may name an access, too.
            if (default := named.pop("access", None)) is not None and given is None:
                given = Secret(default) if isinstance(default, str) else default
            del default
            found = access_option(given, named.get("access_file"), named.get("access_name"))
            config = config_option(named.get("config"))
            # fsspec keeps the access, and not these two.
            options |= {"access": found, "access_file": None, "access_name": None, "config": config}
            # It finds filesystems by the text of their options, in which the order counts.
            return super().__call__(**dict(sorted(options.items())))


class Base(AsyncFileSystem, metaclass=_ByAccess):
    """The state of a filesystem."""

    protocol: str | tuple[str, ...] = ("sj", "storj")
    root_marker: str = ""
    _strip_tokenize_options: tuple[str, ...] = ("access_file", "access_name")

    def __init__(
        self,
        access: str | AccessBase | None = None,
        *,
        access_file: str | os.PathLike[str] | None = None,
        access_name: str | None = None,
        config: Config | Mapping[str, Any] | None = None,
        version_aware: bool = False,
        asynchronous: bool = False,
        loop: asyncio.AbstractEventLoop | None = None,
        batch_size: int | None = None,
        use_listings_cache: bool | None = None,
        listings_expiry_time: float | None = None,
        checksum: ChecksumAlgorithm | None = None,
        **options: Any,
    ) -> None:
        if unknown := options.keys() - _WITHOUT_EFFECT:
            raise TypeError(f"a filesystem of Storj has no option {', '.join(sorted(unknown))}")
        if not asynchronous and loop is None:
            loop = _own_loop()
        super().__init__(asynchronous=asynchronous, loop=loop, batch_size=batch_size, **options)
        self._seen = Seen(use_listings_cache=use_listings_cache, listings_expiry_time=listings_expiry_time)
        # The metaclass has read the options.
        self._access = cast("AccessOption", access)
        self._config = cast("Config", config)
        self.version_aware = version_aware
        native_checksum(checksum)  # checks it
        self._algorithm = checksum
        self._twins = Twins(self._access.access, self._config)
        # The requests for buckets that are under way, so concurrent calls share one.
        self._ensuring: dict[tuple[asyncio.AbstractEventLoop, str], asyncio.Task[Bucket]] = {}

    @property
    def project(self) -> Project:
        """The awaited project, `uplink.aio.Project`."""
        return self._twins.awaited

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The event loop that runs what is called synchronously; `None` if `asynchronous`.

        A forked child has another one.
        """
        if self._pid != os.getpid():
            self._loop = None if self.asynchronous else _own_loop()
            self._ensuring = {}
            self._pid = os.getpid()
        loop: asyncio.AbstractEventLoop | None = self._loop
        return loop

    @property
    def fsid(self) -> str:
        """A text that is the same for filesystems of the same access."""
        return f"sj-{self._access.fingerprint}"

    def invalidate_cache(self, path: str | None = None) -> None:
        """Forget what listings have found."""
        self._seen.forget()

    def __repr__(self) -> str:
        if not hasattr(self, "_access"):
            return object.__repr__(self)
        return f"<{type(self).__module__}.{type(self).__qualname__} at {self._access.access.satellite_address}>"

    def to_dict(self, *, include_password: bool = True) -> dict[str, Any]:
        """Return the options as values that JSON has, without a secret.

        An access that was given itself is replaced by a text that stands for it in this process.

        Args:
            include_password: Without any effect: the access is never included.
        """
        plain = {name: value for name, value in self.storage_options.items() if name not in ("access", "config")}
        config = config_for_json(self._config)
        return {
            "cls": f"{type(self).__module__}:{type(self).__qualname__}",
            "protocol": self.protocol[0],
            "args": [],
            **FilesystemJSONEncoder().make_serializable(plain),
            **self._access.for_json(),
            **({"config": config} if config else {}),
        }

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        if isinstance(path, list):
            return list(map(cls._strip_protocol, cast("list[str]", path)))
        return super()._strip_protocol(path).lstrip("/")

    def _place(self, path: str, version_id: str | None = None) -> Place:
        return place_of(self._strip_protocol(path), versions=self.version_aware, version_id=version_id)

    def _stored_with(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options of an upload, with the checksum of the filesystem unless they name one."""
        return {"checksum": self._algorithm, **options}

    def _object(self, path: str, version_id: str | None = None) -> Place:
        """Return the place of an object: raises an error for a path without a key."""
        place = self._place(path, version_id)
        if not place.key:
            raise IsADirectoryError(f"{path!r} names no object: it has no key behind the bucket")
        return place


def check_mode(mode: str) -> str | None:
    """Return the condition that stands for fsspec's mode of a write.

    Raises:
        InvalidArgumentError: It is another mode.
    """
    if mode not in ("overwrite", "create"):
        raise InvalidArgumentError(f"mode is {mode!r}; it takes 'overwrite' or 'create'")
    return "*" if mode == "create" else None
