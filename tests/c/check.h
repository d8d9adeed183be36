/* Helpers of the conformance tests. A failed check prints its place, and ends the program.
 *
 * The network comes from the environment: UPLINK_TEST_ACCESS, UPLINK_TEST_SATELLITE and UPLINK_TEST_API_KEY. */
#ifndef CHECK_H
#define CHECK_H

#include "uplink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);                                    \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

/* No error is expected. */
#define FINE(error) check_fine((error), __FILE__, __LINE__)
/* An error with this code and this detail is expected. It is not freed. */
#define FAILS(error, code, detail) check_fails((error), (code), (detail), __FILE__, __LINE__)
/* The same for a call that returns only the error, which is freed. */
#define REFUSED(call, code, detail)                                                                                    \
    do {                                                                                                               \
        UplinkError *refused_ = (call);                                                                                \
        FAILS(refused_, (code), (detail));                                                                             \
        uplink_free_error(refused_);                                                                                   \
    } while (0)

/* A key and its length, for part 2 of the interface. */
#define KEY(literal) (literal), sizeof(literal) - 1

static inline void check_fine(UplinkError *error, const char *file, int line)
{
    if (error != NULL) {
        fprintf(stderr, "%s:%d: error %d, detail %d: %s\n", file, line, (int)error->code, (int)error->detail,
                error->message ? error->message : "(no message)");
        exit(1);
    }
}

static inline void check_fails(UplinkError *error, int code, int detail, const char *file, int line)
{
    if (error == NULL) {
        fprintf(stderr, "%s:%d: expected error %d, but all went well\n", file, line, code);
        exit(1);
    }
    if (error->code != code || error->detail != detail) {
        fprintf(stderr, "%s:%d: expected error %d, detail %d, but got %d, detail %d: %s\n", file, line, code, detail,
                (int)error->code, (int)error->detail, error->message ? error->message : "(no message)");
        exit(1);
    }
    if ((error->code == EOF) != (error->message == NULL)) {
        fprintf(stderr, "%s:%d: only the end of a download has no message\n", file, line);
        exit(1);
    }
}

static inline const char *setting(const char *name)
{
    const char *value = getenv(name);
    if (value == NULL || *value == 0) {
        fprintf(stderr, "%s is not set\n", name);
        exit(2);
    }
    return value;
}

/* A name that no other program uses on this network. */
static inline const char *own_bucket(const char *purpose)
{
    static char name[64];
    snprintf(name, sizeof name, "%s-%ld-%ld", purpose, (long)getpid(), (long)(time(NULL) % 100000));
    return name;
}

static inline UplinkAccessResult test_access(void)
{
    UplinkAccessResult result = uplink_parse_access(setting("UPLINK_TEST_ACCESS"));
    FINE(result.error);
    CHECK(result.access != NULL && result.access->_handle != 0);
    return result;
}

static inline UplinkProjectResult test_project(void)
{
    UplinkAccessResult access = test_access();
    UplinkProjectResult result = uplink_open_project(access.access);
    FINE(result.error);
    CHECK(result.project != NULL && result.project->_handle != 0);
    uplink_free_access_result(access);
    return result;
}

static inline void make_bucket(UplinkProject *project, const char *bucket)
{
    UplinkBucketResult result = uplink_ensure_bucket(project, bucket);
    FINE(result.error);
    uplink_free_bucket_result(result);
}

static inline void drop_bucket(UplinkProject *project, const char *bucket)
{
    UplinkBucketResult result = uplink_delete_bucket_with_objects(project, bucket);
    FINE(result.error);
    uplink_free_bucket_result(result);
}

/* Bytes that depend on their position and the seed. */
static inline unsigned char *sample(size_t length, unsigned seed)
{
    unsigned char *bytes = malloc(length + 1);
    unsigned state = seed * 2654435761u + 1;
    CHECK(bytes != NULL);
    for (size_t i = 0; i < length; i++) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = (unsigned char)(state >> 24);
    }
    return bytes;
}

static inline void put(UplinkProject *project, const char *bucket, const char *key, const void *bytes, size_t length)
{
    UplinkUploadResult upload = uplink_upload_object(project, bucket, key, NULL);
    FINE(upload.error);
    for (size_t done = 0; done < length;) {
        UplinkWriteResult result = uplink_upload_write(upload.upload, (char *)bytes + done, length - done);
        FINE(result.error);
        CHECK(result.bytes_written > 0);
        done += result.bytes_written;
        uplink_free_write_result(result);
    }
    FINE(uplink_upload_commit(upload.upload));
    uplink_free_upload_result(upload);
}

/* Reads to the end and returns the number of bytes. */
static inline size_t read_all(UplinkDownload *download, unsigned char *target, size_t capacity)
{
    size_t total = 0;
    for (;;) {
        UplinkReadResult result = uplink_download_read(download, target + total, capacity - total);
        total += result.bytes_read;
        if (result.error != NULL) {
            FAILS(result.error, EOF, 0);
            uplink_free_read_result(result);
            return total;
        }
        CHECK(total < capacity);
        uplink_free_read_result(result);
    }
}

static inline size_t get(UplinkProject *project, const char *bucket, const char *key, UplinkDownloadOptions *options,
                         unsigned char *target, size_t capacity)
{
    UplinkDownloadResult download = uplink_download_object(project, bucket, key, options);
    FINE(download.error);
    size_t total = read_all(download.download, target, capacity);
    FINE(uplink_close_download(download.download));
    uplink_free_download_result(download);
    return total;
}

/* Waits for the background after everything was freed. Then no handle may be left. */
static inline void all_returned(void)
{
    for (int i = 0; i < 500 && uplink_detached_operations() > 0; i++) {
        struct timespec pause = {0, 10 * 1000 * 1000};
        nanosleep(&pause, NULL);
    }
    CHECK(uplink_detached_operations() == 0);
    CHECK(uplink_internal_UniverseIsEmpty());
}

static inline void close_project(UplinkProjectResult project)
{
    FINE(uplink_close_project(project.project));
    uplink_free_project_result(project);
}

#endif
