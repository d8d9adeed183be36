"""Small objects over a network with a round trip of 40 ms."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import inspect
import threading
from typing import TYPE_CHECKING

import uplink
from driver.race import ratio
from driver.report import Section, Table, Target
from driver.small import MOST_WALL
from uplink_localnet import LocalNetwork

if TYPE_CHECKING:
    from collections.abc import Generator

    from driver.race import Bench

_TEXT = "Objects of 1 KiB with a round trip of 40 ms between client and satellite, 64 calls in flight."

_ONE_WAY = 0.02
_IN_FLIGHT = 64


def measure(bench: Bench) -> Section:
    flags = {"count": 512 if bench.quick else 2048, "bytes": 1024, "in_flight": _IN_FLIGHT}
    with _distant_network() as grant:
        far = dataclasses.replace(bench, grant=grant, rounds=min(bench.rounds, 5))
        go, aio = far.in_go("Go", "small", **flags), far.in_python("uplink.aio", "small", api="aio", **flags)
        results = far.race([go, aio])
    section = Section("Small objects from afar", _TEXT)
    rows = []
    for operation in "put", "get":
        theirs, ours = ([result[operation] for result in results[each.name]] for each in (go, aio))
        value = ratio(ours, theirs, "wall")
        rows.append([operation, f"{value:.2f}"])
        section.targets.append(Target(f"{operation} from afar: wall time over that of Go", value, MOST_WALL))
    section.tables.append(Table(["", "wall / Go"], rows))
    return section


@contextlib.contextmanager
def _distant_network() -> Generator[str, None, None]:
    """Give the grant for a network that is far away, by its own means if it has some."""
    if "wan" in inspect.signature(LocalNetwork).parameters:
        with LocalNetwork(nodes=10, wan=True) as network:
            yield network.access_grant
        return
    with LocalNetwork(nodes=10) as network:
        node_id, address = network.satellite_address.split("@")
        with _proxy(address) as far:
            access = uplink.Access.request(
                satellite_address=f"{node_id}@{far}", api_key=network.api_key, passphrase="from afar"
            )
            yield access.serialize()


@contextlib.contextmanager
def _proxy(target: str) -> Generator[str, None, None]:
    """Listen for connections, and hand on what they carry a little later."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(_listen(target), loop).result()
    host, port = server.sockets[0].getsockname()
    try:
        yield f"{host}:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _listen(target: str) -> asyncio.Server:
    host, port = target.rsplit(":", 1)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        with contextlib.suppress(asyncio.CancelledError):  # which asyncio would print
            await asyncio.gather(_carry(reader, far_writer), _carry(far_reader, writer))

    return await asyncio.start_server(serve, "127.0.0.1", 0)


async def _end(server: asyncio.Server) -> None:
    server.close()
    connections = asyncio.all_tasks() - {asyncio.current_task()}
    for connection in connections:
        connection.cancel()
    await asyncio.gather(*connections, return_exceptions=True)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Write each piece when it has been under way for long enough; several are under way at a time."""
    loop = asyncio.get_running_loop()
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            loop.call_later(_ONE_WAY, writer.write, data)
    loop.call_later(_ONE_WAY, writer.close)
