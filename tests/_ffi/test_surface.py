"""Python uses each function, option and field of the header, or a table has the reason why not."""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.source_tree

_CODE = re.sub(r"/\*.*?\*/", "", (ROOT / "go/uplink.h").read_text(encoding="utf-8"), flags=re.DOTALL)
FUNCTIONS = set(re.findall(r"\b((?:uplink|edge)_\w+)\(", _CODE))
# The names of fields, by the names of the structs. A handle has no fields of its own.
STRUCTS = {
    name: re.findall(r"(\w+)(?:\[\w*\])?;", body)
    for name, body in re.findall(r"typedef struct (\w+) \{(.*?)^\} \w+;", _CODE, re.DOTALL | re.MULTILINE)
    if "_handle;" not in body
}

# The functions that Python does not call, as patterns, and the reasons. A blocking function whose operation Python
# starts needs no reason: Python starts `uplink_start_NAME` where C programs may call `uplink_NAME`.
NOT_CALLED = {
    "uplink_*_iterator_*": "Python takes pages, and has iterators of its own",
    "uplink_free_*_iterator": "Python takes pages",
    "uplink_free_bucket": "the result of an iterator",
    "uplink_free_object": "the result of an iterator",
    "uplink_free_part": "the result of an iterator",
    "uplink_free_upload_info": "the result of an iterator",
    "uplink_free_commit_upload_result": "Python takes records, which have the lengths of their keys",
    "uplink_free_upload_info_result": "Python takes records, which have the lengths of their keys",
    "uplink_free_bucket_result": "Python takes records, which have the nanoseconds",
    "uplink_free_object_result": "Python takes records, which have the lengths of their keys",
    "uplink_download_info": "uplink_download_record has the length of the key",
    "uplink_part_upload_info": "Python knows the number and the ETag, and the commit returns the record",
    "uplink_part_upload_set_etag": "an ETag may have a NUL in it; Python passes its length to the commit",
    "uplink_upload_info": "uplink_upload_record has the length of the key",
    "uplink_open_project": "uplink_budget_open_project has the limits, too",
    "uplink_config_open_project": "uplink_budget_open_project has the limits, too",
    "uplink_request_access_with_passphrase": "uplink_start_request_access can be cancelled",
    "uplink_config_request_access_with_passphrase": "uplink_start_request_access can be cancelled",
    "uplink_operation_cancel": "Python cancels and detaches an operation in one call",
    "edge_register_access": "uplink_start_register_access can be cancelled",
    "edge_join_share_url": "uplink_join_share_url has the length of the key",
    "edge_free_credentials": "Python frees the result",
    "uplink_access_share": "uplink_access_share_with has the permissions for Object Lock",
    "uplink_internal_*": "for tests",
}
# The fields that Python neither fills nor reads, as patterns, and the reasons.
NOT_USED = {
    "UplinkConfig.temp_directory": "not used any more",
    "UplinkUploadOptions.*": "of part 1; Python fills UplinkOpenUploadOptions",
    "UplinkDownloadOptions.*": "of part 1; Python fills UplinkOpenDownloadOptions",
    "UplinkListObjectsOptions.*": "of part 1; Python fills UplinkListPageOptions",
    "UplinkListUploadsOptions.*": "of part 1; Python fills UplinkListPageOptions",
    "UplinkCommitUploadOptions.*": "of part 1; Python fills UplinkStartCommitUploadOptions",
    "UplinkListUploadPartsOptions.*": "of part 1; Python fills UplinkListPartPageOptions",
    "UplinkListBucketsOptions.*": "of part 1; Python fills UplinkListBucketPageOptions",
    "Uplink*ObjectMetadataOptions.unused": "an empty struct",
    "UplinkCopyObjectOptions.unused": "an empty struct",
    "UplinkMoveObjectOptions.unused": "an empty struct",
    "EdgeRegisterAccessOptions.*": "of part 1; Python fills UplinkRegisterAccessOptions",
    "EdgeShareURLOptions.*": "of part 1; Python fills UplinkShareURLOptions",
    "UplinkObjectResult.object": "Python takes records",
    "UplinkCommitUploadResult.object": "Python takes records",
    "UplinkPartUploadResult.part_upload": "Python adopts the first field of results with handles",
    "UplinkWriteResult.bytes_written": "without an error, all bytes are written",
    "UplinkEncryptionKeyResult.encryption_key": "Python adopts the first field of results with handles",
    "UplinkLockPermission.*": "Python reads the names of the fields by `dir`",
}


class Uses(ast.NodeVisitor):
    """What modules of Python do with the interface.

    Attributes:
        functions: The names of the functions that they mention.
        read: The names of the attributes that they read.
        filled: The fields of structs that they fill, as `Struct.field`.
    """

    def __init__(self) -> None:
        self.functions: set[str] = set()
        self.read: set[str] = set()
        self.filled: set[str] = set()

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Note functions that are called, fields that are read, and fields that are set."""
        if isinstance(node.ctx, ast.Load):
            self.read.add(node.attr)
        else:
            self.filled |= {f"{struct}.{node.attr}" for struct, fields in STRUCTS.items() if node.attr in fields}
        self.functions |= {node.attr} & FUNCTIONS
        self.generic_visit(node)

    def visit_Module(self, node: ast.Module) -> None:
        """Remember all names of keywords and keys: a struct may be filled from `**flags`."""
        nodes = list(ast.walk(node))
        keys = {key for found in nodes if isinstance(found, ast.Dict) for key in found.keys}
        self._names = {name.arg for name in nodes if isinstance(name, ast.keyword)}
        self._names |= {key.value for key in keys if isinstance(key, ast.Constant)}
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Note the fields that `new("Struct *", …)` or a similar call fills."""
        for text in node.args:
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                struct = text.value.partition(" ")[0].removesuffix("[]")
                for argument in node.args:
                    self.filled |= {f"{struct}.{field}" for field in self._filled_by(argument, STRUCTS.get(struct, []))}
        self.generic_visit(node)

    def _filled_by(self, argument: ast.expr, fields: list[str]) -> list[str]:
        if isinstance(argument, ast.ListComp):  # for an array
            return self._filled_by(argument.elt, fields)
        if isinstance(argument, ast.Dict):
            names = {key.value for key in argument.keys if isinstance(key, ast.Constant)}
            return [field for field in fields if field in names or (None in argument.keys and field in self._names)]
        if isinstance(argument, ast.Tuple):
            unpacked = any(isinstance(element, ast.Starred) for element in argument.elts)
            return fields if unpacked else fields[: len(argument.elts)]
        return []


@pytest.fixture(scope="module")
def uses() -> Uses:
    """What the two packages do."""
    found = Uses()
    for package in ("uplink", "uplink_python"):
        for path in (ROOT / "src" / package).rglob("*.py"):
            found.visit(ast.parse(path.read_text(encoding="utf-8")))
    return found


def unlisted(names, table):
    """Return the names that no pattern of a table has, and the patterns that have no name."""
    unmatched = {name for name in names if not any(fnmatchcase(name, pattern) for pattern in table)}
    return unmatched, {pattern for pattern in table if not any(fnmatchcase(name, pattern) for name in names)}


def test_the_header_is_read():
    assert {"uplink_stat_object", "uplink_start_stat_object", "uplink_free_error"} <= FUNCTIONS
    assert STRUCTS["UplinkRecord"][:3] == ["key", "key_length", "is_prefix"]
    assert STRUCTS["UplinkSystemMetadata"] == ["created", "expires", "content_length"]


def test_python_calls_every_function(uses):
    started = {name.replace("uplink_start_", "uplink_") for name in uses.functions}
    assert unlisted(FUNCTIONS - uses.functions - started, NOT_CALLED) == (set(), set())


def test_python_uses_every_field(uses):
    """A field of options is filled. Another field is filled or read."""
    fields = {f"{struct}.{field}" for struct, names in STRUCTS.items() for field in names}
    read = {name for name in fields if name.partition(".")[2] in uses.read and "Options." not in name}
    assert unlisted(fields - uses.filled - read, NOT_USED) == (set(), set())


def test_every_struct_with_a_size_gets_it(uses):
    sized = {f"{struct}.struct_size" for struct, fields in STRUCTS.items() if fields[:1] == ["struct_size"]}
    assert sized
    assert sized <= uses.filled
