"""The fixtures of `uplink.testing`, in tests of a user."""

from __future__ import annotations

import os
import sys

import pytest

import uplink
from uplink.testing import (
    ACCESS_VARIABLE,
    LIMITS_VARIABLE,
    SIM_ACCESS_VARIABLE,
    SIM_API_KEY_VARIABLE,
    SIM_SATELLITE_VARIABLE,
    NetworkNotFoundError,
    find_network,
)
from uplink_localnet import LocalNetwork

VARIABLES = (ACCESS_VARIABLE, LIMITS_VARIABLE, SIM_ACCESS_VARIABLE, SIM_API_KEY_VARIABLE, SIM_SATELLITE_VARIABLE)


@pytest.fixture(autouse=True)
def no_other_network(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(pytester):
    """Run a user's tests in a new process."""

    def run(source, *arguments):
        pytester.makepyfile(source)
        return pytester.runpytest_subprocess("-rs", "-p", "no:cacheprovider", *arguments)

    return run


SYNC = """
    import pytest
    import uplink

    names = []

    def test_access(storj_access, storj_network):
        assert isinstance(storj_access, uplink.Access)
        assert storj_access.serialize() == storj_network.access_grant
        assert storj_access.satellite_address in storj_network.satellite_address

    @pytest.mark.parametrize("number", range(2))
    def test_bucket(storj_project, storj_bucket, number):
        assert not list(storj_project.list_objects(storj_bucket))
        storj_project.put(storj_bucket, "key", b"data")
        assert storj_project.get(storj_bucket, "key") == b"data"
        names.append(storj_bucket)

    def test_bucket_that_the_test_deletes(storj_project, storj_bucket):
        storj_project.delete_bucket(storj_bucket)

    def test_project_that_the_test_closes(storj_project, storj_bucket):
        names.append(storj_bucket)
        storj_project.close()

    def test_buckets_are_gone(storj_project):
        assert len(set(names)) == 3
        assert not set(names) & {bucket.name for bucket in storj_project.list_buckets()}
"""

FAULTS = """
    def test_faults(storj_faults, storj_project, storj_bucket):
        storj_faults.satellite(down=True)
        assert len(storj_faults.active()) == 1

    def test_undone(storj_faults):
        assert storj_faults.active() == []

    def test_own_key(storj_network):
        assert storj_network.api_key and storj_network.local.running
"""

AWAITED = """
    import pytest

    pytestmark = pytest.mark.asyncio

    async def test_bucket(aio_storj_project, aio_storj_bucket):
        await aio_storj_project.put(aio_storj_bucket, "key", b"data")
        assert await aio_storj_project.get(aio_storj_bucket, "key") == b"data"

    async def test_bucket_that_the_test_deletes(aio_storj_project, aio_storj_bucket):
        await aio_storj_project.delete_bucket(aio_storj_bucket)

    async def test_project_that_the_test_closes(aio_storj_project, aio_storj_bucket):
        await aio_storj_project.close()
"""


def test_on_a_local_network(run):
    run(SYNC).assert_outcomes(passed=6)


def test_faults_are_undone(run):
    run(FAULTS).assert_outcomes(passed=3)


@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_awaited(run, mode):
    run(AWAITED, "-o", f"asyncio_mode={mode}", "-o", "asyncio_default_fixture_loop_scope=function").assert_outcomes(
        passed=3
    )


def test_without_pytest_asyncio(run):
    run(SYNC, "-p", "no:asyncio").assert_outcomes(passed=6)


@pytest.fixture
def other():
    with LocalNetwork(nodes=5) as network:
        yield network


def test_on_another_network(run, other, monkeypatch):
    monkeypatch.setenv(ACCESS_VARIABLE, other.access_grant)
    result = run(SYNC + FAULTS)
    result.assert_outcomes(passed=6, skipped=3)
    result.stdout.fnmatch_lines(
        [
            "*needs faults, which only a local network has, and UPLINK_TEST_ACCESS names another network",
            "*needs an API key, and UPLINK_TEST_ACCESS names another network",
        ]
    )


def test_under_storj_sim(run, other, monkeypatch):
    for name, value in {
        SIM_SATELLITE_VARIABLE: other.satellite_address,
        SIM_API_KEY_VARIABLE: other.api_key,
        SIM_ACCESS_VARIABLE: other.access_grant,
    }.items():
        monkeypatch.setenv(name, value)
    source = """
    import os

    def test_known(storj_network):
        assert storj_network.api_key == os.environ["GATEWAY_0_API_KEY"]
        assert storj_network.satellite_address == os.environ["SATELLITE_0_URL"]
        assert "GATEWAY_0_ACCESS" in repr(storj_network)

    def test_faults(storj_faults):
        raise AssertionError
"""
    run(SYNC + source).assert_outcomes(passed=7, skipped=1)
    monkeypatch.delenv(SIM_ACCESS_VARIABLE)
    run(SYNC).assert_outcomes(passed=6)


def test_an_access_that_is_none(run, monkeypatch):
    monkeypatch.setenv(ACCESS_VARIABLE, "nonsense")
    result = run(SYNC)
    result.assert_outcomes(errors=6)
    result.stdout.fnmatch_lines(
        ["*the network of UPLINK_TEST_ACCESS cannot be tested on: this is not an access grant: *"]
    )


@pytest.mark.parametrize("missing", ["module", "program"])
def test_without_a_local_network(run, pytester, monkeypatch, missing):
    if missing == "module":
        pytester.makeconftest("import sys\nsys.modules['uplink_localnet'] = None")
    else:
        pytester.makeconftest(
            "import pathlib, sys, sysconfig\nimport uplink_localnet\n"
            "from uplink_localnet import _process\n"
            "def executable(): raise uplink_localnet.LocalNetworkError('install the distribution uplink-localnet')\n"
            "_process.executable = executable"
        )
    result = run(SYNC)
    result.assert_outcomes(errors=6)
    result.stdout.fnmatch_lines(["*install the distribution uplink-localnet*"])


def test_nothing_is_imported_before_it_is_needed(run):
    source = """
        import sys

        def test_start():
            loaded = {name.partition(".")[0] for name in sys.modules}
            assert "_uplink_cffi" in loaded
            assert not loaded & {"uplink", "uplink_localnet", "cffi", "_cffi_backend"}
    """
    run(source).assert_outcomes(passed=1)


def test_without_pytest():
    program = (
        "import sys\nfrom uplink.testing import find_network\n"
        "with find_network() as network:\n    print(network.source, 'pytest' in sys.modules)\n"
    )
    import subprocess

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=os.environ, text=True)
    assert done.stdout == "uplink-localnet False\n"


def test_limits_of_a_real_satellite(monkeypatch):
    with find_network() as network:
        assert "requests" not in network.local.limit()
    monkeypatch.setenv(LIMITS_VARIABLE, "storj")
    with find_network() as network, uplink.Access.parse(network.access_grant).open_project() as project:
        limits = {"requests": 100, "buckets": 100, "key_writes": 1, "metadata": 2048, "part_size": 5 * 1024**2}
        assert network.local.limit() == limits
        network.local.limit(requests=0)  # otherwise, creating the buckets takes a second
        for number in range(100):
            project.create_bucket(f"bucket-{number}")
        with pytest.raises(uplink.errors.BucketLimitExceededError):
            project.create_bucket("one-too-many")
        network.local.limit(buckets=0)
        project.create_bucket("one-more")
    monkeypatch.setenv(LIMITS_VARIABLE, "amazon")
    with pytest.raises(NetworkNotFoundError, match="storj, not 'amazon'"), find_network():
        pass


def test_a_traceback_ends_at_the_public_function(pytester, network, monkeypatch):
    monkeypatch.setenv("UPLINK_TEST_ACCESS", network.access_grant)
    pytester.makepyfile(
        """
        import asyncio
        import uplink

        def test_get(storj_project, storj_bucket):
            storj_project.get(storj_bucket, "missing")

        def test_share(storj_access):
            storj_access.share(uplink.Permission.full(), uplink.SharePrefix(""))

        def test_list(storj_project):
            list(storj_project.list_objects("no-such-bucket", 5))

        def test_write(storj_project, storj_bucket):
            storj_project.upload_object(storj_bucket, "key").write("text")

        def test_get_async(storj_access):
            async def main():
                async with uplink.aio.open_project(storj_access) as project:
                    await project.get("no-such-bucket", "missing")

            asyncio.run(main())

        def test_parse():
            uplink.Access.parse("nonsense")
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-W", "ignore", "--tb=short")
    result.assert_outcomes(failed=6)
    output = result.stdout.str()
    modules = ("_driver.py", "_calls", "_checks.py", "_values.py", "_secret.py")
    for hidden in (*modules, "in _run", "in _write", "in _read"):
        assert hidden not in output
    assert "_whole.py" in output
