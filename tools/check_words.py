"""Checks that the words of this project are used, one for each thing. `make lint` runs it after codespell."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
SUFFIXES = {".c", ".go", ".h", ".md", ".py", ".toml", ".yml"}
# This file and its test have the words in them.
WITHOUT = ("tools/check_words.py", "tests/tools/test_check_words.py")

# What not to write, as a regular expression, and what to write in its place.
WORDS = {
    r"abandon(?:s|ed|ing)?": "cancel or detach",
    r"(?:give|gives|gave|giving|given) up": "cancel, detach or abort",
    r"(?:let|lets|letting) go of": "detach",
    r"(?:give|gives|gave|giving|given) back": "release a slot or memory; free a handle",
    r"giveBack": "release",
    r"withdraw(?:s|n|ing)?": "release",
    r"(?:hold|holds|held|holding) up": "block or delay",
    r"(?:have|has|had|having) (?:a|its|their) turn": "lock, or acquire from a budget",
    r"those who|him who|one who": "the caller, or the name of the thing",
    r"max_calls|max_transfers|max_slots": "max_in_flight or max_connections",
    r"redundancy scheme": "redundancy",
    r"behavior|favorite|honor|analyze|organize|recognize|utilize": "the British spelling",
    r"utilise|leverage|seamless(?:ly)?|robust(?:ly)?|blazing(?:ly)?|simply|easily": "a plain word, or nothing",
    # The first word of the docstring of a function, and of a comment on a function in Go.
    r'"""(?:Answers?|Tells?|Says?|Is for)': "Return …, or Report whether …",
    r"^// \w+ (?:answers|tells|says|is for)": "returns …, or reports whether …",
}
FOUND = re.compile(
    "|".join(rf"(?<!\w)(?P<word{number}>{word})(?!\w)" for number, word in enumerate(WORDS)), flags=re.MULTILINE
)
ADVICE = list(WORDS.values())


def problems(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield each word that is not used here: its line, the word, and what to write in its place."""
    for match in FOUND.finditer(text):
        assert match.lastgroup
        advice = ADVICE[int(match.lastgroup.removeprefix("word"))]
        yield text.count("\n", 0, match.start()) + 1, match[0], advice


def main() -> int:
    """Check all files that are committed, and return the number of problems, at most 1."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    count = 0
    for name in listed:
        path = ROOT / name
        if path.suffix not in SUFFIXES or name in WITHOUT or "testdata" in path.parts or not path.exists():
            continue
        for line, word, advice in problems(path.read_text(encoding="utf-8")):
            print(f"{name}:{line}: {word!r}: write {advice}", file=sys.stderr)
            count += 1
    return min(count, 1)


if __name__ == "__main__":
    sys.exit(main())
