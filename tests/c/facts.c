/* What the satellite knows about a project and its objects, and accesses that do not encrypt keys. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

static char bucket[64];

static UplinkProjectInfoResult take_info(UplinkOperation *op)
{
    UplinkProjectInfoResult result;
    uplink_operation_wait(op, -1);
    uplink_operation_take_project_info(op, &result);
    return result;
}

static UplinkIPSummaryResult summary_of(UplinkProject *project, const char *key)
{
    UplinkOperation op = {0};
    UplinkIPSummaryResult result;
    uplink_start_get_object_ip_summary(&op, project, bucket, key, strlen(key));
    uplink_operation_wait(&op, -1);
    uplink_operation_take_ip_summary(&op, &result);
    return result;
}

static void info(UplinkProject *project)
{
    UplinkOperation op = {0};
    uplink_start_get_project_info(&op, project);
    UplinkProjectInfoResult found = take_info(&op);
    FINE(found.error);
    CHECK(found.info->public_id.length == 16 && found.info->salt.length > 0);
    CHECK(found.info->created >= 0 && found.info->created_nanoseconds < 1000000000);
    CHECK(found.info->has_edge_url_overrides == (found.info->edge_auth_service.length > 0));
    uplink_free_project_info_result(found);
    uplink_start_get_project_info(&op, NULL);
    found = take_info(&op);
    FAILS(found.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    CHECK(found.info == NULL);
    uplink_free_project_info_result(found);
}

static void licenses(UplinkProject *project)
{
    UplinkOperation op = {0};
    UplinkLicensesResult found;
    UplinkListLicensesOptions options = {sizeof options, {"s3", 2}, {NULL, 0}};
    for (int i = 0; i < 3; i++) {
        options.struct_size = i < 2 ? sizeof options : 0;
        uplink_start_list_licenses(&op, project, i == 0 ? NULL : &options);
        uplink_operation_wait(&op, -1);
        uplink_operation_take_licenses(&op, &found);
        if (i < 2) {
            FINE(found.error);
            CHECK(found.licenses != NULL);
        } else {
            FAILS(found.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
        }
        uplink_free_licenses_result(found);
    }
}

static void nodes(UplinkProject *project)
{
    unsigned char *bytes = sample(20000, 1);
    put(project, bucket, "large", bytes, 20000);
    free(bytes);
    UplinkIPSummaryResult found = summary_of(project, "large");
    FINE(found.error);
    CHECK(found.summary->segment_count == 1 && found.summary->count > 0);
    CHECK(found.summary->piece_count >= found.summary->reliable_piece_count);
    CHECK(memchr(found.summary->ip_ports[0].data, ':', found.summary->ip_ports[0].length) != NULL);
    uplink_free_ip_summary_result(found);
    found = summary_of(project, "missing");
    FAILS(found.error, UPLINK_ERROR_OBJECT_NOT_FOUND, 0);
    CHECK(found.summary == NULL);
    uplink_free_ip_summary_result(found);
    found = summary_of(project, "");
    FAILS(found.error, UPLINK_ERROR_OBJECT_KEY_INVALID, 0);
    uplink_free_ip_summary_result(found);
}

static UplinkAccessResult request(UplinkConfigOptions *options)
{
    UplinkOperation op = {0};
    UplinkAccessResult result;
    uplink_start_request_access(&op, (UplinkConfig){0}, (UplinkPatience){0}, setting("UPLINK_TEST_SATELLITE"),
                                setting("UPLINK_TEST_API_KEY"), "passphrase", options);
    uplink_operation_wait(&op, -1);
    uplink_operation_take_access(&op, &result);
    return result;
}

/* Keys that are not encrypted are listed in their order; a bypass shows encrypted keys. */
static void plain_keys(void)
{
    const char *keys[] = {"a", "b/1", "b/2", "c"};
    UplinkConfigOptions options = {.struct_size = sizeof options, .disable_object_key_encryption = true};
    UplinkAccessResult access = request(&options);
    FINE(access.error);
    UplinkProjectResult project = uplink_open_project(access.access);
    FINE(project.error);
    for (int i = 3; i >= 0; i--) {
        put(project.project, bucket, keys[i], "x", 1);
    }
    UplinkListObjectsOptions all = {.recursive = true};
    UplinkObjectIterator *it = uplink_list_objects(project.project, bucket, &all);
    for (int i = 0; i < 4; i++) {
        CHECK(uplink_object_iterator_next(it));
        UplinkObject *object = uplink_object_iterator_item(it);
        CHECK(strcmp(object->key, keys[i]) == 0);
        uplink_free_object(object);
    }
    CHECK(!uplink_object_iterator_next(it));
    FINE(uplink_object_iterator_err(it));
    uplink_free_object_iterator(it);
    close_project(project);
    uplink_free_access_result(access);

    access = request(NULL);
    FINE(access.error);
    project = uplink_open_project(access.access);
    FINE(project.error);
    put(project.project, bucket, "encrypted", "x", 1);
    close_project(project);
    options = (UplinkConfigOptions){.struct_size = sizeof options,
                                    .path_encryption_bypass = true,
                                    .disable_background_qos = true,
                                    .maximum_buffer_size = 1 << 20};
    project = uplink_budget_open_project((UplinkConfig){0}, (UplinkBudget){0}, (UplinkPatience){0}, access.access, &options);
    FINE(project.error);
    it = uplink_list_objects(project.project, bucket, &all);
    CHECK(uplink_object_iterator_next(it));
    UplinkObject *object = uplink_object_iterator_item(it);
    CHECK(object != NULL && strcmp(object->key, "encrypted") != 0);
    uplink_free_object(object);
    uplink_free_object_iterator(it);
    close_project(project);

    options.maximum_buffer_size = -1;
    project = uplink_budget_open_project((UplinkConfig){0}, (UplinkBudget){0}, (UplinkPatience){0}, access.access, &options);
    FAILS(project.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_project_result(project);
    uplink_free_access_result(access);
    options.struct_size = 1;
    access = request(&options);
    FAILS(access.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_access_result(access);
}

int main(void)
{
    strcpy(bucket, own_bucket("facts"));
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    info(project.project);
    licenses(project.project);
    nodes(project.project);
    drop_bucket(project.project, bucket);
    make_bucket(project.project, bucket);
    plain_keys();
    uplink_free_project_info_result((UplinkProjectInfoResult){0});
    uplink_free_licenses_result((UplinkLicensesResult){0});
    uplink_free_ip_summary_result((UplinkIPSummaryResult){0});
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
