"""Makes the synchronous modules of `uplink` of the awaited ones in `uplink.aio`, and the tests likewise.

The awaited code is the source. This takes `async` and `await` out of it token by token, renames what has another name
in synchronous code, and leaves the rest as it stands, comments included.

Usage: python tools/generate_sync.py [--check]
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Written twice by hand, or of no use without await: whatever begins with "_", except these.
GENERATED_PRIVATE = {"_sources.py"}
FOLDERS = {ROOT / "src/uplink/aio": ROOT / "src/uplink", ROOT / "tests/aio": ROOT / "tests/sync"}

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
    "aclosing": "closing",
    "anext": "next",
    "aio_storj_bucket": "storj_bucket",
    "aio_storj_project": "storj_project",
}
DROPPED = {"async", "await"}
# Wraps a coroutine so that it can be awaited or entered; a plain call needs no wrapper.
UNWRAPPED = "Opening"
# Whole expressions that have another form in synchronous code.
EXPRESSIONS = [
    (re.compile(r"\basyncio\.sleep\("), "time.sleep("),
    (re.compile(r"^import asyncio$", re.MULTILINE), "import time"),
    (re.compile(r"\basyncio\.gather\(\*\((.*)\)\)\n"), r"[\1]\n"),
    (re.compile(r"\buplink\.aio\b"), "uplink"),
]
# In prose and in the examples of docstrings.
PHRASES = [
    (re.compile(r"\basync (?=def|with|for)"), ""),
    (re.compile(r"\bawait "), ""),
    (re.compile(r"\buplink\.aio\b(?!`)"), "uplink"),
]


def to_sync(source: str, origin: str) -> str:
    """Return the synchronous form of a module."""
    source = re.sub(r"^ *# async: begin\n.*?^ *# async: end\n", "", source, flags=re.DOTALL | re.MULTILINE)
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    text = _render(tokens, source.splitlines(keepends=True))
    text = re.sub(r"^ *from uplink\.aio\._opening import Opening\n", "", text, flags=re.MULTILINE)
    for pattern, replacement in EXPRESSIONS:
        text = pattern.sub(replacement, text)
    return f"# Generated from {origin} by tools/generate_sync.py; change that instead.\n{text}"


def _render(tokens: list[tokenize.TokenInfo], lines: list[str]) -> str:
    """Put the changed tokens together, with the white space that stood before each."""
    parts: list[str] = []
    position = (1, 0)
    skipped = _brackets_to_skip(tokens)
    for index, token in enumerate(tokens):
        gap = _between(lines, position, token.start)
        position = token.end
        if token.type == tokenize.NAME and token.string in DROPPED:
            parts.append(gap)
            # The white space behind the keyword goes with it.
            position = tokens[index + 1].start
        elif index in skipped:
            parts.append(gap)
        elif token.type == tokenize.NAME:
            parts.append(gap + NAMES.get(token.string, token.string))
        elif token.type == tokenize.STRING:
            parts.append(gap + _rephrase(token.string))
        elif token.type in (tokenize.INDENT, tokenize.DEDENT):
            position = token.end if token.type == tokenize.INDENT else token.start
            parts.append(gap if token.type == tokenize.DEDENT else gap + token.string)
        else:
            parts.append(gap + token.string)
    return "".join(parts)


def _brackets_to_skip(tokens: list[tokenize.TokenInfo]) -> set[int]:
    """Find the wrapper's name with the brackets around what it wraps."""
    skipped: set[int] = set()
    for index, token in enumerate(tokens):
        if token.string == UNWRAPPED and tokens[index + 1].string in "([":
            depth = 0
            for end in range(index + 1, len(tokens)):
                depth += (tokens[end].string in ("(", "[")) - (tokens[end].string in (")", "]"))
                if depth == 0:
                    skipped |= {index, index + 1, end}
                    break
    return skipped


def _rephrase(text: str) -> str:
    for pattern, replacement in PHRASES:
        text = pattern.sub(replacement, text)
    return text


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    if start >= end:
        return ""
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]]
    middle = lines[start[0] : end[0] - 1]
    last = lines[end[0] - 1][: end[1]] if end[0] <= len(lines) else ""
    return lines[start[0] - 1][start[1] :] + "".join(middle) + last


def outputs() -> dict[Path, str]:
    """Return the path and the text of each generated module."""
    result = {}
    for folder, target in FOLDERS.items():
        for path in sorted(folder.glob("*.py")):
            if path.name.startswith("_") and path.name not in GENERATED_PRIVATE:
                continue
            text = to_sync(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
            result[target / path.name] = _formatted(text, target / path.name)
    return result


def _formatted(text: str, path: Path) -> str:
    """Format as the project is formatted: lines that lost a word may fit where they did not."""
    ruff = [sys.executable, "-m", "ruff"]
    options = ["--stdin-filename", str(path), "-"]
    for command in (
        [*ruff, "check", "--select=I,F401", "--fix", "--quiet", *options],
        [*ruff, "format", "--quiet", *options],
    ):
        text = subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return text


def main() -> int:
    """Write the generated modules, or with --check tell whether one differs."""
    drifted = [
        path for path, text in outputs().items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv[1:]:
        for path in drifted:
            print(f"{path.relative_to(ROOT)} is not what its source in aio/ gives; run tools/generate_sync.py")
        return bool(drifted)
    for path in drifted:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(outputs()[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
