"""A tour of this package: `tour` has the steps, and each step prints what it does.

Run it with an API key and a passphrase, or with a serialized access grant:

    python -m uplink_python.hello_storj --satellite ID@HOST:PORT --api-key KEY --passphrase PASSPHRASE
    python -m uplink_python.hello_storj --access GRANT --source cat.jpg --destination copy.jpg

The defaults of the arguments are the environment variables UPLINK_SATELLITE, UPLINK_API_KEY, UPLINK_PASSPHRASE and
UPLINK_ACCESS. The tour deletes the object that it made, and the bucket if that was new, and changes nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from uplink_python.access import Access
from uplink_python.errors import (
    ERROR_INTERNAL,
    BucketAlreadyExistError,
    InternalError,
    ObjectNotFoundError,
    StorjException,
)
from uplink_python.module_classes import ListObjectsOptions, Permission, SharePrefix
from uplink_python.project import Project
from uplink_python.uplink import Uplink

__all__ = ["main", "tour"]


def tour(uplink: Uplink, access: Access, bucket: str, key: str, source: Path, destination: Path) -> None:
    """Upload a file, list it, download it, and share it.

    Args:
        uplink: Parses accesses.
        access: An access with all permissions.
        bucket: The bucket to use.
        key: The object's key.
        source: The file to upload.
        destination: The file to download to.

    Raises:
        StorjException: A step failed.
        OSError: A file cannot be read or written.
    """
    project = access.open_project()
    try:
        created = create(project, bucket)
        if not created and exists(project, bucket, key):
            raise StorjException("object exists", ERROR_INTERNAL, f"{bucket} has an object {key} already; choose a key")
        upload_file(project, bucket, key, source)
        list_all(project, bucket)
        download_file(project, bucket, key, destination)
        if sha256(source) != sha256(destination):
            raise StorjException("copy differs", ERROR_INTERNAL, f"{destination} is not the same as {source}")
        print("The copy is the same as the original.")
        share(uplink, access, bucket, key)
        print(f"Deleting {key} …")
        project.delete_object(bucket, key)
        if created:
            print(f"Deleting the bucket {bucket} …")
            project.delete_bucket(bucket)
    finally:
        project.close()


def create(project: Project, bucket: str) -> bool:
    """Create the bucket, and return whether it was new."""
    print(f"Creating the bucket {bucket} …")
    try:
        project.create_bucket(bucket)
    except BucketAlreadyExistError:
        print("  There is one already, which will do.")
        return False
    return True


def exists(project: Project, bucket: str, key: str) -> bool:
    """Return whether there is an object with that key."""
    try:
        project.stat_object(bucket, key)
    except ObjectNotFoundError:
        return False
    return True


def upload_file(project: Project, bucket: str, key: str, source: Path) -> None:
    """Upload a file."""
    print(f"Uploading {source} …")
    upload = project.upload_object(bucket, key)
    with open(source, "rb") as file_handle:
        upload.write_file(file_handle)
    upload.commit()
    print(f"  {upload.file_size()} bytes are stored, sha256 {sha256(source)}.")


def list_all(project: Project, bucket: str) -> None:
    """List the buckets, and the objects of one."""
    print("Listing the buckets …")
    for item in project.list_buckets():
        print(f"  {item.name}, created {datetime.fromtimestamp(item.created, timezone.utc)}")
    print(f"Listing the objects in {bucket} …")
    for entry in project.list_objects(bucket, ListObjectsOptions(recursive=True, system=True)):
        print(f"  {entry.get_dict()}")


def download_file(project: Project, bucket: str, key: str, destination: Path) -> None:
    """Download a file."""
    print(f"Downloading to {destination} …")
    download = project.download_object(bucket, key)
    with open(destination, "wb") as file_handle:
        download.read_file(file_handle)
    download.close()
    print(f"  {download.file_size()} bytes are here, sha256 {sha256(destination)}.")


def share(uplink: Uplink, access: Access, bucket: str, key: str) -> None:
    """Share the bucket for reading, and check that the shared access cannot delete."""
    print("Sharing the bucket for reading …")
    shared = access.share(
        Permission(allow_download=True, allow_list=True), [SharePrefix(bucket=bucket, prefix="")]
    ).serialize()
    # Printed only in part: the whole grant lets anybody read the bucket.
    print(f"  The grant to hand on has {len(shared)} characters and begins with {shared[:8]}…")
    project = uplink.parse_access(shared).open_project()
    try:
        print(f"  With it one sees {[item.key for item in project.list_objects(bucket)]}.")
        try:
            project.delete_object(bucket, key)
        except InternalError as exception:
            print(f"  With it one cannot delete: {exception.message}.")
    finally:
        project.close()


def sha256(path: Path) -> str:
    """Return the checksum of a file."""
    checksum = hashlib.sha256()
    with open(path, "rb") as file:
        while data := file.read(1024 * 1024):
            checksum.update(data)
    return checksum.hexdigest()


def _parser() -> argparse.ArgumentParser:
    environment = os.environ.get
    parser = argparse.ArgumentParser(
        prog="python -m uplink_python.hello_storj", description="Upload, list, download and share a file on Storj."
    )
    parser.add_argument("--satellite", default=environment("UPLINK_SATELLITE"), help="the satellite, as id@host:port")
    parser.add_argument("--api-key", default=environment("UPLINK_API_KEY"), help="an API key of the project")
    parser.add_argument(
        "--passphrase", default=environment("UPLINK_PASSPHRASE"), help="the source of the encryption keys"
    )
    parser.add_argument(
        "--access", default=environment("UPLINK_ACCESS"), help="a serialized access grant, instead of these three"
    )
    parser.add_argument("--bucket", default="hello-storj", help="the bucket to use (default: %(default)s)")
    parser.add_argument("--key", default="hello/storj.txt", help="the object's key (default: %(default)s)")
    parser.add_argument("--source", type=Path, help="the file to upload (default: a few words)")
    parser.add_argument("--destination", type=Path, help="where to download it to (default: a temporary file)")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tour.

    Args:
        arguments: The arguments of the command line; `None` for those of the process.

    Returns:
        The exit status: 0, or 1 if something failed.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    three = (options.satellite, options.api_key, options.passphrase)
    if not all(three) and not options.access:
        parser.error("give --satellite, --api-key and --passphrase, or --access")
    uplink = Uplink()
    try:
        with tempfile.TemporaryDirectory() as folder:
            source = options.source or Path(folder, "hello.txt")
            if options.source is None:
                source.write_text("Hello, Storj!\n", encoding="utf-8")
            if all(three):
                print("Requesting an access …")
                access = uplink.request_access_with_passphrase(*three)
            else:
                access = uplink.parse_access(options.access)
            tour(uplink, access, options.bucket, options.key, source, options.destination or Path(folder, "copy.txt"))
    except StorjException as exception:
        print(f"{exception.message}: {exception.details}", file=sys.stderr)
        return 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    print("Done.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
