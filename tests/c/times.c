/* Times have seconds, and beside them the nanoseconds of a second. Satellites keep microseconds. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

enum { NANOSECONDS = 123456000 };

static char bucket[64];
static int64_t expires;

static UplinkRecordResult finish(UplinkOperation *op)
{
    UplinkRecordResult result = {0};
    CHECK(uplink_operation_wait(op, -1));
    uplink_operation_take_record(op, &result);
    uplink_operation_detach(op);
    return result;
}

static UplinkRecordResult put_with(UplinkProject *project, const char *key, int64_t seconds, int32_t nanoseconds)
{
    UplinkOperation op = {0};
    UplinkPutObjectOptions options = {
        .struct_size = sizeof options, .expires = seconds, .expires_nanoseconds = nanoseconds};
    uplink_start_put_object(&op, project, bucket, key, strlen(key), "x", 1, &options);
    return finish(&op);
}

static void objects(UplinkProject *project)
{
    UplinkRecordResult stored = put_with(project, "key", expires, NANOSECONDS);
    FINE(stored.error);
    CHECK(stored.record->system.expires == expires && stored.record->expires_nanoseconds == NANOSECONDS);
    UplinkOperation op = {0};
    uplink_start_stat_object(&op, project, bucket, KEY("key"), NULL);
    UplinkRecordResult found = finish(&op);
    FINE(found.error);
    CHECK(found.record->system.expires == expires && found.record->expires_nanoseconds == NANOSECONDS);
    CHECK(found.record->system.created == stored.record->system.created);
    CHECK(found.record->created_nanoseconds == stored.record->created_nanoseconds);
    uplink_free_record_result(stored);
    uplink_free_record_result(found);

    stored = put_with(project, "never", 0, 0);
    FINE(stored.error);
    CHECK(stored.record->system.expires == 0 && stored.record->expires_nanoseconds == 0);
    uplink_free_record_result(stored);
    const int32_t wrong[] = {-1, 1000000000};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        stored = put_with(project, "other", expires, wrong[i]);
        FAILS(stored.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
        uplink_free_record_result(stored);
    }
    stored = put_with(project, "other", 0, 1);
    FAILS(stored.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_record_result(stored);
}

/* Part 1 has seconds only. */
static void seconds(UplinkProject *project)
{
    UplinkObjectResult found = uplink_stat_object(project, bucket, "key");
    FINE(found.error);
    CHECK(found.object->system.expires == expires);
    uplink_free_object_result(found);
}

static void uploads(UplinkProject *project)
{
    UplinkOperation op = {0};
    UplinkOpenUploadOptions options = {
        .struct_size = sizeof options, .expires = expires, .expires_nanoseconds = NANOSECONDS};
    uplink_start_upload_object(&op, project, bucket, KEY("stream"), &options);
    CHECK(uplink_operation_wait(&op, -1));
    UplinkUploadResult upload = {0};
    uplink_operation_take_upload(&op, &upload);
    uplink_operation_detach(&op);
    FINE(upload.error);
    UplinkRecordResult record = uplink_upload_record(upload.upload);
    FINE(record.error);
    CHECK(record.record->system.expires == expires && record.record->expires_nanoseconds == NANOSECONDS);
    uplink_free_record_result(record);
    uplink_free_upload_result(upload);

    UplinkStartBeginUploadOptions begin = {
        .struct_size = sizeof begin, .expires = expires, .expires_nanoseconds = NANOSECONDS};
    uplink_start_begin_upload(&op, project, bucket, KEY("pending"), &begin);
    CHECK(uplink_operation_wait(&op, -1));
    UplinkUploadRecordResult begun = {0};
    uplink_operation_take_upload_record(&op, &begun);
    uplink_operation_detach(&op);
    FINE(begun.error);
    UplinkListPageOptions all = {.struct_size = sizeof all, .system = true};
    uplink_start_list_uploads(&op, project, bucket, &all);
    CHECK(uplink_operation_wait(&op, -1));
    UplinkUploadPageResult page = {0};
    uplink_operation_take_upload_page(&op, &page);
    uplink_operation_detach(&op);
    FINE(page.error);
    CHECK(page.page->count == 1);
    UplinkRecord *listed = &page.page->items[0].record;
    CHECK(listed->system.expires == expires && listed->expires_nanoseconds == NANOSECONDS);
    uplink_free_upload_page_result(page);
    FINE(uplink_abort_upload(project, bucket, "pending", begun.upload->upload_id));
    uplink_free_upload_record_result(begun);
}

/* The record of a bucket has what part 1 has, and more. */
static void buckets(UplinkProject *project)
{
    UplinkBucketResult plain = uplink_stat_bucket(project, bucket);
    FINE(plain.error);
    UplinkOperation op = {0};
    uplink_start_stat_bucket(&op, project, bucket);
    CHECK(uplink_operation_wait(&op, -1));
    UplinkBucketRecordResult found = {0};
    uplink_operation_take_bucket_record(&op, &found);
    uplink_operation_detach(&op);
    FINE(found.error);
    CHECK(found.record->bucket.created == plain.bucket->created);
    CHECK(found.record->created_nanoseconds >= 0 && found.record->created_nanoseconds < 1000000000);
    CHECK(found.record->attribution == NULL && found.record->attribution_length == 0);
    uplink_free_bucket_record_result(found);
    uplink_free_bucket_result(plain);

    uplink_start_stat_bucket(&op, project, "no-such-bucket-at-all");
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_bucket_record(&op, &found);
    uplink_operation_detach(&op);
    FAILS(found.error, UPLINK_ERROR_BUCKET_NOT_FOUND, 0);
    CHECK(found.record == NULL);
    uplink_free_bucket_record_result(found);
}

int main(void)
{
    strcpy(bucket, own_bucket("times"));
    expires = (int64_t)time(NULL) + 86400;
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    objects(project.project);
    seconds(project.project);
    uploads(project.project);
    buckets(project.project);
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
