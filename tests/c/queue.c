/* The queue of ended operations. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <fcntl.h>
#include <poll.h>

static char bucket[64];

static void queue(UplinkProject *project)
{
    enum { COUNT = 40 };
    int ends[2];
    char byte;
    UplinkOperation ops[COUNT] = {{0}}, out[7];
    CHECK(pipe(ends) == 0);
    CHECK(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);

    UplinkQueueResult bad = uplink_open_queue(-1);
    FAILS(bad.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_queue_result(bad);
    UplinkQueueResult queue = uplink_open_queue(ends[1]);
    FINE(queue.error);
    CHECK(uplink_queue_drain(queue.queue, out, 7) == 0);
    for (int i = 0; i < COUNT; i++) {
        ops[i].queue = queue.queue;
        uplink_start_stat_object(&ops[i], project, bucket, i % 2 ? "stored" : "missing", i % 2 ? 6 : 7, NULL);
    }
    int reported = 0;
    while (reported < COUNT) {
        struct pollfd wake = {ends[0], POLLIN, 0};
        CHECK(poll(&wake, 1, 20000) == 1);
        while (read(ends[0], &byte, 1) == 1) {
        }
        size_t count;
        do {
            count = uplink_queue_drain(queue.queue, out, 7);
            for (size_t i = 0; i < count; i++) {
                CHECK(uplink_operation_wait(&out[i], 0));
                UplinkRecordResult object;
                uplink_operation_take_record(&out[i], &object);
                CHECK(object.error == NULL || object.error->code == UPLINK_ERROR_OBJECT_NOT_FOUND);
                uplink_free_record_result(object);
                reported++;
            }
        } while (count == 7);
    }
    CHECK(reported == COUNT);

    /* The queue also reports an operation that is refused at its start. */
    uplink_start_stat_object(&ops[0], NULL, bucket, KEY("missing"), NULL);
    CHECK(read(ends[0], &byte, 1) == 1);
    CHECK(uplink_queue_drain(queue.queue, out, 7) == 1 && out[0]._handle == ops[0]._handle);
    uplink_operation_detach(&ops[0]);

    /* A freed queue writes nothing more, and operations that are started with it are refused. */
    uplink_start_stat_object(&ops[1], project, bucket, KEY("missing"), NULL);
    UplinkQueue copy = *queue.queue;
    uplink_free_queue_result(queue);
    while (read(ends[0], &byte, 1) == 1) {
    }
    CHECK(uplink_operation_wait(&ops[1], -1));
    CHECK(read(ends[0], &byte, 1) == -1);
    CHECK(uplink_queue_drain(&copy, out, 7) == 0);
    uplink_operation_detach(&ops[1]);
    ops[2].queue = &copy;
    uplink_start_stat_object(&ops[2], project, bucket, KEY("missing"), NULL);
    UplinkRecordResult refused;
    CHECK(uplink_operation_wait(&ops[2], 0));
    uplink_operation_take_record(&ops[2], &refused);
    FAILS(refused.error, UPLINK_ERROR_INVALID_HANDLE, 0);
    uplink_free_record_result(refused);
    close(ends[0]);
    close(ends[1]);
}

/* Waits for results, and copies the first one. */
static UplinkSmallResult first_result(UplinkQueue *queue, UplinkSmallResults *results, int wake)
{
    char byte;
    struct pollfd ready = {wake, POLLIN, 0};
    CHECK(poll(&ready, 1, 20000) == 1);
    while (read(wake, &byte, 1) == 1) {
    }
    uplink_queue_results(queue, results);
    CHECK(results->count == 1);
    return results->items[0];
}

static void small_calls(UplinkProject *project)
{
    int ends[2];
    UplinkSmallResults results = {0};
    CHECK(pipe(ends) == 0);
    CHECK(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0);
    UplinkQueueResult queue = uplink_open_queue(ends[1]);
    FINE(queue.error);
    uplink_queue_results(queue.queue, &results);
    CHECK(results.count == 0);

    size_t length = strlen(bucket);
    char texts[200];
    snprintf(texts, sizeof texts, "%ssmallbytes%ssmall", bucket, bucket);
    UplinkSmallCall put = {.tag = 1, .project = project, .is_put = true, .bucket_length = length, .key_length = 5, .size = 5};
    UplinkSmallCall get = {.tag = 2, .project = project, .bucket_length = length, .key_length = 5, .size = 100};
    uplink_queue_start(queue.queue, &put, 1, texts, strlen(texts));
    UplinkSmallResult stored = first_result(queue.queue, &results, ends[0]);
    FINE(stored.error);
    CHECK(stored.tag == 1 && stored.record->key_length == 5 && stored.record->system.content_length == 5);

    /* A tag that was used is not started again. */
    UplinkSmallCall both[] = {put, get};
    uplink_queue_start(queue.queue, both, 2, texts, strlen(texts));
    UplinkSmallResult got = first_result(queue.queue, &results, ends[0]);
    FINE(got.error);
    CHECK(got.tag == 2 && got.record == NULL && got.length == 5 && memcmp(got.bytes, "bytes", 5) == 0);
    uplink_queue_results(queue.queue, &results);
    CHECK(results.count == 0);

    /* An object of more bytes is an open download. */
    get.tag = 3;
    get.size = 4;
    uplink_queue_start(queue.queue, &get, 1, texts + length + 10, length + 5);
    got = first_result(queue.queue, &results, ends[0]);
    FINE(got.error);
    CHECK(got.download != NULL && got.bytes == NULL);

    /* Texts that end too early, a put of too many bytes, and no project. */
    get.tag = 4;
    uplink_queue_start(queue.queue, &get, 1, texts, 3);
    got = first_result(queue.queue, &results, ends[0]);
    FAILS(got.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    char large[5000] = "keyedkey";
    put.tag = 5;
    put.bucket_length = 5;
    put.key_length = 3;
    put.size = 4097;
    uplink_queue_start(queue.queue, &put, 1, large, sizeof large);
    got = first_result(queue.queue, &results, ends[0]);
    FAILS(got.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    get.tag = 6;
    get.project = NULL;
    uplink_queue_start(queue.queue, &get, 1, texts, strlen(texts));
    got = first_result(queue.queue, &results, ends[0]);
    FAILS(got.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);

    /* Canceled calls have no result, and those of a freed queue go with it. */
    get.project = project;
    get.tag = 7;
    uplink_queue_start(queue.queue, &get, 1, texts, strlen(texts));
    uplink_queue_cancel(queue.queue, 7);
    get.tag = 8;
    uplink_queue_start(queue.queue, &get, 1, texts, strlen(texts));
    UplinkQueue copy = *queue.queue;
    uplink_free_queue_result(queue);
    get.tag = 9;
    uplink_queue_start(&copy, &get, 1, texts, strlen(texts));
    uplink_queue_cancel(&copy, 9);
    uplink_queue_results(&copy, &results);
    CHECK(results.count == 0);
    uplink_free_small_results(&results);
    uplink_free_small_results(&results);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    strcpy(bucket, own_bucket("queue"));
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    put(project.project, bucket, "stored", "meow", 4);
    queue(project.project);
    small_calls(project.project);
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
