/* Versioning of buckets, Object Lock, and the permissions for it. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

static char plain[64], locked[64];

#define TAKE_RESULT(type, name)                                                                                        \
    static type take_##name(UplinkOperation *op)                                                                       \
    {                                                                                                                  \
        type result = {0};                                                                                             \
        CHECK(uplink_operation_wait(op, -1));                                                                          \
        uplink_operation_take_##name(op, &result);                                                                     \
        return result;                                                                                                 \
    }

TAKE_RESULT(UplinkBucketRecordResult, bucket_record)
TAKE_RESULT(UplinkVersioningResult, versioning)
TAKE_RESULT(UplinkObjectLockConfigurationResult, object_lock_configuration)
TAKE_RESULT(UplinkRetentionResult, retention)
TAKE_RESULT(UplinkLegalHoldResult, legal_hold)

static UplinkError *take_error(UplinkOperation *op)
{
    UplinkError *error = NULL;
    CHECK(uplink_operation_wait(op, -1));
    uplink_operation_take_error(op, &error);
    return error;
}

static void has_versioning(UplinkProject *project, const char *bucket, int expected)
{
    UplinkOperation op = {0};
    uplink_start_get_bucket_versioning(&op, project, bucket);
    UplinkVersioningResult result = take_versioning(&op);
    FINE(result.error);
    CHECK(result.versioning == expected);
    uplink_free_versioning_result(result);
}

static void buckets(UplinkProject *project)
{
    UplinkOperation op = {0};
    UplinkCreateBucketOptions options = {.struct_size = sizeof options, .object_lock_enabled = true};
    uplink_start_create_bucket_with_object_lock(&op, project, locked, &options);
    UplinkBucketRecordResult created = take_bucket_record(&op);
    FINE(created.error);
    CHECK(strcmp(created.record->bucket.name, locked) == 0 && created.record->bucket.created > 0);
    uplink_free_bucket_record_result(created);
    uplink_start_create_bucket_with_object_lock(&op, project, locked, &options);
    created = take_bucket_record(&op);
    FAILS(created.error, UPLINK_ERROR_BUCKET_ALREADY_EXISTS, 0);
    uplink_free_bucket_record_result(created);
    uplink_start_create_bucket_with_object_lock(&op, project, plain, NULL);
    created = take_bucket_record(&op);
    FINE(created.error);
    uplink_free_bucket_record_result(created);

    has_versioning(project, locked, UPLINK_VERSIONING_ENABLED);
    has_versioning(project, plain, UPLINK_VERSIONING_UNVERSIONED);
    uplink_start_set_bucket_versioning(&op, project, plain, false);
    REFUSED(take_error(&op), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_BUCKET_STATE);
    uplink_start_set_bucket_versioning(&op, project, plain, true);
    FINE(take_error(&op));
    uplink_start_set_bucket_versioning(&op, project, plain, false);
    FINE(take_error(&op));
    has_versioning(project, plain, UPLINK_VERSIONING_SUSPENDED);
    uplink_start_set_bucket_versioning(&op, project, locked, false);
    REFUSED(take_error(&op), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_BUCKET_STATE);
}

static void configurations(UplinkProject *project)
{
    UplinkOperation op = {0};
    uplink_start_get_bucket_object_lock_configuration(&op, project, plain);
    UplinkObjectLockConfigurationResult found = take_object_lock_configuration(&op);
    FAILS(found.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_LOCK_DISABLED);
    uplink_free_object_lock_configuration_result(found);

    UplinkObjectLockConfigurationOptions options = {
        .struct_size = sizeof options, .enabled = true, .default_retention = {UPLINK_RETENTION_GOVERNANCE, 3, 0}};
    uplink_start_set_bucket_object_lock_configuration(&op, project, locked, &options);
    FINE(take_error(&op));
    uplink_start_get_bucket_object_lock_configuration(&op, project, locked);
    found = take_object_lock_configuration(&op);
    FINE(found.error);
    CHECK(found.enabled && found.default_retention.mode == UPLINK_RETENTION_GOVERNANCE);
    CHECK(found.default_retention.days == 3 && found.default_retention.years == 0);
    uplink_free_object_lock_configuration_result(found);
    options.default_retention.years = 1;
    uplink_start_set_bucket_object_lock_configuration(&op, project, locked, &options);
    REFUSED(take_error(&op), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    memset(&options.default_retention, 0, sizeof options.default_retention);
    uplink_start_set_bucket_object_lock_configuration(&op, project, locked, &options);
    FINE(take_error(&op));
}

static UplinkRetention retention_of(UplinkProject *project)
{
    UplinkOperation op = {0};
    uplink_start_get_object_retention(&op, project, locked, KEY("key"), NULL);
    UplinkRetentionResult result = take_retention(&op);
    FINE(result.error);
    UplinkRetention retention = result.retention;
    uplink_free_retention_result(result);
    return retention;
}

static void objects(UplinkProject *project)
{
    UplinkOperation op = {0};
    put(project, locked, "key", "data", 4);
    CHECK(retention_of(project).mode == UPLINK_RETENTION_NONE);
    UplinkRetention retention = {UPLINK_RETENTION_GOVERNANCE, (int64_t)time(NULL) + 3600, 5000};
    uplink_start_set_object_retention(&op, project, locked, KEY("key"), retention, NULL);
    FINE(take_error(&op));
    UplinkRetention found = retention_of(project);
    CHECK(found.mode == retention.mode && found.retain_until == retention.retain_until);
    CHECK(found.retain_until_nanoseconds == 5000);
    retention.retain_until -= 60;
    uplink_start_set_object_retention(&op, project, locked, KEY("key"), retention, NULL);
    REFUSED(take_error(&op), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_OBJECT_LOCKED);
    UplinkSetRetentionOptions bypass = {.struct_size = sizeof bypass, .bypass_governance_retention = true};
    uplink_start_set_object_retention(&op, project, locked, KEY("key"), retention, &bypass);
    FINE(take_error(&op));
    retention.mode = 3;
    uplink_start_set_object_retention(&op, project, locked, KEY("key"), retention, NULL);
    REFUSED(take_error(&op), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);

    UplinkLockOptions options = {.struct_size = sizeof options};
    for (int i = 1; i >= 0; i--) {
        uplink_start_set_object_legal_hold(&op, project, locked, KEY("key"), i == 1, &options);
        FINE(take_error(&op));
        uplink_start_get_object_legal_hold(&op, project, locked, KEY("key"), NULL);
        UplinkLegalHoldResult hold = take_legal_hold(&op);
        FINE(hold.error);
        CHECK(hold.enabled == (i == 1));
        uplink_free_legal_hold_result(hold);
    }
    options.version = "";
    uplink_start_get_object_legal_hold(&op, project, locked, KEY("key"), &options);
    UplinkLegalHoldResult hold = take_legal_hold(&op);
    FAILS(hold.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_VERSION_INVALID);
    uplink_free_legal_hold_result(hold);
    uplink_start_get_object_retention(&op, project, locked, KEY("missing"), NULL);
    UplinkRetentionResult missing = take_retention(&op);
    FAILS(missing.error, UPLINK_ERROR_OBJECT_NOT_FOUND, 0);
    uplink_free_retention_result(missing);
}

static void permissions(void)
{
    UplinkAccessResult access = test_access();
    UplinkShareOptions options = {.struct_size = sizeof options, .max_object_ttl = 60};
    options.permission.allow_list = true;
    options.locks.put_object_legal_hold = true;
    UplinkAccessResult shared = uplink_access_share_with(access.access, &options, NULL, 0);
    FINE(shared.error);
    UplinkInspectionResult result = uplink_access_inspect(shared.access);
    FINE(result.error);
    CHECK(result.inspection->permission.allow_list && !result.inspection->permission.allow_download);
    CHECK(result.inspection->locks.put_object_legal_hold && !result.inspection->locks.get_object_legal_hold);
    CHECK(result.inspection->max_object_ttl == 60);
    uplink_free_inspection_result(result);
    uplink_free_access_result(shared);
    options.max_object_ttl = -1;
    shared = uplink_access_share_with(access.access, &options, NULL, 0);
    FAILS(shared.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_access_result(shared);
    shared = uplink_access_share_with(access.access, NULL, NULL, 0);
    FAILS(shared.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_access_result(shared);
    uplink_free_access_result(access);
}

int main(void)
{
    strcpy(plain, own_bucket("plain"));
    strcpy(locked, own_bucket("locked"));
    UplinkProjectResult project = test_project();
    buckets(project.project);
    configurations(project.project);
    objects(project.project);
    permissions();
    UplinkOperation op = {0};
    uplink_start_delete_bucket_with_objects_bypass_governance_retention(&op, project.project, locked);
    UplinkBucketRecordResult deleted = take_bucket_record(&op);
    FINE(deleted.error);
    uplink_free_bucket_record_result(deleted);
    drop_bucket(project.project, plain);
    close_project(project);
    all_returned();
    return 0;
}
