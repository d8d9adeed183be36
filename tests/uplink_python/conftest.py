"""Fixtures: an access, a project, a bucket and objects of the older binding."""

from __future__ import annotations

import secrets

import pytest

import uplink
from uplink_python.module_classes import CustomMetadata, CustomMetadataEntry
from uplink_python.uplink import Uplink


@pytest.fixture
def access(grant):
    return Uplink().parse_access(grant)


@pytest.fixture
def project(access):
    project = access.open_project()
    yield project
    project.close()


@pytest.fixture
def bucket(project, grant):
    name = f"test-{secrets.token_hex(8)}"
    project.create_bucket(name)
    yield name
    with uplink.open_project(uplink.Access.parse(grant)) as cleaner:
        cleaner.delete_bucket(name, with_objects=True)


@pytest.fixture
def put(project, bucket):
    """Upload bytes under a key of the bucket."""

    def put(key, data=b"", options=None, metadata=None):
        upload = project.upload_object(bucket, key, options)
        upload.write(data, len(data))
        if metadata is not None:
            upload.set_custom_metadata(metadata)
        upload.commit()

    return put


@pytest.fixture
def get(project, bucket):
    """Download the bytes under a key of the bucket."""

    def get(key, options=None):
        download = project.download_object(bucket, key, options)
        data, _ = download.read(download.file_size())
        download.close()
        return data

    return get


@pytest.fixture
def keys(put):
    metadata = CustomMetadata([CustomMetadataEntry("app:a", 5, "b", 1)], 1)
    keys = ["top", "folder/one", "folder/two", "folder/three", "folder/deep/four"]
    for key in keys:
        put(key, key.encode(), metadata=metadata)
    return keys
