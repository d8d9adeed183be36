"""Spans of OpenTelemetry."""

from __future__ import annotations

import dataclasses

import pytest

import uplink
import uplink.otel
from uplink import errors
from uplink._tracing import _server

pytest.importorskip("opentelemetry.sdk")

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode


@pytest.fixture
def provider():
    return TracerProvider()


@pytest.fixture
def spans(provider, monkeypatch):
    """Return the spans that have ended, and clear them."""
    monkeypatch.setattr("uplink._tracing.tracer", None)
    monkeypatch.setattr("uplink._tracing._decided", False)
    exporter = InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))

    def ended():
        found = exporter.get_finished_spans()
        exporter.clear()
        return found

    return ended


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("id@[::1]:7777", {"server.address": "::1", "server.port": 7777}),
        ("id@example.com", {"server.address": "example.com"}),
        ("id@example.com:", {"server.address": "example.com:"}),
    ],
)
async def test_addresses_of_satellites(access, address, expected):
    info = dataclasses.replace(access.inspect(), satellite_address=address)
    assert _server(lambda: info) == expected


async def test_a_span_for_each_call(project, bucket, spans, provider):
    uplink.otel.instrument(provider)
    await project.put(bucket, "key", b"hello")
    await project.copy_object(bucket, "key", bucket, "copy")
    put, copy = spans()
    assert (put.name, put.kind, put.status.status_code) == ("put_object", SpanKind.CLIENT, StatusCode.UNSET)
    host, _, port = project.access.satellite_address.rpartition("@")[2].rpartition(":")
    assert dict(put.attributes) == {
        "rpc.system.name": "storj",
        "rpc.method": "put_object",
        "server.address": host,
        "server.port": int(port),
        "storj.bucket": bucket,
        "storj.key": "key",
        "storj.requests": 1,
        "storj.retries": 0,
        "storj.bytes_sent": 5,
        "storj.bytes_received": 0,
        "storj.waited": put.attributes["storj.waited"],
    }
    assert put.instrumentation_scope.name == "uplink"
    assert put.instrumentation_scope.version == uplink.__version__
    assert copy.name == "copy_object"
    assert copy.attributes["storj.target"] == f"{bucket}/copy"


async def test_the_current_span_is_the_parent(project, bucket, spans, provider):
    uplink.otel.instrument(provider)
    with provider.get_tracer("test").start_as_current_span("outer") as outer:
        await project.put(bucket, "key", b"hello")
    put, _ = spans()
    assert put.parent.span_id == outer.get_span_context().span_id
    assert put.context.trace_id == outer.get_span_context().trace_id


async def test_steps_of_a_stream_have_no_spans(project, bucket, spans, provider):
    uplink.otel.instrument(provider)
    async with project.upload_object(bucket, "key") as upload:
        await upload.write(bytes(100_000))
    async with project.download_object(bucket, "key") as download:
        await download.read()
    assert [span.name for span in spans()] == ["begin_upload", "commit_upload", "open_download", "close_download"]


async def test_errors_are_recorded(project, bucket, spans, provider):
    uplink.otel.instrument(provider)
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, "missing")
    [span] = spans()
    assert span.status.status_code == StatusCode.ERROR
    assert span.status.description.startswith("no such object")
    assert span.attributes["error.type"] == "uplink.errors.ObjectNotFoundError"
    assert [event.name for event in span.events] == ["exception"]


async def test_the_page_ahead_of_a_listing_has_a_span(project, bucket, spans, provider):
    await project.put(bucket, "a", b"")
    await project.put(bucket, "b", b"")
    uplink.otel.instrument(provider)
    assert {item.key async for item in project.list_objects(bucket)} >= {"a", "b"}
    assert {span.name for span in spans()} == {"list_objects"}


async def test_the_page_ahead_of_a_listing_that_is_dropped_has_a_span(project, bucket, spans, provider, monkeypatch):
    monkeypatch.setattr("uplink._calls.listing.PAGE_SIZE", 1)
    monkeypatch.setattr("uplink._listing.PAGE_SIZE", 1)
    for key in ("a", "b", "c"):
        await project.put(bucket, key, b"")
    uplink.otel.instrument(provider)
    listing = project.list_objects(bucket)
    await anext(listing)
    assert listing._ahead is not None
    assert [span.name for span in spans()] == ["list_objects"]
    del listing
    [span] = spans()
    assert (span.name, span.status.status_code) == ("list_objects", StatusCode.UNSET)


async def test_a_key_that_is_a_grant_is_hidden(project, bucket, grant, spans, provider):
    uplink.otel.instrument(provider)
    with pytest.raises(errors.ObjectNotFoundError):
        await project.stat_object(bucket, grant)
    [span] = spans()
    assert span.attributes["storj.key"] == "<hidden>"
    assert grant not in span.to_json()


async def test_off_again(project, bucket, spans, provider):
    uplink.otel.instrument(provider)
    uplink.otel.uninstrument()
    await project.put(bucket, "key", b"hello")
    assert spans() == ()


@pytest.mark.parametrize("disabled", ["", "requests, uplink"])
async def test_a_program_with_a_provider_has_spans_by_itself(access, bucket, spans, provider, monkeypatch, disabled):
    monkeypatch.setenv("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS", disabled)
    monkeypatch.setattr("opentelemetry.trace._TRACER_PROVIDER", provider)
    async with uplink.aio.open_project(access) as project:
        await project.put(bucket, "key", b"hello")
    assert [span.name for span in spans()][:1] == ([] if disabled else ["put_object"])


async def test_a_program_without_a_provider_has_no_spans(access, bucket, spans, monkeypatch):
    monkeypatch.setattr("opentelemetry.trace._TRACER_PROVIDER", None)
    async with uplink.aio.open_project(access) as project:
        await project.put(bucket, "key", b"hello")
    assert uplink._tracing.tracer is None
    assert spans() == ()
