"""The values of edge services."""

from __future__ import annotations

from datetime import datetime

from uplink._dataclass import dataclass


@dataclass(frozen=True, slots=True)
class EdgeCredentials:
    """Credentials for the S3 gateway and the links of an edge service.

    `repr` hides the secret key. A pickle contains it.

    Go counterpart: `edge.Credentials`.

    Attributes:
        access_key_id: Names the registered access. It is part of links.
        secret_key: The secret key for S3 clients.
        endpoint: The URL of the S3 gateway.
        free_tier_expires: The time when the credentials end because the project is in the free tier
            of Storj, an aware UTC datetime, or `None`.

    Example:
        ```python
        credentials = uplink.edge.EdgeCredentials("jvw3fmzqyg2cvxm27qishw6y4qka", "secret", "https://gateway.example")
        assert "secret" not in str(credentials)
        ```
    """

    access_key_id: str
    secret_key: str
    endpoint: str
    free_tier_expires: datetime | None = None

    def __repr__(self) -> str:
        return (
            f"EdgeCredentials(access_key_id={self.access_key_id!r}, endpoint={self.endpoint!r}, "
            f"free_tier_expires={self.free_tier_expires!r})"
        )
