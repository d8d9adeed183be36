"""The command `share`."""

from __future__ import annotations

import argparse
from typing import Any

from uplink import edge
from uplink._cli._places import remote
from uplink._cli._session import access_of, output_of
from uplink._cli._values import UsageError
from uplink._cli.access import add_restrictions, hand_over, note_wildcards, restricted

# The options that a link would not have.
_NOT_OF_LINKS = (
    "writeonly",
    "full",
    "not_before",
    "max_object_ttl",
    *(f"disallow_{verb}" for verb in ("reads", "writes", "lists", "deletes")),
    "register",
    "public",
    "import_as",
    "export_to",
)


def add(commands: Any, common: argparse.ArgumentParser) -> None:  # noqa: ANN401 - the type is private to argparse
    """Add the command `share`."""
    share = commands.add_parser("share", parents=[common], help="make an access or a link for others")
    share.add_argument("places", nargs="*", type=remote, metavar="sj://BUCKET/KEY", help="the object")
    share.add_argument("--url", action="store_true", help="print a link, with which everyone can read it")
    share.add_argument("--raw", action="store_true", help="a link to the data, not to a page about it")
    share.add_argument("--register", action="store_true", help="print credentials for Storj's S3 gateway")
    share.add_argument("--public", action="store_true", help="with --register: reading takes no secret key")
    share.add_argument("--auth-region", metavar="REGION", help="the region of the edge service, such as eu1")
    share.add_argument("--auth-service", metavar="HOST:PORT", help="another auth service")
    share.add_argument("--base-url", metavar="URL", help="the URL of another linksharing service")
    share.add_argument("--certificate", metavar="FILE", help="the certificates of the auth service to trust, in PEM")
    share.add_argument("--import-as", metavar="NAME", help="save the access under this name")
    share.add_argument("--export-to", metavar="FILE", help="write the access to a file")
    share.add_argument("-f", "--force", action="store_true", help="replace a saved access of that name")
    add_restrictions(share)
    share.set_defaults(run=_share, use=False)


def _share(options: argparse.Namespace) -> None:
    if options.url:
        _share_link(options)
        return
    if options.register and (options.import_as or options.export_to):
        raise UsageError("--register prints credentials, and takes neither --import-as nor --export-to")
    shared, output = restricted(options, options.places), output_of(options)
    if not options.register:
        hand_over(options, shared, output)
        return
    found = edge.register(
        shared,
        public=options.public,
        auth_region=options.auth_region,
        auth_service=options.auth_service,
        certificate_pem=_certificate(options),
    )
    facts = {"access_key_id": found.access_key_id, "secret_key": found.secret_key, "endpoint": found.endpoint}
    output.show("\n".join(f"{name}: {value}" for name, value in facts.items()), facts)


def _share_link(options: argparse.Namespace) -> None:
    """Print a link.

    Raises:
        UsageError: There is more than one place, or an option has no effect on a link.
    """
    if len(options.places) != 1:
        raise UsageError("--url takes one place, and prints one link")
    for name in _NOT_OF_LINKS:
        if getattr(options, name) not in (None, False):
            raise UsageError(
                f"a link allows to read and to list from now on; --url takes no --{name.replace('_', '-')}"
            )
    note_wildcards(options, options.places)
    [place] = options.places
    url = edge.share_url(
        access_of(options),
        place.bucket,
        place.key,
        raw=options.raw,
        not_after=options.not_after,
        auth_region=options.auth_region,
        auth_service=options.auth_service,
        base_url=options.base_url,
        certificate_pem=_certificate(options),
    )
    output_of(options).show(url, {"url": url})


def _certificate(options: argparse.Namespace) -> bytes | None:
    if options.certificate is None:
        return None
    with open(options.certificate, "rb") as file:
        return file.read()
