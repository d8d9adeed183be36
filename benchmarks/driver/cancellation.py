"""How soon a call returns that is told to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driver.report import Section, Table, Target, middle_and_tail, percentile

if TYPE_CHECKING:
    from driver.race import Bench, Contestant, Result

_TEXT = """\
Milliseconds from asking a call to stop until it has returned: the median / the 99th percentile. Each call is stopped at
a random moment while it is in flight. On a network that is fine, with a round trip of 2 ms, that is any time until it
would have ended; a frozen one, satellite and nodes, never answers. Tasks are cancelled and `timeout=` expires in
`uplink.aio`, where `asyncio.timeout` is a cancellation, too; Ctrl-C is SIGINT from another process to a synchronous
call. In Go it is the context that is cancelled; "never" is a call that had not returned after 5 s, and did not until
the network went on. The timeout of a listing is that of a page, so there is none for the whole iteration."""

_WAYS = {"task cancelled": "task", "timeout= expired": "timeout", "Ctrl-C": "interrupt"}
_KINDS = {
    "stat": "stat_object",
    "page": "first page of list_objects",
    "iteration": "iteration over 1,200 objects",
    "put": "put of 1 KiB",
    "write": "write of 4 MiB to a stream",
    "commit": "commit of 512 KiB on nodes",
    "read": "read of 8 MiB from a stream",
}
_LISTED = 1200
_DOWNLOADED = 8 * 1024 * 1024
_ROUND_TRIP = 0.002
_MOST = 100.0


def measure(bench: Bench) -> Section:
    bench.run(bench.in_go("preparation", "small", count=_LISTED, bytes=1024, in_flight=16))
    bench.run(bench.in_go("preparation", "write-calls", key="stream", bytes=_DOWNLOADED))
    flags = {"count": 15 if bench.quick else 150}
    section = Section("Stopping a call", _TEXT)
    with bench.network.faults.links(rtt=_ROUND_TRIP):
        _measure(bench, section, "network fine", flags)
    _measure(bench, section, "network frozen", {**flags, "network": bench.network.pid})
    return section


def _measure(bench: Bench, section: Section, title: str, flags: dict[str, int]) -> None:
    results = {contestant.name: bench.run(contestant) for contestant in _contestants(bench, flags)}
    rows = []
    for kind, name in _KINDS.items():
        rows.append([name, *(_cell(result, kind) for result in results.values())])
        worst = max(percentile(results[way][kind], 99) for way in _WAYS if kind in results[way])
        section.targets.append(Target(f"{title}, {name}: stopped, 99th percentile", worst * 1e3, _MOST, " ms"))
    rows.append(["all of these", *(middle_and_tail(_all(result), 1, 1e3) for result in results.values())])
    section.tables.append(Table([title, *results], rows))


def _contestants(bench: Bench, flags: dict[str, int]) -> list[Contestant]:
    ours = [bench.in_python(name, "cancellation", api=way, **flags) for name, way in _WAYS.items()]
    return [*ours, bench.in_go("Go", "cancellation", **flags)]


def _all(result: Result) -> list[float]:
    """Return the samples of all kinds of calls, save those that never return."""
    return [seconds for samples in result.values() for seconds in samples or []]


def _cell(result: Result, kind: str) -> str:
    if kind not in result:
        return ""
    samples = result[kind]
    return "never" if samples is None else middle_and_tail(samples, 1, 1e3)
