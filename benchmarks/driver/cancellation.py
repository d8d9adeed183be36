"""How soon a call returns after it is cancelled, interrupted, or its timeout ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from driver.report import Section, Table, Target, middle_and_tail, percentile

if TYPE_CHECKING:
    from driver.bench import Bench, Program, Result

_TEXT = """\
Milliseconds from the request to stop until the call has returned: the median / the 99th percentile. Each call is
stopped at a random moment while it is in flight. On the working network, which has a round trip of 2 ms, this is any
moment before the call would have ended. On the frozen network, the satellite and the nodes never reply. Tasks are
cancelled and `timeout=` ends in `uplink.aio`, where `asyncio.timeout` is a cancellation, too. Ctrl-C is a SIGINT from
another process to a synchronous call. In Go, the context is cancelled. "never" is a call that had not returned after
5 s. The timeout of a listing applies to each page, so there is none for the whole iteration. The last row counts the
calls that nobody stopped and that hung on a working network after one that was stopped. In plain Go, some do: DRPC
(v1.0.0) can announce the cancellation of a call that the satellite has not seen, which then replies to no later call on
the same connection. The Go program notices it after 5 s and opens the project again."""

_WAYS = {"task cancelled": "task", "timeout= ended": "timeout", "Ctrl-C": "interrupt"}
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
_MAX = 100.0


def measure(bench: Bench) -> Section:
    bench.run(bench.in_go("preparation", "small", count=_LISTED, bytes=1024, in_flight=16))
    bench.run(bench.in_go("preparation", "write-calls", key="stream", bytes=_DOWNLOADED))
    flags = {"count": 15 if bench.quick else 150}
    section = Section("Stopping a call", _TEXT)
    with bench.network.faults.links(rtt=_ROUND_TRIP):
        _measure(bench, section, "network working", flags)
    _measure(bench, section, "network frozen", {**flags, "network": bench.network.pid})
    return section


def _measure(bench: Bench, section: Section, title: str, flags: dict[str, int]) -> None:
    results = {program.name: bench.run(program) for program in _programs(bench, flags)}
    hung = [str(result.pop("hung", 0)) for result in results.values()]
    rows = []
    for kind, name in _KINDS.items():
        rows.append([name, *(_cell(result, kind) for result in results.values())])
        worst = max(percentile(results[way][kind], 99) for way in _WAYS if kind in results[way])
        section.targets.append(Target(f"{title}, {name}: stopped, 99th percentile", worst * 1e3, _MAX, " ms"))
    rows.append(["all of these", *(middle_and_tail(_all(result), 1, 1e3) for result in results.values())])
    rows.append(["later calls that hung", *hung])
    section.tables.append(Table([title, *results], rows))


def _programs(bench: Bench, flags: dict[str, int]) -> list[Program]:
    ours = [bench.in_python(name, "cancellation", api=way, **flags) for name, way in _WAYS.items()]
    return [*ours, bench.in_go("Go", "cancellation", **flags)]


def _all(result: Result) -> list[float]:
    """Return the samples of all kinds of calls, except for kinds that never return."""
    return [seconds for samples in result.values() for seconds in samples or []]


def _cell(result: Result, kind: str) -> str:
    if kind not in result:
        return ""
    samples = result[kind]
    return "never" if samples is None else middle_and_tail(samples, 1, 1e3)
