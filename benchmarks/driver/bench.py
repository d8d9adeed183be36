"""Runs the programs that are compared, each measurement in a new process."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from uplink_localnet import LocalNetwork

Result = dict[str, Any]

_HERE = Path(__file__).resolve().parent.parent
PYTHON_CLIENT = _HERE / "python" / "client.py"
GO_SOURCES = _HERE / "go"
_LIBRARY = _HERE.parent / "go"
# Seconds after which a program is stopped, and that it then has to say what it was doing.
_LIMIT, _GRACE = 900.0, 10.0


class ProgramError(Exception):
    """A program that is measured failed, or did not end."""


@dataclass(frozen=True)
class Program:
    """A program with its arguments, under the name that the report gives it."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Bench:
    """The network, the programs and the settings of a section.

    Attributes:
        network: The local network of this section.
        go: The executable of the Go program.
        tuned: The same with the monkit stub, the settings of the collector and the idle connections of the package.
        folder: A folder for files, in memory if possible.
        rounds: The number of runs of each program.
        quick: Whether to measure less, for work on the benchmarks themselves.
    """

    network: LocalNetwork
    go: Path
    tuned: Path
    folder: Path
    rounds: int
    quick: bool

    def in_go(self, name: str, workload: str, **flags: object) -> Program:
        return Program(name, (str(self.go), workload, *_arguments(flags)))

    def in_tuned_go(self, name: str, workload: str, **flags: object) -> Program:
        return Program(name, (str(self.tuned), workload, *_arguments(flags)))

    def in_python(self, name: str, workload: str, **flags: object) -> Program:
        return Program(name, (sys.executable, str(PYTHON_CLIENT), workload, *_arguments(flags)))

    def run(self, program: Program) -> Result:
        """Run a program once and return its result.

        Raises:
            ProgramError: The program failed, or it had not ended after fifteen minutes.
        """
        environment = os.environ | {"UPLINK_ACCESS": self.network.access_grant}
        try:
            return run_program(program.name, program.command, environment)
        except ProgramError:
            os.kill(self.network.pid, signal.SIGCONT)  # the program may have frozen the network
            raise

    def compare(
        self,
        programs: list[Program],
        after: Callable[[], None] = lambda: None,
        *,
        warm_up: bool = True,
    ) -> dict[str, list[Result]]:
        """Run each program once a round, and return the results.

        Each round begins with another program, and every other round is in reverse order.

        Args:
            programs: The programs.
            after: Called after each run.
            warm_up: Whether a round before the others is not counted. Programs that mostly wait need none.

        Returns:
            The results of each program, by its name.
        """
        results: dict[str, list[Result]] = {program.name: [] for program in programs}
        for number in range(-1 if warm_up else 0, self.rounds):
            first = number % len(programs)
            order = programs[first:] + programs[:first]
            for program in order if number % 2 else order[::-1]:
                result = self.run(program)
                after()
                if number >= 0:
                    results[program.name].append(result)
        return results


def run_program(name: str, command: Sequence[str], environment: dict[str, str], limit: float = _LIMIT) -> Result:
    """Run a program, and return the JSON that it prints.

    Raises:
        ProgramError: The program failed, or it had not ended when the limit (s) was over. A program in Go then tells
            where its goroutines are.
    """
    pipe = subprocess.PIPE
    # A session of its own, so that its children can be stopped with it.
    with subprocess.Popen(
        command, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    ) as process:
        try:
            output, errors = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            errors = _stop(process)
            raise ProgramError(f"{name} had not ended after {limit:g} s: {shlex.join(command)}\n{errors}") from None
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        raise ProgramError(f"{name} failed: {shlex.join(command)}\n{errors}")
    result: Result = json.loads(output)
    return result


def _stop(process: subprocess.Popen[str]) -> str:
    """Stop a program and its children, and return what it has written to its error output."""
    os.killpg(process.pid, signal.SIGQUIT)
    try:
        _, errors = process.communicate(timeout=_GRACE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        _, errors = process.communicate()
    return errors


def column(results: list[Result], name: str) -> list[float]:
    return [result[name] for result in results]


def ratio(results: list[Result], reference: list[Result], name: str) -> float:
    """Return the ratio of the medians."""
    return median(column(results, name)) / median(column(reference, name))


def build_go(folder: Path) -> tuple[Path, Path]:
    """Build the Go program twice, without and with the settings of the package, and return the paths."""
    plain, tuned = folder / "plain", folder / "tuned"
    subprocess.run(["go", "build", "-o", str(plain), "."], cwd=GO_SOURCES, check=True)
    subprocess.run(["go", "build", "-o", str(tuned), *_tuning(folder), "."], cwd=GO_SOURCES, check=True)
    return plain, tuned


def _tuning(folder: Path) -> list[str]:
    """Return the flags that build the package's monkit stub and collector into the Go program."""
    module, overlay = folder / "tuned.mod", folder / "overlay.json"
    stub = f"\nreplace github.com/spacemonkeygo/monkit/v3 => {_LIBRARY / 'monkit'}\n"
    module.write_text((GO_SOURCES / "go.mod").read_text() + stub)
    module.with_suffix(".sum").write_bytes((GO_SOURCES / "go.sum").read_bytes())
    sources = [path for path in (_LIBRARY / "internal/goruntime").glob("*.go") if not path.stem.endswith("_test")]
    overlay.write_text(
        json.dumps({"Replace": {str(GO_SOURCES / "goruntime" / path.name): str(path) for path in sources}})
    )
    return ["-tags=tuned", f"-modfile={module}", f"-overlay={overlay}"]


def _arguments(flags: dict[str, object]) -> list[str]:
    return [f"--{name.replace('_', '-')}={value}" for name, value in flags.items()]
