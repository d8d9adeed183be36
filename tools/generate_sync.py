"""Generates the synchronous modules and their tests from the awaited ones.

The awaited code is written by hand. This program takes `async` and `await` out of it, replaces the
names in the tables below, and copies the rest as it stands, comments included. Where the two differ
in more, the source has a branch for each. The second one is left out where synchronous code needs
nothing:

    if True:  # ASYNC
        await asyncio.wait([task])
    else:  # SYNC
        thread.join()

Usage: python tools/generate_sync.py [--check]
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Folder:
    """A folder with awaited code.

    Attributes:
        source: Its path.
        target: The folder of the generated files.
        generated: The names of the files that are sources.
        by_hand: The names of those that have no generated counterpart.
    """

    source: str
    target: str
    generated: tuple[str, ...]
    by_hand: tuple[str, ...] = ()


FOLDERS = (
    Folder(
        source="src/uplink/aio",
        target="src/uplink",
        generated=(
            "_buckets.py",
            "_bulk.py",
            "_context.py",
            "_facts.py",
            "_family.py",
            "_file_reading.py",
            "_file_writing.py",
            "_files.py",
            "_locked.py",
            "_multipart.py",
            "_object_lock.py",
            "_objects.py",
            "_pinned.py",
            "_ranges.py",
            "_settings.py",
            "_sources.py",
            "_streams.py",
            "_transfers.py",
            "_trees.py",
            "_whole.py",
            "_writing.py",
            "access.py",
            "download.py",
            "edge.py",
            "listing.py",
            "pending.py",
            "project.py",
            "upload.py",
        ),
        by_hand=("__init__.py", "_binary_files.py", "_driver.py", "_opening.py", "_small.py", "files.py"),
    ),
    Folder(
        source="tests/aio",
        target="tests/sync",
        generated=(
            "conftest.py",
            "test_access.py",
            "test_buckets.py",
            "test_budgets.py",
            "test_bulk.py",
            "test_dialling.py",
            "test_download.py",
            "test_download_file.py",
            "test_edge.py",
            "test_facts.py",
            "test_file_requests.py",
            "test_files.py",
            "test_integrity.py",
            "test_large_put.py",
            "test_listing.py",
            "test_logging.py",
            "test_messages.py",
            "test_multipart.py",
            "test_network.py",
            "test_object_lock.py",
            "test_objects.py",
            "test_opened.py",
            "test_outages.py",
            "test_pace.py",
            "test_pending.py",
            "test_project.py",
            "test_ranges.py",
            "test_refusals.py",
            "test_resume.py",
            "test_settings.py",
            "test_sharing.py",
            "test_stats.py",
            "test_texts.py",
            "test_times.py",
            "test_tree_faults.py",
            "test_trees.py",
            "test_unreadable.py",
            "test_tracing.py",
            "test_upload.py",
            "test_upload_file.py",
            "test_versions.py",
            "test_upload_options.py",
            "test_whole.py",
        ),
        by_hand=(
            "test_driver.py",
            "test_file_tasks.py",
            "test_loops.py",
            "test_opening.py",
            "test_small.py",
            "test_sources.py",
            "test_upload_file_faults.py",
        ),
    ),
)

# Keywords that go, with the white space behind them.
DROPPED = {"async", "await"}
NAMES = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
    "StopAsyncIteration": "StopIteration",
    "AsyncIterator": "Iterator",
    "AsyncIterable": "Iterable",
    "AsyncGenerator": "Generator",
    "AwaitedContext": "BlockingContext",
    "AwaitedItems": "BlockingItems",
    "aclosing": "closing",
    "anext": "next",
    "aio_storj_bucket": "storj_bucket",
    "aio_storj_project": "storj_project",
}
DOTTED_NAMES = {
    ("uplink", ".", "aio"): "uplink",
    ("asyncio", ".", "sleep"): "time.sleep",
    # Ruff removes the one that is not used.
    ("import", "asyncio"): "import asyncio, time",
}
# What the brackets behind these names hold is taken out of them: `Opening[Upload]` becomes
# `Upload`.
WRAPPERS = {
    ("Opening", "("): ("", ""),
    ("Opening", "["): ("", ""),
    ("Awaitable", "["): ("", ""),
    # Of a generator expression, so there are two pairs of brackets.
    ("asyncio", ".", "gather", "(", "*", "("): ("[", "]"),
}
# In docstrings and messages. The name of the package in back quotes is prose about it.
PHRASES = (
    (re.compile(r"\basync (?=def|with|for)"), ""),
    (re.compile(r"\bawait "), ""),
    (re.compile(r"\buplink\.aio\b(?!`)"), "uplink"),
)
TEXTS = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
OPENING, CLOSING = set("([{"), set(")]}")

BRANCHES = re.compile(
    r"^(?P<indent> *)if True:  # ASYNC\n"
    r"(?:(?P=indent)    .*\n|\n)+"
    r"(?:(?P=indent)else:  # SYNC\n(?P<sync>(?:(?P=indent)    .*\n|\n)+))?",
    re.MULTILINE,
)
HEADER = "# Generated from {} by tools/generate_sync.py; change that instead.\n"
MARKER = "# The lines below are written by tools/generate_sync.py.\n"

Edit = tuple[int, int, str]


def to_sync(source: str, origin: str) -> str:
    """Return the synchronous form of a module, not yet formatted."""
    text = BRANCHES.sub(_sync_branch, source)
    for start, end, replacement in sorted(_edits(text), reverse=True):
        text = text[:start] + replacement + text[end:]
    return HEADER.format(origin) + text


def _sync_branch(branches: re.Match[str]) -> str:
    indent = branches["indent"]
    return re.sub(rf"^{indent}    ", indent, branches["sync"] or "", flags=re.MULTILINE)


def _edits(text: str) -> Iterator[Edit]:
    """Yield what to replace: start, end and new text, none of which overlap."""
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    lines = [0]
    for line in text.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    starts = [lines[token.start[0] - 1] + token.start[1] for token in tokens]
    ends = [lines[token.end[0] - 1] + token.end[1] for token in tokens]
    strings = [token.string for token in tokens]
    index = 0
    while index < len(tokens):
        count = 1
        if tokens[index].type in TEXTS:
            yield starts[index], ends[index], _rephrase(strings[index])
        elif strings[index] in DROPPED:
            yield starts[index], starts[index + 1], ""
        elif wrapper := _matching(WRAPPERS, strings, index):
            count = len(wrapper)
            before, after = WRAPPERS[wrapper]
            depth = sum(name in OPENING for name in wrapper)
            yield starts[index], ends[index + count - 1], before
            last = _closing_bracket(strings, index + count, depth)
            yield starts[last - depth + 1], ends[last], after
        elif names := _matching(DOTTED_NAMES, strings, index):
            count = len(names)
            yield starts[index], ends[index + count - 1], DOTTED_NAMES[names]
        elif strings[index] in NAMES:
            yield starts[index], ends[index], NAMES[strings[index]]
        index += count


def _matching(table: dict[tuple[str, ...], object], strings: list[str], index: int) -> tuple[str, ...] | None:
    """Return the key of the table that stands at this index, or `None`."""
    return next((names for names in table if tuple(strings[index : index + len(names)]) == names), None)


def _closing_bracket(strings: list[str], index: int, depth: int) -> int:
    """Return the index of the bracket that closes the outermost of `depth` open brackets."""
    while True:
        depth += (strings[index] in OPENING) - (strings[index] in CLOSING)
        if depth == 0:
            return index
        index += 1


def _rephrase(text: str) -> str:
    for pattern, replacement in PHRASES:
        text = pattern.sub(replacement, text)
    return text


def _formatted(text: str, path: Path) -> str:
    """Format as the project is formatted, and remove imports that synchronous code does not use."""
    ruff = [sys.executable, "-m", "ruff"]
    options = ["--stdin-filename", str(path), "-"]
    for command in (
        [*ruff, "check", "--select=I,F401", "--fix", "--quiet", *options],
        [*ruff, "format", "--quiet", *options],
    ):
        text = subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT).stdout
    return text


def outputs() -> dict[str, str]:
    """Return the text of each generated file by its path, `.gitattributes` included."""
    texts = {}
    for folder in FOLDERS:
        for name in folder.generated:
            origin, target = f"{folder.source}/{name}", f"{folder.target}/{name}"
            text = to_sync((ROOT / origin).read_text(encoding="utf-8"), origin)
            texts[target] = _formatted(text, ROOT / target)
    return {**texts, ".gitattributes": _attributes(sorted(texts))}


def _attributes(paths: list[str]) -> str:
    """Return the text of `.gitattributes`, in which the lines above the marker stay as they are."""
    above, _, _ = (_read(ROOT / ".gitattributes") or "").partition(MARKER)
    return above + MARKER + "".join(f"/{path} linguist-generated\n" for path in paths)


def misnamed() -> list[str]:
    """Return what is wrong with the lists in `FOLDERS`."""
    problems = []
    for folder in FOLDERS:
        listed = {*folder.generated, *folder.by_hand}
        found = {path.name for path in (ROOT / folder.source).glob("*.py")}
        problems += [f"{folder.source}/{name} is not in the list" for name in sorted(found - listed)]
        problems += [f"{folder.source}/{name} is in the list, and not there" for name in sorted(listed - found)]
    return problems


def orphans() -> list[str]:
    """Return the generated files that have no source any more."""
    header = re.compile(re.escape(HEADER).replace(r"\{\}", ".*"))
    return [
        f"{folder.target}/{path.name}"
        for folder in FOLDERS
        for path in sorted((ROOT / folder.target).glob("*.py"))
        if path.name not in folder.generated and header.match(path.read_text(encoding="utf-8"))
    ]


def main() -> int:
    """Write the generated files; with `--check`, report what is wrong instead."""
    problems = misnamed()
    if problems:
        print(*problems, sep="\n")
        return 1
    changed = {path: text for path, text in outputs().items() if _read(ROOT / path) != text}
    if "--check" in sys.argv[1:]:
        problems = [f"{path} is not what its source gives" for path in changed]
        problems += [f"{path} has no source any more" for path in orphans()]
        print(*problems, "Run tools/generate_sync.py." if problems else "The files are up to date.", sep="\n")
        return bool(problems)
    for path, text in changed.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")
        print(f"wrote {path}")
    for path in orphans():
        (ROOT / path).unlink()
        print(f"removed {path}")
    return 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
