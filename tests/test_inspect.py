"""What a shared access allows is what its permission and its parent both allow."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import uplink
from uplink import errors
from uplink._permission import FLAGS, LOCK_FLAGS

PLAIN = [name for name in FLAGS if name not in LOCK_FLAGS]
YEARS = [datetime(year, 1, 1, tzinfo=timezone.utc) for year in range(2030, 2034)]
TTLS = [timedelta(seconds=1), timedelta(hours=1), timedelta(days=400)]
# Each contains the one after it, so one of two prefixes is always inside of the other.
PREFIXES = [uplink.SharePrefix("bucket", prefix) for prefix in ("", "a/", "a/b/")]
PLACES = [("bucket", ""), ("bucket", "a/"), ("bucket", "a/b/"), ("bucket", "a/b/c"), ("bucket", "z"), ("other", "a/b/")]


@st.composite
def permissions(draw):
    flags = draw(st.sets(st.sampled_from(FLAGS), min_size=1))
    before, after = sorted(draw(st.tuples(st.sampled_from(YEARS), st.sampled_from(YEARS))))
    return uplink.Permission(
        **dict.fromkeys(flags, True),
        not_before=draw(st.sampled_from([None, before])),
        not_after=draw(st.sampled_from([None, after])),
        max_object_ttl=draw(st.none() | st.sampled_from(TTLS)),
    )


def locks_of(permission):
    """Return the permissions for locks that a permission includes."""
    given = {name.removeprefix("allow_") for name in LOCK_FLAGS if getattr(permission, name)}
    # The permission to put a retention includes the permission to get it.
    return given | {"get_object_retention"} if "put_object_retention" in given else given


def tighter(choose, *values):
    known = [value for value in values if value is not None]
    return choose(known) if known else None


@settings(max_examples=60)
@given(permission=permissions(), parent=permissions(), own=st.sampled_from(PREFIXES), above=st.sampled_from(PREFIXES))
def test_an_access_allows_what_its_parent_allows_too(access, permission, parent, own, above):
    shared = access.share(parent, above)
    before = shared.inspect()
    if 0 < len(own.prefix) < len(above.prefix):
        # There is no encryption key for the wider prefix. A whole bucket means what the parent has of it.
        with pytest.raises(errors.InvalidArgumentError, match="does not reach"):
            shared.share(permission, own)
        return
    info = shared.share(permission, own).inspect()
    for name in PLAIN:
        assert getattr(info, name) == (getattr(permission, name) and getattr(parent, name))
        assert getattr(before, name) == getattr(parent, name)
    assert info.lock_permissions == locks_of(permission) & locks_of(parent)
    assert info.not_before == tighter(max, permission.not_before, parent.not_before)
    assert info.not_after == tighter(min, permission.not_after, parent.not_after)
    assert info.max_object_ttl == tighter(min, permission.max_object_ttl, parent.max_object_ttl)
    inner = max(own, above, key=lambda prefix: len(prefix.prefix))
    assert info.prefixes == (inner,)
    for place in PLACES:
        assert info.reaches(*place) == (place[0] == "bucket" and place[1].startswith(inner.prefix))
    assert shared.share(permission).inspect().prefixes == before.prefixes
