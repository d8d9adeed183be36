"""Each function of libuplink refuses invalid arguments without ending the process."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import itertools, sys
from uplink import _ffi

PANIC = 10
ffi, lib = _ffi.current().ffi, _ffi.current().lib
# Functions with _destroy_ are cffi's destructors, not part of libuplink.
names = [name for name in dir(lib) if name.startswith(("uplink_", "edge_")) and "_destroy_" not in name]
functions = {name: getattr(lib, name) for name in names}
takes = [function for name, function in functions.items() if "_take_" in name]
kept = []


def candidates(kind):
    if kind.kind == "struct":
        return [ffi.new(f"{kind.cname} *")[0]]
    if kind.kind == "pointer":
        # Zeros, more than in any struct: an empty text, an invalid handle, or NULL pointers.
        memory = ffi.new("char[4096]")
        kept.append(memory)
        return [ffi.NULL, ffi.cast(kind, memory)]
    if kind.cname == "_Bool":
        return [False, True]
    bits = 8 * ffi.sizeof(kind)
    signed = int(ffi.cast(kind, -1)) < 0
    return [0, 1, 2 ** (bits - 1) - 1, -(2 ** (bits - 1)) if signed else 2**bits - 1]


def check(result):
    if ffi.typeof(result).kind == "struct" and "error" in dir(result):
        result = result.error
    if ffi.typeof(result).cname == "UplinkError *" and result:
        assert result.detail != PANIC, ffi.string(result.message)


for name, function in functions.items():
    kinds = ffi.typeof(function).args
    choices = [candidates(kind) for kind in kinds]
    if "_free_" in name or name in {"uplink_handle_adopt", "uplink_queue_drain"}:
        # These functions free or fill their argument, so pass only NULL.
        choices = [some[:1] for some in choices]
    for arguments in itertools.product(*choices):
        result = function(*arguments)
        if isinstance(result, ffi.CData):
            check(result)
        if name.startswith("uplink_start_") and arguments[0]:
            operation = arguments[0]
            assert lib.uplink_operation_wait(operation, -1)
            for take in takes:
                # Only the function for this kind of result takes the result. The others do not change it.
                outcome = ffi.new(ffi.typeof(take).args[1])
                take(operation, outcome)
                check(outcome[0])
            assert not operation._handle, name
print(len(functions))
"""


def test_arguments_that_cannot_be_right():
    result = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert int(result.stdout) > 90
