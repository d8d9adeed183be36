/* Settings of buckets: location, tags and notifications. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

static char bucket[64];

static UplinkTagsResult take_tags(UplinkOperation *op)
{
    UplinkTagsResult result;
    uplink_operation_take_tags(op, &result);
    return result;
}

static UplinkNotificationResult take_notification(UplinkOperation *op)
{
    UplinkNotificationResult result;
    uplink_operation_take_notification(op, &result);
    return result;
}

static UplinkError *take_error(UplinkOperation *op)
{
    UplinkError *error;
    uplink_operation_take_error(op, &error);
    return error;
}

static bool is(UplinkText text, const char *expected)
{
    return text.length == strlen(expected) && memcmp(text.data, expected, text.length) == 0;
}

static void location(UplinkProject *project)
{
    UplinkOperation op = {0};
    UplinkTextResult result;
    uplink_start_get_bucket_location(&op, project, bucket);
    uplink_operation_wait(&op, -1);
    uplink_operation_take_text(&op, &result);
    FINE(result.error);
    CHECK(result.text.data != NULL && strlen(result.text.data) == result.text.length);
    uplink_free_text_result(result);

    uplink_start_get_bucket_location(&op, project, "not-there");
    uplink_operation_wait(&op, -1);
    uplink_operation_take_text(&op, &result);
    FAILS(result.error, UPLINK_ERROR_BUCKET_NOT_FOUND, 0);
    CHECK(result.text.data == NULL && result.text.length == 0);
    uplink_free_text_result(result);
}

static void refuses_tags(UplinkProject *project, UplinkTags tags, int detail)
{
    UplinkOperation op = {0};
    uplink_start_set_bucket_tagging(&op, project, bucket, tags);
    uplink_operation_wait(&op, -1);
    REFUSED(take_error(&op), UPLINK_ERROR_INTERNAL, detail);
}

static void tags(UplinkProject *project)
{
    UplinkOperation op = {0};
    UplinkTag items[] = {{{"b", 1}, {"1", 1}}, {{"a", 1}, {NULL, 0}}, {{"b", 1}, {"2", 1}}};
    uplink_start_get_bucket_tagging(&op, project, bucket);
    uplink_operation_wait(&op, -1);
    UplinkTagsResult found = take_tags(&op);
    FAILS(found.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_TAGS_NOT_FOUND);
    CHECK(found.tags == NULL);
    uplink_free_tags_result(found);

    uplink_start_set_bucket_tagging(&op, project, bucket, (UplinkTags){items, 2});
    uplink_operation_wait(&op, -1);
    FINE(take_error(&op));
    uplink_start_get_bucket_tagging(&op, project, bucket);
    uplink_operation_wait(&op, -1);
    found = take_tags(&op);
    FINE(found.error);
    CHECK(found.tags->count == 2);
    CHECK(is(found.tags->items[0].key, "b") && is(found.tags->items[0].value, "1"));
    CHECK(is(found.tags->items[1].key, "a") && is(found.tags->items[1].value, ""));
    uplink_free_tags_result(found);

    refuses_tags(project, (UplinkTags){items, 3}, UPLINK_DETAIL_TAGS_INVALID);
    items[0].key = (UplinkText){"a\0b", 3};
    refuses_tags(project, (UplinkTags){items, 1}, UPLINK_DETAIL_TAGS_INVALID);
    items[0].key = (UplinkText){NULL, 0};
    refuses_tags(project, (UplinkTags){items, 1}, UPLINK_DETAIL_TAGS_INVALID);
    items[0].key = (UplinkText){NULL, 1};
    refuses_tags(project, (UplinkTags){items, 1}, UPLINK_DETAIL_INVALID_ARGUMENT);
    refuses_tags(project, (UplinkTags){NULL, 1}, UPLINK_DETAIL_INVALID_ARGUMENT);
    refuses_tags(project, (UplinkTags){items, SIZE_MAX}, UPLINK_DETAIL_INVALID_ARGUMENT);

    uplink_start_set_bucket_tagging(&op, project, bucket, (UplinkTags){NULL, 0});
    uplink_operation_wait(&op, -1);
    FINE(take_error(&op));
    uplink_start_get_bucket_tagging(&op, NULL, bucket);
    uplink_operation_wait(&op, -1);
    found = take_tags(&op);
    FAILS(found.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_tags_result(found);
}

static void refuses_notification(UplinkProject *project, UplinkNotificationConfiguration *configuration, int detail)
{
    UplinkOperation op = {0};
    uplink_start_set_bucket_notification_configuration(&op, project, bucket, configuration);
    uplink_operation_wait(&op, -1);
    REFUSED(take_error(&op), UPLINK_ERROR_INTERNAL, detail);
}

static void notifications(UplinkProject *project)
{
    UplinkOperation op = {0};
    uplink_start_get_bucket_notification_configuration(&op, project, bucket);
    uplink_operation_wait(&op, -1);
    UplinkNotificationResult found = take_notification(&op);
    FINE(found.error);
    CHECK(found.configuration == NULL);
    uplink_free_notification_result(found);
    uplink_start_get_bucket_notification_configuration(&op, project, "not-there");
    uplink_operation_wait(&op, -1);
    found = take_notification(&op);
    FAILS(found.error, UPLINK_ERROR_BUCKET_NOT_FOUND, 0);
    uplink_free_notification_result(found);

    UplinkText events[] = {{"s3:ObjectCreated:*", 18}, {"s3:ObjectRemoved:*", 18}};
    UplinkNotificationConfiguration configuration = {
        sizeof configuration, {"id", 2}, {"topic", 5}, events, 2, {NULL, 0}, {".jpg", 4}};
    refuses_notification(project, &configuration, UPLINK_DETAIL_NOTIFICATIONS_UNSUPPORTED);
    refuses_notification(project, NULL, UPLINK_DETAIL_NOTIFICATIONS_UNSUPPORTED);
    configuration.id = (UplinkText){"\xff", 1};
    refuses_notification(project, &configuration, UPLINK_DETAIL_INVALID_ARGUMENT);
    configuration.id = (UplinkText){NULL, 0};
    configuration.events = NULL;
    refuses_notification(project, &configuration, UPLINK_DETAIL_INVALID_ARGUMENT);
    configuration.event_count = 0;
    configuration.struct_size = 0;
    refuses_notification(project, &configuration, UPLINK_DETAIL_INVALID_ARGUMENT);
}

int main(void)
{
    strcpy(bucket, own_bucket("settings"));
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    location(project.project);
    tags(project.project);
    notifications(project.project);
    uplink_free_text_result((UplinkTextResult){0});
    uplink_free_tags_result((UplinkTagsResult){0});
    uplink_free_notification_result((UplinkNotificationResult){0});
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
