"""Storj as a storage of Django: for uploaded files, and for static files.

It needs Django: `pip install uplink-cffi[django]`. In the settings:

```python
STORAGES = {
    "default": {
        "BACKEND": "uplink.django.UplinkStorage",
        "OPTIONS": {"bucket": "photos", "prefix": "media/"},
    },
    "staticfiles": {
        "BACKEND": "uplink.django.UplinkManifestStaticFilesStorage",
        "OPTIONS": {"bucket": "photos", "prefix": "static/", "links": "storage"},
    },
}
```
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import IO, Any, NoReturn
from urllib.parse import urljoin

from uplink._extras import extra

with extra("django"):
    from django.conf import settings
    from django.contrib.staticfiles.storage import ManifestFilesMixin
    from django.utils.encoding import filepath_to_uri
    from django.utils.functional import cached_property
    from django.utils.timezone import get_default_timezone, make_naive

from uplink import aio
from uplink._access import AccessBase
from uplink._checks import check_type
from uplink._checksums import ChecksumAlgorithm, native_checksum
from uplink._config_values import Config
from uplink._django.files import StoredFile, data_of, is_rewindable, stored_with, temporary_path
from uplink._django.links import Links
from uplink._django.names import Names
from uplink._django.options import ROOT, check_access, check_durations, check_links, checked_prefix, inside
from uplink._driver import Deadline
from uplink._options import access_option, config_option
from uplink._secret import Secret
from uplink._twins import Twins
from uplink._types import Self
from uplink._values import Object
from uplink.edge import join_share_url
from uplink.errors import BucketNameInvalidError, PermissionDeniedError, PreconditionFailedError
from uplink.project import Project

__all__ = ["UplinkManifestStaticFilesStorage", "UplinkStaticFilesStorage", "UplinkStorage"]

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# How often `save` uploads a file while other processes take its name. A second name is free unless its seven random
# characters are another process's, too.
_ATTEMPTS = 5


class UplinkStorage(Names):
    """The objects of a bucket, or those below a prefix, as files of Django.

    The methods are those of Django's `Storage`. They raise the errors of `uplink.errors`, such as
    `FileNotFoundError` for a missing file. `path` is refused, as by every storage that is not on
    this machine.

    `save` never replaces a file, also if several processes save the same name at the same time: the
    satellite decides who gets it, and the others get another name. The storage opens its project
    at the first use. Threads and forked workers share the storage.

    Args:
        bucket: The bucket, which must exist.
        prefix: How the keys of the files begin: a folder. `""` for the whole bucket.
        access: An `Access`, or a serialized access grant. Without this and the next two options,
            the access of the environment, as for `Access.from_env`. Django's reports of errors show
            settings, so do not put a grant as text there.
        access_file: The name of a file that has a grant, as for `Access.from_file`.
        access_name: The name of an access that the command `uplink` has saved, as for
            `Access.from_saved`.
        config: How to connect, as a `Config` or as a mapping of its attributes.
        overwrite: Whether `save` replaces a file of the same name.
        expires_after: How long the satellite keeps files that are saved; `None` for ever.
        checksum: The checksum to store with each file, `"sha256"` or `"blake3"`; `None` for none.
        timeout: Seconds until a call is cancelled; `None` for no limit. For open files, it limits
            each read and write.
        base_url: The URL that `url` begins with, of a server that serves the files.
        links: Which links `url` makes: `"file"` for links that open one file, each of which takes a
            request to the edge service; `"storage"` for links that need one request for all, and
            whose holder can read every file of the storage. `None` for no links.
        link_lifetime: How long links work at most. `url` returns a link while half of its time is
            left. `None` for ever.
        auth_region: The region of Storj's edge service, such as `"eu1"`.
        auth_service: The auth service of another edge service, as `host:port`.
        link_base_url: The URL of its linksharing service.
        certificate_pem: The certificates that the auth service may have, in PEM format; `None` for
            those that the system trusts.

    Raises:
        TypeError: An option is of another type.
        InvalidArgumentError: Options exclude each other, or an option has a wrong value.
        InvalidAccessError: At the first use: there is no such access, or it is not valid.

    Example:
        ```python
        from django.core.files.base import ContentFile
        from uplink.django import UplinkStorage

        storage = UplinkStorage("photos", "media/", access=access)
        name = storage.save("cats/tom.txt", ContentFile(b"meow"))
        with storage.open(name) as file:
            assert file.read() == b"meow"
        ```
    """

    # The default of a subclass for an option that is not given.
    _overwrite_by_default = False

    def __new__(cls, *arguments: Any, **options: Any) -> Self:  # noqa: ANN401 - `__init__` has the signature
        """Keep the arguments for migrations. Django's `deconstructible` would keep a grant as text."""
        self = super().__new__(cls)
        self._arguments = (arguments, {name: options[name] for name in options if name != "access"})
        return self

    _arguments: tuple[tuple[Any, ...], dict[str, Any]]

    def __init__(
        self,
        bucket: str,
        prefix: str = "",
        *,
        access: str | AccessBase | None = None,
        access_file: str | os.PathLike[str] | None = None,
        access_name: str | None = None,
        config: Config | Mapping[str, Any] | None = None,
        overwrite: bool | None = None,
        expires_after: timedelta | None = None,
        checksum: ChecksumAlgorithm | None = None,
        timeout: float | None = None,
        base_url: str | None = None,
        links: str | None = None,
        link_lifetime: timedelta | None = None,
        auth_region: str | None = None,
        auth_service: str | None = None,
        link_base_url: str | None = None,
        certificate_pem: bytes | str | None = None,
    ) -> None:
        self._source = (Secret(access) if isinstance(access, str) else access, access_file, access_name)
        del access
        check_type(bucket, str, "bucket", "a str")
        check_type(prefix, str, "prefix", "a str")
        if not bucket:
            raise BucketNameInvalidError("the name of the bucket is empty", bucket=bucket)
        native_checksum(checksum)  # checks it
        Deadline(timeout)  # checks it, too
        check_access(self._source)
        check_links(base_url, links)
        check_durations(expires_after=expires_after, link_lifetime=link_lifetime)
        self.bucket: str = bucket
        self.prefix: str = checked_prefix(prefix)
        self.config: Config = config_option(config)
        self.timeout: float | None = timeout
        self.overwrite: bool = self._overwrite_by_default if overwrite is None else overwrite
        self._stored_with = partial(stored_with, expires_after=expires_after, checksum=checksum)
        self._base_url = base_url
        self._share = links
        self._links = Links(
            link_lifetime, auth_region=auth_region, auth_service=auth_service, certificate_pem=certificate_pem
        )
        self._join = partial(join_share_url, raw=True, auth_region=auth_region, base_url=link_base_url)

    def __getstate__(self) -> dict[str, Any]:
        """Return what a pickle or a copy has, which opens a project of its own."""
        return {name: value for name, value in self.__dict__.items() if name not in ("_access", "_twins")}

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """Return what a migration writes to make this storage again.

        Raises:
            ValueError: The access was given itself, so the migration would have the grant.
        """
        if self._source[0] is not None:
            raise ValueError(
                "a migration would have the grant of this storage; give the field a function that returns the storage, "
                "or use access_file, access_name or the environment"
            )
        return f"{type(self).__module__}.{type(self).__qualname__}", *self._arguments

    @cached_property
    def _access(self) -> AccessBase:
        return access_option(*self._source).access

    @cached_property
    def _twins(self) -> Twins:
        return Twins(self._access, self.config)

    @property
    def project(self) -> Project:
        """The project of the storage, for what Django's storages have no method for."""
        return self._twins.plain

    @property
    def aio_project(self) -> aio.Project:
        """The same project for awaited calls, in asynchronous views."""
        return self._twins.awaited

    def key(self, name: str) -> str:
        """Return the key of the object that a file is.

        Raises:
            SuspiciousFileOperation: The name leads out of the storage, or is none of a file.

        Example:
            ```python
            from uplink.django import UplinkStorage

            storage = UplinkStorage("photos", "media/")
            assert storage.key("cats/tom.jpg") == "media/cats/tom.jpg"
            ```
        """
        return self.prefix + inside(name)

    def save(self, name: str | None, content: IO[Any], max_length: int | None = None) -> str:
        """Save a file under the name, or under another one if a file has that, and return the name.

        Nothing is visible before all bytes are stored.

        Args:
            name: The name; `None` for that of the content.
            content: A file of Django, or a binary file. A file that Django has put into a temporary
                file is uploaded from there; any other is read in pieces, from its start.
            max_length: The number of characters that the name may have.

        Raises:
            SuspiciousFileOperation: The name leads out of the storage.
            PreconditionFailedError: Another process has taken the name during the upload, and the
                content cannot be read again.
            BucketNotFoundError: There is no such bucket.
            UplinkError: Any other error of the network.

        Example:
            ```python
            from django.core.files.base import ContentFile
            from uplink.django import UplinkStorage

            storage = UplinkStorage("photos", "media/")
            first = storage.save("tom.txt", ContentFile(b"meow"))
            second = storage.save("tom.txt", ContentFile(b"purr"))
            assert first != second
            ```
        """
        for _ in range(_ATTEMPTS - 1):
            if saved := self._save_once(name, content, max_length):
                return saved
        return super().save(name, content, max_length)

    def _save_once(self, name: str | None, content: IO[Any], max_length: int | None) -> str | None:
        """Save a file, and return `None` if another process has taken its name during the upload."""
        try:
            return super().save(name, content, max_length)
        except PreconditionFailedError:
            if is_rewindable(content):
                return None
            raise

    def _save(self, name: str, content: IO[Any]) -> str:
        name = inside(name)
        condition = None if self.overwrite else "*"
        stored: dict[str, Any] = {**self._stored_with(name), "if_none_match": condition, "timeout": self.timeout}
        path = temporary_path(content)
        if path is None:
            self.project.put(self.bucket, self.prefix + name, data_of(content), **stored)
        else:
            self.project.upload_file(self.bucket, self.prefix + name, path, resume=False, **stored)
        return name

    def _open(self, name: str, mode: str = "rb") -> StoredFile:
        key = self.key(name)

        def opened(mode: str) -> Any:  # noqa: ANN401 - the mode decides the type of the file
            stored = {} if "r" in mode else self._stored_with(name)
            file = self.project.open(self.bucket, key, mode, timeout=self.timeout, **stored)
            file.timeout = self.timeout
            return file

        return StoredFile(opened, name, mode)

    def delete(self, name: str) -> None:
        """Delete a file. A missing file is no error.

        Raises:
            ValueError: The name is empty.
            UplinkError: Any error of the network.
        """
        if not name:
            raise ValueError("The name must be given to delete().")
        self.project.delete_object(self.bucket, self.key(name), timeout=self.timeout)

    def exists(self, name: str) -> bool:
        """Report whether there is a file of the name. A folder is no file, but the storage itself exists."""
        return name in ROOT or self.project.exists(self.bucket, self.key(name), timeout=self.timeout)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Return the names of the folders and of the files in a folder, in order.

        A folder that does not exist has none.

        Args:
            path: The folder; `""` for that of the storage.
        """
        folder = self.prefix if path in ROOT else f"{self.key(path)}/"
        folders: list[str] = []
        files: list[str] = []
        for item in self.project.list_objects(self.bucket, prefix=folder, timeout=self.timeout):
            name = item.key[len(folder) :].removesuffix("/" if item.is_prefix else "")
            # The key that is equal to the prefix marks an empty folder, as other tools make one. Django has no
            # names for folders such as ".." or "a//b".
            if name not in ("", ".", ".."):
                (folders if item.is_prefix else files).append(name)
        return sorted(folders), sorted(files)

    def _record(self, name: str) -> Object:
        return self.project.stat_object(self.bucket, self.key(name), timeout=self.timeout)

    def size(self, name: str) -> int:
        """Return the number of bytes in a file."""
        return self._record(name).size or 0

    def url(self, name: str | None) -> str:
        """Return the URL of a file, from the options `base_url` or `links`. It does not check that the file exists.

        Raises:
            ValueError: The name is empty, or the storage has neither option.
            EdgeUnreachableError: The auth service cannot be reached.
            EdgeRefusedError: It does not accept the access.
        """
        if not name:
            raise ValueError("a file without a name has no URL")
        if self._base_url is not None:
            return urljoin(f"{self._base_url.rstrip('/')}/", filepath_to_uri(inside(name)))
        if self._share is None:
            raise ValueError("this storage makes no URLs; its options base_url and links do")
        key = self.key(name)
        shared = key if self._share == "file" else self.prefix
        return self._join(self._links.access_key_id(self._access, self.bucket, shared, self.timeout), self.bucket, key)

    def get_created_time(self, name: str) -> datetime:
        """Return the time when a file was saved, which is aware if `USE_TZ` is set."""
        created = self._record(name).created
        assert created is not None
        return created if settings.USE_TZ else make_naive(created, get_default_timezone())

    def get_modified_time(self, name: str) -> datetime:
        """Return the time when a file was saved, since files are replaced as a whole."""
        return self.get_created_time(name)

    def get_accessed_time(self, name: str) -> NoReturn:
        """Raise `NotImplementedError`: Storj does not store when an object is read."""
        raise NotImplementedError("Storj does not store when an object is read")


class UplinkStaticFilesStorage(UplinkStorage):
    """A storage for static files, which `collectstatic` replaces.

    It differs from `UplinkStorage` in its default: `overwrite` is true.
    """

    _overwrite_by_default = True

    def exists(self, name: str) -> bool:
        """Report whether there is a file or a folder of the name: `collectstatic --clear` asks for folders."""
        if super().exists(name):
            return True
        with suppress(PermissionDeniedError):
            below = self.project.list_objects(self.bucket, f"{self.key(name)}/", limit=1, timeout=self.timeout)
            return any(True for _ in below)
        return False


class UplinkManifestStaticFilesStorage(ManifestFilesMixin, UplinkStaticFilesStorage):  # type: ignore[misc]
    """The same with a checksum in the name of each file, as Django's `ManifestStaticFilesStorage`.

    The manifest is an object in the storage, which each process reads when it starts.
    """
