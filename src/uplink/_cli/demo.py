"""`python -m uplink demo`: upload and download a file on a local network, in each way."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from pathlib import Path

import uplink
from uplink import _ffi
from uplink._cli._output import Output, object_facts

BUCKET = "demo"


def demo(path: Path | None, output: Output) -> None:
    """Upload and download a file on a local network, in the ways of the tutorial, and print each step.

    Args:
        path: The file. The default is libuplink itself, a file of some megabytes that always exists.
        output: Prints the steps.

    Raises:
        UplinkError: The network failed, or returned other bytes than were uploaded.
        OSError: The file cannot be read, or the local network is not installed.
    """
    try:
        from uplink_localnet import LocalNetwork  # noqa: PLC0415 - only this command needs it
    except ImportError as error:
        raise OSError("the demo needs a network: install the distribution uplink-localnet") from error

    if path is None:
        _ffi.current()
        path = Path(_ffi.loading().path or sys.executable)
    expected = _checksum(path.read_bytes())
    about = {"step": "file", "name": path.name, "size": path.stat().st_size, "sha256": expected}
    text = f"The file is {path.name}, {path.stat().st_size:,} bytes.\n  sha256 of what goes up:    {expected}"
    output.show(text, about)
    with LocalNetwork() as network:
        address = network.satellite_address.rpartition("@")[2]
        output.show(f"A Storj network runs on this machine: {address}", {"step": "network", "satellite": address})
        access = uplink.Access.parse(network.access_grant)
        with access.open_project() as project:
            project.ensure_bucket(BUCKET)
            _whole(project, path, expected, output)
            _streams(project, path, expected, output)
            asyncio.run(_awaited(access, path, expected, output))
            output.heading("The bucket holds:")
            for item in sorted(project.list_objects(BUCKET, recursive=True), key=lambda item: item.key):
                output.show(f"  {item.key:<10} {item.size:,} bytes", {"step": "list", **object_facts(BUCKET, item)})
            _share(access, expected, output)
    output.heading("All checksums agree.")


def _checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _report(way: str, data: bytes, expected: str, output: Output) -> None:
    checksum = _checksum(data)
    output.show(f"{way}\n  sha256 of what came down:  {checksum}", {"step": way.rstrip(":"), "sha256": checksum})
    if checksum != expected:
        raise uplink.errors.InternalError("what came down is not what went up")


def _whole(project: uplink.Project, path: Path, expected: str, output: Output) -> None:
    project.put(BUCKET, "whole", path, metadata={"name": path.name})
    _report("1. put and get, one call each:", project.get(BUCKET, "whole"), expected, output)


def _streams(project: uplink.Project, path: Path, expected: str, output: Output) -> None:
    with path.open("rb") as file, project.upload_object(BUCKET, "stream") as upload:
        while piece := file.read(256 * 1024):
            upload.write(piece)
    with project.download_object(BUCKET, "stream") as download:
        pieces = list(download.iter_bytes())
    _report("2. upload_object and download_object, in pieces:", b"".join(pieces), expected, output)


async def _awaited(access: uplink.Access, path: Path, expected: str, output: Output) -> None:
    async with uplink.aio.open_project(access) as project:
        await asyncio.gather(*(project.put(BUCKET, f"awaited/{number}", path) for number in range(3)))
        copies = await asyncio.gather(*(project.get(BUCKET, f"awaited/{number}") for number in range(3)))
    for number, data in enumerate(copies, start=1):
        _report(f"3. uplink.aio, copy {number} of three at once:", data, expected, output)


def _share(access: uplink.Access, expected: str, output: Output) -> None:
    shared = access.share(uplink.Permission.read_only(), uplink.SharePrefix(BUCKET))
    output.heading("An access is shared that can only read this bucket.")
    with shared.open_project() as project:
        _report("4. get, with the shared access:", project.get(BUCKET, "whole"), expected, output)
        try:
            project.put(BUCKET, "forbidden", b"data")
        except uplink.errors.PermissionDeniedError as error:
            text = f"   put, with the shared access, is refused: {error.message}."
            output.show(text, {"step": "refused", "message": error.message})
        else:
            raise uplink.errors.InternalError("the shared access could write")
