/* Options of operations: structs of older and of newer headers. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

static char bucket[64];

enum { DAY = 24 * 60 * 60 };

static UplinkRecordResult put_with(UplinkProject *project, UplinkPutObjectOptions *options)
{
    UplinkOperation op = {0};
    UplinkRecordResult result = {0};
    uplink_start_put_object(&op, project, bucket, KEY("object"), "0123456789", 10, options);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_record(&op, &result);
    return result;
}

static UplinkGetResult get_with(UplinkProject *project, UplinkGetObjectOptions *options)
{
    UplinkOperation op = {0};
    UplinkGetResult result = {0};
    uplink_start_get_object(&op, project, bucket, KEY("object"), options);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_get(&op, &result);
    return result;
}

/* The library does not read beyond the size: the fields there have values that would be refused. */
static void older(UplinkProject *project)
{
    UplinkPutObjectOptions put = {
        .struct_size = offsetof(UplinkPutObjectOptions, custom),
        .expires = (int64_t)time(NULL) + DAY,
        .custom = {.entries = NULL, .count = 1},
    };
    UplinkRecordResult object = put_with(project, &put);
    FINE(object.error);
    CHECK(object.record->system.expires == put.expires && object.record->custom.count == 0);
    uplink_free_record_result(object);

    put.struct_size = offsetof(UplinkPutObjectOptions, expires);
    object = put_with(project, &put);
    FINE(object.error);
    CHECK(object.record->system.expires == 0 && object.record->custom.count == 0);
    uplink_free_record_result(object);

    /* Without a limit of bytes, an object that has any is an open download. */
    UplinkGetObjectOptions get = {
        .struct_size = offsetof(UplinkGetObjectOptions, most), .offset = 2, .length = 5, .most = 100};
    UplinkGetResult got = get_with(project, &get);
    FINE(got.error);
    CHECK(got.download != NULL && got.bytes == NULL);
    uplink_free_get_result(got);
    get.struct_size = sizeof get;
    got = get_with(project, &get);
    FINE(got.error);
    CHECK(got.download == NULL && got.length == 5 && memcmp(got.bytes, "23456", 5) == 0);
    uplink_free_get_result(got);

    UplinkOperation op = {0};
    UplinkBucketPageResult page = {0};
    UplinkListBucketPageOptions list = {
        .struct_size = offsetof(UplinkListBucketPageOptions, limit), .cursor = NULL, .limit = SIZE_MAX};
    uplink_start_list_buckets(&op, project, &list);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_bucket_page(&op, &page);
    FINE(page.error);
    CHECK(page.page->count >= 1);
    uplink_free_bucket_page_result(page);
}

/* A newer field is refused unless it is zero. */
static void newer(UplinkProject *project)
{
    struct {
        UplinkPutObjectOptions known;
        int64_t added;
    } options = {.known = {.struct_size = sizeof options}};
    UplinkRecordResult object = put_with(project, &options.known);
    FINE(object.error);
    uplink_free_record_result(object);
    options.added = 1;
    object = put_with(project, &options.known);
    FAILS(object.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_record_result(object);
}

static void wrong_sizes(UplinkProject *project)
{
    const size_t sizes[] = {0, 1, sizeof(size_t) - 1, SIZE_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        UplinkPutObjectOptions put = {.struct_size = sizes[i]};
        UplinkRecordResult object = put_with(project, &put);
        FAILS(object.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
        uplink_free_record_result(object);
    }
    UplinkOperation op = {0};
    UplinkUploadResult upload = {0};
    UplinkOpenUploadOptions open_upload = {.size = 10};
    uplink_start_upload_in_turn(&op, project, bucket, KEY("object"), &open_upload);
    CHECK(uplink_operation_wait(&op, 0));
    uplink_operation_take_upload(&op, &upload);
    FAILS(upload.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_upload_result(upload);
    uplink_start_upload_object(&op, project, bucket, KEY("object"), &open_upload);
    CHECK(uplink_operation_wait(&op, 0));
    uplink_operation_take_upload(&op, &upload);
    FAILS(upload.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_upload_result(upload);

    UplinkDownloadResult download = {0};
    UplinkOpenDownloadOptions open_download = {.length = -1};
    uplink_start_download_object(&op, project, bucket, KEY("object"), &open_download);
    CHECK(uplink_operation_wait(&op, 0));
    uplink_operation_take_download(&op, &download);
    FAILS(download.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_download_result(download);
    UplinkGetObjectOptions get = {.length = -1};
    UplinkGetResult got = get_with(project, &get);
    FAILS(got.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_get_result(got);

    UplinkListPageOptions list = {.recursive = true};
    UplinkObjectPageResult objects = {0};
    uplink_start_list_objects(&op, project, bucket, &list);
    CHECK(uplink_operation_wait(&op, 0));
    uplink_operation_take_object_page(&op, &objects);
    FAILS(objects.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_object_page_result(objects);
    UplinkUploadPageResult uploads = {0};
    uplink_start_list_uploads(&op, project, bucket, &list);
    CHECK(uplink_operation_wait(&op, 0));
    uplink_operation_take_upload_page(&op, &uploads);
    FAILS(uploads.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_upload_page_result(uploads);
}

/* What an upload stores besides the bytes, and its condition. */
static void stored(UplinkProject *project)
{
    uplink_free_object_result(uplink_delete_object(project, bucket, "object"));
    UplinkPutObjectOptions put = {
        .struct_size = sizeof put, .if_none_match = "*", .etag = "e\0tag", .etag_length = 5};
    UplinkRecordResult object = put_with(project, &put);
    FINE(object.error);
    CHECK(object.record->etag_length == 5 && memcmp(object.record->etag, "e\0tag", 5) == 0);
    uplink_free_record_result(object);
    object = put_with(project, &put);
    FAILS(object.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_PRECONDITION_FAILED);
    uplink_free_record_result(object);

    put.if_none_match = "an ETag";
    object = put_with(project, &put);
    FAILS(object.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_record_result(object);
    put.if_none_match = NULL;
    put.etag = NULL;
    object = put_with(project, &put);
    FAILS(object.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_record_result(object);
    put.etag_length = 0;
    put.retention.mode = 3;
    object = put_with(project, &put);
    FAILS(object.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_record_result(object);
    put.retention.mode = UPLINK_RETENTION_NONE;
    object = put_with(project, &put);
    FINE(object.error);
    CHECK(object.record->etag_length == 0 && object.record->retention.mode == UPLINK_RETENTION_NONE);
    uplink_free_record_result(object);
}

/* A download of an object that was replaced since. */
static void expected(UplinkProject *project)
{
    UplinkPutObjectOptions put = {.struct_size = sizeof put};
    UplinkRecordResult object = put_with(project, &put);
    FINE(object.error);
    UplinkGetObjectOptions get = {
        .struct_size = sizeof get,
        .offset = 2,
        .length = 3,
        .most = 100,
        .expected_created = object.record->system.created,
        .expected_created_nanoseconds = object.record->created_nanoseconds,
        .expected_size = 10,
    };
    uplink_free_record_result(object);
    UplinkGetResult got = get_with(project, &get);
    FINE(got.error);
    CHECK(got.length == 3 && memcmp(got.bytes, "234", 3) == 0);
    uplink_free_get_result(got);
    get.expected_size = 11;
    got = get_with(project, &get);
    FAILS(got.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_OBJECT_CHANGED);
    uplink_free_get_result(got);
    get.expected_size = 10;
    get.expected_created_nanoseconds = 1000000000;
    got = get_with(project, &get);
    FAILS(got.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_get_result(got);

    UplinkOperation op = {0};
    UplinkDownloadResult download = {0};
    UplinkOpenDownloadOptions open_download = {
        .struct_size = sizeof open_download, .length = -1, .expected_created = 1, .expected_size = 10};
    uplink_start_download_object(&op, project, bucket, KEY("object"), &open_download);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_download(&op, &download);
    FAILS(download.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_OBJECT_CHANGED);
    uplink_free_download_result(download);
}

int main(void)
{
    strcpy(bucket, own_bucket("options"));
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    older(project.project);
    newer(project.project);
    wrong_sizes(project.project);
    stored(project.project);
    expected(project.project);
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
