"""Projects."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from uplink._access import AccessBase
from uplink._calls import project as calls
from uplink._checks import check_type
from uplink._config_values import Config
from uplink._later import families
from uplink.aio._context import Context
from uplink.aio._driver import run
from uplink.aio._family import Family
from uplink.aio._opening import Opening
from uplink.errors import DeadlineExceededError

if TYPE_CHECKING:
    from uplink.aio._buckets import Buckets
    from uplink.aio._bulk import Bulk
    from uplink.aio._facts import Facts
    from uplink.aio._files import Files
    from uplink.aio._multipart import Multipart
    from uplink.aio._object_lock import ObjectLock
    from uplink.aio._objects import Objects
    from uplink.aio._ranges import Ranges
    from uplink.aio._settings import Settings
    from uplink.aio._transfers import Transfers
    from uplink.aio._trees import Trees
    from uplink.aio._whole import WholeObjects
    from uplink.aio.listing import Listings

    class Families(
        Buckets,
        Settings,
        Facts,
        Objects,
        ObjectLock,
        Bulk,
        Listings,
        Multipart,
        Ranges,
        Transfers,
        Trees,
        WholeObjects,
        Files,
    ):
        """The methods of all families."""

else:
    # A program uses some of the families. Each is imported when one of its methods is first used.
    Families = families(
        Family,
        "uplink.aio",
        {
            "_buckets.Buckets": "create_bucket ensure_bucket stat_bucket delete_bucket _contents",
            "_settings.Settings": (
                "get_bucket_location get_bucket_tagging set_bucket_tagging get_bucket_notification_configuration "
                "set_bucket_notification_configuration"
            ),
            "_facts.Facts": "get_project_info list_licenses get_object_ip_summary",
            "_objects.Objects": "stat_object exists delete_object copy_object move_object update_object_metadata",
            "_object_lock.ObjectLock": (
                "get_bucket_versioning set_bucket_versioning get_bucket_object_lock_configuration "
                "set_bucket_object_lock_configuration get_object_retention set_object_retention "
                "get_object_legal_hold set_object_legal_hold"
            ),
            "_bulk.Bulk": "delete_objects",
            "listing.Listings": "list_buckets list_objects list_object_versions",
            "_multipart.Multipart": "begin_upload resume_upload list_uploads abort_upload",
            "_ranges.Ranges": "get_ranges",
            "_transfers.Transfers": "upload_file download_file",
            "_trees.Trees": "upload_tree download_tree sync_tree _copy_tree",
            "_whole.WholeObjects": "put _put_stream get _get _open_get _read_all _get_into",
            "_files.Files": "open _open_reader _open_writer _check_new",
            "_streams.Streams": "upload_object _upload_object _open_upload _send download_object _download_object",
        },
    )


def open_project(access: AccessBase, *, config: Config | None = None) -> Opening[Project]:
    """Open the project of an access. It uses no network.

    Go counterpart: `uplink.OpenProject`.

    Args:
        access: The access, of `uplink` or `uplink.aio`.
        config: How to connect.

    Raises:
        TypeError: `access` is not an `Access`, or `config` not a `Config`.

    Example:
        ```python
        async with uplink.aio.open_project(access) as project:
            names = [bucket.name async for bucket in project.list_buckets()]
        ```
    """
    return Opening(_open(access, config))


async def _open(access: AccessBase, config: Config | None) -> Project:
    return Project(access, config)


class Project(Families, Context):
    """The buckets and objects that an access allows to use.

    A project connects at its first call. Threads and event loops can share it. In a forked child it
    connects anew. Its pickle is its access and configuration. The end of its context closes it,
    which ends the calls that still run on it.

    Go counterpart: `uplink.Project`.

    Attributes:
        access: The access of the project.
        config: The configuration of the project.

    Example:
        ```python
        async with uplink.aio.open_project(access) as project:
            await project.ensure_bucket("photos")
            await project.put("photos", "cat.jpg", b"meow")
            assert await project.get("photos", "cat.jpg") == b"meow"
        ```
    """

    async def close(self, *, timeout: float | None = None) -> None:
        """Close the connections, and end the calls that still run on them.

        Harmless if the project is closed already.

        Go counterpart: `Project.Close`.

        Args:
            timeout: Seconds to wait. After them the closing goes on in the background; `None` for
                no limit.

        Example:
            ```python
            project = await uplink.aio.open_project(access)
            await project.close()
            ```
        """
        native = None if self._closed else self._set_closed()
        if native is not None:
            try:
                with contextlib.suppress(DeadlineExceededError):
                    await run(calls.close_project(native), timeout)
            finally:
                self._end(native)

    async def _end_context(self, *, failed: bool) -> None:
        if failed:
            self._free()
        else:
            await self.close()

    async def revoke_access(self, access: AccessBase, *, timeout: float | None = None) -> None:
        """Revoke an access that was shared from this project's access.

        It also revokes all accesses that were shared from the revoked one.
        A satellite may allow the revoked access for some more minutes.

        Go counterpart: `Project.RevokeAccess`.

        Args:
            access: The access to revoke.
            timeout: Seconds until the call is cancelled, with an unknown outcome; `None` for no
                limit.

        Raises:
            TypeError: `access` is not an `Access`.
            PermissionDeniedError: `access` was not shared from this project's access.

        Example:
            ```python
            shared = access.share(uplink.Permission.read_only())
            await project.revoke_access(shared)
            ```
        """
        check_type(access, AccessBase, "revoke_access", "an Access")
        await self._run(calls.revoke_access(self._handle(), access._grant), timeout)
