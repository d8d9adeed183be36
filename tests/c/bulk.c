/* Deletes many objects with one request. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

static char bucket[64];

static UplinkDeletionsResult deletions(UplinkProject *project, const char *in, UplinkDeleteItem *items, size_t count,
                                       UplinkDeleteObjectsOptions *options)
{
    UplinkOperation op = {0};
    UplinkDeletionsResult result = {0};
    uplink_start_delete_objects(&op, project, in, items, count, options);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_deletions(&op, &result);
    uplink_operation_detach(&op);
    return result;
}

static void some(UplinkProject *project)
{
    put(project, bucket, "a", "x", 1);
    put(project, bucket, "b", "x", 1);
    UplinkDeleteItem items[] = {
        {KEY("b"), NULL, 0}, {KEY("missing"), NULL, 0}, {KEY("a\0not"), NULL, 0}, {KEY("b"), NULL, 0}};
    int statuses[] = {UPLINK_DELETION_DONE, UPLINK_DELETION_MISSING, UPLINK_DELETION_MISSING, UPLINK_DELETION_DONE};
    UplinkDeleteObjectsOptions options = {.struct_size = sizeof options};
    UplinkDeletionsResult result = deletions(project, bucket, items, 4, &options);
    FINE(result.error);
    CHECK(result.deletions->count == 4);
    for (int i = 0; i < 4; i++) {
        UplinkDeletion *item = &result.deletions->items[i];
        CHECK(item->status == statuses[i]);
        CHECK((item->version != NULL) == (item->status == UPLINK_DELETION_DONE));
        CHECK((item->version_length != 0) == (item->version != NULL));
        CHECK(item->delete_marker == NULL && item->delete_marker_length == 0 && !item->was_delete_marker);
    }
    uplink_free_deletions_result(result);
    UplinkObjectResult stat = uplink_stat_object(project, bucket, "a");
    FINE(stat.error);
    uplink_free_object_result(stat);
}

static void one_version(UplinkProject *project)
{
    char version[16] = {0};
    UplinkDeleteItem other = {KEY("a"), version, sizeof version};
    UplinkDeletionsResult invalid = deletions(project, bucket, &other, 1, NULL);
    FAILS(invalid.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_VERSION_INVALID);
    uplink_free_deletions_result(invalid);
    /* NULL is the latest version; an empty version is none. */
    other.version_length = 0;
    invalid = deletions(project, bucket, &other, 1, NULL);
    FAILS(invalid.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_VERSION_INVALID);
    uplink_free_deletions_result(invalid);
    other.version_length = sizeof version;
    version[0] = 1;
    UplinkDeletionsResult result = deletions(project, bucket, &other, 1, NULL);
    FINE(result.error);
    CHECK(result.deletions->count == 1 && result.deletions->items[0].status == UPLINK_DELETION_MISSING);
    uplink_free_deletions_result(result);
    UplinkDeleteItem latest = {KEY("a"), NULL, 0};
    result = deletions(project, bucket, &latest, 1, NULL);
    FINE(result.error);
    CHECK(result.deletions->items[0].status == UPLINK_DELETION_DONE);
    uplink_free_deletions_result(result);
}

static void refused(UplinkProject *project)
{
    static UplinkDeleteItem many[1001];
    UplinkDeleteItem key = {KEY("key"), NULL, 0}, empty = {"", 0, NULL, 0}, none = {NULL, 3, NULL, 0};
    UplinkDeletionsResult result = deletions(project, bucket, many, 1001, NULL);
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    CHECK(result.deletions == NULL);
    uplink_free_deletions_result(result);
    result = deletions(project, bucket, NULL, 2, NULL);
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_deletions_result(result);
    result = deletions(project, bucket, &empty, 1, NULL);
    FAILS(result.error, UPLINK_ERROR_OBJECT_KEY_INVALID, 0);
    uplink_free_deletions_result(result);
    result = deletions(project, bucket, &none, 1, NULL);
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_deletions_result(result);
    result = deletions(project, "no-such-bucket-at-all", &key, 1, NULL);
    FAILS(result.error, UPLINK_ERROR_BUCKET_NOT_FOUND, 0);
    uplink_free_deletions_result(result);
    result = deletions(NULL, bucket, &key, 1, NULL);
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_deletions_result(result);
    UplinkDeleteObjectsOptions options = {.struct_size = 1};
    result = deletions(project, bucket, &key, 1, &options);
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_deletions_result(result);
    /* Nothing to delete is no error, and sends nothing. */
    result = deletions(project, "no-such-bucket-at-all", NULL, 0, NULL);
    FINE(result.error);
    CHECK(result.deletions->count == 0);
    uplink_free_deletions_result(result);
}

int main(void)
{
    strcpy(bucket, own_bucket("bulk"));
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    some(project.project);
    one_version(project.project);
    refused(project.project);
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
