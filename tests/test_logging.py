"""Logging without its import, in threads and forked children, under gevent, and never with a secret."""

from __future__ import annotations

import inspect
import logging
import os
import threading

import pytest

import uplink
import uplink.otel
from uplink import errors

START = """
import sys, uplink
project = uplink.Access.from_env().open_project()
project.ensure_bucket("logging")
"""


def test_a_program_that_does_not_log_does_not_import_logging(python, grant):
    program = (
        START
        + """
project.close()
print(sorted({"logging", "opentelemetry"} & set(sys.modules)))
"""
    )
    assert python(program, UPLINK_ACCESS=grant) == "[]\n"


def test_a_program_may_import_logging_later(python, grant):
    program = (
        START
        + """
import logging
logging.basicConfig(level=logging.DEBUG, format="%(name)s %(levelname)s %(message)s", stream=sys.stdout)
project.stat_bucket("logging")
project.close()
"""
    )
    first, last = python(program, UPLINK_ACCESS=grant).splitlines()
    assert first.startswith("uplink DEBUG stat the bucket logging: ")
    assert last.startswith("uplink DEBUG close the project: ")


def test_a_forked_child_logs(python, grant):
    if not hasattr(os, "fork"):
        pytest.skip("needs os.fork")
    program = (
        START
        + """
import logging, os, warnings
warnings.simplefilter("ignore", DeprecationWarning)
logging.basicConfig(level=logging.DEBUG, format="%(process)d %(message)s", stream=sys.stdout)
child = os.fork()
if child:
    os.waitpid(child, 0)
project.stat_bucket("logging")
project.close()
"""
    )
    lines = python(program, UPLINK_ACCESS=grant).splitlines()
    assert [line.split(None, 1)[1].partition(":")[0] for line in lines] == 2 * [
        "stat the bucket logging",
        "close the project",
    ]
    assert len({line.split()[0] for line in lines}) == 2


def test_greenlets_log(python, grant):
    pytest.importorskip("gevent")
    program = (
        """
from gevent import monkey
monkey.patch_all()
"""
        + START
        + """
import logging, gevent
logging.basicConfig(level=logging.DEBUG, format="%(message)s", stream=sys.stdout)
gevent.joinall([gevent.spawn(project.put, "logging", str(number), b"data") for number in range(3)], raise_error=True)
logging.disable()
project.delete_bucket("logging", with_objects=True)
project.close()
"""
    )
    lines = python(program, UPLINK_ACCESS=grant).splitlines()
    assert sorted(line.partition(":")[0] for line in lines) == [f"put the object logging/{n}" for n in range(3)]


def test_a_thread_logs_while_its_call_waits(own_network, caplog):
    """A thread that is not the main one waits natively without slices, unless somebody listens."""
    access = uplink.Access.parse(own_network.access_grant)
    config = uplink.Config(stall_timeout=0.5)
    with access.open_project(config=config) as project:
        project.ensure_bucket("bucket")
        project.put("bucket", "large", bytes(100_000))
        seen = threading.Event()

        class Handler(logging.Handler):
            def emit(self, record):
                if "no byte moved" in record.getMessage() and thread.is_alive():
                    seen.set()

        def get():
            with pytest.raises(errors.UplinkError):
                project.get("bucket", "large", timeout=20)

        thread = threading.Thread(target=get)
        handler = Handler()
        logging.getLogger("uplink").addHandler(handler)
        caplog.set_level(logging.INFO, "uplink")
        try:
            with own_network.faults.nodes(frozen=True):
                thread.start()
                assert seen.wait(20)
                thread.join()
        finally:
            logging.getLogger("uplink").removeHandler(handler)


# ---- Secrets ----


class UnknownParameterError(Exception):
    """A parameter that the test has no value for."""


def value_for(parameter, secret, path):
    """Return a value with the secret in it for a parameter, by its name."""
    kind = str(parameter.annotation)
    known = {
        "data": b"data",
        "source": b"data",
        "path": path,
        "folder": path,
        "metadata": {"a": secret},
        "tags": {"a": secret},
        "keys": [secret, (secret, None)],
        "access": None,
    }
    if parameter.name in known:
        return known[parameter.name]
    if "str" in kind:
        return secret
    raise UnknownParameterError(parameter)


def attempts(project, secret, path):
    """Yield a call for each method of a project: with the secret in all texts that it needs."""
    for name, method in inspect.getmembers(uplink.Project, inspect.isfunction):
        parameters = dict(inspect.signature(method).parameters)
        if name.startswith("_") or name in {"close", "stats"}:
            continue
        needed = [p for p in list(parameters.values())[1:] if p.default is p.empty and p.kind is not p.VAR_POSITIONAL]
        try:
            arguments = {p.name: value_for(p, secret, path) for p in needed}
        except UnknownParameterError:
            continue
        if "timeout" in parameters:
            arguments["timeout"] = 10
        yield name, lambda method=method, arguments=arguments: method(project, **arguments)


def run(call):
    """Make a call, and use what it returns."""
    try:
        result = call()
        if isinstance(result, uplink.Listing):
            list(result)
        elif hasattr(result, "__enter__"):
            result.__exit__(None, None, None)
    except (errors.UplinkError, TypeError, ValueError, OSError):
        pass  # what matters is what was logged of it


@pytest.fixture
def shown(caplog, monkeypatch):
    """Return all that was logged and traced, as one text."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    monkeypatch.setattr("uplink._tracing.tracer", None)
    monkeypatch.setattr("uplink._tracing._decided", False)
    provider, exporter = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    uplink.otel.instrument(provider)
    caplog.set_level(logging.DEBUG, "uplink")

    def texts():
        records = [record for record in caplog.records if record.name == "uplink"]
        assert records
        return "\n".join([*(repr(vars(record)) for record in records), *map(repr, map(str, spans_of(exporter)))])

    return texts


def spans_of(exporter):
    return [span.to_json() for span in exporter.get_finished_spans()]


@pytest.mark.parametrize("form", ["{}", "before/{}", "{}/after", "a {} b"])
@pytest.mark.parametrize("kind", ["access_grant", "api_key"])
def test_no_call_shows_a_secret_in_place_of_another_text(own_network, tmp_path, shown, kind, form):
    secret = getattr(own_network, kind)
    path = tmp_path / "file"
    path.write_bytes(b"data")
    with uplink.Access.parse(own_network.access_grant).open_project() as project:
        project.ensure_bucket("bucket")
        found = dict(attempts(project, form.format(secret), path))
        assert {"put", "get", "stat_object", "delete_objects", "list_objects", "copy_object", "upload_file"} <= set(
            found
        )
        for call in found.values():
            run(call)
        for name in ("put", "get", "stat_object", "delete_object", "upload_object", "download_object"):
            arguments = [b"data"] * (name == "put")
            run(lambda name=name, given=arguments: getattr(project, name)("bucket", form.format(secret), *given))
    text = shown()
    assert "put_object" in text
    for piece in (secret, secret[:50], secret[-50:]):
        assert piece not in text


def test_no_line_shows_what_an_access_is_made_of(own_network, shown):
    passphrase = "correct horse battery staple"
    given = {"api_key": own_network.api_key, "passphrase": passphrase}
    uplink.Access.request(satellite_address=own_network.satellite_address, **given)
    with pytest.raises(errors.UplinkError):
        uplink.Access.request(satellite_address=own_network.satellite_address, api_key="x", passphrase=passphrase)
    access = uplink.Access.parse(own_network.access_grant)
    key = uplink.EncryptionKey.derive(passphrase, b"salt")
    shared = access.override_encryption_key("bucket", "a/", key).share(uplink.Permission.read_only())
    with access.open_project() as project:
        project.revoke_access(shared)
    text = shown()
    assert "request the access" in text
    assert "revoke the access" in text
    for secret in (passphrase, own_network.api_key, own_network.access_grant, shared.serialize()):
        assert secret not in text
