"""Streams as arguments of code that takes binary files."""

from __future__ import annotations

import csv
import gzip
import io
import json
import pickle
import tarfile
import zipfile

import uplink


def test_text(access, storj_bucket):
    with access.open_project() as project:
        with project.upload_object(storj_bucket, "table.csv") as upload:
            text = io.TextIOWrapper(upload, encoding="utf-8", newline="")
            csv.writer(text).writerows([["name", "size"], ["Zoë", 4]])
            text.detach()
        with project.download_object(storj_bucket, "table.csv") as download:
            with io.TextIOWrapper(download, encoding="utf-8", newline="") as text:
                assert list(csv.reader(text)) == [["name", "size"], ["Zoë", "4"]]
            assert download.closed


def test_pickle_and_json(access, storj_bucket):
    value = {"a": [1, 2, 3], "b": "x" * 100_000}
    with access.open_project() as project:
        with project.upload_object(storj_bucket, "value") as upload:
            pickle.dump(value, upload)
        with project.download_object(storj_bucket, "value") as download:
            assert pickle.load(download) == value
        project.put(storj_bucket, "value.json", json.dumps(value).encode())
        with project.download_object(storj_bucket, "value.json") as download:
            assert json.load(download) == value


def test_archives(access, storj_bucket):
    content = bytes(range(256)) * 5000
    with access.open_project() as project:
        with project.upload_object(storj_bucket, "a.zip") as upload, zipfile.ZipFile(upload, "w") as archive:
            archive.writestr("data", content)
        assert zipfile.ZipFile(io.BytesIO(project.get(storj_bucket, "a.zip"))).read("data") == content
        with project.upload_object(storj_bucket, "a.gz") as upload, gzip.GzipFile(fileobj=upload, mode="wb") as packed:
            packed.write(content)
        with project.download_object(storj_bucket, "a.gz") as download, gzip.GzipFile(fileobj=download) as packed:
            assert packed.read() == content
        member = tarfile.TarInfo("data")
        member.size = len(content)
        with project.upload_object(storj_bucket, "a.tar") as upload, tarfile.open(None, "w|", upload) as archive:
            archive.addfile(member, io.BytesIO(content))
        with project.download_object(storj_bucket, "a.tar") as download, tarfile.open(None, "r|", download) as archive:
            [member] = archive
            assert member.size == len(content)


def test_a_stream_is_no_file_object(access, storj_bucket):
    # The finalizer of `io.IOBase` calls `close`, and an upload that is garbage-collected must not be committed.
    assert not issubclass(uplink.Upload, io.IOBase)
    assert not hasattr(uplink.Upload, "close")
