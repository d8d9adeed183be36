"""The output of `python -m uplink doctor`, without problems and with real problems."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta, timezone
from importlib import metadata
from pathlib import Path

import pytest

import uplink
from uplink import _ffi, errors
from uplink._cli import doctor
from uplink._cli import main as uplink_cli
from uplink._secret import Secret
from uplink_localnet import LocalNetwork

ROOT = Path(__file__).resolve().parents[2]
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")


def run(*words, grant=None, limit=None, **environment):
    """Run the doctor, and return its exit status and what it prints."""
    variables = {name: value for name, value in os.environ.items() if name != "UPLINK_ACCESS"}
    variables.update(XDG_CONFIG_HOME=os.devnull, APPDATA=os.devnull, HOME=os.devnull)  # without saved accesses
    if grant is not None:
        variables["UPLINK_ACCESS"] = grant
    command = [sys.executable, "-m", "uplink", "doctor", *words]
    if limit is not None:
        command = ["/bin/sh", "-c", f'ulimit -n {limit} && exec "$@"', "sh", *command]
    result = subprocess.run(
        command, env={**variables, **environment}, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.stderr == ""
    return result.returncode, result.stdout


def found(grant, subject):
    """Return the only finding about a subject."""
    secret = None if grant is None else Secret(grant)
    [finding] = [finding for finding in doctor.examine(secret) if finding.subject == subject]
    return finding


def test_a_whole_installation(grant):
    status, printed = run(grant=grant)
    assert status == 0, printed
    assert printed.endswith("Nothing is wrong.\n")
    lines = dict(re.findall(r"^(\S+) +(.+)$", printed, flags=re.MULTILINE))
    assert lines["uplink-cffi"].startswith(f"{metadata.version('uplink-cffi')}, {Path(uplink.__file__).parent}")
    assert lines["Python"] == f"{platform.python_version()} (CPython, {sys.executable})"
    assert lines["cffi"] == metadata.version("cffi")
    _ffi.current()
    library = Path(_ffi.loading().path)
    assert lines["libuplink"] == f"{library}, {library.stat().st_size:,} bytes"
    forks = "this process is not a forked child" if hasattr(os, "fork") else "this system has none"
    assert forks in lines["forks"]
    assert lines["access"] == f"for the satellite {uplink.Access.parse(grant).satellite_address}"
    assert re.fullmatch(r"it lists the buckets in \d+ ms, and over the open connection in \d+ ms", lines["satellite"])


@pytest.mark.source_tree
def test_the_linked_versions_are_those_of_the_module():
    required = re.search(r"storj\.io/uplink (v\S+)", (ROOT / "go/go.mod").read_text(encoding="utf-8"))
    _, printed = run()
    linked = re.search(r"^ +storj\.io/uplink (\S+), Go (\S+)$", printed, flags=re.MULTILINE)
    assert linked
    assert linked[1] == required[1]
    assert re.fullmatch(r"1\.\d+(\.\d+|rc\d+)?", linked[2])


def test_secrets_are_not_printed(grant, unreachable):
    for secret in (grant, unreachable.serialize(), grant[:-5], "x" + grant):
        for words, variable in ((["--access", secret], None), ([], secret)):
            _, printed = run(*words, grant=variable)
            assert "access" in printed
            assert secret not in printed
            assert secret[10:60] not in printed


def test_an_empty_access_is_a_mistake(grant):
    status, printed = run("--access", "", grant=grant)
    assert status == 1
    assert "not an access grant" in printed


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot replace a process")
def test_a_reader_that_closes_the_pipe():
    # The doctor prints line by line, and there is no reader for the second line.
    program = "reader, writer = os.pipe(); os.close(reader); os.dup2(writer, 1); os.execv(sys.executable, sys.argv[1:])"
    command = [sys.executable, "-c", f"import os, sys; {program}", sys.executable, "-m", "uplink", "doctor"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stderr) == (1, "")


def test_without_an_access():
    status, printed = run()
    assert status == 0
    assert "not asked: there is neither --access GRANT nor UPLINK_ACCESS" in printed


def test_no_grant():
    status, printed = run("--access", "nonsense")
    assert status == 1
    assert (
        "access           not an access grant\n               ! 'nonsense' is no grant, and no name of an access"
        in printed
    )
    assert printed.endswith("Things that are wrong: 1.\n")


def test_saved_accesses(grant, tmp_path):
    uplink_cli(["access", "import", "main", grant, "--config-dir", str(tmp_path)])
    satellite = f"for the satellite {uplink.Access.parse(grant).satellite_address}\n"
    for words, variable in (([], None), (["--access", "main"], None), ([], "main")):
        status, printed = run(*words, "--config-dir", str(tmp_path), grant=variable)
        assert (status, satellite in printed) == (0, True), printed


def test_what_an_access_allows(access):
    hour = timedelta(hours=1)
    now = datetime.now(timezone.utc).replace(microsecond=0)
    narrow = uplink.Permission.read_only(not_after=now + hour)
    status, printed = run(grant=access.share(narrow, uplink.SharePrefix("photos", "2026/")).serialize())
    assert status == 0
    assert f"allows to download, list in photos/2026/, until {now + hour}\n" in printed
    status, printed = run(grant=access.share(uplink.Permission.full(not_before=now + hour)).serialize())
    assert status == 1
    assert f"allows to download, upload, list, delete, from {now + hour}\n" in printed
    assert f"! the access is not valid before {now + hour}\n" in printed


def test_the_transcript_in_the_docs_has_what_the_doctor_prints(grant):
    page = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
    [shown] = re.findall(r"^\$ uplink-py doctor\n(.*?)^```$", page, flags=re.DOTALL | re.MULTILINE)
    subjects = r"^(?!Nothing|Things)(\S+) "
    _, printed = run(grant=grant)
    assert re.findall(subjects, shown, flags=re.MULTILINE) == re.findall(subjects, printed, flags=re.MULTILINE)


# ---- The installation ----


@pytest.fixture
def site(tmp_path):
    """A folder with the files of this distribution as pip installs them."""
    for package in ("uplink", "uplink_python", "_uplink_cffi"):
        source = Path(__import__(package).__file__).parent
        shutil.copytree(source, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    lines = [f"{path.relative_to(tmp_path)},,{path.stat().st_size}" for path in tmp_path.rglob("*") if path.is_file()]
    # pip also records a script, and bytecode, which may be deleted.
    lines += [
        "../../../bin/uplink-py,,200",
        "uplink/__pycache__/errors.cpython-310.pyc,,",
        "uplink_cffi.dist-info/RECORD,,",
    ]
    describe(tmp_path, "uplink-cffi", lines)
    return tmp_path


def describe(folder, name, files):
    about = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (about / "RECORD").write_text("\n".join(files), encoding="utf-8")


def test_an_installation_with_all_its_files(site):
    status, printed = run(PYTHONPATH=str(site))
    assert (status, printed.splitlines()[0]) == (0, f"uplink-cffi      1.0, {site / 'uplink'}")


def test_beside_the_older_binding(site):
    describe(site, "uplink-python", [])
    status, printed = run(PYTHONPATH=str(site))
    assert status == 1
    assert "; uplink-python 1.0, the binding of 2021, which has the module uplink_python, too, is installed" in printed
    assert "run 'pip uninstall uplink-python' and then 'pip install --force-reinstall uplink-cffi'" in printed


def test_after_the_older_binding_was_installed_or_removed(site):
    (site / "uplink_python/access.py").write_text("# another distribution's", encoding="utf-8")
    (site / "uplink_python/__init__.py").unlink()
    status, printed = run(PYTHONPATH=str(site))
    assert status == 1
    assert re.search(
        r"of its files, 2 are missing or were replaced, such as uplink_python\W\w+\.py$", printed, re.MULTILINE
    )
    assert "another distribution, such as uplink or uplink-python, was installed or removed: " in printed
    assert "pip install --force-reinstall uplink-cffi" in printed


# ---- The satellite ----


ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def checksum(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()[:4]


def with_address(grant, address):
    """Return a grant with another address, which is the first field of the data in base58 with a checksum."""
    number = 0
    for character in grant:
        number = number * 58 + ALPHABET.index(character)
    # The data begins with a version byte, which is 0, and ends with a checksum of four bytes.
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")[:-4]
    assert data[0] == 0x0A
    rest = data[2 + data[1] :]
    changed = b"\0\x0a" + bytes([len(address)]) + address.encode() + rest
    number, text = int.from_bytes(changed + checksum(changed), "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" + text


def serving(port, reply):
    """Listen at a port, and call a function with each connection."""
    server = socket.create_server(("127.0.0.1", port), reuse_port=hasattr(socket, "SO_REUSEPORT"))

    def serve():
        with contextlib.suppress(OSError):  # the socket was shut down, or the other end is gone
            while True:
                connection, _ = server.accept()
                threading.Thread(target=handle, args=(connection,), daemon=True).start()

    def handle(connection):
        with connection, contextlib.suppress(OSError):
            reply(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return server, thread


@pytest.fixture
def listener(unreachable):
    """A function that starts another server at the address of a satellite that has stopped."""
    port = int(unreachable.satellite_address.rpartition(":")[2])
    with contextlib.ExitStack() as stack:

        def listen(reply):
            server, thread = serving(port, reply)
            stack.callback(thread.join, 10)
            stack.callback(server.close)
            stack.callback(server.shutdown, socket.SHUT_RDWR)

        yield listen


def test_nobody_listens(unreachable):
    finding = found(unreachable.serialize(), "satellite")
    assert finding.text == f"{unreachable.satellite_address.rpartition('@')[2]} refuses connections"
    assert "is the satellite running" in finding.advice


def test_another_satellite_listens(unreachable, listener, own_network):
    other = ("127.0.0.1", int(own_network.satellite_address.rpartition(":")[2]))

    def forward(connection):
        with socket.create_connection(other) as onward:
            back = threading.Thread(target=pump, args=(onward, connection), daemon=True)
            back.start()
            pump(connection, onward)
            back.join(10)

    listener(forward)
    finding = found(unreachable.serialize(), "satellite")
    assert finding.text.startswith("TLS fails: ")
    assert "peer ID did not match" in finding.text
    assert "another satellite" in finding.advice


def pump(source, target):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def test_a_web_server_listens(unreachable, listener):
    def reply(connection):
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        connection.recv(1000)

    listener(reply)
    finding = found(unreachable.serialize(), "satellite")
    assert finding.text.startswith("TLS fails: ")
    assert "a proxy" in finding.advice


def test_a_server_that_never_answers(unreachable, listener, monkeypatch):
    monkeypatch.setattr(doctor, "PATIENCE", 1.0)
    over = threading.Event()
    listener(lambda _: over.wait(30))
    finding = found(unreachable.serialize(), "satellite")
    over.set()
    assert finding.text == "it takes connections, but does not answer within 1 s"


def test_a_name_that_is_none(grant):
    node_id = uplink.Access.parse(grant).satellite_address.partition("@")[0]
    finding = found(with_address(grant, f"{node_id}@no-such-host.invalid:7777"), "satellite")
    assert finding.text.startswith("the name 'no-such-host.invalid' cannot be resolved: ")
    assert "DNS" in finding.advice


def until_revoked(access):
    """Wait until a revocation is in effect, which takes some minutes on a network that is not local."""
    with access.open_project() as project, contextlib.suppress(errors.PermissionDeniedError):
        for _ in range(150):
            list(project.list_buckets())
            time.sleep(1)
        pytest.fail("the revocation is not known after 150 s")


def test_a_revoked_access(access, network):
    shared = access.share(uplink.Permission.read_only())
    with access.open_project() as project:
        project.revoke_access(shared)
    until_revoked(shared)
    status, printed = run(grant=shared.serialize())
    assert status == 1
    assert "it answers, but does not let this access list buckets: permission denied" in printed
    assert "! the access was revoked, or has expired" in printed


def test_an_api_key_of_another_satellite(own_network):
    with LocalNetwork() as other:
        strange = with_address(other.access_grant, own_network.satellite_address)
        finding = found(strange, "satellite")
    assert finding.text.startswith(("it does not know the API key", "it answers, but does not let"))
    assert finding.advice


# ---- The process ----


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit")
def test_the_limit_of_descriptors():
    status, printed = run(limit=1000)
    assert status == 0
    assert "limit 1,000: 500 for transfers and 125 for calls" in printed
    status, printed = run(limit="1000 && ulimit -Sn 900")
    assert "limit 900, which Go raises to the hard limit 1,000: " in printed
    status, printed = run(limit=100)
    assert status == 1
    assert "! too few for an upload; raise the hard limit, with ulimit -n" in printed


@needs_fork
def test_revival_is_forbidden():
    status, printed = run(UPLINK_FORK_REVIVAL="0")
    assert status == 0
    assert "forked children get a ForkError, as UPLINK_FORK_REVIVAL=0 says" in printed


FORKED = """
import os
from uplink import _ffi
from uplink._cli.doctor import doctor
_ffi.current()
if os.fork() == 0:
    status = 0 if doctor() else 1
    os._exit(status)
raise SystemExit(os.waitstatus_to_exitcode(os.wait()[1]))
"""


@needs_fork
@pytest.mark.parametrize(
    ("revival", "expected"),
    [
        ("1", "this process is a forked child of one that had loaded libuplink, with a copy of its own"),
        ("0", "this process is a forked child of one that had loaded libuplink, without a copy of its own"),
    ],
)
def test_in_a_forked_child(revival, expected):
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKED],
        env={**os.environ, "UPLINK_FORK_REVIVAL": revival},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert expected in result.stdout, result.stderr
    assert (result.returncode == 0) == (revival == "1")
    assert ("UPLINK_FORK_REVIVAL=0 forbids" in result.stdout) == (revival == "0")
