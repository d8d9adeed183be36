"""The commands on buckets and objects: `mb`, `rb`, `rm`, `head`, `meta`, `versions` and `retention`."""

from __future__ import annotations

import argparse
import itertools
from typing import TYPE_CHECKING, Any, cast

from uplink._calls.bulk import MOST_DELETED
from uplink._cli._output import Output, object_facts, printable, shown_time
from uplink._cli._places import SCHEME, Remote, bucket, object_, remote
from uplink._cli._session import open_project, output_of
from uplink._cli._values import UsageError, moment, pairs, version
from uplink._cli.listing import (
    add_conditions,
    as_prefix,
    check_literal,
    has_conditions,
    matching,
    meets_conditions,
    nothing_below,
    objects_at,
)
from uplink._retention import Retention
from uplink._values import Object
from uplink.errors import BucketNotEmptyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from uplink import Deletion
    from uplink.project import Project


def add(commands: Any, common: argparse.ArgumentParser) -> None:  # noqa: ANN401 - the type is private to argparse
    """Add the commands on buckets and objects."""
    mb = commands.add_parser("mb", parents=[common], help="make a bucket")
    mb.add_argument("place", type=bucket, metavar="sj://BUCKET", help="the bucket")
    mb.add_argument("--object-lock", action="store_true", help="allow retentions and legal holds in it")
    mb.set_defaults(run=_mb)

    rb = commands.add_parser("rb", parents=[common], help="remove a bucket")
    rb.add_argument("place", type=bucket, metavar="sj://BUCKET", help="the bucket")
    rb.add_argument("--force", action="store_true", help="remove also its objects")
    rb.add_argument("--dry-run", action="store_true", help="print what would be removed, and remove nothing")
    rb.add_argument(
        "--bypass-governance-retention", action="store_true", help="with --force, for a bucket with Object Lock"
    )
    rb.set_defaults(run=_rb)

    _add_rm(commands, common)

    head = commands.add_parser("head", parents=[common], help="print what is known of an object")
    head.add_argument("place", type=object_, metavar="sj://BUCKET/KEY", help="the object; the key may have wildcards")
    head.add_argument("--version", type=version, help="the version; the default is the latest one")
    head.set_defaults(run=_head)

    _add_meta(commands, common)

    versions = commands.add_parser("versions", parents=[common], help="list versions, or switch versioning on or off")
    versions.add_argument("place", type=remote, metavar="sj://BUCKET/PREFIX", help="where to begin")
    switch = versions.add_mutually_exclusive_group()
    switch.add_argument("--enable", action="store_true", help="keep the versions of the bucket's objects from now on")
    switch.add_argument("--suspend", action="store_true", help="keep no further versions")
    versions.set_defaults(run=_versions)

    _add_retention(commands, common)


def _add_rm(commands: Any, common: argparse.ArgumentParser) -> None:  # noqa: ANN401
    rm = commands.add_parser("rm", parents=[common], help="remove objects")
    rm.add_argument("places", nargs="+", type=remote, metavar="sj://BUCKET/KEY", help="the key may have wildcards")
    rm.add_argument("-r", "--recursive", action="store_true", help="remove all objects below a prefix")
    rm.add_argument("--pending", action="store_true", help="remove uploads that were begun and not committed instead")
    rm.add_argument("--dry-run", action="store_true", help="print what would be removed, and remove nothing")
    rm.add_argument("--version", type=version, help="the version to remove, of a single object")
    rm.add_argument("--bypass-governance-retention", action="store_true", help="remove also what a governance locks")
    add_conditions(rm)
    rm.set_defaults(run=_rm)


def _add_meta(commands: Any, common: argparse.ArgumentParser) -> None:  # noqa: ANN401
    actions = commands.add_parser("meta", help="print or change the custom metadata of an object").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    get = actions.add_parser("get", parents=[common], help="print it")
    get.add_argument("place", type=object_, metavar="sj://BUCKET/KEY", help="the object; the key may have wildcards")
    get.set_defaults(run=_get_metadata)
    change = actions.add_parser("set", parents=[common], help="change it")
    change.add_argument("place", type=object_, metavar="sj://BUCKET/KEY", help="the object")
    change.add_argument("pairs", nargs="*", metavar="NAME=VALUE", help="the metadata to set")
    change.add_argument("--replace", action="store_true", help="remove the names that are not given")
    change.set_defaults(run=_set_metadata)


def _add_retention(commands: Any, common: argparse.ArgumentParser) -> None:  # noqa: ANN401
    actions = commands.add_parser("retention", help="keep a version of an object from being removed").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    place = argparse.ArgumentParser(add_help=False)
    place.add_argument("place", type=object_, metavar="sj://BUCKET/KEY", help="the object")
    place.add_argument("--version", type=version, help="the version; the default is the latest one")
    bypass = argparse.ArgumentParser(add_help=False)
    bypass.add_argument("--bypass-governance-retention", action="store_true", help="shorten or remove a governance")

    get = actions.add_parser("get", parents=[common, place], help="print the retention and the legal hold")
    get.set_defaults(run=_get_retention)
    change = actions.add_parser("set", parents=[common, place, bypass], help="set the retention")
    change.add_argument(
        "--mode", choices=["governance", "compliance"], default="governance", help="whether it can be shortened"
    )
    change.add_argument("--until", type=moment, required=True, help="such as +30d or 2030-01-01")
    change.set_defaults(run=_set_retention)
    clear = actions.add_parser("clear", parents=[common, place, bypass], help="remove a governance")
    clear.set_defaults(run=_clear_retention)
    hold = actions.add_parser("hold", parents=[common, place], help="put a legal hold on it")
    hold.set_defaults(run=_set_legal_hold, enabled=True)
    release = actions.add_parser("release", parents=[common, place], help="remove the legal hold")
    release.set_defaults(run=_set_legal_hold, enabled=False)


def _mb(options: argparse.Namespace) -> None:
    with open_project(options) as project:
        made = project.create_bucket(options.place.bucket, object_lock_enabled=options.object_lock)
    output_of(options).show(f"Bucket {made.name} created.", {"bucket": made.name, "created": made.created})


def _rb(options: argparse.Namespace) -> None:
    name = options.place.bucket
    if options.bypass_governance_retention and not options.force:
        raise UsageError("--bypass-governance-retention takes --force")
    with open_project(options) as project:
        if options.dry_run:
            _show_bucket(project, name, output_of(options), with_objects=options.force)
            return
        project.delete_bucket(
            name, with_objects=options.force, bypass_governance_retention=options.bypass_governance_retention
        )
    output_of(options).show(f"Bucket {name} removed.", {"bucket": name, "removed": True})


def _show_bucket(project: Project, name: str, output: Output, *, with_objects: bool) -> None:
    """Print what the removal of a bucket would remove.

    Raises:
        BucketNotFoundError: There is no such bucket.
        BucketNotEmptyError: It has objects, which are not to be removed.
    """
    project.stat_bucket(name)
    for item in project.list_objects(name, recursive=True):
        if not with_objects:
            raise BucketNotEmptyError("the bucket has objects, which --force removes, too", bucket=name)
        output.show(f"would remove {_name(name, item.key)}", object_facts(name, item))
    output.show(f"would remove the bucket {name}", {"bucket": name, "kind": "bucket"})


def _rm(options: argparse.Namespace) -> bool:
    """Remove objects, and return whether all could be removed."""
    output, done = output_of(options), True
    several = len(options.places) > 1 or options.recursive or any(place.is_pattern for place in options.places)
    if options.version is not None and several:
        raise UsageError("--version takes a single object")
    with open_project(options) as project:
        for place in options.places:
            if options.pending:
                _abort_uploads(project, place, options, output)
                continue
            for result in _remove(project, place, options, output):
                done = _show_removal(output, place.bucket, result) and done
    return done


def _abort_uploads(project: Project, place: Remote, options: argparse.Namespace, output: Output) -> None:
    """Abort the pending uploads of a key, or with `--recursive` all below a prefix."""
    if has_conditions(options):
        raise UsageError("--pending takes no conditions")
    if not place.bucket or (place.is_prefix and not options.recursive):
        raise UsageError(f"{place} is no object; to abort all uploads below a prefix, add --recursive")
    whole = as_prefix(place) if options.recursive else place
    for upload in project.list_uploads(whole.bucket, whole.key, recursive=True):
        if not options.recursive and upload.key != place.key:
            continue
        if not options.dry_run:
            project.abort_upload(place.bucket, upload.key, upload.upload_id)
        text = f"{'would abort' if options.dry_run else 'aborted'} an upload of {_name(place.bucket, upload.key)}"
        output.show(text, {"bucket": place.bucket, "key": upload.key, "upload_id": upload.upload_id})


def _remove(project: Project, place: Remote, options: argparse.Namespace, output: Output) -> Iterator[Deletion]:
    """Remove the objects of a place batch by batch, and yield what became of each."""
    found = _chosen(project, place, options)
    while batch := list(itertools.islice(found, MOST_DELETED)):
        if options.dry_run:
            for item in batch:
                output.show(f"would remove {_name(place.bucket, item.key)}", object_facts(place.bucket, item))
        else:
            yield from project.delete_objects(
                place.bucket, batch, bypass_governance_retention=options.bypass_governance_retention
            )


def _chosen(project: Project, place: Remote, options: argparse.Namespace) -> Iterator[Object]:
    """Yield the objects to remove.

    Raises:
        UsageError: The place is a bucket or a prefix, and `--recursive` is missing.
        ObjectNotFoundError: Nothing is below the prefix, or nothing matches the pattern.
    """
    if not place.bucket or (place.is_prefix and not options.recursive):
        raise UsageError(f"{place} is no object; to remove all objects below a prefix, add --recursive")
    if place.is_prefix or place.is_pattern or options.recursive:
        whole = place if place.is_pattern else as_prefix(place)
        found = False
        for item in matching(project, whole, below=options.recursive):
            found = True
            if meets_conditions(item, options):
                yield item
        if not found:
            raise nothing_below(project, whole)
    # Without conditions there is no request, for accesses that may neither read nor list.
    elif not has_conditions(options) or meets_conditions(
        project.stat_object(place.bucket, place.key, version=options.version), options
    ):
        # Only the version that was given: in a versioned bucket, the others stay, and a delete marker hides them.
        yield Object(place.key, version=options.version)


def _show_removal(output: Output, bucket_name: str, result: Deletion) -> bool:
    """Print what became of an object, and return whether it was removed."""
    facts = {
        "bucket": bucket_name,
        "key": result.key,
        "status": result.status,
        "version": result.version,
        "delete_marker": result.delete_marker,
    }
    text = f"removed {_name(bucket_name, result.key)}"
    if result.delete_marker is not None:
        # The satellite adds one to a versioned bucket whether the key has an object or not.
        text = f"added a delete marker for {_name(bucket_name, result.key)}"
    if result.status != "deleted":
        text = f"not removed: {_name(bucket_name, result.key)}: {_REASONS[result.status]}"
    else:
        output.count("removed")
    output.show(text, {name: value for name, value in facts.items() if value is not None})
    return result.status == "deleted"


_REASONS = {
    "missing": "there is no such object",
    "denied": "this access does not allow it",
    "locked": "a retention or a legal hold forbids it",
    "failed": "the satellite could not remove it",
}


def _head(options: argparse.Namespace) -> None:
    output = output_of(options)
    with open_project(options) as project:
        places = [options.place] if options.version is not None else objects_at(project, options.place)
        for number, place in enumerate(places):
            if number:
                output.heading("")
            item = project.stat_object(place.bucket, place.key, version=options.version)
            _show_facts(output, object_facts(place.bucket, item))


def _get_metadata(options: argparse.Namespace) -> None:
    output = output_of(options)
    with open_project(options) as project:
        for number, place in enumerate(objects_at(project, options.place)):
            metadata = dict(project.stat_object(place.bucket, place.key).metadata or {})
            if place == options.place:
                _show_facts(output, metadata)
                continue
            if number:
                output.heading("")
            _show_facts(output, {"bucket": place.bucket, "key": place.key, "metadata": metadata})


def _set_metadata(options: argparse.Namespace) -> None:
    try:
        given = pairs(options.pairs)
    except argparse.ArgumentTypeError as error:
        raise UsageError(str(error)) from None
    place = options.place
    with open_project(options) as project:
        before = {} if options.replace else project.stat_object(place.bucket, place.key).metadata or {}
        project.update_object_metadata(place.bucket, place.key, {**before, **given})
    _show_facts(output_of(options), {**before, **given})


def _versions(options: argparse.Namespace) -> None:
    output, place = output_of(options), options.place
    with open_project(options) as project:
        if options.enable or options.suspend:
            project.set_bucket_versioning(place.bucket, options.enable)
            state = project.get_bucket_versioning(place.bucket)
            output.show(f"Versioning of {place.bucket} is {state}.", {"bucket": place.bucket, "versioning": state})
            return
        output.columns(f"{'KIND':<7}{'CREATED':<21}{'SIZE':<12}{'VERSION':<34}KEY")
        found = False
        for item in project.list_object_versions(place.bucket, place.key, recursive=True):
            found = True
            kind = "MARKER" if item.is_delete_marker else "LATEST" if item.is_latest else "OLD"
            count = "" if item.size is None else item.size
            name = (item.version or b"").hex()
            text = f"{kind:<7}{shown_time(item.created):<21}{count:<12}{name:<34}{printable(item.key)}"
            output.show(text, {**object_facts(place.bucket, item), "latest": item.is_latest})
        check_literal(place, "versions", found=found)


def _get_retention(options: argparse.Namespace) -> None:
    place, which = options.place, options.version
    with open_project(options) as project:
        found = project.get_object_retention(place.bucket, place.key, version=which)
        held = project.get_object_legal_hold(place.bucket, place.key, version=which)
    facts = {"mode": found and found.mode, "until": found and found.until, "legal_hold": held}
    _show_facts(output_of(options), facts)


def _set_retention(options: argparse.Namespace) -> None:
    if options.until is None:
        raise UsageError("--until takes a time; `retention clear` removes a retention")
    _change_retention(options, Retention(options.mode, options.until))


def _clear_retention(options: argparse.Namespace) -> None:
    _change_retention(options, None)


def _change_retention(options: argparse.Namespace, retention: Retention | None) -> None:
    with open_project(options) as project:
        project.set_object_retention(
            options.place.bucket,
            options.place.key,
            retention,
            version=options.version,
            bypass_governance_retention=options.bypass_governance_retention,
        )
    _get_retention(options)


def _set_legal_hold(options: argparse.Namespace) -> None:
    place = options.place
    with open_project(options) as project:
        project.set_object_legal_hold(place.bucket, place.key, options.enabled, version=options.version)
    _show_facts(output_of(options), {"bucket": place.bucket, "key": place.key, "legal_hold": options.enabled})


def _show_facts(output: Output, facts: Mapping[str, object]) -> None:
    """Print facts, one a line, or as one JSON object."""
    lines: list[str] = []
    for name, value in facts.items():
        if isinstance(value, dict):
            metadata = cast("dict[str, str]", value)
            lines += [f"{name}.{inner}: {text}" for inner, text in metadata.items()]
        else:
            lines.append(f"{name}: {value.hex() if isinstance(value, bytes) else value}")
    if lines or output.as_json:
        output.show("\n".join(map(printable, lines)), facts)


def _name(bucket_name: str, key: str) -> str:
    return printable(f"{SCHEME}{bucket_name}/{key}")
