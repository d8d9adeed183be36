"""A program for the older binding runs unmodified, with files of all sizes, in both ways."""
# ruff: noqa: N806, the program has its configuration in capitals

from __future__ import annotations

import hashlib
import secrets

import pytest

from uplink_python.module_classes import ListObjectsOptions, Permission, SharePrefix
from uplink_python.uplink import Uplink

SIZES = {"empty": 0, "1 B": 1, "4 KiB": 4096, "5 MB": 5_000_000, "70 MB": 70_000_000}
PATH = "folder/file"


@pytest.fixture(scope="module", params=SIZES.values(), ids=SIZES.keys())
def source(request, tmp_path_factory):
    file = tmp_path_factory.mktemp("source") / "file"
    file.write_bytes(secrets.token_bytes(request.param))
    yield file
    file.unlink()


def checksum(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize("in_pieces", [True, False], ids=["pieces", "file"])
def test_the_program(network, source, tmp_path, in_pieces):
    MY_SATELLITE = network.satellite_address
    MY_API_KEY = network.api_key
    MY_ENCRYPTION_PASSPHRASE = "you'll never guess this"
    MY_BUCKET = f"program-{secrets.token_hex(8)}"
    data_len = source.stat().st_size
    destination = tmp_path / "destination"

    uplink = Uplink()
    access = uplink.request_access_with_passphrase(MY_SATELLITE, MY_API_KEY, MY_ENCRYPTION_PASSPHRASE)
    project = access.open_project()
    bucket = project.ensure_bucket(MY_BUCKET)
    assert bucket.name == MY_BUCKET

    upload = project.upload_object(MY_BUCKET, PATH)
    with open(source, "r+b") as file_handle:
        if in_pieces:
            uploaded_total = 0
            while uploaded_total < data_len:
                size = min(256, data_len - uploaded_total)
                data = file_handle.read(size)
                bytes_written = upload.write(data, size)
                assert bytes_written == size
                uploaded_total += bytes_written
        else:
            upload.write_file(file_handle)
    upload.commit()

    download = project.download_object(MY_BUCKET, PATH)
    file_size = upload.file_size()
    assert file_size == data_len
    file_size = download.file_size()
    assert file_size == data_len
    with open(destination, "w+b") as file_handle:
        if in_pieces:
            downloaded_total = 0
            while True:
                data_read, bytes_read = download.read(256)
                if bytes_read != 0:
                    file_handle.write(data_read)
                downloaded_total += bytes_read
                if downloaded_total == file_size:
                    break
        else:
            download.read_file(file_handle)
    download.close()
    assert destination.stat().st_size == data_len
    assert checksum(destination) == checksum(source)

    new_access = access.share(
        Permission(allow_list=True, allow_delete=False), [SharePrefix(bucket=MY_BUCKET, prefix="")]
    )
    shared_project = new_access.open_project()
    assert [item.key for item in shared_project.list_objects(MY_BUCKET, ListObjectsOptions(recursive=True))] == [PATH]
    shared_project.close()
    serialized_access = access.serialize()
    assert uplink.parse_access(serialized_access).serialize() == serialized_access

    project.delete_object(MY_BUCKET, PATH)
    project.delete_bucket(MY_BUCKET)
    project.close()
