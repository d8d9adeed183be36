"""Grants with other bytes raise a typed error, or are accesses that can be used like others. None ends the process."""

from __future__ import annotations

import contextlib
import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import uplink
from uplink import errors

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

# Another error would report a defect.
TYPED = (errors.InvalidAccessError, errors.InvalidArgumentError, errors.PermissionDeniedError)


def decode(text):
    """Return the bytes of a grant without the checksum at their end."""
    number = 0
    for letter in text:
        number = number * 58 + ALPHABET.index(letter)
    zeros = len(text) - len(text.lstrip(ALPHABET[0]))
    return (bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big"))[:-4]


def encode(data):
    """Return a grant with these bytes, and with the checksum that they need."""
    data += hashlib.sha256(hashlib.sha256(data).digest()).digest()[:4]
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return ALPHABET[0] * (len(data) - len(data.lstrip(b"\0"))) + text


@pytest.fixture
def use():
    """Parse a grant, do without a network what can be done with it, and return whether it is an access."""
    keys = [uplink.EncryptionKey.derive("passphrase", b"salt")]

    def use(text):
        try:
            access = uplink.Access.parse(text)
        except errors.InvalidAccessError:
            return False
        for call in (
            lambda: uplink.Access.parse(access.serialize()),
            lambda: access.satellite_address,
            access.inspect,
            lambda: access.share(uplink.Permission.read_only(), uplink.SharePrefix("bucket", "prefix/")),
            lambda: access.override_encryption_key("bucket", "prefix/", keys[0]),
            lambda: access.open_project().close(),
        ):
            # These errors are typed. Another would report a defect.
            with contextlib.suppress(
                errors.InvalidAccessError, errors.InvalidArgumentError, errors.PermissionDeniedError
            ):
                call()
        return True

    yield use
    keys.clear()


@pytest.fixture(scope="module")
def data(access):
    """The bytes of a grant that is restricted and has a key of its own for a prefix."""
    shared = access.share(uplink.Permission.read_only(), uplink.SharePrefix("photos", "2026/"))
    key = uplink.EncryptionKey.derive("passphrase", b"salt")
    return decode(shared.override_encryption_key("photos", "2026/", key).serialize())


def test_the_encoding_is_that_of_grants(use, grant):
    assert encode(decode(grant)) == grant
    assert use(grant)


def test_every_letter_of_a_grant_counts(use, grant):
    for place, letter in enumerate(grant):
        other = ALPHABET[(ALPHABET.index(letter) + 1) % 58]
        assert not use(grant[:place] + other + grant[place + 1 :])
        assert not use(grant[:place])


def test_every_byte_of_a_grant_may_be_another(use, data):
    """The checksum is right, so all code behind it sees the bytes."""
    for place, byte in enumerate(data):
        for other in {0, 0xFF, 0x80, byte ^ 1, byte ^ 0x80} - {byte}:
            use(encode(data[:place] + bytes([other]) + data[place + 1 :]))
        use(encode(data[:place]))
        use(encode(data[:place] + data[place + 1 :]))


@given(
    places=st.lists(
        st.tuples(st.integers(0, 10_000), st.integers(0, 3), st.binary(max_size=20)), min_size=1, max_size=5
    )
)
@example(places=[(0, 10_000, b"")])
def test_a_grant_whose_parts_are_others(use, data, places):
    for place, length, other in places:
        start = place % (len(data) + 1)
        data = data[:start] + other + data[start + length :]
    use(encode(data))


@given(st.binary(max_size=300))
def test_a_grant_of_any_bytes(use, data):
    use(encode(b"\0" + data))


@given(st.text(max_size=300))
def test_a_grant_of_any_text(use, text):
    assert not use(text)
