/* Access grants: parsed, serialized, requested, shared, with other keys. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

static UplinkAccess stale = {(size_t)1 << 40};

static void parsed_and_serialized(void)
{
    UplinkAccessResult access = test_access();
    UplinkStringResult text = uplink_access_serialize(access.access);
    FINE(text.error);
    CHECK(strcmp(text.string, setting("UPLINK_TEST_ACCESS")) == 0);
    uplink_free_string_result(text);

    UplinkStringResult address = uplink_access_satellite_address(access.access);
    FINE(address.error);
    CHECK(strcmp(address.string, setting("UPLINK_TEST_SATELLITE")) == 0);
    uplink_free_string_result(address);
    uplink_free_access_result(access);
}

static void malformed(const char *text, int detail)
{
    UplinkAccessResult access = uplink_parse_access(text);
    FAILS(access.error, UPLINK_ERROR_INTERNAL, detail);
    CHECK(access.access == NULL);
    CHECK(text == NULL || *text == 0 || strstr(access.error->message, text) == NULL);
    uplink_free_access_result(access);
}

static void malformed_grants(void)
{
    char *cut = strdup(setting("UPLINK_TEST_ACCESS"));
    malformed(NULL, UPLINK_DETAIL_INVALID_ARGUMENT);
    malformed("", UPLINK_DETAIL_INVALID_ACCESS);
    malformed("this is no grant", UPLINK_DETAIL_INVALID_ACCESS);
    malformed(setting("UPLINK_TEST_API_KEY"), UPLINK_DETAIL_INVALID_ACCESS);
    cut[strlen(cut) - 5] = 0;
    malformed(cut, UPLINK_DETAIL_INVALID_ACCESS);
    free(cut);

    UplinkStringResult text = uplink_access_serialize(&stale);
    FAILS(text.error, UPLINK_ERROR_INVALID_HANDLE, 0);
    CHECK(text.string == NULL);
    uplink_free_string_result(text);
    text = uplink_access_satellite_address(NULL);
    FAILS(text.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_string_result(text);
}

static void requested(void)
{
    const char *satellite = setting("UPLINK_TEST_SATELLITE"), *key = setting("UPLINK_TEST_API_KEY");
    UplinkAccessResult access = uplink_request_access_with_passphrase(satellite, key, "open sesame");
    FINE(access.error);
    uplink_free_access_result(access);

    const struct {
        const char *satellite, *key, *passphrase;
        int detail;
    } wrong[] = {
        {NULL, key, "p", UPLINK_DETAIL_INVALID_ARGUMENT},
        {satellite, NULL, "p", UPLINK_DETAIL_INVALID_ARGUMENT},
        {satellite, key, NULL, UPLINK_DETAIL_INVALID_ARGUMENT},
        {"127.0.0.1:7777", key, "p", UPLINK_DETAIL_INVALID_ARGUMENT},
        {key, key, "p", UPLINK_DETAIL_INVALID_ARGUMENT},
        {satellite, "garbage", "p", UPLINK_DETAIL_INVALID_ACCESS},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        access = uplink_request_access_with_passphrase(wrong[i].satellite, wrong[i].key, wrong[i].passphrase);
        FAILS(access.error, UPLINK_ERROR_INTERNAL, wrong[i].detail);
        CHECK(access.access == NULL);
        CHECK(strstr(access.error->message, key) == NULL);
        uplink_free_access_result(access);
    }
}

/* Go's library retries for some seconds, so both calls run at the same time. */
static void unreachable(void)
{
    const char *addresses[] = {"12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@127.0.0.1:1",
                               "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@nowhere.invalid:1"};
    UplinkOperation ops[2] = {{0}};
    UplinkConfig config = {0};
    UplinkPatience patience = {0};
    for (int i = 0; i < 2; i++) {
        uplink_start_request_access(&ops[i], config, patience, addresses[i], setting("UPLINK_TEST_API_KEY"), "p",
                                    NULL);
    }
    for (int i = 0; i < 2; i++) {
        UplinkAccessResult access;
        CHECK(uplink_operation_wait(&ops[i], -1));
        uplink_operation_take_access(&ops[i], &access);
        FAILS(access.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_CONNECTION);
        uplink_free_access_result(access);
    }
}

static void shared(UplinkProject *project, const char *bucket)
{
    UplinkAccessResult access = test_access();
    UplinkPermission none = {0}, download = {.allow_download = true};
    UplinkSharePrefix prefix = {bucket, "in/"}, nowhere = {NULL, NULL};

    UplinkAccessResult refused = uplink_access_share(NULL, download, NULL, 0);
    FAILS(refused.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_access_result(refused);
    refused = uplink_access_share(&stale, download, NULL, 0);
    FAILS(refused.error, UPLINK_ERROR_INVALID_HANDLE, 0);
    uplink_free_access_result(refused);
    refused = uplink_access_share(access.access, none, NULL, 0);
    FAILS(refused.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_access_result(refused);
    refused = uplink_access_share(access.access, download, NULL, 1);
    FAILS(refused.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_access_result(refused);
    refused = uplink_access_share(access.access, download, &nowhere, 1);
    FAILS(refused.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_access_result(refused);
    const long long counts[] = {-1, 1LL << 32, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        refused = uplink_access_share(access.access, download, &prefix, counts[i]);
        FAILS(refused.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
        uplink_free_access_result(refused);
    }
    const int64_t year_10000 = 253402300800, moments[] = {year_10000, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        UplinkPermission then = {.allow_download = true, .not_before = moments[i]};
        refused = uplink_access_share(access.access, then, NULL, 0);
        FAILS(refused.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
        CHECK(strstr(refused.error->message, "not_before") != NULL);
        uplink_free_access_result(refused);
    }
    UplinkPermission always = {.allow_download = true, .not_after = year_10000 - 1};
    UplinkAccessResult lasting = uplink_access_share(access.access, always, NULL, 0);
    FINE(lasting.error);
    uplink_free_access_result(lasting);

    put(project, bucket, "in/side", "yes", 3);
    put(project, bucket, "outside", "no", 2);
    UplinkAccessResult limited = uplink_access_share(access.access, download, &prefix, 1);
    FINE(limited.error);
    UplinkProjectResult narrow = uplink_open_project(limited.access);
    FINE(narrow.error);
    unsigned char text[8];
    CHECK(get(narrow.project, bucket, "in/side", NULL, text, sizeof text) == 3 && memcmp(text, "yes", 3) == 0);
    UplinkDownloadResult denied = uplink_download_object(narrow.project, bucket, "outside", NULL);
    FAILS(denied.error, UPLINK_ERROR_PERMISSION_DENIED, 0);
    CHECK(denied.download == NULL);
    uplink_free_download_result(denied);
    UplinkObjectResult deleted = uplink_delete_object(narrow.project, bucket, "in/side");
    FAILS(deleted.error, UPLINK_ERROR_PERMISSION_DENIED, 0);
    uplink_free_object_result(deleted);

    UplinkPermission over = {.allow_download = true, .not_after = time(NULL) - 3600};
    UplinkAccessResult late = uplink_access_share(access.access, over, NULL, 0);
    FINE(late.error);
    UplinkProjectResult expired = uplink_open_project(late.access);
    FINE(expired.error);
    denied = uplink_download_object(expired.project, bucket, "in/side", NULL);
    FAILS(denied.error, UPLINK_ERROR_PERMISSION_DENIED, 0);
    uplink_free_download_result(denied);

    close_project(expired);
    close_project(narrow);
    uplink_free_access_result(late);
    uplink_free_access_result(limited);
    uplink_free_access_result(access);
}

static void other_keys(UplinkProject *project, const char *bucket)
{
    UplinkAccessResult access = test_access();
    char salt[] = {1, 2, 0, 4};
    UplinkEncryptionKeyResult key = uplink_derive_encryption_key("another", salt, sizeof salt);
    FINE(key.error);
    FINE(uplink_access_override_encryption_key(access.access, bucket, "tenant/", key.encryption_key));
    REFUSED(uplink_access_override_encryption_key(access.access, bucket, "tenant", key.encryption_key),
            UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    REFUSED(uplink_access_override_encryption_key(access.access, bucket, "tenant/", NULL), UPLINK_ERROR_INTERNAL,
            UPLINK_DETAIL_INVALID_ARGUMENT);
    REFUSED(uplink_access_override_encryption_key(access.access, "", "tenant/", key.encryption_key),
            UPLINK_ERROR_BUCKET_NAME_INVALID, 0);
    REFUSED(uplink_access_override_encryption_key(NULL, bucket, "tenant/", key.encryption_key), UPLINK_ERROR_INTERNAL,
            UPLINK_DETAIL_INVALID_ARGUMENT);

    UplinkProjectResult tenant = uplink_open_project(access.access);
    FINE(tenant.error);
    put(tenant.project, bucket, "tenant/file", "mine", 4);
    unsigned char text[8];
    CHECK(get(tenant.project, bucket, "tenant/file", NULL, text, sizeof text) == 4);
    /* With the landlord's encryption key, there is no object of that name. */
    UplinkObjectResult unseen = uplink_stat_object(project, bucket, "tenant/file");
    FAILS(unseen.error, UPLINK_ERROR_OBJECT_NOT_FOUND, 0);
    CHECK(unseen.object == NULL);
    uplink_free_object_result(unseen);
    close_project(tenant);
    uplink_free_encryption_key_result(key);

    key = uplink_derive_encryption_key(NULL, salt, 1);
    FAILS(key.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_encryption_key_result(key);
    key = uplink_derive_encryption_key("p", NULL, 1);
    FAILS(key.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_encryption_key_result(key);
    const size_t lengths[] = {SIZE_MAX, SIZE_MAX / 2, (size_t)1 << 40, ((size_t)1 << 20) + 1};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        key = uplink_derive_encryption_key("p", salt, lengths[i]);
        FAILS(key.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
        uplink_free_encryption_key_result(key);
    }
    uplink_free_access_result(access);
}

static void revoked(UplinkProject *project, const char *bucket)
{
    UplinkAccessResult access = test_access();
    UplinkPermission all = {true, true, true, true, 0, 0};
    UplinkSharePrefix prefix = {bucket, ""};
    UplinkAccessResult given = uplink_access_share(access.access, all, &prefix, 1);
    FINE(given.error);

    REFUSED(uplink_revoke_access(NULL, given.access), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    REFUSED(uplink_revoke_access(project, NULL), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    FINE(uplink_revoke_access(project, given.access));

    UplinkProjectResult guest = uplink_open_project(given.access);
    FINE(guest.error);
    UplinkUploadResult upload = uplink_upload_object(guest.project, bucket, "late", NULL);
    FINE(upload.error);
    REFUSED(uplink_upload_commit(upload.upload), UPLINK_ERROR_PERMISSION_DENIED, 0);
    uplink_free_upload_result(upload);
    close_project(guest);
    uplink_free_access_result(given);
    uplink_free_access_result(access);
}

int main(void)
{
    const char *bucket = own_bucket("access");
    parsed_and_serialized();
    malformed_grants();
    requested();
    unreachable();
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    shared(project.project, bucket);
    other_keys(project.project, bucket);
    revoked(project.project, bucket);
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
