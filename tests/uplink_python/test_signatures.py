"""Names, parameters and defaults are as in the older binding. New parameters come last, or have a default."""

from __future__ import annotations

import importlib
import inspect

import pytest

SIGNATURES = {
    "uplink.Uplink": "",
    "uplink.Uplink.request_access_with_passphrase": "satellite, api_key, passphrase",
    "uplink.Uplink.config_request_access_with_passphrase": "config, satellite, api_key, passphrase",
    "uplink.Uplink.parse_access": "serialized_access",
    "uplink.Uplink.object_from_result": "object_",
    "uplink.Uplink.bucket_from_result": "bucket_",
    "access.Access": "access, uplink",
    "access.Access.derive_encryption_key": "passphrase, salt",
    "access.Access.override_encryption_key": "bucket_name, prefix, encryption_key",
    "access.Access.open_project": "",
    "access.Access.config_open_project": "config",
    "access.Access.serialize": "",
    "access.Access.share": "permission=None, shared_prefix=None",
    "project.Project": "project, uplink",
    "project.Project.create_bucket": "bucket_name",
    "project.Project.ensure_bucket": "bucket_name",
    "project.Project.stat_bucket": "bucket_name",
    "project.Project.list_buckets": "list_bucket_options=None",
    "project.Project.delete_bucket": "bucket_name",
    "project.Project.stat_object": "bucket_name, storj_path",
    "project.Project.list_objects": "bucket_name, list_object_options=None",
    "project.Project.delete_object": "bucket_name, storj_path",
    "project.Project.close": "",
    "project.Project.upload_object": "bucket_name, storj_path, upload_options=None",
    "project.Project.download_object": "bucket_name, storj_path, download_options=None",
    "upload.Upload": "upload, uplink",
    "upload.Upload.write": "data_to_write, size_to_write",
    "upload.Upload.write_file": "file_handle, buffer_size=0",
    "upload.Upload.commit": "",
    "upload.Upload.abort": "",
    "upload.Upload.set_custom_metadata": "custom_metadata=None",
    "upload.Upload.info": "",
    "upload.Upload.file_size": "",
    "download.Download": "download, uplink, project, bucket_name, storj_path",
    "download.Download.read": "size_to_read",
    "download.Download.read_file": "file_handle, buffer_size=0",
    "download.Download.file_size": "",
    "download.Download.close": "",
    "download.Download.info": "",
    "errors.StorjException": "message, code, details",
    "errors.InternalError": "details",
    "errors.LibUplinkSoError": "details=…",
    "module_classes.Config": "user_agent='', dial_timeout_milliseconds=0, temp_directory=''",
    "module_classes.Permission": "allow_download=False, allow_upload=False, allow_list=False, allow_delete=False, "
    "not_before=0, not_after=0",
    "module_classes.SharePrefix": "bucket='', prefix=''",
    "module_classes.Bucket": "name='', created=0",
    "module_classes.SystemMetadata": "created=0, expires=0, content_length=0",
    "module_classes.CustomMetadataEntry": "key='', key_length=0, value='', value_length=0",
    "module_classes.CustomMetadata": "entries=None, count=0",
    "module_classes.Object": "key='', is_prefix=False, system=None, custom=None",
    "module_classes.ListObjectsOptions": "prefix='', cursor='', recursive=False, system=False, custom=False",
    "module_classes.ListBucketsOptions": "cursor=''",
    "module_classes.UploadOptions": "expires",
    "module_classes.DownloadOptions": "offset=0, length=-1",
}


def shown(parameter):
    if parameter.default is inspect.Parameter.empty:
        return parameter.name
    default = parameter.default if len(repr(parameter.default)) < 10 else "…"
    return f"{parameter.name}={default if default == '…' else repr(default)}"


@pytest.mark.parametrize("name", SIGNATURES)
def test_signatures(name):
    module, *path = name.split(".")
    target = importlib.import_module(f"uplink_python.{module}")
    owner = None
    for part in path:
        owner, target = target, getattr(target, part)
    parameters = list(inspect.signature(target).parameters.values())
    if len(path) == 2 and not inspect.ismethod(target):
        assert inspect.isclass(owner)
        assert parameters.pop(0).name == "self"
    assert ", ".join(map(shown, parameters)) == SIGNATURES[name]
    assert all(parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD for parameter in parameters)


@pytest.mark.parametrize(
    "module", ["access", "download", "errors", "hello_storj", "module_classes", "project", "upload"]
)
def test_what_modules_export_is_there(module):
    target = importlib.import_module(f"uplink_python.{module}")
    assert target.__doc__
    for name in target.__all__:
        assert hasattr(target, name)
