"""The storage in projects of Django: settings, models, views, static files, and reports of errors."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import threading
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter
from django.test import AsyncClient, Client, override_settings
from django.views.debug import ExceptionReporter

from uplink.django import UplinkStaticFilesStorage, UplinkStorage

TO_FILES = "django.core.files.uploadhandler.TemporaryFileUploadHandler"


@contextlib.contextmanager
def in_settings(alias, kind="UplinkStorage", **options):
    """Have a storage in the settings."""
    with override_settings(STORAGES={alias: {"BACKEND": f"uplink.django.{kind}", "OPTIONS": options}}):
        yield
        if alias == "default":
            default_storage._twins.close()


@pytest.fixture
def configured(access, bucket):
    with in_settings("default", bucket=bucket, access=access):
        yield


def test_settings_change(access, bucket):
    for prefix in ("a", "b"):
        with in_settings("default", bucket=bucket, prefix=prefix, access=access):
            default_storage.save("name", ContentFile(prefix.encode()))
            assert storages["default"].prefix == f"{prefix}/"
    with contextlib.closing(UplinkStorage(bucket, access=access)._twins) as twins:
        assert sorted(item.key for item in twins.plain.list_objects(bucket)) == ["a/", "b/"]


class Document(models.Model):
    """A model whose files are in the default storage."""

    file = models.FileField(upload_to="documents")

    class Meta:
        app_label = "documents"


def test_files_of_a_model(configured):
    with connection.schema_editor() as editor:
        editor.create_model(Document)
    try:
        first = Document.objects.create(file=SimpleUploadedFile("a.txt", b"meow"))
        second = Document.objects.create(file=SimpleUploadedFile("a.txt", b"purr"))
        found = Document.objects.get(pk=first.pk)
        assert found.file.name == "documents/a.txt" != second.file.name
        with found.file.open() as file:
            assert (file.read(), found.file.size) == (b"meow", 4)
        with found.file.open() as file:
            assert list(file.chunks()) == [b"meow"]
        found.file.delete()
        assert not default_storage.exists("documents/a.txt")
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Document)


@pytest.mark.parametrize("handlers", [[TO_FILES], ["django.core.files.uploadhandler.MemoryFileUploadHandler"]])
def test_views(configured, handlers):
    data = os.urandom(1_000_000)
    with override_settings(FILE_UPLOAD_HANDLERS=handlers):
        response = Client().post("/upload", {"file": SimpleUploadedFile("a.bin", data)})
    assert response.content == b"a.bin"
    response = Client().get("/download/a.bin")
    assert response.headers["Content-Length"] == str(len(data))
    assert response.getvalue() == data
    response.close()


async def test_asynchronous_views(configured):
    data = os.urandom(1_000_000)
    client = AsyncClient()
    uploads = (
        client.post("/awaited-upload", {"file": SimpleUploadedFile(f"{number}.bin", data)}) for number in range(4)
    )
    names = [response.content.decode() for response in await asyncio.gather(*uploads)]
    assert sorted(names) == [f"{number}.bin" for number in range(4)]

    async def fetched(name):
        response = await client.get(f"/awaited-download/{name}")
        assert response.headers["Content-Length"] == str(len(data))
        return b"".join([piece async for piece in response.streaming_content])

    assert await asyncio.gather(*map(fetched, names)) == [data] * 4


def test_static_files_with_a_manifest(access, bucket, tmp_path):
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "a.css").write_text('body { background: url("../cat.svg"); }')
    (tmp_path / "cat.svg").write_text("<svg/>")
    options = {"bucket": bucket, "prefix": "static", "access": access, "base_url": "https://example.com/static/"}
    with override_settings(STATICFILES_DIRS=[tmp_path]):
        for _ in range(2):
            with in_settings("staticfiles", "UplinkManifestStaticFilesStorage", **options):
                call_command("collectstatic", interactive=False, verbosity=0)
                storage = storages["staticfiles"]
                storage._twins.close()
        with in_settings("staticfiles", "UplinkManifestStaticFilesStorage", **options):
            storage = storages["staticfiles"]
            url = storage.url("css/a.css")
            name = url.removeprefix("https://example.com/static/")
            assert name == storage.stored_name("css/a.css") != "css/a.css"
            with storage.open(name) as file:
                assert storage.stored_name("cat.svg") in file.read().decode()
            with storage.open("staticfiles.json") as file:
                assert len(json.load(file)["paths"]) == 2
            storage._twins.close()


def test_collecting_anew_clears_folders(access, bucket, storj_project, tmp_path):
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "a.css").write_text("")
    for key in ("static/css/old.css", "static/css/deep/old.css", "static/old.js", "static/a//b"):
        storj_project.put(bucket, key, b"")
    options = {"bucket": bucket, "prefix": "static", "access": access}
    with (
        override_settings(STATICFILES_DIRS=[tmp_path]),
        in_settings("staticfiles", "UplinkStaticFilesStorage", **options),
    ):
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        assert not storages["staticfiles"].exists("none")
        storages["staticfiles"]._twins.close()
    keys = {item.key for item in storj_project.list_objects(bucket, "static/", recursive=True)}
    assert keys == {"static/css/a.css", "static/a//b"}


def test_a_migration_has_no_grant(grant, access):
    storage = UplinkStorage("photos", access_file="/run/secrets/storj", expires_after=timedelta(days=1))
    written, imports = MigrationWriter.serialize(storage)
    assert written.startswith("uplink.django.UplinkStorage('photos', access_file='/run/secrets/storj'")
    assert "import uplink.django" in imports
    again = eval(written, {"uplink": sys.modules["uplink"], "datetime": __import__("datetime")})
    assert again.deconstruct() == storage.deconstruct()
    assert MigrationWriter.serialize(UplinkStaticFilesStorage("a"))[0] == "uplink.django.UplinkStaticFilesStorage('a')"
    for given in (grant, access):
        with pytest.raises(ValueError, match="give the field a function"):
            MigrationWriter.serialize(UplinkStorage("photos", access=given))


def test_a_report_of_an_error_has_no_grant(grant, access, bucket):
    def fail(storage):
        with pytest.raises(FileNotFoundError) as caught:
            storage.open("missing")
        report = ExceptionReporter(None, caught.type, caught.value, caught.tb)
        return report.get_traceback_html() + report.get_traceback_text()

    with in_settings("default", bucket=bucket, access=access):
        assert grant not in fail(default_storage)
    storage = UplinkStorage(bucket, access=grant)
    assert grant not in fail(storage)


def test_threads_that_use_a_storage_first(make):
    storage = make()
    ready = threading.Barrier(8)
    results = []

    def use():
        ready.wait(30)
        results.append(storage.exists("a"))

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert results == [False] * 8
