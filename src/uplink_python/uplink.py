"""The entry point: `Uplink` makes accesses."""

from __future__ import annotations

import uplink as native
from uplink._secret import Secret
from uplink_python._bridge import Handle, translated
from uplink_python._records import Records
from uplink_python.access import Access
from uplink_python.module_classes import Config

__all__ = ["Uplink"]


class Uplink(Records):
    """Makes accesses.

    Attributes:
        m_libuplink: The module `uplink`, in place of the native library of the older binding.

    Example:
        ```python
        from uplink_python.uplink import Uplink

        uplink = Uplink()
        access = uplink.request_access_with_passphrase(satellite_address, api_key, "you'll never guess this")
        ```
    """

    def __init__(self) -> None:
        self.m_libuplink = native

    def request_access_with_passphrase(self, satellite: str, api_key: str, passphrase: str) -> Access:
        """Make an access from an API key and a passphrase: one call to the satellite and some 100 ms of computing.

        Make it once, and store what `Access.serialize` returns.

        Args:
            satellite: The satellite, as `id@host:port`.
            api_key: The API key.
            passphrase: The source of the encryption keys. Another passphrase raises no error but sees other objects.

        Returns:
            The access.

        Raises:
            InvalidArgumentError: The API key is not valid.
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
            config: How to connect; `None` for the defaults.
            satellite: The satellite, as `id@host:port`.
            api_key: The API key.
            passphrase: The source of the encryption keys.

        Returns:
            The access.

        Raises:
            InvalidArgumentError: The API key or the configuration is not valid.
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
        """Make an access from a serialized grant. Makes no network call.

        Args:
            serialized_access: What `Access.serialize` returned.

        Returns:
            The access.

        Raises:
            InvalidArgumentError: It is not a grant, or is cut off.
            LibUplinkSoError: The native library cannot be loaded.
        """
        secret = Secret(serialized_access)
        del serialized_access
        with translated():
            return Access(Handle(native.Access.parse(secret.reveal())), self)
