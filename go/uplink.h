/* libuplink: the C interface of Storj's client library.
 *
 * This file is the contract. Go exports what it declares, build_ffi.py turns it into the Python
 * extension, and C programs include it.
 *
 * It has two parts:
 *
 *   1. The interface that storj/uplink-c documents: the same names, argument order, struct layouts,
 *      ownership and error codes. These calls block until they have a result.
 *   2. Operations: each call that can block has a form that starts it and returns at once. A program
 *      can wait for an operation with a timeout, cancel it, and take its result once.
 *
 * Ownership: what a call returns belongs to the caller, who frees it with the uplink_free_… function
 * of its type. A result holds either a value or an error; freeing the result frees both. Freeing NULL
 * does nothing. The library only reads arguments, and only during the call, unless a comment
 * describes something else.
 *
 * A handle (a struct with one _handle field) names an object in the library. The number of a handle
 * is never used again: with a handle that was freed, or never was valid, a call returns
 * UPLINK_ERROR_INVALID_HANDLE. Every function may be called from any thread. A program must not free
 * the memory of a handle while another thread passes it to a call.
 *
 * Times are seconds since 1970-01-01 UTC; 0 means "none".
 */
#ifndef UPLINK_H
#define UPLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* cdef: begin. build_ffi.py reads the text between these marks; it takes plain declarations only. */

typedef const char uplink_const_char;

/* ---- Handles ---- */

typedef struct UplinkHandle {
    size_t _handle;
} UplinkHandle;

typedef struct UplinkAccess {
    size_t _handle;
} UplinkAccess;

typedef struct UplinkProject {
    size_t _handle;
} UplinkProject;

typedef struct UplinkDownload {
    size_t _handle;
} UplinkDownload;

typedef struct UplinkUpload {
    size_t _handle;
} UplinkUpload;

typedef struct UplinkEncryptionKey {
    size_t _handle;
} UplinkEncryptionKey;

typedef struct UplinkPartUpload {
    size_t _handle;
} UplinkPartUpload;

typedef struct UplinkObjectIterator {
    size_t _handle;
} UplinkObjectIterator;

typedef struct UplinkBucketIterator {
    size_t _handle;
} UplinkBucketIterator;

typedef struct UplinkUploadIterator {
    size_t _handle;
} UplinkUploadIterator;

typedef struct UplinkPartIterator {
    size_t _handle;
} UplinkPartIterator;

/* ---- Errors ---- */

#define UPLINK_ERROR_INTERNAL 0x02
#define UPLINK_ERROR_CANCELED 0x03
#define UPLINK_ERROR_INVALID_HANDLE 0x04
#define UPLINK_ERROR_TOO_MANY_REQUESTS 0x05
#define UPLINK_ERROR_BANDWIDTH_LIMIT_EXCEEDED 0x06
#define UPLINK_ERROR_STORAGE_LIMIT_EXCEEDED 0x07
#define UPLINK_ERROR_SEGMENTS_LIMIT_EXCEEDED 0x08
#define UPLINK_ERROR_PERMISSION_DENIED 0x09

#define UPLINK_ERROR_BUCKET_NAME_INVALID 0x10
#define UPLINK_ERROR_BUCKET_ALREADY_EXISTS 0x11
#define UPLINK_ERROR_BUCKET_NOT_EMPTY 0x12
#define UPLINK_ERROR_BUCKET_NOT_FOUND 0x13

#define UPLINK_ERROR_OBJECT_KEY_INVALID 0x20
#define UPLINK_ERROR_OBJECT_NOT_FOUND 0x21
#define UPLINK_ERROR_UPLOAD_DONE 0x22

#define EDGE_ERROR_AUTH_DIAL_FAILED 0x30
#define EDGE_ERROR_REGISTER_ACCESS_FAILED 0x31

/* The details, which tell errors with UPLINK_ERROR_INTERNAL apart. */
#define UPLINK_DETAIL_NONE 0
#define UPLINK_DETAIL_INVALID_ARGUMENT 1   /* NULL, a negative or a contradictory argument */
#define UPLINK_DETAIL_INVALID_ACCESS 2     /* not a serialized access grant, or not an API key */
#define UPLINK_DETAIL_UNAUTHENTICATED 3    /* the satellite does not know the API key, or it was revoked */
#define UPLINK_DETAIL_CONNECTION 4         /* the satellite is down, or the connection was lost */
#define UPLINK_DETAIL_DEADLINE_EXCEEDED 5  /* a time limit inside the library or the satellite ran out */
#define UPLINK_DETAIL_DECRYPTION_FAILED 6  /* stored under another passphrase, or damaged */
#define UPLINK_DETAIL_NODES_UNAVAILABLE 7  /* too few storage nodes responded */
#define UPLINK_DETAIL_RANGE_INVALID 8      /* the range lies outside the object */
#define UPLINK_DETAIL_INVALID_METADATA 9   /* not UTF-8, a NUL, or too large */
#define UPLINK_DETAIL_PANIC 10             /* a defect in the library; the process goes on */
#define UPLINK_DETAIL_OBJECT_CHANGED 11    /* it was replaced or deleted while it was downloaded */
#define UPLINK_DETAIL_UPLOAD_NOT_FOUND 12  /* no pending upload of that key has that id */
#define UPLINK_DETAIL_BUCKET_LIMIT 13      /* the project may have no more buckets */
#define UPLINK_DETAIL_PRECONDITION_FAILED 14 /* an object has the key, and if_none_match forbids that */
#define UPLINK_DETAIL_VERSION_INVALID 15   /* the satellite cannot have given out such a version */
#define UPLINK_DETAIL_METHOD_NOT_ALLOWED 16 /* the version is a delete marker, which has no content */
#define UPLINK_DETAIL_UNSUPPORTED 17       /* the satellite does not implement it */
#define UPLINK_DETAIL_OBJECT_LOCKED 18     /* a retention or a legal hold protects the version */
#define UPLINK_DETAIL_LOCK_DISABLED 19     /* the bucket, the project or the satellite has no Object Lock */
#define UPLINK_DETAIL_BUCKET_STATE 20      /* the versioning of the bucket does not allow it */
#define UPLINK_DETAIL_OBJECT_STATE 21      /* the version cannot be locked: it expires, or is a delete marker */
#define UPLINK_DETAIL_EXPIRES_LOCKED 22    /* a locked object cannot also expire */
#define UPLINK_DETAIL_PART_TOO_SMALL 27    /* a part but the last is below the satellite's minimum, 5 MiB */
#define UPLINK_DETAIL_TAGS_NOT_FOUND 24    /* the bucket has no tags */
#define UPLINK_DETAIL_TAGS_INVALID 25      /* too many tags, the same key twice, or a key or a value that is not valid */
#define UPLINK_DETAIL_NOTIFICATIONS_UNSUPPORTED 26 /* the satellite cannot send notifications for the bucket */
#define UPLINK_DETAIL_FILE 28              /* a file on this machine; system_error and path say more */
#define UPLINK_DETAIL_SOURCE_CHANGED 29    /* a file changed while it was uploaded */
#define UPLINK_DETAIL_EDGE_UNREACHABLE 30  /* the auth service is down, or the connection was lost */
#define UPLINK_DETAIL_EDGE_UNTRUSTED 31    /* its certificate is not trusted, or it does not speak TLS */
#define UPLINK_DETAIL_EDGE_REFUSED 32      /* the auth service does not accept the access */
#define UPLINK_DETAIL_CHECKSUM_MISMATCH 33 /* the bytes of an object have another checksum than its metadata */
#define UPLINK_DETAIL_CHECKSUM_MISSING 34  /* an object to verify has no checksum in its metadata */
#define UPLINK_DETAIL_KEY_UNSAFE 40        /* of a tree: no file in the folder can have the name */
#define UPLINK_DETAIL_NAME_TAKEN 41        /* of a tree: another file, a folder or a link has the name */

/* At the end of a download, code is EOF and message is NULL. The fields from detail on extend the
 * documented struct at its end; only the library allocates it. */
typedef struct UplinkError {
    int32_t code;
    char *message;
    int32_t detail;
    /* Nothing was changed, and the library has already tried again as often as it may. */
    bool unchanged;
    /* A copy or a move failed because of its target: the new bucket or the new key. */
    bool of_target;
    /* With UPLINK_DETAIL_FILE: the number of the system's error, errno or that of Windows; 0 if it is
     * not known. */
    int32_t system_error;
    /* The file on this machine that the error is about, or NULL. */
    char *path;
    /* With UPLINK_DETAIL_CHECKSUM_MISMATCH: the key of the metadata, its value, and the checksum of the
     * bytes; or else NULL. */
    char *checksum_algorithm;
    char *stored_checksum;
    char *actual_checksum;
} UplinkError;

/* ---- Values ---- */

typedef struct UplinkConfig {
    const char *user_agent;

    /* For each connection; 0: ten seconds, negative: no limit. */
    int32_t dial_timeout_milliseconds;

    /* Not used any more. */
    const char *temp_directory;
} UplinkConfig;

/* How much a project does at the same time; further calls wait. 0: the default. */
typedef struct UplinkBudget {
    /* max_in_flight: calls to the satellite, each of which takes a connection; by default 64. */
    int32_t calls;

    /* max_connections: connections to storage nodes, of which an upload counts as 110 and a download
     * as 40; by default 2048. All projects together get at most half of the descriptors that the
     * process may have. */
    int32_t connections;
} UplinkBudget;

/* How often and how long a project tries on a network that fails. */
typedef struct UplinkPatience {
    /* How often the library dials the satellite for a call, unless a time limit runs out, and how
     * often a download may fail in a row without another byte. 0: three times, and the delays are a
     * quarter of a second and five seconds. With 1, the library does not repeat requests that the
     * satellite refuses because there are too many; otherwise it does so for a minute, see
     * UplinkOperation. */
    int32_t attempts;
    /* The wait before the second try. It doubles for each further try; a random part of up to one
     * half is taken off. */
    int32_t delay_milliseconds;
    int32_t longest_delay_milliseconds;

    /* The library closes a connection to a node when a call waits for the node and no byte moves for
     * so long; it takes another node. It closes a connection to the satellite if the satellite's
     * computer acknowledges nothing for so long. 0: 20 seconds, negative: no limit. */
    int32_t stall_timeout_milliseconds;
} UplinkPatience;

/* Options of a request for an access and of a project, which UplinkConfig lacks. */
typedef struct UplinkConfigOptions {
    size_t struct_size;
    /* For a request: the access does not encrypt the keys of objects. */
    bool disable_object_key_encryption;
    /* For a project: keys are not decrypted, but written in base64. It needs no encryption key. */
    bool path_encryption_bypass;
    /* Sockets have the usual priority, and the usual congestion control. */
    bool disable_background_qos;
    /* The largest buffer for messages that a connection keeps, in bytes. 0: no limit. */
    int32_t maximum_buffer_size;
} UplinkConfigOptions;

typedef struct UplinkBucket {
    char *name;
    int64_t created;
} UplinkBucket;

typedef struct UplinkSystemMetadata {
    int64_t created;
    int64_t expires;
    int64_t content_length;
} UplinkSystemMetadata;

typedef struct UplinkCustomMetadataEntry {
    char *key;
    size_t key_length;

    char *value;
    size_t value_length;
} UplinkCustomMetadataEntry;

typedef struct UplinkCustomMetadata {
    UplinkCustomMetadataEntry *entries;
    size_t count;
} UplinkCustomMetadata;

typedef struct UplinkObject {
    char *key;
    bool is_prefix;
    UplinkSystemMetadata system;
    UplinkCustomMetadata custom;
} UplinkObject;

typedef struct UplinkUploadOptions {
    /* 0 or negative: no expiration. */
    int64_t expires;
} UplinkUploadOptions;

typedef struct UplinkDownloadOptions {
    /* Negative: so many bytes from the end; length must then be negative too. */
    int64_t offset;
    /* Negative: to the end. */
    int64_t length;
} UplinkDownloadOptions;

typedef struct UplinkListObjectsOptions {
    /* Empty, or ending in "/". */
    const char *prefix;
    /* The listing starts after this key, which is relative to the prefix. */
    const char *cursor;
    bool recursive;

    bool system;
    bool custom;
} UplinkListObjectsOptions;

typedef struct UplinkListBucketsOptions {
    const char *cursor;
} UplinkListBucketsOptions;

/* As UplinkListObjectsOptions. A prefix that does not end in "/" is a key, whose uploads are listed. */
typedef struct UplinkListUploadsOptions {
    const char *prefix;
    const char *cursor;
    bool recursive;

    bool system;
    bool custom;
} UplinkListUploadsOptions;

/* An upload that was begun, and neither committed nor aborted. */
typedef struct UplinkUploadInfo {
    char *upload_id;

    char *key;
    bool is_prefix;
    UplinkSystemMetadata system;
    UplinkCustomMetadata custom;
} UplinkUploadInfo;

typedef struct UplinkCommitUploadOptions {
    /* Without entries, the object keeps the metadata that the upload was begun with. */
    UplinkCustomMetadata custom_metadata;
} UplinkCommitUploadOptions;

typedef struct UplinkListUploadPartsOptions {
    /* The listing starts after the part with this number. */
    uint32_t cursor;
} UplinkListUploadPartsOptions;

/* A part of a pending upload. The ETag is what the uploader has stored with it; it is never NULL, and
 * has a length of 0 without one. */
typedef struct UplinkPart {
    uint32_t part_number;
    size_t size;
    /* 0 in the record of a part that was just uploaded. */
    int64_t modified;
    char *etag;
    size_t etag_length;
} UplinkPart;

typedef struct UplinkPermission {
    bool allow_download;
    bool allow_upload;
    bool allow_list;
    bool allow_delete;

    int64_t not_before;
    int64_t not_after;
} UplinkPermission;

typedef struct UplinkSharePrefix {
    const char *bucket;
    const char *prefix;
} UplinkSharePrefix;

/* How to reach an edge service. */
typedef struct EdgeConfig {
    /* The auth service, as host:port. Those of Storj are auth.storjshare.io:7777 and, of one region,
     * auth.eu1.storjshare.io:7777. */
    const char *auth_service_address;

    /* The certificates to trust, in PEM format. NULL or empty: those of the system. */
    const char *certificate_pem;

    /* Send the access without encryption. Only for tests. */
    bool insecure_unencrypted_connection;
} EdgeConfig;

typedef struct EdgeRegisterAccessOptions {
    /* Objects can be read with the access_key_id alone. */
    bool is_public;
} EdgeRegisterAccessOptions;

/* Credentials for the S3 gateway of an edge service. free_tier_expires extends the documented struct
 * at its end; only the library allocates it. */
typedef struct EdgeCredentials {
    /* Also a part of links. */
    const char *access_key_id;
    const char *secret_key;
    /* The URL of the S3 gateway, which is not that of links. */
    const char *endpoint;
    /* When the credentials end because the project is in the free tier; 0: they do not. */
    int64_t free_tier_expires;
} EdgeCredentials;

typedef struct EdgeShareURLOptions {
    /* A link to the data itself, not to a page about it. */
    bool raw;
} EdgeShareURLOptions;

/* cdef: end. The structs are empty, an extension of C that Microsoft's compiler does not have. */
#ifdef __GNUC__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#endif
typedef struct UplinkUploadObjectMetadataOptions {
#ifdef _MSC_VER
    char unused;
#endif
} UplinkUploadObjectMetadataOptions;

typedef struct UplinkCopyObjectOptions {
#ifdef _MSC_VER
    char unused;
#endif
} UplinkCopyObjectOptions;

typedef struct UplinkMoveObjectOptions {
#ifdef _MSC_VER
    char unused;
#endif
} UplinkMoveObjectOptions;
#ifdef __GNUC__
#pragma GCC diagnostic pop
#endif
/* cdef: begin. */

/* ---- Results ---- */

typedef struct UplinkAccessResult {
    UplinkAccess *access;
    UplinkError *error;
} UplinkAccessResult;

typedef struct UplinkProjectResult {
    UplinkProject *project;
    UplinkError *error;
} UplinkProjectResult;

typedef struct UplinkBucketResult {
    UplinkBucket *bucket;
    UplinkError *error;
} UplinkBucketResult;

typedef struct UplinkObjectResult {
    UplinkObject *object;
    UplinkError *error;
} UplinkObjectResult;

typedef struct UplinkUploadResult {
    UplinkUpload *upload;
    UplinkError *error;
} UplinkUploadResult;

typedef struct UplinkPartUploadResult {
    UplinkPartUpload *part_upload;
    UplinkError *error;
} UplinkPartUploadResult;

typedef struct UplinkUploadInfoResult {
    UplinkUploadInfo *info;
    UplinkError *error;
} UplinkUploadInfoResult;

typedef struct UplinkCommitUploadResult {
    UplinkObject *object;
    UplinkError *error;
} UplinkCommitUploadResult;

typedef struct UplinkPartResult {
    UplinkPart *part;
    UplinkError *error;
} UplinkPartResult;

typedef struct UplinkDownloadResult {
    UplinkDownload *download;
    UplinkError *error;
} UplinkDownloadResult;

/* A write or a read that stops early has both a number of bytes and an error. */
typedef struct UplinkWriteResult {
    size_t bytes_written;
    UplinkError *error;
} UplinkWriteResult;

typedef struct UplinkReadResult {
    size_t bytes_read;
    UplinkError *error;
} UplinkReadResult;

typedef struct UplinkStringResult {
    char *string;
    UplinkError *error;
} UplinkStringResult;

typedef struct UplinkEncryptionKeyResult {
    UplinkEncryptionKey *encryption_key;
    UplinkError *error;
} UplinkEncryptionKeyResult;

typedef struct EdgeCredentialsResult {
    EdgeCredentials *credentials;
    UplinkError *error;
} EdgeCredentialsResult;

/* ==== Part 1: the documented interface ==== */

/* ---- Access ---- */

UplinkAccessResult uplink_parse_access(uplink_const_char *access_string);
UplinkAccessResult uplink_request_access_with_passphrase(uplink_const_char *satellite_address,
                                                         uplink_const_char *api_key, uplink_const_char *passphrase);
UplinkAccessResult uplink_config_request_access_with_passphrase(UplinkConfig config,
                                                                uplink_const_char *satellite_address,
                                                                uplink_const_char *api_key,
                                                                uplink_const_char *passphrase);
UplinkStringResult uplink_access_satellite_address(UplinkAccess *access);
UplinkStringResult uplink_access_serialize(UplinkAccess *access);
UplinkAccessResult uplink_access_share(UplinkAccess *access, UplinkPermission permission, UplinkSharePrefix *prefixes,
                                       long long prefixes_count);
UplinkError *uplink_access_override_encryption_key(UplinkAccess *access, uplink_const_char *bucket,
                                                   uplink_const_char *prefix, UplinkEncryptionKey *encryption_key);
UplinkEncryptionKeyResult uplink_derive_encryption_key(uplink_const_char *passphrase, void *salt, size_t length);

/* ---- Project ---- */

UplinkProjectResult uplink_open_project(UplinkAccess *access);
UplinkProjectResult uplink_config_open_project(UplinkConfig config, UplinkAccess *access);
/* As above, with limits and patience. This function is not part of the documented interface. */
UplinkProjectResult uplink_budget_open_project(UplinkConfig config, UplinkBudget budget, UplinkPatience patience,
                                               UplinkAccess *access, UplinkConfigOptions *options);
UplinkError *uplink_close_project(UplinkProject *project);
UplinkError *uplink_revoke_access(UplinkProject *project, UplinkAccess *access);

/* ---- Buckets ---- */

UplinkBucketResult uplink_stat_bucket(UplinkProject *project, uplink_const_char *bucket_name);
UplinkBucketResult uplink_create_bucket(UplinkProject *project, uplink_const_char *bucket_name);
UplinkBucketResult uplink_ensure_bucket(UplinkProject *project, uplink_const_char *bucket_name);
UplinkBucketResult uplink_delete_bucket(UplinkProject *project, uplink_const_char *bucket_name);
UplinkBucketResult uplink_delete_bucket_with_objects(UplinkProject *project, uplink_const_char *bucket_name);

/* An iterator is never NULL. After …_next has returned false, …_err returns the error, or NULL at the
 * end of the listing. */
UplinkBucketIterator *uplink_list_buckets(UplinkProject *project, UplinkListBucketsOptions *options);
bool uplink_bucket_iterator_next(UplinkBucketIterator *iterator);
UplinkError *uplink_bucket_iterator_err(UplinkBucketIterator *iterator);
UplinkBucket *uplink_bucket_iterator_item(UplinkBucketIterator *iterator);

/* ---- Objects ---- */

UplinkObjectResult uplink_stat_object(UplinkProject *project, uplink_const_char *bucket_name,
                                      uplink_const_char *object_key);
/* The object is NULL if nothing was deleted, or if the grant does not allow to see it. */
UplinkObjectResult uplink_delete_object(UplinkProject *project, uplink_const_char *bucket_name,
                                        uplink_const_char *object_key);

UplinkObjectIterator *uplink_list_objects(UplinkProject *project, uplink_const_char *bucket_name,
                                          UplinkListObjectsOptions *options);
bool uplink_object_iterator_next(UplinkObjectIterator *iterator);
UplinkError *uplink_object_iterator_err(UplinkObjectIterator *iterator);
UplinkObject *uplink_object_iterator_item(UplinkObjectIterator *iterator);

/* cdef: end. They take the empty structs above. */
UplinkError *uplink_update_object_metadata(UplinkProject *project, uplink_const_char *bucket_name,
                                           uplink_const_char *object_key, UplinkCustomMetadata new_metadata,
                                           UplinkUploadObjectMetadataOptions *options);
/* A copy has the metadata and the expiration of its source. A copy and a move replace an object at the
 * new key; the new key may be the old one. */
UplinkObjectResult uplink_copy_object(UplinkProject *project, uplink_const_char *old_bucket_name,
                                      uplink_const_char *old_object_key, uplink_const_char *new_bucket_name,
                                      uplink_const_char *new_object_key, UplinkCopyObjectOptions *options);
UplinkError *uplink_move_object(UplinkProject *project, uplink_const_char *old_bucket_name,
                                uplink_const_char *old_object_key, uplink_const_char *new_bucket_name,
                                uplink_const_char *new_object_key, UplinkMoveObjectOptions *options);
/* cdef: begin. */

/* ---- Upload ---- */

UplinkUploadResult uplink_upload_object(UplinkProject *project, uplink_const_char *bucket_name,
                                        uplink_const_char *object_key, UplinkUploadOptions *options);
UplinkWriteResult uplink_upload_write(UplinkUpload *upload, void *bytes, size_t length);
UplinkError *uplink_upload_commit(UplinkUpload *upload);
UplinkError *uplink_upload_abort(UplinkUpload *upload);
UplinkObjectResult uplink_upload_info(UplinkUpload *upload);
UplinkError *uplink_upload_set_custom_metadata(UplinkUpload *upload, UplinkCustomMetadata custom);

/* ---- Pending uploads ---- */

UplinkUploadIterator *uplink_list_uploads(UplinkProject *project, uplink_const_char *bucket_name,
                                          UplinkListUploadsOptions *options);
bool uplink_upload_iterator_next(UplinkUploadIterator *iterator);
UplinkError *uplink_upload_iterator_err(UplinkUploadIterator *iterator);
UplinkUploadInfo *uplink_upload_iterator_item(UplinkUploadIterator *iterator);
UplinkError *uplink_abort_upload(UplinkProject *project, uplink_const_char *bucket_name, uplink_const_char *object_key,
                                 uplink_const_char *upload_id);

/* ---- Multipart uploads ---- */

/* Begins an upload that stays pending until it is committed or aborted. Its parts may be uploaded at
 * the same time, in any order and by any process. The object is the parts in the order of their
 * numbers. */
UplinkUploadInfoResult uplink_begin_upload(UplinkProject *project, uplink_const_char *bucket_name,
                                           uplink_const_char *object_key, UplinkUploadOptions *options);
/* Fails with UPLINK_DETAIL_PART_TOO_SMALL if a part but the last is too small. Then the upload is still
 * pending. */
UplinkCommitUploadResult uplink_commit_upload(UplinkProject *project, uplink_const_char *bucket_name,
                                              uplink_const_char *object_key, uplink_const_char *upload_id,
                                              UplinkCommitUploadOptions *options);

/* The number is less than 2147483647. The commit of a part replaces an earlier part of that number. */
UplinkPartUploadResult uplink_upload_part(UplinkProject *project, uplink_const_char *bucket_name,
                                          uplink_const_char *object_key, uplink_const_char *upload_id,
                                          uint32_t part_number);
UplinkWriteResult uplink_part_upload_write(UplinkPartUpload *upload, void *bytes, size_t length);
UplinkError *uplink_part_upload_commit(UplinkPartUpload *upload);
UplinkError *uplink_part_upload_abort(UplinkPartUpload *upload);
/* Only once, and before the commit. */
UplinkError *uplink_part_upload_set_etag(UplinkPartUpload *upload, uplink_const_char *etag);
UplinkPartResult uplink_part_upload_info(UplinkPartUpload *upload);

/* Lists parts that were committed, by their numbers. */
UplinkPartIterator *uplink_list_upload_parts(UplinkProject *project, uplink_const_char *bucket_name,
                                             uplink_const_char *object_key, uplink_const_char *upload_id,
                                             UplinkListUploadPartsOptions *options);
bool uplink_part_iterator_next(UplinkPartIterator *iterator);
UplinkError *uplink_part_iterator_err(UplinkPartIterator *iterator);
UplinkPart *uplink_part_iterator_item(UplinkPartIterator *iterator);

/* ---- Download ---- */

UplinkDownloadResult uplink_download_object(UplinkProject *project, uplink_const_char *bucket_name,
                                            uplink_const_char *object_key, UplinkDownloadOptions *options);
UplinkReadResult uplink_download_read(UplinkDownload *download, void *bytes, size_t length);
UplinkObjectResult uplink_download_info(UplinkDownload *download);
UplinkError *uplink_close_download(UplinkDownload *download);

/* ---- Edge services ---- */

/* Registers an access, and returns credentials for it. The edge service gets the access with its
 * encryption keys: it can read whatever the access reaches. */
EdgeCredentialsResult edge_register_access(EdgeConfig config, UplinkAccess *access,
                                           EdgeRegisterAccessOptions *options);
/* Returns a link, without the network. It works if the access was registered with is_public. An empty
 * bucket is the whole project, an empty key the whole bucket; a prefix ends in "/". */
UplinkStringResult edge_join_share_url(uplink_const_char *base_url, uplink_const_char *access_key_id,
                                       uplink_const_char *bucket, uplink_const_char *key,
                                       EdgeShareURLOptions *options);

/* ---- Freeing ---- */

/* Freeing a project or a download also closes it, and freeing an upload, of a part or of an object,
 * aborts it unless it was committed. These calls do not wait for the network. */
void uplink_free_string_result(UplinkStringResult result);
void uplink_free_access_result(UplinkAccessResult result);
void uplink_free_encryption_key_result(UplinkEncryptionKeyResult result);
void uplink_free_project_result(UplinkProjectResult result);
void uplink_free_bucket_result(UplinkBucketResult result);
void uplink_free_bucket(UplinkBucket *bucket);
void uplink_free_bucket_iterator(UplinkBucketIterator *iterator);
void uplink_free_object_result(UplinkObjectResult result);
void uplink_free_object(UplinkObject *object);
void uplink_free_object_iterator(UplinkObjectIterator *iterator);
void uplink_free_upload_result(UplinkUploadResult result);
void uplink_free_upload_iterator(UplinkUploadIterator *iterator);
void uplink_free_upload_info(UplinkUploadInfo *info);
void uplink_free_upload_info_result(UplinkUploadInfoResult result);
void uplink_free_commit_upload_result(UplinkCommitUploadResult result);
void uplink_free_part(UplinkPart *part);
void uplink_free_part_result(UplinkPartResult result);
void uplink_free_part_iterator(UplinkPartIterator *iterator);
void uplink_free_part_upload_result(UplinkPartUploadResult result);
void uplink_free_write_result(UplinkWriteResult result);
void uplink_free_download_result(UplinkDownloadResult result);
void uplink_free_read_result(UplinkReadResult result);
void uplink_free_error(UplinkError *error);
void edge_free_credentials_result(EdgeCredentialsResult result);
void edge_free_credentials(EdgeCredentials *credentials);

/* Whether every handle was freed, those of operations and queues included. */
bool uplink_internal_UniverseIsEmpty(void);
/* The number of goroutines, for tests that look for leaks. */
size_t uplink_internal_Goroutines(void);
/* The versions of Go and of all modules that are linked, as `go version -m` prints them. The caller
 * does not free it. */
uplink_const_char *uplink_internal_BuildInfo(void);
/* The budget that all projects of the process share. It depends on the limit of descriptors. */
UplinkBudget uplink_internal_ProcessBudget(void);

/* ==== Part 2: operations ==== */

/* The queue of one event loop: an operation that has ended becomes an entry in it, see below. The
 * struct is read only during the start. The entry may be in the queue before the start returns. With
 * a queue that was freed, the operation has ended with an error when the start returns, and there is
 * no entry. When a queue is freed, its operations go on, without entries. */
typedef struct UplinkQueue {
    size_t _handle;
} UplinkQueue;

/* A call that was started. The caller provides the struct, zeroed but for the fields to set;
 * uplink_start_… fills it in. The library does not keep its address.
 *
 *     UplinkOperation operation = {0};
 *     UplinkRecordResult result = {0};
 *     uplink_start_stat_object(&operation, project, "bucket", "key", 3, NULL);
 *     if (uplink_operation_wait(&operation, 2000000)) {
 *         uplink_operation_take_record(&operation, &result);
 *         …
 *         uplink_free_record_result(result);
 *     }
 *     uplink_operation_detach(&operation);
 *
 * Starting never fails and never blocks: an error of the arguments is in the result. Each start below
 * has the arguments of the call that it is named after. Keys, and the prefixes and cursors of
 * listings, have their length beside them: any client may have stored a key with a NUL in it. Part 1
 * returns UPLINK_ERROR_OBJECT_KEY_INVALID instead of such a key. A text from the library also ends
 * with a NUL, which its length does not count. */
typedef struct UplinkOperation {
    size_t _handle;
    /* Set before the start: the queue that gets an entry when the operation has ended; may be NULL. */
    UplinkQueue *queue;
    /* Set before the start: how long the library repeats requests that the satellite refuses because
     * there are too many. 0: a minute. */
    int64_t repeat_microseconds;
} UplinkOperation;

/* Waits until the operation has ended, at most so many microseconds; negative: without a limit.
 * Returns whether it has ended. An operation that was taken, detached or never started has ended. */
bool uplink_operation_wait(UplinkOperation *operation, int64_t timeout_microseconds);

/* Asks the operation to end soon. It ends with UPLINK_ERROR_CANCELED unless it was faster. Cancelling
 * a read or a write ends its stream. */
void uplink_operation_cancel(UplinkOperation *operation);

/* Cancels the operation if it still runs, frees its result, and closes what it opened. Zeroes the
 * handle; with a handle of zero it does nothing, so a program can always call it last. An operation
 * that does not stop at once goes on in the background. Only for a read does detaching wait, some
 * milliseconds: it fills the caller's memory. */
void uplink_operation_detach(UplinkOperation *operation);

/* Cancels the operation if it still runs, waits at most so many microseconds for its end, and detaches
 * it: for a caller that is interrupted, in one call that cannot be interrupted. */
void uplink_operation_abandon(UplinkOperation *operation, int64_t grace_microseconds);

/* How far a transfer has come: an upload or a download of files. */
typedef struct UplinkProgress {
    /* Set by the caller: sizeof(UplinkProgress). The library sets fields that it does not know to 0. */
    size_t struct_size;
    /* Bytes to transfer, as far as known: it grows while files are being found. */
    int64_t total;
    /* Bytes sent or received. Bytes that an earlier transfer left count, too. */
    int64_t transferred;
    /* Bytes that are visible: in a committed object, or in a file under its own name. */
    int64_t committed;
} UplinkProgress;

/* Fills in how far a transfer has come, and returns true. Returns false and changes nothing if the
 * operation is not a transfer, or was taken or detached. */
bool uplink_operation_progress(UplinkOperation *operation, UplinkProgress *progress);

/* How many detached operations still run, and how many freed objects are still being closed. */
size_t uplink_detached_operations(void);

/* ---- What happens on projects and in operations ---- */

/* The structs below begin with their size, which the caller sets. The library fills in the fields that
 * both know, and sets further ones to 0. */

/* The counts of one project since it was opened. A call is an operation, or a blocking call of part 1
 * that uses the network. */
typedef struct UplinkProjectStats {
    size_t struct_size;
    int64_t calls_started;
    int64_t calls_succeeded;
    int64_t calls_failed;
    int64_t calls_canceled;
    /* Of the calls that have not ended: all, those that wait in a queue of the library, and those that
     * were detached. */
    int64_t calls_in_flight;
    int64_t calls_waiting;
    int64_t calls_detached;
    /* Requests to the satellite, repeats included. */
    int64_t requests;
    /* Requests, dials of the satellite and parts of transfers that were repeated, and downloads that
     * were opened again. */
    int64_t retries;
    /* How often the library lowered its pace, because the satellite refused a request. */
    int64_t slow_downs;
    /* Connections that were closed because no byte moved on them. */
    int64_t stalls;
    /* Bytes of objects that uploads have accepted, and that downloads have returned. */
    int64_t bytes_sent;
    int64_t bytes_received;
    /* Bytes on the connections, with all that encryption and redundancy add. */
    int64_t wire_bytes_sent;
    int64_t wire_bytes_received;
    /* The time that calls have waited in queues of the library, all together. */
    int64_t waited_nanoseconds;
    /* Connections that are open, in use or not. */
    int64_t satellite_connections;
    int64_t node_connections;
} UplinkProjectStats;

/* Fills in the struct. It does not use the network. */
UplinkError *uplink_project_stats(UplinkProject *project, UplinkProjectStats *stats);

/* The counts of one operation. */
typedef struct UplinkOperationStats {
    size_t struct_size;
    /* As for a project. */
    int64_t requests;
    int64_t retries;
    int64_t bytes_sent;
    int64_t bytes_received;
    int64_t waited_nanoseconds;
} UplinkOperationStats;

/* Fills in the struct, also while the operation runs. An operation that was taken, detached or never
 * started has no counts, and the function returns false. */
bool uplink_operation_stats(UplinkOperation *operation, UplinkOperationStats *stats);

/* The kinds of events. */
#define UPLINK_EVENT_REQUEST_REFUSED 1 /* too many requests; subject: the satellite's address */
#define UPLINK_EVENT_WRITE_REFUSED 2   /* too many writes to one key; subject: bucket/key */
#define UPLINK_EVENT_SLOWED_DOWN 3     /* subject: the satellite's address; value: requests a second from now on */
#define UPLINK_EVENT_REDIALED 4        /* subject: the satellite's address; value: seconds until the next dial */
#define UPLINK_EVENT_RESUMED 5         /* a download is opened again; subject: bucket/key; value: its offset */
#define UPLINK_EVENT_STALLED 6         /* a connection was closed; subject: the address; value: seconds without a byte */
#define UPLINK_EVENT_NODE_DOWN 7       /* subject: the address of a node; value: seconds until it failed */
#define UPLINK_EVENT_REPEATED 8        /* a part of a transfer is tried again; subject: its error; value: seconds until then */

/* Something rare that explains a slow call. Events of the same kind and subject are one until they are
 * taken. */
typedef struct UplinkEvent {
    size_t struct_size;
    int32_t kind;
    int32_t subject_length;
    /* How many times it has happened. */
    int64_t count;
    /* When it last happened, in nanoseconds since 1970, and the value of that time. */
    int64_t last_nanoseconds;
    double value;
    /* Cut where it is longer. A NUL follows it. */
    char subject[1280];
} UplinkEvent;

/* Takes the oldest event of all projects of the process, and fills in the struct. Returns false if
 * there is none. The library keeps 256 events; later ones are lost. */
bool uplink_next_event(UplinkEvent *event);

/* Whether there are events to take. It costs less than an attempt to take one. */
bool uplink_has_events(void);

/* ---- Options of operations ---- */

/* Each struct of options begins with its size, which the caller sets:
 *
 *     UplinkOpenUploadOptions options = {.struct_size = sizeof options, .expires = tomorrow};
 *
 * New versions of the library add fields at the end. A program that was compiled with an older
 * header has a smaller struct; the fields that it lacks count as 0. Fields that only a newer header
 * has must be 0, or the result is an error with UPLINK_DETAIL_INVALID_ARGUMENT. So is a struct_size
 * of 0. For each struct, NULL is allowed. */

/* How long a version can be neither deleted nor replaced. */
typedef struct UplinkRetention {
    /* One of UPLINK_RETENTION_…. */
    int32_t mode;
    /* 0 without a retention. */
    int64_t retain_until;
    /* The part of a second that retain_until does not count, below a thousand million. */
    int32_t retain_until_nanoseconds;
} UplinkRetention;

#define UPLINK_RETENTION_NONE 0
#define UPLINK_RETENTION_COMPLIANCE 1
#define UPLINK_RETENTION_GOVERNANCE 2

/* The checksums of objects. An upload that stores one hashes the bytes while it sends them, and adds the
 * checksum in hexadecimal digits to the custom metadata, under the key "sha256" or "blake3". Metadata
 * that has this key already is UPLINK_DETAIL_INVALID_ARGUMENT. A download that verifies compares the
 * bytes with the metadata: the read of the last byte returns UPLINK_DETAIL_CHECKSUM_MISMATCH, beside
 * the bytes, if they differ, and the opening returns UPLINK_DETAIL_CHECKSUM_MISSING if the metadata has
 * no checksum. Only the whole object can be verified. */
#define UPLINK_CHECKSUM_NONE 0
#define UPLINK_CHECKSUM_SHA256 1
#define UPLINK_CHECKSUM_BLAKE3 2

typedef struct UplinkOpenUploadOptions {
    size_t struct_size;
    /* For upload_in_turn: the number of bytes to come; negative: not known, as without options. */
    int64_t size;
    /* 0 or negative: no expiration. */
    int64_t expires;
    /* The part of a second that expires does not count, below a thousand million. */
    int32_t expires_nanoseconds;
    /* "*": the commit is refused with UPLINK_DETAIL_PRECONDITION_FAILED if an object has the key. NULL: it
     * replaces the object. */
    const char *if_none_match;
    /* What is stored as the ETag of the object; NULL for nothing. */
    const char *etag;
    size_t etag_length;
    /* The locks of the new version, for which the bucket needs Object Lock. */
    UplinkRetention retention;
    bool legal_hold;
    /* One of UPLINK_CHECKSUM_…: the checksum to store. */
    int32_t checksum;
} UplinkOpenUploadOptions;

typedef struct UplinkPutObjectOptions {
    size_t struct_size;
    /* 0 or negative: no expiration. */
    int64_t expires;
    int32_t expires_nanoseconds;
    UplinkCustomMetadata custom;
    /* As UplinkOpenUploadOptions. */
    const char *if_none_match;
    const char *etag;
    size_t etag_length;
    UplinkRetention retention;
    bool legal_hold;
    /* One of UPLINK_CHECKSUM_…: the checksum to store. */
    int32_t checksum;
} UplinkPutObjectOptions;

typedef struct UplinkUploadFileOptions {
    size_t struct_size;
    /* 0 or negative: no expiration. */
    int64_t expires;
    int32_t expires_nanoseconds;
    UplinkCustomMetadata custom;
    /* As UplinkOpenUploadOptions. */
    const char *if_none_match;
    const char *etag;
    size_t etag_length;
    UplinkRetention retention;
    bool legal_hold;
    /* Whether the upload neither goes on with a pending upload of the key, nor stays pending when it
     * fails. */
    bool no_resume;
    /* The size of all parts but the last; a smaller file has no parts. 0: 64 MiB, or a multiple for a
     * file of more than 10,000 such parts. Satellites refuse parts below 5 MiB. */
    int64_t part_size;
    /* One of UPLINK_CHECKSUM_…: the checksum to store. */
    int32_t checksum;
} UplinkUploadFileOptions;

typedef struct UplinkDownloadFileOptions {
    size_t struct_size;
    /* As UplinkStatObjectOptions. */
    const char *version;
    size_t version_length;
    /* Whether a file that exists is an error, EEXIST. */
    bool no_overwrite;
    /* Whether the download neither goes on with what an earlier one has left, nor leaves anything when
     * it fails. */
    bool no_resume;
    /* Whether the library does not wait until the file is on the disk. */
    bool no_sync;
    /* Whether to compare the bytes with the checksum that the metadata has, before the file
     * appears. */
    bool verify;
} UplinkDownloadFileOptions;

/* A version is named by the bytes of a record. NULL: the latest version. */
typedef struct UplinkStatObjectOptions {
    size_t struct_size;
    const char *version;
    size_t version_length;
} UplinkStatObjectOptions;

/* Without a version, a delete in a versioned bucket stores a delete marker, which hides the versions
 * of the key. With a version, the version is deleted. */
typedef struct UplinkDeleteObjectOptions {
    size_t struct_size;
    const char *version;
    size_t version_length;
    /* Also deletes a version that is locked in governance mode, if the access allows it. */
    bool bypass_governance_retention;
} UplinkDeleteObjectOptions;

typedef struct UplinkUpdateMetadataOptions {
    size_t struct_size;
    /* The new ETag. NULL: it stays. */
    const char *etag;
    size_t etag_length;
} UplinkUpdateMetadataOptions;

/* Without options: the whole object. */
typedef struct UplinkOpenDownloadOptions {
    size_t struct_size;
    /* As UplinkDownloadOptions. */
    int64_t offset;
    int64_t length;
    /* As UplinkStatObjectOptions. */
    const char *version;
    size_t version_length;
    /* The time and the size of the object's record. If the object was replaced or deleted since, the
     * result is UPLINK_DETAIL_OBJECT_CHANGED. 0 for the time: any object. */
    int64_t expected_created;
    int32_t expected_created_nanoseconds;
    int64_t expected_size;
    /* Whether to compare the bytes with the checksum that the metadata has. */
    bool verify;
} UplinkOpenDownloadOptions;

/* Without options: the whole object, as an open download. */
typedef struct UplinkGetObjectOptions {
    size_t struct_size;
    /* As UplinkDownloadOptions. */
    int64_t offset;
    int64_t length;
    /* The result for a range of more bytes is an open download. */
    size_t most;
    /* As UplinkStatObjectOptions. */
    const char *version;
    size_t version_length;
    /* As UplinkOpenDownloadOptions. */
    int64_t expected_created;
    int32_t expected_created_nanoseconds;
    int64_t expected_size;
    /* Whether to compare the bytes with the checksum that the metadata has. */
    bool verify;
} UplinkGetObjectOptions;

typedef struct UplinkListBucketPageOptions {
    size_t struct_size;
    /* The page starts after this name. NULL: the first page. */
    const char *cursor;
    /* The number of items at most. 0: 1000. */
    size_t limit;
} UplinkListBucketPageOptions;

/* As UplinkListObjectsOptions. A prefix or a cursor of NULL is empty, and has no length. */
typedef struct UplinkListPageOptions {
    size_t struct_size;
    const char *prefix;
    size_t prefix_length;
    const char *cursor;
    size_t cursor_length;
    bool recursive;

    bool system;
    bool custom;
    /* The number of items at most. 0: 1000. */
    size_t limit;
    /* Only for listings of versions: start after this version of the cursor, which is not empty then. NULL:
     * after all its versions. */
    const char *version_cursor;
    size_t version_cursor_length;
    /* Whether to request ETags. Not for listings of uploads. */
    bool etag;
} UplinkListPageOptions;

typedef struct UplinkStartBeginUploadOptions {
    size_t struct_size;
    /* 0 or negative: no expiration. */
    int64_t expires;
    int32_t expires_nanoseconds;
    UplinkCustomMetadata custom;
    /* As UplinkOpenUploadOptions. */
    UplinkRetention retention;
    bool legal_hold;
} UplinkStartBeginUploadOptions;

typedef struct UplinkStartCommitUploadOptions {
    size_t struct_size;
    /* As UplinkCommitUploadOptions. With an ETag, also an empty one replaces the metadata. */
    UplinkCustomMetadata custom;
    /* As UplinkOpenUploadOptions. */
    const char *if_none_match;
    const char *etag;
    size_t etag_length;
} UplinkStartCommitUploadOptions;

typedef struct UplinkStartUploadPartOptions {
    size_t struct_size;
    /* As upload_in_turn: waits until the budget of the project has room for the upload. */
    bool in_turn;
    /* For in_turn: the number of bytes to come; negative: not known. */
    int64_t size;
} UplinkStartUploadPartOptions;

typedef struct UplinkStartPartCommitOptions {
    size_t struct_size;
    /* What is stored with the part. NULL: what uplink_part_upload_set_etag has set, or nothing. It must be
     * NULL after a call of uplink_part_upload_set_etag. */
    const char *etag;
    size_t etag_length;
} UplinkStartPartCommitOptions;

typedef struct UplinkListPartPageOptions {
    size_t struct_size;
    /* The page starts at the part with this number, or the next one that exists. */
    uint32_t first;
    /* The number of parts at most. 0: 999, which take one request if none is larger than 64 MiB. */
    size_t limit;
} UplinkListPartPageOptions;

typedef struct UplinkStartCopyOptions {
    size_t struct_size;
    /* The version to copy, as UplinkStatObjectOptions. */
    const char *version;
    size_t version_length;
    /* "*": the copy is refused with UPLINK_DETAIL_PRECONDITION_FAILED if an object has the new key.
     * NULL: it replaces the object. */
    const char *if_none_match;
    /* The locks of the copy, which it does not take over from its source. */
    UplinkRetention retention;
    bool legal_hold;
} UplinkStartCopyOptions;

typedef struct UplinkStartMoveOptions {
    size_t struct_size;
} UplinkStartMoveOptions;

/* A range of an object, and the memory for its bytes. */
typedef struct UplinkRange {
    int64_t offset;
    void *bytes;
    size_t length;
} UplinkRange;

typedef struct UplinkGetRangesOptions {
    size_t struct_size;
    /* As UplinkStatObjectOptions. */
    const char *version;
    size_t version_length;
    /* The time and the size of the object's record. If the object was replaced or deleted since, the
     * result is UPLINK_DETAIL_OBJECT_CHANGED. 0 for the time: any object, which the first download
     * finds, without a request of its own. */
    int64_t expected_created;
    int32_t expected_created_nanoseconds;
    int64_t expected_size;
    /* Ranges with at most so many bytes between them are downloaded together, with these bytes. */
    int64_t max_gap;
} UplinkGetRangesOptions;

/* A text with its length, which may have a NUL in it. NULL is empty, and has no length. */
typedef struct UplinkText {
    char *data;
    size_t length;
} UplinkText;

/* The tags of a bucket, in their order. */
typedef struct UplinkTag {
    UplinkText key;
    UplinkText value;
} UplinkTag;

typedef struct UplinkTags {
    UplinkTag *items;
    size_t count;
} UplinkTags;

/* Which events of a bucket are published where. */
typedef struct UplinkNotificationConfiguration {
    size_t struct_size;
    UplinkText id;
    UplinkText topic_name;
    UplinkText *events;
    size_t event_count;
    /* Only keys that begin and end with these. */
    UplinkText filter_prefix;
    UplinkText filter_suffix;
} UplinkNotificationConfiguration;

typedef struct UplinkDeleteObjectsOptions {
    size_t struct_size;
    /* Whether to delete versions that a retention in governance mode keeps. */
    bool bypass_governance_retention;
} UplinkDeleteObjectsOptions;

#define UPLINK_COMPARE_NOTHING 0   /* copy everything */
#define UPLINK_COMPARE_SIZE_TIME 1 /* the sizes, and the modification times */
#define UPLINK_COMPARE_SIZE 2
#define UPLINK_COMPARE_CHECKSUM 3  /* the checksums that are stored; uploads of trees store SHA-256 */

/* Without options: everything is copied. */
typedef struct UplinkTreeOptions {
    size_t struct_size;
    /* How to find out what need not be copied: one of UPLINK_COMPARE_…. */
    int32_t compare;
    /* Whether to delete, at the target, what the source does not have. After a failure nothing is deleted. */
    bool delete_extra;
    /* Whether to change nothing, and only return what would be done. */
    bool dry_run;
    /* Only for uploads: whether to upload what symbolic links point to. */
    bool follow_links;
    /* Patterns of paths; without an include, all files are included. In a part between slashes, * and ?
     * stand for any characters and one character, and [a-z] for one of these; ** stands for any number
     * of parts. A pattern without a slash is for names in any folder. */
    UplinkText *include;
    size_t include_count;
    UplinkText *exclude;
    size_t exclude_count;
    /* Only for downloads: whether each object must have a checksum in its metadata, and the bytes that
     * are copied must have that checksum. */
    bool verify;
} UplinkTreeOptions;

/* Empty texts: every license. */
typedef struct UplinkListLicensesOptions {
    size_t struct_size;
    UplinkText type;
    /* Only licenses for this bucket. */
    UplinkText bucket_name;
} UplinkListLicensesOptions;

typedef struct UplinkRegisterAccessOptions {
    size_t struct_size;
    /* As EdgeRegisterAccessOptions. */
    bool is_public;
} UplinkRegisterAccessOptions;

/* ---- Starting ---- */

void uplink_start_request_access(UplinkOperation *operation, UplinkConfig config, UplinkPatience patience,
                                 uplink_const_char *satellite_address, uplink_const_char *api_key,
                                 uplink_const_char *passphrase,
                                 UplinkConfigOptions *options);
void uplink_start_derive_encryption_key(UplinkOperation *operation, uplink_const_char *passphrase, void *salt,
                                        size_t length);

/* The detail of an error tells whether the auth service can be reached, is trusted, or refuses. */
void uplink_start_register_access(UplinkOperation *operation, EdgeConfig config, UplinkAccess *access,
                                  UplinkRegisterAccessOptions *options);

void uplink_start_close_project(UplinkOperation *operation, UplinkProject *project);
void uplink_start_revoke_access(UplinkOperation *operation, UplinkProject *project, UplinkAccess *access);

void uplink_start_stat_bucket(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name);
void uplink_start_create_bucket(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name);
void uplink_start_ensure_bucket(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name);
void uplink_start_delete_bucket(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name);
void uplink_start_delete_bucket_with_objects(UplinkOperation *operation, UplinkProject *project,
                                             uplink_const_char *bucket_name);
void uplink_start_get_bucket_location(UplinkOperation *operation, UplinkProject *project,
                                      uplink_const_char *bucket_name);
/* A bucket without tags is an error: UPLINK_DETAIL_TAGS_NOT_FOUND. */
void uplink_start_get_bucket_tagging(UplinkOperation *operation, UplinkProject *project,
                                     uplink_const_char *bucket_name);
/* Replaces all tags. */
void uplink_start_set_bucket_tagging(UplinkOperation *operation, UplinkProject *project,
                                     uplink_const_char *bucket_name, UplinkTags tags);
void uplink_start_get_bucket_notification_configuration(UplinkOperation *operation, UplinkProject *project,
                                                        uplink_const_char *bucket_name);
/* Without a configuration, it removes the one of the bucket. */
void uplink_start_set_bucket_notification_configuration(UplinkOperation *operation, UplinkProject *project,
                                                        uplink_const_char *bucket_name,
                                                        UplinkNotificationConfiguration *configuration);
void uplink_start_get_project_info(UplinkOperation *operation, UplinkProject *project);
void uplink_start_list_licenses(UplinkOperation *operation, UplinkProject *project,
                                UplinkListLicensesOptions *options);
void uplink_start_get_object_ip_summary(UplinkOperation *operation, UplinkProject *project,
                                        uplink_const_char *bucket_name, uplink_const_char *object_key,
                                        size_t key_length);
/* One page. */
void uplink_start_list_buckets(UplinkOperation *operation, UplinkProject *project,
                               UplinkListBucketPageOptions *options);

void uplink_start_stat_object(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                              uplink_const_char *object_key, size_t key_length, UplinkStatObjectOptions *options);
/* The record is NULL as in uplink_delete_object. If a delete marker was stored, it is the record. */
void uplink_start_delete_object(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                                uplink_const_char *object_key, size_t key_length, UplinkDeleteObjectOptions *options);
/* Changes the latest version of the object. */
void uplink_start_update_object_metadata(UplinkOperation *operation, UplinkProject *project,
                                         uplink_const_char *bucket_name, uplink_const_char *object_key,
                                         size_t key_length, UplinkCustomMetadata new_metadata,
                                         UplinkUpdateMetadataOptions *options);
/* The result is the record of the copy. After a canceled copy, the copy may exist. */
void uplink_start_copy_object(UplinkOperation *operation, UplinkProject *project, uplink_const_char *old_bucket_name,
                              uplink_const_char *old_object_key, size_t old_key_length,
                              uplink_const_char *new_bucket_name, uplink_const_char *new_object_key,
                              size_t new_key_length, UplinkStartCopyOptions *options);
/* After a canceled move, the object may be at either key. */
void uplink_start_move_object(UplinkOperation *operation, UplinkProject *project, uplink_const_char *old_bucket_name,
                              uplink_const_char *old_object_key, size_t old_key_length,
                              uplink_const_char *new_bucket_name, uplink_const_char *new_object_key,
                              size_t new_key_length, UplinkStartMoveOptions *options);

/* An object to delete, or one version of it. With NULL for the version, the latest version is deleted;
 * a versioned bucket keeps that version, and stores a delete marker. */
typedef struct UplinkDeleteItem {
    const char *key;
    size_t key_length;
    const char *version;
    size_t version_length;
} UplinkDeleteItem;

/* Deletes up to 1000 objects with one request. After a canceled call, they may be deleted. */
void uplink_start_delete_objects(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                                 UplinkDeleteItem *items, size_t count, UplinkDeleteObjectsOptions *options);

/* One page of objects and prefixes. Unlike uplink_list_objects, it has objects whose metadata cannot be
 * decrypted, marked as unreadable. */
void uplink_start_list_objects(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                               UplinkListPageOptions *options);

/* One page of all versions of objects, of delete markers, and of prefixes: by key, the latest version
 * of a key first. The result is a version page. Each version has its ID, also those that were stored
 * while the bucket was not versioned. */
void uplink_start_list_object_versions(UplinkOperation *operation, UplinkProject *project,
                                       uplink_const_char *bucket_name, UplinkListPageOptions *options);

/* One page of pending uploads and prefixes. */
void uplink_start_list_uploads(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                               UplinkListPageOptions *options);
void uplink_start_abort_upload(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                               uplink_const_char *object_key, size_t key_length, uplink_const_char *upload_id);

/* The result is an upload record. A canceled upload is not begun, or is aborted. */
void uplink_start_begin_upload(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                               uplink_const_char *object_key, size_t key_length,
                               UplinkStartBeginUploadOptions *options);
/* The result is the record of the object. After a canceled commit, the object may exist. */
void uplink_start_commit_upload(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                                uplink_const_char *object_key, size_t key_length, uplink_const_char *upload_id,
                                UplinkStartCommitUploadOptions *options);
void uplink_start_upload_part(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                              uplink_const_char *object_key, size_t key_length, uplink_const_char *upload_id,
                              uint32_t part_number, UplinkStartUploadPartOptions *options);
/* The bytes are copied before this returns. */
void uplink_start_part_upload_write(UplinkOperation *operation, UplinkPartUpload *upload, void *bytes, size_t length);
/* The result is the record of the part. After a canceled commit, the part may exist. */
void uplink_start_part_upload_commit(UplinkOperation *operation, UplinkPartUpload *upload,
                                     UplinkStartPartCommitOptions *options);
void uplink_start_part_upload_abort(UplinkOperation *operation, UplinkPartUpload *upload);
/* One page. */
void uplink_start_list_upload_parts(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                                    uplink_const_char *object_key, size_t key_length, uplink_const_char *upload_id,
                                    UplinkListPartPageOptions *options);

void uplink_start_upload_object(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                                uplink_const_char *object_key, size_t key_length, UplinkOpenUploadOptions *options);
/* The bytes are copied before this returns. */
void uplink_start_upload_write(UplinkOperation *operation, UplinkUpload *upload, void *bytes, size_t length);
/* The result is the record of the committed object. After a canceled commit, the object may exist. */
void uplink_start_upload_commit(UplinkOperation *operation, UplinkUpload *upload);
void uplink_start_upload_abort(UplinkOperation *operation, UplinkUpload *upload);

/* As upload_object, but waits until the budget of the project has room for the upload. A program that
 * reads its data only after that needs no memory for uploads that wait. */
void uplink_start_upload_in_turn(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                                 uplink_const_char *object_key, size_t key_length, UplinkOpenUploadOptions *options);
/* A whole object, committed: as upload_object, set_custom_metadata, write and commit. The bytes must
 * stay valid until the operation has ended or is detached; detaching waits for a copy under way. The
 * result is the record of the object. */
void uplink_start_put_object(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                             uplink_const_char *object_key, size_t key_length, void *bytes, size_t length,
                             UplinkPutObjectOptions *options);

/* Uploads a regular file. The result is the record of the object. A file of more than one part is
 * uploaded in parts at the same time, and an upload that does not reach its end stays pending: the
 * next upload of the file to the key goes on with it, unless no_resume is set. With
 * UPLINK_DETAIL_SOURCE_CHANGED nothing was committed. */
void uplink_start_upload_file(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                              uplink_const_char *object_key, size_t key_length, uplink_const_char *path,
                              UplinkUploadFileOptions *options);
/* As uplink_start_upload_file, for what a file that is open for reading has from the offset on. The
 * descriptor, which is a HANDLE on Windows, is duplicated before this returns, so it may be closed then.
 * Its position does not change; on Windows it may while the operation runs. */
void uplink_start_upload_descriptor(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                                    uplink_const_char *object_key, size_t key_length, int64_t descriptor,
                                    int64_t offset, UplinkUploadFileOptions *options);
/* As uplink_start_upload_file, for bytes in memory, which must stay valid and unchanged until the
 * operation has ended or is detached; detaching waits for a copy under way. It goes on with no pending
 * upload, and leaves none. */
void uplink_start_upload_memory(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                                uplink_const_char *object_key, size_t key_length, void *bytes, size_t length,
                                UplinkUploadFileOptions *options);
/* Downloads an object to a file, and reports its progress. The result is the record of the object. The
 * file appears at the path when it is complete. Until then its bytes are in a temporary file beside it,
 * .NAME.uplink-0, and after a failure they stay there: the next call for the same version of the object
 * goes on with them. */
void uplink_start_download_file(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                                uplink_const_char *object_key, size_t key_length, uplink_const_char *path,
                                UplinkDownloadFileOptions *options);

/* Uploads the files of a folder. The key of each object is the prefix, which gets a "/" at its end if
 * it has none and is not empty, and the path of the file below the folder. */
void uplink_start_upload_tree(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                              uplink_const_char *prefix, size_t prefix_length, uplink_const_char *folder,
                              UplinkTreeOptions *options);
/* Downloads the objects below a prefix into a folder, which is created. No key leads out of it. */
void uplink_start_download_tree(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                                uplink_const_char *prefix, size_t prefix_length, uplink_const_char *folder,
                                UplinkTreeOptions *options);

void uplink_start_download_object(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                                  uplink_const_char *object_key, size_t key_length,
                                  UplinkOpenDownloadOptions *options);
/* Reads until the memory is full or the download ends; at the end, the result has both the code EOF and
 * the number of bytes. The memory must stay valid until the operation has ended. */
void uplink_start_download_read(UplinkOperation *operation, UplinkDownload *download, void *bytes, size_t length);
/* A whole object, or a range of it: as download_object, read and close. */
void uplink_start_get_object(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                             uplink_const_char *object_key, size_t key_length, UplinkGetObjectOptions *options);
void uplink_start_close_download(UplinkOperation *operation, UplinkDownload *download);
/* Downloads ranges of one version of an object, in any order; they may overlap. A range that does not
 * lie within the object is an error. The memory of the ranges must stay valid until the operation has
 * ended; their array is read during the start only. The result is an error alone. */
void uplink_start_get_ranges(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                             uplink_const_char *object_key, size_t key_length, UplinkRange *ranges, size_t count,
                             UplinkGetRangesOptions *options);

/* ---- Taking the result ---- */

/* A bucket, and what UplinkBucket lacks. */
typedef struct UplinkBucketRecord {
    UplinkBucket bucket;
    /* The part of a second that bucket.created does not count. */
    int32_t created_nanoseconds;
    /* The application that the satellite attributes the bucket to. Only listings set it; NULL without
     * one. */
    char *attribution;
    size_t attribution_length;
} UplinkBucketRecord;

typedef struct UplinkBucketRecordResult {
    UplinkBucketRecord *record;
    UplinkError *error;
} UplinkBucketRecordResult;

/* Of a page, `more` is whether there may be items after the last one: the cursor to them is its name,
 * without the prefix. */
typedef struct UplinkBucketPage {
    UplinkBucketRecord *items;
    size_t count;
    bool more;
} UplinkBucketPage;

typedef struct UplinkBucketPageResult {
    UplinkBucketPage *page;
    UplinkError *error;
} UplinkBucketPageResult;

/* An UplinkObject with the length of its key, and its version. Only the library allocates records:
 * new versions of the library add fields at the end. This moves the items of a page, so a program that
 * reads pages must be compiled with the header of the library that it runs with. */
typedef struct UplinkRecord {
    char *key;
    size_t key_length;
    bool is_prefix;
    UplinkSystemMetadata system;
    /* The parts of a second that system.created and system.expires do not count. Satellites keep microseconds. */
    int32_t created_nanoseconds;
    int32_t expires_nanoseconds;
    UplinkCustomMetadata custom;
    /* Names the version for other calls. NULL if it is not known: for a prefix, an upload that is not
     * committed, and in a listing of objects. */
    char *version;
    size_t version_length;
    /* NULL without an ETag. */
    char *etag;
    size_t etag_length;
    /* Whether the version was stored while the bucket was versioned. */
    bool is_versioned;
    /* Only listings of versions set it. */
    bool is_latest;
    bool is_delete_marker;
    /* Whether the satellite reported whether there is a legal hold. */
    bool has_legal_hold;
    bool legal_hold;
    UplinkRetention retention;
    /* Only pages of objects and versions set it: whether the custom metadata or the ETag that was requested
     * cannot be decrypted. Both are empty then. */
    bool unreadable;
} UplinkRecord;

typedef struct UplinkRecordResult {
    UplinkRecord *record;
    UplinkError *error;
} UplinkRecordResult;

#define UPLINK_DELETION_FAILED 0  /* the satellite could not delete it */
#define UPLINK_DELETION_DENIED 1  /* the access does not allow it */
#define UPLINK_DELETION_MISSING 2 /* there is no such object */
#define UPLINK_DELETION_DONE 3
#define UPLINK_DELETION_LOCKED 4  /* a retention or a legal hold forbids it */

typedef struct UplinkDeletion {
    /* One of UPLINK_DELETION_…. */
    int32_t status;
    /* The version that was removed, or NULL. */
    char *version;
    size_t version_length;
    bool was_delete_marker;
    /* The version of the delete marker that was added, or NULL. */
    char *delete_marker;
    size_t delete_marker_length;
} UplinkDeletion;

/* One for each item, in the order of the items. */
typedef struct UplinkDeletions {
    UplinkDeletion *items;
    size_t count;
} UplinkDeletions;

typedef struct UplinkDeletionsResult {
    UplinkDeletions *deletions;
    UplinkError *error;
} UplinkDeletionsResult;

typedef struct UplinkObjectPage {
    UplinkRecord *items;
    size_t count;
    bool more;
    /* The keys of the items in their order, each with a NUL after it. The items point into it. */
    char *keys;
    size_t keys_length;
} UplinkObjectPage;

typedef struct UplinkUploadRecord {
    char *upload_id;
    UplinkRecord record;
} UplinkUploadRecord;

typedef struct UplinkUploadRecordResult {
    UplinkUploadRecord *upload;
    UplinkError *error;
} UplinkUploadRecordResult;

/* A part of a listing. */
typedef struct UplinkPartRecord {
    UplinkPart part;
    /* The part of a second that part.modified does not count. */
    int32_t modified_nanoseconds;
} UplinkPartRecord;

typedef struct UplinkPartPage {
    UplinkPartRecord *items;
    size_t count;
    /* Whether there may be further parts. */
    bool more;
} UplinkPartPage;

typedef struct UplinkPartPageResult {
    UplinkPartPage *page;
    UplinkError *error;
} UplinkPartPageResult;

typedef struct UplinkUploadPage {
    UplinkUploadRecord *items;
    size_t count;
    bool more;
} UplinkUploadPage;

typedef struct UplinkUploadPageResult {
    UplinkUploadPage *page;
    UplinkError *error;
} UplinkUploadPageResult;

typedef struct UplinkObjectPageResult {
    UplinkObjectPage *page;
    UplinkError *error;
} UplinkObjectPageResult;

#define UPLINK_TREE_COPIED 0
#define UPLINK_TREE_DELETED 1
#define UPLINK_TREE_SKIPPED 2
#define UPLINK_TREE_FAILED 3

typedef struct UplinkTreeEntry {
    /* One of UPLINK_TREE_…. */
    int32_t action;
    /* The path below the folder, with "/" between its parts. The key is the prefix and the path. */
    UplinkText path;
    int64_t size;
    /* Why it was skipped. */
    UplinkText reason;
    /* Why it failed, or NULL. */
    UplinkError *error;
} UplinkTreeEntry;

/* What was done, by path, but for what is unchanged or excluded. */
typedef struct UplinkTree {
    UplinkTreeEntry *items;
    size_t count;
    /* Numbers of files. */
    int64_t copied;
    int64_t unchanged;
    int64_t excluded;
    int64_t deleted;
    int64_t skipped;
    int64_t failed;
    /* The number of bytes that were copied. */
    int64_t bytes;
} UplinkTree;

/* The error is one that ended the job early, and then the tree has what was done before. A file that
 * failed is only in the tree. */
typedef struct UplinkTreeResult {
    UplinkTree *tree;
    UplinkError *error;
} UplinkTreeResult;

typedef struct UplinkTextResult {
    UplinkText text;
    UplinkError *error;
} UplinkTextResult;

typedef struct UplinkTagsResult {
    UplinkTags *tags;
    UplinkError *error;
} UplinkTagsResult;

/* A bucket without a configuration has neither a configuration nor an error. */
typedef struct UplinkNotificationResult {
    UplinkNotificationConfiguration *configuration;
    UplinkError *error;
} UplinkNotificationResult;

/* What the satellite knows about a project. */
typedef struct UplinkProjectInfo {
    /* The 16 bytes of a UUID. */
    UplinkText public_id;
    /* Seconds since 1970, and nanoseconds of a second. */
    int64_t created;
    int32_t created_nanoseconds;
    /* Bytes, which passphrases are combined with. */
    UplinkText salt;
    /* Whether the project has edge services of its own. */
    bool has_edge_url_overrides;
    UplinkText edge_auth_service;
    UplinkText edge_public_linksharing;
    UplinkText edge_internal_linksharing;
} UplinkProjectInfo;

typedef struct UplinkProjectInfoResult {
    UplinkProjectInfo *info;
    UplinkError *error;
} UplinkProjectInfoResult;

typedef struct UplinkLicense {
    UplinkText type;
    /* Bytes. */
    UplinkText key;
    /* As UplinkProjectInfo.created; 0: never. */
    int64_t expires;
    int32_t expires_nanoseconds;
} UplinkLicense;

typedef struct UplinkLicenses {
    UplinkLicense *items;
    size_t count;
} UplinkLicenses;

typedef struct UplinkLicensesResult {
    UplinkLicenses *licenses;
    UplinkError *error;
} UplinkLicensesResult;

/* On which nodes an object is. */
typedef struct UplinkIPSummary {
    /* Each of the form address:port. */
    UplinkText *ip_ports;
    size_t count;
    int64_t segment_count;
    int64_t piece_count;
    int64_t reliable_piece_count;
    /* The number that the satellite has for where the pieces may be. */
    uint32_t placement_constraint;
} UplinkIPSummary;

typedef struct UplinkIPSummaryResult {
    UplinkIPSummary *summary;
    UplinkError *error;
} UplinkIPSummaryResult;

/* Either the bytes, or an open download. */
typedef struct UplinkGetResult {
    UplinkDownload *download;
    void *bytes;
    size_t length;
    UplinkError *error;
} UplinkGetResult;

/* Each fills in the result and frees the operation. If the operation was taken or detached, the result
 * is UPLINK_ERROR_INVALID_HANDLE. If it still runs, or has a result of another type, the result is
 * UPLINK_ERROR_INTERNAL with UPLINK_DETAIL_INVALID_ARGUMENT, and the operation stays as it is. */
void uplink_operation_take_error(UplinkOperation *operation, UplinkError **error); /* of a call without a value */
void uplink_operation_take_access(UplinkOperation *operation, UplinkAccessResult *result);
void uplink_operation_take_encryption_key(UplinkOperation *operation, UplinkEncryptionKeyResult *result);
void uplink_operation_take_credentials(UplinkOperation *operation, EdgeCredentialsResult *result);
void uplink_operation_take_bucket_record(UplinkOperation *operation, UplinkBucketRecordResult *result);
void uplink_operation_take_bucket_page(UplinkOperation *operation, UplinkBucketPageResult *result);
void uplink_operation_take_text(UplinkOperation *operation, UplinkTextResult *result);
void uplink_operation_take_tags(UplinkOperation *operation, UplinkTagsResult *result);
void uplink_operation_take_notification(UplinkOperation *operation, UplinkNotificationResult *result);
void uplink_operation_take_tree(UplinkOperation *operation, UplinkTreeResult *result);
void uplink_operation_take_project_info(UplinkOperation *operation, UplinkProjectInfoResult *result);
void uplink_operation_take_licenses(UplinkOperation *operation, UplinkLicensesResult *result);
void uplink_operation_take_ip_summary(UplinkOperation *operation, UplinkIPSummaryResult *result);
void uplink_operation_take_record(UplinkOperation *operation, UplinkRecordResult *result);
void uplink_operation_take_deletions(UplinkOperation *operation, UplinkDeletionsResult *result);
void uplink_operation_take_object_page(UplinkOperation *operation, UplinkObjectPageResult *result);
void uplink_operation_take_version_page(UplinkOperation *operation, UplinkObjectPageResult *result);
void uplink_operation_take_upload_page(UplinkOperation *operation, UplinkUploadPageResult *result);
void uplink_operation_take_upload(UplinkOperation *operation, UplinkUploadResult *result);
void uplink_operation_take_upload_record(UplinkOperation *operation, UplinkUploadRecordResult *result);
void uplink_operation_take_part_upload(UplinkOperation *operation, UplinkPartUploadResult *result);
void uplink_operation_take_part(UplinkOperation *operation, UplinkPartResult *result);
void uplink_operation_take_part_page(UplinkOperation *operation, UplinkPartPageResult *result);
void uplink_operation_take_write(UplinkOperation *operation, UplinkWriteResult *result);
void uplink_operation_take_download(UplinkOperation *operation, UplinkDownloadResult *result);
void uplink_operation_take_read(UplinkOperation *operation, UplinkReadResult *result);
void uplink_operation_take_get(UplinkOperation *operation, UplinkGetResult *result);
/* Returns what an upload or a download of a folder has done so far, after the first entries and in the
 * order of time; the numbers of the tree are 0. The tree is NULL if the operation is another one, or was
 * taken or detached. */
UplinkTreeResult uplink_operation_tree_entries(UplinkOperation *operation, size_t first);

void uplink_free_bucket_record_result(UplinkBucketRecordResult result);
void uplink_free_bucket_page_result(UplinkBucketPageResult result);
void uplink_free_text_result(UplinkTextResult result);
void uplink_free_tree_result(UplinkTreeResult result);
void uplink_free_project_info_result(UplinkProjectInfoResult result);
void uplink_free_licenses_result(UplinkLicensesResult result);
void uplink_free_ip_summary_result(UplinkIPSummaryResult result);
void uplink_free_tags_result(UplinkTagsResult result);
void uplink_free_notification_result(UplinkNotificationResult result);
void uplink_free_record_result(UplinkRecordResult result);
void uplink_free_deletions_result(UplinkDeletionsResult result);
void uplink_free_object_page_result(UplinkObjectPageResult result);
void uplink_free_upload_page_result(UplinkUploadPageResult result);
void uplink_free_upload_record_result(UplinkUploadRecordResult result);
void uplink_free_part_page_result(UplinkPartPageResult result);
void uplink_free_get_result(UplinkGetResult result);

/* ---- Records of streams ---- */

/* As uplink_upload_info and uplink_download_info, which have no length for the key. */
UplinkRecordResult uplink_upload_record(UplinkUpload *upload);
UplinkRecordResult uplink_download_record(UplinkDownload *download);

/* ---- Versioning of buckets, and Object Lock ---- */

#define UPLINK_VERSIONING_UNSUPPORTED 0
#define UPLINK_VERSIONING_UNVERSIONED 1
#define UPLINK_VERSIONING_ENABLED 2
#define UPLINK_VERSIONING_SUSPENDED 3

typedef struct UplinkVersioningResult {
    /* One of UPLINK_VERSIONING_…. */
    int32_t versioning;
    UplinkError *error;
} UplinkVersioningResult;

typedef struct UplinkCreateBucketOptions {
    size_t struct_size;
    /* Also enables versioning. It cannot be disabled later. */
    bool object_lock_enabled;
    /* Where the objects are stored; the satellite defines the names. NULL: where the project is. */
    const char *placement;
} UplinkCreateBucketOptions;

/* The retention of new versions: for so many days or years, not both. */
typedef struct UplinkDefaultRetention {
    /* One of UPLINK_RETENTION_…. */
    int32_t mode;
    int32_t days;
    int32_t years;
} UplinkDefaultRetention;

typedef struct UplinkObjectLockConfigurationOptions {
    size_t struct_size;
    bool enabled;
    UplinkDefaultRetention default_retention;
} UplinkObjectLockConfigurationOptions;

typedef struct UplinkObjectLockConfigurationResult {
    bool enabled;
    UplinkDefaultRetention default_retention;
    UplinkError *error;
} UplinkObjectLockConfigurationResult;

/* As UplinkStatObjectOptions. */
typedef struct UplinkLockOptions {
    size_t struct_size;
    const char *version;
    size_t version_length;
} UplinkLockOptions;

typedef struct UplinkSetRetentionOptions {
    size_t struct_size;
    const char *version;
    size_t version_length;
    /* Also shortens or removes a retention in governance mode, if the access allows it. */
    bool bypass_governance_retention;
} UplinkSetRetentionOptions;

typedef struct UplinkRetentionResult {
    /* The mode is UPLINK_RETENTION_NONE if the version has no retention, which is no error. */
    UplinkRetention retention;
    UplinkError *error;
} UplinkRetentionResult;

typedef struct UplinkLegalHoldResult {
    bool enabled;
    UplinkError *error;
} UplinkLegalHoldResult;

void uplink_start_create_bucket_with_object_lock(UplinkOperation *operation, UplinkProject *project,
                                                 uplink_const_char *bucket_name, UplinkCreateBucketOptions *options);
/* Also deletes versions that are locked in governance mode. */
void uplink_start_delete_bucket_with_objects_bypass_governance_retention(UplinkOperation *operation,
                                                                         UplinkProject *project,
                                                                         uplink_const_char *bucket_name);
void uplink_start_get_bucket_versioning(UplinkOperation *operation, UplinkProject *project,
                                        uplink_const_char *bucket_name);
/* false suspends the versioning. */
void uplink_start_set_bucket_versioning(UplinkOperation *operation, UplinkProject *project,
                                        uplink_const_char *bucket_name, bool enabled);
void uplink_start_get_bucket_object_lock_configuration(UplinkOperation *operation, UplinkProject *project,
                                                       uplink_const_char *bucket_name);
void uplink_start_set_bucket_object_lock_configuration(UplinkOperation *operation, UplinkProject *project,
                                                       uplink_const_char *bucket_name,
                                                       UplinkObjectLockConfigurationOptions *options);
/* A retention with the mode UPLINK_RETENTION_NONE removes the retention. */
void uplink_start_set_object_retention(UplinkOperation *operation, UplinkProject *project,
                                       uplink_const_char *bucket_name, uplink_const_char *object_key,
                                       size_t key_length, UplinkRetention retention,
                                       UplinkSetRetentionOptions *options);
void uplink_start_get_object_retention(UplinkOperation *operation, UplinkProject *project,
                                       uplink_const_char *bucket_name, uplink_const_char *object_key,
                                       size_t key_length, UplinkLockOptions *options);
void uplink_start_set_object_legal_hold(UplinkOperation *operation, UplinkProject *project,
                                        uplink_const_char *bucket_name, uplink_const_char *object_key,
                                        size_t key_length, bool enabled, UplinkLockOptions *options);
void uplink_start_get_object_legal_hold(UplinkOperation *operation, UplinkProject *project,
                                        uplink_const_char *bucket_name, uplink_const_char *object_key,
                                        size_t key_length, UplinkLockOptions *options);

void uplink_operation_take_versioning(UplinkOperation *operation, UplinkVersioningResult *result);
void uplink_operation_take_object_lock_configuration(UplinkOperation *operation,
                                                     UplinkObjectLockConfigurationResult *result);
void uplink_operation_take_retention(UplinkOperation *operation, UplinkRetentionResult *result);
void uplink_operation_take_legal_hold(UplinkOperation *operation, UplinkLegalHoldResult *result);

void uplink_free_versioning_result(UplinkVersioningResult result);
void uplink_free_object_lock_configuration_result(UplinkObjectLockConfigurationResult result);
void uplink_free_retention_result(UplinkRetentionResult result);
void uplink_free_legal_hold_result(UplinkLegalHoldResult result);

/* ---- Looking into an access ---- */

/* What is reached: the objects below the prefix, which is empty or ends in "/", and the object whose
 * key is the prefix without its "/". */
typedef struct UplinkReachedPrefix {
    char *bucket;
    size_t bucket_length;
    char *prefix;
    size_t prefix_length;
} UplinkReachedPrefix;

/* The permissions of Object Lock. The API key must also have been made for it at the satellite. */
typedef struct UplinkLockPermission {
    bool put_object_retention;
    bool get_object_retention;
    bool put_object_legal_hold;
    bool get_object_legal_hold;
    bool bypass_governance_retention;
    bool put_bucket_object_lock_configuration;
    bool get_bucket_object_lock_configuration;
} UplinkLockPermission;

typedef struct UplinkInspection {
    UplinkPermission permission;
    /* The parts of a second that permission.not_before and permission.not_after do not count. */
    int32_t not_before_nanoseconds;
    int32_t not_after_nanoseconds;
    UplinkLockPermission locks;
    /* New objects expire after so many seconds at the latest; 0: they need not expire. */
    int64_t max_object_ttl;
    /* Whether it reaches only the prefixes. */
    bool restricted;
    UplinkReachedPrefix *prefixes;
    size_t count;
} UplinkInspection;

typedef struct UplinkInspectionResult {
    UplinkInspection *inspection;
    UplinkError *error;
} UplinkInspectionResult;

typedef struct UplinkShareOptions {
    size_t struct_size;
    UplinkPermission permission;
    UplinkLockPermission locks;
    /* As in UplinkInspection. */
    int64_t max_object_ttl;
    int32_t not_before_nanoseconds;
    int32_t not_after_nanoseconds;
} UplinkShareOptions;

/* As uplink_access_share, which allows nothing of Object Lock. */
UplinkAccessResult uplink_access_share_with(UplinkAccess *access, UplinkShareOptions *options,
                                            UplinkSharePrefix *prefixes, long long prefixes_count);

/* Returns what the grant allows, without the network. Only the satellite knows whether it was revoked. */
UplinkInspectionResult uplink_access_inspect(UplinkAccess *access);
void uplink_free_inspection_result(UplinkInspectionResult result);

/* ---- Links ---- */

typedef struct UplinkShareURLOptions {
    size_t struct_size;
    /* As EdgeShareURLOptions. */
    bool raw;
} UplinkShareURLOptions;

/* As edge_join_share_url, which has no length for the key. */
UplinkStringResult uplink_join_share_url(uplink_const_char *base_url, uplink_const_char *access_key_id,
                                         uplink_const_char *bucket, uplink_const_char *object_key, size_t key_length,
                                         UplinkShareURLOptions *options);

/* ---- Handles in memory of the caller ---- */

/* Moves a handle into a struct of the caller, frees the struct that it was in, and sets the pointer to
 * NULL. The handle is of any type with one field but UplinkQueue; uplink_handle_release frees it. */
void uplink_handle_adopt(UplinkHandle *target, UplinkHandle **source);
/* Frees the object of the handle, as the uplink_free_… function of its result does, and leaves the
 * struct as it is. A second call does nothing. */
void uplink_handle_release(UplinkHandle *handle);

/* ---- Completion queues ---- */

typedef struct UplinkQueueResult {
    UplinkQueue *queue;
    UplinkError *error;
} UplinkQueueResult;

/* When an empty queue gets an entry, one byte is written to the wake descriptor: the write end of a
 * pipe or a socket, non-blocking. It belongs to the caller and must stay open until the queue is
 * freed. */
UplinkQueueResult uplink_open_queue(int64_t wake_descriptor);
/* Copies the handles of ended operations, oldest first, at most capacity, and returns their number.
 * They stay the caller's operations. Call it until it returns less than the capacity. */
size_t uplink_queue_drain(UplinkQueue *queue, UplinkOperation *ended, size_t capacity);
void uplink_free_queue_result(UplinkQueueResult result);

/* ---- Many small calls ---- */

/* A put or a get of a whole object, which is started with others. It has no UplinkOperation: the queue
 * gives its result out, with the tag. */
typedef struct UplinkSmallCall {
    /* Larger than the tags of all small calls of the queue before. A call with another tag is not
     * started, so a program that was interrupted can start the same calls again. */
    size_t tag;
    UplinkProject *project;
    bool is_put;
    size_t bucket_length;
    size_t key_length;
    /* Of a put: the number of its bytes, at most 4096. Of a get: the result for an object of more bytes
     * is an open download. */
    size_t size;
} UplinkSmallCall;

/* Starts calls. `texts` has the bucket and the key of each call, and the bytes of each put, one after
 * the other; they are copied before this returns. Each call ends as uplink_start_put_object and
 * uplink_start_get_object do without options. When the queue is freed, its calls are detached. */
void uplink_queue_start(UplinkQueue *queue, UplinkSmallCall *calls, size_t count, uplink_const_char *texts,
                        size_t length);
/* Cancels a small call and detaches it, as uplink_operation_detach does. It has no result any more. */
void uplink_queue_cancel(UplinkQueue *queue, size_t tag);

typedef struct UplinkSmallResult {
    size_t tag;
    UplinkError *error;
    /* Of a put: the record of the object. */
    UplinkRecord *record;
    /* Of a get: the bytes, or the open download of an object of more bytes. */
    void *bytes;
    size_t length;
    UplinkDownload *download;
} UplinkSmallResult;

/* Provided by the caller, zeroed. The library allocates the items. */
typedef struct UplinkSmallResults {
    UplinkSmallResult *items;
    size_t count;
} UplinkSmallResults;

/* Frees the results in the struct, and replaces them by those of the small calls that have ended, oldest
 * first. Call it until there are none. Small calls wake the loop as operations do: when one ends and no
 * other result waits to be taken. */
void uplink_queue_results(UplinkQueue *queue, UplinkSmallResults *results);
/* Frees the results in the struct. */
void uplink_free_small_results(UplinkSmallResults *results);

/* cdef: end. */

#ifdef __cplusplus
}
#endif

#endif /* UPLINK_H */
