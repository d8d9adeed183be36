"""The command line: `python -m uplink`, or the script `uplink-py`."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from typing import TYPE_CHECKING

from _uplink_cffi.imports import check_uplink

if TYPE_CHECKING:
    from collections.abc import Sequence

# The exit statuses: of wrong arguments, as argparse has it, and of a program that Ctrl-C has ended.
_USAGE, _INTERRUPTED = 2, 130


def main(arguments: Sequence[str] | None = None, *, program: str = "python -m uplink") -> int:
    """Run a command and return the exit status.

    It is 0 for success, 1 for failure, 2 for wrong arguments, and 130 after Ctrl-C.

    Args:
        arguments: The arguments of the command line; `None` for those of the process.
        program: The name of the program in the help.
    """
    try:
        check_uplink()
        # After the check: with another package named `uplink`, the commands may not import.
        from uplink._cli._parser import parser_of  # noqa: PLC0415

        _escape_output()
        options = parser_of(program).parse_args(arguments)
        return _run(options)
    except BrokenPipeError:
        # The reader of the output has closed it. Without this, Python would fail again when it flushes its buffer.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ImportError as error:
        print(f"failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED


def run_program(program: str) -> int:
    """Run the command of this process and return its exit status. After Ctrl-C, end the process.

    Args:
        program: The name of the program in the help.
    """
    status = main(program=program)
    if status == _INTERRUPTED:
        # What the interpreter does at its end takes longer than the cancellation. This is what matters of it.
        with contextlib.suppress(KeyboardInterrupt, ImportError):
            from uplink._ffi import wait_for_background  # noqa: PLC0415 - see `main`

            wait_for_background()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):  # the reader of a pipe has ended, too
                if stream is not None:
                    stream.flush()
        os._exit(status)
    return status


def _escape_output() -> None:
    """Escape characters that stdout cannot show, such as those outside of ASCII, in place of failing."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)  # a program may replace stdout
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _run(options: argparse.Namespace) -> int:
    """Run a command, whose function returns `False` if something failed that it has printed."""
    from uplink._cli._output import describe  # noqa: PLC0415 - as above
    from uplink._cli._session import output_of  # noqa: PLC0415
    from uplink._cli._timing import Limit, logged  # noqa: PLC0415
    from uplink._cli._values import UsageError  # noqa: PLC0415
    from uplink.errors import UplinkError  # noqa: PLC0415

    output, limit = output_of(options), Limit(options)
    try:
        with logged(output, options), limit:
            status = 1 if options.run(options) is False else 0
        if sys.stdout is not None:  # closed by the shell: `>&-`
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except (UplinkError, OSError) as error:
        output.note(f"failed: {describe(error)}")
        return _USAGE if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        output.note(output.interrupted(by_limit=limit.reached))
        return 1 if limit.reached else _INTERRUPTED
    return status
