/* Operations: start, wait, take, cancel and detach. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

static char bucket[64];

/* Waits for the end, without a limit. */
static void ended(UplinkOperation *operation)
{
    CHECK(operation->_handle != 0);
    CHECK(uplink_operation_wait(operation, -1));
}

#define TAKE(kind, type, operation)                                                                                    \
    static type take_##kind(UplinkOperation *operation)                                                                \
    {                                                                                                                  \
        type result;                                                                                                   \
        memset(&result, 0, sizeof result);                                                                             \
        ended(operation);                                                                                              \
        uplink_operation_take_##kind(operation, &result);                                                              \
        uplink_operation_detach(operation);                                                                            \
        CHECK(operation->_handle == 0);                                                                                \
        return result;                                                                                                 \
    }

TAKE(access, UplinkAccessResult, operation)
TAKE(encryption_key, UplinkEncryptionKeyResult, operation)
TAKE(bucket_record, UplinkBucketRecordResult, operation)
TAKE(bucket_page, UplinkBucketPageResult, operation)
TAKE(record, UplinkRecordResult, operation)
TAKE(object_page, UplinkObjectPageResult, operation)
TAKE(upload, UplinkUploadResult, operation)
TAKE(write, UplinkWriteResult, operation)
TAKE(download, UplinkDownloadResult, operation)
TAKE(read, UplinkReadResult, operation)

static UplinkError *take_error(UplinkOperation *operation)
{
    UplinkError *error = NULL;
    ended(operation);
    uplink_operation_take_error(operation, &error);
    uplink_operation_detach(operation);
    return error;
}

static void every_call(void)
{
    UplinkOperation op = {0};
    UplinkConfig config = {0};
    UplinkPatience patience = {0};
    uplink_start_request_access(&op, config, patience, setting("UPLINK_TEST_SATELLITE"), setting("UPLINK_TEST_API_KEY"), "pass",
                                NULL);
    UplinkAccessResult access = take_access(&op);
    FINE(access.error);
    uplink_start_derive_encryption_key(&op, "pass", "salt", 4);
    UplinkEncryptionKeyResult key = take_encryption_key(&op);
    FINE(key.error);
    uplink_free_encryption_key_result(key);

    UplinkProjectResult project = uplink_open_project(access.access);
    FINE(project.error);
    UplinkProject *p = project.project;
    void (*const returns_bucket[])(UplinkOperation *, UplinkProject *, uplink_const_char *) = {
        uplink_start_create_bucket, uplink_start_ensure_bucket, uplink_start_stat_bucket, uplink_start_delete_bucket,
        uplink_start_ensure_bucket};
    for (size_t i = 0; i < sizeof returns_bucket / sizeof *returns_bucket; i++) {
        returns_bucket[i](&op, p, bucket);
        UplinkBucketRecordResult result = take_bucket_record(&op);
        FINE(result.error);
        CHECK(strcmp(result.record->bucket.name, bucket) == 0 && result.record->attribution == NULL);
        uplink_free_bucket_record_result(result);
    }

    enum { SIZE = 300000 };
    unsigned char *bytes = sample(SIZE, 1), *back = malloc(SIZE + 100);
    uplink_start_upload_object(&op, p, bucket, KEY("a/key"), NULL);
    UplinkUploadResult upload = take_upload(&op);
    FINE(upload.error);
    uplink_start_upload_write(&op, upload.upload, bytes, SIZE);
    memset(bytes, 0, SIZE); /* it was copied */
    UplinkWriteResult written = take_write(&op);
    FINE(written.error);
    CHECK(written.bytes_written == SIZE);
    uplink_free_write_result(written);
    free(bytes);
    uplink_start_upload_commit(&op, upload.upload);
    UplinkRecordResult object = take_record(&op);
    FINE(object.error);
    CHECK(object.record->system.content_length == SIZE && object.record->system.created != 0);
    uplink_free_record_result(object);
    uplink_start_upload_commit(&op, upload.upload);
    object = take_record(&op);
    FAILS(object.error, UPLINK_ERROR_UPLOAD_DONE, 0);
    uplink_free_record_result(object);
    uplink_start_upload_write(&op, upload.upload, "x", 1);
    written = take_write(&op);
    FAILS(written.error, UPLINK_ERROR_UPLOAD_DONE, 0);
    uplink_free_write_result(written);
    uplink_free_upload_result(upload);

    uplink_start_upload_object(&op, p, bucket, KEY("dropped"), NULL);
    upload = take_upload(&op);
    FINE(upload.error);
    uplink_start_upload_abort(&op, upload.upload);
    FINE(take_error(&op));
    uplink_start_upload_abort(&op, upload.upload);
    REFUSED(take_error(&op), UPLINK_ERROR_UPLOAD_DONE, 0);
    uplink_free_upload_result(upload);

    uplink_start_stat_object(&op, p, bucket, KEY("a/key"), NULL);
    object = take_record(&op);
    FINE(object.error);
    uplink_free_record_result(object);
    UplinkCustomMetadataEntry entry = {"k", 1, "v", 1};
    uplink_start_update_object_metadata(&op, p, bucket, KEY("a/key"), (UplinkCustomMetadata){&entry, 1}, NULL);
    FINE(take_error(&op));

    bytes = sample(SIZE, 1);
    uplink_start_download_object(&op, p, bucket, KEY("a/key"), NULL);
    UplinkDownloadResult download = take_download(&op);
    FINE(download.error);
    uplink_start_download_read(&op, download.download, back, 200000);
    UplinkReadResult got = take_read(&op);
    FINE(got.error);
    CHECK(got.bytes_read == 200000);
    uplink_free_read_result(got);
    uplink_start_download_read(&op, download.download, back + 200000, SIZE);
    got = take_read(&op);
    FAILS(got.error, EOF, 0);
    CHECK(got.bytes_read == 100000 && memcmp(bytes, back, SIZE) == 0);
    uplink_free_read_result(got);
    uplink_start_close_download(&op, download.download);
    FINE(take_error(&op));
    uplink_free_download_result(download);
    free(bytes);
    free(back);

    uplink_start_delete_object(&op, p, bucket, KEY("a/key"), NULL);
    object = take_record(&op);
    FINE(object.error);
    CHECK(object.record != NULL);
    uplink_free_record_result(object);
    uplink_start_revoke_access(&op, p, NULL);
    REFUSED(take_error(&op), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_start_close_project(&op, p);
    FINE(take_error(&op));
    uplink_start_stat_object(&op, p, bucket, KEY("a/key"), NULL);
    object = take_record(&op);
    FAILS(object.error, UPLINK_ERROR_CANCELED, 0);
    uplink_free_record_result(object);
    uplink_free_project_result(project);
    uplink_free_access_result(access);
}

/* Pages follow each other by the last key. */
static void pages(UplinkProject *project)
{
    enum { COUNT = 25 };
    char key[32], cursor[32] = "";
    bool seen[COUNT] = {false};
    UplinkOperation op = {0};
    for (int i = 0; i < COUNT; i++) {
        sprintf(key, "pages/%d", i);
        put(project, bucket, key, "x", 1);
    }
    UplinkListPageOptions options = {
        .struct_size = sizeof options,
        .prefix = "pages/",
        .prefix_length = 6,
        .cursor = cursor,
        .system = true,
        .limit = 10,
    };
    int sizes[] = {10, 10, 5};
    for (int page = 0; page < 3; page++) {
        uplink_start_list_objects(&op, project, bucket, &options);
        UplinkObjectPageResult result = take_object_page(&op);
        FINE(result.error);
        CHECK(result.page->count == (size_t)sizes[page] && result.page->more == (page < 2));
        const char *next = result.page->keys;
        for (size_t i = 0; i < result.page->count; i++) {
            int number = atoi(result.page->items[i].key + 6);
            CHECK(result.page->items[i].key == next && next[result.page->items[i].key_length] == 0);
            next += result.page->items[i].key_length + 1;
            CHECK(!seen[number] && result.page->items[i].system.content_length == 1);
            seen[number] = true;
            strcpy(cursor, result.page->items[i].key + 6);
            options.cursor_length = strlen(cursor);
        }
        CHECK(next == result.page->keys + result.page->keys_length);
        uplink_free_object_page_result(result);
    }
    options.cursor = NULL;
    options.cursor_length = 0;
    options.limit = 0;
    uplink_start_list_objects(&op, project, bucket, &options);
    UplinkObjectPageResult all = take_object_page(&op);
    FINE(all.error);
    CHECK(all.page->count == COUNT && !all.page->more);
    uplink_free_object_page_result(all);
    /* A page of all items knows that it is the last. */
    options.limit = COUNT;
    uplink_start_list_objects(&op, project, bucket, &options);
    all = take_object_page(&op);
    FINE(all.error);
    CHECK(all.page->count == COUNT && !all.page->more);
    uplink_free_object_page_result(all);
    options.prefix = "no/";
    options.prefix_length = 3;
    options.limit = 3;
    uplink_start_list_objects(&op, project, bucket, &options);
    all = take_object_page(&op);
    FINE(all.error);
    CHECK(all.page->count == 0);
    uplink_free_object_page_result(all);
    uplink_start_list_objects(&op, project, "no-such-bucket-at-all", NULL);
    all = take_object_page(&op);
    FAILS(all.error, UPLINK_ERROR_BUCKET_NOT_FOUND, 0);
    CHECK(all.page == NULL);
    uplink_free_object_page_result(all);

    UplinkListBucketPageOptions one = {.struct_size = sizeof one, .limit = 1};
    uplink_start_list_buckets(&op, project, &one);
    UplinkBucketPageResult buckets = take_bucket_page(&op);
    FINE(buckets.error);
    CHECK(buckets.page->count == 1 && buckets.page->items[0].bucket.created != 0 && buckets.page->more);
    uplink_free_bucket_page_result(buckets);
}

static void misuse(UplinkProject *project)
{
    UplinkOperation op = {0};
    UplinkRecordResult object;
    UplinkError *error = NULL;

    /* An invalid operation counts as ended, and has no result. */
    CHECK(uplink_operation_wait(&op, -1) && uplink_operation_wait(NULL, -1));
    uplink_operation_cancel(&op);
    uplink_operation_cancel(NULL);
    uplink_operation_detach(&op);
    uplink_operation_detach(NULL);
    uplink_operation_take_error(&op, &error);
    REFUSED(error, UPLINK_ERROR_INVALID_HANDLE, 0);
    uplink_operation_take_error(NULL, &error);
    REFUSED(error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_start_stat_object(NULL, project, bucket, KEY("key"), NULL);

    uplink_start_stat_object(&op, project, bucket, KEY("missing"), NULL);
    ended(&op);
    UplinkOperation copy = op;
    uplink_operation_take_error(&op, &error);
    REFUSED(error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_operation_take_record(&op, NULL);
    uplink_operation_take_record(&op, &object);
    FAILS(object.error, UPLINK_ERROR_OBJECT_NOT_FOUND, 0);
    uplink_free_record_result(object);
    uplink_operation_take_record(&copy, &object);
    FAILS(object.error, UPLINK_ERROR_INVALID_HANDLE, 0);
    uplink_free_record_result(object);
    uplink_operation_detach(&op);

    uplink_start_stat_object(&op, NULL, bucket, KEY("key"), NULL);
    CHECK(uplink_operation_wait(&op, 0));
    object = take_record(&op);
    FAILS(object.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_record_result(object);
}

/* A canceled write ends its upload, and a canceled read its download. Other streams are not affected. */
static void canceled(UplinkProject *project)
{
    enum { SIZE = 8 << 20 };
    unsigned char *bytes = sample(SIZE, 5), *back = malloc(SIZE);
    UplinkOperation op = {0};
    put(project, bucket, "large", bytes, SIZE);

    UplinkUploadResult upload = uplink_upload_object(project, bucket, "canceled", NULL);
    FINE(upload.error);
    UplinkWriteResult written;
    bool stopped = false;
    for (int i = 0; i < 50 && !stopped; i++) {
        uplink_start_upload_write(&op, upload.upload, bytes, SIZE);
        uplink_operation_cancel(&op);
        written = take_write(&op);
        if (written.error != NULL) {
            FAILS(written.error, UPLINK_ERROR_CANCELED, 0);
            stopped = true;
        }
        uplink_free_write_result(written);
    }
    CHECK(stopped);
    REFUSED(uplink_upload_commit(upload.upload), UPLINK_ERROR_CANCELED, 0);
    FINE(uplink_upload_abort(upload.upload));
    uplink_free_upload_result(upload);

    UplinkDownloadResult download = uplink_download_object(project, bucket, "large", NULL);
    UplinkDownloadResult other = uplink_download_object(project, bucket, "large", NULL);
    FINE(download.error);
    FINE(other.error);
    uplink_start_download_read(&op, download.download, back, SIZE);
    uplink_operation_cancel(&op);
    UplinkReadResult got = take_read(&op);
    FAILS(got.error, UPLINK_ERROR_CANCELED, 0);
    uplink_free_read_result(got);
    got = uplink_download_read(download.download, back, 1);
    FAILS(got.error, UPLINK_ERROR_CANCELED, 0);
    uplink_free_read_result(got);
    FINE(uplink_close_download(download.download));
    uplink_free_download_result(download);
    uplink_start_download_read(&op, other.download, back, SIZE);
    got = take_read(&op);
    FINE(got.error);
    CHECK(got.bytes_read == SIZE && memcmp(bytes, back, SIZE) == 0);
    uplink_free_read_result(got);
    uplink_free_download_result(other);

    /* Canceling the operation that has opened a stream has no effect on the stream. */
    uplink_start_download_object(&op, project, bucket, KEY("large"), NULL);
    ended(&op);
    uplink_operation_cancel(&op);
    download = take_download(&op);
    FINE(download.error);
    uplink_start_download_read(&op, download.download, back, SIZE);
    got = take_read(&op);
    FINE(got.error);
    uplink_free_read_result(got);
    uplink_free_download_result(download);

    /* Detached at any moment, a stream that the operation opens is closed. */
    for (int i = 0; i < 20; i++) {
        uplink_start_download_object(&op, project, bucket, KEY("large"), NULL);
        uplink_operation_wait(&op, i * 200);
        uplink_operation_detach(&op);
        CHECK(op._handle == 0);
        uplink_start_upload_object(&op, project, bucket, KEY("canceled"), NULL);
        uplink_operation_detach(&op);
    }
    free(bytes);
    free(back);
}

/* Of two calls on one stream, one waits for the other. Closing the stream ends both. */
static void at_once(UplinkProject *project)
{
    enum { SIZE = 4 << 20 };
    unsigned char *bytes = sample(SIZE, 5), *back = malloc(SIZE);
    UplinkOperation ops[4] = {{0}};
    UplinkUploadResult upload = uplink_upload_object(project, bucket, "turns", NULL);
    FINE(upload.error);
    for (int i = 0; i < 4; i++) {
        uplink_start_upload_write(&ops[i], upload.upload, bytes, 100000);
    }
    for (int i = 0; i < 4; i++) {
        UplinkWriteResult written = take_write(&ops[i]);
        FINE(written.error);
        CHECK(written.bytes_written == 100000);
        uplink_free_write_result(written);
    }
    FINE(uplink_upload_commit(upload.upload));
    uplink_free_upload_result(upload);
    CHECK(get(project, bucket, "turns", NULL, back, SIZE) == 400000);
    for (int i = 0; i < 4; i++) {
        CHECK(memcmp(back + i * 100000, bytes, 100000) == 0);
    }

    for (int round = 0; round < 10; round++) {
        UplinkDownloadResult download = uplink_download_object(project, bucket, "large", NULL);
        FINE(download.error);
        for (int i = 0; i < 4; i++) {
            uplink_start_download_read(&ops[i], download.download, back + i * (SIZE / 4), SIZE / 4);
        }
        FINE(uplink_close_download(download.download));
        for (int i = 0; i < 4; i++) {
            UplinkReadResult got = take_read(&ops[i]);
            CHECK(got.error == NULL || got.error->code == UPLINK_ERROR_CANCELED ||
                  got.error->detail == UPLINK_DETAIL_INVALID_ARGUMENT);
            uplink_free_read_result(got);
        }
        uplink_free_download_result(download);
    }
    free(bytes);
    free(back);
}

int main(void)
{
    strcpy(bucket, own_bucket("operations"));
    every_call();
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    pages(project.project);
    misuse(project.project);
    canceled(project.project);
    at_once(project.project);
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
