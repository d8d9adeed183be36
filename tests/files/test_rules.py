"""The rules of `io`: what a file of `project.open` does in a case, a file of the system does, too.

Each case runs on both. Where the file of the system returns something, ours returns the same; where it raises an
exception, ours raises that one or a subclass of it.
"""

from __future__ import annotations

import array
import copy
import io
import itertools
import pickle
import weakref

import pytest

CONTENT = b"first line\nsecond line\r\nthird\rfourth \xc3\xa9\xe2\x82\xac\n\nlast without end"


def outcome(case, file):
    """Return what a case returns, or the exception that it raises."""
    try:
        return case(file)
    except Exception as error:  # noqa: BLE001 - it is compared
        return error


def check(case, ours, theirs):
    """Compare the outcomes of a case."""
    expected, found = outcome(case, theirs), outcome(case, ours)
    if isinstance(expected, Exception):
        # For a negative offset, the file of the system reports EINVAL, and `BytesIO` the ValueError of `io`.
        kinds = (OSError, ValueError) if type(expected) is OSError else type(expected)
        assert isinstance(found, kinds), (found, expected)
    else:
        assert (found, type(found)) == (expected, type(expected))


def into(method, buffer):
    """Return a case that fills a buffer."""

    def case(file):
        memory = copy.copy(buffer)
        return getattr(file, method)(memory), bytes(memory)

    return case


def after(*steps):
    """Return a case that returns what the last step returns, and the position."""

    def case(file):
        for step in steps[:-1]:
            step(file)
        return steps[-1](file), file.tell()

    return case


def call(name, *arguments):
    return lambda file: getattr(file, name)(*arguments)


# A whole number of another type.
FOUR = type("Index", (), {"__index__": lambda _: 4})()
SEEKS = [
    *[call("seek", *place) for place in ((0,), (5,), (3, 0), (-3, 2), (0, 2), (1000,), (4, 1), (-1,), (-1000, 2))],
    *[call("seek", *place) for place in ((0, 9), (0, -1), (1.0,), ("1",), (None,), (FOUR,), (0, 1.5), ())],
    after(call("seek", 10), call("seek", -4, 1), call("tell")),
    after(call("seek", 1), call("seek", 2, 1), call("read", 3)),
    after(call("seek", -3, 2), call("read")),
    after(call("seek", 1000), call("read", 5)),
    after(call("seek", 1000), call("seek", 0, 1)),
    after(lambda file: outcome(call("seek", -1), file), call("read", 5)),
]
READS = [
    *[call("read", *size) for size in ((), (-1,), (None,), (0,), (5,), (1000,), (1.0,), ("1",), (FOUR,))],
    after(call("read"), call("read")),
    after(call("read"), call("read", 1)),
    after(call("read"), call("readline")),
    *[into(name, buffer) for name in ("readinto",) for buffer in (bytearray(5), bytearray(0), bytearray(500))],
    into("readinto", array.array("b", bytes(7))),
    into("readinto", array.array("i", [0] * 3)),
    call("readinto", b"five!"),
    call("readinto", memoryview(b"five!")),
    call("readinto", "five!"),
    call("readinto", None),
    call("readinto"),
    lambda file: file.readinto(memoryview(bytearray(10))[2:5]),
    lambda file: file.readinto(memoryview(bytearray(12)).cast("i")),
    lambda file: isinstance(outcome(lambda f: f.readinto(memoryview(bytearray(10))[::2]), file), Exception),
]
LINES = [
    *[call("readline", *size) for size in ((), (-1,), (0,), (3,), (500,), (None,), ("1",), (1.0,), (FOUR,), (-7,))],
    *[call("readlines", *hint) for hint in ((), (-1,), (0,), (1,), (12,), (500,), (None,), ("1",), (1.5,))],
    after(call("readline"), call("readline", 4), call("readline")),
    after(next, call("readline")),
    list,
    lambda file: list(itertools.islice(file, 2)),
    lambda file: [len(line) for line in file] + list(file),
    after(call("read"), lambda file: next(file, None)),
    lambda file: outcome(next, file) and file.read(4),
    lambda file: iter(file) is file,
]
BUFFERED = [
    *[call("read1", *size) for size in ((0,), ("1",), (1.0,))],
    lambda file: CONTENT.startswith(file.read1()),
    lambda file: len(file.read1(7)) in range(1, 8),
    after(call("read"), call("read1")),
    into("readinto1", bytearray(0)),
    lambda file: file.readinto1(bytearray(5)) in range(1, 6),
    call("readinto1", b"five!"),
    lambda file: (file.peek(3)[:1], file.tell()),
    lambda file: (file.peek()[:1], file.peek(0)[:1], file.read(2)),
    after(call("read"), call("peek", 5)),
    call("peek", "1"),
]
STATES = [
    *[call(name) for name in ("readable", "writable", "seekable", "isatty", "flush", "tell", "__iter__", "close")][:6],
    lambda file: (file.closed, file.mode, isinstance(file, io.TextIOBase)),
    call("truncate"),
    call("truncate", 3),
    lambda file: bool(weakref.ref(file)()),
    copy.copy,
    copy.deepcopy,
    pickle.dumps,
    lambda file: [pickle.dumps(file, protocol) for protocol in range(5)],
    lambda file: setattr(file, "closed", True),
    lambda file: (file.close(), file.close(), file.closed)[2],
    lambda file: file.__enter__() is file,
    lambda file: file.__exit__(None, None, None),
    lambda file: file < file,
    len,
    lambda file: file[0],
    lambda file: hash(file) == hash(file),
    lambda file: file == file,
    bool,
]
WRITES = [
    call("write", b"data"),
    call("write", "data"),
    call("writelines", [b"data"]),
    call("writelines", []),
    call("writelines", None),
    call("writelines", 1),
]
ON_READERS = [WRITES[0], WRITES[2], lambda file: file.writelines(iter([b"a"]))]
# After `close`, each use is a ValueError.
USES = [
    *[call(name) for name in ("readable", "writable", "seekable", "isatty", "flush", "tell", "truncate", "__enter__")],
    *[call(name) for name in ("read", "readline", "readlines", "__next__", "__iter__")],
    *[
        call("seek", 0),
        call("read", 0),
        call("readline", 0),
        next,
        list,
    ],
]


@pytest.fixture
def pair(storj_project, storj_bucket, tmp_path):
    """Return a function that opens the same content twice: as an object, and as a file of the system."""
    opened = []
    path = tmp_path / "file"

    def pair(mode, content=CONTENT, **options):
        if "r" in mode:
            storj_project.put(storj_bucket, "key", content)
            path.write_bytes(content)
        opened.extend((storj_project.open(storj_bucket, "key", mode, **options), path.open(mode, **options)))
        return opened[-2:]

    pair.opened = opened
    pair.written = lambda: (storj_project.get(storj_bucket, "key"), path.read_bytes())
    yield pair
    for file in opened:
        file.close()


def check_each(pair, mode, cases, **options):
    """Check cases, each of which begins at the start of the content."""
    ours, theirs = pair(mode, **options)
    different = {}
    for number, case in enumerate(cases):
        if ours.closed or theirs.closed:
            ours, theirs = pair(mode, **options)
        ours.seek(0)
        theirs.seek(0)
        try:
            check(case, ours, theirs)
        except AssertionError as error:
            different[number] = str(error)
    assert different == {}


@pytest.mark.parametrize("buffering", [-1, 0])
def test_binary_readers(pair, buffering):
    cases = SEEKS + READS + LINES + STATES + ON_READERS
    check_each(pair, "rb", cases + BUFFERED if buffering else cases, buffering=buffering)


@pytest.mark.parametrize("mode", ["rb", "r", "wb", "w"])
@pytest.mark.parametrize("buffering", [-1, 0])
def test_after_close(pair, mode, buffering):
    if mode in {"r", "w"} and not buffering:
        return
    ours, theirs = pair(mode, buffering=buffering)
    ours.close()
    theirs.close()
    data = b"x" if "b" in mode else "x"
    for number, case in enumerate([*USES, call("write", data), call("writelines", [data])]):
        found = outcome(case, ours)
        assert isinstance(found, ValueError), (number, found)
    for name in ("read1", "peek", "readinto1", "detach", "readall", "fileno"):
        if hasattr(theirs, name) and hasattr(ours, name):
            argument = [bytearray(1)] if "into" in name else []
            check(call(name, *argument), ours, theirs)


@pytest.mark.parametrize("buffering", [-1, 0])
def test_binary_writers(pair, buffering):
    ours, theirs = pair("wb", buffering=buffering)
    for case in (
        *WRITES,
        call("write", bytearray(b"array")),
        call("write", array.array("i", [1, 2])),
        call("write", memoryview(b"a view")[2:]),
        call("write", memoryview(bytes(8)).cast("i")),
        call("write", None),
        call("write", 5),
        call("write"),
        lambda file: file.writelines(iter([b"a", bytearray(b"b"), memoryview(b"c")])),
        call("writelines", ["text"]),
        call("tell"),
        call("flush"),
        lambda file: (file.readable(), file.writable(), file.isatty(), file.closed, file.mode),
        lambda file: isinstance(outcome(call("read"), file), io.UnsupportedOperation),
        lambda file: isinstance(outcome(call("readline"), file), io.UnsupportedOperation),
        lambda file: isinstance(outcome(lambda f: f.readinto(bytearray(1)), file), io.UnsupportedOperation),
        lambda file: isinstance(outcome(next, file), io.UnsupportedOperation),
        lambda file: isinstance(outcome(list, file), io.UnsupportedOperation),
        lambda file: isinstance(outcome(call("readlines"), file), io.UnsupportedOperation),
        pickle.dumps,
        copy.copy,
    ):
        check(case, ours, theirs)
    # The caller may change its memory after a write.
    memory = bytearray(b"before")
    for file in (ours, theirs):
        file.write(memory)
        file.flush()
    memory[:] = b"after!"
    ours.close()
    theirs.close()
    assert pair.written()[0] == pair.written()[1]


NEWLINES = [None, "", "\n", "\r", "\r\n"]


@pytest.mark.parametrize("newline", NEWLINES)
def test_text_readers(pair, newline):
    cases = [
        case for case in SEEKS if not isinstance(outcome(case, io.StringIO("x")), (TypeError, io.UnsupportedOperation))
    ]
    check_each(pair, "r", cases + LINES + STATES, encoding="utf-8", newline=newline)
    check_each(
        pair,
        "r",
        [
            *[call("read", *size) for size in ((), (-1,), (None,), (0,), (5,), (1000,), (1.0,), ("1",))],
            after(call("read", 33), call("read", 4)),
            call("write", "text"),
            call("seek", 1, 1),
            call("seek", -1, 2),
            call("seek", 0, 1),
            lambda file: (next(file), outcome(call("tell"), file).args),
            lambda file: (list(file), file.tell()),
            lambda file: (file.read(), file.newlines),
            lambda file: (file.read(12), file.newlines),
            lambda file: (file.encoding, file.errors, file.line_buffering, file.write_through),
            lambda file: isinstance(file.buffer, io.BufferedIOBase),
            lambda file: (file.readline(), file.seek(file.tell()), file.read()),
            lambda file: (file.reconfigure(encoding="latin-1"), file.read(), file.encoding),
            lambda file: (file.read(3), outcome(lambda f: f.reconfigure(encoding="latin-1"), file).__class__),
            lambda file: (file.reconfigure(errors="replace", newline="\r"), file.readlines()),
        ],
        encoding="utf-8",
        newline=newline,
    )


@pytest.mark.parametrize("newline", NEWLINES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32-be", "shift_jis", "utf-8-sig", "cp1252"])
def test_text_at_the_borders_of_chunks(pair, newline, encoding):
    """Characters of several bytes and ends of lines lie across them."""
    text = "".join(f"{'x' * number}é\r\n\rあ\n" for number in range(300)).encode(encoding, "ignore")
    ours, theirs = pair("r", text, encoding=encoding, newline=newline)
    for place in range(60):
        size = place * 37 % 211
        assert (ours.read(size), ours.readline(), ours.tell()) == (theirs.read(size), theirs.readline(), theirs.tell())
    place = theirs.tell()
    rest = theirs.read()
    assert ours.read() == rest
    assert ours.newlines == theirs.newlines
    ours.seek(place)
    assert ours.read() == rest


def test_text_that_cannot_be_decoded(pair):
    content = b"fine\n" * 3000 + b"\xff\xfe\n" + b"more\n" * 10
    for handler in ("strict", "ignore", "replace", "backslashreplace", "surrogateescape"):
        ours, theirs = pair("r", content, encoding="utf-8", errors=handler)
        check(call("read"), ours, theirs)
    ours, theirs = pair("r", b"cut \xe2\x82", encoding="utf-8")
    check(call("read"), ours, theirs)


@pytest.mark.parametrize("newline", NEWLINES)
def test_text_writers(pair, newline):
    ours, theirs = pair("w", encoding="utf-8", newline=newline)
    for case in (
        call("write", "text\n"),
        call("write", ""),
        call("write", b"bytes"),
        call("write", None),
        call("writelines", ["a\r\n", "b\n"]),
        call("writelines", [1]),
        call("write", "\ud800"),
        call("flush"),
        call("write", "é" * 10_000 + "\n"),
        lambda file: (file.readable(), file.writable(), file.isatty(), file.closed, file.mode),
        lambda file: isinstance(outcome(call("read"), file), io.UnsupportedOperation),
        lambda file: isinstance(outcome(call("readline"), file), io.UnsupportedOperation),
        pickle.dumps,
        copy.copy,
    ):
        check(case, ours, theirs)
    ours.close()
    theirs.close()
    assert pair.written()[0] == pair.written()[1]


# ---- Wrappers and ends ----


def test_raw_files_under_the_buffers_of_io(pair):
    for wrap in (io.BufferedReader, lambda raw: io.BufferedReader(raw, 3), io.TextIOWrapper, io.BufferedRandom):
        ours, theirs = pair("rb", buffering=0)
        found, expected = outcome(wrap, ours), outcome(wrap, theirs)
        if isinstance(expected, Exception):
            assert isinstance(found, io.UnsupportedOperation)
            continue
        check(lambda file: (file.read(5), file.seek(2), file.readline(), file.tell(), file.closed), found, expected)
        check(call("detach"), found, expected) if found.detach() is not ours else expected.detach()
        assert not ours.closed
    ours, theirs = pair("rb", buffering=0)
    with io.BufferedReader(ours) as buffered:
        assert buffered.raw is ours
        assert repr(buffered).startswith("<_io.BufferedReader name='key'")
    assert ours.closed


def test_detach(pair):
    for mode in ("rb", "wb"):
        ours, _ = pair(mode)
        with pytest.raises(io.UnsupportedOperation):
            ours.detach()
    ours, theirs = pair("r", encoding="utf-8")
    assert ours.readline() == theirs.readline()
    buffers = ours.detach(), theirs.detach()
    for use in (call("read"), call("detach"), lambda file: file.closed, lambda file: file.buffer, repr):
        check(use, ours, theirs) if use is not repr else repr(ours)
    for buffer in buffers:
        buffer.seek(3)
    assert buffers[0].read() == buffers[1].read()
    for buffer in buffers:
        buffer.close()
    pair.opened[-2:] = []


def test_repr(pair):
    for mode, buffering in (("rb", -1), ("rb", 0), ("r", -1), ("wb", -1), ("wb", 0), ("w", -1)):
        ours, _ = pair(mode, buffering=buffering)
        assert "key" in repr(ours)
        assert mode in repr(ours)
        ours.close()
        assert "key" in repr(ours)


def test_an_exception_in_a_block_is_raised_as_it_is(pair):
    for mode in ("rb", "r", "wb", "w"):
        ours, _ = pair(mode)
        with pytest.raises(ZeroDivisionError) as caught, ours:
            raise ZeroDivisionError
        assert caught.value.__context__ is None
        assert ours.closed
