"""Runs the examples of docs/testing.md with pytest."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/testing.md"


def test_the_examples_are_tests_that_pass(pytester, network):
    found = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for number, source in enumerate(found):
        (pytester.path / f"test_example_{number}.py").write_text(source, encoding="utf-8")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    assert result.ret == 0
    tests = re.findall(r"^(?:async )?def test_\w+\(.*\)", "\n".join(found), flags=re.MULTILINE)
    skipped = 0 if network.source == "uplink-localnet" else sum("storj_faults" in test for test in tests)
    result.assert_outcomes(passed=len(tests) - skipped, skipped=skipped)


def test_the_page_names_every_fixture():
    import inspect

    from _uplink_cffi import pytest_plugin

    page = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(\w*storj_\w+)` \|", page, flags=re.MULTILINE))
    source = inspect.getsource(pytest_plugin)
    assert named == set(re.findall(r"fixture.*\n(?:async )?def (\w+)", source))
