"""Accesses from a passphrase, and configurations."""

from __future__ import annotations

import pytest

from uplink_python.errors import InvalidArgumentError
from uplink_python.module_classes import (
    Config,
)
from uplink_python.uplink import Uplink

# ---- Configurations ----


@pytest.mark.parametrize(
    "config",
    [
        None,
        Config(),
        Config(user_agent="test/1.0", dial_timeout_milliseconds=5000, temp_directory="/tmp"),
        Config("test/1.0", -1),
    ],
)
def test_configurations(network, config):
    access = Uplink().config_request_access_with_passphrase(
        config, network.satellite_address, network.api_key, "you'll never guess this"
    )
    project = access.config_open_project(config)
    assert isinstance(project.list_buckets(), list)
    project.close()


def test_wrong_configurations(access):
    for config in (Config(user_agent="a\0b"), Config(dial_timeout_milliseconds=2**40)):
        with pytest.raises(InvalidArgumentError):
            access.config_open_project(config)


def test_configurations_become_those_of_uplink():
    assert Config("test/1.0", 5000).get_structure().dial_timeout == 5.0
    assert Config("test/1.0", 5000).get_structure().user_agent == "test/1.0"
    assert Config().get_structure().dial_timeout == 10.0
    assert Config("", -1).get_structure().dial_timeout > 86400


def test_the_same_passphrase_gives_the_same_access(network):
    request = Uplink().request_access_with_passphrase
    first, second, other = (
        request(network.satellite_address, network.api_key, passphrase) for passphrase in ("one", "one", "two")
    )
    assert first.serialize() == second.serialize()
    assert first.serialize() != other.serialize()
