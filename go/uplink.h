/* libuplink: the C interface of Storj's client library.
 *
 * This file is the contract. Go exports what it declares, build_ffi.py turns it into the Python extension, and C
 * programs include it.
 *
 * It has two parts:
 *
 *   1. The interface that storj/uplink-c documents: the same names, argument order, struct layouts, ownership and
 *      error codes. Those calls block until they are answered.
 *   2. Operations: each call that can block has a form that starts it and returns at once. An operation can be
 *      waited for with a timeout, cancelled, and its result taken once.
 *
 * Ownership: whatever a call returns belongs to the caller and is given back to the uplink_free_… function of its
 * type. A result holds either a value or an error, and freeing the result frees both. Freeing NULL does nothing.
 * Arguments are only read, and only during the call, except where a comment says otherwise.
 *
 * Handles (structs with one _handle field) name objects that live in the library. A handle is never reused: one that
 * was freed, or never was valid, is answered with UPLINK_ERROR_INVALID_HANDLE. Every function may be called from any
 * thread; freeing the memory of a handle while another thread passes it to a call is the caller's race.
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

/* cdef: begin. Between these marks stands what build_ffi.py reads; keep to plain declarations. */

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

typedef struct UplinkObjectIterator {
    size_t _handle;
} UplinkObjectIterator;

typedef struct UplinkBucketIterator {
    size_t _handle;
} UplinkBucketIterator;

typedef struct UplinkUploadIterator {
    size_t _handle;
} UplinkUploadIterator;

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

/* What UPLINK_ERROR_INTERNAL leaves unsaid. */
#define UPLINK_DETAIL_NONE 0
#define UPLINK_DETAIL_INVALID_ARGUMENT 1   /* NULL, a negative or a contradictory argument */
#define UPLINK_DETAIL_INVALID_ACCESS 2     /* not a serialized access grant, or not an API key */
#define UPLINK_DETAIL_UNAUTHENTICATED 3    /* the satellite does not know the API key, or it was revoked */
#define UPLINK_DETAIL_CONNECTION 4         /* the satellite cannot be reached or went away */
#define UPLINK_DETAIL_DEADLINE_EXCEEDED 5  /* a time limit inside the library or the satellite ran out */
#define UPLINK_DETAIL_DECRYPTION_FAILED 6  /* stored under another passphrase, or damaged */
#define UPLINK_DETAIL_NODES_UNAVAILABLE 7  /* too few storage nodes answered */
#define UPLINK_DETAIL_RANGE_INVALID 8      /* the range lies outside the object */
#define UPLINK_DETAIL_INVALID_METADATA 9   /* not UTF-8, a NUL, or too large */
#define UPLINK_DETAIL_PANIC 10             /* a defect in the library; the process goes on */
#define UPLINK_DETAIL_OBJECT_CHANGED 11    /* it was replaced or deleted while it was downloaded */
#define UPLINK_DETAIL_UPLOAD_NOT_FOUND 12  /* no pending upload of that key has that id */
#define UPLINK_DETAIL_BUCKET_LIMIT 13      /* the project may have no more buckets */

/* code is EOF, with a NULL message, at the end of a download.
 * detail and unchanged extend the documented struct at its end; only the library allocates it. */
typedef struct UplinkError {
    int32_t code;
    char *message;
    int32_t detail;
    bool unchanged; /* nothing was changed, and trying again at once is of no use: the library has done so already */
} UplinkError;

/* ---- Values ---- */

typedef struct UplinkConfig {
    const char *user_agent;

    /* For each connection; 0: ten seconds, negative: no limit. */
    int32_t dial_timeout_milliseconds;

    /* Kept for its place in the struct; the Go library no longer uses it. */
    const char *temp_directory;
} UplinkConfig;

/* How much a project does at the same time; what is more waits for its turn. 0: the default. */
typedef struct UplinkBudget {
    /* Calls to the satellite, each of which takes a connection; by default 64. */
    int32_t calls;

    /* Connections to storage nodes, of which an upload counts as 110 and a download as 40; by default 2048. All
     * projects together get at most half of the descriptors that the process may have. */
    int32_t connections;
} UplinkBudget;

/* How long a project puts up with a network that fails. */
typedef struct UplinkPatience {
    /* How often the satellite is dialled for a call, unless a time limit runs out, and how often a download fails without
     * having got another byte. 0: three times, and the delays are a quarter of a second and five seconds. With 1, requests
     * that the satellite refuses because there are too many are not repeated either; otherwise they are for a minute, see
     * UplinkOperation. */
    int32_t attempts;
    /* The wait before the second try. It doubles for each further one, and up to a half is taken off at random. */
    int32_t delay_milliseconds;
    int32_t longest_delay_milliseconds;

    /* A connection to a node is given up when a call waits for the node, and no byte moves for so long; another node is
     * taken. So is one to the satellite, if its computer acknowledges nothing. 0: 20 seconds, negative: no limit. */
    int32_t stall_timeout_milliseconds;
} UplinkPatience;

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
    /* Negative: that many bytes from the end; length must then be negative too. */
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

/* As UplinkListObjectsOptions, but with a prefix that does not end in "/" only the uploads of that key are listed. */
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

/* cdef: end. The struct is empty, which is an extension of C that Microsoft's compiler has not. */
#ifdef __GNUC__
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#endif
typedef struct UplinkUploadObjectMetadataOptions {
#ifdef _MSC_VER
    char unused;
#endif
} UplinkUploadObjectMetadataOptions;
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

typedef struct UplinkDownloadResult {
    UplinkDownload *download;
    UplinkError *error;
} UplinkDownloadResult;

/* A write that stops early has both: how far it came, and why it stopped. So has a read. */
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
/* As above, with limits of its own. This one is not part of the documented interface. */
UplinkProjectResult uplink_budget_open_project(UplinkConfig config, UplinkBudget budget, UplinkPatience patience,
                                               UplinkAccess *access);
UplinkError *uplink_close_project(UplinkProject *project);
UplinkError *uplink_revoke_access(UplinkProject *project, UplinkAccess *access);

/* ---- Buckets ---- */

UplinkBucketResult uplink_stat_bucket(UplinkProject *project, uplink_const_char *bucket_name);
UplinkBucketResult uplink_create_bucket(UplinkProject *project, uplink_const_char *bucket_name);
UplinkBucketResult uplink_ensure_bucket(UplinkProject *project, uplink_const_char *bucket_name);
UplinkBucketResult uplink_delete_bucket(UplinkProject *project, uplink_const_char *bucket_name);
UplinkBucketResult uplink_delete_bucket_with_objects(UplinkProject *project, uplink_const_char *bucket_name);

/* An iterator is never NULL: what went wrong is told by …_err, after …_next has answered false. */
UplinkBucketIterator *uplink_list_buckets(UplinkProject *project, UplinkListBucketsOptions *options);
bool uplink_bucket_iterator_next(UplinkBucketIterator *iterator);
UplinkError *uplink_bucket_iterator_err(UplinkBucketIterator *iterator);
UplinkBucket *uplink_bucket_iterator_item(UplinkBucketIterator *iterator);

/* ---- Objects ---- */

UplinkObjectResult uplink_stat_object(UplinkProject *project, uplink_const_char *bucket_name,
                                      uplink_const_char *object_key);
/* The object is NULL where nothing was deleted, or where the grant does not allow to know. */
UplinkObjectResult uplink_delete_object(UplinkProject *project, uplink_const_char *bucket_name,
                                        uplink_const_char *object_key);

UplinkObjectIterator *uplink_list_objects(UplinkProject *project, uplink_const_char *bucket_name,
                                          UplinkListObjectsOptions *options);
bool uplink_object_iterator_next(UplinkObjectIterator *iterator);
UplinkError *uplink_object_iterator_err(UplinkObjectIterator *iterator);
UplinkObject *uplink_object_iterator_item(UplinkObjectIterator *iterator);

/* cdef: end. It takes the empty struct of above. */
UplinkError *uplink_update_object_metadata(UplinkProject *project, uplink_const_char *bucket_name,
                                           uplink_const_char *object_key, UplinkCustomMetadata new_metadata,
                                           UplinkUploadObjectMetadataOptions *options);
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

/* ---- Download ---- */

UplinkDownloadResult uplink_download_object(UplinkProject *project, uplink_const_char *bucket_name,
                                            uplink_const_char *object_key, UplinkDownloadOptions *options);
UplinkReadResult uplink_download_read(UplinkDownload *download, void *bytes, size_t length);
UplinkObjectResult uplink_download_info(UplinkDownload *download);
UplinkError *uplink_close_download(UplinkDownload *download);

/* ---- Freeing ---- */

/* Freeing a project, an upload or a download also ends it: what was not committed is dropped. These calls do not wait
 * for the network. */
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
void uplink_free_write_result(UplinkWriteResult result);
void uplink_free_download_result(UplinkDownloadResult result);
void uplink_free_read_result(UplinkReadResult result);
void uplink_free_error(UplinkError *error);

/* Whether every handle, operations and queues included, was given back. */
bool uplink_internal_UniverseIsEmpty(void);
/* How many goroutines there are, for tests that look for what is left behind. */
size_t uplink_internal_Goroutines(void);
/* What is linked: the version of Go, its modules and theirs, as `go version -m` prints it. Not to be freed. */
uplink_const_char *uplink_internal_BuildInfo(void);
/* What all projects of the process may have together, by its limit of descriptors. */
UplinkBudget uplink_internal_ProcessBudget(void);

/* ==== Part 2: operations ==== */

/* Where the ended operations of one event loop arrive, see below. The struct is read during the start alone. With a queue
 * that is not known (any more) an operation is refused, which nobody is told: it has ended when the start returns. The
 * entry may be in the queue before the start returns. When a queue is freed, its operations go on untold. */
typedef struct UplinkQueue {
    size_t _handle;
} UplinkQueue;

/* A call under way. The caller provides the struct, zeroed but for the queue; uplink_start_… fills it in. Its address is
 * not kept.
 *
 *     UplinkOperation operation = {0};
 *     UplinkRecordResult result = {0};
 *     uplink_start_stat_object(&operation, project, "bucket", "key", 3);
 *     if (uplink_operation_wait(&operation, 2000000)) {
 *         uplink_operation_take_record(&operation, &result);
 *         …
 *         uplink_free_record_result(result);
 *     }
 *     uplink_operation_detach(&operation);
 *
 * Starting never fails and never blocks: what is wrong with the arguments is told by the result. Each start below has
 * the arguments of the call that it is named after. Keys, and the prefixes and cursors of listings, have their length
 * beside them: any client may have stored a key with a NUL in it. Part 1 returns UPLINK_ERROR_OBJECT_KEY_INVALID instead
 * of such a key. A text from the library also ends with a NUL, which its length does not count.
 * Requesting an access also takes an UplinkPatience. */
typedef struct UplinkOperation {
    size_t _handle;
    UplinkQueue *queue; /* set before the start: where its end is told; may be NULL */
    /* Set before the start: how long requests are repeated that the satellite refuses because there are too many; 0 for
     * a minute. */
    int64_t repeat_microseconds;
} UplinkOperation;

/* Waits until the operation has ended, at most that many microseconds, or for ever where negative.
 * Answers whether it has ended; an operation that is not (or no longer) known has. */
bool uplink_operation_wait(UplinkOperation *operation, int64_t timeout_microseconds);

/* Asks the operation to end soon. It ends with UPLINK_ERROR_CANCELED unless it was faster. Cancelling a read or a
 * write ends its stream. */
void uplink_operation_cancel(UplinkOperation *operation);

/* Gives the operation up: cancels it if it still runs, and drops its result, closing what it opened. Zeroes the
 * handle; without one it does nothing, so that it may always be called last. What cannot be stopped at once is
 * finished in the background. Only a read is waited for, some milliseconds: it fills the caller's memory. */
void uplink_operation_detach(UplinkOperation *operation);

/* Cancels the operation if it still runs, waits that many microseconds at most for its end, and detaches it: what a
 * caller does that is interrupted, in one call that cannot be. */
void uplink_operation_abandon(UplinkOperation *operation, int64_t grace_microseconds);

/* How many detached operations still run, and what freed handles left to be finished. */
size_t uplink_detached_operations(void);

/* ---- Starting ---- */

void uplink_start_request_access(UplinkOperation *operation, UplinkConfig config, UplinkPatience patience,
                                 uplink_const_char *satellite_address, uplink_const_char *api_key,
                                 uplink_const_char *passphrase);
void uplink_start_derive_encryption_key(UplinkOperation *operation, uplink_const_char *passphrase, void *salt,
                                        size_t length);

void uplink_start_close_project(UplinkOperation *operation, UplinkProject *project);
void uplink_start_revoke_access(UplinkOperation *operation, UplinkProject *project, UplinkAccess *access);

void uplink_start_stat_bucket(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name);
void uplink_start_create_bucket(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name);
void uplink_start_ensure_bucket(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name);
void uplink_start_delete_bucket(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name);
void uplink_start_delete_bucket_with_objects(UplinkOperation *operation, UplinkProject *project,
                                             uplink_const_char *bucket_name);
/* A page of at most limit items. */
void uplink_start_list_buckets(UplinkOperation *operation, UplinkProject *project, UplinkListBucketsOptions *options,
                               size_t limit);

void uplink_start_stat_object(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                              uplink_const_char *object_key, size_t key_length);
void uplink_start_delete_object(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                                uplink_const_char *object_key, size_t key_length);
void uplink_start_update_object_metadata(UplinkOperation *operation, UplinkProject *project,
                                         uplink_const_char *bucket_name, uplink_const_char *object_key,
                                         size_t key_length, UplinkCustomMetadata new_metadata);

/* As UplinkListObjectsOptions. A prefix or a cursor of NULL is empty, and has no length. */
typedef struct UplinkListPageOptions {
    const char *prefix;
    size_t prefix_length;
    const char *cursor;
    size_t cursor_length;
    bool recursive;

    bool system;
    bool custom;
} UplinkListPageOptions;

/* A page of at most limit objects and prefixes. */
void uplink_start_list_objects(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                               UplinkListPageOptions *options, size_t limit);

/* A page of at most limit pending uploads and prefixes. */
void uplink_start_list_uploads(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                               UplinkListPageOptions *options, size_t limit);
void uplink_start_abort_upload(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                               uplink_const_char *object_key, size_t key_length, uplink_const_char *upload_id);

void uplink_start_upload_object(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                                uplink_const_char *object_key, size_t key_length, UplinkUploadOptions *options);
/* The bytes are copied before this returns. */
void uplink_start_upload_write(UplinkOperation *operation, UplinkUpload *upload, void *bytes, size_t length);
/* Its result is the committed object. One that was canceled may have happened nevertheless. */
void uplink_start_upload_commit(UplinkOperation *operation, UplinkUpload *upload);
void uplink_start_upload_abort(UplinkOperation *operation, UplinkUpload *upload);

/* As upload_object, but waits until the project's budget has room for an upload of that many bytes; negative where the
 * size is not known. Read what is to be uploaded after that, and thousands of waiting uploads need no memory for it. */
void uplink_start_upload_in_turn(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                                 uplink_const_char *object_key, size_t key_length, UplinkUploadOptions *options,
                                 int64_t size);
/* A whole object, committed: as upload_object, set_custom_metadata, write and commit. The bytes must stay valid until the
 * operation has ended or is detached, which waits for a copy under way. Its result is the object. */
void uplink_start_put_object(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                             uplink_const_char *object_key, size_t key_length, void *bytes, size_t length,
                             UplinkUploadOptions *options, UplinkCustomMetadata custom);

void uplink_start_download_object(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                                  uplink_const_char *object_key, size_t key_length, UplinkDownloadOptions *options);
/* Reads until the memory is full or the download ends (then with the code EOF, beside the bytes read so far). The
 * memory must stay valid until the operation has ended. */
void uplink_start_download_read(UplinkOperation *operation, UplinkDownload *download, void *bytes, size_t length);
/* A whole object, or a range of it: as download_object, read and close. Of more bytes than most only the open download
 * is answered. */
void uplink_start_get_object(UplinkOperation *operation, UplinkProject *project, uplink_const_char *bucket_name,
                             uplink_const_char *object_key, size_t key_length, UplinkDownloadOptions *options,
                             size_t most);
void uplink_start_close_download(UplinkOperation *operation, UplinkDownload *download);

/* ---- Taking the result ---- */

typedef struct UplinkBucketPage {
    UplinkBucket *items;
    size_t count;
} UplinkBucketPage;

typedef struct UplinkBucketPageResult {
    UplinkBucketPage *page;
    UplinkError *error;
} UplinkBucketPageResult;

/* An UplinkObject with the length of its key. */
typedef struct UplinkRecord {
    char *key;
    size_t key_length;
    bool is_prefix;
    UplinkSystemMetadata system;
    UplinkCustomMetadata custom;
} UplinkRecord;

typedef struct UplinkRecordResult {
    UplinkRecord *record;
    UplinkError *error;
} UplinkRecordResult;

typedef struct UplinkObjectPage {
    UplinkRecord *items;
    size_t count;
} UplinkObjectPage;

typedef struct UplinkUploadRecord {
    char *upload_id;
    UplinkRecord record;
} UplinkUploadRecord;

typedef struct UplinkUploadPage {
    UplinkUploadRecord *items;
    size_t count;
} UplinkUploadPage;

typedef struct UplinkUploadPageResult {
    UplinkUploadPage *page;
    UplinkError *error;
} UplinkUploadPageResult;

typedef struct UplinkObjectPageResult {
    UplinkObjectPage *page;
    UplinkError *error;
} UplinkObjectPageResult;

/* What a get has got: the bytes, or an open download. */
typedef struct UplinkGetResult {
    UplinkDownload *download;
    void *bytes;
    size_t length;
    UplinkError *error;
} UplinkGetResult;

/* Each fills in the result and ends the operation's life. One that still runs, was taken, or has a result of another
 * type leaves the operation as it is and gives an error: UPLINK_ERROR_INVALID_HANDLE where it is not known, else
 * UPLINK_ERROR_INTERNAL with UPLINK_DETAIL_INVALID_ARGUMENT. */
void uplink_operation_take_error(UplinkOperation *operation, UplinkError **error); /* where there is nothing else */
void uplink_operation_take_access(UplinkOperation *operation, UplinkAccessResult *result);
void uplink_operation_take_encryption_key(UplinkOperation *operation, UplinkEncryptionKeyResult *result);
void uplink_operation_take_bucket(UplinkOperation *operation, UplinkBucketResult *result);
void uplink_operation_take_bucket_page(UplinkOperation *operation, UplinkBucketPageResult *result);
void uplink_operation_take_record(UplinkOperation *operation, UplinkRecordResult *result);
void uplink_operation_take_object_page(UplinkOperation *operation, UplinkObjectPageResult *result);
void uplink_operation_take_upload_page(UplinkOperation *operation, UplinkUploadPageResult *result);
void uplink_operation_take_upload(UplinkOperation *operation, UplinkUploadResult *result);
void uplink_operation_take_write(UplinkOperation *operation, UplinkWriteResult *result);
void uplink_operation_take_download(UplinkOperation *operation, UplinkDownloadResult *result);
void uplink_operation_take_read(UplinkOperation *operation, UplinkReadResult *result);
void uplink_operation_take_get(UplinkOperation *operation, UplinkGetResult *result);

void uplink_free_bucket_page_result(UplinkBucketPageResult result);
void uplink_free_record_result(UplinkRecordResult result);
void uplink_free_object_page_result(UplinkObjectPageResult result);
void uplink_free_upload_page_result(UplinkUploadPageResult result);
void uplink_free_get_result(UplinkGetResult result);

/* ---- Records of streams ---- */

/* As uplink_upload_info and uplink_download_info, which have no length for the key. */
UplinkRecordResult uplink_upload_record(UplinkUpload *upload);
UplinkRecordResult uplink_download_record(UplinkDownload *download);

/* ---- Looking into an access ---- */

/* Below the prefix, which is empty or ends in "/", and the object with the key of the prefix without its "/". */
typedef struct UplinkReachedPrefix {
    char *bucket;
    size_t bucket_length;
    char *prefix;
    size_t prefix_length;
} UplinkReachedPrefix;

/* What Object Lock needs, beside an API key that the satellite has made for it. */
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
    UplinkLockPermission locks;
    /* New objects expire after that many seconds at the latest; 0: they need not expire. */
    int64_t max_object_ttl;
    /* Whether it reaches only what lies below the prefixes. */
    bool restricted;
    UplinkReachedPrefix *prefixes;
    size_t count;
} UplinkInspection;

typedef struct UplinkInspectionResult {
    UplinkInspection *inspection;
    UplinkError *error;
} UplinkInspectionResult;

/* Returns what can be read in the grant, without the network. Only the satellite knows whether it was revoked. */
UplinkInspectionResult uplink_access_inspect(UplinkAccess *access);
void uplink_free_inspection_result(UplinkInspectionResult result);

/* ---- Handles in memory of the caller ---- */

/* Moves a handle into a struct of the caller, frees the struct that it was in, and sets the pointer to that to NULL. The
 * handle is of any of the types that have one field; it is given back to uplink_handle_release. */
void uplink_handle_adopt(UplinkHandle *target, UplinkHandle **source);
/* Ends what the handle names, as the uplink_free_… function of its result does, and leaves the struct as it is. Once more
 * does nothing. */
void uplink_handle_release(UplinkHandle *handle);

/* ---- Completion queues ---- */

typedef struct UplinkQueueResult {
    UplinkQueue *queue;
    UplinkError *error;
} UplinkQueueResult;

/* When the queue gets its first entry, one byte is written to the wake descriptor: the write end of a pipe or a socket,
 * non-blocking, which stays the caller's and must stay open until the queue is freed. */
UplinkQueueResult uplink_open_queue(int64_t wake_descriptor);
/* Copies the handles of ended operations, oldest first, at most capacity, and answers how many. They stay the caller's
 * operations. Call it until it answers less than the capacity. */
size_t uplink_queue_drain(UplinkQueue *queue, UplinkOperation *ended, size_t capacity);
void uplink_free_queue_result(UplinkQueueResult result);

/* cdef: end. */

#ifdef __cplusplus
}
#endif

#endif /* UPLINK_H */
