/* Files: uploads, in parts and without, resumed, with progress, and what is wrong with a file. */
#define _DEFAULT_SOURCE
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PART = 5 << 20 };

static char bucket[64], folder[] = "/tmp/uplink-transfers-XXXXXX", path[128];

static void write_file(const unsigned char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL && fwrite(bytes, 1, length, file) == length && fclose(file) == 0);
}

/* Uploads a file and waits for its end. The caller frees the result. */
static UplinkRecordResult upload(UplinkProject *project, const char *from, UplinkUploadFileOptions *options)
{
    UplinkOperation operation = {0};
    UplinkRecordResult result = {0};
    uplink_start_upload_file(&operation, project, bucket, KEY("file"), from, options);
    CHECK(uplink_operation_wait(&operation, -1));
    uplink_operation_take_record(&operation, &result);
    return result;
}

static void of_size(UplinkProject *project, size_t length)
{
    unsigned char *bytes = sample(length, (unsigned)length), *back = malloc(length + 16);
    UplinkCustomMetadataEntry entry = {"colour", 6, "blue", 4};
    UplinkUploadFileOptions options = {.struct_size = sizeof options, .custom = {&entry, 1}, .part_size = PART};
    write_file(bytes, length);
    UplinkRecordResult result = upload(project, path, &options);
    FINE(result.error);
    CHECK(result.record->system.content_length == (int64_t)length && result.record->custom.count == 1);
    CHECK(get(project, bucket, "file", NULL, back, length + 16) == length && memcmp(bytes, back, length) == 0);
    uplink_free_record_result(result);
    free(bytes);
    free(back);
}

static void shows_progress(UplinkProject *project)
{
    const size_t length = 2 * PART + 1;
    unsigned char *bytes = sample(length, 1);
    write_file(bytes, length);
    UplinkUploadFileOptions options = {.struct_size = sizeof options, .part_size = PART};
    UplinkOperation operation = {0};
    UplinkRecordResult result = {0};
    UplinkProgress progress = {.struct_size = sizeof progress};
    uplink_start_upload_file(&operation, project, bucket, KEY("file"), path, &options);
    while (!uplink_operation_wait(&operation, 1000)) {
        CHECK(uplink_operation_progress(&operation, &progress));
        CHECK(progress.transferred <= (int64_t)length && progress.committed <= progress.transferred);
    }
    CHECK(uplink_operation_progress(&operation, &progress));
    CHECK(progress.total == (int64_t)length && progress.transferred == progress.total);
    CHECK(progress.committed == progress.total);
    /* A program that was compiled with a later header has a longer struct. */
    struct {
        UplinkProgress known;
        int64_t later;
    } longer = {.known = {.struct_size = sizeof longer}, .later = 7};
    CHECK(uplink_operation_progress(&operation, &longer.known));
    CHECK(longer.known.committed == progress.total && longer.later == 0);
    CHECK(!uplink_operation_progress(&operation, &(UplinkProgress){.struct_size = 0}));
    CHECK(!uplink_operation_progress(&operation, NULL));
    uplink_operation_take_record(&operation, &result);
    FINE(result.error);
    uplink_free_record_result(result);
    free(bytes);
}

/* A cancelled upload may stay pending. The next one goes on with it, or begins anew. */
static void canceled(UplinkProject *project)
{
    const size_t length = 3 * PART;
    unsigned char *bytes = sample(length, 2);
    write_file(bytes, length);
    UplinkUploadFileOptions options = {.struct_size = sizeof options, .part_size = PART};
    for (int64_t sent = 0; sent < (int64_t)length; sent += PART) {
        UplinkOperation operation = {0};
        UplinkProgress progress = {.struct_size = sizeof progress};
        uplink_start_upload_file(&operation, project, bucket, KEY("file"), path, &options);
        while (!uplink_operation_wait(&operation, 1000) && uplink_operation_progress(&operation, &progress) &&
               progress.transferred <= sent) {
        }
        uplink_operation_detach(&operation);
    }
    UplinkRecordResult result = upload(project, path, &options);
    FINE(result.error);
    CHECK(result.record->system.content_length == (int64_t)length);
    uplink_free_record_result(result);
    free(bytes);
}

/* Uploads bytes in memory, which the program may free once the operation is detached. */
static void in_memory(UplinkProject *project)
{
    const size_t length = 2 * PART + 3;
    unsigned char *bytes = sample(length, 3), *back = malloc(length + 16);
    UplinkUploadFileOptions options = {.struct_size = sizeof options, .part_size = PART}, wrong = {0};
    UplinkOperation operation = {0};
    UplinkRecordResult result = {0};
    uplink_start_upload_memory(&operation, project, bucket, KEY("memory"), bytes, length, &options);
    CHECK(uplink_operation_wait(&operation, -1));
    uplink_operation_take_record(&operation, &result);
    FINE(result.error);
    CHECK(result.record->system.content_length == (int64_t)length);
    uplink_free_record_result(result);
    CHECK(get(project, bucket, "memory", NULL, back, length + 16) == length && memcmp(bytes, back, length) == 0);
    options.checksum = UPLINK_CHECKSUM_SHA256; /* which reads the bytes, too */
    for (int microseconds = 0; microseconds < 50000; microseconds = 2 * microseconds + 100) {
        unsigned char *lent = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK(lent != MAP_FAILED);
        memcpy(lent, bytes, length);
        uplink_start_upload_memory(&operation, project, bucket, KEY("memory"), lent, length, &options);
        uplink_operation_wait(&operation, microseconds);
        uplink_operation_detach(&operation);
        CHECK(munmap(lent, length) == 0); /* a read afterwards ends the program */
    }
    for (int i = 0; i < 3; i++) {
        uplink_start_upload_memory(&operation, project, bucket, KEY("memory"), i == 0 ? NULL : (void *)bytes,
                                   i == 1 ? SIZE_MAX : length, i == 2 ? &wrong : &options);
        CHECK(uplink_operation_wait(&operation, -1));
        uplink_operation_take_record(&operation, &result);
        FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
        uplink_free_record_result(result);
    }
    free(bytes);
    free(back);
}

/* The descriptor is closed at once, and its position stays. */
static void of_descriptors(UplinkProject *project)
{
    const size_t length = PART + 1;
    unsigned char *bytes = sample(length, 4);
    write_file(bytes, length);
    UplinkUploadFileOptions options = {.struct_size = sizeof options, .part_size = PART};
    UplinkOperation operation = {0};
    UplinkRecordResult result = {0};
    unsigned char *back = malloc(length + 16);
    for (size_t offset = 0; offset <= length; offset += length) {
        int opened = open(path, O_RDONLY), second = dup(opened);
        CHECK(opened >= 0 && lseek(opened, 3, SEEK_SET) == 3);
        uplink_start_upload_descriptor(&operation, project, bucket, KEY("descriptor"), opened, (int64_t)offset, &options);
        CHECK(close(opened) == 0 && uplink_operation_wait(&operation, -1));
        uplink_operation_take_record(&operation, &result);
        FINE(result.error);
        uplink_free_record_result(result);
        CHECK(lseek(second, 0, SEEK_CUR) == 3 && close(second) == 0);
        CHECK(get(project, bucket, "descriptor", NULL, back, length + 16) == length - offset);
        CHECK(memcmp(bytes + offset, back, length - offset) == 0);
    }
    free(bytes);
    free(back);
    int pipes[2];
    CHECK(pipe(pipes) == 0);
    int64_t wrong[][2] = {{-1, 0}, {0, -1}, {pipes[0], 0}};
    for (int i = 0; i < 3; i++) {
        uplink_start_upload_descriptor(&operation, project, bucket, KEY("descriptor"), wrong[i][0], wrong[i][1], &options);
        CHECK(uplink_operation_wait(&operation, -1));
        uplink_operation_take_record(&operation, &result);
        FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
        uplink_free_record_result(result);
    }
    CHECK(close(pipes[0]) == 0 && close(pipes[1]) == 0);
    uplink_start_upload_descriptor(&operation, project, bucket, KEY("descriptor"), pipes[0], 0, &options);
    CHECK(uplink_operation_wait(&operation, -1));
    uplink_operation_take_record(&operation, &result);
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_FILE);
    CHECK(result.error->system_error == EBADF);
    uplink_free_record_result(result);
}

static void about_file(UplinkProject *project, const char *from, int number)
{
    UplinkRecordResult result = upload(project, from, NULL);
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_FILE);
    CHECK(result.error->unchanged && result.error->system_error == number && strcmp(result.error->path, from) == 0);
    CHECK(result.record == NULL);
    uplink_free_record_result(result);
}

static void invalid(UplinkProject *project, const char *from, UplinkUploadFileOptions *options)
{
    UplinkRecordResult result = upload(project, from, options);
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_record_result(result);
}

static void wrong_arguments(UplinkProject *project)
{
    UplinkUploadFileOptions negative = {.struct_size = sizeof negative, .part_size = -1}, none = {0};
    about_file(project, "/tmp/no such folder/file", ENOENT);
    about_file(project, folder, EISDIR);
    invalid(project, NULL, NULL);
    invalid(project, "", NULL);
    invalid(project, "/dev/null", NULL);
    invalid(project, path, &negative);
    invalid(project, path, &none);
    UplinkProject closed = {12345};
    UplinkRecordResult result = upload(&closed, path, NULL);
    FAILS(result.error, UPLINK_ERROR_INVALID_HANDLE, 0);
    uplink_free_record_result(result);
}

int main(void)
{
    const size_t sizes[] = {0, 1, 4096, 4097, PART, PART + 1};
    strcpy(bucket, own_bucket("transfers"));
    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/file", folder);
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        of_size(project.project, sizes[i]);
    }
    shows_progress(project.project);
    canceled(project.project);
    in_memory(project.project);
    of_descriptors(project.project);
    wrong_arguments(project.project);
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    CHECK(remove(path) == 0 && remove(folder) == 0);
    return 0;
}
