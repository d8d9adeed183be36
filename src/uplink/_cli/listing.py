"""The commands that list: `ls`, `tree`, `du` and `find`."""

from __future__ import annotations

import argparse
import fnmatch
import itertools
from collections import Counter
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from uplink._cli._output import Output, can_show, counted, object_facts, printable, shown_time
from uplink._cli._places import SCHEME, Remote, matches, remote
from uplink._cli._session import open_project, output_of
from uplink._cli._values import UsageError, duration, positive, size
from uplink._progress import human_size
from uplink.errors import ObjectNotFoundError, UplinkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from uplink import Object
    from uplink.project import Project


class _Item(Protocol):
    """An object, a prefix or a pending upload."""

    @property
    def key(self) -> str: ...
    @property
    def created(self) -> datetime | None: ...


_Listed = TypeVar("_Listed", bound=_Item)


def _by_key(item: _Item) -> str:
    return item.key


def _by_size(item: _Item) -> tuple[int, str]:
    return getattr(item, "size", None) or 0, item.key


def _by_created(item: _Item) -> tuple[float, str]:
    return item.created.timestamp() if item.created is not None else 0.0, item.key


_ORDERS: dict[str, Callable[[_Item], Any]] = {"key": _by_key, "size": _by_size, "created": _by_created}
# The lines of a tree by whether stdout can show them: of an item, of the last item, and beside the items below an item.
_LINES = {True: (("├── ", "└── "), "│   "), False: (("|-- ", "`-- "), "|   ")}
# So many are sorted without an option.
_FEW = 1000


def add(commands: Any, common: argparse.ArgumentParser) -> None:  # noqa: ANN401 - the type is private to argparse
    """Add the commands that list."""
    ls = commands.add_parser("ls", parents=[common], help="list buckets, or the objects below a prefix")
    ls.add_argument(
        "place", nargs="?", type=remote, default=Remote("", ""), metavar="sj://BUCKET/PREFIX", help="where to begin"
    )
    ls.add_argument("-r", "--recursive", action="store_true", help="list all objects, also those below a further slash")
    ls.add_argument("--pending", action="store_true", help="list uploads that were begun and not committed")
    ls.add_argument("-H", "--human", action="store_true", help="print sizes such as 1.5 MiB")
    ls.add_argument("-x", "--expanded", action="store_true", help="also print when objects expire, and metadata")
    ls.add_argument("--utc", action="store_true", help="print times in UTC")
    ls.add_argument(
        "--sort",
        choices=sorted(_ORDERS),
        help=f"the order; without it, up to {_FEW:,} are sorted by key, and more are printed as they come",
    )
    ls.add_argument("--reverse", action="store_true", help="with --sort: the last one first")
    ls.set_defaults(run=_ls)

    tree = commands.add_parser("tree", parents=[common], help="draw the objects below a prefix as a tree")
    tree.add_argument("place", type=remote, metavar="sj://BUCKET/PREFIX", help="where to begin")
    tree.set_defaults(run=_tree)

    du = commands.add_parser("du", parents=[common], help="add up the sizes of the objects below a prefix")
    du.add_argument("place", type=remote, metavar="sj://BUCKET/PREFIX", help="where to begin")
    du.add_argument("-H", "--human", action="store_true", help="print sizes such as 1.5 MiB, as du does without it")
    du.add_argument(
        "-d",
        "--depth",
        type=positive,
        default=0,
        metavar="LEVELS",
        help="also print the sums of so many levels of prefixes",
    )
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


def matching(project: Project, place: Remote, *, custom: bool = False, below: bool = False) -> Iterator[Object]:
    """Yield all objects below a prefix, or those that match a pattern, or the one object of a key.

    A key with wildcards that an object has stands for that object, and with `below` also one that a prefix has. A
    pattern that ends with a slash stands for all objects below the prefixes that match.

    Args:
        project: The project.
        place: The prefix, the pattern or the key.
        custom: Whether to request custom metadata.
        below: Whether a pattern also stands for all objects below the prefixes that match.

    Raises:
        ObjectNotFoundError: Nothing matches the pattern.
    """
    found = False
    if place.is_pattern:
        for item in _literal(project, place, custom=custom, below=below):
            found = True
            yield item
    if found:
        return
    patterns = [] if place.is_prefix else [place.key]
    if place.is_prefix or below:
        patterns.append(as_prefix(place).key + "**/*")
    for item in project.list_objects(place.bucket, place.parent, recursive=True, custom=custom):
        if place.is_pattern:
            chosen = any(matches(item.key, pattern) for pattern in patterns)
        else:
            chosen = item.key == place.key or (place.is_prefix and item.key.startswith(place.key))
        if chosen:
            found = True
            yield item
    if place.is_pattern and not found:
        raise ObjectNotFoundError(f"nothing matches {place}")


def _literal(project: Project, place: Remote, *, custom: bool, below: bool) -> Iterator[Object]:
    """Yield the object whose key is that of a place with wildcards, and with `below` the objects below that prefix.

    Otherwise `rm -r "sj://bucket/a[1]"` would remove what is below "a1/".
    """
    if not (below and place.is_prefix) and (item := _object_of(project, place)) is not None:
        yield item
    if below:
        yield from project.list_objects(place.bucket, as_prefix(place).key, recursive=True, custom=custom)


def objects_at(project: Project, place: Remote) -> Iterator[Remote]:
    """Yield the objects that a place stands for: those that match its pattern, or the one of its key.

    Raises:
        ObjectNotFoundError: Nothing matches the pattern.
    """
    if not place.is_pattern:
        yield place
        return
    # In the order of keys: satellites list by encrypted keys.
    for key in sorted(item.key for item in matching(project, place)):
        yield Remote(place.bucket, key)


def check_literal(place: Remote, command: str, *, found: bool) -> None:
    """Check that a place with wildcards was found where a command takes it as it is.

    Raises:
        ObjectNotFoundError: It was not.
    """
    if place.is_pattern and not found:
        raise ObjectNotFoundError(f"there is nothing at {place}; {command} takes no wildcards")


def nothing_below(project: Project, place: Remote, hint: str = "") -> ObjectNotFoundError:
    """Return the error about a prefix without objects, which says if an object has its name.

    Args:
        project: The project.
        place: The prefix.
        hint: The end of the message if no object has its name.
    """
    name = Remote(place.bucket, place.key.rstrip("/"))
    try:
        is_object = bool(name.key) and _object_of(project, name) is not None
    except UplinkError:  # the access may not read it
        is_object = False
    if is_object:
        hint = f"; {name} is an object, which rm, cp and mv take without --recursive"
    return ObjectNotFoundError(f"nothing is below {place}{hint}")


def _object_of(project: Project, place: Remote) -> Object | None:
    """Return the object that has the key of a place, or `None`."""
    try:
        return project.stat_object(place.bucket, place.key)
    except ObjectNotFoundError:
        return None


def _ls(options: argparse.Namespace) -> None:
    output, place = output_of(options), options.place
    if options.reverse and options.sort is None:
        raise UsageError("--reverse takes --sort")
    with open_project(options) as project:
        if not place.bucket:
            _list_buckets(project, output, options)
        elif options.pending:
            _list_pending(project, place, output, options)
        else:
            _list_objects(project, place, output, options)


def _ordered(items: Iterator[_Listed], options: argparse.Namespace) -> Iterator[_Listed]:
    """Yield what was listed in the order of the options.

    Satellites list by encrypted keys, so keys come in any order.
    """
    if options.sort is not None:
        yield from sorted(items, key=_ORDERS[options.sort], reverse=options.reverse)
        return
    first = list(itertools.islice(items, _FEW + 1))
    yield from sorted(first, key=_by_key) if len(first) <= _FEW else first
    yield from items


def _list_buckets(project: Project, output: Output, options: argparse.Namespace) -> None:
    output.columns(f"{'CREATED':<21}NAME")
    for found in project.list_buckets():
        facts = {"bucket": found.name, "kind": "bucket", "created": found.created}
        output.show(f"{shown_time(found.created, utc=options.utc):<21}{printable(found.name)}", facts)


def _list_objects(project: Project, place: Remote, output: Output, options: argparse.Namespace) -> None:
    columns = f"{'KIND':<5}{'CREATED':<21}{'SIZE':<12}"
    output.columns(columns + (f"{'EXPIRES':<21}{'METADATA':<9}" if options.expanded else "") + "KEY")
    if place.is_pattern:
        items = matching(project, place, custom=options.expanded)
    else:
        found = project.list_objects(place.bucket, place.key, recursive=options.recursive, custom=options.expanded)
        items = iter(found)
    for item in _ordered(items, options):
        name = printable(item.key if place.is_pattern else item.key[len(place.parent) :])
        output.show(_columns(item, options) + name, object_facts(place.bucket, item))


def _columns(item: Object, options: argparse.Namespace) -> str:
    """Return what `ls` prints of an object before its key."""
    kind = "PRE" if item.is_prefix else "OBJ"
    count = "" if item.size is None else human_size(item.size) if options.human else str(item.size)
    text = f"{kind:<5}{shown_time(item.created, utc=options.utc):<21}{count:<12}"
    if options.expanded:
        metadata = "" if item.is_prefix else "yes" if item.metadata else "no"
        text += f"{shown_time(item.expires, utc=options.utc):<21}{metadata:<9}"
    return text


def _list_pending(project: Project, place: Remote, output: Output, options: argparse.Namespace) -> None:
    output.columns(f"{'KIND':<5}{'BEGUN':<21}{'ID ENDS IN':<12}KEY")
    for item in _ordered(iter(project.list_uploads(place.bucket, place.key, recursive=options.recursive)), options):
        kind = "PRE" if item.is_prefix else "UPL"
        facts: dict[str, object] = {"bucket": place.bucket, "key": item.key, "kind": "prefix"}
        if not item.is_prefix:
            facts.update(kind="upload", upload_id=item.upload_id, created=item.created)
        # All IDs of a bucket begin with the same characters.
        begun, end = shown_time(item.created, utc=options.utc), item.upload_id[-10:]
        output.show(f"{kind:<5}{begun:<21}{end:<12}{printable(item.key)}", facts)


def _tree(options: argparse.Namespace) -> None:
    output, place = output_of(options), as_prefix(options.place)
    counts = Counter[str]()
    with open_project(options) as project:
        output.columns(printable(str(place)))
        _draw(project, place, output, "", counts)
        check_literal(place, "tree", found=bool(counts))
    prefixes = counted(counts["prefixes"], "prefix", "prefixes")
    objects = counted(counts["objects"], "object", "objects")
    output.heading(f"\n{prefixes}, {objects}, {human_size(counts['bytes'])}")


def _draw(project: Project, place: Remote, output: Output, indent: str, counts: Counter[str]) -> None:
    """Print the objects of a prefix and, below each further prefix, its objects."""
    items = sorted(project.list_objects(place.bucket, place.key), key=lambda item: item.key)
    for item in items:
        last = item is items[-1]
        name = printable(item.key[len(place.key) :])
        suffix = "" if item.is_prefix else f"  {human_size(item.size or 0)}"
        branch, line = _LINES[can_show(_LINES[True][0][0])]
        output.show(f"{indent}{branch[last]}{name}{suffix}", object_facts(place.bucket, item))
        counts["prefixes" if item.is_prefix else "objects"] += 1
        counts["bytes"] += item.size or 0
        if item.is_prefix:
            _draw(project, Remote(place.bucket, item.key), output, indent + ("    " if last else line), counts)


def _du(options: argparse.Namespace) -> None:
    output, place = output_of(options), options.place if options.place.is_pattern else as_prefix(options.place)
    sizes, counts = Counter[str](), Counter[str]()
    with open_project(options) as project:
        for item in matching(project, place, below=True):
            for prefix in _levels(item.key, place.parent, options.depth):
                sizes[prefix] += item.size or 0
                counts[prefix] += 1
    for prefix in [*sorted(prefix for prefix in counts if prefix != place.parent), place.parent]:
        shown = place.key if prefix == place.parent else prefix
        facts = {"bucket": place.bucket, "prefix": shown, "size": sizes[prefix], "objects": counts[prefix]}
        noun = "object" if counts[prefix] == 1 else "objects"
        text = f"{human_size(sizes[prefix]):>12}  {counts[prefix]:>9} {noun:<7}  "
        output.show(text + printable(str(Remote(place.bucket, shown))), facts)


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
