/* One project, used from many threads at once. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <pthread.h>

enum { THREADS = 64, ROUNDS = 3, SIZE = 6000 };

static char bucket[64];
static UplinkProject *shared;

static void *work(void *argument)
{
    int number = *(int *)argument;
    char key[32];
    unsigned char *bytes = sample(SIZE, (unsigned)number), back[SIZE + 1];
    sprintf(key, "thread/%d", number);
    for (int round = 0; round < ROUNDS; round++) {
        put(shared, bucket, key, bytes, SIZE);
        CHECK(get(shared, bucket, key, NULL, back, sizeof back) == SIZE && memcmp(bytes, back, SIZE) == 0);
        UplinkObjectResult object = uplink_stat_object(shared, bucket, key);
        FINE(object.error);
        uplink_free_object_result(object);
        object = uplink_delete_object(shared, bucket, key);
        FINE(object.error);
        CHECK(object.object != NULL);
        uplink_free_object_result(object);
    }
    free(bytes);
    return NULL;
}

/* Closing a project that is in use ends the calls on it. */
static void *interrupted(void *argument)
{
    (void)argument;
    for (;;) {
        UplinkObjectResult object = uplink_stat_object(shared, bucket, "missing");
        CHECK(object.error != NULL);
        int code = object.error->code;
        CHECK(code == UPLINK_ERROR_OBJECT_NOT_FOUND || code == UPLINK_ERROR_CANCELED);
        uplink_free_object_result(object);
        if (code == UPLINK_ERROR_CANCELED) {
            return NULL;
        }
    }
}

static void start(pthread_t *threads, int *numbers, void *(*run)(void *), int count)
{
    for (int i = 0; i < count; i++) {
        numbers[i] = i;
        CHECK(pthread_create(&threads[i], NULL, run, &numbers[i]) == 0);
    }
}

int main(void)
{
    pthread_t threads[THREADS];
    int numbers[THREADS];
    strcpy(bucket, own_bucket("threads"));
    UplinkProjectResult project = test_project();
    shared = project.project;
    make_bucket(shared, bucket);
    start(threads, numbers, work, THREADS);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }

    start(threads, numbers, interrupted, 8);
    struct timespec pause = {0, 50 * 1000 * 1000};
    nanosleep(&pause, NULL);
    FINE(uplink_close_project(project.project));
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
    }
    uplink_free_project_result(project);

    project = test_project();
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
