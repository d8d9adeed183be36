"""Views that upload and download by the default storage, as an application has them."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.urls import path


def upload(request):
    """Save the file of a form."""
    file = request.FILES["file"]
    return HttpResponse(default_storage.save(file.name, file))


def download(request, name):
    """Send a file."""
    return FileResponse(default_storage.open(name))


async def awaited_upload(request):
    """Save the file of a form in a thread."""
    file = request.FILES["file"]
    return HttpResponse(await sync_to_async(default_storage.save)(file.name, file))


async def awaited_download(request, name):
    """Send an object as it comes, in the event loop."""
    opened = await default_storage.aio_project.download_object(default_storage.bucket, default_storage.key(name))

    async def pieces():
        async with opened:
            async for piece in opened.iter_bytes():
                yield piece

    return StreamingHttpResponse(pieces(), headers={"Content-Length": opened.info().size})


urlpatterns = [
    path("upload", upload),
    path("download/<path:name>", download),
    path("awaited-upload", awaited_upload),
    path("awaited-download/<path:name>", awaited_download),
]
