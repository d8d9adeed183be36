"""No test can hang a run."""

from __future__ import annotations

# A signal handler runs between two steps of Python. Closing a file that another thread writes to is one step, in C.
HANGS = """
import os
import threading


def test_hangs():
    reader, writer = os.pipe()
    sink = open(writer, "wb")
    threading.Thread(target=lambda: sink.write(bytes(1_000_000)), daemon=True).start()
    threading.Event().wait(0.2)
    sink.close()
"""


def test_a_hanging_test_ends_the_run(pytester, request):
    limits = {name: float(request.config.getini(name)) for name in ("timeout", "faulthandler_timeout")}
    assert 0 < limits["timeout"] < limits["faulthandler_timeout"]
    assert request.config.getini("faulthandler_exit_on_timeout")
    pytester.makepyfile(HANGS)
    options = ["-o", "timeout=1", "-o", "faulthandler_timeout=2", "-o", "faulthandler_exit_on_timeout=true"]
    result = pytester.runpytest_subprocess(*options, timeout=60)
    assert result.ret != 0
    result.stderr.fnmatch_lines(["*Timeout*", "*in test_hangs*"])
