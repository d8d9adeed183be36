"""Copies and moves files and objects, several at a time."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from uplink import aio
from uplink._cli import _times
from uplink._cli._bar import TotalBar, bar_of
from uplink._cli._output import Output, describe
from uplink._cli._places import Remote
from uplink._cli._session import access_of, output_of
from uplink._cli._values import UsageError
from uplink._media_types import media_type
from uplink.errors import ObjectNotFoundError, SourceChangedError, UplinkError

if TYPE_CHECKING:
    import argparse

    from uplink import Object
    from uplink._cli._plans import Copy
    from uplink._progress import Report


class Stored(NamedTuple):
    """How objects are stored.

    Attributes:
        options: The arguments of an upload.
        keeps_time: Whether the metadata of an upload have the modification time of its file.
        guesses_type: Whether the name of a file decides its content type.
        resumes: Whether transfers go on with what was interrupted.
        verifies: Whether downloads compare the bytes with the stored checksum.
        new_files: The targets of several moves that are no files yet. If one appears meanwhile, it is that of another
            move, by another name.
    """

    options: dict[str, Any]
    keeps_time: bool
    guesses_type: bool
    resumes: bool
    verifies: bool
    new_files: frozenset[str] = frozenset()

    @property
    def condition(self) -> str | None:
        """The condition of a copy: "*" to replace nothing."""
        found: str | None = self.options["if_none_match"]
        return found

    def of(self, path: str) -> dict[str, Any]:
        """Return the arguments for the upload of a file."""
        found = dict(self.options)
        if self.keeps_time:
            found["metadata"] = _times.recorded(path)
        if self.guesses_type:
            found["content_type"] = media_type(Path(path).name)
        return found


def run_copies(copies: list[Copy], stored: Stored, options: argparse.Namespace, *, moves: bool) -> bool:
    """Copy or move all, several at a time, and return whether all could be."""
    output = output_of(options)
    output.going_on = f"; of {len(copies)}, the same command goes on with the rest" if len(copies) > 1 else ""
    name = copies[0].target if len(copies) == 1 else f"{len(copies)} files"
    total = sum(map(_size_of, copies))
    if moves and len(copies) > 1:
        stored = stored._replace(new_files=_new_files(copies))
    with bar_of(output, str(name), wanted=not options.no_progress, total=total) as bar:
        return asyncio.run(_run_all(copies, stored, options, bar, moves=moves))


def _new_files(copies: list[Copy]) -> frozenset[str]:
    """Return the targets that are no files yet.

    Raises:
        UsageError: Two targets are names of one file, such as names by a link, or names that differ only in case.
    """
    new: set[str] = set()
    known: dict[tuple[int, int], str] = {}
    for target in (copy.target for copy in copies if isinstance(copy.target, str)):
        try:
            found = Path(target).stat()
        except OSError:
            new.add(target)
            continue
        file = (found.st_dev, found.st_ino)
        if found.st_ino and known.setdefault(file, target) != target:
            raise UsageError(f"{known[file]} and {target} are the same file, the target of two sources")
    return frozenset(new)


def _size_of(copy: Copy) -> int:
    """Return the size of a file to upload; 0 if it is not known."""
    try:
        return Path(copy.source).stat().st_size if isinstance(copy.source, str) else 0
    except OSError:  # the upload reports it
        return 0


async def _run_all(
    copies: list[Copy], stored: Stored, options: argparse.Namespace, bar: TotalBar | None, *, moves: bool
) -> bool:
    output, done = output_of(options), True
    waiting = iter(copies)
    async with aio.open_project(access_of(options)) as project:

        async def work() -> None:
            nonlocal done
            for copy in waiting:
                report = bar.transfer() if bar is not None else None
                try:
                    size = await _transfer(project, copy, stored, report, moves=moves)
                except (UplinkError, OSError) as error:
                    output.note(f"failed: {copy.words}: {describe(error, named=True)}")
                    done = False
                else:
                    _show(output, copy, size, moves=moves)

        await asyncio.gather(*(work() for _ in range(min(options.transfers, len(copies)))))
    return done


def _show(output: Output, copy: Copy, size: int, *, moves: bool) -> None:
    verb = "moved" if moves else "copied"
    output.count(verb, size)
    output.show(f"{verb} {copy.words}", copy.facts)


async def _transfer(project: aio.Project, copy: Copy, stored: Stored, report: Report | None, *, moves: bool) -> int:
    """Copy or move a file or an object, and return the number of bytes that were transferred."""
    source, target = copy
    if isinstance(source, str) and isinstance(target, Remote):
        return await _upload(project, source, target, stored, report, moves=moves)
    if isinstance(source, Remote) and isinstance(target, str):
        return await _download(project, source, target, stored, report, moves=moves)
    if isinstance(source, Remote) and isinstance(target, Remote):
        await _copy_within(project, source, target, stored, moves=moves)
    return 0


async def _upload(
    project: aio.Project, source: str, target: Remote, stored: Stored, report: Report | None, *, moves: bool
) -> int:
    before = Path(source).stat()  # noqa: ASYNC240 - it takes microseconds
    how: dict[str, Any] = {"progress": report, "resume": stored.resumes, **stored.of(source)}
    item: Object = await project.upload_file(target.bucket, target.key, source, **how)
    if moves:
        after = Path(source).stat()  # noqa: ASYNC240
        if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            raise SourceChangedError("the file changed while it was uploaded, so it stays")
        Path(source).unlink()  # noqa: ASYNC240
    return item.size or 0


async def _download(
    project: aio.Project, source: Remote, target: str, stored: Stored, report: Report | None, *, moves: bool
) -> int:
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    item = await project.download_file(
        source.bucket,
        source.key,
        target,
        overwrite=stored.condition is None and target not in stored.new_files,
        resume=stored.resumes,
        verify=stored.verifies,
        progress=report,
    )
    _times.restore(target, item)
    if moves:
        await _delete_moved(project, source, item)
    return item.size or 0


async def _copy_within(project: aio.Project, source: Remote, target: Remote, stored: Stored, *, moves: bool) -> None:
    places = (source.bucket, source.key, target.bucket, target.key)
    if moves and stored.condition is None:
        await project.move_object(*places)
        return
    if not moves:
        await project.copy_object(*places, if_none_match=stored.condition)
        return
    before = await project.stat_object(source.bucket, source.key)
    await project.copy_object(*places, if_none_match=stored.condition)
    await _delete_moved(project, source, before)


async def _delete_moved(project: aio.Project, source: Remote, moved: Object) -> None:
    """Delete an object that was copied.

    Raises:
        SourceChangedError: It was replaced meanwhile.
    """
    try:
        now = await project.stat_object(source.bucket, source.key)
    except ObjectNotFoundError:
        return
    if (now.version, now.created) != (moved.version, moved.created):
        raise SourceChangedError("the object changed while it was copied, so it stays")
    await project.delete_object(source.bucket, source.key)


def remove_empty_folders(copies: list[Copy], folder: str) -> None:
    """Remove the folders that moves have emptied: those of the sources up to this one."""
    root = Path(folder)
    emptied = {parent for copy in copies if isinstance(copy.source, str) for parent in Path(copy.source).parents}
    inside = [path for path in emptied if path == root or root in path.parents]
    for path in sorted(inside, key=lambda path: len(path.parts), reverse=True):
        with contextlib.suppress(OSError):  # it has other files
            path.rmdir()
