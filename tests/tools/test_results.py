"""RESULTS.md keeps the sections of several runs, and a program that does not end becomes an error."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.source_tree


@pytest.fixture
def driver(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import driver.bench
    import driver.report
    import driver.results

    return driver


@pytest.fixture
def section(driver):
    def section(figure):
        report = driver.report
        targets = [report.Target("wall / Go", figure, 1.1)]
        return report.Section("Streams", "How.", [report.Table(["", "s"], [["up", str(figure)]])], targets)

    return section


def test_a_section_is_replaced_and_the_others_stay(driver, section, tmp_path):
    path = tmp_path / "RESULTS.md"
    first = driver.results.Results()
    first.put("streams", section(1), "--rounds 7")
    first.put("calls", section(2), "--rounds 7")
    path.write_text(first.markdown(["calls", "streams"]), encoding="utf-8")
    second = driver.results.read(path)
    assert second == first
    second.put("calls", section(3), "--rounds 2 --quick")
    text = second.markdown(["calls", "streams"])
    assert "`python benchmarks/run.py --only calls --rounds 2 --quick`" in text
    assert "`python benchmarks/run.py --only streams --rounds 7`" in text
    assert text.index("| up | 3 |") < text.index("| up | 1 |")
    assert [line.split("|")[2:6] for line in text.splitlines() if "wall / Go" in line] == [
        ["     3.00 ", "     1.1 ", " missed ", "   calls "],
        ["     1.00 ", "     1.1 ", "    met ", " streams "],
    ]


def test_results_of_another_machine_are_not_mixed_with_new_ones(driver, section, tmp_path, monkeypatch):
    path = tmp_path / "RESULTS.md"
    results = driver.results.Results()
    results.put("streams", section(1), "--rounds 7")
    path.write_text(results.markdown(["streams"]), encoding="utf-8")
    monkeypatch.setattr(driver.results, "machine", lambda: [["CPU", "another"]])
    with pytest.raises(driver.results.OtherMachineError):
        driver.results.read(path)


def test_a_program_that_does_not_end_is_stopped(driver):
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    with pytest.raises(driver.bench.ProgramError, match=r"^Go had not ended after 0\.1 s: .*sleep"):
        driver.bench.run_program("Go", command, dict(os.environ), 0.1)


def test_a_program_that_fails_is_quoted(driver):
    command = [sys.executable, "-c", "raise SystemExit('no network')"]
    with pytest.raises(driver.bench.ProgramError, match=r"(?s)^Go failed: .*no network"):
        driver.bench.run_program("Go", command, dict(os.environ))


def test_a_program_returns_what_it_prints(driver):
    command = [sys.executable, "-c", "print('{\"wall\": 1.5}')"]
    assert driver.bench.run_program("Go", command, dict(os.environ)) == {"wall": 1.5}
