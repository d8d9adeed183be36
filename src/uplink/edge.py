# Generated from src/uplink/aio/edge.py by tools/generate_sync.py; change that instead.
"""Edge services: S3 credentials for an access, and links that any HTTP client can open.

An edge service registers an access and serves what the access reaches, by links and by the protocol
of S3. For that it gets the access with its encryption keys: it can read whatever the access
reaches. So register only accesses that are restricted by `Access.share`, as `share_url` does.

```python
local = network.local  # for a test; without the last three arguments, Storj's service makes the link
link = uplink.edge.share_url(
    access,
    "photos",
    "cat.jpg",
    raw=True,
    auth_service=local.auth_service,
    base_url=local.link_sharing,
    certificate_pem=local.auth_certificate,
)
```
"""

from __future__ import annotations

from datetime import datetime

from uplink._access import AccessBase
from uplink._calls import edge as calls
from uplink._checks import check_type
from uplink._driver import run
from uplink._edge import auth_address, join_share_url
from uplink._edge_values import EdgeCredentials
from uplink._permission import Permission, SharePrefix

__all__ = ["EdgeCredentials", "join_share_url", "register", "share_url"]


def register(
    access: AccessBase,
    *,
    public: bool = False,
    auth_region: str | None = None,
    auth_service: str | None = None,
    certificate_pem: bytes | str | None = None,
    insecure: bool = False,
    timeout: float | None = None,
) -> EdgeCredentials:
    """Register an access at an edge service, and return credentials for it.

    The service gets the access with its encryption keys: it can read whatever the access reaches.
    Register an access that `Access.share` has restricted, with a `not_after` where possible.
    `Project.revoke_access` ends the credentials with their access.

    Go counterpart: `edge.Config.RegisterAccess`.

    Args:
        access: The access.
        public: Whether everyone with the access key ID can read what the access reaches, as links
            need it.
        auth_region: The region of Storj's edge service, such as `"eu1"`.
        auth_service: The auth service of another edge service, as `host:port`; `None` for
            `auth.storjshare.io:7777`, or that of the region.
        certificate_pem: The certificates to trust, in PEM format; `None` for those of the system.
        insecure: Whether to send the access without encryption. For tests on one machine only.
        timeout: Seconds until the call is cancelled; `None` for no limit.

    Raises:
        TypeError: An argument is of another type.
        InvalidArgumentError: The address is not of the form `host:port`, or there is no certificate
            in `certificate_pem`.
        EdgeUnreachableError: The auth service cannot be reached.
        EdgeUntrustedError: Its certificate is not trusted.
        EdgeRefusedError: It does not accept the access.
        DeadlineExceededError: The time is up.

    Example:
        ```python
        local = network.local
        shared = access.share(uplink.Permission.read_only(), uplink.SharePrefix("photos", "cat.jpg"))
        credentials = uplink.edge.register(
            shared, auth_service=local.auth_service, certificate_pem=local.auth_certificate
        )
        print(credentials.access_key_id, credentials.endpoint)
        ```
    """
    check_type(access, AccessBase, "register", "an Access")
    address = auth_address(auth_service, auth_region)
    call = calls.register_access(access._grant, address, certificate_pem, public=public, insecure=insecure)
    return EdgeCredentials(*run(call, timeout))


def share_url(
    access: AccessBase,
    bucket: str = "",
    key: str = "",
    *,
    raw: bool = False,
    not_after: datetime | None = None,
    auth_region: str | None = None,
    auth_service: str | None = None,
    base_url: str | None = None,
    certificate_pem: bytes | str | None = None,
    insecure: bool = False,
    timeout: float | None = None,
) -> str:
    """Make a link with which everyone can read an object, a prefix, a bucket or a project.

    As the command `uplink share --url`, it restricts the access to reading and listing what the
    link is for, and registers that for public use. The edge service can read this much, and no
    more. Each call registers another access; the link works until `not_after`, or until the access
    is revoked.

    Go counterparts: `Access.Share`, `edge.Config.RegisterAccess` and `edge.JoinShareURL`.

    Args:
        access: The access. It stays as it is.
        bucket: The bucket; `""` for the whole project.
        key: The key of an object, or a prefix, which ends in "/"; `""` for the whole bucket. A link
            to the object `a` can also read the objects below `a/`.
        raw: Whether the link is one to the data of an object, for `<img src=…>` or a download,
            rather than to a page about it.
        not_after: When the link stops working, an aware datetime; `None` for never.
        auth_region: The region of Storj's edge service, such as `"eu1"`.
        auth_service: The auth service of another edge service, as `host:port`; `None` for
            `auth.storjshare.io:7777`, or that of the region.
        base_url: The URL of its linksharing service; `None` for `https://link.storjshare.io`, or
            that of the region.
        certificate_pem: The certificates that the auth service may have, in PEM format; `None` for
            those that the system trusts.
        insecure: Whether to send the access without encryption. For tests on one machine only.
        timeout: Seconds until the call is cancelled; `None` for no limit.

    Raises:
        TypeError: An argument is of another type.
        InvalidArgumentError: The access does not reach the key, there is a key and no bucket, or an
            argument is not valid.
        EdgeUnreachableError: The auth service cannot be reached.
        EdgeUntrustedError: Its certificate is not trusted.
        EdgeRefusedError: It does not accept the access.
        DeadlineExceededError: The time is up.

    Example:
        ```python
        from datetime import datetime, timedelta, timezone

        local = network.local
        link = uplink.edge.share_url(
            access,
            "photos",
            "cat.jpg",
            not_after=datetime.now(timezone.utc) + timedelta(days=1),
            auth_service=local.auth_service,
            base_url=local.link_sharing,
            certificate_pem=local.auth_certificate,
        )
        assert link.endswith("/photos/cat.jpg")
        ```
    """
    check_type(access, AccessBase, "share_url", "an Access; join_share_url takes an access key ID")

    def joined(access_key_id: str) -> str:
        return join_share_url(access_key_id, bucket, key, raw=raw, auth_region=auth_region, base_url=base_url)

    joined("id")  # raises before anything is registered
    prefixes = [SharePrefix(bucket, key)] if bucket else []
    credentials = register(
        access.share(Permission.read_only(not_after=not_after), *prefixes),
        public=True,
        auth_region=auth_region,
        auth_service=auth_service,
        certificate_pem=certificate_pem,
        insecure=insecure,
        timeout=timeout,
    )
    return joined(credentials.access_key_id)
