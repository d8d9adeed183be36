"""The application of docs/fastapi.md with real servers and fifty clients at the same time."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time

import pytest

httpx = pytest.importorskip("httpx", reason="make test-web installs it")
for module in ("fastapi", "hypercorn", "uvicorn"):
    pytest.importorskip(module, reason="make test-web installs it")

from tests.web.conftest import program, write_modules  # noqa: E402 - after the check that the libraries are there

pytestmark = [pytest.mark.heavy, pytest.mark.filterwarnings("default")]

CLIENTS = 50
MIB = 1024 * 1024

# The application of the page, with what the test asks it.
CHECKED = """
import contextlib, probe
from application import app
import forms

alone = app.router.lifespan_context


@contextlib.asynccontextmanager
async def checked(app):
    async with alone(app):
        yield
    await probe.ended()


app.router.lifespan_context = checked


@app.get("/numbers")
async def numbers():
    stats = app.state.project.stats()
    return {**probe.numbers(), "in_flight": stats.calls_in_flight}
"""

SERVERS = {
    "uvicorn": (program("uvicorn"), "checked:app", "--port", "PORT", "--log-level", "warning"),
    "hypercorn": (
        program("hypercorn"),
        "checked:app",
        "--bind",
        "127.0.0.1:PORT",
        "--workers",
        "0",
        "--graceful-timeout",
        "30",
    ),
}


@pytest.fixture(params=SERVERS)
def name(request):
    return request.param


@pytest.fixture
def server(name, serve, tmp_path, photos):
    for page in ("web.md", "fastapi.md"):
        write_modules(page, tmp_path)
    (tmp_path / "checked.py").write_text(CHECKED)
    return serve(*SERVERS[name])


@pytest.fixture
async def client(server):
    # A server closes a connection that is idle for some seconds, just when a loaded machine uses it again.
    limits = httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=0)
    async with httpx.AsyncClient(base_url=server.url, timeout=120, limits=limits) as client:
        yield client


def assert_ended_well(server, folder):
    log = server.stop()
    ends = [path.read_text() for path in folder.glob("ended-*")]
    assert ends == ["free"], log
    assert "Traceback" not in log
    assert server.process.returncode in (0, -15), log


async def upload(client, key, pieces):
    async def body():
        for piece in pieces:
            yield piece

    response = await client.put(f"/photos/{key}", content=body(), headers={"content-type": "video/mp4"})
    assert response.status_code == 204


async def quiet(client):
    """Wait until the application has no call under way, and return its numbers."""
    deadline = time.monotonic() + 30
    while True:
        numbers = (await client.get("/numbers")).json()
        if numbers["in_flight"] == 0:
            return numbers
        assert time.monotonic() < deadline, numbers
        await asyncio.sleep(0.05)


async def test_fifty_clients_upload_and_download_ranges(client, server, tmp_path):
    data = os.urandom(MIB)
    await asyncio.gather(*(upload(client, f"{number}.mp4", [data]) for number in range(CLIENTS)))

    async def check(number):
        path = f"/photos/{number}.mp4"
        whole = await client.get(path)
        assert (whole.status_code, whole.headers["content-type"]) == (200, "video/mp4")
        assert whole.content == data
        head = await client.head(path)
        assert (head.headers["content-length"], head.headers["etag"]) == (str(MIB), whole.headers["etag"])
        start = 1000 * number
        ranged = {"range": f"bytes={start}-{start + 999}", "if-range": whole.headers["etag"]}
        part = await client.get(path, headers=ranged)
        assert (part.status_code, part.content) == (206, data[start : start + 1000])
        assert part.headers["content-range"] == f"bytes {start}-{start + 999}/{MIB}"
        assert (await client.get(path, headers={"range": f"bytes={MIB}-"})).status_code == 416
        assert (await client.get(path, headers={"if-none-match": whole.headers["etag"]})).status_code == 304
        assert (await client.get(path, headers={"if-none-match": " * "})).status_code == 304
        assert (await client.get(f"/photos/missing-{number}")).status_code == 404

    await asyncio.gather(*map(check, range(CLIENTS)))
    response = await client.post("/form", files={"file": ("a.bin", data)})
    assert response.json() == {"size": MIB}
    await quiet(client)
    assert_ended_well(server, tmp_path)


@pytest.mark.parametrize("name", ["uvicorn"])
async def test_memory_stays_flat_with_fifty_slow_clients(client, server, photos, tmp_path):
    """Fifty clients that are slower than the network transfer 4 MiB each, again and again."""
    data = os.urandom(MIB) * 4
    photos.put("photos", "large", data)

    async def get():
        found = hashlib.sha256()
        async with client.stream("GET", "/photos/large") as response:
            async for piece in response.aiter_raw(MIB):
                found.update(piece)
                await asyncio.sleep(0.02)
        assert found.digest() == hashlib.sha256(data).digest()

    async def put():
        await upload(client, "sent", [data[:MIB]] * 4)

    memory = []
    for _ in range(6):
        await asyncio.gather(*(get() for _ in range(CLIENTS - 5)), *(put() for _ in range(5)))
        memory.append((await quiet(client))["memory"] // MIB)
    print(f"MiB of memory after each round: {memory}")
    # The first rounds fill pools and caches.
    assert max(memory[3:]) < max(memory[:3]) + 50
    assert_ended_well(server, tmp_path)


async def test_clients_that_leave(client, server, photos, tmp_path):
    photos.put("photos", "large", os.urandom(MIB) * 16)
    await quiet(client)

    async def leave_a_download():
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /photos/large HTTP/1.1\r\nhost: localhost\r\n\r\n")
        await reader.readexactly(MIB)
        writer.transport.abort()

    async def leave_an_upload(number):
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        head = f"PUT /photos/left-{number} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {64 * MIB}\r\n\r\n"
        writer.write(head.encode() + bytes(MIB))
        await writer.drain()
        writer.transport.abort()

    half = CLIENTS // 2
    await asyncio.gather(*(leave_a_download() for _ in range(half)), *(leave_an_upload(each) for each in range(half)))
    await quiet(client)
    assert [item.key for item in photos.list_objects("photos")] == ["large"]
    assert list(photos.list_uploads("photos")) == []
    # It goes on to serve.
    assert (await client.get("/photos/large", headers={"range": "bytes=0-3"})).status_code == 206
    assert_ended_well(server, tmp_path)


async def test_a_network_that_hangs_is_a_status_503(client, server, photos, network, tmp_path):
    if network.local is None:
        pytest.skip("this network cannot be made to fail")
    photos.put("photos", "small", b"data")
    with network.faults.satellite(frozen=True):
        late = await asyncio.gather(*(client.get("/photos/small") for _ in range(CLIENTS)))
    with network.faults.satellite(down=True):
        late += [await client.get("/photos/small"), await client.put("/photos/other", content=b"data")]
    assert {(response.status_code, response.headers["retry-after"]) for response in late} == {(503, "10")}
    assert (await client.get("/photos/small")).content == b"data"
    await quiet(client)
    assert_ended_well(server, tmp_path)


async def test_a_stop_ends_transfers_first(server, photos, tmp_path):
    data = os.urandom(MIB) * 8
    photos.put("photos", "large", data)

    async def connected(head):
        # A small buffer keeps most of a response at the server.
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=64 * 1024)
        writer.write(f"{head} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n".encode())
        return reader, writer

    reader, writer = await connected("GET /photos/large")
    writer.write(b"\r\n")
    begun = await reader.readuntil(b"\r\n\r\n")
    assert b" 200 " in begun
    # The application asks for the body when it has begun the upload.
    replies, upload = await connected("PUT /photos/sent")
    upload.write(f"content-length: {len(data)}\r\nexpect: 100-continue\r\n\r\n".encode())
    assert b"100" in await replies.readuntil(b"\r\n\r\n")
    server.terminate()
    while True:
        # The server refuses new connections as soon as it has seen the signal.
        try:
            _, further = await asyncio.open_connection("127.0.0.1", server.port)
        except OSError:
            break
        further.close()
        await asyncio.sleep(0.02)
    upload.write(data)
    assert b" 204 " in await replies.read()
    assert (await reader.read()) == data
    assert photos.get("photos", "sent") == data
    upload.close()
    writer.close()
    assert_ended_well(server, tmp_path)
