/* Keys with any bytes: operations pass them whole, and the other calls refuse a key with a NUL. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

static char bucket[64];

static UplinkRecordResult take_record(UplinkOperation *operation)
{
    UplinkRecordResult result = {0};
    CHECK(uplink_operation_wait(operation, -1));
    uplink_operation_take_record(operation, &result);
    return result;
}

static bool is(const UplinkRecord *record, const char *key, size_t length)
{
    return record != NULL && record->key_length == length && memcmp(record->key, key, length) == 0 &&
           record->key[length] == 0;
}

static void plant(UplinkProject *project, const char *key, size_t length)
{
    UplinkOperation op = {0};
    uplink_start_put_object(&op, project, bucket, key, length, "x", 1, NULL);
    UplinkRecordResult result = take_record(&op);
    FINE(result.error);
    CHECK(is(result.record, key, length));
    uplink_free_record_result(result);
}

static UplinkObjectPageResult list(UplinkProject *project, const char *prefix, size_t prefix_length,
                                   const char *cursor, size_t cursor_length)
{
    UplinkOperation op = {0};
    UplinkObjectPageResult page = {0};
    UplinkListPageOptions options = {
        .struct_size = sizeof options,
        .prefix = prefix,
        .prefix_length = prefix_length,
        .cursor = cursor,
        .cursor_length = cursor_length,
        .system = true,
        .custom = true,
    };
    uplink_start_list_objects(&op, project, bucket, &options);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_object_page(&op, &page);
    return page;
}

static void every_byte(UplinkProject *project)
{
    char key[] = "every/x?y/z";
    bool seen[256] = {false};
    for (int byte = 0; byte < 256; byte++) {
        key[7] = (char)byte;
        if (byte != '/') {
            plant(project, key, sizeof key - 1);
        }
    }
    UplinkObjectPageResult page = list(project, KEY("every/"), NULL, 0);
    FINE(page.error);
    CHECK(page.page->count == 255);
    for (size_t i = 0; i < page.page->count; i++) {
        UplinkRecord *item = &page.page->items[i];
        key[7] = item->key[7];
        CHECK(item->is_prefix && is(item, key, 10) && !seen[(unsigned char)key[7]]);
        seen[(unsigned char)key[7]] = true;
    }
    /* Each key can be a cursor. */
    for (size_t i = 0; i < page.page->count; i += 50) {
        UplinkObjectPageResult rest = list(project, KEY("every/"), page.page->items[i].key + 6, 4);
        FINE(rest.error);
        CHECK(rest.page->count == page.page->count - i - 1);
        uplink_free_object_page_result(rest);
    }
    uplink_free_object_page_result(page);
    page = list(project, KEY("every/x\0y/"), NULL, 0);
    FINE(page.error);
    CHECK(page.page->count == 1 && is(page.page->items, KEY("every/x\0y/z")));
    uplink_free_object_page_result(page);
}

/* "report" and "report\0old" are different objects for each call. */
static void two_objects(UplinkProject *project)
{
    UplinkOperation op = {0};
    plant(project, KEY("two/report"));
    plant(project, KEY("two/report\0old"));

    UplinkListObjectsOptions options = {.prefix = "two/", .recursive = true};
    UplinkObjectIterator *iterator = uplink_list_objects(project, bucket, &options);
    int count = 0;
    while (uplink_object_iterator_next(iterator)) {
        UplinkObject *item = uplink_object_iterator_item(iterator);
        CHECK(strcmp(item->key, "two/report") == 0);
        uplink_free_object(item);
        count++;
    }
    CHECK(count <= 1 && uplink_object_iterator_item(iterator) == NULL);
    REFUSED(uplink_object_iterator_err(iterator), UPLINK_ERROR_OBJECT_KEY_INVALID, 0);
    CHECK(!uplink_object_iterator_next(iterator));
    uplink_free_object_iterator(iterator);

    UplinkUploadResult upload = {0};
    uplink_start_upload_object(&op, project, bucket, KEY("two/report\0old"), NULL);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_upload(&op, &upload);
    FINE(upload.error);
    UplinkObjectResult info = uplink_upload_info(upload.upload);
    FAILS(info.error, UPLINK_ERROR_OBJECT_KEY_INVALID, 0);
    CHECK(info.object == NULL);
    uplink_free_object_result(info);
    UplinkRecordResult record = uplink_upload_record(upload.upload);
    FINE(record.error);
    CHECK(is(record.record, KEY("two/report\0old")));
    uplink_free_record_result(record);
    uplink_free_upload_result(upload);

    UplinkDownloadResult download = {0};
    uplink_start_download_object(&op, project, bucket, KEY("two/report\0old"), NULL);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_download(&op, &download);
    FINE(download.error);
    info = uplink_download_info(download.download);
    FAILS(info.error, UPLINK_ERROR_OBJECT_KEY_INVALID, 0);
    uplink_free_object_result(info);
    record = uplink_download_record(download.download);
    FINE(record.error);
    CHECK(is(record.record, KEY("two/report\0old")));
    uplink_free_record_result(record);
    uplink_free_download_result(download);

    uplink_start_delete_object(&op, project, bucket, KEY("two/report\0old"), NULL);
    record = take_record(&op);
    FINE(record.error);
    CHECK(is(record.record, KEY("two/report\0old")));
    uplink_free_record_result(record);
    info = uplink_stat_object(project, bucket, "two/report");
    FINE(info.error);
    uplink_free_object_result(info);
    uplink_start_stat_object(&op, project, bucket, KEY("two/report\0old"), NULL);
    record = take_record(&op);
    FAILS(record.error, UPLINK_ERROR_OBJECT_NOT_FOUND, 0);
    CHECK(record.record == NULL);
    uplink_free_record_result(record);
}

static void refused(UplinkProject *project)
{
    UplinkOperation op = {0};
    struct {
        const char *key;
        size_t length;
        int code, detail;
    } cases[] = {
        {NULL, 0, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT},
        {NULL, 3, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT},
        {"", 0, UPLINK_ERROR_OBJECT_KEY_INVALID, 0},
        {"key", SIZE_MAX, UPLINK_ERROR_OBJECT_KEY_INVALID, 0},
        {"key", SIZE_MAX / 2, UPLINK_ERROR_OBJECT_KEY_INVALID, 0},
        {"key", ((size_t)1 << 20) + 1, UPLINK_ERROR_OBJECT_KEY_INVALID, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uplink_start_stat_object(&op, project, bucket, cases[i].key, cases[i].length, NULL);
        CHECK(uplink_operation_wait(&op, 0));
        UplinkRecordResult result = take_record(&op);
        FAILS(result.error, cases[i].code, cases[i].detail);
        uplink_free_record_result(result);
        UplinkListPageOptions options = {
            .struct_size = sizeof options,
            .prefix = "a/",
            .prefix_length = 2,
            .cursor = cases[i].key,
            .cursor_length = cases[i].length,
            .limit = 1,
        };
        UplinkObjectPageResult page = {0};
        uplink_start_list_objects(&op, project, bucket, &options);
        CHECK(uplink_operation_wait(&op, -1));
        uplink_operation_take_object_page(&op, &page);
        if (cases[i].length > 0) {
            FAILS(page.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
        } else {
            FINE(page.error);
        }
        uplink_free_object_page_result(page);
    }
}

int main(void)
{
    strcpy(bucket, own_bucket("texts"));
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    every_byte(project.project);
    two_objects(project.project);
    refused(project.project);
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
