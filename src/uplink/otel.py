"""Spans of OpenTelemetry for calls. It needs `uplink-cffi[otel]`.

If the program has set a tracer provider before it uses its first project, calls have spans by
themselves. `OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=uplink` prevents that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uplink import _tracing

if TYPE_CHECKING:
    from opentelemetry.trace import TracerProvider

__all__ = ["instrument", "uninstrument"]


def instrument(tracer_provider: TracerProvider | None = None) -> None:
    """Make a span for each call from now on, whatever the environment says.

    A program needs this only if it sets its tracer provider after it has used a project, or wants
    another provider for these spans.

    Args:
        tracer_provider: What makes the spans; `None` for the provider of the program, also if it is
            set later.

    Raises:
        ImportError: `opentelemetry-api` is not installed.

    Example:
        ```python
        import uplink.otel

        uplink.otel.instrument()
        ```
    """
    _tracing.turn_on(tracer_provider)


def uninstrument() -> None:
    """Make no spans from now on.

    Example:
        ```python
        import uplink.otel

        uplink.otel.uninstrument()
        ```
    """
    _tracing.turn_off()
