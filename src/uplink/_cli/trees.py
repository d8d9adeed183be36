"""The command `sync`, and what `cp` does with the option `--recursive`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, cast

from uplink._cli._bar import bar_of
from uplink._cli._output import Output, describe, printable
from uplink._cli._places import Remote, folder_and_prefix, place
from uplink._cli._session import open_project, output_of
from uplink._cli.listing import as_prefix, nothing_below
from uplink._progress import human_size
from uplink.errors import TreeError

if TYPE_CHECKING:
    from uplink import TreeEntry, TreeResult
    from uplink._trees_values import TreeCompare
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
    add_progress(sync)
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


def add_progress(parser: argparse.ArgumentParser) -> None:
    """Add the options for the bar. Storj's command has `--progress`, with or without a value."""
    parser.add_argument("--no-progress", action="store_true", help="show no bar")
    parser.add_argument(
        "--progress",
        dest="no_progress",
        nargs="?",
        const=False,
        type=lambda text: text.lower() in ("false", "0", "no"),
        help=argparse.SUPPRESS,
    )


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
    up, remote, folder = folder_and_prefix(options.command, source, target)
    output = output_of(options)
    output.going_on = "; the same command goes on from there"

    def show(entry: TreeEntry) -> None:
        show_entry(output, entry, dry_run=options.dry_run)

    failure: TreeError | None = None
    try:
        with open_project(options) as project, bar_of(output, str(remote), wanted=not options.no_progress) as bar:
            if not up:
                check_source(project, remote)
            result = project.sync_tree(
                remote.bucket,
                remote.key,
                folder,
                direction="up" if up else "down",
                compare=cast("TreeCompare", compare),
                delete=delete,
                include=options.include,
                exclude=options.exclude,
                follow_symlinks=options.follow_symlinks,
                dry_run=options.dry_run,
                progress=None if bar is None else bar.transfer(),
                on_entry=show,
            )
    except TreeError as error:
        if error.result is None:
            raise
        result, failure = error.result, error
    _show_sums(output, result)
    if failure is not None and not result.failed:
        output.note(f"failed: {describe(failure)}")
    return failure is None


def check_source(project: Project, source: Remote) -> None:
    """Raise an `ObjectNotFoundError` if nothing is below the source: with `--delete`, a wrong name would be a loss."""
    prefix = as_prefix(source)
    if not any(True for _ in project.list_objects(prefix.bucket, prefix.key, limit=1)):
        instead = "; a folder takes --include in place of wildcards" if source.is_pattern else ""
        raise nothing_below(project, prefix, instead)


def _show_sums(output: Output, result: TreeResult) -> None:
    words = f"{result.copied} copied ({human_size(result.bytes_copied)}), {result.unchanged} unchanged"
    output.heading(f"{words}, {result.deleted} removed, {result.skipped} skipped, {result.failed} failed")


def show_entry(output: Output, entry: TreeEntry, *, dry_run: bool) -> None:
    """Print what was done with a file or an object of a folder, or with `dry_run` what would be done."""
    verb = (_PLANS if dry_run else _VERBS)[entry.action]
    why = entry.reason or (entry.error and str(entry.error))
    text = f"{verb} {entry.path}" + (f": {why}" if why else "")
    facts = {"action": entry.action, "path": entry.path, "key": entry.key, "size": entry.size, "reason": why}
    if not dry_run:
        output.count(verb, entry.size if entry.action == "copied" else 0)
    output.show(printable(text), {name: value for name, value in facts.items() if value is not None})
