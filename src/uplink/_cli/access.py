"""The command `access`: makes, shows, restricts and keeps accesses, where Storj's command `uplink` keeps them, too."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uplink._access import ACCESS_VARIABLE
from uplink._cli._output import Output, padded, printable
from uplink._cli._places import Remote, remote
from uplink._cli._saved import SavedAccesses
from uplink._cli._session import access_of, find_access, output_of
from uplink._cli._values import UsageError, duration, moment
from uplink._permission import FLAGS, Permission, SharePrefix
from uplink._secret import Secret
from uplink.access import Access

if TYPE_CHECKING:
    from uplink import AccessInfo

# A name for the satellite of the region, as in Storj's console.
_SATELLITES = ("us1.storj.io", "eu1.storj.io", "ap1.storj.io")
# What the options --disallow-… take away.
_VERBS = ("reads", "writes", "lists", "deletes")


def add(commands: Any, common: argparse.ArgumentParser) -> None:  # noqa: ANN401 - the type is private to argparse
    """Add the command `access`."""
    actions = commands.add_parser("access", help="make, show, restrict and keep accesses").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    name = argparse.ArgumentParser(add_help=False)
    name.add_argument("name", help="the name of the saved access")

    create = actions.add_parser("create", parents=[common, _result_options()], help="make one of an API key")
    create.add_argument("--satellite-address", required=True, help=f"such as {', '.join(_SATELLITES)}, or id@host:port")
    create.add_argument("--stdin", action="store_true", help="read the API key and the passphrase as two lines")
    create.set_defaults(run=_create)

    inspect = actions.add_parser("inspect", parents=[common], help="print what an access allows")
    inspect.add_argument("name", nargs="?", help="its name, or a grant; the default is the access in use")
    inspect.set_defaults(run=_inspect)

    restrict = actions.add_parser("restrict", parents=[common, _result_options()], help="make one that allows less")
    restrict.add_argument("places", nargs="*", type=remote, metavar="sj://BUCKET/PREFIX", help="where to begin")
    restrict.add_argument(
        "--prefix",
        action="append",
        default=[],
        type=remote,
        metavar="sj://BUCKET/PREFIX",
        help="the same; may be repeated",
    )
    add_restrictions(restrict)
    restrict.set_defaults(run=_restrict)

    export = actions.add_parser("export", parents=[common, name], help="print the grant, or write it to a file")
    export.add_argument("file", nargs="?", help="the file, which only you can read")
    export.set_defaults(run=_export)

    add_import = actions.add_parser("import", parents=[common, name], help="save a grant under a name")
    add_import.add_argument("source", nargs="?", help="a file with the grant, or the grant; the default is stdin")
    _add_saving_options(add_import)
    add_import.set_defaults(run=_import)

    listed = actions.add_parser("list", parents=[common], help="list the saved accesses")
    listed.set_defaults(run=_list)
    use = actions.add_parser("use", parents=[common, name], help="choose the saved access that commands use")
    use.set_defaults(run=_use)
    remove = actions.add_parser("remove", parents=[common, name], help="forget a saved access")
    remove.set_defaults(run=_remove)

    revoke = actions.add_parser("revoke", parents=[common], help="make a shared access worthless")
    revoke.add_argument("revoked", metavar="ACCESS", help="the name or the grant of an access that --access has shared")
    revoke.set_defaults(run=_revoke)


def _result_options() -> argparse.ArgumentParser:
    """Return a parser with the options that say what becomes of a new access."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--import-as", metavar="NAME", help="save it under this name, and do not print it")
    parser.add_argument("--export-to", metavar="FILE", help="write it to a file, and do not print it")
    _add_saving_options(parser)
    return parser


def _add_saving_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-f", "--force", action="store_true", help="replace a saved access of that name")
    parser.add_argument("--use", action="store_true", help="use it from now on")


def add_restrictions(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what a new access allows. Without one, that is to read and to list."""
    group = parser.add_argument_group("what it allows")
    presets = group.add_mutually_exclusive_group()
    presets.add_argument("--readonly", action="store_true", help="read and list, the default")
    presets.add_argument("--writeonly", action="store_true", help="write and delete")
    presets.add_argument("--full", action="store_true", help="everything")
    for verb in _VERBS:
        group.add_argument(f"--disallow-{verb}", action="store_true", help=f"no {verb}")
    group.add_argument("--not-before", type=moment, metavar="TIME", help="valid from then on, such as +2h")
    group.add_argument("--not-after", type=moment, metavar="TIME", help="valid until then, such as +30d or 2030-01-01")
    group.add_argument("--max-object-ttl", type=duration, metavar="DURATION", help="new objects expire after so long")


def restricted(options: argparse.Namespace, places: list[Remote]) -> Access:
    """Return the access of a command, restricted as its options say."""
    note_wildcards(options, places)
    prefixes = [SharePrefix(place.bucket, place.key) for place in places if place.bucket]
    return access_of(options).share(_permission(options), *prefixes)


def note_wildcards(options: argparse.Namespace, places: list[Remote]) -> None:
    """Print a note for each place with wildcards, which accesses and links do not have."""
    for place in places:
        if place.is_pattern:
            output_of(options).note(printable(f"{place} is taken as it is; an access or a link has no wildcards"))


def _permission(options: argparse.Namespace) -> Permission:
    """Return what the options allow.

    Raises:
        UsageError: They allow nothing.
    """
    if options.writeonly:
        preset = Permission.write_only()
    elif options.full:
        preset = Permission.full()
    else:
        preset = Permission.read_only()
    allowed = {name: getattr(preset, name) for name in FLAGS}
    refused = {
        "allow_download": options.disallow_reads,
        "allow_upload": options.disallow_writes,
        "allow_list": options.disallow_lists,
        "allow_delete": options.disallow_deletes,
    }
    allowed.update((name, False) for name, is_refused in refused.items() if is_refused)
    if not any(allowed.values()):
        verbs = [verb for verb in _VERBS if getattr(options, f"disallow_{verb}")]
        given = " and ".join(f"--disallow-{verb}" for verb in verbs)
        raise UsageError(f"with {given}, the access would allow nothing; leave one out, or add --full or --writeonly")
    return Permission(
        **allowed,
        not_before=options.not_before,
        not_after=options.not_after,
        max_object_ttl=options.max_object_ttl,
    )


def hand_over(options: argparse.Namespace, access: Access, output: Output) -> None:
    """Save a new access, write it to a file, or print it, as the options say."""
    if options.import_as:
        saved = SavedAccesses(options.config_dir)
        saved.add(options.import_as, access, replace=options.force, use=options.use)
        output.done(f"Saved as {options.import_as}.", {"name": options.import_as})
    if options.export_to:
        _write_privately(options.export_to, access)
        output.done(f"Written to {options.export_to}.", {"file": options.export_to})
    if not options.import_as and not options.export_to:
        output.show(access.serialize(), {"access": access.serialize()})


def _write_privately(path: str, access: Access) -> None:
    """Write a grant to a new file that only its owner can read."""
    target = Path(path)
    target.touch(mode=0o600, exist_ok=False)
    target.write_text(access.serialize() + "\n", encoding="ascii")


def _create(options: argparse.Namespace) -> None:
    if options.stdin:
        api_key, passphrase = (Secret(sys.stdin.readline().rstrip("\r\n")) for _ in range(2))
    else:
        api_key, passphrase = Secret(getpass.getpass("API key: ")), Secret(getpass.getpass("Passphrase: "))
    access = Access.request(
        satellite_address=options.satellite_address, api_key=api_key.reveal(), passphrase=passphrase.reveal()
    )
    hand_over(options, access, output_of(options))


def _inspect(options: argparse.Namespace) -> None:
    access = access_of(options) if options.name is None else find_access(Secret(options.name), options.config_dir)
    _show_info(output_of(options), access.inspect())


def _show_info(output: Output, info: AccessInfo) -> None:
    from dataclasses import asdict  # noqa: PLC0415 - only this command needs it, and it takes milliseconds

    facts = asdict(info)
    prefixes = [str(Remote(prefix.bucket, prefix.prefix)) for prefix in info.prefixes or ()]
    facts["prefixes"] = None if info.prefixes is None else prefixes
    facts["lock_permissions"] = sorted(info.lock_permissions)
    allowed = [name.removeprefix("allow_") for name in FLAGS[:4] if facts[name]] + facts["lock_permissions"]
    lines = {
        "satellite": info.satellite_address,
        "allows": ", ".join(name.replace("_", " ") for name in allowed) or "nothing",
        "reaches": ", ".join(prefixes) if prefixes else "the whole project",
        "not before": info.not_before,
        "not after": info.not_after,
        "max object ttl": info.max_object_ttl,
    }
    texts = (printable(f"{name}: {value}") for name, value in lines.items() if value is not None)
    output.show("\n".join(texts), facts)


def _restrict(options: argparse.Namespace) -> None:
    hand_over(options, restricted(options, options.places + options.prefix), output_of(options))


def _export(options: argparse.Namespace) -> None:
    access = Access.from_saved(options.name, folder=options.config_dir)
    if options.file is None:
        output_of(options).show(access.serialize(), {"name": options.name, "access": access.serialize()})
    else:
        _write_privately(options.file, access)
        output_of(options).done(f"Written to {options.file}.", {"name": options.name, "file": options.file})


def _import(options: argparse.Namespace) -> None:
    if options.source is None:
        access = Access.parse(sys.stdin.read())
    elif Path(options.source).is_file():
        access = Access.from_file(options.source)
    elif any(separator in options.source for separator in "/\\."):
        raise UsageError(f"there is no file {options.source}; access import takes a file with a grant, or a grant")
    else:
        access = find_access(Secret(options.source), options.config_dir, maybe_file=True)
    SavedAccesses(options.config_dir).add(options.name, access, replace=options.force, use=options.use)
    output_of(options).done(f"Saved as {options.name}.", {"name": options.name})


def _list(options: argparse.Namespace) -> None:
    output, saved = output_of(options), SavedAccesses(options.config_dir)
    output.heading(f"{'CURRENT':<9}{'NAME':<21}SATELLITE")
    for name in saved.names():
        satellite = saved.get(name).satellite_address
        current = name == saved.current
        text = f"{'*' if current else '':<9}{padded(printable(name), 21)}{printable(satellite)}"
        output.show(text, {"name": name, "current": current, "satellite_address": satellite})


def _use(options: argparse.Namespace) -> None:
    SavedAccesses(options.config_dir).use(options.name)
    overridden = f"; but {ACCESS_VARIABLE} is set, which comes first" if os.environ.get(ACCESS_VARIABLE) else ""
    output_of(options).done(f"Commands use {options.name}{overridden}.", {"name": options.name, "current": True})


def _remove(options: argparse.Namespace) -> None:
    SavedAccesses(options.config_dir).remove(options.name)
    output_of(options).done(f"{options.name} is no longer saved.", {"name": options.name, "removed": True})


def _revoke(options: argparse.Namespace) -> None:
    revoked = find_access(Secret(options.revoked), options.config_dir)
    access = access_of(options)
    if revoked == access:
        raise UsageError("an access cannot revoke itself; --access takes the one that has shared it")
    with access.open_project() as project:
        project.revoke_access(revoked)
    output_of(options).done("Revoked. Satellites may take some minutes to notice.", {"revoked": True})
