"""Files while nodes and links fail: correct bytes or a typed error, in bounded time."""

from __future__ import annotations

import pytest

from uplink import errors

TIMEOUT = 15


@pytest.mark.parametrize("fault", [{"down": True}, {"frozen": True}, {"corrupting": True}], ids=lambda f: next(iter(f)))
def test_a_node_fails_while_a_file_is_read(storj_faults, bounded, storj_project, storj_bucket, stored, fault):
    with storj_project.open(storj_bucket, "key") as file, bounded(30):
        file.timeout = TIMEOUT
        assert file.read(1000) == stored[:1000]
        with storj_faults.nodes(0, **fault):
            assert file.read() == stored[1000:]
            file.seek(5000)
            assert file.read(5) == stored[5000:5005]


def test_no_node_answers_for_a_while(storj_faults, bounded, storj_project, storj_bucket, stored):
    with storj_project.open(storj_bucket, "key") as file, bounded(30):
        with storj_faults.nodes(down=True), pytest.raises(errors.NodesUnavailableError):
            file.read(10)
        assert file.tell() == 0
        assert file.read(10, timeout=TIMEOUT) == stored[:10]
        with storj_faults.nodes(frozen=True):
            file.seek(1_200_000)
            with pytest.raises(errors.DeadlineExceededError):
                file.read(10, timeout=0.2)
        assert file.read() == stored[1_200_000:]


def test_every_link_breaks_while_a_file_is_read(storj_faults, bounded, storj_project, storj_bucket, stored):
    with storj_project.open(storj_bucket, "key") as file, bounded(30):
        assert file.read(1000) == stored[:1000]
        with storj_faults.links(*range(10), cut_after=5_000):
            with pytest.raises((errors.NodesUnavailableError, errors.ConnectionFailedError)):
                file.read()
            assert file.tell() == 1000
        assert file.read() == stored[1000:]


def test_a_file_that_cannot_be_written_is_not_committed(storj_faults, bounded, storj_project, storj_bucket, stored):
    with bounded(30):
        for mode, text in (("wb", bytes(3_000_000)), ("w", "x" * 3_000_000)):
            file = storj_project.open(storj_bucket, "new", mode)
            with storj_faults.nodes(down=True), pytest.raises(errors.NodesUnavailableError), file:
                file.write(text)
            assert file.closed
            assert not storj_project.exists(storj_bucket, "new")


def test_a_lost_response_of_the_commit(storj_faults, bounded, storj_project, storj_bucket, stored):
    """Either the object is there, or the error says that it may be."""
    file = storj_project.open(storj_bucket, "new", "wb")
    file.write(b"data" * 100_000)
    file.flush()
    with storj_faults.satellite(frozen=True), bounded(5), pytest.raises(errors.DeadlineExceededError) as caught:
        file.close(timeout=0.3)
    assert caught.value.outcome_unknown
    assert file.closed
    file.close()
