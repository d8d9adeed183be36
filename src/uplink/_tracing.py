"""Makes a span of OpenTelemetry of each call, if the program has turned that on."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from uplink._hide import hide_secrets

if TYPE_CHECKING:
    import weakref
    from collections.abc import Callable

    from opentelemetry.trace import Span, Tracer, TracerProvider

    from uplink._calls._call import Call
    from uplink._info import AccessInfo
    from uplink._stats import OperationStats

# A traceback of pytest ends at the public function.
__tracebackhide__ = True

# Makes the spans; `None` for no spans.
tracer: Tracer | None = None

# Whether the program has decided itself, by `instrument` or `uninstrument`.
_decided = False

# The steps of a stream, of which there are many. Its beginning and its end have spans.
_STEPS = frozenset({"read", "write"})
# Words of the names of calls that the names of spans leave out.
_LEFT_OUT = frozenset({"the", "of", "to"})


@cache
def _servers() -> weakref.WeakKeyDictionary[Callable[[], AccessInfo], dict[str, str | int]]:
    """Return the attributes for satellites, by the functions that inspect the grants of the projects."""
    import weakref  # noqa: PLC0415 - few programs need it

    return weakref.WeakKeyDictionary()


def turn_on(provider: TracerProvider | None) -> None:
    """Make spans from now on, by this provider or the one of the program."""
    global tracer, _decided
    from importlib.metadata import version  # noqa: PLC0415 - few programs need these

    from uplink._extras import extra  # noqa: PLC0415

    with extra("otel"):
        from opentelemetry import trace  # noqa: PLC0415

    tracer, _decided = trace.get_tracer("uplink", version("uplink-cffi"), provider), True


def turn_off() -> None:
    """Make no spans from now on."""
    global tracer, _decided
    tracer, _decided = None, True


def find_provider() -> None:
    """Make spans from now on if the program has a tracer provider, and has not decided otherwise."""
    if _decided or "opentelemetry.trace" not in sys.modules:
        return
    from opentelemetry import trace  # noqa: PLC0415 - another thread may not have finished it

    provider = trace.get_tracer_provider()
    disabled = os.environ.get("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS", "").split(",")
    if isinstance(provider, (trace.NoOpTracerProvider, trace.ProxyTracerProvider)) or "uplink" in map(
        str.strip, disabled
    ):
        return
    turn_on(provider)


def start_span(call: Call[Any]) -> Span | None:
    """Return a span for the call, which is a child of the current span, or `None` for no span."""
    if tracer is None or call.name in _STEPS:
        return None
    from opentelemetry.trace import SpanKind  # noqa: PLC0415 - few programs need it

    name = span_name(call.name)
    attributes: dict[str, str | int] = {"rpc.system.name": "storj", "rpc.method": name}
    if call.server is not None:
        attributes.update(_server(call.server))
    for attribute, value in (("bucket", call.bucket), ("key", call.key), ("prefix", call.prefix)):
        if value is not None:
            attributes[f"storj.{attribute}"] = hide_secrets(value)
    if call.target is not None:
        attributes["storj.target"] = hide_secrets("/".join(call.target))
    return tracer.start_span(name, kind=SpanKind.CLIENT, attributes=attributes)


def span_name(name: str) -> str:
    """Return the name of a call without what varies: `"put_object"` for "put the object"."""
    words = name.lower().replace("'s ", " ").split()
    return "_".join(word for word in words if word.isalpha() and word not in _LEFT_OUT)


def _server(inspect: Callable[[], AccessInfo]) -> dict[str, str | int]:
    """Return the attributes for the host and the port of a project's satellite. Not every address has a port."""
    found: dict[str, str | int] | None = _servers().get(inspect)
    if found is None:
        address = inspect().satellite_address.rpartition("@")[2]
        host, colon, port = address.rpartition(":")
        if colon and port.isdecimal():
            found = {"server.address": host.strip("[]"), "server.port": int(port)}
        else:
            found = {"server.address": address}
        _servers()[inspect] = found
    return found


def end_span(span: Span, counts: OperationStats, error: BaseException | None) -> None:
    """End a span, with what was counted and the error of the call."""
    from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415 - few programs need it

    for name in ("requests", "retries", "bytes_sent", "bytes_received", "waited"):
        span.set_attribute(f"storj.{name}", getattr(counts, name))
    if error is not None:
        kind = type(error)
        qualified = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        span.set_attribute("error.type", qualified)
        span.record_exception(error)
        span.set_status(Status(StatusCode.ERROR, hide_secrets(getattr(error, "message", None) or str(error))))
    span.end()
