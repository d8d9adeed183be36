"""Starting, stopping, freezing and killing a local network."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from uplink_localnet import LocalNetwork, LocalNetworkError

if TYPE_CHECKING:
    from collections.abc import Iterator


def alive(pid: int) -> bool:
    """Return whether a process runs. A process that has ended and was not reaped does not."""
    if sys.platform == "win32":  # there, signal 0 is Ctrl-C
        command = ["tasklist", "/fi", f"pid eq {pid}", "/nh", "/fo", "csv"]
        return f'"{pid}"' in subprocess.run(command, capture_output=True, text=True, check=True).stdout
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return not (status.exists() and re.search(r"^State:\s+Z", status.read_text(), re.MULTILINE))


def gone(pid: int, seconds: float = 5.0) -> bool:
    """Wait until a process has ended, and return whether it has."""
    deadline = time.monotonic() + seconds
    while alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def replies(network: LocalNetwork, seconds: float) -> bool:
    """Return whether the satellite takes part in a TLS handshake."""
    host, port = network.satellite_address.split("@")[1].rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=seconds) as connection:
        connection.settimeout(seconds)
        # The reply to a TLS record that makes no sense is an alert.
        connection.sendall(b"DRPC!!!1" + b"\x16\x03\x01\x00\x05hello")
        try:
            return connection.recv(1) != b""
        except TimeoutError:
            return False


@pytest.fixture
def network() -> Iterator[LocalNetwork]:
    """A network that runs."""
    with LocalNetwork() as running:
        yield running


def test_starts_and_stops() -> None:
    with LocalNetwork() as network:
        assert re.fullmatch(r"[0-9A-Za-z]{40,60}@127\.0\.0\.1:\d+", network.satellite_address)
        assert re.fullmatch(r"[0-9A-Za-z]{60,}", network.api_key)
        assert re.fullmatch(r"[0-9A-Za-z]{150,}", network.access_grant)
        assert str(network.pid) in repr(network)
        pid = network.pid
        assert alive(pid)
        assert replies(network, 5)
    assert not network.running
    assert gone(pid, 0)
    assert repr(network) == "<LocalNetwork not running>"


def test_ready_quickly(network: LocalNetwork) -> None:
    network.stop()
    fastest = float("inf")
    for _ in range(20):
        if fastest < 0.2:
            break
        # A loaded machine may be slow.
        begin = time.monotonic()
        network.start()
        fastest = min(fastest, time.monotonic() - begin)
        network.stop()
    assert fastest < 0.2  # the process needs 0.1 of it


def test_without_a_block() -> None:
    network = LocalNetwork(nodes=3)
    with pytest.raises(LocalNetworkError, match="not running"):
        _ = network.access_grant
    network.stop()
    assert network.start() is network
    with pytest.raises(LocalNetworkError, match="running already"):
        network.start()
    with network:
        pass
    assert not network.running
    network.stop()


def test_each_network_has_its_own_keys() -> None:
    with LocalNetwork() as first, LocalNetwork() as second:
        assert first.satellite_address != second.satellite_address
        assert first.api_key != second.api_key


def test_directory_keeps_it(tmp_path: Path) -> None:
    network = LocalNetwork(directory=tmp_path / "network", nodes=5, redundancy=(2, 3, 4, 4))
    with network:
        first = (network.satellite_address, network.api_key, network.access_grant)
    network.start()
    network.kill()
    assert not network.running
    with network:
        assert (network.satellite_address, network.api_key, network.access_grant) == first
        with pytest.raises(LocalNetworkError, match="in use by another process"):
            LocalNetwork(directory=tmp_path / "network").start()
    assert (tmp_path / "network").stat().st_mode & 0o077 == 0 or sys.platform == "win32"


def test_listens_at_the_given_address() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with LocalNetwork(listen=f"127.0.0.1:{port}") as network:
        assert network.satellite_address.endswith(f"@127.0.0.1:{port}")
        with pytest.raises(LocalNetworkError, match="cannot listen"):
            LocalNetwork(listen=f"127.0.0.1:{port}").start()


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (LocalNetwork(nodes=0), "--nodes must be between"),
        (LocalNetwork(redundancy=(4, 3, 2, 1)), "--redundancy 4/3/2/1"),
        (LocalNetwork(redundancy="nonsense"), "--redundancy nonsense"),
        (LocalNetwork(nodes=3, redundancy=(2, 3, 4, 5)), "needs 5 nodes"),
        (LocalNetwork(listen="nowhere"), "--listen"),
    ],
)
def test_the_error_has_the_reason(network: LocalNetwork, message: str) -> None:
    with pytest.raises(LocalNetworkError, match=re.escape(message)) as caught:
        network.start()
    assert message in caught.value.log
    assert not network.running


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot freeze processes")
def test_pause_and_resume(network: LocalNetwork) -> None:
    network.pause()
    assert not replies(network, 0.3)
    network.resume()
    assert replies(network, 5)
    network.pause()
    begin = time.monotonic()
    network.stop()
    assert time.monotonic() - begin < 2


def test_pause_without_signals(network: LocalNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "SIGSTOP", raising=False)
    with pytest.raises(LocalNetworkError, match="cannot be paused"):
        network.pause()


def test_kill(network: LocalNetwork) -> None:
    pid = network.pid
    network.kill()
    assert gone(pid, 0)
    with pytest.raises(LocalNetworkError, match="not running"):
        network.pause()
    network.kill()
    with network:
        assert replies(network, 5)


def test_removes_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    network = LocalNetwork().start()
    assert list(tmp_path.iterdir())
    network.stop()
    assert not list(tmp_path.iterdir())
    network.start()
    network.kill()
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="process ids are reused at once")
def test_does_not_outlive_its_parent() -> None:
    program = (
        "import os, signal, uplink_localnet\n"
        "network = uplink_localnet.LocalNetwork().start()\n"
        "print(network.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, text=True, timeout=30)
    assert done.returncode == -signal.SIGKILL
    assert gone(int(done.stdout))


def test_log(network: LocalNetwork) -> None:
    assert network.log == ""
    network.stop()
    assert network.log == ""


NEVER_STOPPED = """
import os, signal, sys
from uplink_localnet import LocalNetwork

network = LocalNetwork()
network.start()
print(network.pid)
"""


def test_a_network_that_was_never_stopped_removes_its_folder(tmp_path):
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", NEVER_STOPPED],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert result.stderr == ""
    assert list(tmp_path.iterdir()) == []
    assert not alive(int(result.stdout))


def test_a_folder_that_other_users_may_write_to(tmp_path):
    if sys.platform == "win32":
        pytest.skip("modes have no meaning on Windows")
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    with pytest.raises(LocalNetworkError, match=r"other users may write to .* \(its mode is 0777\)"):
        LocalNetwork(directory=tmp_path / "shared").start()
    assert list((tmp_path / "shared").iterdir()) == []


def test_a_damaged_folder(tmp_path):
    folder = tmp_path / "network"
    with LocalNetwork(directory=folder, nodes=1):
        pass
    database = folder / "metadata.db"
    database.write_bytes(database.read_bytes()[:20_000])
    with pytest.raises(LocalNetworkError, match=r"metadata\.db is damaged \(it has 20000 bytes instead of "):
        LocalNetwork(directory=folder).start()


FORKED = """
import os, sys
from uplink_localnet import LocalNetwork, LocalNetworkError

with LocalNetwork() as network:
    log = network._process.folder / "log"
    ending = sys.argv[1]
    if (child := os.fork()) == 0:
        if ending == "kill":
            network.kill()
        elif ending == "stop":
            network.stop()
        elif ending == "use":
            try:
                network.pause()
            except LocalNetworkError:
                with network as again:
                    assert again.running and again.pid == network.pid
            else:
                sys.exit("it was paused")
        sys.exit(0)  # so the block ends and the functions of atexit run
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert network.running
    assert log.exists()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.parametrize("ending", ["exit", "stop", "kill", "use"])
def test_a_forked_child_leaves_its_parents_network_alone(ending):
    command = [sys.executable, "-c", FORKED, ending]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGSTOP")
def test_a_paused_network_that_was_killed_can_be_stopped():
    network = LocalNetwork()
    network.start()
    network.pause()
    os.kill(network.pid, signal.SIGKILL)
    network.stop()
    assert not network.running
