/* Many ranges of an object in one operation. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#define SIZE 300000

static char bucket[64];

static UplinkError *get_ranges(UplinkProject *project, const char *key, UplinkRange *ranges, size_t count,
                               UplinkGetRangesOptions *options)
{
    UplinkOperation op = {0};
    UplinkError *error = NULL;
    uplink_start_get_ranges(&op, project, bucket, key, strlen(key), ranges, count, options);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_error(&op, &error);
    uplink_operation_detach(&op);
    return error;
}

static void downloaded(UplinkProject *project, const unsigned char *data, UplinkGetRangesOptions *options)
{
    unsigned char *large = malloc(SIZE), small[20], same[3];
    UplinkRange ranges[] = {
        {.offset = SIZE - 20, .bytes = small, .length = 20},
        {.offset = 0, .bytes = large, .length = SIZE},
        {.offset = SIZE - 19, .bytes = same, .length = 3},
        {.offset = 5},
    };
    FINE(get_ranges(project, "key", ranges, 4, options));
    CHECK(memcmp(large, data, SIZE) == 0);
    CHECK(memcmp(small, data + SIZE - 20, 20) == 0);
    CHECK(memcmp(same, data + SIZE - 19, 3) == 0);
    FINE(get_ranges(project, "key", NULL, 0, options));
    free(large);
}

static void refused(UplinkProject *project)
{
    unsigned char byte;
    UplinkRange range = {.offset = SIZE, .bytes = &byte, .length = 1};
    REFUSED(get_ranges(project, "key", &range, 1, NULL), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_RANGE_INVALID);
    range.offset = -1;
    REFUSED(get_ranges(project, "key", &range, 1, NULL), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_RANGE_INVALID);
    range.offset = INT64_MAX;
    REFUSED(get_ranges(project, "key", &range, 1, NULL), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_RANGE_INVALID);
    range.bytes = NULL;
    REFUSED(get_ranges(project, "key", &range, 1, NULL), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    REFUSED(get_ranges(project, "key", NULL, 1, NULL), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    REFUSED(get_ranges(project, "none", NULL, 0, NULL), UPLINK_ERROR_OBJECT_NOT_FOUND, 0);
    REFUSED(get_ranges(NULL, "key", NULL, 0, NULL), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
}

static void expected(UplinkProject *project, const unsigned char *data)
{
    UplinkGetRangesOptions options = {
        .struct_size = sizeof options, .expected_created = 1, .expected_size = SIZE, .max_gap = 100};
    unsigned char byte;
    UplinkRange range = {.offset = 7, .bytes = &byte, .length = 1};
    REFUSED(get_ranges(project, "key", &range, 1, &options), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_OBJECT_CHANGED);
    options.expected_created = 0;
    FINE(get_ranges(project, "key", &range, 1, &options));
    CHECK(byte == data[7]);
}

static void canceled(UplinkProject *project)
{
    unsigned char *memory = malloc(SIZE);
    UplinkRange range = {.offset = 0, .bytes = memory, .length = SIZE};
    UplinkOperation op = {0};
    UplinkProgress progress = {.struct_size = sizeof progress};
    uplink_start_get_ranges(&op, project, bucket, "key", 3, &range, 1, NULL);
    CHECK(uplink_operation_progress(&op, &progress));
    uplink_operation_detach(&op); /* waits until nothing writes to the memory any more */
    free(memory);
}

int main(void)
{
    strcpy(bucket, own_bucket("ranges"));
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    unsigned char *data = sample(SIZE, 1);
    put(project.project, bucket, "key", data, SIZE);
    UplinkGetRangesOptions options = {.struct_size = sizeof options, .max_gap = 1000};
    downloaded(project.project, data, NULL);
    downloaded(project.project, data, &options);
    refused(project.project);
    expected(project.project, data);
    for (int i = 0; i < 20; i++)
        canceled(project.project);
    free(data);
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
