# Generated from go/uplink.h by tools/generate_from_header.py; change that instead.

"""The extension module that cffi makes of libuplink."""

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Final, Generic, Literal, TypeAlias, TypeVar, overload

from typing_extensions import Buffer, Self

class CData:
    """A value of C."""

    def __bool__(self) -> bool: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...

_T = TypeVar("_T")
_C = TypeVar("_C", bound=CData)
_C_co = TypeVar("_C_co", bound=CData, covariant=True)

class Pointer(CData, Generic[_T]):
    """A pointer or an array of C."""

    def __add__(self, count: int, /) -> Self: ...
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: int, /) -> _T: ...
    @overload
    def __getitem__(self, index: slice, /) -> Sequence[_T]: ...
    def __setitem__(self, index: int, value: _T, /) -> None: ...

class CType(Generic[_C_co]):
    """The type of a value of C."""

class Memory:
    """A buffer of cffi's, whose slices are copies."""

    def __getitem__(self, index: slice, /) -> bytes: ...

Chars: TypeAlias = Pointer[bytes]
_Initial: TypeAlias = int | bytes | CData | Mapping[str, object] | Sequence[object]

class UplinkHandle:
    _handle: int

class UplinkHandleValue(UplinkHandle, CData): ...
class UplinkHandlePointer(UplinkHandle, Pointer[UplinkHandleValue]): ...

class UplinkAccess:
    _handle: int

class UplinkAccessValue(UplinkAccess, CData): ...
class UplinkAccessPointer(UplinkAccess, Pointer[UplinkAccessValue]): ...

class UplinkProject:
    _handle: int

class UplinkProjectValue(UplinkProject, CData): ...
class UplinkProjectPointer(UplinkProject, Pointer[UplinkProjectValue]): ...

class UplinkDownload:
    _handle: int

class UplinkDownloadValue(UplinkDownload, CData): ...
class UplinkDownloadPointer(UplinkDownload, Pointer[UplinkDownloadValue]): ...

class UplinkUpload:
    _handle: int

class UplinkUploadValue(UplinkUpload, CData): ...
class UplinkUploadPointer(UplinkUpload, Pointer[UplinkUploadValue]): ...

class UplinkEncryptionKey:
    _handle: int

class UplinkEncryptionKeyValue(UplinkEncryptionKey, CData): ...
class UplinkEncryptionKeyPointer(UplinkEncryptionKey, Pointer[UplinkEncryptionKeyValue]): ...

class UplinkPartUpload:
    _handle: int

class UplinkPartUploadValue(UplinkPartUpload, CData): ...
class UplinkPartUploadPointer(UplinkPartUpload, Pointer[UplinkPartUploadValue]): ...

class UplinkObjectIterator:
    _handle: int

class UplinkObjectIteratorValue(UplinkObjectIterator, CData): ...
class UplinkObjectIteratorPointer(UplinkObjectIterator, Pointer[UplinkObjectIteratorValue]): ...

class UplinkBucketIterator:
    _handle: int

class UplinkBucketIteratorValue(UplinkBucketIterator, CData): ...
class UplinkBucketIteratorPointer(UplinkBucketIterator, Pointer[UplinkBucketIteratorValue]): ...

class UplinkUploadIterator:
    _handle: int

class UplinkUploadIteratorValue(UplinkUploadIterator, CData): ...
class UplinkUploadIteratorPointer(UplinkUploadIterator, Pointer[UplinkUploadIteratorValue]): ...

class UplinkPartIterator:
    _handle: int

class UplinkPartIteratorValue(UplinkPartIterator, CData): ...
class UplinkPartIteratorPointer(UplinkPartIterator, Pointer[UplinkPartIteratorValue]): ...

class UplinkError:
    code: int
    message: Chars
    detail: int
    unchanged: bool
    of_target: bool
    system_error: int
    path: Chars
    checksum_algorithm: Chars
    stored_checksum: Chars
    actual_checksum: Chars

class UplinkErrorValue(UplinkError, CData): ...
class UplinkErrorPointer(UplinkError, Pointer[UplinkErrorValue]): ...

class UplinkConfig:
    user_agent: Chars
    dial_timeout_milliseconds: int
    temp_directory: Chars

class UplinkConfigValue(UplinkConfig, CData): ...
class UplinkConfigPointer(UplinkConfig, Pointer[UplinkConfigValue]): ...

class UplinkBudget:
    calls: int
    connections: int

class UplinkBudgetValue(UplinkBudget, CData): ...
class UplinkBudgetPointer(UplinkBudget, Pointer[UplinkBudgetValue]): ...

class UplinkPatience:
    attempts: int
    delay_milliseconds: int
    longest_delay_milliseconds: int
    stall_timeout_milliseconds: int

class UplinkPatienceValue(UplinkPatience, CData): ...
class UplinkPatiencePointer(UplinkPatience, Pointer[UplinkPatienceValue]): ...

class UplinkConfigOptions:
    struct_size: int
    disable_object_key_encryption: bool
    path_encryption_bypass: bool
    disable_background_qos: bool
    maximum_buffer_size: int

class UplinkConfigOptionsValue(UplinkConfigOptions, CData): ...
class UplinkConfigOptionsPointer(UplinkConfigOptions, Pointer[UplinkConfigOptionsValue]): ...

class UplinkBucket:
    name: Chars
    created: int

class UplinkBucketValue(UplinkBucket, CData): ...
class UplinkBucketPointer(UplinkBucket, Pointer[UplinkBucketValue]): ...

class UplinkSystemMetadata:
    created: int
    expires: int
    content_length: int

class UplinkSystemMetadataValue(UplinkSystemMetadata, CData): ...
class UplinkSystemMetadataPointer(UplinkSystemMetadata, Pointer[UplinkSystemMetadataValue]): ...

class UplinkCustomMetadataEntry:
    key: Chars
    key_length: int
    value: Chars
    value_length: int

class UplinkCustomMetadataEntryValue(UplinkCustomMetadataEntry, CData): ...
class UplinkCustomMetadataEntryPointer(UplinkCustomMetadataEntry, Pointer[UplinkCustomMetadataEntryValue]): ...

class UplinkCustomMetadata:
    entries: UplinkCustomMetadataEntryPointer
    count: int

class UplinkCustomMetadataValue(UplinkCustomMetadata, CData): ...
class UplinkCustomMetadataPointer(UplinkCustomMetadata, Pointer[UplinkCustomMetadataValue]): ...

class UplinkObject:
    key: Chars
    is_prefix: bool
    system: UplinkSystemMetadataValue
    custom: UplinkCustomMetadataValue

class UplinkObjectValue(UplinkObject, CData): ...
class UplinkObjectPointer(UplinkObject, Pointer[UplinkObjectValue]): ...

class UplinkUploadOptions:
    expires: int

class UplinkUploadOptionsValue(UplinkUploadOptions, CData): ...
class UplinkUploadOptionsPointer(UplinkUploadOptions, Pointer[UplinkUploadOptionsValue]): ...

class UplinkDownloadOptions:
    offset: int
    length: int

class UplinkDownloadOptionsValue(UplinkDownloadOptions, CData): ...
class UplinkDownloadOptionsPointer(UplinkDownloadOptions, Pointer[UplinkDownloadOptionsValue]): ...

class UplinkListObjectsOptions:
    prefix: Chars
    cursor: Chars
    recursive: bool
    system: bool
    custom: bool

class UplinkListObjectsOptionsValue(UplinkListObjectsOptions, CData): ...
class UplinkListObjectsOptionsPointer(UplinkListObjectsOptions, Pointer[UplinkListObjectsOptionsValue]): ...

class UplinkListBucketsOptions:
    cursor: Chars

class UplinkListBucketsOptionsValue(UplinkListBucketsOptions, CData): ...
class UplinkListBucketsOptionsPointer(UplinkListBucketsOptions, Pointer[UplinkListBucketsOptionsValue]): ...

class UplinkListUploadsOptions:
    prefix: Chars
    cursor: Chars
    recursive: bool
    system: bool
    custom: bool

class UplinkListUploadsOptionsValue(UplinkListUploadsOptions, CData): ...
class UplinkListUploadsOptionsPointer(UplinkListUploadsOptions, Pointer[UplinkListUploadsOptionsValue]): ...

class UplinkUploadInfo:
    upload_id: Chars
    key: Chars
    is_prefix: bool
    system: UplinkSystemMetadataValue
    custom: UplinkCustomMetadataValue

class UplinkUploadInfoValue(UplinkUploadInfo, CData): ...
class UplinkUploadInfoPointer(UplinkUploadInfo, Pointer[UplinkUploadInfoValue]): ...

class UplinkCommitUploadOptions:
    custom_metadata: UplinkCustomMetadataValue

class UplinkCommitUploadOptionsValue(UplinkCommitUploadOptions, CData): ...
class UplinkCommitUploadOptionsPointer(UplinkCommitUploadOptions, Pointer[UplinkCommitUploadOptionsValue]): ...

class UplinkListUploadPartsOptions:
    cursor: int

class UplinkListUploadPartsOptionsValue(UplinkListUploadPartsOptions, CData): ...
class UplinkListUploadPartsOptionsPointer(UplinkListUploadPartsOptions, Pointer[UplinkListUploadPartsOptionsValue]): ...

class UplinkPart:
    part_number: int
    size: int
    modified: int
    etag: Chars
    etag_length: int

class UplinkPartValue(UplinkPart, CData): ...
class UplinkPartPointer(UplinkPart, Pointer[UplinkPartValue]): ...

class UplinkPermission:
    allow_download: bool
    allow_upload: bool
    allow_list: bool
    allow_delete: bool
    not_before: int
    not_after: int

class UplinkPermissionValue(UplinkPermission, CData): ...
class UplinkPermissionPointer(UplinkPermission, Pointer[UplinkPermissionValue]): ...

class UplinkSharePrefix:
    bucket: Chars
    prefix: Chars

class UplinkSharePrefixValue(UplinkSharePrefix, CData): ...
class UplinkSharePrefixPointer(UplinkSharePrefix, Pointer[UplinkSharePrefixValue]): ...

class EdgeConfig:
    auth_service_address: Chars
    certificate_pem: Chars
    insecure_unencrypted_connection: bool

class EdgeConfigValue(EdgeConfig, CData): ...
class EdgeConfigPointer(EdgeConfig, Pointer[EdgeConfigValue]): ...

class EdgeRegisterAccessOptions:
    is_public: bool

class EdgeRegisterAccessOptionsValue(EdgeRegisterAccessOptions, CData): ...
class EdgeRegisterAccessOptionsPointer(EdgeRegisterAccessOptions, Pointer[EdgeRegisterAccessOptionsValue]): ...

class EdgeCredentials:
    access_key_id: Chars
    secret_key: Chars
    endpoint: Chars
    free_tier_expires: int

class EdgeCredentialsValue(EdgeCredentials, CData): ...
class EdgeCredentialsPointer(EdgeCredentials, Pointer[EdgeCredentialsValue]): ...

class EdgeShareURLOptions:
    raw: bool

class EdgeShareURLOptionsValue(EdgeShareURLOptions, CData): ...
class EdgeShareURLOptionsPointer(EdgeShareURLOptions, Pointer[EdgeShareURLOptionsValue]): ...

class UplinkAccessResult:
    access: UplinkAccessPointer
    error: UplinkErrorPointer

class UplinkAccessResultValue(UplinkAccessResult, CData): ...
class UplinkAccessResultPointer(UplinkAccessResult, Pointer[UplinkAccessResultValue]): ...

class UplinkProjectResult:
    project: UplinkProjectPointer
    error: UplinkErrorPointer

class UplinkProjectResultValue(UplinkProjectResult, CData): ...
class UplinkProjectResultPointer(UplinkProjectResult, Pointer[UplinkProjectResultValue]): ...

class UplinkBucketResult:
    bucket: UplinkBucketPointer
    error: UplinkErrorPointer

class UplinkBucketResultValue(UplinkBucketResult, CData): ...
class UplinkBucketResultPointer(UplinkBucketResult, Pointer[UplinkBucketResultValue]): ...

class UplinkObjectResult:
    object: UplinkObjectPointer
    error: UplinkErrorPointer

class UplinkObjectResultValue(UplinkObjectResult, CData): ...
class UplinkObjectResultPointer(UplinkObjectResult, Pointer[UplinkObjectResultValue]): ...

class UplinkUploadResult:
    upload: UplinkUploadPointer
    error: UplinkErrorPointer

class UplinkUploadResultValue(UplinkUploadResult, CData): ...
class UplinkUploadResultPointer(UplinkUploadResult, Pointer[UplinkUploadResultValue]): ...

class UplinkPartUploadResult:
    part_upload: UplinkPartUploadPointer
    error: UplinkErrorPointer

class UplinkPartUploadResultValue(UplinkPartUploadResult, CData): ...
class UplinkPartUploadResultPointer(UplinkPartUploadResult, Pointer[UplinkPartUploadResultValue]): ...

class UplinkUploadInfoResult:
    info: UplinkUploadInfoPointer
    error: UplinkErrorPointer

class UplinkUploadInfoResultValue(UplinkUploadInfoResult, CData): ...
class UplinkUploadInfoResultPointer(UplinkUploadInfoResult, Pointer[UplinkUploadInfoResultValue]): ...

class UplinkCommitUploadResult:
    object: UplinkObjectPointer
    error: UplinkErrorPointer

class UplinkCommitUploadResultValue(UplinkCommitUploadResult, CData): ...
class UplinkCommitUploadResultPointer(UplinkCommitUploadResult, Pointer[UplinkCommitUploadResultValue]): ...

class UplinkPartResult:
    part: UplinkPartPointer
    error: UplinkErrorPointer

class UplinkPartResultValue(UplinkPartResult, CData): ...
class UplinkPartResultPointer(UplinkPartResult, Pointer[UplinkPartResultValue]): ...

class UplinkDownloadResult:
    download: UplinkDownloadPointer
    error: UplinkErrorPointer

class UplinkDownloadResultValue(UplinkDownloadResult, CData): ...
class UplinkDownloadResultPointer(UplinkDownloadResult, Pointer[UplinkDownloadResultValue]): ...

class UplinkWriteResult:
    bytes_written: int
    error: UplinkErrorPointer

class UplinkWriteResultValue(UplinkWriteResult, CData): ...
class UplinkWriteResultPointer(UplinkWriteResult, Pointer[UplinkWriteResultValue]): ...

class UplinkReadResult:
    bytes_read: int
    error: UplinkErrorPointer

class UplinkReadResultValue(UplinkReadResult, CData): ...
class UplinkReadResultPointer(UplinkReadResult, Pointer[UplinkReadResultValue]): ...

class UplinkStringResult:
    string: Chars
    error: UplinkErrorPointer

class UplinkStringResultValue(UplinkStringResult, CData): ...
class UplinkStringResultPointer(UplinkStringResult, Pointer[UplinkStringResultValue]): ...

class UplinkEncryptionKeyResult:
    encryption_key: UplinkEncryptionKeyPointer
    error: UplinkErrorPointer

class UplinkEncryptionKeyResultValue(UplinkEncryptionKeyResult, CData): ...
class UplinkEncryptionKeyResultPointer(UplinkEncryptionKeyResult, Pointer[UplinkEncryptionKeyResultValue]): ...

class EdgeCredentialsResult:
    credentials: EdgeCredentialsPointer
    error: UplinkErrorPointer

class EdgeCredentialsResultValue(EdgeCredentialsResult, CData): ...
class EdgeCredentialsResultPointer(EdgeCredentialsResult, Pointer[EdgeCredentialsResultValue]): ...

class UplinkQueue:
    _handle: int

class UplinkQueueValue(UplinkQueue, CData): ...
class UplinkQueuePointer(UplinkQueue, Pointer[UplinkQueueValue]): ...

class UplinkOperation:
    _handle: int
    queue: UplinkQueuePointer
    repeat_microseconds: int

class UplinkOperationValue(UplinkOperation, CData): ...
class UplinkOperationPointer(UplinkOperation, Pointer[UplinkOperationValue]): ...

class UplinkProgress:
    struct_size: int
    total: int
    transferred: int
    committed: int

class UplinkProgressValue(UplinkProgress, CData): ...
class UplinkProgressPointer(UplinkProgress, Pointer[UplinkProgressValue]): ...

class UplinkProjectStats:
    struct_size: int
    calls_started: int
    calls_succeeded: int
    calls_failed: int
    calls_canceled: int
    calls_in_flight: int
    calls_waiting: int
    calls_detached: int
    requests: int
    retries: int
    slow_downs: int
    stalls: int
    bytes_sent: int
    bytes_received: int
    wire_bytes_sent: int
    wire_bytes_received: int
    waited_nanoseconds: int
    satellite_connections: int
    node_connections: int

class UplinkProjectStatsValue(UplinkProjectStats, CData): ...
class UplinkProjectStatsPointer(UplinkProjectStats, Pointer[UplinkProjectStatsValue]): ...

class UplinkOperationStats:
    struct_size: int
    requests: int
    retries: int
    bytes_sent: int
    bytes_received: int
    waited_nanoseconds: int

class UplinkOperationStatsValue(UplinkOperationStats, CData): ...
class UplinkOperationStatsPointer(UplinkOperationStats, Pointer[UplinkOperationStatsValue]): ...

class UplinkEvent:
    struct_size: int
    kind: int
    subject_length: int
    count: int
    last_nanoseconds: int
    value: float
    subject: Chars

class UplinkEventValue(UplinkEvent, CData): ...
class UplinkEventPointer(UplinkEvent, Pointer[UplinkEventValue]): ...

class UplinkRetention:
    mode: int
    retain_until: int
    retain_until_nanoseconds: int

class UplinkRetentionValue(UplinkRetention, CData): ...
class UplinkRetentionPointer(UplinkRetention, Pointer[UplinkRetentionValue]): ...

class UplinkOpenUploadOptions:
    struct_size: int
    size: int
    expires: int
    expires_nanoseconds: int
    if_none_match: Chars
    etag: Chars
    etag_length: int
    retention: UplinkRetentionValue
    legal_hold: bool
    checksum: int

class UplinkOpenUploadOptionsValue(UplinkOpenUploadOptions, CData): ...
class UplinkOpenUploadOptionsPointer(UplinkOpenUploadOptions, Pointer[UplinkOpenUploadOptionsValue]): ...

class UplinkPutObjectOptions:
    struct_size: int
    expires: int
    expires_nanoseconds: int
    custom: UplinkCustomMetadataValue
    if_none_match: Chars
    etag: Chars
    etag_length: int
    retention: UplinkRetentionValue
    legal_hold: bool
    checksum: int

class UplinkPutObjectOptionsValue(UplinkPutObjectOptions, CData): ...
class UplinkPutObjectOptionsPointer(UplinkPutObjectOptions, Pointer[UplinkPutObjectOptionsValue]): ...

class UplinkUploadFileOptions:
    struct_size: int
    expires: int
    expires_nanoseconds: int
    custom: UplinkCustomMetadataValue
    if_none_match: Chars
    etag: Chars
    etag_length: int
    retention: UplinkRetentionValue
    legal_hold: bool
    no_resume: bool
    part_size: int
    checksum: int

class UplinkUploadFileOptionsValue(UplinkUploadFileOptions, CData): ...
class UplinkUploadFileOptionsPointer(UplinkUploadFileOptions, Pointer[UplinkUploadFileOptionsValue]): ...

class UplinkDownloadFileOptions:
    struct_size: int
    version: Chars
    version_length: int
    no_overwrite: bool
    no_resume: bool
    no_sync: bool
    verify: bool

class UplinkDownloadFileOptionsValue(UplinkDownloadFileOptions, CData): ...
class UplinkDownloadFileOptionsPointer(UplinkDownloadFileOptions, Pointer[UplinkDownloadFileOptionsValue]): ...

class UplinkStatObjectOptions:
    struct_size: int
    version: Chars
    version_length: int

class UplinkStatObjectOptionsValue(UplinkStatObjectOptions, CData): ...
class UplinkStatObjectOptionsPointer(UplinkStatObjectOptions, Pointer[UplinkStatObjectOptionsValue]): ...

class UplinkDeleteObjectOptions:
    struct_size: int
    version: Chars
    version_length: int
    bypass_governance_retention: bool

class UplinkDeleteObjectOptionsValue(UplinkDeleteObjectOptions, CData): ...
class UplinkDeleteObjectOptionsPointer(UplinkDeleteObjectOptions, Pointer[UplinkDeleteObjectOptionsValue]): ...

class UplinkUpdateMetadataOptions:
    struct_size: int
    etag: Chars
    etag_length: int

class UplinkUpdateMetadataOptionsValue(UplinkUpdateMetadataOptions, CData): ...
class UplinkUpdateMetadataOptionsPointer(UplinkUpdateMetadataOptions, Pointer[UplinkUpdateMetadataOptionsValue]): ...

class UplinkOpenDownloadOptions:
    struct_size: int
    offset: int
    length: int
    version: Chars
    version_length: int
    expected_created: int
    expected_created_nanoseconds: int
    expected_size: int
    verify: bool

class UplinkOpenDownloadOptionsValue(UplinkOpenDownloadOptions, CData): ...
class UplinkOpenDownloadOptionsPointer(UplinkOpenDownloadOptions, Pointer[UplinkOpenDownloadOptionsValue]): ...

class UplinkGetObjectOptions:
    struct_size: int
    offset: int
    length: int
    most: int
    version: Chars
    version_length: int
    expected_created: int
    expected_created_nanoseconds: int
    expected_size: int
    verify: bool

class UplinkGetObjectOptionsValue(UplinkGetObjectOptions, CData): ...
class UplinkGetObjectOptionsPointer(UplinkGetObjectOptions, Pointer[UplinkGetObjectOptionsValue]): ...

class UplinkListBucketPageOptions:
    struct_size: int
    cursor: Chars
    limit: int

class UplinkListBucketPageOptionsValue(UplinkListBucketPageOptions, CData): ...
class UplinkListBucketPageOptionsPointer(UplinkListBucketPageOptions, Pointer[UplinkListBucketPageOptionsValue]): ...

class UplinkListPageOptions:
    struct_size: int
    prefix: Chars
    prefix_length: int
    cursor: Chars
    cursor_length: int
    recursive: bool
    system: bool
    custom: bool
    limit: int
    version_cursor: Chars
    version_cursor_length: int
    etag: bool

class UplinkListPageOptionsValue(UplinkListPageOptions, CData): ...
class UplinkListPageOptionsPointer(UplinkListPageOptions, Pointer[UplinkListPageOptionsValue]): ...

class UplinkStartBeginUploadOptions:
    struct_size: int
    expires: int
    expires_nanoseconds: int
    custom: UplinkCustomMetadataValue
    retention: UplinkRetentionValue
    legal_hold: bool

class UplinkStartBeginUploadOptionsValue(UplinkStartBeginUploadOptions, CData): ...
class UplinkStartBeginUploadOptionsPointer(
    UplinkStartBeginUploadOptions, Pointer[UplinkStartBeginUploadOptionsValue]
): ...

class UplinkStartCommitUploadOptions:
    struct_size: int
    custom: UplinkCustomMetadataValue
    if_none_match: Chars
    etag: Chars
    etag_length: int

class UplinkStartCommitUploadOptionsValue(UplinkStartCommitUploadOptions, CData): ...
class UplinkStartCommitUploadOptionsPointer(
    UplinkStartCommitUploadOptions, Pointer[UplinkStartCommitUploadOptionsValue]
): ...

class UplinkStartUploadPartOptions:
    struct_size: int
    in_turn: bool
    size: int

class UplinkStartUploadPartOptionsValue(UplinkStartUploadPartOptions, CData): ...
class UplinkStartUploadPartOptionsPointer(UplinkStartUploadPartOptions, Pointer[UplinkStartUploadPartOptionsValue]): ...

class UplinkStartPartCommitOptions:
    struct_size: int
    etag: Chars
    etag_length: int

class UplinkStartPartCommitOptionsValue(UplinkStartPartCommitOptions, CData): ...
class UplinkStartPartCommitOptionsPointer(UplinkStartPartCommitOptions, Pointer[UplinkStartPartCommitOptionsValue]): ...

class UplinkListPartPageOptions:
    struct_size: int
    first: int
    limit: int

class UplinkListPartPageOptionsValue(UplinkListPartPageOptions, CData): ...
class UplinkListPartPageOptionsPointer(UplinkListPartPageOptions, Pointer[UplinkListPartPageOptionsValue]): ...

class UplinkStartCopyOptions:
    struct_size: int
    version: Chars
    version_length: int
    if_none_match: Chars
    retention: UplinkRetentionValue
    legal_hold: bool

class UplinkStartCopyOptionsValue(UplinkStartCopyOptions, CData): ...
class UplinkStartCopyOptionsPointer(UplinkStartCopyOptions, Pointer[UplinkStartCopyOptionsValue]): ...

class UplinkStartMoveOptions:
    struct_size: int

class UplinkStartMoveOptionsValue(UplinkStartMoveOptions, CData): ...
class UplinkStartMoveOptionsPointer(UplinkStartMoveOptions, Pointer[UplinkStartMoveOptionsValue]): ...

class UplinkRange:
    offset: int
    bytes: CData
    length: int

class UplinkRangeValue(UplinkRange, CData): ...
class UplinkRangePointer(UplinkRange, Pointer[UplinkRangeValue]): ...

class UplinkGetRangesOptions:
    struct_size: int
    version: Chars
    version_length: int
    expected_created: int
    expected_created_nanoseconds: int
    expected_size: int
    max_gap: int

class UplinkGetRangesOptionsValue(UplinkGetRangesOptions, CData): ...
class UplinkGetRangesOptionsPointer(UplinkGetRangesOptions, Pointer[UplinkGetRangesOptionsValue]): ...

class UplinkText:
    data: Chars
    length: int

class UplinkTextValue(UplinkText, CData): ...
class UplinkTextPointer(UplinkText, Pointer[UplinkTextValue]): ...

class UplinkTag:
    key: UplinkTextValue
    value: UplinkTextValue

class UplinkTagValue(UplinkTag, CData): ...
class UplinkTagPointer(UplinkTag, Pointer[UplinkTagValue]): ...

class UplinkTags:
    items: UplinkTagPointer
    count: int

class UplinkTagsValue(UplinkTags, CData): ...
class UplinkTagsPointer(UplinkTags, Pointer[UplinkTagsValue]): ...

class UplinkNotificationConfiguration:
    struct_size: int
    id: UplinkTextValue
    topic_name: UplinkTextValue
    events: UplinkTextPointer
    event_count: int
    filter_prefix: UplinkTextValue
    filter_suffix: UplinkTextValue

class UplinkNotificationConfigurationValue(UplinkNotificationConfiguration, CData): ...
class UplinkNotificationConfigurationPointer(
    UplinkNotificationConfiguration, Pointer[UplinkNotificationConfigurationValue]
): ...

class UplinkDeleteObjectsOptions:
    struct_size: int
    bypass_governance_retention: bool

class UplinkDeleteObjectsOptionsValue(UplinkDeleteObjectsOptions, CData): ...
class UplinkDeleteObjectsOptionsPointer(UplinkDeleteObjectsOptions, Pointer[UplinkDeleteObjectsOptionsValue]): ...

class UplinkTreeOptions:
    struct_size: int
    compare: int
    delete_extra: bool
    dry_run: bool
    follow_links: bool
    include: UplinkTextPointer
    include_count: int
    exclude: UplinkTextPointer
    exclude_count: int
    verify: bool

class UplinkTreeOptionsValue(UplinkTreeOptions, CData): ...
class UplinkTreeOptionsPointer(UplinkTreeOptions, Pointer[UplinkTreeOptionsValue]): ...

class UplinkListLicensesOptions:
    struct_size: int
    type: UplinkTextValue
    bucket_name: UplinkTextValue

class UplinkListLicensesOptionsValue(UplinkListLicensesOptions, CData): ...
class UplinkListLicensesOptionsPointer(UplinkListLicensesOptions, Pointer[UplinkListLicensesOptionsValue]): ...

class UplinkRegisterAccessOptions:
    struct_size: int
    is_public: bool

class UplinkRegisterAccessOptionsValue(UplinkRegisterAccessOptions, CData): ...
class UplinkRegisterAccessOptionsPointer(UplinkRegisterAccessOptions, Pointer[UplinkRegisterAccessOptionsValue]): ...

class UplinkDeleteItem:
    key: Chars
    key_length: int
    version: Chars
    version_length: int

class UplinkDeleteItemValue(UplinkDeleteItem, CData): ...
class UplinkDeleteItemPointer(UplinkDeleteItem, Pointer[UplinkDeleteItemValue]): ...

class UplinkBucketRecord:
    bucket: UplinkBucketValue
    created_nanoseconds: int
    attribution: Chars
    attribution_length: int

class UplinkBucketRecordValue(UplinkBucketRecord, CData): ...
class UplinkBucketRecordPointer(UplinkBucketRecord, Pointer[UplinkBucketRecordValue]): ...

class UplinkBucketRecordResult:
    record: UplinkBucketRecordPointer
    error: UplinkErrorPointer

class UplinkBucketRecordResultValue(UplinkBucketRecordResult, CData): ...
class UplinkBucketRecordResultPointer(UplinkBucketRecordResult, Pointer[UplinkBucketRecordResultValue]): ...

class UplinkBucketPage:
    items: UplinkBucketRecordPointer
    count: int
    more: bool

class UplinkBucketPageValue(UplinkBucketPage, CData): ...
class UplinkBucketPagePointer(UplinkBucketPage, Pointer[UplinkBucketPageValue]): ...

class UplinkBucketPageResult:
    page: UplinkBucketPagePointer
    error: UplinkErrorPointer

class UplinkBucketPageResultValue(UplinkBucketPageResult, CData): ...
class UplinkBucketPageResultPointer(UplinkBucketPageResult, Pointer[UplinkBucketPageResultValue]): ...

class UplinkRecord:
    key: Chars
    key_length: int
    is_prefix: bool
    system: UplinkSystemMetadataValue
    created_nanoseconds: int
    expires_nanoseconds: int
    custom: UplinkCustomMetadataValue
    version: Chars
    version_length: int
    etag: Chars
    etag_length: int
    is_versioned: bool
    is_latest: bool
    is_delete_marker: bool
    has_legal_hold: bool
    legal_hold: bool
    retention: UplinkRetentionValue
    unreadable: bool

class UplinkRecordValue(UplinkRecord, CData): ...
class UplinkRecordPointer(UplinkRecord, Pointer[UplinkRecordValue]): ...

class UplinkRecordResult:
    record: UplinkRecordPointer
    error: UplinkErrorPointer

class UplinkRecordResultValue(UplinkRecordResult, CData): ...
class UplinkRecordResultPointer(UplinkRecordResult, Pointer[UplinkRecordResultValue]): ...

class UplinkDeletion:
    status: int
    version: Chars
    version_length: int
    was_delete_marker: bool
    delete_marker: Chars
    delete_marker_length: int

class UplinkDeletionValue(UplinkDeletion, CData): ...
class UplinkDeletionPointer(UplinkDeletion, Pointer[UplinkDeletionValue]): ...

class UplinkDeletions:
    items: UplinkDeletionPointer
    count: int

class UplinkDeletionsValue(UplinkDeletions, CData): ...
class UplinkDeletionsPointer(UplinkDeletions, Pointer[UplinkDeletionsValue]): ...

class UplinkDeletionsResult:
    deletions: UplinkDeletionsPointer
    error: UplinkErrorPointer

class UplinkDeletionsResultValue(UplinkDeletionsResult, CData): ...
class UplinkDeletionsResultPointer(UplinkDeletionsResult, Pointer[UplinkDeletionsResultValue]): ...

class UplinkObjectPage:
    items: UplinkRecordPointer
    count: int
    more: bool
    keys: Chars
    keys_length: int

class UplinkObjectPageValue(UplinkObjectPage, CData): ...
class UplinkObjectPagePointer(UplinkObjectPage, Pointer[UplinkObjectPageValue]): ...

class UplinkUploadRecord:
    upload_id: Chars
    record: UplinkRecordValue

class UplinkUploadRecordValue(UplinkUploadRecord, CData): ...
class UplinkUploadRecordPointer(UplinkUploadRecord, Pointer[UplinkUploadRecordValue]): ...

class UplinkUploadRecordResult:
    upload: UplinkUploadRecordPointer
    error: UplinkErrorPointer

class UplinkUploadRecordResultValue(UplinkUploadRecordResult, CData): ...
class UplinkUploadRecordResultPointer(UplinkUploadRecordResult, Pointer[UplinkUploadRecordResultValue]): ...

class UplinkPartRecord:
    part: UplinkPartValue
    modified_nanoseconds: int

class UplinkPartRecordValue(UplinkPartRecord, CData): ...
class UplinkPartRecordPointer(UplinkPartRecord, Pointer[UplinkPartRecordValue]): ...

class UplinkPartPage:
    items: UplinkPartRecordPointer
    count: int
    more: bool

class UplinkPartPageValue(UplinkPartPage, CData): ...
class UplinkPartPagePointer(UplinkPartPage, Pointer[UplinkPartPageValue]): ...

class UplinkPartPageResult:
    page: UplinkPartPagePointer
    error: UplinkErrorPointer

class UplinkPartPageResultValue(UplinkPartPageResult, CData): ...
class UplinkPartPageResultPointer(UplinkPartPageResult, Pointer[UplinkPartPageResultValue]): ...

class UplinkUploadPage:
    items: UplinkUploadRecordPointer
    count: int
    more: bool

class UplinkUploadPageValue(UplinkUploadPage, CData): ...
class UplinkUploadPagePointer(UplinkUploadPage, Pointer[UplinkUploadPageValue]): ...

class UplinkUploadPageResult:
    page: UplinkUploadPagePointer
    error: UplinkErrorPointer

class UplinkUploadPageResultValue(UplinkUploadPageResult, CData): ...
class UplinkUploadPageResultPointer(UplinkUploadPageResult, Pointer[UplinkUploadPageResultValue]): ...

class UplinkObjectPageResult:
    page: UplinkObjectPagePointer
    error: UplinkErrorPointer

class UplinkObjectPageResultValue(UplinkObjectPageResult, CData): ...
class UplinkObjectPageResultPointer(UplinkObjectPageResult, Pointer[UplinkObjectPageResultValue]): ...

class UplinkTreeEntry:
    action: int
    path: UplinkTextValue
    size: int
    reason: UplinkTextValue
    error: UplinkErrorPointer

class UplinkTreeEntryValue(UplinkTreeEntry, CData): ...
class UplinkTreeEntryPointer(UplinkTreeEntry, Pointer[UplinkTreeEntryValue]): ...

class UplinkTree:
    items: UplinkTreeEntryPointer
    count: int
    copied: int
    unchanged: int
    excluded: int
    deleted: int
    skipped: int
    failed: int
    bytes: int

class UplinkTreeValue(UplinkTree, CData): ...
class UplinkTreePointer(UplinkTree, Pointer[UplinkTreeValue]): ...

class UplinkTreeResult:
    tree: UplinkTreePointer
    error: UplinkErrorPointer

class UplinkTreeResultValue(UplinkTreeResult, CData): ...
class UplinkTreeResultPointer(UplinkTreeResult, Pointer[UplinkTreeResultValue]): ...

class UplinkTextResult:
    text: UplinkTextValue
    error: UplinkErrorPointer

class UplinkTextResultValue(UplinkTextResult, CData): ...
class UplinkTextResultPointer(UplinkTextResult, Pointer[UplinkTextResultValue]): ...

class UplinkTagsResult:
    tags: UplinkTagsPointer
    error: UplinkErrorPointer

class UplinkTagsResultValue(UplinkTagsResult, CData): ...
class UplinkTagsResultPointer(UplinkTagsResult, Pointer[UplinkTagsResultValue]): ...

class UplinkNotificationResult:
    configuration: UplinkNotificationConfigurationPointer
    error: UplinkErrorPointer

class UplinkNotificationResultValue(UplinkNotificationResult, CData): ...
class UplinkNotificationResultPointer(UplinkNotificationResult, Pointer[UplinkNotificationResultValue]): ...

class UplinkProjectInfo:
    public_id: UplinkTextValue
    created: int
    created_nanoseconds: int
    salt: UplinkTextValue
    has_edge_url_overrides: bool
    edge_auth_service: UplinkTextValue
    edge_public_linksharing: UplinkTextValue
    edge_internal_linksharing: UplinkTextValue

class UplinkProjectInfoValue(UplinkProjectInfo, CData): ...
class UplinkProjectInfoPointer(UplinkProjectInfo, Pointer[UplinkProjectInfoValue]): ...

class UplinkProjectInfoResult:
    info: UplinkProjectInfoPointer
    error: UplinkErrorPointer

class UplinkProjectInfoResultValue(UplinkProjectInfoResult, CData): ...
class UplinkProjectInfoResultPointer(UplinkProjectInfoResult, Pointer[UplinkProjectInfoResultValue]): ...

class UplinkLicense:
    type: UplinkTextValue
    key: UplinkTextValue
    expires: int
    expires_nanoseconds: int

class UplinkLicenseValue(UplinkLicense, CData): ...
class UplinkLicensePointer(UplinkLicense, Pointer[UplinkLicenseValue]): ...

class UplinkLicenses:
    items: UplinkLicensePointer
    count: int

class UplinkLicensesValue(UplinkLicenses, CData): ...
class UplinkLicensesPointer(UplinkLicenses, Pointer[UplinkLicensesValue]): ...

class UplinkLicensesResult:
    licenses: UplinkLicensesPointer
    error: UplinkErrorPointer

class UplinkLicensesResultValue(UplinkLicensesResult, CData): ...
class UplinkLicensesResultPointer(UplinkLicensesResult, Pointer[UplinkLicensesResultValue]): ...

class UplinkIPSummary:
    ip_ports: UplinkTextPointer
    count: int
    segment_count: int
    piece_count: int
    reliable_piece_count: int
    placement_constraint: int

class UplinkIPSummaryValue(UplinkIPSummary, CData): ...
class UplinkIPSummaryPointer(UplinkIPSummary, Pointer[UplinkIPSummaryValue]): ...

class UplinkIPSummaryResult:
    summary: UplinkIPSummaryPointer
    error: UplinkErrorPointer

class UplinkIPSummaryResultValue(UplinkIPSummaryResult, CData): ...
class UplinkIPSummaryResultPointer(UplinkIPSummaryResult, Pointer[UplinkIPSummaryResultValue]): ...

class UplinkGetResult:
    download: UplinkDownloadPointer
    bytes: CData
    length: int
    error: UplinkErrorPointer

class UplinkGetResultValue(UplinkGetResult, CData): ...
class UplinkGetResultPointer(UplinkGetResult, Pointer[UplinkGetResultValue]): ...

class UplinkVersioningResult:
    versioning: int
    error: UplinkErrorPointer

class UplinkVersioningResultValue(UplinkVersioningResult, CData): ...
class UplinkVersioningResultPointer(UplinkVersioningResult, Pointer[UplinkVersioningResultValue]): ...

class UplinkCreateBucketOptions:
    struct_size: int
    object_lock_enabled: bool
    placement: Chars

class UplinkCreateBucketOptionsValue(UplinkCreateBucketOptions, CData): ...
class UplinkCreateBucketOptionsPointer(UplinkCreateBucketOptions, Pointer[UplinkCreateBucketOptionsValue]): ...

class UplinkDefaultRetention:
    mode: int
    days: int
    years: int

class UplinkDefaultRetentionValue(UplinkDefaultRetention, CData): ...
class UplinkDefaultRetentionPointer(UplinkDefaultRetention, Pointer[UplinkDefaultRetentionValue]): ...

class UplinkObjectLockConfigurationOptions:
    struct_size: int
    enabled: bool
    default_retention: UplinkDefaultRetentionValue

class UplinkObjectLockConfigurationOptionsValue(UplinkObjectLockConfigurationOptions, CData): ...
class UplinkObjectLockConfigurationOptionsPointer(
    UplinkObjectLockConfigurationOptions, Pointer[UplinkObjectLockConfigurationOptionsValue]
): ...

class UplinkObjectLockConfigurationResult:
    enabled: bool
    default_retention: UplinkDefaultRetentionValue
    error: UplinkErrorPointer

class UplinkObjectLockConfigurationResultValue(UplinkObjectLockConfigurationResult, CData): ...
class UplinkObjectLockConfigurationResultPointer(
    UplinkObjectLockConfigurationResult, Pointer[UplinkObjectLockConfigurationResultValue]
): ...

class UplinkLockOptions:
    struct_size: int
    version: Chars
    version_length: int

class UplinkLockOptionsValue(UplinkLockOptions, CData): ...
class UplinkLockOptionsPointer(UplinkLockOptions, Pointer[UplinkLockOptionsValue]): ...

class UplinkSetRetentionOptions:
    struct_size: int
    version: Chars
    version_length: int
    bypass_governance_retention: bool

class UplinkSetRetentionOptionsValue(UplinkSetRetentionOptions, CData): ...
class UplinkSetRetentionOptionsPointer(UplinkSetRetentionOptions, Pointer[UplinkSetRetentionOptionsValue]): ...

class UplinkRetentionResult:
    retention: UplinkRetentionValue
    error: UplinkErrorPointer

class UplinkRetentionResultValue(UplinkRetentionResult, CData): ...
class UplinkRetentionResultPointer(UplinkRetentionResult, Pointer[UplinkRetentionResultValue]): ...

class UplinkLegalHoldResult:
    enabled: bool
    error: UplinkErrorPointer

class UplinkLegalHoldResultValue(UplinkLegalHoldResult, CData): ...
class UplinkLegalHoldResultPointer(UplinkLegalHoldResult, Pointer[UplinkLegalHoldResultValue]): ...

class UplinkReachedPrefix:
    bucket: Chars
    bucket_length: int
    prefix: Chars
    prefix_length: int

class UplinkReachedPrefixValue(UplinkReachedPrefix, CData): ...
class UplinkReachedPrefixPointer(UplinkReachedPrefix, Pointer[UplinkReachedPrefixValue]): ...

class UplinkLockPermission:
    put_object_retention: bool
    get_object_retention: bool
    put_object_legal_hold: bool
    get_object_legal_hold: bool
    bypass_governance_retention: bool
    put_bucket_object_lock_configuration: bool
    get_bucket_object_lock_configuration: bool

class UplinkLockPermissionValue(UplinkLockPermission, CData): ...
class UplinkLockPermissionPointer(UplinkLockPermission, Pointer[UplinkLockPermissionValue]): ...

class UplinkInspection:
    permission: UplinkPermissionValue
    not_before_nanoseconds: int
    not_after_nanoseconds: int
    locks: UplinkLockPermissionValue
    max_object_ttl: int
    restricted: bool
    prefixes: UplinkReachedPrefixPointer
    count: int

class UplinkInspectionValue(UplinkInspection, CData): ...
class UplinkInspectionPointer(UplinkInspection, Pointer[UplinkInspectionValue]): ...

class UplinkInspectionResult:
    inspection: UplinkInspectionPointer
    error: UplinkErrorPointer

class UplinkInspectionResultValue(UplinkInspectionResult, CData): ...
class UplinkInspectionResultPointer(UplinkInspectionResult, Pointer[UplinkInspectionResultValue]): ...

class UplinkShareOptions:
    struct_size: int
    permission: UplinkPermissionValue
    locks: UplinkLockPermissionValue
    max_object_ttl: int
    not_before_nanoseconds: int
    not_after_nanoseconds: int

class UplinkShareOptionsValue(UplinkShareOptions, CData): ...
class UplinkShareOptionsPointer(UplinkShareOptions, Pointer[UplinkShareOptionsValue]): ...

class UplinkShareURLOptions:
    struct_size: int
    raw: bool

class UplinkShareURLOptionsValue(UplinkShareURLOptions, CData): ...
class UplinkShareURLOptionsPointer(UplinkShareURLOptions, Pointer[UplinkShareURLOptionsValue]): ...

class UplinkQueueResult:
    queue: UplinkQueuePointer
    error: UplinkErrorPointer

class UplinkQueueResultValue(UplinkQueueResult, CData): ...
class UplinkQueueResultPointer(UplinkQueueResult, Pointer[UplinkQueueResultValue]): ...

class UplinkSmallCall:
    tag: int
    project: UplinkProjectPointer
    is_put: bool
    bucket_length: int
    key_length: int
    size: int

class UplinkSmallCallValue(UplinkSmallCall, CData): ...
class UplinkSmallCallPointer(UplinkSmallCall, Pointer[UplinkSmallCallValue]): ...

class UplinkSmallResult:
    tag: int
    error: UplinkErrorPointer
    record: UplinkRecordPointer
    bytes: CData
    length: int
    download: UplinkDownloadPointer

class UplinkSmallResultValue(UplinkSmallResult, CData): ...
class UplinkSmallResultPointer(UplinkSmallResult, Pointer[UplinkSmallResultValue]): ...

class UplinkSmallResults:
    items: UplinkSmallResultPointer
    count: int

class UplinkSmallResultsValue(UplinkSmallResults, CData): ...
class UplinkSmallResultsPointer(UplinkSmallResults, Pointer[UplinkSmallResultsValue]): ...

class FFI:
    NULL: CData

    def addressof(self, struct: CData, field: str, /) -> CData: ...
    def buffer(self, memory: CData, size: int, /) -> Memory: ...
    @overload
    def cast(self, kind: Literal["UplinkHandle *"], value: CData, /) -> UplinkHandlePointer: ...
    @overload
    def cast(self, kind: Literal["UplinkHandle **"], value: CData, /) -> Pointer[UplinkHandlePointer]: ...
    @overload
    def from_buffer(self, data: Buffer, /) -> Chars: ...
    @overload
    def from_buffer(self, kind: Literal["char *"], data: Buffer, /) -> Chars: ...
    def gc(self, value: _C, destructor: Callable[[_C], object], /) -> _C: ...
    def memmove(self, target: CData, source: CData | Buffer, size: int, /) -> None: ...
    def offsetof(self, kind: str, /, *fields: str) -> int: ...
    def release(self, value: CData, /) -> None: ...
    def sizeof(self, kind: str, /) -> int: ...
    def string(self, text: Chars, /) -> bytes: ...
    def unpack(self, text: Chars, size: int, /) -> bytes: ...
    @overload
    def typeof(self, kind: Literal["UplinkError **"], /) -> CType[Pointer[UplinkErrorPointer]]: ...
    @overload
    def typeof(self, kind: Literal["UplinkAccessResult *"], /) -> CType[UplinkAccessResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkProjectResult *"], /) -> CType[UplinkProjectResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkBucketResult *"], /) -> CType[UplinkBucketResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkObjectResult *"], /) -> CType[UplinkObjectResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkUploadResult *"], /) -> CType[UplinkUploadResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkPartUploadResult *"], /) -> CType[UplinkPartUploadResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkUploadInfoResult *"], /) -> CType[UplinkUploadInfoResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkCommitUploadResult *"], /) -> CType[UplinkCommitUploadResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkPartResult *"], /) -> CType[UplinkPartResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkDownloadResult *"], /) -> CType[UplinkDownloadResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkWriteResult *"], /) -> CType[UplinkWriteResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkReadResult *"], /) -> CType[UplinkReadResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkStringResult *"], /) -> CType[UplinkStringResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkEncryptionKeyResult *"], /) -> CType[UplinkEncryptionKeyResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["EdgeCredentialsResult *"], /) -> CType[EdgeCredentialsResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkBucketRecordResult *"], /) -> CType[UplinkBucketRecordResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkBucketPageResult *"], /) -> CType[UplinkBucketPageResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkRecordResult *"], /) -> CType[UplinkRecordResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkDeletionsResult *"], /) -> CType[UplinkDeletionsResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkUploadRecordResult *"], /) -> CType[UplinkUploadRecordResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkPartPageResult *"], /) -> CType[UplinkPartPageResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkUploadPageResult *"], /) -> CType[UplinkUploadPageResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkObjectPageResult *"], /) -> CType[UplinkObjectPageResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkTreeResult *"], /) -> CType[UplinkTreeResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkTextResult *"], /) -> CType[UplinkTextResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkTagsResult *"], /) -> CType[UplinkTagsResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkNotificationResult *"], /) -> CType[UplinkNotificationResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkProjectInfoResult *"], /) -> CType[UplinkProjectInfoResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkLicensesResult *"], /) -> CType[UplinkLicensesResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkIPSummaryResult *"], /) -> CType[UplinkIPSummaryResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkGetResult *"], /) -> CType[UplinkGetResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkVersioningResult *"], /) -> CType[UplinkVersioningResultPointer]: ...
    @overload
    def typeof(
        self, kind: Literal["UplinkObjectLockConfigurationResult *"], /
    ) -> CType[UplinkObjectLockConfigurationResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkRetentionResult *"], /) -> CType[UplinkRetentionResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkLegalHoldResult *"], /) -> CType[UplinkLegalHoldResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkInspectionResult *"], /) -> CType[UplinkInspectionResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkQueueResult *"], /) -> CType[UplinkQueueResultPointer]: ...
    @overload
    def typeof(self, kind: Literal["UplinkSmallResult *"], /) -> CType[UplinkSmallResultPointer]: ...
    @overload
    def new(self, kind: CType[_C], initial: _Initial = ..., /) -> _C: ...
    @overload
    def new(self, kind: Literal["char[]"], initial: bytes, /) -> Chars: ...
    @overload
    def new(self, kind: Literal["UplinkHandle *"], initial: _Initial = ..., /) -> UplinkHandlePointer: ...
    @overload
    def new(self, kind: Literal["UplinkAccess *"], initial: _Initial = ..., /) -> UplinkAccessPointer: ...
    @overload
    def new(self, kind: Literal["UplinkProject *"], initial: _Initial = ..., /) -> UplinkProjectPointer: ...
    @overload
    def new(self, kind: Literal["UplinkDownload *"], initial: _Initial = ..., /) -> UplinkDownloadPointer: ...
    @overload
    def new(self, kind: Literal["UplinkUpload *"], initial: _Initial = ..., /) -> UplinkUploadPointer: ...
    @overload
    def new(self, kind: Literal["UplinkEncryptionKey *"], initial: _Initial = ..., /) -> UplinkEncryptionKeyPointer: ...
    @overload
    def new(self, kind: Literal["UplinkPartUpload *"], initial: _Initial = ..., /) -> UplinkPartUploadPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkObjectIterator *"], initial: _Initial = ..., /
    ) -> UplinkObjectIteratorPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkBucketIterator *"], initial: _Initial = ..., /
    ) -> UplinkBucketIteratorPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkUploadIterator *"], initial: _Initial = ..., /
    ) -> UplinkUploadIteratorPointer: ...
    @overload
    def new(self, kind: Literal["UplinkPartIterator *"], initial: _Initial = ..., /) -> UplinkPartIteratorPointer: ...
    @overload
    def new(self, kind: Literal["UplinkError *"], initial: _Initial = ..., /) -> UplinkErrorPointer: ...
    @overload
    def new(self, kind: Literal["UplinkConfig *"], initial: _Initial = ..., /) -> UplinkConfigPointer: ...
    @overload
    def new(self, kind: Literal["UplinkBudget *"], initial: _Initial = ..., /) -> UplinkBudgetPointer: ...
    @overload
    def new(self, kind: Literal["UplinkPatience *"], initial: _Initial = ..., /) -> UplinkPatiencePointer: ...
    @overload
    def new(self, kind: Literal["UplinkConfigOptions *"], initial: _Initial = ..., /) -> UplinkConfigOptionsPointer: ...
    @overload
    def new(self, kind: Literal["UplinkBucket *"], initial: _Initial = ..., /) -> UplinkBucketPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkSystemMetadata *"], initial: _Initial = ..., /
    ) -> UplinkSystemMetadataPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkCustomMetadataEntry *"], initial: _Initial = ..., /
    ) -> UplinkCustomMetadataEntryPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkCustomMetadata *"], initial: _Initial = ..., /
    ) -> UplinkCustomMetadataPointer: ...
    @overload
    def new(self, kind: Literal["UplinkObject *"], initial: _Initial = ..., /) -> UplinkObjectPointer: ...
    @overload
    def new(self, kind: Literal["UplinkUploadOptions *"], initial: _Initial = ..., /) -> UplinkUploadOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkDownloadOptions *"], initial: _Initial = ..., /
    ) -> UplinkDownloadOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkListObjectsOptions *"], initial: _Initial = ..., /
    ) -> UplinkListObjectsOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkListBucketsOptions *"], initial: _Initial = ..., /
    ) -> UplinkListBucketsOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkListUploadsOptions *"], initial: _Initial = ..., /
    ) -> UplinkListUploadsOptionsPointer: ...
    @overload
    def new(self, kind: Literal["UplinkUploadInfo *"], initial: _Initial = ..., /) -> UplinkUploadInfoPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkCommitUploadOptions *"], initial: _Initial = ..., /
    ) -> UplinkCommitUploadOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkListUploadPartsOptions *"], initial: _Initial = ..., /
    ) -> UplinkListUploadPartsOptionsPointer: ...
    @overload
    def new(self, kind: Literal["UplinkPart *"], initial: _Initial = ..., /) -> UplinkPartPointer: ...
    @overload
    def new(self, kind: Literal["UplinkPermission *"], initial: _Initial = ..., /) -> UplinkPermissionPointer: ...
    @overload
    def new(self, kind: Literal["UplinkSharePrefix *"], initial: _Initial = ..., /) -> UplinkSharePrefixPointer: ...
    @overload
    def new(self, kind: Literal["EdgeConfig *"], initial: _Initial = ..., /) -> EdgeConfigPointer: ...
    @overload
    def new(
        self, kind: Literal["EdgeRegisterAccessOptions *"], initial: _Initial = ..., /
    ) -> EdgeRegisterAccessOptionsPointer: ...
    @overload
    def new(self, kind: Literal["EdgeCredentials *"], initial: _Initial = ..., /) -> EdgeCredentialsPointer: ...
    @overload
    def new(self, kind: Literal["EdgeShareURLOptions *"], initial: _Initial = ..., /) -> EdgeShareURLOptionsPointer: ...
    @overload
    def new(self, kind: Literal["UplinkQueue *"], initial: _Initial = ..., /) -> UplinkQueuePointer: ...
    @overload
    def new(self, kind: Literal["UplinkOperation *"], initial: _Initial = ..., /) -> UplinkOperationPointer: ...
    @overload
    def new(self, kind: Literal["UplinkProgress *"], initial: _Initial = ..., /) -> UplinkProgressPointer: ...
    @overload
    def new(self, kind: Literal["UplinkProjectStats *"], initial: _Initial = ..., /) -> UplinkProjectStatsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkOperationStats *"], initial: _Initial = ..., /
    ) -> UplinkOperationStatsPointer: ...
    @overload
    def new(self, kind: Literal["UplinkEvent *"], initial: _Initial = ..., /) -> UplinkEventPointer: ...
    @overload
    def new(self, kind: Literal["UplinkRetention *"], initial: _Initial = ..., /) -> UplinkRetentionPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkOpenUploadOptions *"], initial: _Initial = ..., /
    ) -> UplinkOpenUploadOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkPutObjectOptions *"], initial: _Initial = ..., /
    ) -> UplinkPutObjectOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkUploadFileOptions *"], initial: _Initial = ..., /
    ) -> UplinkUploadFileOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkDownloadFileOptions *"], initial: _Initial = ..., /
    ) -> UplinkDownloadFileOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkStatObjectOptions *"], initial: _Initial = ..., /
    ) -> UplinkStatObjectOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkDeleteObjectOptions *"], initial: _Initial = ..., /
    ) -> UplinkDeleteObjectOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkUpdateMetadataOptions *"], initial: _Initial = ..., /
    ) -> UplinkUpdateMetadataOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkOpenDownloadOptions *"], initial: _Initial = ..., /
    ) -> UplinkOpenDownloadOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkGetObjectOptions *"], initial: _Initial = ..., /
    ) -> UplinkGetObjectOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkListBucketPageOptions *"], initial: _Initial = ..., /
    ) -> UplinkListBucketPageOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkListPageOptions *"], initial: _Initial = ..., /
    ) -> UplinkListPageOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkStartBeginUploadOptions *"], initial: _Initial = ..., /
    ) -> UplinkStartBeginUploadOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkStartCommitUploadOptions *"], initial: _Initial = ..., /
    ) -> UplinkStartCommitUploadOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkStartUploadPartOptions *"], initial: _Initial = ..., /
    ) -> UplinkStartUploadPartOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkStartPartCommitOptions *"], initial: _Initial = ..., /
    ) -> UplinkStartPartCommitOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkListPartPageOptions *"], initial: _Initial = ..., /
    ) -> UplinkListPartPageOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkStartCopyOptions *"], initial: _Initial = ..., /
    ) -> UplinkStartCopyOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkStartMoveOptions *"], initial: _Initial = ..., /
    ) -> UplinkStartMoveOptionsPointer: ...
    @overload
    def new(self, kind: Literal["UplinkRange *"], initial: _Initial = ..., /) -> UplinkRangePointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkGetRangesOptions *"], initial: _Initial = ..., /
    ) -> UplinkGetRangesOptionsPointer: ...
    @overload
    def new(self, kind: Literal["UplinkText *"], initial: _Initial = ..., /) -> UplinkTextPointer: ...
    @overload
    def new(self, kind: Literal["UplinkTag *"], initial: _Initial = ..., /) -> UplinkTagPointer: ...
    @overload
    def new(self, kind: Literal["UplinkTags *"], initial: _Initial = ..., /) -> UplinkTagsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkNotificationConfiguration *"], initial: _Initial = ..., /
    ) -> UplinkNotificationConfigurationPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkDeleteObjectsOptions *"], initial: _Initial = ..., /
    ) -> UplinkDeleteObjectsOptionsPointer: ...
    @overload
    def new(self, kind: Literal["UplinkTreeOptions *"], initial: _Initial = ..., /) -> UplinkTreeOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkListLicensesOptions *"], initial: _Initial = ..., /
    ) -> UplinkListLicensesOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkRegisterAccessOptions *"], initial: _Initial = ..., /
    ) -> UplinkRegisterAccessOptionsPointer: ...
    @overload
    def new(self, kind: Literal["UplinkDeleteItem *"], initial: _Initial = ..., /) -> UplinkDeleteItemPointer: ...
    @overload
    def new(self, kind: Literal["UplinkBucketRecord *"], initial: _Initial = ..., /) -> UplinkBucketRecordPointer: ...
    @overload
    def new(self, kind: Literal["UplinkBucketPage *"], initial: _Initial = ..., /) -> UplinkBucketPagePointer: ...
    @overload
    def new(self, kind: Literal["UplinkRecord *"], initial: _Initial = ..., /) -> UplinkRecordPointer: ...
    @overload
    def new(self, kind: Literal["UplinkDeletion *"], initial: _Initial = ..., /) -> UplinkDeletionPointer: ...
    @overload
    def new(self, kind: Literal["UplinkDeletions *"], initial: _Initial = ..., /) -> UplinkDeletionsPointer: ...
    @overload
    def new(self, kind: Literal["UplinkObjectPage *"], initial: _Initial = ..., /) -> UplinkObjectPagePointer: ...
    @overload
    def new(self, kind: Literal["UplinkUploadRecord *"], initial: _Initial = ..., /) -> UplinkUploadRecordPointer: ...
    @overload
    def new(self, kind: Literal["UplinkPartRecord *"], initial: _Initial = ..., /) -> UplinkPartRecordPointer: ...
    @overload
    def new(self, kind: Literal["UplinkPartPage *"], initial: _Initial = ..., /) -> UplinkPartPagePointer: ...
    @overload
    def new(self, kind: Literal["UplinkUploadPage *"], initial: _Initial = ..., /) -> UplinkUploadPagePointer: ...
    @overload
    def new(self, kind: Literal["UplinkTreeEntry *"], initial: _Initial = ..., /) -> UplinkTreeEntryPointer: ...
    @overload
    def new(self, kind: Literal["UplinkTree *"], initial: _Initial = ..., /) -> UplinkTreePointer: ...
    @overload
    def new(self, kind: Literal["UplinkProjectInfo *"], initial: _Initial = ..., /) -> UplinkProjectInfoPointer: ...
    @overload
    def new(self, kind: Literal["UplinkLicense *"], initial: _Initial = ..., /) -> UplinkLicensePointer: ...
    @overload
    def new(self, kind: Literal["UplinkLicenses *"], initial: _Initial = ..., /) -> UplinkLicensesPointer: ...
    @overload
    def new(self, kind: Literal["UplinkIPSummary *"], initial: _Initial = ..., /) -> UplinkIPSummaryPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkCreateBucketOptions *"], initial: _Initial = ..., /
    ) -> UplinkCreateBucketOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkDefaultRetention *"], initial: _Initial = ..., /
    ) -> UplinkDefaultRetentionPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkObjectLockConfigurationOptions *"], initial: _Initial = ..., /
    ) -> UplinkObjectLockConfigurationOptionsPointer: ...
    @overload
    def new(self, kind: Literal["UplinkLockOptions *"], initial: _Initial = ..., /) -> UplinkLockOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkSetRetentionOptions *"], initial: _Initial = ..., /
    ) -> UplinkSetRetentionOptionsPointer: ...
    @overload
    def new(self, kind: Literal["UplinkReachedPrefix *"], initial: _Initial = ..., /) -> UplinkReachedPrefixPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkLockPermission *"], initial: _Initial = ..., /
    ) -> UplinkLockPermissionPointer: ...
    @overload
    def new(self, kind: Literal["UplinkInspection *"], initial: _Initial = ..., /) -> UplinkInspectionPointer: ...
    @overload
    def new(self, kind: Literal["UplinkShareOptions *"], initial: _Initial = ..., /) -> UplinkShareOptionsPointer: ...
    @overload
    def new(
        self, kind: Literal["UplinkShareURLOptions *"], initial: _Initial = ..., /
    ) -> UplinkShareURLOptionsPointer: ...
    @overload
    def new(self, kind: Literal["UplinkSmallCall *"], initial: _Initial = ..., /) -> UplinkSmallCallPointer: ...
    @overload
    def new(self, kind: Literal["UplinkSmallResults *"], initial: _Initial = ..., /) -> UplinkSmallResultsPointer: ...
    @overload
    def new(self, kind: Literal["UplinkHandle[]"], initial: _Initial, /) -> Pointer[UplinkHandleValue]: ...
    @overload
    def new(self, kind: Literal["UplinkAccess[]"], initial: _Initial, /) -> Pointer[UplinkAccessValue]: ...
    @overload
    def new(self, kind: Literal["UplinkProject[]"], initial: _Initial, /) -> Pointer[UplinkProjectValue]: ...
    @overload
    def new(self, kind: Literal["UplinkDownload[]"], initial: _Initial, /) -> Pointer[UplinkDownloadValue]: ...
    @overload
    def new(self, kind: Literal["UplinkUpload[]"], initial: _Initial, /) -> Pointer[UplinkUploadValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkEncryptionKey[]"], initial: _Initial, /
    ) -> Pointer[UplinkEncryptionKeyValue]: ...
    @overload
    def new(self, kind: Literal["UplinkPartUpload[]"], initial: _Initial, /) -> Pointer[UplinkPartUploadValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkObjectIterator[]"], initial: _Initial, /
    ) -> Pointer[UplinkObjectIteratorValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkBucketIterator[]"], initial: _Initial, /
    ) -> Pointer[UplinkBucketIteratorValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkUploadIterator[]"], initial: _Initial, /
    ) -> Pointer[UplinkUploadIteratorValue]: ...
    @overload
    def new(self, kind: Literal["UplinkPartIterator[]"], initial: _Initial, /) -> Pointer[UplinkPartIteratorValue]: ...
    @overload
    def new(self, kind: Literal["UplinkError[]"], initial: _Initial, /) -> Pointer[UplinkErrorValue]: ...
    @overload
    def new(self, kind: Literal["UplinkConfig[]"], initial: _Initial, /) -> Pointer[UplinkConfigValue]: ...
    @overload
    def new(self, kind: Literal["UplinkBudget[]"], initial: _Initial, /) -> Pointer[UplinkBudgetValue]: ...
    @overload
    def new(self, kind: Literal["UplinkPatience[]"], initial: _Initial, /) -> Pointer[UplinkPatienceValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkConfigOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkConfigOptionsValue]: ...
    @overload
    def new(self, kind: Literal["UplinkBucket[]"], initial: _Initial, /) -> Pointer[UplinkBucketValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkSystemMetadata[]"], initial: _Initial, /
    ) -> Pointer[UplinkSystemMetadataValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkCustomMetadataEntry[]"], initial: _Initial, /
    ) -> Pointer[UplinkCustomMetadataEntryValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkCustomMetadata[]"], initial: _Initial, /
    ) -> Pointer[UplinkCustomMetadataValue]: ...
    @overload
    def new(self, kind: Literal["UplinkObject[]"], initial: _Initial, /) -> Pointer[UplinkObjectValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkUploadOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkUploadOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkDownloadOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkDownloadOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkListObjectsOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkListObjectsOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkListBucketsOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkListBucketsOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkListUploadsOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkListUploadsOptionsValue]: ...
    @overload
    def new(self, kind: Literal["UplinkUploadInfo[]"], initial: _Initial, /) -> Pointer[UplinkUploadInfoValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkCommitUploadOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkCommitUploadOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkListUploadPartsOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkListUploadPartsOptionsValue]: ...
    @overload
    def new(self, kind: Literal["UplinkPart[]"], initial: _Initial, /) -> Pointer[UplinkPartValue]: ...
    @overload
    def new(self, kind: Literal["UplinkPermission[]"], initial: _Initial, /) -> Pointer[UplinkPermissionValue]: ...
    @overload
    def new(self, kind: Literal["UplinkSharePrefix[]"], initial: _Initial, /) -> Pointer[UplinkSharePrefixValue]: ...
    @overload
    def new(self, kind: Literal["EdgeConfig[]"], initial: _Initial, /) -> Pointer[EdgeConfigValue]: ...
    @overload
    def new(
        self, kind: Literal["EdgeRegisterAccessOptions[]"], initial: _Initial, /
    ) -> Pointer[EdgeRegisterAccessOptionsValue]: ...
    @overload
    def new(self, kind: Literal["EdgeCredentials[]"], initial: _Initial, /) -> Pointer[EdgeCredentialsValue]: ...
    @overload
    def new(
        self, kind: Literal["EdgeShareURLOptions[]"], initial: _Initial, /
    ) -> Pointer[EdgeShareURLOptionsValue]: ...
    @overload
    def new(self, kind: Literal["UplinkQueue[]"], initial: _Initial, /) -> Pointer[UplinkQueueValue]: ...
    @overload
    def new(self, kind: Literal["UplinkOperation[]"], initial: _Initial, /) -> Pointer[UplinkOperationValue]: ...
    @overload
    def new(self, kind: Literal["UplinkProgress[]"], initial: _Initial, /) -> Pointer[UplinkProgressValue]: ...
    @overload
    def new(self, kind: Literal["UplinkProjectStats[]"], initial: _Initial, /) -> Pointer[UplinkProjectStatsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkOperationStats[]"], initial: _Initial, /
    ) -> Pointer[UplinkOperationStatsValue]: ...
    @overload
    def new(self, kind: Literal["UplinkEvent[]"], initial: _Initial, /) -> Pointer[UplinkEventValue]: ...
    @overload
    def new(self, kind: Literal["UplinkRetention[]"], initial: _Initial, /) -> Pointer[UplinkRetentionValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkOpenUploadOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkOpenUploadOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkPutObjectOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkPutObjectOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkUploadFileOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkUploadFileOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkDownloadFileOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkDownloadFileOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkStatObjectOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkStatObjectOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkDeleteObjectOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkDeleteObjectOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkUpdateMetadataOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkUpdateMetadataOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkOpenDownloadOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkOpenDownloadOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkGetObjectOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkGetObjectOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkListBucketPageOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkListBucketPageOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkListPageOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkListPageOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkStartBeginUploadOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkStartBeginUploadOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkStartCommitUploadOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkStartCommitUploadOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkStartUploadPartOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkStartUploadPartOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkStartPartCommitOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkStartPartCommitOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkListPartPageOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkListPartPageOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkStartCopyOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkStartCopyOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkStartMoveOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkStartMoveOptionsValue]: ...
    @overload
    def new(self, kind: Literal["UplinkRange[]"], initial: _Initial, /) -> Pointer[UplinkRangeValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkGetRangesOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkGetRangesOptionsValue]: ...
    @overload
    def new(self, kind: Literal["UplinkText[]"], initial: _Initial, /) -> Pointer[UplinkTextValue]: ...
    @overload
    def new(self, kind: Literal["UplinkTag[]"], initial: _Initial, /) -> Pointer[UplinkTagValue]: ...
    @overload
    def new(self, kind: Literal["UplinkTags[]"], initial: _Initial, /) -> Pointer[UplinkTagsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkNotificationConfiguration[]"], initial: _Initial, /
    ) -> Pointer[UplinkNotificationConfigurationValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkDeleteObjectsOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkDeleteObjectsOptionsValue]: ...
    @overload
    def new(self, kind: Literal["UplinkTreeOptions[]"], initial: _Initial, /) -> Pointer[UplinkTreeOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkListLicensesOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkListLicensesOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkRegisterAccessOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkRegisterAccessOptionsValue]: ...
    @overload
    def new(self, kind: Literal["UplinkDeleteItem[]"], initial: _Initial, /) -> Pointer[UplinkDeleteItemValue]: ...
    @overload
    def new(self, kind: Literal["UplinkBucketRecord[]"], initial: _Initial, /) -> Pointer[UplinkBucketRecordValue]: ...
    @overload
    def new(self, kind: Literal["UplinkBucketPage[]"], initial: _Initial, /) -> Pointer[UplinkBucketPageValue]: ...
    @overload
    def new(self, kind: Literal["UplinkRecord[]"], initial: _Initial, /) -> Pointer[UplinkRecordValue]: ...
    @overload
    def new(self, kind: Literal["UplinkDeletion[]"], initial: _Initial, /) -> Pointer[UplinkDeletionValue]: ...
    @overload
    def new(self, kind: Literal["UplinkDeletions[]"], initial: _Initial, /) -> Pointer[UplinkDeletionsValue]: ...
    @overload
    def new(self, kind: Literal["UplinkObjectPage[]"], initial: _Initial, /) -> Pointer[UplinkObjectPageValue]: ...
    @overload
    def new(self, kind: Literal["UplinkUploadRecord[]"], initial: _Initial, /) -> Pointer[UplinkUploadRecordValue]: ...
    @overload
    def new(self, kind: Literal["UplinkPartRecord[]"], initial: _Initial, /) -> Pointer[UplinkPartRecordValue]: ...
    @overload
    def new(self, kind: Literal["UplinkPartPage[]"], initial: _Initial, /) -> Pointer[UplinkPartPageValue]: ...
    @overload
    def new(self, kind: Literal["UplinkUploadPage[]"], initial: _Initial, /) -> Pointer[UplinkUploadPageValue]: ...
    @overload
    def new(self, kind: Literal["UplinkTreeEntry[]"], initial: _Initial, /) -> Pointer[UplinkTreeEntryValue]: ...
    @overload
    def new(self, kind: Literal["UplinkTree[]"], initial: _Initial, /) -> Pointer[UplinkTreeValue]: ...
    @overload
    def new(self, kind: Literal["UplinkProjectInfo[]"], initial: _Initial, /) -> Pointer[UplinkProjectInfoValue]: ...
    @overload
    def new(self, kind: Literal["UplinkLicense[]"], initial: _Initial, /) -> Pointer[UplinkLicenseValue]: ...
    @overload
    def new(self, kind: Literal["UplinkLicenses[]"], initial: _Initial, /) -> Pointer[UplinkLicensesValue]: ...
    @overload
    def new(self, kind: Literal["UplinkIPSummary[]"], initial: _Initial, /) -> Pointer[UplinkIPSummaryValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkCreateBucketOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkCreateBucketOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkDefaultRetention[]"], initial: _Initial, /
    ) -> Pointer[UplinkDefaultRetentionValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkObjectLockConfigurationOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkObjectLockConfigurationOptionsValue]: ...
    @overload
    def new(self, kind: Literal["UplinkLockOptions[]"], initial: _Initial, /) -> Pointer[UplinkLockOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkSetRetentionOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkSetRetentionOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkReachedPrefix[]"], initial: _Initial, /
    ) -> Pointer[UplinkReachedPrefixValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkLockPermission[]"], initial: _Initial, /
    ) -> Pointer[UplinkLockPermissionValue]: ...
    @overload
    def new(self, kind: Literal["UplinkInspection[]"], initial: _Initial, /) -> Pointer[UplinkInspectionValue]: ...
    @overload
    def new(self, kind: Literal["UplinkShareOptions[]"], initial: _Initial, /) -> Pointer[UplinkShareOptionsValue]: ...
    @overload
    def new(
        self, kind: Literal["UplinkShareURLOptions[]"], initial: _Initial, /
    ) -> Pointer[UplinkShareURLOptionsValue]: ...
    @overload
    def new(self, kind: Literal["UplinkSmallCall[]"], initial: _Initial, /) -> Pointer[UplinkSmallCallValue]: ...
    @overload
    def new(self, kind: Literal["UplinkSmallResults[]"], initial: _Initial, /) -> Pointer[UplinkSmallResultsValue]: ...

class Libuplink:
    UPLINK_ERROR_INTERNAL: Final = 0x02
    UPLINK_ERROR_CANCELED: Final = 0x03
    UPLINK_ERROR_INVALID_HANDLE: Final = 0x04
    UPLINK_ERROR_TOO_MANY_REQUESTS: Final = 0x05
    UPLINK_ERROR_BANDWIDTH_LIMIT_EXCEEDED: Final = 0x06
    UPLINK_ERROR_STORAGE_LIMIT_EXCEEDED: Final = 0x07
    UPLINK_ERROR_SEGMENTS_LIMIT_EXCEEDED: Final = 0x08
    UPLINK_ERROR_PERMISSION_DENIED: Final = 0x09
    UPLINK_ERROR_BUCKET_NAME_INVALID: Final = 0x10
    UPLINK_ERROR_BUCKET_ALREADY_EXISTS: Final = 0x11
    UPLINK_ERROR_BUCKET_NOT_EMPTY: Final = 0x12
    UPLINK_ERROR_BUCKET_NOT_FOUND: Final = 0x13
    UPLINK_ERROR_OBJECT_KEY_INVALID: Final = 0x20
    UPLINK_ERROR_OBJECT_NOT_FOUND: Final = 0x21
    UPLINK_ERROR_UPLOAD_DONE: Final = 0x22
    EDGE_ERROR_AUTH_DIAL_FAILED: Final = 0x30
    EDGE_ERROR_REGISTER_ACCESS_FAILED: Final = 0x31
    UPLINK_DETAIL_NONE: Final = 0
    UPLINK_DETAIL_INVALID_ARGUMENT: Final = 1
    UPLINK_DETAIL_INVALID_ACCESS: Final = 2
    UPLINK_DETAIL_UNAUTHENTICATED: Final = 3
    UPLINK_DETAIL_CONNECTION: Final = 4
    UPLINK_DETAIL_DEADLINE_EXCEEDED: Final = 5
    UPLINK_DETAIL_DECRYPTION_FAILED: Final = 6
    UPLINK_DETAIL_NODES_UNAVAILABLE: Final = 7
    UPLINK_DETAIL_RANGE_INVALID: Final = 8
    UPLINK_DETAIL_INVALID_METADATA: Final = 9
    UPLINK_DETAIL_PANIC: Final = 10
    UPLINK_DETAIL_OBJECT_CHANGED: Final = 11
    UPLINK_DETAIL_UPLOAD_NOT_FOUND: Final = 12
    UPLINK_DETAIL_BUCKET_LIMIT: Final = 13
    UPLINK_DETAIL_PRECONDITION_FAILED: Final = 14
    UPLINK_DETAIL_VERSION_INVALID: Final = 15
    UPLINK_DETAIL_METHOD_NOT_ALLOWED: Final = 16
    UPLINK_DETAIL_UNSUPPORTED: Final = 17
    UPLINK_DETAIL_OBJECT_LOCKED: Final = 18
    UPLINK_DETAIL_LOCK_DISABLED: Final = 19
    UPLINK_DETAIL_BUCKET_STATE: Final = 20
    UPLINK_DETAIL_OBJECT_STATE: Final = 21
    UPLINK_DETAIL_EXPIRES_LOCKED: Final = 22
    UPLINK_DETAIL_PART_TOO_SMALL: Final = 27
    UPLINK_DETAIL_TAGS_NOT_FOUND: Final = 24
    UPLINK_DETAIL_TAGS_INVALID: Final = 25
    UPLINK_DETAIL_NOTIFICATIONS_UNSUPPORTED: Final = 26
    UPLINK_DETAIL_FILE: Final = 28
    UPLINK_DETAIL_SOURCE_CHANGED: Final = 29
    UPLINK_DETAIL_EDGE_UNREACHABLE: Final = 30
    UPLINK_DETAIL_EDGE_UNTRUSTED: Final = 31
    UPLINK_DETAIL_EDGE_REFUSED: Final = 32
    UPLINK_DETAIL_CHECKSUM_MISMATCH: Final = 33
    UPLINK_DETAIL_CHECKSUM_MISSING: Final = 34
    UPLINK_DETAIL_KEY_UNSAFE: Final = 40
    UPLINK_DETAIL_NAME_TAKEN: Final = 41
    UPLINK_EVENT_REQUEST_REFUSED: Final = 1
    UPLINK_EVENT_WRITE_REFUSED: Final = 2
    UPLINK_EVENT_SLOWED_DOWN: Final = 3
    UPLINK_EVENT_REDIALED: Final = 4
    UPLINK_EVENT_RESUMED: Final = 5
    UPLINK_EVENT_STALLED: Final = 6
    UPLINK_EVENT_NODE_DOWN: Final = 7
    UPLINK_EVENT_REPEATED: Final = 8
    UPLINK_RETENTION_NONE: Final = 0
    UPLINK_RETENTION_COMPLIANCE: Final = 1
    UPLINK_RETENTION_GOVERNANCE: Final = 2
    UPLINK_CHECKSUM_NONE: Final = 0
    UPLINK_CHECKSUM_SHA256: Final = 1
    UPLINK_CHECKSUM_BLAKE3: Final = 2
    UPLINK_COMPARE_NOTHING: Final = 0
    UPLINK_COMPARE_SIZE_TIME: Final = 1
    UPLINK_COMPARE_SIZE: Final = 2
    UPLINK_COMPARE_CHECKSUM: Final = 3
    UPLINK_DELETION_FAILED: Final = 0
    UPLINK_DELETION_DENIED: Final = 1
    UPLINK_DELETION_MISSING: Final = 2
    UPLINK_DELETION_DONE: Final = 3
    UPLINK_DELETION_LOCKED: Final = 4
    UPLINK_TREE_COPIED: Final = 0
    UPLINK_TREE_DELETED: Final = 1
    UPLINK_TREE_SKIPPED: Final = 2
    UPLINK_TREE_FAILED: Final = 3
    UPLINK_VERSIONING_UNSUPPORTED: Final = 0
    UPLINK_VERSIONING_UNVERSIONED: Final = 1
    UPLINK_VERSIONING_ENABLED: Final = 2
    UPLINK_VERSIONING_SUSPENDED: Final = 3
    def uplink_parse_access(self, access_string: bytes | Chars, /) -> UplinkAccessResultValue: ...
    def uplink_request_access_with_passphrase(
        self, satellite_address: bytes | Chars, api_key: bytes | Chars, passphrase: bytes | Chars, /
    ) -> UplinkAccessResultValue: ...
    def uplink_config_request_access_with_passphrase(
        self,
        config: UplinkConfigValue,
        satellite_address: bytes | Chars,
        api_key: bytes | Chars,
        passphrase: bytes | Chars,
        /,
    ) -> UplinkAccessResultValue: ...
    def uplink_access_satellite_address(self, access: Pointer[UplinkAccessValue], /) -> UplinkStringResultValue: ...
    def uplink_access_serialize(self, access: Pointer[UplinkAccessValue], /) -> UplinkStringResultValue: ...
    def uplink_access_share(
        self,
        access: Pointer[UplinkAccessValue],
        permission: UplinkPermissionValue,
        prefixes: Pointer[UplinkSharePrefixValue],
        prefixes_count: int,
        /,
    ) -> UplinkAccessResultValue: ...
    def uplink_access_override_encryption_key(
        self,
        access: Pointer[UplinkAccessValue],
        bucket: bytes | Chars,
        prefix: bytes | Chars,
        encryption_key: Pointer[UplinkEncryptionKeyValue],
        /,
    ) -> UplinkErrorPointer: ...
    def uplink_derive_encryption_key(
        self, passphrase: bytes | Chars, salt: CData, length: int, /
    ) -> UplinkEncryptionKeyResultValue: ...
    def uplink_open_project(self, access: Pointer[UplinkAccessValue], /) -> UplinkProjectResultValue: ...
    def uplink_config_open_project(
        self, config: UplinkConfigValue, access: Pointer[UplinkAccessValue], /
    ) -> UplinkProjectResultValue: ...
    def uplink_budget_open_project(
        self,
        config: UplinkConfigValue,
        budget: UplinkBudgetValue,
        patience: UplinkPatienceValue,
        access: Pointer[UplinkAccessValue],
        options: Pointer[UplinkConfigOptionsValue],
        /,
    ) -> UplinkProjectResultValue: ...
    def uplink_close_project(self, project: Pointer[UplinkProjectValue], /) -> UplinkErrorPointer: ...
    def uplink_revoke_access(
        self, project: Pointer[UplinkProjectValue], access: Pointer[UplinkAccessValue], /
    ) -> UplinkErrorPointer: ...
    def uplink_stat_bucket(
        self, project: Pointer[UplinkProjectValue], bucket_name: bytes | Chars, /
    ) -> UplinkBucketResultValue: ...
    def uplink_create_bucket(
        self, project: Pointer[UplinkProjectValue], bucket_name: bytes | Chars, /
    ) -> UplinkBucketResultValue: ...
    def uplink_ensure_bucket(
        self, project: Pointer[UplinkProjectValue], bucket_name: bytes | Chars, /
    ) -> UplinkBucketResultValue: ...
    def uplink_delete_bucket(
        self, project: Pointer[UplinkProjectValue], bucket_name: bytes | Chars, /
    ) -> UplinkBucketResultValue: ...
    def uplink_delete_bucket_with_objects(
        self, project: Pointer[UplinkProjectValue], bucket_name: bytes | Chars, /
    ) -> UplinkBucketResultValue: ...
    def uplink_list_buckets(
        self, project: Pointer[UplinkProjectValue], options: Pointer[UplinkListBucketsOptionsValue], /
    ) -> UplinkBucketIteratorPointer: ...
    def uplink_bucket_iterator_next(self, iterator: Pointer[UplinkBucketIteratorValue], /) -> bool: ...
    def uplink_bucket_iterator_err(self, iterator: Pointer[UplinkBucketIteratorValue], /) -> UplinkErrorPointer: ...
    def uplink_bucket_iterator_item(self, iterator: Pointer[UplinkBucketIteratorValue], /) -> UplinkBucketPointer: ...
    def uplink_stat_object(
        self, project: Pointer[UplinkProjectValue], bucket_name: bytes | Chars, object_key: bytes | Chars, /
    ) -> UplinkObjectResultValue: ...
    def uplink_delete_object(
        self, project: Pointer[UplinkProjectValue], bucket_name: bytes | Chars, object_key: bytes | Chars, /
    ) -> UplinkObjectResultValue: ...
    def uplink_list_objects(
        self,
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        options: Pointer[UplinkListObjectsOptionsValue],
        /,
    ) -> UplinkObjectIteratorPointer: ...
    def uplink_object_iterator_next(self, iterator: Pointer[UplinkObjectIteratorValue], /) -> bool: ...
    def uplink_object_iterator_err(self, iterator: Pointer[UplinkObjectIteratorValue], /) -> UplinkErrorPointer: ...
    def uplink_object_iterator_item(self, iterator: Pointer[UplinkObjectIteratorValue], /) -> UplinkObjectPointer: ...
    def uplink_upload_object(
        self,
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        options: Pointer[UplinkUploadOptionsValue],
        /,
    ) -> UplinkUploadResultValue: ...
    def uplink_upload_write(
        self, upload: Pointer[UplinkUploadValue], bytes: CData, length: int, /
    ) -> UplinkWriteResultValue: ...
    def uplink_upload_commit(self, upload: Pointer[UplinkUploadValue], /) -> UplinkErrorPointer: ...
    def uplink_upload_abort(self, upload: Pointer[UplinkUploadValue], /) -> UplinkErrorPointer: ...
    def uplink_upload_info(self, upload: Pointer[UplinkUploadValue], /) -> UplinkObjectResultValue: ...
    def uplink_upload_set_custom_metadata(
        self, upload: Pointer[UplinkUploadValue], custom: UplinkCustomMetadataValue, /
    ) -> UplinkErrorPointer: ...
    def uplink_list_uploads(
        self,
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        options: Pointer[UplinkListUploadsOptionsValue],
        /,
    ) -> UplinkUploadIteratorPointer: ...
    def uplink_upload_iterator_next(self, iterator: Pointer[UplinkUploadIteratorValue], /) -> bool: ...
    def uplink_upload_iterator_err(self, iterator: Pointer[UplinkUploadIteratorValue], /) -> UplinkErrorPointer: ...
    def uplink_upload_iterator_item(
        self, iterator: Pointer[UplinkUploadIteratorValue], /
    ) -> UplinkUploadInfoPointer: ...
    def uplink_abort_upload(
        self,
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        upload_id: bytes | Chars,
        /,
    ) -> UplinkErrorPointer: ...
    def uplink_begin_upload(
        self,
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        options: Pointer[UplinkUploadOptionsValue],
        /,
    ) -> UplinkUploadInfoResultValue: ...
    def uplink_commit_upload(
        self,
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        upload_id: bytes | Chars,
        options: Pointer[UplinkCommitUploadOptionsValue],
        /,
    ) -> UplinkCommitUploadResultValue: ...
    def uplink_upload_part(
        self,
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        upload_id: bytes | Chars,
        part_number: int,
        /,
    ) -> UplinkPartUploadResultValue: ...
    def uplink_part_upload_write(
        self, upload: Pointer[UplinkPartUploadValue], bytes: CData, length: int, /
    ) -> UplinkWriteResultValue: ...
    def uplink_part_upload_commit(self, upload: Pointer[UplinkPartUploadValue], /) -> UplinkErrorPointer: ...
    def uplink_part_upload_abort(self, upload: Pointer[UplinkPartUploadValue], /) -> UplinkErrorPointer: ...
    def uplink_part_upload_set_etag(
        self, upload: Pointer[UplinkPartUploadValue], etag: bytes | Chars, /
    ) -> UplinkErrorPointer: ...
    def uplink_part_upload_info(self, upload: Pointer[UplinkPartUploadValue], /) -> UplinkPartResultValue: ...
    def uplink_list_upload_parts(
        self,
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        upload_id: bytes | Chars,
        options: Pointer[UplinkListUploadPartsOptionsValue],
        /,
    ) -> UplinkPartIteratorPointer: ...
    def uplink_part_iterator_next(self, iterator: Pointer[UplinkPartIteratorValue], /) -> bool: ...
    def uplink_part_iterator_err(self, iterator: Pointer[UplinkPartIteratorValue], /) -> UplinkErrorPointer: ...
    def uplink_part_iterator_item(self, iterator: Pointer[UplinkPartIteratorValue], /) -> UplinkPartPointer: ...
    def uplink_download_object(
        self,
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        options: Pointer[UplinkDownloadOptionsValue],
        /,
    ) -> UplinkDownloadResultValue: ...
    def uplink_download_read(
        self, download: Pointer[UplinkDownloadValue], bytes: CData, length: int, /
    ) -> UplinkReadResultValue: ...
    def uplink_download_info(self, download: Pointer[UplinkDownloadValue], /) -> UplinkObjectResultValue: ...
    def uplink_close_download(self, download: Pointer[UplinkDownloadValue], /) -> UplinkErrorPointer: ...
    def edge_register_access(
        self,
        config: EdgeConfigValue,
        access: Pointer[UplinkAccessValue],
        options: Pointer[EdgeRegisterAccessOptionsValue],
        /,
    ) -> EdgeCredentialsResultValue: ...
    def edge_join_share_url(
        self,
        base_url: bytes | Chars,
        access_key_id: bytes | Chars,
        bucket: bytes | Chars,
        key: bytes | Chars,
        options: Pointer[EdgeShareURLOptionsValue],
        /,
    ) -> UplinkStringResultValue: ...
    def uplink_free_string_result(self, result: UplinkStringResultValue, /) -> None: ...
    def uplink_free_access_result(self, result: UplinkAccessResultValue, /) -> None: ...
    def uplink_free_encryption_key_result(self, result: UplinkEncryptionKeyResultValue, /) -> None: ...
    def uplink_free_project_result(self, result: UplinkProjectResultValue, /) -> None: ...
    def uplink_free_bucket_result(self, result: UplinkBucketResultValue, /) -> None: ...
    def uplink_free_bucket(self, bucket: Pointer[UplinkBucketValue], /) -> None: ...
    def uplink_free_bucket_iterator(self, iterator: Pointer[UplinkBucketIteratorValue], /) -> None: ...
    def uplink_free_object_result(self, result: UplinkObjectResultValue, /) -> None: ...
    def uplink_free_object(self, object: Pointer[UplinkObjectValue], /) -> None: ...
    def uplink_free_object_iterator(self, iterator: Pointer[UplinkObjectIteratorValue], /) -> None: ...
    def uplink_free_upload_result(self, result: UplinkUploadResultValue, /) -> None: ...
    def uplink_free_upload_iterator(self, iterator: Pointer[UplinkUploadIteratorValue], /) -> None: ...
    def uplink_free_upload_info(self, info: Pointer[UplinkUploadInfoValue], /) -> None: ...
    def uplink_free_upload_info_result(self, result: UplinkUploadInfoResultValue, /) -> None: ...
    def uplink_free_commit_upload_result(self, result: UplinkCommitUploadResultValue, /) -> None: ...
    def uplink_free_part(self, part: Pointer[UplinkPartValue], /) -> None: ...
    def uplink_free_part_result(self, result: UplinkPartResultValue, /) -> None: ...
    def uplink_free_part_iterator(self, iterator: Pointer[UplinkPartIteratorValue], /) -> None: ...
    def uplink_free_part_upload_result(self, result: UplinkPartUploadResultValue, /) -> None: ...
    def uplink_free_write_result(self, result: UplinkWriteResultValue, /) -> None: ...
    def uplink_free_download_result(self, result: UplinkDownloadResultValue, /) -> None: ...
    def uplink_free_read_result(self, result: UplinkReadResultValue, /) -> None: ...
    def uplink_free_error(self, error: Pointer[UplinkErrorValue], /) -> None: ...
    def edge_free_credentials_result(self, result: EdgeCredentialsResultValue, /) -> None: ...
    def edge_free_credentials(self, credentials: Pointer[EdgeCredentialsValue], /) -> None: ...
    def uplink_internal_UniverseIsEmpty(self, /) -> bool: ...
    def uplink_internal_Goroutines(self, /) -> int: ...
    def uplink_internal_BuildInfo(self, /) -> Chars: ...
    def uplink_internal_ProcessBudget(self, /) -> UplinkBudgetValue: ...
    def uplink_operation_wait(self, operation: Pointer[UplinkOperationValue], timeout_microseconds: int, /) -> bool: ...
    def uplink_operation_cancel(self, operation: Pointer[UplinkOperationValue], /) -> None: ...
    def uplink_operation_detach(self, operation: Pointer[UplinkOperationValue], /) -> None: ...
    def uplink_operation_abandon(
        self, operation: Pointer[UplinkOperationValue], grace_microseconds: int, /
    ) -> None: ...
    def uplink_operation_progress(
        self, operation: Pointer[UplinkOperationValue], progress: Pointer[UplinkProgressValue], /
    ) -> bool: ...
    def uplink_detached_operations(self, /) -> int: ...
    def uplink_project_stats(
        self, project: Pointer[UplinkProjectValue], stats: Pointer[UplinkProjectStatsValue], /
    ) -> UplinkErrorPointer: ...
    def uplink_operation_stats(
        self, operation: Pointer[UplinkOperationValue], stats: Pointer[UplinkOperationStatsValue], /
    ) -> bool: ...
    def uplink_next_event(self, event: Pointer[UplinkEventValue], /) -> bool: ...
    def uplink_has_events(self, /) -> bool: ...
    def uplink_start_request_access(
        self,
        operation: Pointer[UplinkOperationValue],
        config: UplinkConfigValue,
        patience: UplinkPatienceValue,
        satellite_address: bytes | Chars,
        api_key: bytes | Chars,
        passphrase: bytes | Chars,
        options: Pointer[UplinkConfigOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_derive_encryption_key(
        self, operation: Pointer[UplinkOperationValue], passphrase: bytes | Chars, salt: CData, length: int, /
    ) -> None: ...
    def uplink_start_register_access(
        self,
        operation: Pointer[UplinkOperationValue],
        config: EdgeConfigValue,
        access: Pointer[UplinkAccessValue],
        options: Pointer[UplinkRegisterAccessOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_close_project(
        self, operation: Pointer[UplinkOperationValue], project: Pointer[UplinkProjectValue], /
    ) -> None: ...
    def uplink_start_revoke_access(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        access: Pointer[UplinkAccessValue],
        /,
    ) -> None: ...
    def uplink_start_stat_bucket(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        /,
    ) -> None: ...
    def uplink_start_create_bucket(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        /,
    ) -> None: ...
    def uplink_start_ensure_bucket(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        /,
    ) -> None: ...
    def uplink_start_delete_bucket(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        /,
    ) -> None: ...
    def uplink_start_delete_bucket_with_objects(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        /,
    ) -> None: ...
    def uplink_start_get_bucket_location(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        /,
    ) -> None: ...
    def uplink_start_get_bucket_tagging(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        /,
    ) -> None: ...
    def uplink_start_set_bucket_tagging(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        tags: UplinkTagsValue,
        /,
    ) -> None: ...
    def uplink_start_get_bucket_notification_configuration(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        /,
    ) -> None: ...
    def uplink_start_set_bucket_notification_configuration(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        configuration: Pointer[UplinkNotificationConfigurationValue],
        /,
    ) -> None: ...
    def uplink_start_get_project_info(
        self, operation: Pointer[UplinkOperationValue], project: Pointer[UplinkProjectValue], /
    ) -> None: ...
    def uplink_start_list_licenses(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        options: Pointer[UplinkListLicensesOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_get_object_ip_summary(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        /,
    ) -> None: ...
    def uplink_start_list_buckets(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        options: Pointer[UplinkListBucketPageOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_stat_object(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        options: Pointer[UplinkStatObjectOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_delete_object(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        options: Pointer[UplinkDeleteObjectOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_update_object_metadata(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        new_metadata: UplinkCustomMetadataValue,
        options: Pointer[UplinkUpdateMetadataOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_copy_object(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        old_bucket_name: bytes | Chars,
        old_object_key: bytes | Chars,
        old_key_length: int,
        new_bucket_name: bytes | Chars,
        new_object_key: bytes | Chars,
        new_key_length: int,
        options: Pointer[UplinkStartCopyOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_move_object(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        old_bucket_name: bytes | Chars,
        old_object_key: bytes | Chars,
        old_key_length: int,
        new_bucket_name: bytes | Chars,
        new_object_key: bytes | Chars,
        new_key_length: int,
        options: Pointer[UplinkStartMoveOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_delete_objects(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        items: Pointer[UplinkDeleteItemValue],
        count: int,
        options: Pointer[UplinkDeleteObjectsOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_list_objects(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        options: Pointer[UplinkListPageOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_list_object_versions(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        options: Pointer[UplinkListPageOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_list_uploads(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        options: Pointer[UplinkListPageOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_abort_upload(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        upload_id: bytes | Chars,
        /,
    ) -> None: ...
    def uplink_start_begin_upload(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        options: Pointer[UplinkStartBeginUploadOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_commit_upload(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        upload_id: bytes | Chars,
        options: Pointer[UplinkStartCommitUploadOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_upload_part(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        upload_id: bytes | Chars,
        part_number: int,
        options: Pointer[UplinkStartUploadPartOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_part_upload_write(
        self,
        operation: Pointer[UplinkOperationValue],
        upload: Pointer[UplinkPartUploadValue],
        bytes: CData,
        length: int,
        /,
    ) -> None: ...
    def uplink_start_part_upload_commit(
        self,
        operation: Pointer[UplinkOperationValue],
        upload: Pointer[UplinkPartUploadValue],
        options: Pointer[UplinkStartPartCommitOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_part_upload_abort(
        self, operation: Pointer[UplinkOperationValue], upload: Pointer[UplinkPartUploadValue], /
    ) -> None: ...
    def uplink_start_list_upload_parts(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        upload_id: bytes | Chars,
        options: Pointer[UplinkListPartPageOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_upload_object(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        options: Pointer[UplinkOpenUploadOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_upload_write(
        self, operation: Pointer[UplinkOperationValue], upload: Pointer[UplinkUploadValue], bytes: CData, length: int, /
    ) -> None: ...
    def uplink_start_upload_commit(
        self, operation: Pointer[UplinkOperationValue], upload: Pointer[UplinkUploadValue], /
    ) -> None: ...
    def uplink_start_upload_abort(
        self, operation: Pointer[UplinkOperationValue], upload: Pointer[UplinkUploadValue], /
    ) -> None: ...
    def uplink_start_upload_in_turn(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        options: Pointer[UplinkOpenUploadOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_put_object(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        bytes: CData,
        length: int,
        options: Pointer[UplinkPutObjectOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_upload_file(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        path: bytes | Chars,
        options: Pointer[UplinkUploadFileOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_upload_descriptor(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        descriptor: int,
        offset: int,
        options: Pointer[UplinkUploadFileOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_upload_memory(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        bytes: CData,
        length: int,
        options: Pointer[UplinkUploadFileOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_download_file(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        path: bytes | Chars,
        options: Pointer[UplinkDownloadFileOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_upload_tree(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        prefix: bytes | Chars,
        prefix_length: int,
        folder: bytes | Chars,
        options: Pointer[UplinkTreeOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_download_tree(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        prefix: bytes | Chars,
        prefix_length: int,
        folder: bytes | Chars,
        options: Pointer[UplinkTreeOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_download_object(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        options: Pointer[UplinkOpenDownloadOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_download_read(
        self,
        operation: Pointer[UplinkOperationValue],
        download: Pointer[UplinkDownloadValue],
        bytes: CData,
        length: int,
        /,
    ) -> None: ...
    def uplink_start_get_object(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        options: Pointer[UplinkGetObjectOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_close_download(
        self, operation: Pointer[UplinkOperationValue], download: Pointer[UplinkDownloadValue], /
    ) -> None: ...
    def uplink_start_get_ranges(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        ranges: Pointer[UplinkRangeValue],
        count: int,
        options: Pointer[UplinkGetRangesOptionsValue],
        /,
    ) -> None: ...
    def uplink_operation_take_error(
        self, operation: Pointer[UplinkOperationValue], error: Pointer[UplinkErrorPointer], /
    ) -> None: ...
    def uplink_operation_take_access(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkAccessResultValue], /
    ) -> None: ...
    def uplink_operation_take_encryption_key(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkEncryptionKeyResultValue], /
    ) -> None: ...
    def uplink_operation_take_credentials(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[EdgeCredentialsResultValue], /
    ) -> None: ...
    def uplink_operation_take_bucket_record(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkBucketRecordResultValue], /
    ) -> None: ...
    def uplink_operation_take_bucket_page(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkBucketPageResultValue], /
    ) -> None: ...
    def uplink_operation_take_text(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkTextResultValue], /
    ) -> None: ...
    def uplink_operation_take_tags(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkTagsResultValue], /
    ) -> None: ...
    def uplink_operation_take_notification(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkNotificationResultValue], /
    ) -> None: ...
    def uplink_operation_take_tree(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkTreeResultValue], /
    ) -> None: ...
    def uplink_operation_take_project_info(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkProjectInfoResultValue], /
    ) -> None: ...
    def uplink_operation_take_licenses(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkLicensesResultValue], /
    ) -> None: ...
    def uplink_operation_take_ip_summary(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkIPSummaryResultValue], /
    ) -> None: ...
    def uplink_operation_take_record(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkRecordResultValue], /
    ) -> None: ...
    def uplink_operation_take_deletions(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkDeletionsResultValue], /
    ) -> None: ...
    def uplink_operation_take_object_page(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkObjectPageResultValue], /
    ) -> None: ...
    def uplink_operation_take_version_page(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkObjectPageResultValue], /
    ) -> None: ...
    def uplink_operation_take_upload_page(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkUploadPageResultValue], /
    ) -> None: ...
    def uplink_operation_take_upload(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkUploadResultValue], /
    ) -> None: ...
    def uplink_operation_take_upload_record(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkUploadRecordResultValue], /
    ) -> None: ...
    def uplink_operation_take_part_upload(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkPartUploadResultValue], /
    ) -> None: ...
    def uplink_operation_take_part(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkPartResultValue], /
    ) -> None: ...
    def uplink_operation_take_part_page(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkPartPageResultValue], /
    ) -> None: ...
    def uplink_operation_take_write(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkWriteResultValue], /
    ) -> None: ...
    def uplink_operation_take_download(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkDownloadResultValue], /
    ) -> None: ...
    def uplink_operation_take_read(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkReadResultValue], /
    ) -> None: ...
    def uplink_operation_take_get(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkGetResultValue], /
    ) -> None: ...
    def uplink_operation_tree_entries(
        self, operation: Pointer[UplinkOperationValue], first: int, /
    ) -> UplinkTreeResultValue: ...
    def uplink_free_bucket_record_result(self, result: UplinkBucketRecordResultValue, /) -> None: ...
    def uplink_free_bucket_page_result(self, result: UplinkBucketPageResultValue, /) -> None: ...
    def uplink_free_text_result(self, result: UplinkTextResultValue, /) -> None: ...
    def uplink_free_tree_result(self, result: UplinkTreeResultValue, /) -> None: ...
    def uplink_free_project_info_result(self, result: UplinkProjectInfoResultValue, /) -> None: ...
    def uplink_free_licenses_result(self, result: UplinkLicensesResultValue, /) -> None: ...
    def uplink_free_ip_summary_result(self, result: UplinkIPSummaryResultValue, /) -> None: ...
    def uplink_free_tags_result(self, result: UplinkTagsResultValue, /) -> None: ...
    def uplink_free_notification_result(self, result: UplinkNotificationResultValue, /) -> None: ...
    def uplink_free_record_result(self, result: UplinkRecordResultValue, /) -> None: ...
    def uplink_free_deletions_result(self, result: UplinkDeletionsResultValue, /) -> None: ...
    def uplink_free_object_page_result(self, result: UplinkObjectPageResultValue, /) -> None: ...
    def uplink_free_upload_page_result(self, result: UplinkUploadPageResultValue, /) -> None: ...
    def uplink_free_upload_record_result(self, result: UplinkUploadRecordResultValue, /) -> None: ...
    def uplink_free_part_page_result(self, result: UplinkPartPageResultValue, /) -> None: ...
    def uplink_free_get_result(self, result: UplinkGetResultValue, /) -> None: ...
    def uplink_upload_record(self, upload: Pointer[UplinkUploadValue], /) -> UplinkRecordResultValue: ...
    def uplink_download_record(self, download: Pointer[UplinkDownloadValue], /) -> UplinkRecordResultValue: ...
    def uplink_start_create_bucket_with_object_lock(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        options: Pointer[UplinkCreateBucketOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_delete_bucket_with_objects_bypass_governance_retention(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        /,
    ) -> None: ...
    def uplink_start_get_bucket_versioning(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        /,
    ) -> None: ...
    def uplink_start_set_bucket_versioning(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        enabled: bool,
        /,
    ) -> None: ...
    def uplink_start_get_bucket_object_lock_configuration(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        /,
    ) -> None: ...
    def uplink_start_set_bucket_object_lock_configuration(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        options: Pointer[UplinkObjectLockConfigurationOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_set_object_retention(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        retention: UplinkRetentionValue,
        options: Pointer[UplinkSetRetentionOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_get_object_retention(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        options: Pointer[UplinkLockOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_set_object_legal_hold(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        enabled: bool,
        options: Pointer[UplinkLockOptionsValue],
        /,
    ) -> None: ...
    def uplink_start_get_object_legal_hold(
        self,
        operation: Pointer[UplinkOperationValue],
        project: Pointer[UplinkProjectValue],
        bucket_name: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        options: Pointer[UplinkLockOptionsValue],
        /,
    ) -> None: ...
    def uplink_operation_take_versioning(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkVersioningResultValue], /
    ) -> None: ...
    def uplink_operation_take_object_lock_configuration(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkObjectLockConfigurationResultValue], /
    ) -> None: ...
    def uplink_operation_take_retention(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkRetentionResultValue], /
    ) -> None: ...
    def uplink_operation_take_legal_hold(
        self, operation: Pointer[UplinkOperationValue], result: Pointer[UplinkLegalHoldResultValue], /
    ) -> None: ...
    def uplink_free_versioning_result(self, result: UplinkVersioningResultValue, /) -> None: ...
    def uplink_free_object_lock_configuration_result(
        self, result: UplinkObjectLockConfigurationResultValue, /
    ) -> None: ...
    def uplink_free_retention_result(self, result: UplinkRetentionResultValue, /) -> None: ...
    def uplink_free_legal_hold_result(self, result: UplinkLegalHoldResultValue, /) -> None: ...
    def uplink_access_share_with(
        self,
        access: Pointer[UplinkAccessValue],
        options: Pointer[UplinkShareOptionsValue],
        prefixes: Pointer[UplinkSharePrefixValue],
        prefixes_count: int,
        /,
    ) -> UplinkAccessResultValue: ...
    def uplink_access_inspect(self, access: Pointer[UplinkAccessValue], /) -> UplinkInspectionResultValue: ...
    def uplink_free_inspection_result(self, result: UplinkInspectionResultValue, /) -> None: ...
    def uplink_join_share_url(
        self,
        base_url: bytes | Chars,
        access_key_id: bytes | Chars,
        bucket: bytes | Chars,
        object_key: bytes | Chars,
        key_length: int,
        options: Pointer[UplinkShareURLOptionsValue],
        /,
    ) -> UplinkStringResultValue: ...
    def uplink_handle_adopt(
        self, target: Pointer[UplinkHandleValue], source: Pointer[UplinkHandlePointer], /
    ) -> None: ...
    def uplink_handle_release(self, handle: Pointer[UplinkHandleValue], /) -> None: ...
    def uplink_open_queue(self, wake_descriptor: int, /) -> UplinkQueueResultValue: ...
    def uplink_queue_drain(
        self, queue: Pointer[UplinkQueueValue], ended: Pointer[UplinkOperationValue], capacity: int, /
    ) -> int: ...
    def uplink_free_queue_result(self, result: UplinkQueueResultValue, /) -> None: ...
    def uplink_queue_start(
        self,
        queue: Pointer[UplinkQueueValue],
        calls: Pointer[UplinkSmallCallValue],
        count: int,
        texts: bytes | Chars,
        length: int,
        /,
    ) -> None: ...
    def uplink_queue_cancel(self, queue: Pointer[UplinkQueueValue], tag: int, /) -> None: ...
    def uplink_queue_results(
        self, queue: Pointer[UplinkQueueValue], results: Pointer[UplinkSmallResultsValue], /
    ) -> None: ...
    def uplink_free_small_results(self, results: Pointer[UplinkSmallResultsValue], /) -> None: ...
    def uplink_destroy_operation(self, operation: Pointer[UplinkOperationValue], /) -> None: ...
    def uplink_destroy_loan(self, operation: Pointer[UplinkOperationValue], memory: CData, /) -> None: ...

ffi: FFI
lib: Libuplink
