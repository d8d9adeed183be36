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

int main(void)
{
    strcpy(bucket, own_bucket("queue"));
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    put(project.project, bucket, "stored", "meow", 4);
    queue(project.project);
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
