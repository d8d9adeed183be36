"""Measures the package and plain Go on a local network. README.md explains the figures."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from driver import (
    calls,
    cancellation,
    command,
    data,
    descriptors,
    downloads,
    forking,
    huge,
    importing,
    latency,
    listing,
    memory,
    pieces,
    ranges,
    reading,
    small,
    start,
    streams,
    trees,
    uploads,
    wan,
)
from driver.bench import Bench, ProgramError, build_go
from driver.report import machine, programs
from driver.results import Document, OtherMachineError

from uplink_localnet import LocalNetwork

SECTIONS = {
    "streams": streams.measure,
    "uploads": uploads.measure,
    "downloads": downloads.measure,
    "calls": calls.measure,
    "files": reading.measure,
    "ranges": ranges.measure,
    "huge": huge.measure,
    "memory": memory.measure,
    "import": importing.measure,
    "start": start.measure,
    "small": small.measure,
    "pieces": pieces.measure,
    "listing": listing.measure,
    "trees": trees.measure,
    "command": command.measure,
    "wan": wan.measure,
    "data": data.measure,
    "descriptors": descriptors.measure,
    "latency": latency.measure,
    "cancellation": cancellation.measure,
    "fork": forking.measure,
}
RESULTS = Path(__file__).resolve().parent / "RESULTS.md"
_HEAD = """\
# Results

[How to read the figures](README.md#how-to-read-the-figures) explains them. Each section has the command that measured
it."""
_MEMORY_FOLDER = Path("/dev/shm")


def main() -> int:
    """Measure the sections, and return 1 if one has failed."""
    options = _parse()
    results = Document(RESULTS, "benchmarks/run.py", _HEAD, [*machine(), *programs()], tuple(SECTIONS))
    if options.write:
        try:
            results.read()
        except OtherMachineError as error:
            sys.exit(str(error))
    failed = []
    parent = _MEMORY_FOLDER if _MEMORY_FOLDER.is_dir() else None
    with tempfile.TemporaryDirectory(dir=parent) as folder, tempfile.TemporaryDirectory() as program:
        go, tuned = build_go(Path(program))
        for name in options.only or [name for name in SECTIONS if name != "data" or data.has_libraries()]:
            started = time.monotonic()
            try:
                with LocalNetwork(nodes=10) as network:
                    bench = Bench(network, go, tuned, Path(folder), options.rounds, options.quick)
                    section = SECTIONS[name](bench)
            except ProgramError as error:
                failed.append(name)
                print(f"{name}: {error}", file=sys.stderr, flush=True)
                continue
            print(section.markdown(), end="\n\n", flush=True)
            print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
            results.put(name, section, f"--rounds {options.rounds}" + " --quick" * options.quick)
            if options.write:
                results.write()
    print("\n\n".join(results.summary()))
    if failed:
        print(f"not measured, because a program failed: {' '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, help="number of runs of each program (default: 7, or 2 with --quick)")
    parser.add_argument(
        "--only",
        nargs="+",
        choices=SECTIONS,
        help="the sections to measure (default: all that can run)",
    )
    parser.add_argument("--quick", action="store_true", help="measure less, with imprecise figures")
    parser.add_argument(
        "--write",
        action="store_true",
        help=f"after each section, write it into {RESULTS.name}, which keeps its other sections",
    )
    options = parser.parse_args()
    options.rounds = options.rounds or (2 if options.quick else 7)
    return options


if __name__ == "__main__":
    sys.exit(main())
