"""The parser of the command line."""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from uplink._cli import access, listing, objects, sharing, transfers, trees
from uplink._cli._output import printable
from uplink._cli._session import common_options, output_of
from uplink._cli._values import moment
from uplink._extras import extra
from uplink._hide import hide_secrets
from uplink._secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

# How argparse begins its message about a command that does not exist.
_NO_COMMAND = re.compile(r"argument (?:COMMAND|action|ACTION): invalid choice: '([^']*)'")


class _Parser(argparse.ArgumentParser):
    """A parser, and the class of the parsers of its commands, whose messages are short and show no secret."""

    _is_nested = False

    def parse_known_args(  # pyright: ignore[reportIncompatibleMethodOverride] # its overloads have other parameters
        self,
        args: Any = None,  # noqa: ANN401
        namespace: Any = None,  # noqa: ANN401
    ) -> tuple[Any, list[str]]:
        """Parse the arguments. The parser of a command refuses unknown options, so its own help is named.

        Options may be between places. argparse takes them there only on request, and loses a "--" before all places
        then, so that is the second attempt. Python before 3.12 calls this method for it.
        """
        words = sys.argv[1:] if args is None else list(args)
        if self._subparsers is not None or self._is_nested:
            return super().parse_known_args(words, namespace)
        checked = self._checked(words)
        parsed, unknown = super().parse_known_args(checked, namespace)
        if unknown and "_ARGCOMPLETE" not in os.environ:
            self._is_nested = True
            try:
                parsed, unknown = self.parse_known_intermixed_args(checked, namespace)
            finally:
                self._is_nested = False
        if unknown:
            options = [word for word in unknown if word.startswith("-")]
            self.error(f"unrecognized arguments: {' '.join(options or unknown)}")
        return parsed, unknown

    def _checked(self, words: list[str]) -> list[str]:
        """Check the long options before any value, and return the words with times such as -1h beside their options."""
        checked: list[str] = []
        options = words[: words.index("--")] if "--" in words else words
        for word in options:
            before = self._option(checked[-1]) if checked and "=" not in checked[-1] else None
            if before is not None and before.type is moment and re.match(r"-\d", word):
                checked[-1] += f"={word}"
                continue
            name = word.partition("=")[0]
            if len(name) > 2 and name.startswith("--") and " " not in word and self._option(name) is None:
                self.error(f"there is no option {name}{self._suggestion(name, self._option_string_actions)}")
            checked.append(word)
        return checked + words[len(options) :]

    def _option(self, name: str) -> argparse.Action | None:
        """Return an option by its name, or by the first characters of a long one."""
        if name in self._option_string_actions:
            return self._option_string_actions[name]
        if len(name) < 3 or not name.startswith("--"):
            return None
        return next((action for full, action in self._option_string_actions.items() if full.startswith(name)), None)

    def error(self, message: str) -> NoReturn:
        found = _NO_COMMAND.match(message)
        if found is not None:
            message = f"there is no command {found[1]!r}{self._suggestion(found[1], self._commands())}"
        help_option = f"Try '{self.prog} --help'."
        self.exit(2, f"{self.prog}: {printable(hide_secrets(message))}\n{help_option}\n")

    def _commands(self) -> list[str]:
        return [name for action in self._actions for name in action.choices or ()]

    def _suggestion(self, wrong: str, names: Iterable[str]) -> str:
        """Return the name that was perhaps meant, as the end of a sentence."""
        from difflib import get_close_matches  # noqa: PLC0415 - for errors only

        close = get_close_matches(wrong, list(names), n=1)
        return f"; did you mean {close[0]!r}?" if close else ""


class _Version(argparse.Action):
    """Prints the version and ends."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        import importlib.metadata  # noqa: PLC0415 - its import takes as long as all others

        try:
            version = importlib.metadata.version("uplink-cffi")
        except importlib.metadata.PackageNotFoundError:
            version = "(not installed)"
        print(f"uplink-cffi {version}")
        parser.exit()


def parser_of(program: str) -> argparse.ArgumentParser:
    """Return the parser of all commands. Each sets `run` to the function that runs it.

    Args:
        program: The name of the program in the help.
    """
    parser = _Parser(
        prog=program, description="Storj from the command line.", epilog="Places on Storj are written sj://BUCKET/KEY."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = common_options()
    for family in (listing, transfers, trees, objects, sharing, access):
        family.add(commands, common)
    _add_demo(commands)
    _add_doctor(commands)
    _add_completion(commands)
    if "_ARGCOMPLETE" in os.environ:  # set by the shell that asks for completions
        from uplink._cli.completion import complete  # noqa: PLC0415

        complete(parser)
    return parser


def _add_demo(commands: Any) -> None:  # noqa: ANN401 - the type is private to argparse
    demo = commands.add_parser(
        "demo", help="upload and download a file on a local Storj network, in each way, and share an access to it"
    )
    demo.add_argument("file", nargs="?", type=Path, help="the file; the default is libuplink itself")
    _add_json(demo)
    demo.set_defaults(run=_demo)


def _add_doctor(commands: Any) -> None:  # noqa: ANN401
    doctor = commands.add_parser(
        "doctor", help="report what is installed here, whether it works, and whether a satellite can be reached"
    )
    doctor.add_argument(
        "--access",
        metavar="NAME",
        help="the saved access or the grant to try; the default is the access that other commands use",
    )
    doctor.add_argument("--config-dir", metavar="FOLDER", help="the folder of the saved accesses")
    _add_json(doctor)
    doctor.set_defaults(run=_doctor)


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, one object a line")


def _add_completion(commands: Any) -> None:  # noqa: ANN401
    completion = commands.add_parser("completion", help="print the lines with which a shell completes commands")
    completion.add_argument("shell", choices=["bash", "zsh", "fish"], help="the shell")
    completion.set_defaults(run=_completion)


def _demo(options: argparse.Namespace) -> None:
    from uplink._cli.demo import demo  # noqa: PLC0415

    demo(options.file, output_of(options))


def _doctor(options: argparse.Namespace) -> bool:
    from uplink._cli.doctor import doctor  # noqa: PLC0415

    access = None if options.access is None else Secret(options.access)
    return doctor(access, output_of(options), folder=options.config_dir)


def _completion(options: argparse.Namespace) -> None:
    with extra("cli"):
        from uplink._cli.completion import script  # noqa: PLC0415

    print(script(options.shell))
