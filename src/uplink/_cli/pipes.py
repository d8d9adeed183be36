"""The commands `pipe` and `cat`, and what `cp` does with "-" and with `--range`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uplink._cli._output import describe, printable
from uplink._cli._places import Remote, object_
from uplink._cli._plans import STDIO, Copy
from uplink._cli._session import open_project, output_of
from uplink._cli._values import UsageError, byte_range
from uplink._cli.listing import objects_at
from uplink.errors import UplinkError

if TYPE_CHECKING:
    import argparse
    from typing import BinaryIO, TextIO

    from uplink.project import Project


def add_cat(commands: Any, common: argparse.ArgumentParser) -> None:  # noqa: ANN401 - the type is private to argparse
    """Add the command `cat`."""
    cat = commands.add_parser("cat", parents=[common], help="write objects to stdout")
    cat.add_argument(
        "places", nargs="+", type=object_, metavar="sj://BUCKET/KEY", help="the object; the key may have wildcards"
    )
    add_range(cat)
    cat.set_defaults(run=_cat)


def add_range(parser: argparse.ArgumentParser) -> None:
    """Add the option for a part of an object."""
    parser.add_argument(
        "--range", type=byte_range, metavar="RANGE", help="only this part of what is downloaded, such as 0-1023 or -500"
    )


def upload_stdin(options: argparse.Namespace, target: Remote | str, stored: dict[str, Any]) -> None:
    """Upload what comes from stdin.

    Raises:
        UsageError: The target is no object.
    """
    if not isinstance(target, Remote) or not target.key or target.is_prefix:
        raise UsageError(f"{target} is no object; stdin takes a target such as sj://BUCKET/KEY")
    output, source = output_of(options), _binary(sys.stdin, "stdin")
    output.going_on = "; the object is as it was before"
    if source.isatty():
        output.note("Reading from the terminal; Ctrl-D ends it.")
    with open_project(options) as project:
        item = project.put(target.bucket, target.key, source, **stored)
    facts = {**Copy(STDIO, target).facts, "size": item.size}
    output.show(printable(f"copied stdin to {target}"), facts)


def write_out(options: argparse.Namespace, source: Remote | str) -> None:
    """Write an object, or the part of it that the options name, to stdout."""
    with open_project(options) as project:
        for found in objects_at(project, source) if isinstance(source, Remote) else [source]:
            _write_out(project, found, options.range, _binary(sys.stdout, "stdout"), verify=options.verify)


def _binary(stream: TextIO | None, name: str) -> BinaryIO:
    """Return the bytes of stdin or stdout.

    Raises:
        OSError: The shell has closed it, as by `>&-`.
    """
    if stream is None:
        raise OSError(f"{name} is closed")
    return stream.buffer


def download_range(options: argparse.Namespace, copy: Copy) -> None:
    """Download a part of an object to a file, which appears when it is complete."""
    target = Path(str(copy.target))
    if options.no_clobber and target.exists():
        raise FileExistsError(f"there is a file {target} already, which --no-clobber keeps")
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with open(descriptor, "wb") as file, open_project(options) as project:
            _write_out(project, copy.source, options.range, file)
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    output_of(options).show(f"copied {copy.words}", copy.facts)


def _umask() -> int:
    """Return the permissions that new files do not get. Reading it takes setting it."""
    found = os.umask(0o077)
    os.umask(found)
    return found


def _cat(options: argparse.Namespace) -> bool:
    """Write objects to stdout, and return whether all could be read."""
    done, target = True, _binary(sys.stdout, "stdout")
    with open_project(options) as project:
        for source in options.places:
            failing = source
            try:
                for failing in objects_at(project, source):
                    _write_out(project, failing, options.range, target)
            except UplinkError as error:
                output_of(options).note(f"failed: {printable(str(failing))}: {describe(error, named=True)}")
                done = False
    return done


def _write_out(
    project: Project,
    source: Remote | str,
    part: tuple[int, int | None] | None,
    target: BinaryIO,
    *,
    verify: bool = False,
) -> None:
    if not isinstance(source, Remote):
        raise UsageError(f"{source} is not on Storj; those places begin with sj://")
    offset, length = part or (0, None)
    with project.download_object(source.bucket, source.key, offset=offset, length=length, verify=verify) as download:
        shutil.copyfileobj(download, target)
    target.flush()
