/* Downloads to files: whole, resumed, with progress, and what is wrong with a file. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <errno.h>
#include <sys/stat.h>

#define SIZE 3500000

static char bucket[64], folder[] = "/tmp/uplink-downloads-XXXXXX", path[128];

static UplinkRecordResult download(UplinkProject *project, const char *key, const char *to,
                                   UplinkDownloadFileOptions *options)
{
    UplinkOperation operation = {0};
    UplinkRecordResult result = {0};
    UplinkProgress progress = {.struct_size = sizeof progress};
    uplink_start_download_file(&operation, project, bucket, key, strlen(key), to, options);
    while (!uplink_operation_wait(&operation, 1000)) {
        CHECK(uplink_operation_progress(&operation, &progress));
        CHECK(progress.transferred <= SIZE && progress.committed <= progress.transferred);
    }
    uplink_operation_take_record(&operation, &result);
    uplink_operation_detach(&operation);
    return result;
}

static void has(const unsigned char *data, size_t length)
{
    unsigned char *read = malloc(length + 1);
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL && fread(read, 1, length + 1, file) == length && fclose(file) == 0);
    CHECK(memcmp(read, data, length) == 0);
    free(read);
    CHECK(unlink(path) == 0);
}

static void downloaded(UplinkProject *project, const unsigned char *data)
{
    UplinkDownloadFileOptions options = {.struct_size = sizeof options, .no_sync = true};
    UplinkRecordResult result = download(project, "key", path, NULL);
    FINE(result.error);
    CHECK(result.record->system.content_length == SIZE);
    uplink_free_record_result(result);
    has(data, SIZE);
    result = download(project, "small", path, &options);
    FINE(result.error);
    uplink_free_record_result(result);
    has((const unsigned char *)"small", 5);
}

static void refused(UplinkProject *project)
{
    UplinkDownloadFileOptions options = {.struct_size = sizeof options, .no_overwrite = true};
    UplinkRecordResult result = download(project, "key", folder, NULL);
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_FILE);
    CHECK(result.error->system_error == EISDIR && strcmp(result.error->path, folder) == 0);
    uplink_free_record_result(result);
    result = download(project, "key", "/no such folder/file", NULL);
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_FILE);
    CHECK(result.error->system_error == ENOENT);
    uplink_free_record_result(result);
    result = download(project, "none", path, NULL);
    FAILS(result.error, UPLINK_ERROR_OBJECT_NOT_FOUND, 0);
    uplink_free_record_result(result);
    result = download(project, "key", NULL, NULL);
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_record_result(result);
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL && fclose(file) == 0);
    result = download(project, "key", path, &options);
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_FILE);
    CHECK(result.error->system_error == EEXIST);
    uplink_free_record_result(result);
    CHECK(unlink(path) == 0);
}

static void canceled(UplinkProject *project)
{
    UplinkOperation operation = {0};
    uplink_start_download_file(&operation, project, bucket, KEY("key"), path, NULL);
    uplink_operation_detach(&operation);
}

int main(void)
{
    strcpy(bucket, own_bucket("downloads"));
    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/file", folder);
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    unsigned char *data = sample(SIZE, 1);
    put(project.project, bucket, "key", data, SIZE);
    put(project.project, bucket, "small", "small", 5);
    downloaded(project.project, data);
    refused(project.project);
    for (int i = 0; i < 10; i++)
        canceled(project.project);
    downloaded(project.project, data); /* goes on with what the canceled ones have left */
    CHECK(rmdir(folder) == 0);
    free(data);
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
