/* Projects, their configuration, and buckets. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

typedef UplinkBucketResult (*BucketCall)(UplinkProject *, const char *);

static void check_bucket(UplinkBucketResult result, const char *name)
{
    FINE(result.error);
    CHECK(result.bucket != NULL && strcmp(result.bucket->name, name) == 0);
    CHECK(result.bucket->created > 1500000000);
    uplink_free_bucket_result(result);
}

static void refuses(UplinkBucketResult result, int code, int detail)
{
    FAILS(result.error, code, detail);
    CHECK(result.bucket == NULL);
    uplink_free_bucket_result(result);
}

static void projects(void)
{
    UplinkProjectResult project = uplink_open_project(NULL);
    FAILS(project.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    CHECK(project.project == NULL);
    uplink_free_project_result(project);
    UplinkAccess stale = {(size_t)1 << 40};
    project = uplink_open_project(&stale);
    FAILS(project.error, UPLINK_ERROR_INVALID_HANDLE, 0);
    uplink_free_project_result(project);

    UplinkConfig config = {"conformance/1.0", 10000, NULL};
    UplinkAccessResult access = uplink_config_request_access_with_passphrase(
        config, setting("UPLINK_TEST_SATELLITE"), setting("UPLINK_TEST_API_KEY"), "a passphrase");
    FINE(access.error);
    project = uplink_config_open_project(config, access.access);
    FINE(project.error);
    refuses(uplink_stat_bucket(project.project, "not-there"), UPLINK_ERROR_BUCKET_NOT_FOUND, 0);

    /* Calls on a closed project fail with an error that it is closed; closing it again does nothing. */
    FINE(uplink_close_project(project.project));
    FINE(uplink_close_project(project.project));
    refuses(uplink_stat_bucket(project.project, "not-there"), UPLINK_ERROR_CANCELED, 0);
    uplink_free_project_result(project);
    CHECK(uplink_close_project(NULL) == NULL);

    config.user_agent = "(unfinished";
    project = uplink_config_open_project(config, access.access);
    FAILS(project.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_project_result(project);
    uplink_free_access_result(access);
}

static void arguments(UplinkProject *project)
{
    UplinkProject stale = {(size_t)1 << 40};
    const BucketCall calls[] = {uplink_stat_bucket, uplink_create_bucket, uplink_ensure_bucket, uplink_delete_bucket,
                                uplink_delete_bucket_with_objects};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        refuses(calls[i](NULL, "name"), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
        refuses(calls[i](project, NULL), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
        refuses(calls[i](&stale, "name"), UPLINK_ERROR_INVALID_HANDLE, 0);
        refuses(calls[i](project, ""), UPLINK_ERROR_BUCKET_NAME_INVALID, 0);
    }
    refuses(uplink_create_bucket(project, "No Bucket!"), UPLINK_ERROR_BUCKET_NAME_INVALID, 0);
}

static void life(UplinkProject *project)
{
    char name[64];
    strcpy(name, own_bucket("life"));
    refuses(uplink_stat_bucket(project, name), UPLINK_ERROR_BUCKET_NOT_FOUND, 0);
    refuses(uplink_delete_bucket(project, name), UPLINK_ERROR_BUCKET_NOT_FOUND, 0);
    check_bucket(uplink_create_bucket(project, name), name);
    check_bucket(uplink_stat_bucket(project, name), name);
    check_bucket(uplink_ensure_bucket(project, name), name);

    /* Creating a bucket that exists is an error, but also returns the bucket. */
    UplinkBucketResult again = uplink_create_bucket(project, name);
    FAILS(again.error, UPLINK_ERROR_BUCKET_ALREADY_EXISTS, 0);
    CHECK(again.bucket != NULL && strcmp(again.bucket->name, name) == 0);
    uplink_free_bucket_result(again);

    put(project, name, "something", "x", 1);
    refuses(uplink_delete_bucket(project, name), UPLINK_ERROR_BUCKET_NOT_EMPTY, 0);
    UplinkBucketResult gone = uplink_delete_bucket_with_objects(project, name);
    FINE(gone.error);
    CHECK(gone.bucket != NULL);
    uplink_free_bucket_result(gone);
    refuses(uplink_stat_bucket(project, name), UPLINK_ERROR_BUCKET_NOT_FOUND, 0);
    check_bucket(uplink_ensure_bucket(project, name), name);
    gone = uplink_delete_bucket(project, name);
    FINE(gone.error);
    uplink_free_bucket_result(gone);
}

/* Buckets are listed in the order of their names. */
static void listed(UplinkProject *project)
{
    char names[5][80];
    for (int i = 0; i < 5; i++) {
        sprintf(names[i], "%s-%c", own_bucket("list"), 'a' + i);
        make_bucket(project, names[i]);
    }
    UplinkListBucketsOptions options = {names[1]};
    for (int start = 0; start <= 2; start += 2) {
        UplinkBucketIterator *it = uplink_list_buckets(project, start ? &options : NULL);
        CHECK(it != NULL);
        CHECK(uplink_bucket_iterator_item(it) == NULL);
        int found = start;
        while (uplink_bucket_iterator_next(it)) {
            UplinkBucket *bucket = uplink_bucket_iterator_item(it);
            CHECK(bucket != NULL && bucket->created > 1500000000);
            if (found < 5 && strcmp(bucket->name, names[found]) == 0) {
                found++;
            }
            uplink_free_bucket(bucket);
        }
        FINE(uplink_bucket_iterator_err(it));
        CHECK(found == 5);
        CHECK(uplink_bucket_iterator_item(it) == NULL);
        uplink_free_bucket_iterator(it);
    }
    for (int i = 0; i < 5; i++) {
        drop_bucket(project, names[i]);
    }

    UplinkBucketIterator *it = uplink_list_buckets(NULL, NULL);
    CHECK(it != NULL && !uplink_bucket_iterator_next(it));
    REFUSED(uplink_bucket_iterator_err(it), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_bucket_iterator(it);
    CHECK(!uplink_bucket_iterator_next(NULL));
    CHECK(uplink_bucket_iterator_item(NULL) == NULL);
    REFUSED(uplink_bucket_iterator_err(NULL), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
}

static void nothing_to_free(void)
{
    uplink_free_bucket(NULL);
    uplink_free_bucket_iterator(NULL);
    uplink_free_object(NULL);
    uplink_free_object_iterator(NULL);
    uplink_free_error(NULL);
    uplink_free_access_result((UplinkAccessResult){0});
    uplink_free_project_result((UplinkProjectResult){0});
    uplink_free_upload_result((UplinkUploadResult){0});
    uplink_free_download_result((UplinkDownloadResult){0});
    uplink_free_object_result((UplinkObjectResult){0});
    uplink_free_bucket_page_result((UplinkBucketPageResult){0});
    uplink_free_object_page_result((UplinkObjectPageResult){0});
    uplink_free_queue_result((UplinkQueueResult){0});
}

int main(void)
{
    projects();
    nothing_to_free();
    UplinkProjectResult project = test_project();
    arguments(project.project);
    life(project.project);
    listed(project.project);
    close_project(project);
    all_returned();
    return 0;
}
