"""Random calls on the versions of a bucket with Object Lock, compared with a plain model."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

import uplink
from uplink import errors

KEYS = st.sampled_from(["a", "a/b", "c"])
UNTIL = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=1)
RETENTION = uplink.Retention("governance", UNTIL)
CHOICES = st.randoms(use_true_random=False)


@dataclass
class Version:
    """A version of the model."""

    name: bytes
    data: bytes | None  # None for a delete marker
    retention: uplink.Retention | None = None
    legal_hold: bool = False


class Versions(RuleBasedStateMachine):
    """Makes the same changes to a bucket and to the model, and compares them."""

    access: uplink.Access

    def __init__(self) -> None:
        super().__init__()
        self.project = self.access.open_project()
        self.bucket = f"model-{secrets.token_hex(6)}"
        self.project.create_bucket(self.bucket, object_lock_enabled=True)
        # The versions of each key, the latest first.
        self.keys: dict[str, list[Version]] = {}

    def teardown(self):
        for key, version in self.all():
            if version.legal_hold:
                self.project.set_object_legal_hold(self.bucket, key, False, version=version.name)
        self.project.delete_bucket(self.bucket, with_objects=True, bypass_governance_retention=True)
        self.project.close()

    def all(self):
        return [(key, version) for key, versions in self.keys.items() for version in versions]

    @rule(key=KEYS, data=st.binary(max_size=9), locked=st.booleans(), hold=st.booleans())
    def put(self, key, data, locked, hold):
        retention = RETENTION if locked else None
        item = self.project.put(self.bucket, key, data, retention=retention, legal_hold=hold)
        assert item.is_versioned
        self.keys.setdefault(key, []).insert(0, Version(item.version, data, retention, hold))

    @rule(key=KEYS, new_key=KEYS, locked=st.booleans())
    def copy(self, key, new_key, locked):
        versions = self.keys.get(key)
        if not versions or versions[0].data is None:
            with pytest.raises(errors.ObjectNotFoundError):
                self.project.copy_object(self.bucket, key, self.bucket, new_key)
            return
        retention = RETENTION if locked else None
        item = self.project.copy_object(self.bucket, key, self.bucket, new_key, retention=retention)
        self.keys.setdefault(new_key, []).insert(0, Version(item.version, versions[0].data, retention))

    @rule(key=KEYS)
    def delete(self, key):
        marker = self.project.delete_object(self.bucket, key)
        assert marker.is_delete_marker
        self.keys.setdefault(key, []).insert(0, Version(marker.version, None))

    @precondition(lambda self: self.keys)
    @rule(choice=CHOICES, bypass=st.booleans(), many=st.booleans())
    def delete_version(self, choice, bypass, many):
        key, version = choice.choice(self.all())
        kept = version.legal_hold or (version.retention is not None and not bypass)
        if many:
            item = uplink.Object(key, version=version.name)
            [deletion] = self.project.delete_objects(self.bucket, [item], bypass_governance_retention=bypass)
            assert deletion.status == ("locked" if kept else "deleted")
        elif kept:
            with pytest.raises(errors.ObjectLockedError):
                self.project.delete_object(self.bucket, key, version=version.name, bypass_governance_retention=bypass)
        else:
            deleted = self.project.delete_object(
                self.bucket, key, version=version.name, bypass_governance_retention=bypass
            )
            assert (deleted.version, deleted.is_delete_marker) == (version.name, version.data is None)
        if not kept:
            self.keys[key].remove(version)
            if not self.keys[key]:
                del self.keys[key]

    @precondition(lambda self: self.keys)
    @rule(choice=CHOICES, locked=st.booleans(), hold=st.booleans())
    def lock(self, choice, locked, hold):
        key, version = choice.choice(self.all())
        retention = RETENTION if locked else None
        if version.data is None:
            with pytest.raises((errors.ObjectStateError, errors.DeleteMarkerError)):
                self.project.set_object_legal_hold(self.bucket, key, hold, version=version.name)
            return
        self.project.set_object_legal_hold(self.bucket, key, hold, version=version.name)
        version.legal_hold = hold
        if version.retention is not None and retention is None:
            with pytest.raises(errors.ObjectLockedError):
                self.project.set_object_retention(self.bucket, key, None, version=version.name)
        self.project.set_object_retention(
            self.bucket, key, retention, version=version.name, bypass_governance_retention=True
        )
        version.retention = retention

    @precondition(lambda self: self.keys)
    @rule(choice=CHOICES)
    def get(self, choice):
        key, version = choice.choice(self.all())
        latest = self.keys[key][0]
        if latest.data is None:
            with pytest.raises(errors.ObjectNotFoundError):
                self.project.get(self.bucket, key)
        else:
            assert self.project.get(self.bucket, key) == latest.data
        if version.data is None:
            with pytest.raises(errors.DeleteMarkerError):
                self.project.get(self.bucket, key, version=version.name)
            return
        assert self.project.get(self.bucket, key, version=version.name) == version.data
        item = self.project.stat_object(self.bucket, key, version=version.name)
        assert (item.size, item.retention, bool(item.legal_hold)) == (
            len(version.data),
            version.retention,
            version.legal_hold,
        )

    @invariant()
    def listings_are_those_of_the_model(self):
        listed: dict[str, list[tuple[bytes, bool, bool]]] = {}
        for item in self.project.list_object_versions(self.bucket, recursive=True):
            listed.setdefault(item.key, []).append((item.version, item.is_delete_marker, item.is_latest))
        assert listed == {
            key: [(version.name, version.data is None, not place) for place, version in enumerate(versions)]
            for key, versions in self.keys.items()
        }
        found = {item.key for item in self.project.list_objects(self.bucket, recursive=True)}
        assert found == {key for key, versions in self.keys.items() if versions[0].data is not None}


def test_versions_and_locks_are_those_of_the_model(storj_access):
    machine = type("BoundVersions", (Versions,), {"access": storj_access})
    settings = hypothesis.settings()
    few = hypothesis.settings(settings, max_examples=max(settings.max_examples // 2, 5), stateful_step_count=25)
    run_state_machine_as_test(machine, settings=few)
