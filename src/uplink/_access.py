"""What synchronous and awaited accesses and encryption keys have in common."""

from __future__ import annotations

import os
from datetime import datetime, timezone

from uplink._calls import access as calls
from uplink._checks import check_type
from uplink._handle import EncryptionKeyHandle
from uplink._info import AccessInfo
from uplink._permission import FLAGS, Permission, SharePrefix
from uplink._secret import Secret
from uplink._types import Self
from uplink.errors import BucketNameInvalidError, InvalidAccessError, InvalidArgumentError

ACCESS_VARIABLE = "UPLINK_ACCESS"


class EncryptionKeyBase:
    """An encryption key, which `derive` makes."""

    __slots__ = ("__weakref__", "_handle")

    def __init__(self, handle: EncryptionKeyHandle) -> None:
        if not isinstance(handle, EncryptionKeyHandle):
            raise TypeError("an EncryptionKey is made by EncryptionKey.derive")
        self._handle = handle

    def __repr__(self) -> str:
        return f"<{type(self).__module__.split('._')[0]}.{type(self).__qualname__}>"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("an EncryptionKey cannot be pickled; pickle an Access that has it")


class AccessBase:
    """An access grant. It is immutable. Its `repr` hides the secret; its pickle contains it."""

    __slots__ = ("__weakref__", "_grant", "_satellite_address")

    def __init__(self, grant: str) -> None:
        secret = Secret(grant)
        del grant
        self._grant, self._satellite_address = calls.parse_access(secret)

    @classmethod
    def parse(cls, grant: str) -> Self:
        """Make an access from a serialized grant. It uses no network.

        Go counterpart: `uplink.ParseAccess`.

        Args:
            grant: The serialized access grant, from `serialize` or from the command `uplink
                access`.

        Raises:
            InvalidAccessError: It is not a complete grant.

        Example:
            ```python
            access = uplink.Access.parse(grant)
            assert access.serialize() == grant
            ```
        """
        secret = Secret(grant)
        del grant
        return cls(secret.reveal())

    @classmethod
    def from_env(cls, variable: str = ACCESS_VARIABLE) -> Self:
        """Make an access from the grant in an environment variable. It uses no network.

        In place of `UPLINK_ACCESS` with the grant, `UPLINK_ACCESS_FILE` may hold the name of a file
        with the grant, as for the secrets of Docker and systemd. `_FILE` works behind any other
        name, too.

        Args:
            variable: The variable that holds the grant.

        Raises:
            InvalidAccessError: Neither or both of the two variables are set, or the text is not a
                grant.

        Example:
            ```python
            import os

            os.environ["UPLINK_ACCESS"] = grant
            access = uplink.Access.from_env()
            ```
        """
        check_type(variable, str, "from_env", "the name of a variable")
        file = os.environ.get(f"{variable}_FILE")
        if file and os.environ.get(variable):
            raise InvalidAccessError(
                f"the environment variables {variable} and {variable}_FILE are both set; unset one"
            )
        if file:
            return cls.from_file(file)
        if not os.environ.get(variable):
            raise InvalidAccessError(
                f"the environment variable {variable} is not set, or empty; give it a serialized access grant, or give "
                f"{variable}_FILE the name of a file with one"
            )
        return cls(os.environ[variable])

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Self:
        """Make an access from a file that has a serialized grant and nothing else.

        It uses no network.

        Args:
            path: The file; white space around the grant does not matter.

        Raises:
            InvalidAccessError: The file cannot be read, or its text is not a grant.

        Example:
            ```python
            from pathlib import Path

            Path("grant.txt").write_text(grant)
            access = uplink.Access.from_file("grant.txt")
            ```
        """
        from uplink._saved import read_grant  # noqa: PLC0415 - few programs need it, and json takes long

        return cls(read_grant(path).reveal())

    @classmethod
    def from_saved(cls, name: str | None = None, *, folder: str | os.PathLike[str] | None = None) -> Self:
        """Make an access from a grant that the command `uplink` of Storj has saved.

        It uses no network.

        Args:
            name: The name that `uplink access list` shows; `None` for the current one.
            folder: The command's `--config-dir`, with the file `access.json`; `None` for the usual
                place, on Linux `~/.config/storj/uplink`.

        Raises:
            InvalidAccessError: The file cannot be read, has no access of that name, or its text is
                not a grant.

        Example:
            ```python
            import json
            from pathlib import Path

            Path("access.json").write_text(json.dumps({"default": "main", "accesses": {"main": grant}}))
            access = uplink.Access.from_saved("main", folder=".")
            assert uplink.Access.from_saved(folder=".") == access
            ```
        """
        from uplink._saved import saved_grant  # noqa: PLC0415 - as above

        return cls(saved_grant(name, folder).reveal())

    def serialize(self) -> str:
        """Return the grant as text.

        It contains the API key and the encryption keys: treat it as a password.

        Go counterpart: `Access.Serialize`.

        Example:
            ```python
            assert uplink.Access.parse(access.serialize()) == access
            ```
        """
        return self._grant.reveal()

    @property
    def satellite_address(self) -> str:
        """The satellite of the grant, as `id@host:port`.

        Go counterpart: `Access.SatelliteAddress`.

        Example:
            ```python
            node_id, address = access.satellite_address.split("@")
            ```
        """
        return self._satellite_address

    def inspect(self) -> AccessInfo:
        """Return the contents of the grant: satellite, permissions, times and prefixes.

        It uses no network.

        Example:
            ```python
            from datetime import datetime, timezone

            info = access.inspect()
            assert info.allow_upload and info.reaches("photos", "cat.jpg")
            assert info.not_after is None or info.not_after > datetime.now(timezone.utc)
            ```
        """
        return calls.inspect(self._grant)

    def share(self, permission: Permission, *prefixes: SharePrefix) -> Self:
        """Return an access that allows no more than this access and than the permission.

        It uses no network.

        Go counterpart: `Access.Share`.

        Args:
            permission: What the new access allows.
            *prefixes: The prefixes that the new access is restricted to; without any, the prefixes
                of this access.

        Raises:
            TypeError: The permission is not a `Permission`, or a prefix is not a `SharePrefix`.
            InvalidArgumentError: The permission allows nothing or has expired, or this access does
                not reach a prefix.
            BucketNameInvalidError: A prefix has no bucket, or one with a slash in its name.

        Example:
            ```python
            shared = access.share(uplink.Permission.read_only(), uplink.SharePrefix("photos", "2026/"))
            print(shared.serialize())
            ```
        """
        check_type(permission, Permission, "share", "first a Permission, such as Permission.read_only()")
        if permission.not_after is not None and permission.not_after <= datetime.now(timezone.utc):
            raise InvalidArgumentError(f"not_after is {permission.not_after}, which is over")
        return self._share(permission, *prefixes)

    def _share(self, permission: Permission, *prefixes: SharePrefix) -> Self:
        """Return a restricted access. It may have expired already, which uplink_python allows."""
        if not any(getattr(permission, name) for name in FLAGS):
            raise InvalidArgumentError("the permission allows nothing; see Permission, such as Permission.read_only()")
        for prefix in prefixes:
            check_type(prefix, SharePrefix, "share", "SharePrefix(bucket, prefix)")
            bucket, slash, rest = prefix.bucket.partition("/")
            if slash:
                # libuplink would make a grant that allows nothing.
                raise BucketNameInvalidError(
                    f"the bucket has a slash in its name; for a prefix in it, use SharePrefix({bucket!r}, {rest!r})",
                    bucket=prefix.bucket,
                )
        return type(self)(calls.share(self._grant, permission, prefixes).reveal())

    def override_encryption_key(self, bucket: str, prefix: str, key: EncryptionKeyBase) -> Self:
        """Return an access that encrypts with another key below a prefix. It uses no network.

        With it, one bucket can hold the data of many users who cannot read each other's.

        A recursive listing from above the prefix does not show objects that were written with the
        other key: as in Go, a listing decrypts all keys with the one encryption key of its own
        prefix. List the prefix itself, or walk down prefix by prefix with listings that are not
        recursive, as the example does.

        Go counterpart: `Access.OverrideEncryptionKey`, which changes the access in place.

        Args:
            bucket: The bucket.
            prefix: How the keys begin; it ends in "/".
            key: The key, from `EncryptionKey.derive`.

        Raises:
            TypeError: The key is not an `EncryptionKey`.
            InvalidArgumentError: The prefix is not valid.

        Example:
            ```python
            key = uplink.EncryptionKey.derive("the user's passphrase", salt=b"the user's name")
            access_of_user = access.override_encryption_key("users", "ann/", key)

            def walk(project, bucket, prefix=""):
                for item in project.list_objects(bucket, prefix=prefix):
                    if item.is_prefix:
                        yield from walk(project, bucket, item.key)
                    else:
                        yield item
            ```
        """
        check_type(key, EncryptionKeyBase, "override_encryption_key", "an EncryptionKey, from EncryptionKey.derive")
        changed = calls.override_encryption_key(self._grant, bucket, prefix, key._handle)
        return type(self)(changed.reveal())

    def __eq__(self, other: object) -> bool:
        return self.serialize() == other.serialize() if isinstance(other, AccessBase) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.serialize())

    def __repr__(self) -> str:
        if not hasattr(self, "_satellite_address"):
            return object.__repr__(self)
        return f"<{type(self).__module__}.{type(self).__qualname__} to {self.satellite_address}>"

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.serialize(),)
