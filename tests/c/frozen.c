/* A frozen network: canceled operations return at once, and those that cannot be stopped go on in the background.
 *
 * UPLINK_TEST_PID is the process of the network, which is stopped. Without it, nothing is tested. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <signal.h>

/* Microseconds. A call that waits for the network would wait for ever; a loaded machine may be late. */
enum { LARGE = 64 << 20, SOON = 5000000 };

static char bucket[64];
static pid_t network;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void thaw(void) { kill(network, SIGCONT); }

static void freeze(void)
{
    struct timespec pause = {0, 50 * 1000 * 1000}; /* until all of its threads have stopped */
    char path[64], state = 0;
    CHECK(kill(network, SIGSTOP) == 0);
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)network);
    while (state != 'T') {
        FILE *file = fopen(path, "r");
        CHECK(file != NULL);
        CHECK(fscanf(file, "%*d (%*[^)]) %c", &state) == 1);
        fclose(file);
        nanosleep(&pause, NULL);
    }
}

/* The operation waits; after it is canceled, it ends soon. */
static void ends_when_canceled(const char *what, UplinkOperation *operation)
{
    CHECK(!uplink_operation_wait(operation, 50000));
    double start = now();
    uplink_operation_cancel(operation);
    CHECK(uplink_operation_wait(operation, SOON));
    printf("%-16s %6.2f ms\n", what, now() - start);
}

/* The operation waits, even after it is canceled; detaching it returns at once. */
static void is_detached(const char *what, UplinkOperation *operation)
{
    CHECK(!uplink_operation_wait(operation, 50000));
    uplink_operation_cancel(operation);
    bool ended = uplink_operation_wait(operation, 50000);
    double start = now();
    uplink_operation_detach(operation);
    CHECK(now() - start < SOON / 1e3);
    printf("%-16s %s\n", what, ended ? "ended" : "detached");
}

static UplinkUploadResult begun(UplinkProject *project, const char *key, unsigned char *bytes)
{
    UplinkUploadResult upload = uplink_upload_object(project, bucket, key, NULL);
    FINE(upload.error);
    UplinkWriteResult written = uplink_upload_write(upload.upload, bytes, 3 << 20);
    FINE(written.error);
    uplink_free_write_result(written);
    return upload;
}

static void canceled_error(UplinkError *error)
{
    FAILS(error, UPLINK_ERROR_CANCELED, 0);
}

int main(void)
{
    if (getenv("UPLINK_TEST_PID") == NULL) {
        printf("UPLINK_TEST_PID is not set: skipped\n");
        return 0;
    }
    network = (pid_t)atol(getenv("UPLINK_TEST_PID"));
    CHECK(network > 1);
    strcpy(bucket, own_bucket("frozen"));
    unsigned char *bytes = sample(LARGE, 9), *back = malloc(LARGE);
    UplinkProjectResult project = test_project();
    UplinkProject *p = project.project;
    make_bucket(p, bucket);
    put(p, bucket, "large", bytes, LARGE);
    put(p, bucket, "small", bytes, 10);

    UplinkUploadResult writing = begun(p, "writing", bytes), committing = begun(p, "committing", bytes),
                       aborting = begun(p, "aborting", bytes), freed = begun(p, "freed", bytes);
    UplinkDownloadResult reading = uplink_download_object(p, bucket, "large", NULL),
                         dropped = uplink_download_object(p, bucket, "large", NULL),
                         closing = uplink_download_object(p, bucket, "large", NULL);
    FINE(reading.error);
    FINE(dropped.error);
    FINE(closing.error);
    uplink_free_read_result(uplink_download_read(closing.download, back, 1));
    uplink_free_read_result(uplink_download_read(reading.download, back, 1));
    uplink_free_read_result(uplink_download_read(dropped.download, back, 1));

    atexit(thaw);
    freeze();
    UplinkOperation op = {0};
    UplinkObjectResult object;
    UplinkRecordResult record;
    UplinkObjectPageResult page;
    UplinkWriteResult written;
    UplinkReadResult got;
    UplinkDownloadResult download;

    uplink_start_stat_object(&op, p, bucket, KEY("small"), NULL);
    ends_when_canceled("stat", &op);
    uplink_operation_take_record(&op, &record);
    canceled_error(record.error);
    uplink_free_record_result(record);

    uplink_start_list_objects(&op, p, bucket, NULL);
    ends_when_canceled("list", &op);
    uplink_operation_take_object_page(&op, &page);
    canceled_error(page.error);
    uplink_free_object_page_result(page);

    uplink_start_download_object(&op, p, bucket, KEY("large"), NULL);
    ends_when_canceled("download", &op);
    uplink_operation_take_download(&op, &download);
    canceled_error(download.error);
    uplink_free_download_result(download);

    uplink_start_upload_write(&op, writing.upload, bytes, LARGE);
    ends_when_canceled("write", &op);
    uplink_operation_take_write(&op, &written);
    canceled_error(written.error);
    uplink_free_write_result(written);

    uplink_start_download_read(&op, reading.download, back, LARGE);
    ends_when_canceled("read", &op);
    uplink_operation_take_read(&op, &got);
    canceled_error(got.error);
    uplink_free_read_result(got);

    UplinkUploadRecordResult pending;
    uplink_start_begin_upload(&op, p, bucket, KEY("pending"), NULL);
    ends_when_canceled("begin upload", &op);
    uplink_operation_take_upload_record(&op, &pending);
    canceled_error(pending.error);
    uplink_free_upload_record_result(pending);

    uplink_start_upload_commit(&op, committing.upload);
    is_detached("commit", &op);
    uplink_start_upload_abort(&op, aborting.upload);
    is_detached("abort", &op);

    /* Closing a download does not use the network, and freeing does not wait. */
    double start = now();
    uplink_start_close_download(&op, closing.download);
    CHECK(uplink_operation_wait(&op, SOON));
    printf("%-16s %6.2f ms\n", "close", now() - start);
    uplink_operation_detach(&op);
    start = now();
    uplink_free_upload_result(writing);
    uplink_free_upload_result(committing);
    uplink_free_upload_result(aborting);
    uplink_free_upload_result(freed);
    uplink_free_download_result(reading);
    uplink_free_download_result(dropped);
    uplink_free_download_result(closing);
    uplink_free_project_result(project);
    CHECK(now() - start < SOON / 1e3);
    printf("%-16s %6.2f ms\n", "free", now() - start);
    CHECK(uplink_internal_UniverseIsEmpty());
    CHECK(uplink_detached_operations() > 0);

    thaw();
    start = now();
    all_returned();
    printf("%-16s %6.2f ms\n", "thawed", now() - start);

    project = test_project();
    UplinkUploadPageResult pages;
    UplinkListPageOptions all = {.struct_size = sizeof all, .recursive = true};
    uplink_start_list_uploads(&op, project.project, bucket, &all);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_upload_page(&op, &pages);
    FINE(pages.error);
    for (size_t i = 0; i < pages.page->count; i++)
        CHECK(strcmp(pages.page->items[i].record.key, "pending") != 0);
    uplink_free_upload_page_result(pages);
    const char *never[] = {"writing", "committing", "aborting", "freed"};
    for (int i = 0; i < 4; i++) {
        object = uplink_stat_object(project.project, bucket, never[i]);
        FAILS(object.error, UPLINK_ERROR_OBJECT_NOT_FOUND, 0);
        uplink_free_object_result(object);
    }
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    free(bytes);
    free(back);
    return 0;
}
