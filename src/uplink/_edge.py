"""What synchronous and awaited calls on edge services have in common."""

from __future__ import annotations

from uplink._calls import edge as calls
from uplink._checks import check_flag, check_type
from uplink.errors import InvalidArgumentError

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# An access key ID has 28 characters, and S3 permits 128. A grant has more.
_LONGEST_ID = 128


def auth_address(auth_service: str | None, auth_region: str | None) -> str:
    """Return the address of the auth service, by default of Storj's service for all regions."""
    if auth_service is None:
        return f"auth{_region(auth_region)}.storjshare.io:7777"
    if auth_region is not None:
        raise InvalidArgumentError("auth_service and auth_region exclude each other")
    check_type(auth_service, str, "auth_service", "a str")
    return auth_service


def _link_base(base_url: str | None, auth_region: str | None) -> str:
    """Return the URL that links begin with, by default of Storj's service for all regions."""
    if base_url is None:
        return f"https://link{_region(auth_region)}.storjshare.io"
    check_type(base_url, str, "base_url", "a str")
    if not base_url.startswith(("https://", "http://")):
        raise InvalidArgumentError("base_url does not begin with https:// or http://")
    return base_url


def _region(auth_region: str | None) -> str:
    if auth_region is None:
        return ""
    check_type(auth_region, str, "auth_region", "a str")
    if not (auth_region.isascii() and auth_region.isalnum()):
        raise InvalidArgumentError("auth_region takes the name of a region, such as 'eu1'")
    return f".{auth_region}"


def join_share_url(
    access_key_id: str,
    bucket: str = "",
    key: str = "",
    *,
    raw: bool = False,
    auth_region: str | None = None,
    base_url: str | None = None,
) -> str:
    """Return the link to an object, a prefix, a bucket or a project. It uses no network.

    It does not check that the link works. That takes an access that was registered with
    `public=True` and reaches the object.

    Some characters of keys never arrive in the form in which they are in the link: browsers and
    most HTTP clients take the parts `.` and `..` between slashes out of a URL.

    Go counterpart: `edge.JoinShareURL`.

    Args:
        access_key_id: The access key ID of the registered access.
        bucket: The bucket; `""` for the whole project.
        key: The key of an object, or a prefix, which ends in "/"; `""` for the whole bucket.
        raw: Whether the link is one to the data of an object, for `<img src=…>` or a download,
            rather than to a page about it.
        auth_region: The region of Storj where the access is registered, such as `"eu1"`.
        base_url: The URL of another linksharing service; `None` for `https://link.storjshare.io`,
            or that of the region.

    Raises:
        TypeError: An argument is of another type.
        InvalidArgumentError: There is a key and no bucket, `raw` is true and the key is none of an
            object, or the access key ID or the base URL is not valid.

    Example:
        ```python
        link = uplink.edge.join_share_url("jvw3fmzqyg2cvxm27qishw6y4qka", "photos", "my cat.jpg", raw=True)
        assert link == "https://link.storjshare.io/raw/jvw3fmzqyg2cvxm27qishw6y4qka/photos/my%20cat.jpg"
        ```
    """
    check_flag(raw, "raw")
    check_type(access_key_id, str, "access_key_id", "a str; share_url takes an Access")
    # The id is in the link, so nothing else that is secret may be in its place.
    if len(access_key_id) > _LONGEST_ID:
        raise InvalidArgumentError(
            f"access_key_id has more than {_LONGEST_ID} characters; an access grant must not be in a link"
        )
    return calls.join_share_url(_link_base(base_url, auth_region), access_key_id, bucket, key, raw=bool(raw))
