"""A project's methods for what the satellite knows about it and its objects."""

from __future__ import annotations

from uplink._calls import facts as calls
from uplink._facts_values import IPSummary, License, ProjectInfo
from uplink.aio._family import Family


class Facts(Family):
    """Methods for what the satellite knows about the project and its objects."""

    async def get_project_info(self, *, timeout: float | None = None) -> ProjectInfo:
        """Return what the satellite knows about the project: its public ID, its age, its salt.

        Any access is enough.

        Go counterparts: `project.GetProjectInfo` and `project.GetPublicID` of the private packages.

        Args:
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            PermissionDeniedError: The access was revoked, or is not valid now.
            UplinkError: Any other error of the network.

        Example:
            ```python
            info = await project.get_project_info()
            print(info.public_id, info.created)
            ```
        """
        return await self._run(calls.get_project_info(self._handle()), timeout)

    async def list_licenses(
        self, *, license_type: str = "", bucket: str | None = None, timeout: float | None = None
    ) -> list[License]:
        """Return the licenses of the account that owns the project.

        Go counterpart: `license.List` of the private packages.

        Args:
            license_type: Only licenses of this type; `""` for all.
            bucket: Only licenses for this bucket; `None` for all.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            TypeError: An argument is of another type.
            BucketNameInvalidError: The bucket's name is empty, or has a NUL in it.
            PermissionDeniedError: The access does not allow it.
            UplinkError: Any other error of the network.

        Example:
            ```python
            types = [license.type for license in await project.list_licenses()]
            ```
        """
        return await self._run(calls.list_licenses(self._handle(), license_type, bucket), timeout)

    async def get_object_ip_summary(self, bucket: str, key: str, *, timeout: float | None = None) -> IPSummary:
        """Return the addresses of the storage nodes that have pieces of an object.

        Go counterparts: `object.GetObjectIPSummary` and `object.GetObjectIPs` of the private
        packages.

        Args:
            bucket: The bucket.
            key: The object's key.
            timeout: Seconds until the call is cancelled; `None` for no limit.

        Raises:
            ObjectNotFoundError: There is no such object.
            PermissionDeniedError: The access does not allow it; it takes `allow_download`.
            UplinkError: Any other error of the network.

        Example:
            ```python
            await project.put("photos", "cat.jpg", bytes(100_000))
            summary = await project.get_object_ip_summary("photos", "cat.jpg")
            print(len(summary.ip_ports), "nodes")
            ```
        """
        return await self._run(calls.get_object_ip_summary(self._handle(), bucket, key), timeout)
