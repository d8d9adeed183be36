"""What the places of `cp` and `mv` mean: which file or object is copied to which place."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from uplink._calls.trees import TreeOptions
from uplink._cli._output import printable
from uplink._cli._places import Remote, folder_and_prefix
from uplink._cli._session import open_project
from uplink._cli._values import UsageError
from uplink._cli.listing import as_prefix, matching, nothing_below
from uplink._cli.trees import check_source
from uplink.errors import TreeError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from uplink import TreeEntry

STDIO = "-"


class Copy(NamedTuple):
    """A file or an object to copy or to move.

    Attributes:
        source: A path, an object, or "-" for stdin.
        target: A path, an object, or "-" for stdout.
    """

    source: Remote | str
    target: Remote | str

    @property
    def words(self) -> str:
        """The copy for people."""
        return printable(f"{self.source} to {self.target}")

    @property
    def facts(self) -> dict[str, object]:
        """The copy for JSON."""
        return {"source": str(self.source), "target": str(self.target)}


def plan(options: argparse.Namespace) -> list[Copy]:
    """Return what the places of a command mean.

    Raises:
        UsageError: They have no meaning.
        ObjectNotFoundError: Nothing matches a pattern.
    """
    *sources, target = options.places
    if not sources:
        raise UsageError(f"{options.command} takes a source and a target; {target} is only one place")
    several = len(sources) > 1 or any(isinstance(source, Remote) and source.is_pattern for source in sources)
    copies = [copy for source in sources for copy in _plan_one(source, target, options, several=several)]
    for source, _ in copies:
        if isinstance(source, str) and isinstance(target, str):
            raise UsageError(f"neither {source} nor {target} is on Storj; those places begin with sj://")
    _check_targets(copies)
    return copies


def plan_folder(options: argparse.Namespace) -> tuple[list[Copy], list[TreeEntry]]:
    """Return what to copy between a folder and a prefix, and the entries of what cannot be copied.

    Raises:
        UsageError: The places are not a folder and a prefix.
        ObjectNotFoundError: Nothing is below the prefix.
    """
    up, remote, folder = folder_and_prefix(f"{options.command} --recursive", *options.places)
    tree = TreeOptions(
        "up" if up else "down",
        dry_run=True,
        follow_symlinks=options.follow_symlinks,
        include=options.include,
        exclude=options.exclude,
    )
    entries: list[TreeEntry] = []
    try:
        with open_project(options) as project:
            if not up:
                check_source(project, remote)
            project._copy_tree(remote.bucket, remote.key, folder, tree, None, entries.append, None)
    except TreeError as error:  # the entries have the failures
        if error.result is None:
            raise
    copies: list[Copy] = []
    for entry in entries:
        if entry.action == "copied":
            path, key = str(Path(folder, entry.path)), Remote(remote.bucket, entry.key)
            copies.append(Copy(path, key) if up else Copy(key, path))
    _check_targets(copies)
    return copies, [entry for entry in entries if entry.action != "copied"]


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
    if isinstance(source, Remote) and (options.recursive or (source.is_pattern and not source.is_prefix)):
        yield from _plan_several(source if source.is_pattern else as_prefix(source), target, options)
        return
    if isinstance(source, Remote) and source.is_prefix:
        raise UsageError(f"{source} is no object; to {options.verb} all that is below a prefix, add --recursive")
    if isinstance(source, str) and source != STDIO and Path(source).is_dir():
        raise UsageError(f"{source} is a folder; to {options.verb} its files, add --recursive")
    if isinstance(source, str) and source != STDIO and Path(source).exists() and not Path(source).is_file():
        raise UsageError(f"{source} is no regular file; uplink-py pipe uploads what can be read from stdin")
    name = source.key.rpartition("/")[2] if isinstance(source, Remote) else Path(source).name
    yield Copy(source, _below(target, name) if several or _is_folder(target) else target)


def _plan_several(source: Remote, target: Remote | str, options: argparse.Namespace) -> Iterator[Copy]:
    """Yield the copies of all objects that match a pattern, with `--recursive` also of those below it, or of a prefix.

    Raises:
        ObjectNotFoundError: There are none.
    """
    found = False
    with open_project(options) as project:
        for item in matching(project, source, below=options.recursive):
            found = True
            yield Copy(Remote(source.bucket, item.key), _below(target, item.key[len(source.parent) :]))
        if not found:
            raise nothing_below(project, source)


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
