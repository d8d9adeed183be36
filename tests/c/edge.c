/* The edge service: registering an access, and links, in both parts of the interface. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

/* An access grant for the satellite of a network that does not run any more. */
static const char of_another[] =
    "12edqunBn5ro2so4ZtjNvFk1uuauopctiH5EdCziK2SiX9YiG14VF8Jp8SNjdXRocpFLixPPX2dJK4r49yWfnRbmJdy21zP4ZZFvzUsy3wYVU3"
    "axBJN86xttS6VKf9piMNBH1dcehZCLjzGWxCuNJebBfovKAaTZskvuz4MvAZCkSMQCjkNYuXyYYQZN4VWC4sfmrc4B39CvVvQaoFVFgCLNfjQh"
    "gT9fSXzR1eEZxrtkLRvYsktwtkuHPc5";

static EdgeConfig config(void)
{
    EdgeConfig made = {
        .auth_service_address = setting("UPLINK_TEST_AUTH_SERVICE"),
        .certificate_pem = setting("UPLINK_TEST_AUTH_CERTIFICATE"),
    };
    return made;
}

static void complete(EdgeCredentialsResult result)
{
    FINE(result.error);
    CHECK(strlen(result.credentials->access_key_id) == 28);
    CHECK(strlen(result.credentials->secret_key) == 53);
    CHECK(strncmp(result.credentials->endpoint, "http", 4) == 0);
    CHECK(result.credentials->free_tier_expires == 0);
    edge_free_credentials_result(result);
}

static void refused(EdgeCredentialsResult result, int code, int detail)
{
    FAILS(result.error, code, detail);
    CHECK(result.credentials == NULL);
    edge_free_credentials_result(result);
}

static void documented(UplinkAccess *access)
{
    EdgeRegisterAccessOptions options = {.is_public = true};
    complete(edge_register_access(config(), access, NULL));
    complete(edge_register_access(config(), access, &options));
    EdgeConfig plain = {.auth_service_address = setting("UPLINK_TEST_AUTH_SERVICE"),
                        .insecure_unencrypted_connection = true};
    complete(edge_register_access(plain, access, &options));

    EdgeCredentialsResult result = edge_register_access(config(), access, NULL);
    FINE(result.error);
    edge_free_credentials(result.credentials);
    edge_free_credentials(NULL);

    /* Go's library dials when it sends the request. */
    EdgeConfig untrusted = {.auth_service_address = setting("UPLINK_TEST_AUTH_SERVICE")};
    refused(edge_register_access(untrusted, access, NULL), EDGE_ERROR_REGISTER_ACCESS_FAILED,
            UPLINK_DETAIL_EDGE_UNTRUSTED);
    EdgeConfig nowhere = {.auth_service_address = "127.0.0.1:1"};
    refused(edge_register_access(nowhere, access, NULL), EDGE_ERROR_REGISTER_ACCESS_FAILED,
            UPLINK_DETAIL_EDGE_UNREACHABLE);
    EdgeConfig unknown = {.auth_service_address = "doesnotexist.invalid:1234"};
    refused(edge_register_access(unknown, access, NULL), EDGE_ERROR_REGISTER_ACCESS_FAILED,
            UPLINK_DETAIL_EDGE_UNREACHABLE);
    EdgeConfig empty = {.auth_service_address = NULL};
    refused(edge_register_access(empty, access, NULL), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    refused(edge_register_access(config(), NULL, NULL), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    UplinkAccess freed = {(size_t)1 << 40};
    refused(edge_register_access(config(), &freed, NULL), UPLINK_ERROR_INVALID_HANDLE, 0);
}

static EdgeCredentialsResult take(UplinkOperation *operation)
{
    EdgeCredentialsResult result = {0};
    CHECK(uplink_operation_wait(operation, -1));
    uplink_operation_take_credentials(operation, &result);
    return result;
}

static void operations(UplinkAccess *access)
{
    UplinkOperation op = {0};
    UplinkRegisterAccessOptions options = {.struct_size = sizeof options, .is_public = true};
    uplink_start_register_access(&op, config(), access, &options);
    complete(take(&op));
    uplink_start_register_access(&op, config(), access, NULL);
    complete(take(&op));

    EdgeConfig wrong = config();
    wrong.certificate_pem = "no certificate";
    uplink_start_register_access(&op, wrong, access, NULL);
    refused(take(&op), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    wrong = config();
    wrong.auth_service_address = "no-port";
    uplink_start_register_access(&op, wrong, access, NULL);
    refused(take(&op), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    options.struct_size = 0;
    uplink_start_register_access(&op, config(), access, &options);
    refused(take(&op), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);

    /* The service does not know the satellite of another network. */
    UplinkAccessResult other = uplink_parse_access(of_another);
    FINE(other.error);
    uplink_start_register_access(&op, config(), other.access, NULL);
    refused(take(&op), EDGE_ERROR_REGISTER_ACCESS_FAILED, UPLINK_DETAIL_EDGE_REFUSED);
    uplink_free_access_result(other);

    uplink_start_register_access(&op, config(), access, NULL);
    uplink_operation_cancel(&op);
    EdgeCredentialsResult result = take(&op);
    if (result.error != NULL) {
        FAILS(result.error, UPLINK_ERROR_CANCELED, 0);
    }
    edge_free_credentials_result(result);
    for (int i = 0; i < 10; i++) {
        uplink_start_register_access(&op, config(), access, NULL);
        uplink_operation_wait(&op, i * 200);
        uplink_operation_detach(&op);
        CHECK(op._handle == 0);
    }
}

static void is(UplinkStringResult result, const char *want)
{
    FINE(result.error);
    CHECK(strcmp(result.string, want) == 0);
    uplink_free_string_result(result);
}

static void no_link(UplinkStringResult result)
{
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    CHECK(result.string == NULL);
    uplink_free_string_result(result);
}

static void links(void)
{
    const char *base = "https://link.example/", *id = "l5pucy3dmvzxgs3fpfewix27l5pq";
    EdgeShareURLOptions raw = {.raw = true};
    is(edge_join_share_url(base, id, "", "", NULL), "https://link.example/s/l5pucy3dmvzxgs3fpfewix27l5pq");
    is(edge_join_share_url(base, id, NULL, NULL, NULL), "https://link.example/s/l5pucy3dmvzxgs3fpfewix27l5pq");
    is(edge_join_share_url(base, id, "b", "a b/", NULL),
       "https://link.example/s/l5pucy3dmvzxgs3fpfewix27l5pq/b/a%20b/");
    is(edge_join_share_url(base, id, "b", "key", &raw),
       "https://link.example/raw/l5pucy3dmvzxgs3fpfewix27l5pq/b/key");
    no_link(edge_join_share_url(base, id, "", "key", NULL));
    no_link(edge_join_share_url(base, "", "b", "key", NULL));
    no_link(edge_join_share_url(base, NULL, "b", "key", NULL));
    no_link(edge_join_share_url(NULL, id, "b", "key", NULL));
    no_link(edge_join_share_url("link.example", id, "b", "key", NULL));
    no_link(edge_join_share_url(base, id, "b", "", &raw));
    no_link(edge_join_share_url(base, id, "b", "a/", &raw));

    UplinkShareURLOptions options = {.struct_size = sizeof options, .raw = true};
    is(uplink_join_share_url(base, id, "b", KEY("a\0b?"), &options),
       "https://link.example/raw/l5pucy3dmvzxgs3fpfewix27l5pq/b/a%00b%3F");
    is(uplink_join_share_url(base, id, "b", NULL, 0, NULL), "https://link.example/s/l5pucy3dmvzxgs3fpfewix27l5pq/b");
    no_link(uplink_join_share_url(base, id, "b", "a", SIZE_MAX, NULL));
    no_link(uplink_join_share_url(base, id, "b", NULL, 3, NULL));
    options.struct_size = 0;
    no_link(uplink_join_share_url(base, id, "b", KEY("a"), &options));
}

int main(void)
{
    UplinkAccessResult access = test_access();
    documented(access.access);
    operations(access.access);
    links();
    uplink_free_access_result(access);
    all_returned();
    return 0;
}
