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


@pytest.fixture
def document(driver, tmp_path):
    def document(cpu="fast"):
        order = ("calls", "streams")
        return driver.results.Document(tmp_path / "RESULTS.md", "run.py", "# Results", [["CPU", cpu]], order)

    return document


def test_a_section_is_replaced_and_the_others_stay(section, document):
    first = document()
    first.read()
    first.put("streams", section(1), "--rounds 7")
    first.put("calls", section(2), "--rounds 7")
    first.write()
    second = document()
    second.read()
    assert second.results == first.results
    second.put("calls", section(3), "--rounds 2 --quick")
    text = second.markdown()
    assert "`python run.py --only calls --rounds 2 --quick`" in text
    assert "`python run.py --only streams --rounds 7`" in text
    assert text.index("| up | 3 |") < text.index("| up | 1 |")
    assert [line.split("|")[2:6] for line in text.splitlines() if "wall / Go" in line] == [
        ["     3.00 ", "     1.1 ", " missed ", "   calls "],
        ["     1.00 ", "     1.1 ", "    met ", " streams "],
    ]


def test_results_of_another_machine_are_not_mixed_with_new_ones(driver, section, document):
    first = document()
    first.put("streams", section(1), "--rounds 7")
    first.write()
    with pytest.raises(driver.results.OtherMachineError, match=r"RESULTS\.md has figures of another machine"):
        document("slow").read()


def test_the_file_of_this_project_has_the_sections_that_the_plots_need(driver):
    path = ROOT / "benchmarks/RESULTS.md"
    _, results = driver.results.parse(path.read_text(encoding="utf-8"))
    assert results.sections.keys() >= {"small", "streams", "pieces", "cancellation"}
    assert results.targets["streams"]


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
