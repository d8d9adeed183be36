"""The way in: `Uplink` makes accesses."""

from __future__ import annotations

import uplink as native
from uplink._secret import Secret
from uplink_python._bridge import Handle, translated
from uplink_python.access import Access
from uplink_python.module_classes import Bucket, Config, Object, bucket_of, object_of

__all__ = ["Uplink"]


class Uplink:
    """What accesses are made with.

    Attributes:
        m_libuplink: What the older binding had its native library in: here the module `uplink`.

    Example:
        ```python
        from uplink_python.uplink import Uplink

        uplink = Uplink()
        access = uplink.request_access_with_passphrase(satellite_address, api_key, "you'll never guess this")
        ```
    """

    def __init__(self) -> None:
        self.m_libuplink = native

    @classmethod
    def object_from_result(cls, object_: native.Object) -> Object:
        """Make an object of one that `uplink` returns.

        Args:
            object_: The object of `uplink`.

        Returns:
            The object of this package.
        """
        return object_of(object_)

    @classmethod
    def bucket_from_result(cls, bucket_: native.Bucket) -> Bucket:
        """Make a bucket of one that `uplink` returns.

        Args:
            bucket_: The bucket of `uplink`.

        Returns:
            The bucket of this package.
        """
        return bucket_of(bucket_)

    def request_access_with_passphrase(self, satellite: str, api_key: str, passphrase: str) -> Access:
        """Make an access of an API key and a passphrase, by one question to the satellite and some 100 ms of computing.

        Make it once, and keep what `Access.serialize` returns.

        Args:
            satellite: The satellite, as `id@host:port`.
            api_key: The API key.
            passphrase: What encrypts and decrypts. Another one does not fail, but sees other objects.

        Returns:
            The access.

        Raises:
            InvalidArgumentError: The API key is not one.
            PermissionDeniedError: The satellite does not know the API key.
            LibUplinkSoError: The native library cannot be loaded.
            StorjException: Any other error.
        """
        key, secret = Secret(api_key), Secret(passphrase)
        del api_key, passphrase
        return self.config_request_access_with_passphrase(None, satellite, key.reveal(), secret.reveal())

    def config_request_access_with_passphrase(
        self, config: Config | None, satellite: str, api_key: str, passphrase: str
    ) -> Access:
        """Make an access as `request_access_with_passphrase` does, with a configuration.

        Args:
            config: How to connect; `None` for the usual.
            satellite: The satellite, as `id@host:port`.
            api_key: The API key.
            passphrase: What encrypts and decrypts.

        Returns:
            The access.

        Raises:
            InvalidArgumentError: The API key is not one, or the configuration cannot be right.
            PermissionDeniedError: The satellite does not know the API key.
            LibUplinkSoError: The native library cannot be loaded.
            StorjException: Any other error.
        """
        key, secret = Secret(api_key), Secret(passphrase)
        del api_key, passphrase
        with translated():
            settings = None if config is None else config.get_structure()
            access = Handle(
                native.Access.request(
                    satellite_address=satellite, api_key=key.reveal(), passphrase=secret.reveal(), config=settings
                )
            )
        return Access(access, self)

    def parse_access(self, serialized_access: str) -> Access:
        """Make an access of a serialized grant. No network is asked.

        Args:
            serialized_access: What `Access.serialize` returned.

        Returns:
            The access.

        Raises:
            InvalidArgumentError: It is not a grant, or not a whole one.
            LibUplinkSoError: The native library cannot be loaded.
        """
        secret = Secret(serialized_access)
        del serialized_access
        with translated():
            return Access(Handle(native.Access.parse(secret.reveal())), self)
