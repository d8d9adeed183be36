"""The commands that list: `ls`, `tree`, `du` and `find`."""

from __future__ import annotations

import argparse
import fnmatch
from collections import Counter
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from uplink._cli._output import Output, local_time, object_facts, printable
from uplink._cli._places import SCHEME, Remote, matches, remote
from uplink._cli._session import open_project, output_of
from uplink._cli._values import duration, size
from uplink._progress import human_size
from uplink.errors import ObjectNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from uplink import Object
    from uplink.project import Project


def add(commands: Any, common: argparse.ArgumentParser) -> None:  # noqa: ANN401 - the type is private to argparse
    """Add the commands that list."""
    ls = commands.add_parser("ls", parents=[common], help="list buckets, or the objects below a prefix")
    ls.add_argument(
        "place", nargs="?", type=remote, default=Remote("", ""), metavar="sj://BUCKET/PREFIX", help="where to begin"
    )
    ls.add_argument("-r", "--recursive", action="store_true", help="list all objects, also those below a further slash")
    ls.add_argument("--pending", action="store_true", help="list uploads that were begun and not committed")
    ls.set_defaults(run=_ls)

    tree = commands.add_parser("tree", parents=[common], help="draw the objects below a prefix as a tree")
    tree.add_argument("place", type=remote, metavar="sj://BUCKET/PREFIX", help="where to begin")
    tree.set_defaults(run=_tree)

    du = commands.add_parser("du", parents=[common], help="add up the sizes of the objects below a prefix")
    du.add_argument("place", type=remote, metavar="sj://BUCKET/PREFIX", help="where to begin")
    du.add_argument("-d", "--depth", type=int, default=0, help="also print the sums of so many levels of prefixes")
    du.set_defaults(run=_du)

    find = commands.add_parser("find", parents=[common], help="print the objects that meet all conditions")
    find.add_argument("place", type=remote, metavar="sj://BUCKET/PREFIX", help="where to begin")
    add_conditions(find)
    find.set_defaults(run=_find)


def add_conditions(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose objects."""
    group = parser.add_argument_group("conditions")
    group.add_argument("--name", metavar="PATTERN", help='the part of the key after the last slash, such as "*.jpg"')
    group.add_argument("--older-than", type=duration, metavar="DURATION", help="stored so long ago, such as 30d")
    group.add_argument("--newer-than", type=duration, metavar="DURATION", help="stored within so long, such as 12h")
    group.add_argument("--larger-than", type=size, metavar="SIZE", help="has more bytes, such as 10MB")
    group.add_argument("--smaller-than", type=size, metavar="SIZE", help="has fewer bytes")


def has_conditions(options: argparse.Namespace) -> bool:
    """Report whether the options have a condition."""
    given = (options.name, options.older_than, options.newer_than, options.larger_than, options.smaller_than)
    return any(condition is not None for condition in given)


def meets_conditions(item: Object, options: argparse.Namespace) -> bool:
    """Report whether an object meets the conditions of the options."""
    age = datetime.now(timezone.utc) - (item.created or datetime.max.replace(tzinfo=timezone.utc))
    count = item.size or 0
    return (
        (options.name is None or fnmatch.fnmatchcase(item.key.rpartition("/")[2], options.name))
        and (options.older_than is None or age > options.older_than)
        and (options.newer_than is None or age < options.newer_than)
        and (options.larger_than is None or count > options.larger_than)
        and (options.smaller_than is None or count < options.smaller_than)
    )


def matching(project: Project, place: Remote) -> Iterator[Object]:
    """Yield all objects below a prefix, or those that match a pattern, or the one object of a key.

    A key with wildcards that an object has stands for that object.

    Raises:
        ObjectNotFoundError: Nothing matches the pattern.
    """
    if place.is_pattern and (item := _object_of(project, place)) is not None:
        yield item
        return
    found = False
    for item in project.list_objects(place.bucket, place.parent, recursive=True):
        if place.is_pattern:
            chosen = matches(item.key, place.key)
        else:
            chosen = item.key == place.key or (place.is_prefix and item.key.startswith(place.key))
        if chosen:
            found = True
            yield item
    if place.is_pattern and not found:
        raise ObjectNotFoundError(f"nothing matches {place}", bucket=place.bucket, key=place.key)


def _object_of(project: Project, place: Remote) -> Object | None:
    """Return the object that has the key of a place, or `None`."""
    try:
        return project.stat_object(place.bucket, place.key)
    except ObjectNotFoundError:
        return None


def _ls(options: argparse.Namespace) -> None:
    output, place = output_of(options), options.place
    with open_project(options) as project:
        if not place.bucket:
            _list_buckets(project, output)
        elif options.pending:
            _list_pending(project, place, output, recursive=options.recursive)
        else:
            _list_objects(project, place, output, recursive=options.recursive)


def _list_buckets(project: Project, output: Output) -> None:
    output.heading(f"{'CREATED':<21}NAME")
    for found in project.list_buckets():
        facts = {"bucket": found.name, "kind": "bucket", "created": found.created}
        output.show(f"{local_time(found.created):<21}{found.name}", facts)


def _list_objects(project: Project, place: Remote, output: Output, *, recursive: bool) -> None:
    output.heading(f"{'KIND':<5}{'CREATED':<21}{'SIZE':<12}KEY")
    if place.is_pattern:
        items = matching(project, place)
    else:
        items = iter(project.list_objects(place.bucket, place.key, recursive=recursive))
    for item in items:
        name = printable(item.key if place.is_pattern else item.key[len(place.parent) :])
        kind = "PRE" if item.is_prefix else "OBJ"
        count = "" if item.size is None else item.size
        output.show(f"{kind:<5}{local_time(item.created):<21}{count:<12}{name}", object_facts(place.bucket, item))


def _list_pending(project: Project, place: Remote, output: Output, *, recursive: bool) -> None:
    output.heading(f"{'KIND':<5}{'BEGUN':<21}{'UPLOAD ID':<12}KEY")
    for item in project.list_uploads(place.bucket, place.key, recursive=recursive):
        kind = "PRE" if item.is_prefix else "UPL"
        facts: dict[str, object] = {"bucket": place.bucket, "key": item.key, "kind": "prefix"}
        if not item.is_prefix:
            facts.update(kind="upload", upload_id=item.upload_id, created=item.created)
        shortened = item.upload_id[:10]
        output.show(f"{kind:<5}{local_time(item.created):<21}{shortened:<12}{printable(item.key)}", facts)


def _tree(options: argparse.Namespace) -> None:
    output, place = output_of(options), as_prefix(options.place)
    counts = Counter[str]()
    with open_project(options) as project:
        output.heading(str(place))
        _draw(project, place, output, "", counts)
    output.heading(f"\n{counts['prefixes']} prefixes, {counts['objects']} objects, {human_size(counts['bytes'])}")


def _draw(project: Project, place: Remote, output: Output, indent: str, counts: Counter[str]) -> None:
    """Print the objects of a prefix and, below each further prefix, its objects."""
    items = sorted(project.list_objects(place.bucket, place.key), key=lambda item: item.key)
    for item in items:
        last = item is items[-1]
        name = printable(item.key[len(place.key) :])
        suffix = "" if item.is_prefix else f"  {human_size(item.size or 0)}"
        output.show(f"{indent}{'└── ' if last else '├── '}{name}{suffix}", object_facts(place.bucket, item))
        counts["prefixes" if item.is_prefix else "objects"] += 1
        counts["bytes"] += item.size or 0
        if item.is_prefix:
            _draw(project, Remote(place.bucket, item.key), output, indent + ("    " if last else "│   "), counts)


def _du(options: argparse.Namespace) -> None:
    output, place = output_of(options), as_prefix(options.place)
    sizes, counts = Counter[str](), Counter[str]()
    with open_project(options) as project:
        for item in project.list_objects(place.bucket, place.key, recursive=True):
            for prefix in _levels(item.key, place.key, options.depth):
                sizes[prefix] += item.size or 0
                counts[prefix] += 1
    for prefix in [*sorted(prefix for prefix in counts if prefix != place.key), place.key]:
        facts = {"bucket": place.bucket, "prefix": prefix, "size": sizes[prefix], "objects": counts[prefix]}
        text = f"{human_size(sizes[prefix]):>12}  {counts[prefix]:>9} objects  "
        output.show(text + printable(str(Remote(place.bucket, prefix))), facts)


def _levels(key: str, prefix: str, depth: int) -> Iterator[str]:
    """Yield the prefixes that a key counts for: the given one, and so many levels below it."""
    yield prefix
    parts = key[len(prefix) :].split("/")[:-1][:depth]
    for number in range(1, len(parts) + 1):
        yield prefix + "/".join(parts[:number]) + "/"


def _find(options: argparse.Namespace) -> None:
    output, place = output_of(options), options.place
    with open_project(options) as project:
        for item in matching(project, place if place.is_pattern else as_prefix(place)):
            if meets_conditions(item, options):
                output.show(printable(f"{SCHEME}{place.bucket}/{item.key}"), object_facts(place.bucket, item))


def as_prefix(place: Remote) -> Remote:
    """Return the place of all that is below a prefix, whether its slash was given or not."""
    return place if place.is_prefix else Remote(place.bucket, place.key + "/")
