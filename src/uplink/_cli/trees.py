"""The command `sync`, and what `cp` does with the option `--recursive`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, cast

from uplink._cli._output import Output, describe, printable
from uplink._cli._places import Remote, place
from uplink._cli._session import open_project, output_of
from uplink._cli._values import UsageError
from uplink._cli.listing import as_prefix
from uplink._progress import human_size
from uplink.errors import ObjectNotFoundError, TreeError

if TYPE_CHECKING:
    from uplink import TreeEntry, TreeResult
    from uplink._trees_values import TreeCompare, TreeDirection
    from uplink.project import Project

_VERBS = {"copied": "copied", "deleted": "removed", "skipped": "skipped", "failed": "failed"}
_PLANS = {"copied": "would copy", "deleted": "would remove", "skipped": "would skip", "failed": "would fail"}


def add(commands: Any, common: argparse.ArgumentParser) -> None:  # noqa: ANN401 - the type is private to argparse
    """Add the command `sync`."""
    sync = commands.add_parser("sync", parents=[common], help="make a prefix like a folder, or a folder like a prefix")
    sync.add_argument("source", type=place, metavar="SOURCE", help="a folder or sj://BUCKET/PREFIX")
    sync.add_argument("target", type=place, metavar="TARGET", help="the other one, which is changed")
    sync.add_argument("--delete", action="store_true", help="remove what the source does not have")
    sync.add_argument(
        "--compare",
        choices=["size-time", "size", "checksum"],
        default="size-time",
        help="what decides whether a file is copied",
    )
    sync.add_argument("--dry-run", action="store_true", help="print what would be done, and change nothing")
    sync.add_argument("--no-progress", action="store_true", help="show no bar")
    add_patterns(sync)
    sync.set_defaults(run=_sync)


def add_patterns(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose files of a folder."""
    group = parser.add_argument_group("files of a folder")
    for name, what in (("include", "to copy; all without it"), ("exclude", "to leave out")):
        group.add_argument(
            f"--{name}", action="append", default=[], metavar="PATTERN", help=f"files {what}; may be repeated"
        )
    group.add_argument("--follow-symlinks", action="store_true", help="upload what symbolic links point to")


def _sync(options: argparse.Namespace) -> bool:
    return sync(options, options.source, options.target, compare=options.compare, delete=options.delete)


def sync(
    options: argparse.Namespace, source: Remote | str, target: Remote | str, *, compare: str, delete: bool
) -> bool:
    """Copy what differs between a folder and a prefix, print what was done, and return whether all could be copied.

    Args:
        options: The options of the command.
        source: A folder or a prefix.
        target: A prefix or a folder.
        compare: What decides whether a file is copied.
        delete: Whether to remove from the target what the source does not have.

    Raises:
        UsageError: Not exactly one of the places is on Storj.
    """
    if isinstance(target, Remote) and isinstance(source, str):
        direction: TreeDirection = "up"
        remote, folder = target, source
    elif isinstance(source, Remote) and isinstance(target, str):
        direction = "down"
        remote, folder = source, target
    else:
        raise UsageError("this takes a folder and a place such as sj://BUCKET/PREFIX")
    output = output_of(options)
    failure: TreeError | None = None
    try:
        with open_project(options) as project:
            if direction == "down":
                _check_source(project, remote)
            result = project.sync_tree(
                remote.bucket,
                remote.key,
                folder,
                direction=direction,
                compare=cast("TreeCompare", compare),
                delete=delete,
                include=options.include,
                exclude=options.exclude,
                follow_symlinks=options.follow_symlinks,
                dry_run=options.dry_run,
                progress=not options.no_progress and not options.json,
            )
    except TreeError as error:
        if error.result is None:
            raise
        result, failure = error.result, error
    except KeyboardInterrupt:
        output.note("What was copied stays; the same command goes on from there.")
        raise
    _show_result(output, result)
    if failure is not None and not result.failed:
        output.note(f"failed: {describe(failure)}")
    return failure is None


def _check_source(project: Project, source: Remote) -> None:
    """Raise an `ObjectNotFoundError` if nothing is below the source: with `--delete`, a wrong name would be a loss."""
    prefix = as_prefix(source)
    if not any(True for _ in project.list_objects(prefix.bucket, prefix.key, limit=1)):
        raise ObjectNotFoundError(f"nothing is below {prefix}", bucket=prefix.bucket, key=prefix.key)


def _show_result(output: Output, result: TreeResult) -> None:
    for entry in result.entries:
        _show_entry(output, result, entry)
    words = f"{result.copied} copied ({human_size(result.bytes_copied)}), {result.unchanged} unchanged"
    output.heading(f"{words}, {result.deleted} removed, {result.skipped} skipped, {result.failed} failed")


def _show_entry(output: Output, result: TreeResult, entry: TreeEntry) -> None:
    verb = (_PLANS if result.dry_run else _VERBS)[entry.action]
    why = entry.reason or (entry.error and str(entry.error))
    text = f"{verb} {entry.path}" + (f": {why}" if why else "")
    facts = {"action": entry.action, "path": entry.path, "key": entry.key, "size": entry.size, "reason": why}
    output.show(printable(text), {name: value for name, value in facts.items() if value is not None})
