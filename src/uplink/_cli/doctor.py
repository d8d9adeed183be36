"""`python -m uplink doctor`: report what is installed, whether it works, and how to fix what does not."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import platform
import re
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import uplink
from uplink import _ffi, errors
from uplink._access import ACCESS_VARIABLE
from uplink._calls._errors import UPLOAD_CONNECTIONS
from uplink._cli._output import Output
from uplink._cli._session import NoAccessError, chosen_access
from uplink._ffi import _loading
from uplink._secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

# Seconds that each request to the network may take.
PATIENCE = 10.0
# The port of a satellite whose address has none.
PORT = 7777
# Other distributions that install files into the same folders.
OTHERS = {
    "uplink": "an HTTP client of the same import name",
    "uplink-python": "the binding of 2021, which has the module uplink_python, too",
}


class Finding(NamedTuple):
    """One line of the report.

    Attributes:
        subject: The part that was examined; empty for a second line about the same part.
        text: What was found.
        advice: The remedy if something is wrong, else empty.
    """

    subject: str
    text: str
    advice: str = ""


def doctor(grant: Secret | None = None, output: Output | None = None, *, folder: str | None = None) -> bool:
    """Print each finding as soon as it is known, and return whether nothing is wrong.

    Args:
        grant: The access grant to try, which is never printed, or the name of a saved access;
            `None` for the access that other commands use, if any.
        output: Prints the findings; `None` to print them as text.
        folder: The folder of the saved accesses; `None` for the usual one.
    """
    output = output or Output(as_json=False)
    wrong = 0
    for finding in examine(grant, folder):
        wrong += bool(finding.advice)
        advice = f"\n{'':<15}! {finding.advice}" if finding.advice else ""
        facts = {name: text for name, text in finding._asdict().items() if text}
        output.show(f"{finding.subject:<17}{finding.text}{advice}", facts)
        sys.stdout.flush()
    output.heading("Nothing is wrong." if not wrong else f"Things that are wrong: {wrong}.")
    return not wrong


def examine(grant: Secret | None = None, folder: str | None = None) -> Iterator[Finding]:
    """Examine the installation, the process and, with an access, the satellite, and yield what is found.

    Args:
        grant: The access grant to try, or the name of a saved access; `None` for the access
            that other commands use, if any.
        folder: The folder of the saved accesses; `None` for the usual one.
    """
    yield from _versions()
    before = _descriptor_limit()
    try:
        boundary = _ffi.current()
    except (errors.LoadError, errors.ForkError) as error:
        yield Finding("libuplink", "cannot be loaded", str(error))
        yield _forks()
        return
    yield from _library(boundary)
    yield _descriptors(boundary, before)
    yield _forks()
    yield from _network(grant, folder)


# ---- This machine ----


def _versions() -> Iterator[Finding]:
    yield _distribution()
    yield Finding("Python", f"{platform.python_version()} ({platform.python_implementation()}, {sys.executable})")
    try:
        yield Finding("cffi", importlib.metadata.version("cffi"))
    except importlib.metadata.PackageNotFoundError:
        yield Finding("cffi", "not installed", f"{Path(sys.executable).name} -m pip install cffi")
    yield Finding("system", ", ".join(filter(None, (platform.platform(), platform.machine(), _loading.libc()))))


def _distribution() -> Finding:
    folder = Path(uplink.__file__).parent
    try:
        own = importlib.metadata.distribution("uplink-cffi")
    except importlib.metadata.PackageNotFoundError:
        return Finding("uplink-cffi", f"not installed, but imported from {folder}", _loading.REINSTALL)
    text = f"{own.version}, {folder}"
    for name, what in OTHERS.items():
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            return Finding(
                "uplink-cffi",
                f"{text}; {name} {importlib.metadata.version(name)}, {what}, is installed too",
                f"one overwrites files of the other: run 'pip uninstall {name}' and then "
                "'pip install --force-reinstall uplink-cffi'; a program that needs both needs two environments",
            )
    damaged = _damaged(own)
    if damaged:
        return Finding(
            "uplink-cffi",
            f"{text}; of its files, {len(damaged)} are missing or were replaced, such as {damaged[0]}",
            f"another distribution, such as {' or '.join(OTHERS)}, was installed or removed: {_loading.REINSTALL}",
        )
    return Finding("uplink-cffi", text)


def _damaged(distribution: importlib.metadata.Distribution) -> list[str]:
    """Return the files of the distribution that are missing or have another size than the installed ones."""
    damaged: list[str] = []
    for file in distribution.files or ():
        # Installers move scripts elsewhere. Bytecode has no recorded size.
        if file.size is None or ".." in file.parts:
            continue
        path = Path(str(file.locate()))
        if not path.is_file() or path.stat().st_size != file.size:
            damaged.append(str(file))
    return damaged


def _library(boundary: _ffi.Boundary) -> Iterator[Finding]:
    path = Path(_ffi.loading().path or "")
    yield Finding("libuplink", f"{path}, {path.stat().st_size:,} bytes")
    info = boundary.ffi.string(boundary.lib.uplink_internal_BuildInfo()).decode()
    linked = re.search(r"^dep\tstorj\.io/uplink\t(\S+)", info, flags=re.MULTILINE)
    go = re.search(r"^go\tgo(\S+)", info, flags=re.MULTILINE)
    yield Finding("", f"storj.io/uplink {linked[1] if linked else 'unknown'}, Go {go[1] if go else 'unknown'}")


def _descriptor_limit() -> tuple[int, int] | None:
    """Return the soft and the hard limit of descriptors, or `None` on Windows, which has none."""
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415 - not there on Windows

    return resource.getrlimit(resource.RLIMIT_NOFILE)


def _descriptors(boundary: _ffi.Boundary, before: tuple[int, int] | None) -> Finding:
    budget = boundary.lib.uplink_internal_ProcessBudget()
    text = f"{budget.connections:,} for transfers and {budget.calls:,} for calls, of all projects together"
    if before is not None:
        soft, hard = before
        raised = f", which Go raises to the hard limit {hard:,}" if soft < hard else ""
        text = f"limit {soft:,}{raised}: {text}"
    few = budget.connections < UPLOAD_CONNECTIONS
    return Finding("descriptors", text, "too few for an upload; raise the hard limit, with ulimit -n" if few else "")


def _forks() -> Finding:
    if not hasattr(os, "fork"):
        return Finding("forks", "this system has none")
    state = _ffi.loading()
    if state.forked:
        how = "a forked child of one that had loaded libuplink"
        how += ", with a copy of its own" if state.loaded else ", without a copy of its own"
    else:
        how = "not a forked child of one that had loaded libuplink"
    # A forbidden copy is not wrong: the user chose it.
    revival = "may load a copy of libuplink" if state.revival else "get a ForkError, as UPLINK_FORK_REVIVAL=0 says"
    return Finding("forks", f"forked children {revival}; this process is {how}")


# ---- The satellite ----


def _network(grant: Secret | None, folder: str | None) -> Iterator[Finding]:
    try:
        access = chosen_access(grant, folder)
    except NoAccessError:
        neither = f"neither --access GRANT nor {ACCESS_VARIABLE}, and no saved access in use"
        yield Finding("satellite", f"not asked: there is {neither}")
        return
    except errors.InvalidAccessError as error:
        yield Finding("access", "not an access grant", str(error))
        return
    info = access.inspect()
    yield Finding("access", f"for the satellite {info.satellite_address}")
    yield Finding("", _permission(info), info.why_refused((), None, None) or "")
    yield Finding("satellite", *_reach(access))


def _permission(info: uplink.AccessInfo) -> str:
    verbs = [verb for verb in ("download", "upload", "list", "delete") if getattr(info, f"allow_{verb}")]
    text = f"allows to {', '.join(verbs)}" if verbs else "allows nothing"
    if info.prefixes is not None:
        places = [f"{prefix.bucket}/{prefix.prefix}" for prefix in info.prefixes]
        text += f" in {', '.join(places) or 'no place'}"
    if info.not_before is not None:
        text += f", from {info.not_before}"
    return text if info.not_after is None else f"{text}, until {info.not_after}"


def _reach(access: uplink.Access) -> tuple[str, str]:
    """Resolve the satellite's name, connect, then call it over TLS; return the first failure, or the times."""
    address = urlsplit(f"//{access.satellite_address}")
    host, port = address.hostname or "", address.port or PORT
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return (
            f"the name {host!r} cannot be resolved: {error}",
            "see that this machine is online, and that its DNS works",
        )
    try:
        socket.create_connection((host, port), PATIENCE).close()
    except ConnectionRefusedError:
        return (
            f"{host}:{port} refuses connections",
            "nothing listens there: is the satellite running, and is the port open in firewalls?",
        )
    except TimeoutError:
        return f"{host}:{port} does not answer within {PATIENCE:g} s", "let firewalls pass TCP to that port"
    except OSError as error:
        return f"{host}:{port} cannot be reached: {error}", "see that this machine is online, and firewalls let it pass"
    return _ask(access)


def _ask(access: uplink.Access) -> tuple[str, str]:
    with access.open_project(config=uplink.Config(retry=uplink.Retry(attempts=1))) as project:
        times: list[float] = []
        try:
            for _ in range(2):
                start = time.monotonic()
                next(iter(project.list_buckets(timeout=PATIENCE)), None)
                times.append(time.monotonic() - start)
        except errors.UplinkError as error:
            return _refusal(error)
    first, second = (f"{seconds * 1000:.0f} ms" for seconds in times)
    return f"it lists the buckets in {first}, and over the open connection in {second}", ""


def _refusal(error: errors.UplinkError) -> tuple[str, str]:
    reason = error.native_message or error.message
    if isinstance(error, errors.UnauthenticatedError):
        return f"it does not know the API key: {reason}", "make a new access grant in the satellite's console"
    if isinstance(error, errors.PermissionDeniedError):
        return (
            f"it answers, but does not let this access list buckets: {reason}",
            "the access was revoked, or has expired, or was never meant to list; see what it was made for",
        )
    if isinstance(error, errors.DeadlineExceededError):
        return (
            f"it takes connections, but does not answer within {PATIENCE:g} s",
            "something between here and there may swallow the data, as a proxy does; or the satellite is overloaded",
        )
    if isinstance(error, errors.ConnectionFailedError) and re.search(r"\btls|\bx509\b", reason):
        return (
            f"TLS fails: {reason}",
            "what answers there is not the satellite of this grant, but a proxy, another satellite or another program",
        )
    return f"{type(error).__name__}: {reason}", "try again later; if it stays, tell the satellite's operator"
