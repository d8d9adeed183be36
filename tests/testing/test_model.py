"""Random sequences of calls, compared with a plain model: a dict of buckets, which are dicts of objects."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field, replace

import hypothesis
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

import uplink
from uplink import errors

# Few names, so that calls often use the same one. Some parts are prefixes of others; some keys end in the delimiter.
PARTS = st.sampled_from(["a", "ab", "b", "ä", "a b", ".", "x" * 60])
KEYS = st.builds(
    lambda parts, end: "/".join(parts) + end, st.lists(PARTS, min_size=1, max_size=3), st.sampled_from(["", "", "/"])
)
BUCKETS = st.integers(0, 1)
# Sizes around the limits of inline segments (4 KiB), of a stripe, and of segments with pieces.
SIZES = st.sampled_from([0, 1, 100, 4095, 4096, 4097, 7424, 29_696, 29_697, 100_000])
METADATA = st.dictionaries(st.text("kä", min_size=1, max_size=3), st.text("vö", max_size=5), max_size=2)
BYTES = secrets.token_bytes(200_000)
# The least size of a part that is not the last.
LEAST_PART = 5 * 1024**2


@dataclass
class Stored:
    """An object of the model."""

    data: bytes
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass
class Pending:
    """A pending upload of the model."""

    upload: uplink.PendingUpload
    metadata: dict[str, str]
    parts: dict[int, bytes] = field(default_factory=dict)

    @property
    def can_be_committed(self) -> bool:
        return all(len(self.parts[number]) >= LEAST_PART for number in sorted(self.parts)[:-1])


class Model(RuleBasedStateMachine):
    """Makes the same changes to a project and to the model, and compares them."""

    access: uplink.Access

    def __init__(self) -> None:
        super().__init__()
        self.project = self.access.open_project()
        run = secrets.token_hex(6)
        self.names = [f"model-{run}-{number}" for number in range(2)]
        self.buckets: dict[str, dict[str, Stored]] = {}
        self.pending: list[Pending] = []
        # The buckets in which uploads were aborted. A satellite may list these for a while.
        self.aborted: set[str] = set()

    def teardown(self):
        for name in self.buckets:
            self.project.delete_bucket(name, with_objects=True)
        self.project.close()

    def there(self, number):
        """Return a bucket's name and content, or check that it does not exist and return None."""
        name = self.names[number]
        if name in self.buckets:
            return name, self.buckets[name]
        with pytest.raises(errors.BucketNotFoundError):
            self.project.stat_bucket(name)
        return None

    # ---- Buckets ----

    @rule(number=BUCKETS)
    def create_bucket(self, number):
        name = self.names[number]
        if name in self.buckets:
            with pytest.raises(errors.BucketAlreadyExistsError):
                self.project.create_bucket(name)
        else:
            assert self.project.create_bucket(name).name == name
            self.buckets[name] = {}

    @rule(number=BUCKETS)
    def ensure_bucket(self, number):
        name = self.names[number]
        self.project.ensure_bucket(name)
        self.buckets.setdefault(name, {})

    @rule(number=BUCKETS, with_objects=st.booleans())
    def delete_bucket(self, number, with_objects):
        name = self.names[number]
        objects = self.buckets.get(name)
        if objects is None:
            with pytest.raises(errors.BucketNotFoundError):
                self.project.delete_bucket(name, with_objects=with_objects)
        elif not with_objects and (objects or self.pending_in(name)):
            with pytest.raises(errors.BucketNotEmptyError):
                self.project.delete_bucket(name)
        else:
            self.project.delete_bucket(name, with_objects=with_objects or name in self.aborted)
            del self.buckets[name]
            self.aborted.discard(name)
            self.pending = [pending for pending in self.pending if pending.upload.bucket != name]

    @invariant()
    def buckets_are_those_of_the_model(self):
        assert [b.name for b in self.project.list_buckets() if b.name in self.names] == sorted(self.buckets)

    # ---- Objects ----

    @rule(number=BUCKETS, key=KEYS, size=SIZES, start=st.integers(0, 1000), metadata=METADATA)
    def put(self, number, key, size, start, metadata):
        data = BYTES[start : start + size]
        found = self.there(number)
        if found is None:
            with pytest.raises(errors.BucketNotFoundError):
                self.project.put(self.names[number], key, data)
            return
        name, objects = found
        item = self.project.put(name, key, data, metadata=metadata)
        assert (item.key, item.size, item.metadata) == (key, size, metadata)
        objects[key] = Stored(data, metadata)

    @rule(number=BUCKETS, key=KEYS, size=SIZES)
    def put_if_none_match(self, number, key, size):
        if (found := self.there(number)) is None:
            return
        name, objects = found
        assert self.project.exists(name, key) == (key in objects)
        if key in objects:
            with pytest.raises(errors.PreconditionFailedError):
                self.project.put(name, key, BYTES[:size], if_none_match="*")
        else:
            self.project.put(name, key, BYTES[:size], if_none_match="*")
            objects[key] = Stored(BYTES[:size])

    @rule(number=BUCKETS, choice=st.randoms(use_true_random=False), others=st.sets(KEYS, max_size=3))
    def delete_objects(self, number, choice, others):
        if (found := self.there(number)) is None:
            return
        name, objects = found
        keys = sorted({*choice.sample(sorted(objects), choice.randint(0, len(objects))), *others})
        for key, deletion in zip(keys, self.project.delete_objects(name, keys), strict=True):
            assert (deletion.key, deletion.status) == (key, "deleted" if key in objects else "missing")
        for key in keys:
            objects.pop(key, None)

    @rule(number=BUCKETS, key=KEYS, size=SIZES)
    def abort(self, number, key, size):
        if (found := self.there(number)) is not None:
            with self.project.upload_object(found[0], key) as upload:
                upload.write(BYTES[:size])
                upload.abort()
            self.aborted.add(found[0])

    @rule(number=BUCKETS, choice=st.randoms(use_true_random=False), other=KEYS)
    def get(self, number, choice, other):
        if (found := self.there(number)) is None:
            return
        name, objects = found
        key = choice.choice([*objects, other])
        if key not in objects:
            for call in (self.project.get, self.project.stat_object):
                with pytest.raises(errors.ObjectNotFoundError):
                    call(name, key)
            return
        stored = objects[key]
        assert self.project.get(name, key) == stored.data
        item = self.project.stat_object(name, key)
        assert (item.key, item.size, item.metadata) == (key, len(stored.data), stored.metadata)

    @rule(number=BUCKETS, choice=st.randoms(use_true_random=False))
    def get_ranges(self, number, choice):
        if (found := self.there(number)) is None or not found[1]:
            return
        name, objects = found
        key = choice.choice(list(objects))
        data = objects[key].data
        edges = [0, 1, 4096, 7423, 7424, len(data) - 1, len(data)]
        offset = choice.choice([edge for edge in edges if 0 <= edge <= len(data)])
        length = choice.choice([None, 0, 1, 5000, len(data)])
        if length is not None:
            length = min(length, len(data) - offset)
        end = None if length is None else offset + length
        assert self.project.get(name, key, offset=offset, length=length) == data[offset:end]

    @rule(number=BUCKETS, choice=st.randoms(use_true_random=False), other=KEYS)
    def delete_object(self, number, choice, other):
        if (found := self.there(number)) is None:
            return
        name, objects = found
        key = choice.choice([*objects, other])
        deleted = self.project.delete_object(name, key)
        stored = objects.pop(key, None)
        assert (deleted is None) == (stored is None)
        if deleted is not None and stored is not None:
            assert (deleted.key, deleted.size) == (key, len(stored.data))

    @rule(
        numbers=st.tuples(BUCKETS, BUCKETS),
        choice=st.randoms(use_true_random=False),
        other=KEYS,
        new_key=KEYS,
        move=st.booleans(),
    )
    def copy_or_move(self, numbers, choice, other, new_key, move):
        name, new_name = (self.names[number] for number in numbers)
        objects = self.buckets.get(name, {})
        key = choice.choice([*objects, other])
        call = self.project.move_object if move else self.project.copy_object
        missing = {name, new_name} - self.buckets.keys()
        if missing:
            with pytest.raises(errors.BucketNotFoundError) as caught:
                call(name, key, new_name, new_key)
            assert caught.value.bucket in missing
        elif key not in objects:
            with pytest.raises(errors.ObjectNotFoundError):
                call(name, key, new_name, new_key)
        else:
            call(name, key, new_name, new_key)
            stored = objects.pop(key) if move else replace(objects[key])
            self.buckets[new_name][new_key] = stored

    @rule(number=BUCKETS, choice=st.randoms(use_true_random=False), other=KEYS, metadata=METADATA)
    def update_metadata(self, number, choice, other, metadata):
        if (found := self.there(number)) is None:
            return
        name, objects = found
        key = choice.choice([*objects, other])
        if key in objects:
            self.project.update_object_metadata(name, key, metadata)
            objects[key].metadata = metadata
        else:
            with pytest.raises(errors.ObjectNotFoundError):
                self.project.update_object_metadata(name, key, metadata)

    # ---- Pending uploads ----

    def pending_in(self, name):
        return [pending for pending in self.pending if pending.upload.bucket == name]

    @rule(number=BUCKETS, key=KEYS, metadata=METADATA)
    def begin_upload(self, number, key, metadata):
        if (found := self.there(number)) is not None:
            begun = self.project.begin_upload(found[0], key, metadata=metadata)
            self.pending.append(Pending(self.project.resume_upload(found[0], key, begun.upload_id), metadata))

    @precondition(lambda self: self.pending)
    @rule(choice=st.randoms(use_true_random=False), part=st.integers(0, 3), size=st.sampled_from([1, 5000, LEAST_PART]))
    def upload_part(self, choice, part, size):
        pending = choice.choice(self.pending)
        data = BYTES[part : part + 1] * size
        assert pending.upload.upload_part(part, data).size == size
        pending.parts[part] = data
        assert [(part.number, part.size) for part in pending.upload.parts()] == [
            (number, len(data)) for number, data in sorted(pending.parts.items())
        ]

    @precondition(lambda self: self.pending)
    @rule(choice=st.randoms(use_true_random=False), abort=st.booleans())
    def end_upload(self, choice, abort):
        pending = choice.choice(self.pending)
        upload, name = pending.upload, pending.upload.bucket
        if abort:
            upload.abort()
            self.aborted.add(name)
        elif not pending.can_be_committed:
            with pytest.raises(errors.PartTooSmallError):
                upload.commit()
            return
        else:
            data = b"".join(pending.parts[number] for number in sorted(pending.parts))
            assert upload.commit().size == len(data)
            with pytest.raises(errors.UploadNotFoundError):
                upload.commit()
            self.buckets[name][upload.key] = Stored(data, pending.metadata)
        self.pending.remove(pending)

    @rule(number=BUCKETS)
    def list_uploads(self, number):
        if (found := self.there(number)) is not None:
            listed = {(item.key, item.upload_id) for item in self.project.list_uploads(found[0], recursive=True)}
            expected = {(pending.upload.key, pending.upload.upload_id) for pending in self.pending_in(found[0])}
            assert expected <= listed
            assert found[0] in self.aborted or listed == expected

    # ---- Listings: compared as sets, since their order depends on the encryption; cursors by the keys that follow ----

    @rule(
        number=BUCKETS,
        prefix=st.one_of(st.just(""), PARTS.map("{}/".format), KEYS, st.builds("{}/{}/".format, PARTS, PARTS)),
        recursive=st.booleans(),
        custom=st.booleans(),
    )
    def list_objects(self, number, prefix, recursive, custom):
        if (found := self.there(number)) is None:
            return
        name, objects = found
        listed = list(self.project.list_objects(name, prefix=prefix, recursive=recursive, custom=custom))
        assert Counter(item.key for item in listed if not item.is_prefix) == Counter(
            key for key in objects if is_listed(key, prefix, recursive=recursive)
        )
        assert Counter(item.key for item in listed if item.is_prefix) == Counter(
            {collapsed(key, prefix) for key in objects if key.startswith(prefix)} - {None} if not recursive else ()
        )
        for item in listed:
            if not item.is_prefix:
                assert item.size == len(objects[item.key].data)
                assert item.metadata == (objects[item.key].metadata if custom else None)
        for place, item in enumerate(listed):
            rest = self.project.list_objects(name, prefix=prefix, recursive=recursive, cursor=item.key)
            assert [after.key for after in rest] == [after.key for after in listed[place + 1 :]]


def collapsed(key, prefix):
    """Return the prefix that a listing that is not recursive has in place of the key, or None."""
    head, delimiter, _ = key[len(prefix) :].partition("/")
    return prefix + head + delimiter if delimiter else None


def is_listed(key, prefix, *, recursive):
    """Return whether the key itself is in a listing."""
    return key.startswith(prefix) and (recursive or collapsed(key, prefix) is None)


def test_the_project_does_what_the_model_does(storj_access):
    machine = type("BoundModel", (Model,), {"access": storj_access})
    settings = hypothesis.settings()
    few = hypothesis.settings(settings, max_examples=settings.max_examples // 4, stateful_step_count=40)
    run_state_machine_as_test(machine, settings=few)
