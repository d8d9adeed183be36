"""Copies and moves files and objects, several at a time."""

from __future__ import annotations

import asyncio
import contextlib
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from uplink import aio
from uplink._cli import _times
from uplink._cli._bar import TotalBar, bar_of
from uplink._cli._output import Output, describe
from uplink._cli._places import Remote
from uplink._cli._session import access_of, output_of
from uplink.errors import SourceChangedError, UplinkError

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
    """

    options: dict[str, Any]
    keeps_time: bool
    guesses_type: bool
    resumes: bool
    verifies: bool

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
            found["content_type"] = mimetypes.guess_type(path)[0]
        return found


def run_copies(copies: list[Copy], stored: Stored, options: argparse.Namespace, *, moves: bool) -> bool:
    """Copy or move all, several at a time, and return whether all could be."""
    output = output_of(options)
    output.going_on = f"; of {len(copies)}, the same command goes on with the rest" if len(copies) > 1 else ""
    name = copies[0].target if len(copies) == 1 else f"{len(copies)} files"
    total = sum(map(_size_of, copies))
    with bar_of(output, str(name), wanted=not options.no_progress, total=total) as bar:
        return asyncio.run(_run_all(copies, stored, options, bar, moves=moves))


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
        overwrite=stored.condition is None,
        resume=stored.resumes,
        verify=stored.verifies,
        progress=report,
    )
    _times.restore(target, item)
    if moves:
        await project.delete_object(source.bucket, source.key)
    return item.size or 0


async def _copy_within(project: aio.Project, source: Remote, target: Remote, stored: Stored, *, moves: bool) -> None:
    places = (source.bucket, source.key, target.bucket, target.key)
    if moves and stored.condition is None:
        await project.move_object(*places)
        return
    await project.copy_object(*places, if_none_match=stored.condition)
    if moves:
        await project.delete_object(source.bucket, source.key)


def remove_empty_folders(copies: list[Copy], folder: str) -> None:
    """Remove the folders that moves have emptied: those of the sources up to this one."""
    root = Path(folder)
    emptied = {parent for copy in copies if isinstance(copy.source, str) for parent in Path(copy.source).parents}
    inside = [path for path in emptied if path == root or root in path.parents]
    for path in sorted(inside, key=lambda path: len(path.parts), reverse=True):
        with contextlib.suppress(OSError):  # it has other files
            path.rmdir()
