/* Versions of objects: read, listed and deleted by version. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

static char bucket[64];

static UplinkObjectPageResult list(UplinkProject *project, UplinkListPageOptions *options)
{
    UplinkOperation op = {0};
    UplinkObjectPageResult result = {0};
    uplink_start_list_object_versions(&op, project, bucket, options);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_version_page(&op, &result);
    uplink_operation_detach(&op);
    return result;
}

static void enable(UplinkProject *project)
{
    UplinkOperation op = {0};
    UplinkError *error = NULL;
    uplink_start_set_bucket_versioning(&op, project, bucket, true);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_error(&op, &error);
    FINE(error);
}

static UplinkRecordResult stat_version(UplinkProject *project, const UplinkRecord *of)
{
    UplinkOperation op = {0};
    UplinkRecordResult result = {0};
    UplinkStatObjectOptions options = {
        .struct_size = sizeof options, .version = of->version, .version_length = of->version_length};
    uplink_start_stat_object(&op, project, bucket, "key", 3, &options);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_record(&op, &result);
    return result;
}

static void listed(UplinkProject *project)
{
    put(project, bucket, "key", "old", 3);
    put(project, bucket, "key", "newer", 5);
    uplink_free_object_result(uplink_delete_object(project, bucket, "key"));
    UplinkListPageOptions options = {.struct_size = sizeof options, .system = true};
    UplinkObjectPageResult all = list(project, &options);
    FINE(all.error);
    CHECK(all.page->count == 3 && !all.page->more);
    UplinkRecord *items = all.page->items;
    CHECK(items[0].is_delete_marker && items[0].is_latest);
    CHECK(items[1].system.content_length == 5 && !items[1].is_delete_marker && !items[1].is_latest);
    CHECK(items[2].system.content_length == 3 && items[2].is_versioned && items[2].version_length == 16);

    UplinkRecordResult old = stat_version(project, &items[2]);
    FINE(old.error);
    CHECK(old.record->system.content_length == 3);
    uplink_free_record_result(old);
    UplinkRecordResult marker = stat_version(project, &items[0]);
    FAILS(marker.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_METHOD_NOT_ALLOWED);
    uplink_free_record_result(marker);

    options.cursor = "key";
    options.cursor_length = 3;
    options.version_cursor = items[1].version;
    options.version_cursor_length = items[1].version_length;
    UplinkObjectPageResult rest = list(project, &options);
    FINE(rest.error);
    CHECK(rest.page->count == 1 && rest.page->items[0].system.content_length == 3);
    uplink_free_object_page_result(rest);
    uplink_free_object_page_result(all);

    options.version_cursor = "short";
    options.version_cursor_length = 5;
    UplinkObjectPageResult invalid = list(project, &options);
    FAILS(invalid.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_VERSION_INVALID);
    uplink_free_object_page_result(invalid);

    /* A satellite would start from the beginning. */
    options.cursor_length = 0;
    options.version_cursor = "a version of ID.";
    options.version_cursor_length = 16;
    invalid = list(project, &options);
    FAILS(invalid.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_object_page_result(invalid);
}

int main(void)
{
    strcpy(bucket, own_bucket("versions"));
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    enable(project.project);
    listed(project.project);
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
