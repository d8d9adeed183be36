"""Access grants."""

from __future__ import annotations

from collections.abc import Sequence

import uplink as native
from uplink._secret import Secret
from uplink_python._bridge import Handle, translated
from uplink_python._records import Records
from uplink_python.module_classes import Config, Permission, SharePrefix
from uplink_python.project import Project

__all__ = ["Access"]


class Access:
    """The credentials for a project: the satellite's address, an API key and encryption keys. Made by `Uplink`.

    Attributes:
        access: A handle, for `access.access.contents._handle != 0`.
        uplink: The `Uplink` that made it.

    Example:
        ```python
        from uplink_python.uplink import Uplink

        access = Uplink().parse_access(grant)
        project = access.open_project()
        project.close()
        ```
    """

    def __init__(self, access: Handle[native.Access], uplink: Records) -> None:
        self.access = access
        self.uplink = uplink

    def derive_encryption_key(self, passphrase: str, salt: str | bytes) -> Handle[native.EncryptionKey]:
        """Derive an encryption key for `override_encryption_key` from a passphrase.

        In the older binding this never worked. Here it does what it does in Go: the salt is used unchanged, a `str` as
        UTF-8, so the same passphrase and salt make the same key in every language.

        Args:
            passphrase: The passphrase.
            salt: Makes different keys from equal passphrases, for instance the user's name.

        Returns:
            A handle of the key.

        Raises:
            StorjException: The passphrase contains a NUL.
        """
        secret = Secret(passphrase)
        del passphrase
        octets = salt.encode("utf-8", "surrogateescape") if isinstance(salt, str) else bytes(salt)
        with translated():
            return Handle(native.EncryptionKey.derive(secret.reveal(), octets))

    def override_encryption_key(
        self, bucket_name: str, prefix: str, encryption_key: Handle[native.EncryptionKey]
    ) -> Access:
        """Encrypt with another key below a prefix, from now on and in this access.

        In the older binding this never worked. Here it does what it does in Go: it changes this access. Projects that
        it opened before are not changed.

        Args:
            bucket_name: The bucket.
            prefix: The start of the keys, ending in "/".
            encryption_key: The key, from `derive_encryption_key`.

        Returns:
            This access. The older binding's documentation has it both as changed and as returned.

        Raises:
            InvalidArgumentError: The prefix does not end in "/".
            BucketNameInvalidError: The bucket's name is empty.
        """
        with translated():
            self.access.native = self.access.native.override_encryption_key(bucket_name, prefix, encryption_key.native)
        return self

    def open_project(self) -> Project:
        """Open the project of this access. Makes no network call.

        Returns:
            The project.
        """
        return self.config_open_project(None)

    def config_open_project(self, config: Config | None) -> Project:
        """Open the project of this access with a configuration. Makes no network call.

        Args:
            config: How to connect; `None` for the defaults.

        Returns:
            The project.

        Raises:
            InvalidArgumentError: The configuration is not valid.
        """
        with translated():
            settings = None if config is None else config.get_structure()
            project = Handle(self.access.native.open_project(config=settings), native.Project.close)
        return Project(project, self.uplink)

    def serialize(self) -> str:
        """Return the access as text for `Uplink.parse_access`, to be kept as secret as a password.

        Returns:
            The serialized access grant.
        """
        return self.access.native.serialize()

    def share(self, permission: Permission | None = None, shared_prefix: Sequence[SharePrefix] | None = None) -> Access:
        """Return an access that is restricted further. Makes no network call.

        Args:
            permission: What it allows, of what this access allows.
            shared_prefix: The only places that it reaches; `None` for the places of this access.

        Returns:
            The new access.

        Raises:
            InvalidArgumentError: The permission is missing or allows nothing, or a time is not valid.
            BucketNameInvalidError: A prefix has no bucket.
        """
        with translated():
            allowed = native.Permission() if permission is None else permission.get_structure()
            prefixes = [prefix.get_structure() for prefix in shared_prefix or ()]
            return Access(Handle(self.access.native._share(allowed, *prefixes)), self.uplink)
