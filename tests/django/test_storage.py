"""The storage of Django: its methods, names, and files."""

from __future__ import annotations

import copy
import hashlib
import io
import os
import pickle
import threading
from datetime import datetime, timedelta, timezone

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile, TemporaryUploadedFile
from django.test import override_settings

import uplink
from uplink import errors
from uplink.django import UplinkStorage


def read(storage, name):
    with storage.open(name) as file:
        return file.read()


def test_the_methods_of_a_storage(storage, bucket):
    assert not storage.exists("cats/tom.txt")
    before = datetime.now(timezone.utc) - timedelta(minutes=5)
    assert storage.save("cats/tom.txt", ContentFile(b"meow")) == "cats/tom.txt"
    assert storage.exists("cats/tom.txt")
    assert not storage.exists("cats")
    assert storage.size("cats/tom.txt") == 4
    with storage.open("cats/tom.txt") as file:
        assert file.read() == b"meow"
    assert before < storage.get_modified_time("cats/tom.txt") == storage.get_created_time("cats/tom.txt")
    assert storage.project.stat_object(bucket, "media/cats/tom.txt").metadata == {"content-type": "text/plain"}
    storage.delete("cats/tom.txt")
    assert not storage.exists("cats/tom.txt")
    storage.delete("cats/tom.txt")


def test_files_have_the_checksum_that_the_storage_stores(make, bucket):
    storage = make(checksum="sha256")
    temporary = TemporaryUploadedFile("tom.txt", "text/plain", 4, None)
    temporary.write(b"meow")
    for content in (ContentFile(b"meow"), temporary):
        name = storage.save("cats/tom.txt", content)
        assert storage.project.get(bucket, f"media/{name}", verify=True) == b"meow"
    with storage.open("purr.txt", "w") as file:
        file.write("purr")
    metadata = storage.project.stat_object(bucket, "media/purr.txt").metadata
    assert metadata == {"content-type": "text/plain", "sha256": hashlib.sha256(b"purr").hexdigest()}
    with pytest.raises(errors.InvalidArgumentError, match="checksum is 'md5'"):
        make(checksum="md5")


def test_a_missing_file(storage):
    with pytest.raises(FileNotFoundError):
        storage.open("missing.txt")
    with pytest.raises(FileNotFoundError):
        storage.size("missing.txt")
    with pytest.raises(FileNotFoundError):
        storage.get_modified_time("missing.txt")


def test_folders(storage, bucket):
    for name in ("a.txt", "b/c.txt", "b/d/e.txt"):
        storage.save(name, ContentFile(b"data"))
    storage.project.put(bucket, "media/empty/", b"")
    storage.project.put(bucket, "elsewhere.txt", b"")
    assert storage.listdir("") == (["b", "empty"], ["a.txt"])
    assert storage.listdir("b") == storage.listdir("b/") == (["d"], ["c.txt"])
    assert storage.listdir("empty") == storage.listdir("missing") == ([], [])
    assert storage.exists("")
    assert not storage.exists("b")


def test_keys_that_are_no_names_of_django(storage, bucket):
    for key in ("media/a//b", "media/a/../c", "media/a/.."):
        storage.project.put(bucket, key, b"")
    assert storage.listdir("a") == ([], [])


def test_what_a_storage_has_not(storage):
    with pytest.raises(NotImplementedError):
        storage.path("a.txt")
    with pytest.raises(NotImplementedError, match="does not store when"):
        storage.get_accessed_time("a.txt")
    with pytest.raises(ValueError, match="options base_url and links"):
        storage.url("a.txt")
    with pytest.raises(ValueError, match="must be given"):
        storage.delete("")


def test_times_are_naive_without_time_zones(storage):
    storage.save("a.txt", ContentFile(b""))
    aware = storage.get_created_time("a.txt")
    with override_settings(USE_TZ=False, TIME_ZONE="Europe/Zurich"):
        naive = storage.get_created_time("a.txt")
    assert naive.tzinfo is None
    assert naive - aware.replace(tzinfo=None) in (timedelta(hours=1), timedelta(hours=2))


@pytest.mark.parametrize("name", ["../a.txt", "b/../../a.txt", "/a.txt", "..", "..\\a.txt"])
def test_names_that_lead_out_of_the_storage_are_refused(storage, name):
    for method in (storage.open, storage.size, storage.exists, storage.delete, storage.key):
        with pytest.raises(SuspiciousFileOperation):
            method(name)
    with pytest.raises(SuspiciousFileOperation):
        storage.save(name, ContentFile(b""))


@pytest.mark.parametrize("name", ["", ".", "b/.."])
def test_names_of_no_file_are_refused(storage, name):
    with pytest.raises(SuspiciousFileOperation):
        storage.key(name)


def test_names_have_one_form(storage):
    assert storage.save("a\\b.txt", ContentFile(b"")) == "a/b.txt"
    assert storage.key("a//b.txt") == storage.key("./a/b.txt") == "media/a/b.txt"
    assert UplinkStorage("photos", "/media").key("a") == "media/a"
    assert UplinkStorage("photos").key("a") == "a"


def test_a_file_is_never_replaced(storage):
    first = storage.save("tom.txt", ContentFile(b"meow"))
    second = storage.save("tom.txt", ContentFile(b"purr"), max_length=15)
    assert first != second
    assert len(second) <= 15
    assert read(storage, first) == b"meow"
    assert read(storage, second) == b"purr"


def test_a_file_is_replaced_if_the_storage_says_so(make):
    storage = make(overwrite=True)
    for data in (b"meow", b"purr"):
        assert storage.save("tom.txt", ContentFile(data)) == "tom.txt"
    assert read(storage, "tom.txt") == b"purr"
    # A name that is too long is made shorter, as for other storages.
    assert len(storage.save("a-long-name.txt", ContentFile(b""), max_length=14)) == 14


class Racing(UplinkStorage):
    """A storage that sees another process take a name as soon as it has found the name free."""

    taken = None

    def exists(self, name):
        found = super().exists(name)
        if not found and self.taken is None:
            self.taken = name
            self.project.put(self.bucket, self.key(name), b"theirs")
        return found


def test_a_name_that_is_taken_during_the_upload(make):
    storage = make(Racing)
    name = storage.save("tom.txt", ContentFile(b"ours"), max_length=15)
    assert name != "tom.txt"
    assert len(name) == 15
    assert read(storage, "tom.txt") == b"theirs"
    assert read(storage, name) == b"ours"


def test_content_that_cannot_be_read_again(make):
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def seek(self, *_):
            raise io.UnsupportedOperation

    storage = make(Racing)
    with pytest.raises(errors.PreconditionFailedError):
        storage.save("tom.txt", File(Pipe(b"ours"), "tom.txt"))
    assert read(storage, "tom.txt") == b"theirs"
    assert storage.listdir("") == ([], ["tom.txt"])


def test_threads_that_save_the_same_name(storage):
    names = []
    ready = threading.Barrier(8)

    def save(number):
        ready.wait(30)
        names.append((storage.save("tom.txt", ContentFile(b"%d" % number)), number))

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len({name for name, _ in names}) == 8
    for name, number in names:
        assert read(storage, name) == b"%d" % number


def test_kinds_of_content(storage, tmp_path):
    data = os.urandom(3_000_000)
    (tmp_path / "local").write_bytes(data)
    with open(tmp_path / "local", "rb") as plain:
        file = InMemoryUploadedFile(io.BytesIO(data), "file", "a.bin", "image/png", len(data), None)
        kinds = {
            "text": ContentFile("süß"),
            "memory": SimpleUploadedFile("a.bin", data),
            "uploaded": file,
            "file": File(plain),
            "plain": io.BytesIO(data),
        }
        kinds["plain"].name = "named"
        for name, content in kinds.items():
            expected = "süß".encode() if name == "text" else data
            assert read(storage, storage.save(name, content)) == expected
        assert storage.save(None, kinds["plain"]) == "named"
    assert storage.size("named") == len(data)


def test_a_temporary_file_is_uploaded_from_its_path(storage, monkeypatch):
    with TemporaryUploadedFile("movie.mkv", "video/x-matroska", 6, None) as file:
        monkeypatch.setattr(file, "chunks", lambda *_: pytest.fail("the file is read"))
        file.write(b"action")
        assert storage.save("movie.mkv", file) == "movie.mkv"
        assert file.read() == b""
        assert storage.save("movie.mkv", file) != "movie.mkv"
    assert read(storage, "movie.mkv") == b"action"


def test_large_content_is_sent_as_it_is_read(storage):
    class Pieces(File):
        def chunks(self, chunk_size=None):
            for _ in range(40):
                yield bytes(chunk_size)

    storage.save("large", Pieces(None, "large"))
    assert storage.size("large") == 40 * 1024 * 1024


def test_an_upload_that_fails_leaves_nothing(storage):
    class Broken(File):
        def chunks(self, chunk_size=None):
            yield bytes(chunk_size)
            yield bytes(chunk_size)
            raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        storage.save("large", Broken(io.BytesIO(), "large"))
    assert storage.listdir("") == ([], [])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.html", "text/html"),
        ("a.tar.gz", "application/gzip"),
        ("a.txt.br", "application/x-brotli"),
        ("data:text/html,a", None),
    ],
)
def test_the_media_type_is_that_of_the_name(storage, bucket, name, expected):
    storage.save(name, SimpleUploadedFile(name, b"data", content_type="text/x-evil"))
    metadata = storage.project.stat_object(bucket, f"media/{name}").metadata
    assert metadata == ({} if expected is None else {"content-type": expected})


def test_files_expire(make, bucket):
    storage = make(expires_after=timedelta(days=1))
    storage.save("a.txt", ContentFile(b""))
    with storage.open("b.txt", "wb") as file:
        file.write(b"")
    for key in ("media/a.txt", "media/b.txt"):
        expires = storage.project.stat_object(bucket, key).expires
        assert timedelta(hours=23) < expires - datetime.now(timezone.utc) <= timedelta(days=1)


class TestOpen:
    def test_reading(self, storage):
        storage.save("a.txt", ContentFile(b"one\ntwo\n"))
        with storage.open("a.txt") as file:
            assert (file.size, len(file), file.name, file.mode) == (8, 8, "a.txt", "rb")
            assert file.read(3) == b"one"
            file.seek(-4, os.SEEK_END)
            assert file.read() == b"two\n"
            assert b"".join(file.chunks()) == b"one\ntwo\n"
            assert list(file) == [b"one\n", b"two\n"]
            assert file.open().read() == b"one\ntwo\n"
        assert file.closed
        assert file.open().read(3) == b"one"
        with file.open("r") as text:
            assert (text.read(), text.size) == ("one\ntwo\n", 8)

    def test_writing(self, storage, bucket):
        with storage.open("a.txt", "w") as file:
            assert file.write("süß") == 3
            assert not storage.exists("a.txt")
        with storage.open("a.txt", "wb") as file:
            file.write(b"data")
            assert file.size == 4
            file.close()
        assert read(storage, "a.txt") == b"data"
        assert storage.project.stat_object(bucket, "media/a.txt").metadata == {"content-type": "text/plain"}
        with pytest.raises(FileExistsError):
            storage.open("a.txt", "xb")
        with pytest.raises(ValueError, match="mode"):
            storage.open("a.txt", "ab")

    @pytest.mark.parametrize("mode", ["w", "wb"])
    def test_an_exception_aborts_the_upload(self, storage, mode):
        def fail():
            with storage.open("a.txt", mode) as file:
                file.write("data" if mode == "w" else b"data")
                raise KeyError

        with pytest.raises(KeyError):
            fail()
        assert not storage.exists("a.txt")

    def test_an_exception_closes_a_file_that_is_read(self, storage):
        storage.save("a.txt", ContentFile(b"data"))

        def fail():
            with storage.open("a.txt") as file:
                files.append(file)
                raise KeyError

        files = []
        with pytest.raises(KeyError):
            fail()
        assert files[0].closed

    def test_the_timeout_is_that_of_the_storage(self, make):
        storage = make(timeout=30)
        storage.save("a.txt", ContentFile(b"data"))
        with storage.open("a.txt") as file:
            assert file.file.timeout == 30


def test_a_storage_in_a_copy_and_a_pickle(storage):
    storage.save("a.txt", ContentFile(b"data"))
    for other in (copy.copy(storage), copy.deepcopy(storage), pickle.loads(pickle.dumps(storage))):
        assert read(other, "a.txt") == b"data"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_storage_in_a_forked_worker(storage):
    storage.save("a.txt", ContentFile(b"parent"))
    pid = os.fork()
    if pid == 0:
        try:
            storage.save("child.txt", ContentFile(read(storage, "a.txt")))
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert read(storage, "child.txt") == b"parent"


def test_nothing_is_opened_before_the_first_use(access, tmp_path):
    for storage in (UplinkStorage("photos", access_file=tmp_path / "missing"), UplinkStorage("photos", access="wrong")):
        assert storage.key("a") == "a"
        with pytest.raises(errors.InvalidAccessError):
            storage.exists("a")


def test_the_access_comes_from_a_file_or_the_environment(grant, bucket, tmp_path, monkeypatch):
    (tmp_path / "grant").write_text(grant)
    assert not UplinkStorage(bucket, access_file=tmp_path / "grant").exists("a")
    assert not UplinkStorage(bucket, access=grant).exists("a")
    monkeypatch.setenv("UPLINK_ACCESS", grant)
    assert not UplinkStorage(bucket, config={"user_agent": "my-app/1.0"}).exists("a")


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"bucket": ""}, errors.BucketNameInvalidError),
        ({"bucket": 1}, TypeError),
        ({"prefix": None}, TypeError),
        ({"access": 1}, TypeError),
        ({"access": "a", "access_file": "b"}, errors.InvalidArgumentError),
        ({"config": {"colour": "blue"}}, TypeError),
        ({"config": 1}, TypeError),
        ({"links": "all"}, errors.InvalidArgumentError),
        ({"links": "file", "base_url": "https://example.com"}, errors.InvalidArgumentError),
        ({"base_url": 1}, TypeError),
        ({"link_lifetime": 60}, TypeError),
        ({"link_lifetime": timedelta()}, errors.InvalidArgumentError),
        ({"expires_after": 60}, TypeError),
        ({"expires_after": timedelta(-1)}, errors.InvalidArgumentError),
        ({"timeout": "soon"}, TypeError),
        ({"timeout": -1}, errors.InvalidArgumentError),
        ({"colour": "blue"}, TypeError),
    ],
)
def test_wrong_options_are_refused(options, error):
    with pytest.raises(error):
        UplinkStorage(**{"bucket": "photos", **options})


def test_a_bucket_that_does_not_exist(access):
    with pytest.raises(errors.BucketNotFoundError):
        UplinkStorage("no-such-bucket", access=access, overwrite=True).save("a.txt", ContentFile(b""))


def test_an_access_that_may_not_write(access, bucket):
    storage = UplinkStorage(bucket, access=access.share(uplink.Permission.read_only()))
    with pytest.raises(PermissionError):
        storage.save("a.txt", ContentFile(b""))


@pytest.mark.parametrize("prefix", ["../x", "media/..", "./media", "media//images", ".."])
def test_a_prefix_is_a_folder(bucket, prefix):
    with pytest.raises(errors.InvalidArgumentError, match=r"prefix is .*it takes a folder"):
        UplinkStorage(bucket, prefix)
