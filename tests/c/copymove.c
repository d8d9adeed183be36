/* Copies and moves of objects, in both parts of the interface. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

static char bucket[64], other[64];
static const char missing[] = "no-such-bucket-at-all";

enum { SIZE = 20000 };

static void expect(UplinkProject *project, const char *in, const char *key, unsigned char *bytes, size_t length)
{
    unsigned char back[SIZE + 16];
    CHECK(get(project, in, key, NULL, back, sizeof back) == length);
    CHECK(memcmp(back, bytes, length) == 0);
}

static void is_gone(UplinkProject *project, const char *in, const char *key)
{
    UplinkObjectResult stat = uplink_stat_object(project, in, key);
    FAILS(stat.error, UPLINK_ERROR_OBJECT_NOT_FOUND, 0);
    uplink_free_object_result(stat);
}

/* Makes a copy with part 1, and checks its record. */
static void copied(UplinkProject *project, const char *from, const char *key, const char *to, const char *new_key)
{
    UplinkCopyObjectOptions options;
    memset(&options, 0, sizeof options);
    UplinkObjectResult source = uplink_stat_object(project, from, key);
    FINE(source.error);
    UplinkObjectResult copy = uplink_copy_object(project, from, key, to, new_key, &options);
    FINE(copy.error);
    CHECK(strcmp(copy.object->key, new_key) == 0 && !copy.object->is_prefix);
    CHECK(copy.object->system.content_length == source.object->system.content_length);
    CHECK(copy.object->system.expires == source.object->system.expires);
    CHECK(copy.object->system.created >= source.object->system.created);
    CHECK(copy.object->custom.count == source.object->custom.count);
    for (size_t i = 0; i < copy.object->custom.count; i++) {
        CHECK(strcmp(copy.object->custom.entries[i].key, source.object->custom.entries[i].key) == 0);
        CHECK(strcmp(copy.object->custom.entries[i].value, source.object->custom.entries[i].value) == 0);
    }
    uplink_free_object_result(copy);
    uplink_free_object_result(source);
}

static void put_described(UplinkProject *project, const char *key, void *bytes, size_t length)
{
    UplinkCustomMetadataEntry entry = {"colour", 6, "blue", 4};
    UplinkPutObjectOptions options = {
        .struct_size = sizeof options, .expires = (int64_t)time(NULL) + 3600, .custom = {&entry, 1}};
    UplinkOperation op = {0};
    UplinkRecordResult result = {0};
    uplink_start_put_object(&op, project, bucket, key, strlen(key), bytes, length, &options);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_record(&op, &result);
    FINE(result.error);
    uplink_free_record_result(result);
}

static void documented(UplinkProject *project)
{
    unsigned char *bytes = sample(SIZE, 9);
    const size_t lengths[] = {0, 10, SIZE};
    for (int i = 0; i < 3; i++) {
        put_described(project, "a/source", bytes, lengths[i]);
        copied(project, bucket, "a/source", bucket, "copy");
        copied(project, bucket, "a/source", other, "deep/er/copy");
        copied(project, bucket, "a/source", bucket, "a/source");
        expect(project, bucket, "a/source", bytes, lengths[i]);
        uplink_free_object_result(uplink_delete_object(project, bucket, "a/source"));
        expect(project, bucket, "copy", bytes, lengths[i]);
        expect(project, other, "deep/er/copy", bytes, lengths[i]);

        FINE(uplink_move_object(project, bucket, "copy", other, "deep/er/copy", NULL));
        is_gone(project, bucket, "copy");
        UplinkMoveObjectOptions options;
        memset(&options, 0, sizeof options);
        FINE(uplink_move_object(project, other, "deep/er/copy", other, "deep/er/copy", &options));
        expect(project, other, "deep/er/copy", bytes, lengths[i]);
    }
    free(bytes);
}

/* Both calls fail in the same way. Reports whether the error is about the target. */
static bool both_fail(UplinkProject *project, const char *from, const char *key, const char *to, const char *new_key,
                      int code, int detail)
{
    UplinkObjectResult copy = uplink_copy_object(project, from, key, to, new_key, NULL);
    FAILS(copy.error, code, detail);
    CHECK(copy.object == NULL);
    bool target = copy.error->of_target;
    uplink_free_object_result(copy);
    UplinkError *error = uplink_move_object(project, from, key, to, new_key, NULL);
    FAILS(error, code, detail);
    CHECK(error->of_target == target);
    uplink_free_error(error);
    return target;
}

static void refused(UplinkProject *project)
{
    put(project, bucket, "key", "x", 1);
    CHECK(!both_fail(project, bucket, "missing", bucket, "new", UPLINK_ERROR_OBJECT_NOT_FOUND, 0));
    CHECK(!both_fail(project, missing, "key", bucket, "new", UPLINK_ERROR_BUCKET_NOT_FOUND, 0));
    CHECK(both_fail(project, bucket, "key", missing, "new", UPLINK_ERROR_BUCKET_NOT_FOUND, 0));
    CHECK(!both_fail(project, missing, "key", missing, "new", UPLINK_ERROR_BUCKET_NOT_FOUND, 0));
    CHECK(!both_fail(project, "", "key", bucket, "new", UPLINK_ERROR_BUCKET_NAME_INVALID, 0));
    CHECK(both_fail(project, bucket, "key", "", "new", UPLINK_ERROR_BUCKET_NAME_INVALID, 0));
    CHECK(!both_fail(project, bucket, "", bucket, "new", UPLINK_ERROR_OBJECT_KEY_INVALID, 0));
    CHECK(both_fail(project, bucket, "key", bucket, "", UPLINK_ERROR_OBJECT_KEY_INVALID, 0));
    CHECK(!both_fail(NULL, bucket, "key", bucket, "new", UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT));
    const char *names[] = {bucket, "key", bucket, "new"};
    for (int i = 0; i < 4; i++) {
        const char *given[4];
        memcpy(given, names, sizeof given);
        given[i] = NULL;
        CHECK(both_fail(project, given[0], given[1], given[2], given[3], UPLINK_ERROR_INTERNAL,
                        UPLINK_DETAIL_INVALID_ARGUMENT) == (i >= 2));
    }
    UplinkProject freed = {(size_t)1 << 40};
    CHECK(!both_fail(&freed, bucket, "key", bucket, "new", UPLINK_ERROR_INVALID_HANDLE, 0));
    is_gone(project, bucket, "new");
}

static UplinkRecordResult take_record(UplinkOperation *operation)
{
    UplinkRecordResult result = {0};
    CHECK(uplink_operation_wait(operation, -1));
    uplink_operation_take_record(operation, &result);
    return result;
}

static UplinkError *take_error(UplinkOperation *operation)
{
    UplinkError *error = NULL;
    CHECK(uplink_operation_wait(operation, -1));
    uplink_operation_take_error(operation, &error);
    return error;
}

/* Part 2 passes keys whole. */
static void operations(UplinkProject *project)
{
    UplinkOperation op = {0};
    put(project, bucket, "key", "x", 1);
    UplinkStartCopyOptions options = {.struct_size = sizeof options};
    uplink_start_copy_object(&op, project, bucket, KEY("key"), bucket, KEY("key\0copy"), &options);
    UplinkRecordResult copy = take_record(&op);
    FINE(copy.error);
    CHECK(copy.record->key_length == 8 && memcmp(copy.record->key, "key\0copy", 9) == 0);
    CHECK(copy.record->system.content_length == 1);
    uplink_free_record_result(copy);

    UplinkStartMoveOptions moving = {.struct_size = sizeof moving};
    uplink_start_move_object(&op, project, bucket, KEY("key\0copy"), other, KEY("key\0moved"), &moving);
    FINE(take_error(&op));
    uplink_start_stat_object(&op, project, bucket, KEY("key\0copy"), NULL);
    copy = take_record(&op);
    FAILS(copy.error, UPLINK_ERROR_OBJECT_NOT_FOUND, 0);
    uplink_free_record_result(copy);
    uplink_start_move_object(&op, project, other, KEY("key\0moved"), other, KEY("plain"), NULL);
    FINE(take_error(&op));
    expect(project, other, "plain", (unsigned char *)"x", 1);

    uplink_start_copy_object(&op, project, bucket, KEY("key"), missing, KEY("new"), NULL);
    copy = take_record(&op);
    FAILS(copy.error, UPLINK_ERROR_BUCKET_NOT_FOUND, 0);
    CHECK(copy.error->of_target && copy.record == NULL);
    uplink_free_record_result(copy);
    uplink_start_copy_object(&op, project, bucket, "key", SIZE_MAX, bucket, KEY("new"), NULL);
    copy = take_record(&op);
    FAILS(copy.error, UPLINK_ERROR_OBJECT_KEY_INVALID, 0);
    CHECK(!copy.error->of_target);
    uplink_free_record_result(copy);
    options.struct_size = moving.struct_size = 0;
    uplink_start_copy_object(&op, project, bucket, KEY("key"), bucket, KEY("new"), &options);
    copy = take_record(&op);
    FAILS(copy.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_record_result(copy);
    uplink_start_move_object(&op, project, bucket, KEY("key"), bucket, KEY("new"), &moving);
    REFUSED(take_error(&op), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);

    /* Canceled at any moment, the object is at one of the two keys, or the copy exists or not. */
    for (int i = 0; i < 20; i++) {
        uplink_start_copy_object(&op, project, bucket, KEY("key"), bucket, KEY("copy"), NULL);
        uplink_operation_wait(&op, i * 200);
        uplink_operation_detach(&op);
        CHECK(op._handle == 0);
    }
    uplink_start_copy_object(&op, project, bucket, KEY("key"), bucket, KEY("copy"), NULL);
    uplink_operation_cancel(&op);
    copy = take_record(&op);
    if (copy.error != NULL) {
        FAILS(copy.error, UPLINK_ERROR_CANCELED, 0);
    }
    uplink_free_record_result(copy);
    expect(project, bucket, "key", (unsigned char *)"x", 1);
}

int main(void)
{
    strcpy(bucket, own_bucket("copies"));
    strcpy(other, own_bucket("others"));
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    make_bucket(project.project, other);
    documented(project.project);
    refused(project.project);
    operations(project.project);
    drop_bucket(project.project, bucket);
    drop_bucket(project.project, other);
    close_project(project);
    all_returned();
    return 0;
}
