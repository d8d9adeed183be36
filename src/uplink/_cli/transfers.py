"""The commands that transfer data: `cp`, `mv`, `pipe` and `cat`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from uplink._cli._output import Output, describe, printable
from uplink._cli._places import Remote, object_, place
from uplink._cli._session import access_of, open_project, output_of
from uplink._cli._values import UsageError, byte_range, moment, pairs
from uplink._cli.listing import matching
from uplink._cli.trees import add_patterns, sync
from uplink.errors import ObjectNotFoundError, UplinkError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uplink import aio
    from uplink.project import Project

STDIO = "-"


class Copy(NamedTuple):
    """A file or an object to copy or to move.

    Attributes:
        source: A path, an object, or "-" for stdin.
        target: A path, an object, or "-" for stdout.
    """

    source: Remote | str
    target: Remote | str


def add(commands: Any, common: argparse.ArgumentParser) -> None:  # noqa: ANN401 - the type is private to argparse
    """Add the commands that transfer data."""
    for name, verb, run in (("cp", "copy", _cp), ("mv", "move", _mv)):
        parser = commands.add_parser(
            name, parents=[common, _upload_options()], help=f"{verb} files to Storj, from Storj, or within Storj"
        )
        parser.add_argument(
            "places",
            nargs="+",
            type=place,
            metavar="PLACE",
            help='sources and a target: paths, sj://BUCKET/KEY, or "-"',
        )
        parser.add_argument(
            "-r", "--recursive", action="store_true", help=f"{verb} all that is below a folder or a prefix"
        )
        add_patterns(parser)
        parser.add_argument("--dry-run", action="store_true", help=f"print what would be done, and {verb} nothing")
        parser.add_argument("--no-progress", action="store_true", help="show no bar")
        parser.add_argument("-t", "--transfers", type=int, default=16, metavar="NUMBER", help="so many at a time")
        parser.set_defaults(run=run)

    pipe = commands.add_parser(
        "pipe", aliases=["put"], parents=[common, _upload_options()], help="upload what comes from stdin"
    )
    pipe.add_argument("place", type=object_, metavar="sj://BUCKET/KEY", help="the object")
    pipe.set_defaults(run=_pipe)

    cat = commands.add_parser("cat", parents=[common], help="write objects to stdout")
    cat.add_argument("places", nargs="+", type=object_, metavar="sj://BUCKET/KEY", help="the object")
    cat.add_argument("--range", type=byte_range, default=(0, None), help="the part of each, such as 0-1023 or -500")
    cat.set_defaults(run=_cat)


def _upload_options() -> argparse.ArgumentParser:
    """Return a parser with the options of uploads."""
    parser = argparse.ArgumentParser(add_help=False)
    group = parser.add_argument_group("of what is uploaded")
    group.add_argument("--expires", type=moment, metavar="TIME", help="when Storj deletes it, such as +30d")
    group.add_argument("--metadata", metavar="JSON", help='custom metadata, as JSON or as "name=value"')
    group.add_argument("--content-type", metavar="TYPE", help="the media type, such as image/jpeg")
    group.add_argument(
        "-n",
        "--no-clobber",
        action="store_true",
        help="fail in place of replacing an object or a file; also for copies",
    )
    return parser


def _stored(options: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments for an upload that the options say.

    Raises:
        UsageError: The metadata is not valid.
    """
    return {
        "metadata": _metadata(options.metadata),
        "expires": options.expires,
        "content_type": options.content_type,
        "if_none_match": "*" if options.no_clobber else None,
    }


def _metadata(text: str | None) -> dict[str, str] | None:
    if text is None:
        return None
    try:
        found = json.loads(text) if text.startswith("{") else pairs(text.split(","))
    except (ValueError, argparse.ArgumentTypeError) as error:
        raise UsageError(f"--metadata: {error}") from None
    if not all(isinstance(value, str) for value in found.values()):
        raise UsageError("--metadata takes texts as values")
    return found


def _cp(options: argparse.Namespace) -> bool:
    return _run(options, moves=False)


def _mv(options: argparse.Namespace) -> bool:
    return _run(options, moves=True)


def _run(options: argparse.Namespace, *, moves: bool) -> bool:
    """Copy or move files and objects, and return whether all could be."""
    if options.recursive and any(isinstance(place, str) for place in options.places):
        return _run_tree(options, moves=moves)
    copies = _plan(options)
    if any(STDIO in copy for copy in copies) and (moves or len(copies) > 1):
        raise UsageError('"-" stands for a single source or target of cp')
    output = output_of(options)
    verb = "move" if moves else "copy"
    if options.dry_run:
        for copy in copies:
            output.show(f"would {verb} {_words(copy)}", _facts(copy))
        return True
    if copies[0].source == STDIO:
        _upload_stdin(options, copies[0].target)
        return True
    if copies[0].target == STDIO:
        with open_project(options) as project:
            _write_out(project, copies[0].source, 0, None)
        return True
    import asyncio  # noqa: PLC0415 - other commands do not need it

    return asyncio.run(_run_all(copies, options, output, moves=moves))


def _run_tree(options: argparse.Namespace, *, moves: bool) -> bool:
    """Copy the files of a folder, or the objects below a prefix to a folder.

    Raises:
        UsageError: An option or a place does not fit.
    """
    if moves:
        raise UsageError(
            "mv moves single files and, within Storj, prefixes; use cp or sync, and then remove the source"
        )
    if len(options.places) != 2:
        raise UsageError("with --recursive, cp takes one source and one target")
    if any(value is not None and value is not False for value in _stored(options).values()):
        raise UsageError("with --recursive, files take no options of uploads")
    return sync(options, *options.places, compare="size-time", delete=False)


# ---- What to copy ----


def _plan(options: argparse.Namespace) -> list[Copy]:
    """Return what the places of a command mean.

    Raises:
        UsageError: They have no meaning.
        ObjectNotFoundError: Nothing matches a pattern.
    """
    *sources, target = options.places
    if not sources:
        raise UsageError("a copy takes a source and a target")
    several = len(sources) > 1 or any(isinstance(source, Remote) and source.is_pattern for source in sources)
    copies = [copy for source in sources for copy in _plan_one(source, target, options, several=several)]
    for source, _ in copies:
        if isinstance(source, str) and isinstance(target, str):
            raise UsageError(f"neither {source} nor {target} is on Storj; those places begin with sj://")
        if isinstance(source, Remote) and _only_for_uploads(options):
            raise UsageError(f"{source} is no file; {_only_for_uploads(options)[0]} is for uploads")
    _check_targets(copies)
    return copies


def _only_for_uploads(options: argparse.Namespace) -> list[str]:
    """Return the given options that only an upload has."""
    return [f"--{name.replace('_', '-')}" for name in ("expires", "metadata", "content_type") if getattr(options, name)]


def _check_targets(copies: list[Copy]) -> None:
    """Check that no copy replaces what another one reads or writes: they run at the same time, and `mv` loses data.

    Raises:
        UsageError: A target is a source, too, or the target of two sources.
    """
    sources, targets = {copy.source for copy in copies}, set[Remote | str]()
    for source, target in copies:
        if target in sources:
            raise UsageError(f"{target} is a source and a target")
        if target in targets and target != STDIO:
            raise UsageError(f"{source} and another source have the same target, {target}")
        targets.add(target)


def _plan_one(
    source: Remote | str, target: Remote | str, options: argparse.Namespace, *, several: bool
) -> Iterator[Copy]:
    """Yield the copies for one source."""
    if isinstance(source, Remote) and (source.is_pattern or options.recursive):
        if options.recursive and not source.is_prefix:
            source = Remote(source.bucket, source.key + "/")
        found = False
        with open_project(options) as project:
            for item in matching(project, source):
                found = True
                name = item.key[len(source.parent) :]
                yield Copy(Remote(source.bucket, item.key), _below(target, name))
        if not found:
            raise ObjectNotFoundError(f"nothing is below {source}", bucket=source.bucket, key=source.key)
        return
    if isinstance(source, Remote) and source.is_prefix:
        raise UsageError(f"{source} is no object; to copy all that is below a prefix, add --recursive")
    name = source.key.rpartition("/")[2] if isinstance(source, Remote) else Path(source).name
    yield Copy(source, _below(target, name) if several or _is_folder(target) else target)


def _is_folder(target: Remote | str) -> bool:
    """Report whether a target is a bucket, a prefix or a folder, and not the name itself."""
    if isinstance(target, Remote):
        return target.is_prefix
    return target != STDIO and (target.endswith(("/", os.sep)) or Path(target).is_dir())


def _below(target: Remote | str, name: str) -> Remote | str:
    """Return the place of a name below a prefix or a folder.

    Raises:
        UsageError: The name would lead out of the folder.
    """
    if isinstance(target, Remote):
        slash = "" if target.is_prefix else "/"
        return Remote(target.bucket, target.key + slash + name)
    if target == STDIO:
        return target
    if any(part in ("", ".", "..") or set(part) & {"\\", ":", "\0"} for part in name.split("/")):
        raise UsageError(f"the key {name!r} is no name for a file; copy it alone, and name the file")
    return str(Path(target, name))


# ---- Copying ----


async def _run_all(copies: list[Copy], options: argparse.Namespace, output: Output, *, moves: bool) -> bool:
    """Copy or move all, several at a time, and return whether all could be."""
    import asyncio  # noqa: PLC0415 - as above

    from uplink import aio  # noqa: PLC0415

    stored = _stored(options)
    progress = len(copies) == 1 and not options.no_progress and not options.json
    room = asyncio.Semaphore(max(options.transfers, 1))
    async with aio.open_project(access_of(options)) as project:

        async def run(copy: Copy) -> bool:
            async with room:
                try:
                    await _transfer(project, copy, stored, progress=progress, moves=moves)
                except (UplinkError, OSError) as error:
                    output.note(f"failed: {describe(error)}")
                    return False
            output.show(f"{'moved' if moves else 'copied'} {_words(copy)}", _facts(copy))
            return True

        return all(await asyncio.gather(*(run(copy) for copy in copies)))


async def _transfer(project: aio.Project, copy: Copy, stored: dict[str, Any], *, progress: bool, moves: bool) -> None:
    """Copy or move a file or an object."""
    source, target = copy
    condition = stored["if_none_match"]
    if isinstance(source, str) and isinstance(target, Remote):
        await project.upload_file(target.bucket, target.key, source, progress=progress, **stored)
        if moves:
            Path(source).unlink()  # noqa: ASYNC240 - it takes microseconds
    elif isinstance(source, Remote) and isinstance(target, Remote):
        places = (source.bucket, source.key, target.bucket, target.key)
        if moves and condition is None:
            await project.move_object(*places)
            return
        await project.copy_object(*places, if_none_match=condition)
        if moves:
            await project.delete_object(source.bucket, source.key)
    elif isinstance(source, Remote) and isinstance(target, str):
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        overwrite = condition is None
        await project.download_file(source.bucket, source.key, target, overwrite=overwrite, progress=progress)
        if moves:
            await project.delete_object(source.bucket, source.key)


def _words(copy: Copy) -> str:
    return printable(f"{copy.source} to {copy.target}")


def _facts(copy: Copy) -> dict[str, object]:
    return {"source": str(copy.source), "target": str(copy.target)}


# ---- Pipes ----


def _pipe(options: argparse.Namespace) -> None:
    _upload_stdin(options, options.place)


def _upload_stdin(options: argparse.Namespace, target: Remote | str) -> None:
    if not isinstance(target, Remote) or not target.key:
        raise UsageError("stdin takes a target such as sj://BUCKET/KEY")
    with open_project(options) as project:
        project.put(target.bucket, target.key, sys.stdin.buffer, **_stored(options))


def _cat(options: argparse.Namespace) -> bool:
    """Write objects to stdout, and return whether all could be read."""
    done = True
    with open_project(options) as project:
        for source in options.places:
            try:
                _write_out(project, source, *options.range)
            except UplinkError as error:  # noqa: PERF203
                output_of(options).note(f"failed: {describe(error)}")
                done = False
    return done


def _write_out(project: Project, source: Remote | str, offset: int, length: int | None) -> None:
    if not isinstance(source, Remote):
        raise UsageError(f"{source} is not on Storj; those places begin with sj://")
    with project.download_object(source.bucket, source.key, offset=offset, length=length) as download:
        shutil.copyfileobj(download, sys.stdout.buffer)
    sys.stdout.buffer.flush()
