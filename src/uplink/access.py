# Generated from src/uplink/aio/access.py by tools/generate_sync.py; change that instead.
"""Access grants and encryption keys."""

from __future__ import annotations

from uplink import project as _project
from uplink._access import AccessBase, EncryptionKeyBase
from uplink._calls import access as calls
from uplink._config_values import Config, config_or_default
from uplink._driver import run
from uplink._edge_values import EdgeCredentials
from uplink._secret import Secret


class EncryptionKey(EncryptionKeyBase):
    """An encryption key for `Access.override_encryption_key`.

    Go counterpart: `uplink.EncryptionKey`.
    """

    __slots__ = ()

    @classmethod
    def derive(cls, passphrase: str, salt: bytes, *, timeout: float | None = None) -> EncryptionKey:
        """Derive a key from a passphrase, which takes some 100 ms of computing on purpose.

        Go counterpart: `uplink.DeriveEncryptionKey`.

        Args:
            passphrase: The passphrase.
            salt: Bytes that make the keys of equal passphrases differ, for instance the user's
                name. The same passphrase and salt always give the same key.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            DeadlineExceededError: The time is up.

        Example:
            ```python
            key = uplink.EncryptionKey.derive("the user's passphrase", salt=b"the user's name")
            ```
        """
        secret = Secret(passphrase)
        del passphrase
        return cls(run(calls.derive_encryption_key(secret, salt), timeout))


class Access(AccessBase):
    """An access grant.

    The address of a satellite, an API key and encryption keys, which may be restricted.

    An access is a value: immutable, comparable, and without anything to close. Its `repr` hides the
    secret. Its pickle and the text of `serialize()` contain it: treat both as a password.

    Go counterpart: `uplink.Access`.

    Example:
        ```python
        access = uplink.Access.parse(grant)
        with access.open_project() as project:
            project.ensure_bucket("photos")
        ```
    """

    __slots__ = ()

    @classmethod
    def request(
        cls,
        *,
        satellite_address: str,
        api_key: str,
        passphrase: str,
        config: Config | None = None,
        timeout: float | None = None,
    ) -> Access:
        """Make an access from an API key and a passphrase.

        This takes one request and some 100 ms of computing. Make it once, and store what
        `serialize` returns.

        Go counterpart: `uplink.RequestAccessWithPassphrase`.

        Args:
            satellite_address: The satellite, as `id@host:port`. For those of Storj the host is enough:
                `us1.storj.io`, `eu1.storj.io` or `ap1.storj.io`.
            api_key: The API key, from the satellite's console.
            passphrase: The encryption keys are derived from it. A wrong passphrase raises nothing:
                it selects other objects.
            config: How to connect.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            TypeError: An argument is of another type.
            InvalidAccessError: The API key is not valid.
            PermissionDeniedError: The satellite has no such API key, or it was revoked.
            ConnectionFailedError: The satellite cannot be reached.
            DeadlineExceededError: The time is up.

        Example:
            ```python
            access = uplink.Access.request(
                satellite_address=satellite_address, api_key=api_key, passphrase="you'll never guess this"
            )
            ```
        """
        secret_key, secret_passphrase = Secret(api_key), Secret(passphrase)
        del api_key, passphrase
        call = calls.request_access(config_or_default(config), satellite_address, secret_key, secret_passphrase)
        return cls((run(call, timeout)).reveal())

    def register(
        self,
        *,
        public: bool = False,
        auth_region: str | None = None,
        auth_service: str | None = None,
        certificate_pem: bytes | str | None = None,
        insecure: bool = False,
        timeout: float | None = None,
    ) -> EdgeCredentials:
        """Register this access at an edge service, and return credentials for it.

        The service gets the access with its encryption keys: it can read whatever the access
        reaches. Register an access that `share` has restricted. `uplink.edge.share_url`
        restricts, registers and makes a link in one call.

        Go counterpart: `edge.Config.RegisterAccess`.

        Args:
            public: Whether everyone with the access key ID can read what the access reaches, as
                links need it.
            auth_region: The region of Storj's edge service, such as `"eu1"`.
            auth_service: The auth service of another edge service, as `host:port`; `None` for
                `auth.storjshare.io:7777`, or that of the region.
            certificate_pem: The certificates to trust, in PEM format; `None` for those of the
                system.
            insecure: Whether to send the access without encryption. For tests on one machine only.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            TypeError: An argument is of another type.
            InvalidArgumentError: The address is not of the form `host:port`, or there is no
                certificate in `certificate_pem`.
            EdgeUnreachableError: The auth service cannot be reached.
            EdgeUntrustedError: Its certificate is not trusted.
            EdgeRefusedError: It does not accept the access.
            DeadlineExceededError: The time is up.

        Example:
            ```python
            local = network.local
            shared = access.share(uplink.Permission.read_only(), uplink.SharePrefix("photos", "2026/"))
            credentials = shared.register(
                auth_service=local.auth_service, certificate_pem=local.auth_certificate
            )
            print(credentials.access_key_id)
            ```
        """
        from uplink.edge import register  # noqa: PLC0415 - few programs need it

        return register(
            self,
            public=public,
            auth_region=auth_region,
            auth_service=auth_service,
            certificate_pem=certificate_pem,
            insecure=insecure,
            timeout=timeout,
        )

    def open_project(self, *, config: Config | None = None) -> _project.Project:
        """Open the project of this access. It uses no network.

        Go counterpart: `uplink.OpenProject`.

        Args:
            config: How to connect.

        Example:
            ```python
            with access.open_project() as project:
                names = [bucket.name for bucket in project.list_buckets()]
            ```
        """
        return _project.open_project(self, config=config)
