"""Limits of memory and threads are checked before libuplink is loaded, since Go's runtime would end the process."""

from __future__ import annotations

import subprocess
import sys

import pytest

from uplink._ffi import _needs

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="about limits of Linux")

# If the process ends in the call, nothing is printed.
TRY = """
def attempt(who="main"):
    try:
        uplink.Access.parse("grant")
    except uplink.errors.LoadError as error:
        print(who, error, flush=True)
    except uplink.errors.InvalidAccessError:
        print(who, "works", flush=True)
"""


def run(program, *words):
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"import os, sys, uplink\n{TRY}\n{program}", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout.splitlines()


SUBINTERPRETER = f"""
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

if sys.version_info >= (3, 13):
    interpreter = interpreters.create(sys.argv[1])
    execute = interpreters.exec
else:
    interpreter = interpreters.create(isolated=sys.argv[1] == "isolated")
    execute = interpreters.run_string
if sys.argv[2] == "loaded":
    attempt()
start = f"import sys\\nsys.path[:] = {{sys.path!r}}\\nimport uplink\\n"
execute(interpreter, start + {TRY!r} + "attempt('sub')\\n" * 2)
attempt()
interpreters.destroy(interpreter)
attempt()
"""


@pytest.mark.parametrize("first", ["loaded", "not loaded"])
@pytest.mark.parametrize("kind", ["isolated", "legacy"])
def test_a_subinterpreter_is_refused_and_the_main_one_works_on(kind, first):
    if not any(map(_has_module, ("_interpreters", "_xxsubinterpreters"))):
        pytest.skip("this Python has no module for subinterpreters")
    *before, one, two, three, four = run(SUBINTERPRETER, kind, first)
    assert one.startswith("sub uplink-cffi does not support subinterpreters")
    assert one == two
    assert [*before, three, four] == ["main works"] * (3 if first == "loaded" else 2)


def _has_module(name):
    try:
        __import__(name)
    except ImportError:
        return False
    return True


LIMIT = """
import resource

def limit(name, most):
    resource.setrlimit(getattr(resource, name), (most, most))

def used(field):
    with open("/proc/self/statm") as file:
        return int(file.read().split()[field]) * resource.getpagesize()
"""


@needs_linux
class TestLimits:
    @pytest.mark.parametrize(
        ("name", "most", "option"), [("RLIMIT_AS", 800_000 * 1024, "-v"), ("RLIMIT_DATA", 60_000 * 1024, "-d")]
    )
    def test_too_little_memory(self, name, most, option):
        [line] = run(f"{LIMIT}\nlimit({name!r}, {most})\nattempt()")
        assert line.startswith(f"main the process may have {most // 2**20:,} MiB of ")
        assert f"(ulimit {option})" in line

    def test_too_little_memory_in_a_forked_child(self):
        first, second, third = run(f"""{LIMIT}
attempt()
if not (child := os.fork()):
    # The child's memory includes its parent's runtime.
    limit("RLIMIT_AS", used(0) + 800_000 * 1024)
    attempt("child")
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
attempt()
""")
        assert second.startswith("child the process may have ")
        assert " of which 781 are left, and Go's runtime needs 2,560" in second
        assert first == third == "main works"

    def test_enough_memory(self):
        margin = 64 * 2**20
        address_space, data = (mib * 2**20 + margin for mib in (_needs._ADDRESS_SPACE, _needs._DATA))
        [line] = run(f"""{LIMIT}
limit("RLIMIT_AS", used(0) + {address_space})
limit("RLIMIT_DATA", used(5) + {data})
attempt()
""")
        assert line == "main works"

    def test_too_few_processes(self):
        # Root is not limited. Import first, since another user may not be able to read the modules.
        [line] = run(f"""{LIMIT}
from uplink._ffi import _copy, _loading, _needs
if os.getuid() == 0:
    os.setuid(54321)
limit("RLIMIT_NPROC", 8)
attempt()
""")
        assert line.startswith("main the process can start only ")
        assert "(ulimit -u)" in line

    def test_the_doctor_reports_it(self):
        command = f"ulimit -v 800000; {sys.executable} -m uplink doctor"
        result = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
        assert (result.returncode, result.stderr) == (1, "")
        assert "! the process may have 781 MiB of address space (ulimit -v), of which " in result.stdout

    def test_too_few_descriptors_for_an_upload(self, storj_bucket, grant):
        [line] = run(
            f"""{LIMIT}
limit("RLIMIT_NOFILE", 10)
with uplink.Access.parse(sys.argv[1]).open_project() as project:
    try:
        project.put(sys.argv[2], "key", bytes(1_000_000))
    except uplink.errors.NodesUnavailableError as error:
        print(error)
""",
            grant,
            storj_bucket,
        )
        assert " connections to nodes, and an upload takes up to 110: raise its limit of open files (ulimit -n)" in line
