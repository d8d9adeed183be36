"""URLs of the storage of Django: of another server, and links of the edge service."""

from __future__ import annotations

import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

import pytest
from django.core.files.base import ContentFile

from uplink import errors
from uplink.django import UplinkStaticFilesStorage, UplinkStorage


@pytest.fixture
def local(network):
    return network.local


@pytest.fixture
def service(local):
    """The options that name the edge service of the local network."""
    return {
        "auth_service": local.auth_service,
        "link_base_url": local.link_sharing,
        "certificate_pem": local.auth_certificate,
    }


def fetch(url):
    """Return the status and the body of a response."""
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b""


def test_the_url_of_another_server():
    for base_url in ("https://example.com/media", "https://example.com/media/"):
        storage = UplinkStorage("photos", base_url=base_url)
        assert storage.url("a b/c.txt") == "https://example.com/media/a%20b/c.txt"
    assert UplinkStorage("photos", base_url="/media/").url("a#b?c.txt") == "/media/a%23b%3Fc.txt"
    with pytest.raises(ValueError, match="without a name"):
        storage.url(None)


def test_a_link_opens_one_file(make, service):
    storage = make(links="file", **service)
    for name in ("a.txt", "b c.txt"):
        storage.save(name, ContentFile(name.encode()))
    first, second = storage.url("a.txt"), storage.url("b c.txt")
    assert fetch(first) == (200, b"a.txt")
    assert fetch(second) == (200, b"b c.txt")
    assert storage.url("a.txt") == first
    assert fetch(first.replace("/a.txt", "/b%20c.txt"))[0] == 403


def test_one_access_for_all_files(make, service, bucket):
    storage = make(UplinkStaticFilesStorage, links="storage", **service)
    for name in ("a.txt", "b/c.txt"):
        storage.save(name, ContentFile(name.encode()))
    storage.project.put(bucket, "elsewhere.txt", b"data")
    links = [storage.url(name) for name in ("a.txt", "b/c.txt")]
    assert [fetch(link)[1] for link in links] == [b"a.txt", b"b/c.txt"]
    assert links[0].replace("/a.txt", "/b/c.txt") == links[1]
    assert fetch(links[0].replace("/media/a.txt", "/elsewhere.txt"))[0] == 403


def test_a_link_is_renewed_when_half_of_its_time_is_over(make, service):
    storage = make(links="file", link_lifetime=timedelta(days=1), **service)
    first = storage.url("a.txt")
    assert storage.url("a.txt") == first
    [(place, (access_key_id, until))] = storage._links._kept.items()
    assert timedelta(hours=11) < until - datetime.now(timezone.utc) <= timedelta(hours=12)
    storage._links._kept[place] = (access_key_id, datetime.now(timezone.utc))
    assert storage.url("a.txt") != first


def test_the_oldest_links_are_forgotten(make, service, monkeypatch):
    monkeypatch.setattr("uplink._django.links._MOST", 2)
    storage = make(links="file", **service)
    first, second, third = (storage.url(name) for name in "abc")
    assert (storage.url("b"), storage.url("c")) == (second, third)
    assert storage.url("a") != first


def test_an_edge_service_that_cannot_be_reached(make, service):
    with pytest.raises(errors.EdgeUnreachableError):
        make(links="file", **{**service, "auth_service": "127.0.0.1:1"}).url("a.txt")
