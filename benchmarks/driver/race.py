"""Runs programs side by side, each measurement in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from uplink_localnet import LocalNetwork

Result = dict[str, Any]

_HERE = Path(__file__).resolve().parent.parent
PYTHON_CLIENT = _HERE / "python" / "client.py"
GO_SOURCES = _HERE / "go"


@dataclass(frozen=True)
class Contestant:
    """A program with its arguments."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Bench:
    """What a section works with.

    Attributes:
        network: The local network, which is the section's own.
        go: The executable of the Go program.
        folder: For files, in memory where there is such a place.
        rounds: How often each program is run.
        quick: Whether to measure less, for those who work on the benchmarks.
    """

    network: LocalNetwork
    go: Path
    folder: Path
    rounds: int
    quick: bool

    def in_go(self, name: str, workload: str, **flags: object) -> Contestant:
        return Contestant(name, (str(self.go), workload, *_arguments(flags)))

    def in_python(self, name: str, workload: str, **flags: object) -> Contestant:
        return Contestant(name, (sys.executable, str(PYTHON_CLIENT), workload, *_arguments(flags)))

    def run(self, contestant: Contestant) -> Result:
        """Run a program once.

        Raises:
            RuntimeError: It failed.
        """
        environment = os.environ | {"UPLINK_ACCESS": self.network.access_grant}
        done = subprocess.run(contestant.command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{contestant.name} failed:\n{done.stderr}")
        result: Result = json.loads(done.stdout)
        return result

    def race(
        self,
        contestants: list[Contestant],
        after: Callable[[], None] = lambda: None,
    ) -> dict[str, list[Result]]:
        """Run the programs in turns, each round from another one on, and every other round backwards.

        A round before the first is for warming up and not counted.

        Args:
            contestants: The programs.
            after: Called after each run.

        Returns:
            What each has measured, by name.
        """
        results: dict[str, list[Result]] = {contestant.name: [] for contestant in contestants}
        for number in range(-1, self.rounds):
            first = number % len(contestants)
            order = contestants[first:] + contestants[:first]
            for contestant in order if number % 2 else order[::-1]:
                result = self.run(contestant)
                after()
                if number >= 0:
                    results[contestant.name].append(result)
        return results


def column(results: list[Result], name: str) -> list[float]:
    return [result[name] for result in results]


def ratio(results: list[Result], reference: list[Result], name: str) -> float:
    """Return the ratio of the medians."""
    return median(column(results, name)) / median(column(reference, name))


def build_go(folder: Path) -> Path:
    """Build the Go program."""
    target = folder / "benchmarks"
    subprocess.run(["go", "build", "-o", str(target), "."], cwd=GO_SOURCES, check=True)
    return target


def _arguments(flags: dict[str, object]) -> list[str]:
    return [f"--{name.replace('_', '-')}={value}" for name, value in flags.items()]
