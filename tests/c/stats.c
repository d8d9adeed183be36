/* The counts of projects and operations, and events. */
#include "check.h"

#include <stddef.h>

static char bucket[64];

static UplinkProjectStats stats_of(UplinkProject *project)
{
    UplinkProjectStats stats = {.struct_size = sizeof stats};
    FINE(uplink_project_stats(project, &stats));
    return stats;
}

static void counts(UplinkProject *project)
{
    UplinkProjectStats before = stats_of(project);
    UplinkOperation put = {0};
    UplinkOperationStats own = {.struct_size = sizeof own};
    CHECK(!uplink_operation_stats(&put, &own));
    CHECK(!uplink_operation_stats(NULL, &own));
    uplink_start_put_object(&put, project, bucket, KEY("stored"), "hello", 5, NULL);
    CHECK(uplink_operation_wait(&put, -1));
    CHECK(uplink_operation_stats(&put, &own));
    CHECK(own.struct_size == sizeof own);
    CHECK(own.bytes_sent == 5 && own.bytes_received == 0 && own.requests >= 1 && own.waited_nanoseconds >= 0);
    CHECK(!uplink_operation_stats(&put, NULL));
    UplinkRecordResult record;
    uplink_operation_take_record(&put, &record);
    FINE(record.error);
    uplink_free_record_result(record);
    CHECK(!uplink_operation_stats(&put, &own));

    UplinkObjectResult missing = uplink_stat_object(project, bucket, "missing");
    FAILS(missing.error, UPLINK_ERROR_OBJECT_NOT_FOUND, 0);
    uplink_free_object_result(missing);

    UplinkProjectStats after = stats_of(project);
    CHECK(after.calls_started == before.calls_started + 2);
    CHECK(after.calls_succeeded == before.calls_succeeded + 1);
    CHECK(after.calls_failed == before.calls_failed + 1);
    CHECK(after.calls_in_flight == 0 && after.calls_waiting == 0);
    CHECK(after.bytes_sent == before.bytes_sent + 5);
    CHECK(after.requests > before.requests && after.wire_bytes_sent > before.wire_bytes_sent);
    CHECK(after.satellite_connections >= 1);
}

/* A program that was compiled with another header has another size. */
static void sizes(UplinkProject *project)
{
    struct {
        UplinkProjectStats known;
        int64_t later;
    } longer = {.known = {.struct_size = sizeof longer}, .later = 7};
    FINE(uplink_project_stats(project, &longer.known));
    CHECK(longer.known.struct_size == sizeof longer && longer.later == 0);
    UplinkProjectStats shorter = {.struct_size = offsetof(UplinkProjectStats, calls_failed), .calls_failed = -7};
    FINE(uplink_project_stats(project, &shorter));
    CHECK(shorter.calls_started > 0 && shorter.calls_failed == -7);
    UplinkProjectStats wrong = {.struct_size = 0};
    REFUSED(uplink_project_stats(project, &wrong), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    REFUSED(uplink_project_stats(project, NULL), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    REFUSED(uplink_project_stats(NULL, &wrong), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
}

static void events(void)
{
    UplinkEvent event = {.struct_size = sizeof event};
    while (uplink_next_event(&event)) {
        CHECK(event.kind >= UPLINK_EVENT_REQUEST_REFUSED && event.kind <= UPLINK_EVENT_REPEATED);
        CHECK(event.count > 0 && event.last_nanoseconds > 0);
        CHECK(strlen(event.subject) == (size_t)event.subject_length);
    }
    CHECK(!uplink_next_event(NULL));
    CHECK(!uplink_has_events());
}

int main(void)
{
    strcpy(bucket, own_bucket("stats"));
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    counts(project.project);
    sizes(project.project);
    events();
    drop_bucket(project.project, bucket);
    FINE(uplink_close_project(project.project));
    CHECK(stats_of(project.project).satellite_connections == 0);
    uplink_free_project_result(project);
    all_returned();
    return 0;
}
