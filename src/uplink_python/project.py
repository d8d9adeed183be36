"""Projects: buckets and objects."""

from __future__ import annotations

import uplink as native
from uplink_python._bridge import Handle, translated
from uplink_python._records import Records
from uplink_python.download import Download
from uplink_python.module_classes import (
    Bucket,
    CustomMetadata,
    DownloadOptions,
    ListBucketsOptions,
    ListObjectsOptions,
    Object,
    SystemMetadata,
    UploadOptions,
)
from uplink_python.upload import Upload

__all__ = ["Project"]


class Project:
    """An open project with its buckets and objects. Made by `Access.open_project`.

    A project that is never closed is closed when it is collected, without a warning.

    Attributes:
        project: A handle, for `project.project.contents._handle != 0`.
        uplink: The `Uplink` of its access.

    Example:
        ```python
        project = access.open_project()
        project.ensure_bucket("photos")
        for item in project.list_objects("photos"):
            print(item.key)
        project.close()
        ```
    """

    def __init__(self, project: Handle[native.Project], uplink: Records) -> None:
        self.project = project
        self.uplink = uplink

    def create_bucket(self, bucket_name: str) -> Bucket:
        """Create a bucket that does not exist.

        Args:
            bucket_name: Its name.

        Returns:
            The bucket.

        Raises:
            BucketAlreadyExistError: It exists.
            BucketNameInvalidError: The name is not valid.
            StorjException: Any other error.
        """
        with translated():
            return self.uplink.bucket_from_result(self.project.native.create_bucket(bucket_name))

    def ensure_bucket(self, bucket_name: str) -> Bucket:
        """Create a bucket unless it exists.

        Args:
            bucket_name: Its name.

        Returns:
            The bucket.

        Raises:
            BucketNameInvalidError: The name is not valid.
            StorjException: Any other error.
        """
        with translated():
            return self.uplink.bucket_from_result(self.project.native.ensure_bucket(bucket_name))

    def stat_bucket(self, bucket_name: str) -> Bucket:
        """Return the record of a bucket.

        Args:
            bucket_name: Its name.

        Returns:
            The bucket.

        Raises:
            BucketNotFoundError: There is no such bucket.
            StorjException: Any other error.
        """
        with translated():
            return self.uplink.bucket_from_result(self.project.native.stat_bucket(bucket_name))

    def list_buckets(self, list_bucket_options: ListBucketsOptions | None = None) -> list[Bucket]:
        """List the buckets, by name.

        Args:
            list_bucket_options: Which ones; `None` for all.

        Returns:
            All of the buckets.

        Raises:
            StorjException: Any error, at any point of the listing.
        """
        arguments = (list_bucket_options or ListBucketsOptions()).get_structure()
        with translated():
            return [self.uplink.bucket_from_result(bucket) for bucket in self.project.native.list_buckets(**arguments)]

    def delete_bucket(self, bucket_name: str) -> Bucket:
        """Delete an empty bucket.

        Args:
            bucket_name: Its name.

        Returns:
            The record of the bucket.

        Raises:
            BucketNotEmptyError: There are objects in it.
            BucketNotFoundError: There is no such bucket.
            StorjException: Any other error.
        """
        with translated():
            return self.uplink.bucket_from_result(self.project.native.delete_bucket(bucket_name))

    def stat_object(self, bucket_name: str, storj_path: str) -> Object:
        """Return the record of an object.

        Args:
            bucket_name: The bucket.
            storj_path: The object's key.

        Returns:
            The object, with its system and custom metadata.

        Raises:
            ObjectNotFoundError: There is no such object.
            BucketNotFoundError: There is no such bucket.
            StorjException: Any other error.
        """
        with translated():
            return self.uplink.object_from_result(self.project.native.stat_object(bucket_name, storj_path))

    def list_objects(self, bucket_name: str, list_object_options: ListObjectsOptions | None = None) -> list[Object]:
        """List objects, in the order of their encrypted keys.

        Args:
            bucket_name: The bucket.
            list_object_options: Which ones, and what to ask of them; `None` for those at the top, by key only.

        Returns:
            The objects and prefixes: all of them, or an error is raised. Custom metadata that cannot be decrypted
            is empty.

        Raises:
            BucketNotFoundError: There is no such bucket.
            StorjException: Any other error, at any point of the listing.
        """
        arguments = (list_object_options or ListObjectsOptions()).get_structure()
        with translated():
            listing = self.project.native.list_objects(bucket_name, **arguments)
            return [self.uplink.object_from_result(item) for item in listing]

    def delete_object(self, bucket_name: str, storj_path: str) -> Object:
        """Delete an object. Raises nothing if there is none.

        Args:
            bucket_name: The bucket.
            storj_path: The object's key.

        Returns:
            The record of the deleted object; only the key if there was none, or if the access may not read the record.

        Raises:
            StorjException: Any error.
        """
        with translated():
            record = self.project.native.delete_object(bucket_name, storj_path)
            if record is None:
                return Object(storj_path, system=SystemMetadata(), custom=CustomMetadata([]))
            return self.uplink.object_from_result(record)

    def close(self) -> None:
        """Close the project, and cancel its operations. Does nothing if it is closed.

        Raises:
            StorjException: Any error.
        """
        with translated():
            self.project.native.close()

    def upload_object(self, bucket_name: str, storj_path: str, upload_options: UploadOptions | None = None) -> Upload:
        """Begin an upload. Its object is visible only after the commit.

        Args:
            bucket_name: The bucket.
            storj_path: The object's key. The commit replaces an object with the same key.
            upload_options: When the object expires; `None` for never.

        Returns:
            The upload.

        Raises:
            ObjectKeyInvalidError: The key is empty.
            StorjException: Any other error.
        """
        arguments = (upload_options or UploadOptions(expires=0)).get_structure()
        with translated():
            upload = Handle(
                self.project.native.upload_object(bucket_name, storj_path, **arguments),
                native.Upload.abort,
                self.project,
            )
        return Upload(upload, self.uplink)

    def download_object(
        self, bucket_name: str, storj_path: str, download_options: DownloadOptions | None = None
    ) -> Download:
        """Open a download of an object or of a part of it.

        Args:
            bucket_name: The bucket.
            storj_path: The object's key.
            download_options: Which part; `None` for the whole object.

        Returns:
            The download.

        Raises:
            ObjectNotFoundError: There is no such object.
            InvalidArgumentError: The part lies outside the object.
            StorjException: Any other error.
        """
        arguments = (download_options or DownloadOptions()).get_structure()
        with translated():
            download = Handle(
                self.project.native.download_object(bucket_name, storj_path, **arguments),
                native.Download.close,
                self.project,
            )
        return Download(download, self.uplink, self.project, bucket_name, storj_path)
