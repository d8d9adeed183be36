"""The transport of smart_open."""

from __future__ import annotations

import gzip
import io

import pytest
import smart_open

import uplink.smart_open as transport
from uplink.errors import ChecksumMismatchError, InvalidAccessError, ObjectNotFoundError


@pytest.fixture
def params(access):
    return {"access": access}


@pytest.mark.parametrize("scheme", ["sj", "storj"])
def test_bytes_text_and_compression(storj_project, storj_bucket, params, scheme):
    def url(key):
        return f"{scheme}://{storj_bucket}/{key}"

    with smart_open.open(url("a/b.bin"), "wb", transport_params={**params, "metadata": {"camera": "x100"}}) as file:
        file.write(bytes(range(256)))
    assert storj_project.get(storj_bucket, "a/b.bin") == bytes(range(256))
    assert storj_project.stat_object(storj_bucket, "a/b.bin").metadata == {"camera": "x100"}
    with smart_open.open(url("a/b.bin"), "rb", transport_params=params) as file:
        file.seek(-2, io.SEEK_END)
        assert file.read() == b"\xfe\xff"
    with smart_open.open(url("text.gz"), "w", encoding="utf-8", transport_params=params) as file:
        file.write("grüße\n" * 1000)
    assert gzip.decompress(storj_project.get(storj_bucket, "text.gz")).decode() == "grüße\n" * 1000
    with smart_open.open(url("text.gz"), encoding="utf-8", transport_params=params) as file:
        assert list(file) == ["grüße\n"] * 1000


@pytest.mark.parametrize("key", ["key", "key.gz"])
@pytest.mark.parametrize("mode", ["w", "wb"])
def test_an_exception_aborts_what_was_written(storj_project, storj_bucket, params, key, mode):
    url = f"sj://{storj_bucket}/{key}"
    with pytest.raises(ZeroDivisionError), smart_open.open(url, mode, transport_params=params) as file:
        file.write("data" if mode == "w" else b"data")
        raise ZeroDivisionError
    assert not storj_project.exists(storj_bucket, key)


def test_what_is_refused(storj_bucket, params, monkeypatch):
    monkeypatch.delenv("UPLINK_ACCESS", raising=False)
    monkeypatch.delenv("UPLINK_ACCESS_FILE", raising=False)
    with pytest.raises(ObjectNotFoundError):
        smart_open.open(f"sj://{storj_bucket}/nothing", transport_params=params)
    with pytest.raises(io.UnsupportedOperation):
        smart_open.open(f"sj://{storj_bucket}/key", "ab", transport_params=params)
    with pytest.raises(InvalidAccessError):
        smart_open.open(f"sj://{storj_bucket}/key")
    with pytest.raises(TypeError):
        smart_open.open(f"sj://{storj_bucket}/key", "wb", transport_params={**params, "no_such": 1})


def test_a_uri_is_a_scheme_and_a_path():
    assert transport.parse_uri("sj://photos/a/b.jpg") == {"scheme": "sj", "path": "photos/a/b.jpg"}
    assert all(transport.parse_uri(example)["scheme"] in transport.SCHEMES for example in transport.URI_EXAMPLES)


def test_checksums(storj_project, storj_bucket, params):
    url = f"sj://{storj_bucket}/key"
    with smart_open.open(url, "wb", transport_params={**params, "checksum": "sha256"}) as file:
        file.write(b"meow")
    assert storj_project.get(storj_bucket, "key", verify=True) == b"meow"
    with smart_open.open(url, "rb", transport_params={**params, "verify": True}) as file:
        assert file.read() == b"meow"
    storj_project.put(storj_bucket, "key", b"meow", metadata={"sha256": 64 * "0"})
    with (
        smart_open.open(url, "rb", transport_params={**params, "verify": True}) as file,
        pytest.raises(ChecksumMismatchError),
    ):
        file.read()
