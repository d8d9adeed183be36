/* Checksums: stored by each kind of upload, and verified by each kind of download. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

static char bucket[64], folder[] = "/tmp/uplink-integrity-XXXXXX", path[128];

#define ABC "abc"
#define SHA256_OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define BLAKE3_OF_ABC "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"

static UplinkRecordResult taken(UplinkOperation *operation)
{
    UplinkRecordResult result = {0};
    CHECK(uplink_operation_wait(operation, -1));
    uplink_operation_take_record(operation, &result);
    return result;
}

static void stored(UplinkOperation *operation, const char *key, const char *value)
{
    UplinkRecordResult result = taken(operation);
    FINE(result.error);
    CHECK(result.record->custom.count == 1);
    CHECK(strcmp(result.record->custom.entries[0].key, key) == 0);
    CHECK(strcmp(result.record->custom.entries[0].value, value) == 0);
    uplink_free_record_result(result);
}

static void start_put(UplinkProject *project, UplinkPutObjectOptions *options, UplinkOperation *operation)
{
    uplink_start_put_object(operation, project, bucket, KEY("key"), ABC, 3, options);
}

static void uploads(UplinkProject *project)
{
    UplinkOperation operation = {0};
    UplinkPutObjectOptions putting = {.struct_size = sizeof putting, .checksum = UPLINK_CHECKSUM_BLAKE3};
    start_put(project, &putting, &operation);
    stored(&operation, "blake3", BLAKE3_OF_ABC);

    UplinkUploadFileOptions file = {.struct_size = sizeof file, .checksum = UPLINK_CHECKSUM_SHA256};
    uplink_start_upload_file(&operation, project, bucket, KEY("file"), path, &file);
    stored(&operation, "sha256", SHA256_OF_ABC);

    UplinkOpenUploadOptions opening = {.struct_size = sizeof opening, .checksum = UPLINK_CHECKSUM_SHA256};
    UplinkUploadResult upload = {0};
    uplink_start_upload_object(&operation, project, bucket, KEY("stream"), &opening);
    CHECK(uplink_operation_wait(&operation, -1));
    uplink_operation_take_upload(&operation, &upload);
    FINE(upload.error);
    UplinkWriteResult written = uplink_upload_write(upload.upload, ABC, 3);
    FINE(written.error);
    uplink_start_upload_commit(&operation, upload.upload);
    stored(&operation, "sha256", SHA256_OF_ABC);
    uplink_free_upload_result(upload);
}

static void wrong_algorithms(UplinkProject *project)
{
    UplinkOperation operation = {0};
    UplinkPutObjectOptions unknown = {.struct_size = sizeof unknown, .checksum = 3};
    start_put(project, &unknown, &operation);
    UplinkRecordResult result = taken(&operation);
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_record_result(result);

    UplinkCustomMetadataEntry entry = {"sha256", 6, "mine", 4};
    UplinkPutObjectOptions taken_key = {
        .struct_size = sizeof taken_key, .checksum = UPLINK_CHECKSUM_SHA256, .custom = {&entry, 1}};
    start_put(project, &taken_key, &operation);
    result = taken(&operation);
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_record_result(result);
}

static UplinkGetResult get_verified(UplinkProject *project, const char *key, int64_t length)
{
    UplinkOperation operation = {0};
    UplinkGetObjectOptions options = {
        .struct_size = sizeof options, .length = length, .most = 100, .verify = true};
    UplinkGetResult result = {0};
    uplink_start_get_object(&operation, project, bucket, key, strlen(key), &options);
    CHECK(uplink_operation_wait(&operation, -1));
    uplink_operation_take_get(&operation, &result);
    return result;
}

static void downloads(UplinkProject *project)
{
    UplinkGetResult got = get_verified(project, "key", -1);
    FINE(got.error);
    CHECK(got.length == 3 && memcmp(got.bytes, ABC, 3) == 0);
    uplink_free_get_result(got);
    got = get_verified(project, "key", 2);
    FAILS(got.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_get_result(got);

    UplinkOperation operation = {0};
    UplinkDownloadFileOptions file = {.struct_size = sizeof file, .verify = true};
    uplink_start_download_file(&operation, project, bucket, KEY("file"), path, &file);
    UplinkRecordResult result = taken(&operation);
    FINE(result.error);
    uplink_free_record_result(result);
}

static void mismatches(UplinkProject *project)
{
    UplinkOperation operation = {0};
    UplinkCustomMetadataEntry entry = {"blake3", 6, SHA256_OF_ABC, 64};
    UplinkPutObjectOptions options = {.struct_size = sizeof options, .custom = {&entry, 1}};
    uplink_start_put_object(&operation, project, bucket, KEY("none"), ABC, 3, NULL);
    uplink_free_record_result(taken(&operation));
    UplinkGetResult got = get_verified(project, "none", -1);
    FAILS(got.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_CHECKSUM_MISSING);
    CHECK(got.error->unchanged && got.error->stored_checksum == NULL);
    uplink_free_get_result(got);

    uplink_start_put_object(&operation, project, bucket, KEY("wrong"), ABC, 3, &options);
    uplink_free_record_result(taken(&operation));
    got = get_verified(project, "wrong", -1);
    FAILS(got.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_CHECKSUM_MISMATCH);
    CHECK(strcmp(got.error->checksum_algorithm, "blake3") == 0);
    CHECK(strcmp(got.error->stored_checksum, SHA256_OF_ABC) == 0);
    CHECK(strcmp(got.error->actual_checksum, BLAKE3_OF_ABC) == 0);
    uplink_free_get_result(got);

    UplinkOpenDownloadOptions opening = {.struct_size = sizeof opening, .length = -1, .verify = true};
    UplinkDownloadResult download = {0};
    uplink_start_download_object(&operation, project, bucket, KEY("wrong"), &opening);
    CHECK(uplink_operation_wait(&operation, -1));
    uplink_operation_take_download(&operation, &download);
    FINE(download.error);
    unsigned char bytes[8];
    UplinkReadResult read = {0};
    uplink_start_download_read(&operation, download.download, bytes, sizeof bytes);
    CHECK(uplink_operation_wait(&operation, -1));
    uplink_operation_take_read(&operation, &read);
    CHECK(read.bytes_read == 3 && memcmp(bytes, ABC, 3) == 0);
    FAILS(read.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_CHECKSUM_MISMATCH);
    uplink_free_read_result(read);
    uplink_free_download_result(download);
}

int main(void)
{
    strcpy(bucket, own_bucket("integrity"));
    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/file", folder);
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL && fwrite(ABC, 1, 3, file) == 3 && fclose(file) == 0);
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    uploads(project.project);
    wrong_algorithms(project.project);
    downloads(project.project);
    mismatches(project.project);
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    CHECK(remove(path) == 0 && remove(folder) == 0);
    return 0;
}
