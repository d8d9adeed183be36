"""After Ctrl-C at any moment of a call, either the stream has ended or the call had no effect."""

from __future__ import annotations

import contextlib
import inspect
import os
import secrets
import sys
from pathlib import Path

import pytest

import uplink
from uplink import errors
from uplink._locked import locked

FILES = (str(Path(uplink.__file__).parent) + os.sep, contextlib.__file__)
DATA = secrets.token_bytes(800_000)


class Interrupter:
    """Raises where Python handles signals: at the start of a function, and after a function in C."""

    def __init__(self, moment: int) -> None:
        self.moment = moment
        self.seen = 0

    def __call__(self, frame, event, argument):
        if event not in ("call", "c_return") or not frame.f_code.co_filename.startswith(FILES):
            return
        # Python ignores exceptions in finalizers and in generators that are being closed.
        if frame.f_code.co_flags & inspect.CO_GENERATOR:
            return
        while frame is not None:
            if frame.f_code.co_name == "__del__":
                return
            frame = frame.f_back
        self.seen += 1
        if self.seen == self.moment:
            sys.setprofile(None)
            # A traceback keeps the variables of this frame, and with them the memory of a method in C.
            del argument
            raise KeyboardInterrupt

    def interrupts(self, call):
        """Make the call, and return whether it was interrupted."""
        sys.setprofile(self)
        try:
            call()
        except KeyboardInterrupt:
            return True
        finally:
            sys.setprofile(None)
        return False


def moments():
    """Yield an interrupter for each moment, until the call ends before the moment."""
    for moment in range(1, 10_000):
        interrupter = Interrupter(moment)
        yield interrupter
        if interrupter.seen < moment:
            assert moment > 1
            return


@pytest.fixture(scope="module")
def place(access):
    name = f"test-{secrets.token_hex(8)}"
    with access.open_project() as project:
        project.ensure_bucket(name)
        project.put(name, "key", DATA)
    yield name
    with access.open_project() as project:
        project.delete_bucket(name, with_objects=True)


@pytest.fixture
def project(access):
    with access.open_project() as project:
        yield project


@pytest.mark.parametrize("size", [3, 300_000], ids=["of the buffer", "of more"])
def test_a_read_has_happened_or_not(project, place, size):
    for interrupter in moments():
        with project.download_object(place, "key") as download:
            download.read(5)
            interrupted = interrupter.interrupts(lambda download=download: download.read(size))
            try:
                rest = download.read()
            except errors.StreamFailedError:
                assert interrupted
            else:
                assert rest == DATA[5 if interrupted else 5 + size :]


def test_readinto_has_happened_or_not(project, place):
    for interrupter in moments():
        with project.download_object(place, "key") as download:
            interrupted = interrupter.interrupts(lambda download=download: download.readinto(bytearray(300_000)))
            try:
                rest = download.read()
            except errors.StreamFailedError:
                assert interrupted
            else:
                assert rest == DATA[0 if interrupted else 300_000 :]


@pytest.mark.parametrize("data", [b"small", DATA[:300_000], bytearray(b"other")], ids=["small", "large", "other"])
def test_a_write_has_happened_or_not(project, place, data):
    for interrupter in moments():
        upload = project.upload_object(place, "new")
        upload.write(b"before ")
        interrupted = interrupter.interrupts(lambda upload=upload: upload.write(data))
        try:
            upload.write(b" after")
            upload.commit()
        except errors.StreamFailedError:
            assert interrupted
        else:
            assert project.get(place, "new") == b"before " + (b"" if interrupted else data) + b" after"


def test_a_commit_that_was_interrupted_is_reported_later(project, place):
    for interrupter in moments():
        upload = project.upload_object(place, "new")
        upload.write(b"data")
        interrupted = interrupter.interrupts(upload.commit)
        try:
            upload.commit()
        except errors.StreamFailedError:
            assert interrupted
        except errors.ClosedError:
            assert not interrupted
        else:
            assert interrupted
            assert project.get(place, "new") == b"data"


def test_set_custom_metadata_can_be_repeated(project, place):
    for interrupter in moments():
        with project.upload_object(place, "new") as upload:
            interrupter.interrupts(lambda upload=upload: upload.set_custom_metadata({"a": "b"}))
            upload.set_custom_metadata({"a": "b"})
            upload.abort()


def test_a_page_was_requested_or_not(project, place):
    keys = [f"pages/{number}" for number in range(3)]
    for key in keys:
        project.put(place, key, b"data")
    for interrupter in moments():
        listing = project.list_objects(place, prefix="pages/", custom=True)
        interrupter.interrupts(lambda listing=listing: locked(listing, listing._request_page))
        assert sorted(item.key for item in listing) == keys


def test_the_lock_of_another_call_is_left_alone(project, place):
    with project.download_object(place, "key") as download:
        token = object()
        download._lock.acquire(token, download._check_open)
        with pytest.raises(errors.BusyError):
            download.read(300_000)
        for moment in range(1, 5):
            assert Interrupter(moment).interrupts(lambda: download.read(300_000))
        download._lock.release(token)
        assert download.read() == DATA
