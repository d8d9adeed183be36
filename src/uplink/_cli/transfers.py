"""The commands that transfer data: `cp`, `mv` and `pipe`."""

from __future__ import annotations

import argparse
import json
from typing import Any

from uplink._cli._places import Remote, folder_and_prefix, object_, place
from uplink._cli._plans import STDIO, Copy, plan, plan_folder
from uplink._cli._session import output_of
from uplink._cli._values import UsageError, moment, pairs, positive
from uplink._cli.pipes import add_cat, add_range, download_range, upload_stdin, write_out
from uplink._cli.trees import add_patterns, add_progress, show_entry, sync

# The options, by their names in Python, that only uploads have.
_UPLOAD_ONLY = ("expires", "metadata", "content_type", "checksum")


def add(commands: Any, common: argparse.ArgumentParser) -> None:  # noqa: ANN401 - the type is private to argparse
    """Add the commands that transfer data."""
    for verb in ("copy", "move"):
        _add_copy(commands, common, verb)
    pipe = commands.add_parser(
        "pipe", aliases=["put"], parents=[common, _upload_options()], help="upload what comes from stdin"
    )
    pipe.add_argument("place", type=object_, metavar="sj://BUCKET/KEY", help="the object")
    pipe.set_defaults(run=_pipe)
    add_cat(commands, common)


def _add_copy(commands: Any, common: argparse.ArgumentParser, verb: str) -> None:  # noqa: ANN401
    moves = verb == "move"
    parser = commands.add_parser(
        "mv" if moves else "cp",
        parents=[common, _upload_options()],
        help=f"{verb} files to Storj, from Storj, or within Storj",
    )
    parser.add_argument(
        "places", nargs="+", type=place, metavar="PLACE", help='sources and a target: paths, sj://BUCKET/KEY, or "-"'
    )
    parser.add_argument(
        "-r",
        "--recursive",
        action="store_true",
        help=f"{verb} all that is below a folder or a prefix to below the target, without the name of the folder",
    )
    add_patterns(parser)
    parser.add_argument("--dry-run", action="store_true", help=f"print what would be done, and {verb} nothing")
    parser.add_argument("--no-resume", action="store_true", help="begin anew what was interrupted, and leave no part")
    parser.add_argument(
        "--verify", action="store_true", help="compare what is downloaded with the checksum that is stored with it"
    )
    add_progress(parser)
    parser.add_argument(
        "-t",
        "--transfers",
        *(("-p", "--parallelism") if moves else ()),
        type=positive,
        default=16,
        metavar="NUMBER",
        help="so many at a time, 16 without it; a folder that cp copies has its own number",
    )
    if moves:
        parser.set_defaults(range=None)
    else:
        add_range(parser)
        parser.add_argument(
            "-p",
            "--parallelism",
            type=positive,
            metavar="NUMBER",
            help="for commands written for Storj's uplink: parts of a file are transferred in parallel without it",
        )
    parser.set_defaults(run=_run, verb=verb)


def _upload_options() -> argparse.ArgumentParser:
    """Return a parser with the options of uploads."""
    parser = argparse.ArgumentParser(add_help=False)
    group = parser.add_argument_group("of what is uploaded")
    group.add_argument("--expires", type=moment, metavar="TIME", help="when Storj deletes it, such as +30d")
    group.add_argument(
        "--metadata",
        metavar="JSON",
        help='custom metadata, as JSON or as "name=value"; without it, the modification time of a file is stored',
    )
    group.add_argument(
        "--content-type", metavar="TYPE", help="the media type, such as image/jpeg, or auto to guess it from the name"
    )
    group.add_argument(
        "--checksum", choices=["sha256", "blake3"], help="store a checksum of the bytes in the metadata, for --verify"
    )
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
        "content_type": None if options.content_type == "auto" else options.content_type,
        "checksum": options.checksum,
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


def _run(options: argparse.Namespace) -> bool:
    """Copy or move files and objects, and return whether all could be."""
    moves = options.verb == "move"
    _check_options(options)
    if STDIO in options.places:
        return _run_pipe(options, moves=moves)
    if not options.recursive or all(isinstance(place, Remote) for place in options.places):
        return _run_copies(plan(options), options, moves=moves)
    folder_and_prefix(f"{options.command} --recursive", *options.places)
    if not moves and not _upload_only(options) and not (options.no_clobber or options.no_resume or options.verify):
        return sync(options, *options.places, compare="size-time", delete=False)
    copies, others = plan_folder(options)
    for entry in others:
        show_entry(output_of(options), entry, dry_run=options.dry_run)
    done = _run_copies(copies, options, moves=moves) if copies else True
    if moves and not options.dry_run and isinstance(options.places[0], str):
        from uplink._cli._copying import remove_empty_folders  # noqa: PLC0415 - as in _run_copies

        remove_empty_folders(copies, options.places[0])
    return done and not any(entry.action == "failed" for entry in others)


def _check_options(options: argparse.Namespace) -> None:
    """Check that the options have an effect.

    Raises:
        UsageError: An option is for something else.
    """
    places = options.places
    if any(isinstance(source, Remote) for source in places[:-1]):
        for name in _upload_only(options):
            raise UsageError(f"{places[0]} is no file; {name} is for uploads")
    if options.range is not None and (len(places) != 2 or options.recursive or isinstance(places[-1], Remote)):
        raise UsageError("--range takes one object, which is downloaded")
    if options.verify and (options.range is not None or isinstance(places[-1], Remote)):
        raise UsageError("--verify is for whole objects that are downloaded")
    if not options.recursive and (options.include or options.exclude or options.follow_symlinks):
        raise UsageError("--include, --exclude and --follow-symlinks are for --recursive")


def _upload_only(options: argparse.Namespace) -> list[str]:
    """Return the given options that only an upload has."""
    return [f"--{name.replace('_', '-')}" for name in _UPLOAD_ONLY if getattr(options, name)]


def _run_pipe(options: argparse.Namespace, *, moves: bool) -> bool:
    """Copy from stdin, or to stdout."""
    if moves or options.recursive or len(options.places) != 2 or options.places[0] == options.places[1]:
        raise UsageError('"-" stands for a single source or target of cp')
    source, target = options.places
    if options.dry_run:
        _show_plan([Copy(source, target)], options)
    elif source == STDIO:
        upload_stdin(options, target, _stored(options))
    else:
        write_out(options, source)
    return True


def _run_copies(copies: list[Copy], options: argparse.Namespace, *, moves: bool) -> bool:
    """Copy or move, or with `--dry-run` print the plan, and return whether all could be done."""
    stored = _stored(options)
    if options.range is not None and len(copies) != 1:
        raise UsageError(f"--range takes one object, and {options.places[0]} stands for {len(copies)}")
    if options.dry_run:
        _show_plan(copies, options)
        return True
    if options.range is not None:
        download_range(options, copies[0])
        return True
    # Other commands do not need asyncio.
    from uplink._cli._copying import Stored, run_copies  # noqa: PLC0415

    how = Stored(
        stored,
        keeps_time=options.metadata is None,
        guesses_type=options.content_type == "auto",
        resumes=not options.no_resume,
        verifies=options.verify,
    )
    return run_copies(copies, how, options, moves=moves)


def _show_plan(copies: list[Copy], options: argparse.Namespace) -> None:
    for copy in copies:
        output_of(options).show(f"would {options.verb} {copy.words}", copy.facts)


def _pipe(options: argparse.Namespace) -> None:
    if options.content_type == "auto":
        raise UsageError("--content-type auto guesses from the name of a file; stdin has none")
    upload_stdin(options, options.place, _stored(options))
