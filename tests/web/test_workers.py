"""Storages, filesystems and transfers in workers that a server or Celery has forked from a process that used them."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

httpx = pytest.importorskip("httpx", reason="make test-web installs it")
for module in ("celery", "gunicorn"):
    pytest.importorskip(module, reason="make test-web installs it")

from tests.web.conftest import program  # noqa: E402 - after the check that the libraries are there

pytestmark = [pytest.mark.heavy, pytest.mark.filterwarnings("default")]

CLIENTS = 50
MIB = 1024 * 1024

# A project of Django in one module. It uses the storage before the workers are forked.
PROJECT = """
import os

import django
from django.conf import settings

options = {"bucket": "photos", "prefix": "media"}
settings.configure(
    STORAGES={"default": {"BACKEND": "uplink.django.UplinkStorage", "OPTIONS": options}},
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for tests",
    ALLOWED_HOSTS=["*"],
)
django.setup()

import fsspec
from django.core.asgi import get_asgi_application
from django.core.files.storage import default_storage
from django.core.wsgi import get_wsgi_application
from django.http import FileResponse, HttpResponse
from django.urls import path

fs = fsspec.filesystem("sj")


def upload(request):
    return HttpResponse(default_storage.save("same.bin", request.FILES["file"]), headers={"worker": os.getpid()})


def download(request, name):
    assert fs.info(f"photos/media/{name}")["size"] == default_storage.size(name)
    return FileResponse(default_storage.open(name))


urlpatterns = [path("upload", upload), path("download/<path:name>", download)]
application = get_wsgi_application()
awaited = get_asgi_application()
default_storage.exists("same.bin")
fs.ls("photos")
"""

SERVERS = {
    "gunicorn --preload": (
        "gunicorn",
        "project:application",
        "--preload",
        "-b",
        "127.0.0.1:PORT",
        "-w2",
        "--threads=8",
    ),
    "gunicorn": ("gunicorn", "project:application", "-b", "127.0.0.1:PORT", "-w2", "--threads=8"),
    "uwsgi": (
        *("uwsgi", "--module", "project:application", "--http-socket", "127.0.0.1:PORT", "--master", "--die-on-term"),
        *("--processes", "2", "--threads", "8", "--pythonpath", ".", "--home", sys.prefix, "--need-app"),
    ),
    "uvicorn": ("uvicorn", "project:awaited", "--port", "PORT", "--lifespan", "off", "--log-level", "warning"),
}


@pytest.mark.parametrize("name", SERVERS)
async def test_fifty_clients_of_django(name, serve, tmp_path, photos):
    first, *rest = SERVERS[name]
    if not Path(program(first)).exists():
        pytest.skip(f"make test-web installs {first}, where it can")
    (tmp_path / "project.py").write_text(PROJECT)
    server = serve(program(first), *rest)
    data = os.urandom(3 * MIB)
    limits = httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=server.url, timeout=120, limits=limits) as client:

        async def use(number):
            # Half of the files are written to temporary files by Django.
            own = data[: MIB * 3 if number % 2 else 1000]
            response = await client.post("/upload", files={"file": ("a.bin", own)})
            assert response.status_code == 200, server.log()
            fetched = await client.get(f"/download/{response.text}")
            assert hashlib.sha256(fetched.content).digest() == hashlib.sha256(own).digest()
            assert fetched.headers["content-length"] == str(len(own))
            return response.text, response.headers["worker"]

        used = await asyncio.gather(*map(use, range(CLIENTS)))
    assert len({saved for saved, _ in used}) == CLIENTS
    if name != "uvicorn":
        # The workers are children of the server.
        assert str(server.process.pid) not in {worker for _, worker in used}
    assert "Traceback" not in server.stop()
    assert list(photos.list_uploads("photos")) == []


# What Celery's workers do. The project and the filesystem are used before they are forked.
TASKS = """
import os

import fsspec
from celery import Celery

import uplink

parent = os.getpid()
app = Celery("tasks", broker="filesystem://", backend="file://" + os.path.abspath("results"))
app.conf.broker_transport_options = {"data_folder_in": "queue", "data_folder_out": "queue", "control_folder": "control"}
project = uplink.Access.from_env().open_project()
project.stat_bucket("photos")
fs = fsspec.filesystem("sj")
fs.ls("photos")


@app.task
def transfer(number):
    name = f"{number}.bin"
    with open(name, "wb") as file:
        file.write(os.urandom(100_000))
    project.upload_file("photos", f"uploaded/{name}", name)
    project.download_file("photos", f"uploaded/{name}", f"copy-{name}")
    with fs.open(f"photos/written/{name}", "wb") as file:
        file.write(fs.cat(f"photos/uploaded/{name}"))
    with project.open("photos", f"written/{name}") as file, open(f"copy-{name}", "rb") as copy:
        assert file.read() == copy.read()
    assert os.getpid() != parent
    return number
"""

SEND = """
from tasks import transfer

results = [transfer.delay(number) for number in range(40)]
print(len({result.get(timeout=100) for result in results}))
"""


def test_workers_of_celery(tmp_path, photos, grant):
    (tmp_path / "tasks.py").write_text(TASKS)
    for folder in ("queue", "control", "results"):
        (tmp_path / folder).mkdir()
    environment = {**os.environ, "UPLINK_ACCESS": grant, "PYTHONPATH": str(tmp_path)}
    with (tmp_path / "log").open("wb") as log:
        worker = subprocess.Popen(
            [program("celery"), "-A", "tasks", "worker", "--pool=prefork", "--concurrency=2", "--without-mingle"],
            cwd=tmp_path,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            sent = subprocess.run(
                [sys.executable, "-c", SEND],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                timeout=150,
                check=False,
            )
            assert sent.stdout == "40\n", sent.stderr + (tmp_path / "log").read_text()
        finally:
            worker.terminate()
            deadline = time.monotonic() + 30
            while worker.poll() is None and time.monotonic() < deadline:
                time.sleep(0.1)
            worker.kill()
            worker.wait()
    assert len(list(photos.list_objects("photos", prefix="written/"))) == 40
