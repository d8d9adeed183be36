/* Objects: upload, download in whole and in part, stat, list, delete. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

static char bucket[64];

static UplinkCustomMetadataEntry entries[] = {
    {"colour", 6, "blue", 4},
    {"empty", 5, "", 0},
    {"title", 5, "caf\xc3\xa9", 5},
};
enum { TOO_LARGE = (1 << 20) + 1 };
static UplinkCustomMetadata metadata = {entries, 3};

static void has_metadata(UplinkObject *object)
{
    CHECK(object->custom.count == 3);
    for (int i = 0; i < 3; i++) {
        CHECK(object->custom.entries[i].key_length == entries[i].key_length);
        CHECK(object->custom.entries[i].value_length == entries[i].value_length);
        CHECK(strcmp(object->custom.entries[i].key, entries[i].key) == 0);
        CHECK(strcmp(object->custom.entries[i].value, entries[i].value) == 0);
    }
}

static void round_trip(UplinkProject *project, size_t length)
{
    unsigned char *bytes = sample(length, (unsigned)length), *back = malloc(length + 16);
    UplinkUploadOptions options = {time(NULL) + 86400};
    UplinkUploadResult upload = uplink_upload_object(project, bucket, "round/trip", &options);
    FINE(upload.error);
    for (size_t done = 0; done < length;) {
        size_t piece = length - done < 100000 ? length - done : 100000;
        UplinkWriteResult written = uplink_upload_write(upload.upload, bytes + done, piece);
        FINE(written.error);
        CHECK(written.bytes_written == piece);
        done += piece;
        uplink_free_write_result(written);
    }
    FINE(uplink_upload_set_custom_metadata(upload.upload, metadata));

    UplinkObjectResult info = uplink_upload_info(upload.upload);
    FINE(info.error);
    CHECK(strcmp(info.object->key, "round/trip") == 0);
    has_metadata(info.object);
    uplink_free_object_result(info);

    FINE(uplink_upload_commit(upload.upload));
    info = uplink_upload_info(upload.upload);
    FINE(info.error);
    CHECK(info.object->system.content_length == (int64_t)length);
    CHECK(info.object->system.created >= time(NULL) - 60);
    has_metadata(info.object);
    uplink_free_object_result(info);
    uplink_free_upload_result(upload);

    UplinkObjectResult stat = uplink_stat_object(project, bucket, "round/trip");
    FINE(stat.error);
    CHECK(strcmp(stat.object->key, "round/trip") == 0 && !stat.object->is_prefix);
    CHECK(stat.object->system.content_length == (int64_t)length);
    CHECK(stat.object->system.expires == options.expires);
    has_metadata(stat.object);
    uplink_free_object_result(stat);

    UplinkDownloadResult download = uplink_download_object(project, bucket, "round/trip", NULL);
    FINE(download.error);
    info = uplink_download_info(download.download);
    FINE(info.error);
    CHECK(info.object->system.content_length == (int64_t)length);
    has_metadata(info.object);
    uplink_free_object_result(info);
    CHECK(read_all(download.download, back, length + 16) == length);
    CHECK(memcmp(bytes, back, length) == 0);
    FINE(uplink_close_download(download.download));
    FINE(uplink_close_download(download.download));
    UplinkReadResult closed = uplink_download_read(download.download, back, 1);
    FAILS(closed.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_read_result(closed);
    uplink_free_download_result(download);
    free(bytes);
    free(back);
}

static void ranges(UplinkProject *project)
{
    enum { SIZE = 20000 };
    unsigned char *bytes = sample(SIZE, 7), back[SIZE + 1];
    put(project, bucket, "ranges", bytes, SIZE);
    const struct {
        int64_t offset, length;
        size_t from, count;
    } good[] = {
        {0, -1, 0, SIZE},         {0, 0, 0, 0},      {0, 1, 0, 1},          {5000, 10000, 5000, 10000},
        {19999, -1, 19999, 1},    {19990, 100, 19990, 10}, {-10, -1, SIZE - 10, 10}, {-2 * SIZE, -1, 0, SIZE},
        {1, INT64_MAX, 1, SIZE - 1},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        UplinkDownloadOptions options = {good[i].offset, good[i].length};
        CHECK(get(project, bucket, "ranges", &options, back, sizeof back) == good[i].count);
        CHECK(memcmp(back, bytes + good[i].from, good[i].count) == 0);
    }
    const struct {
        int64_t offset, length;
        int detail;
    } bad[] = {
        {-10, 5, UPLINK_DETAIL_INVALID_ARGUMENT},
        {-10, 0, UPLINK_DETAIL_INVALID_ARGUMENT},
        {SIZE + 1, -1, UPLINK_DETAIL_RANGE_INVALID},
        {SIZE + 1, 10, UPLINK_DETAIL_RANGE_INVALID},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        UplinkDownloadOptions options = {bad[i].offset, bad[i].length};
        UplinkDownloadResult download = uplink_download_object(project, bucket, "ranges", &options);
        FAILS(download.error, UPLINK_ERROR_INTERNAL, bad[i].detail);
        CHECK(download.download == NULL);
        uplink_free_download_result(download);
    }
    free(bytes);
}

static void ended_uploads(UplinkProject *project)
{
    UplinkUploadResult upload = uplink_upload_object(project, bucket, "once", NULL);
    FINE(upload.error);
    FINE(uplink_upload_commit(upload.upload));
    REFUSED(uplink_upload_commit(upload.upload), UPLINK_ERROR_UPLOAD_DONE, 0);
    REFUSED(uplink_upload_abort(upload.upload), UPLINK_ERROR_UPLOAD_DONE, 0);
    REFUSED(uplink_upload_set_custom_metadata(upload.upload, metadata), UPLINK_ERROR_UPLOAD_DONE, 0);
    UplinkWriteResult written = uplink_upload_write(upload.upload, "x", 1);
    FAILS(written.error, UPLINK_ERROR_UPLOAD_DONE, 0);
    CHECK(written.bytes_written == 0);
    uplink_free_write_result(written);
    uplink_free_upload_result(upload);

    for (size_t length = 1; length < 200000; length += 100000) {
        unsigned char *bytes = sample(length, 3);
        upload = uplink_upload_object(project, bucket, "never", NULL);
        FINE(upload.error);
        uplink_free_write_result(uplink_upload_write(upload.upload, bytes, length));
        FINE(uplink_upload_abort(upload.upload));
        REFUSED(uplink_upload_abort(upload.upload), UPLINK_ERROR_UPLOAD_DONE, 0);
        REFUSED(uplink_upload_commit(upload.upload), UPLINK_ERROR_UPLOAD_DONE, 0);
        written = uplink_upload_write(upload.upload, "", 0);
        FAILS(written.error, UPLINK_ERROR_UPLOAD_DONE, 0);
        uplink_free_write_result(written);
        uplink_free_upload_result(upload);

        /* Freeing an upload that was not committed aborts it. */
        upload = uplink_upload_object(project, bucket, "never", NULL);
        FINE(upload.error);
        uplink_free_write_result(uplink_upload_write(upload.upload, bytes, length));
        uplink_free_upload_result(upload);
        UplinkObjectResult stat = uplink_stat_object(project, bucket, "never");
        FAILS(stat.error, UPLINK_ERROR_OBJECT_NOT_FOUND, 0);
        uplink_free_object_result(stat);
        free(bytes);
    }
}

static void wrong_arguments(UplinkProject *project)
{
    UplinkUploadResult upload = uplink_upload_object(NULL, bucket, "key", NULL);
    FAILS(upload.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    CHECK(upload.upload == NULL);
    uplink_free_upload_result(upload);
    upload = uplink_upload_object(project, "", "key", NULL);
    FAILS(upload.error, UPLINK_ERROR_BUCKET_NAME_INVALID, 0);
    uplink_free_upload_result(upload);
    upload = uplink_upload_object(project, bucket, "", NULL);
    FAILS(upload.error, UPLINK_ERROR_OBJECT_KEY_INVALID, 0);
    uplink_free_upload_result(upload);
    UplinkDownloadResult download = uplink_download_object(project, bucket, NULL, NULL);
    FAILS(download.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_download_result(download);
    download = uplink_download_object(project, bucket, "missing", NULL);
    FAILS(download.error, UPLINK_ERROR_OBJECT_NOT_FOUND, 0);
    uplink_free_download_result(download);
    UplinkObjectResult stat = uplink_stat_object(project, bucket, "");
    FAILS(stat.error, UPLINK_ERROR_OBJECT_KEY_INVALID, 0);
    uplink_free_object_result(stat);

    /* A missing bucket is reported when the upload reaches the satellite. */
    upload = uplink_upload_object(project, "no-such-bucket-at-all", "key", NULL);
    FINE(upload.error);
    REFUSED(uplink_upload_commit(upload.upload), UPLINK_ERROR_BUCKET_NOT_FOUND, 0);
    uplink_free_upload_result(upload);

    UplinkUpload no_upload = {(size_t)1 << 40};
    UplinkDownload no_download = {(size_t)1 << 40};
    UplinkWriteResult written = uplink_upload_write(&no_upload, "x", 1);
    FAILS(written.error, UPLINK_ERROR_INVALID_HANDLE, 0);
    uplink_free_write_result(written);
    written = uplink_upload_write(NULL, "x", 1);
    FAILS(written.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_write_result(written);
    REFUSED(uplink_upload_commit(&no_upload), UPLINK_ERROR_INVALID_HANDLE, 0);
    REFUSED(uplink_close_download(&no_download), UPLINK_ERROR_INVALID_HANDLE, 0);
    FINE(uplink_close_download(NULL));

    upload = uplink_upload_object(project, bucket, "never", NULL);
    FINE(upload.error);
    written = uplink_upload_write(upload.upload, NULL, 5);
    FAILS(written.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_write_result(written);
    const size_t lengths[] = {SIZE_MAX, SIZE_MAX / 2};
    for (int i = 0; i < 2; i++) {
        written = uplink_upload_write(upload.upload, "x", lengths[i]);
        FAILS(written.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
        uplink_free_write_result(written);
        UplinkCustomMetadataEntry long_key = {"key", lengths[i], "", 0}, long_value = {"key", 3, "", lengths[i]};
        REFUSED(uplink_upload_set_custom_metadata(upload.upload, (UplinkCustomMetadata){&long_key, 1}),
                UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
        REFUSED(uplink_upload_set_custom_metadata(upload.upload, (UplinkCustomMetadata){&long_value, 1}),
                UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
        REFUSED(uplink_upload_set_custom_metadata(upload.upload, (UplinkCustomMetadata){&long_value, lengths[i]}),
                UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    }
    UplinkUploadOptions beyond = {INT64_MAX};
    UplinkUploadResult refused = uplink_upload_object(project, bucket, "never", &beyond);
    FAILS(refused.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    CHECK(strstr(refused.error->message, "expires") != NULL);
    uplink_free_upload_result(refused);
    written = uplink_upload_write(upload.upload, NULL, 0);
    FINE(written.error);
    uplink_free_write_result(written);
    UplinkCustomMetadataEntry not_text = {"key", 3, "\xff\xfe", 2}, with_nul = {"a\0b", 3, "", 0}, no_key = {"", 0, "x", 1};
    unsigned char *long_text = sample(TOO_LARGE, 1);
    UplinkCustomMetadataEntry too_large = {"key", 3, (char *)long_text, TOO_LARGE};
    UplinkCustomMetadataEntry *wrong[] = {&not_text, &with_nul, &no_key, &too_large};
    for (int i = 0; i < 4; i++) {
        UplinkCustomMetadata custom = {wrong[i], 1};
        REFUSED(uplink_upload_set_custom_metadata(upload.upload, custom), UPLINK_ERROR_INTERNAL,
                UPLINK_DETAIL_INVALID_METADATA);
        REFUSED(uplink_update_object_metadata(project, bucket, "round/trip", custom, NULL), UPLINK_ERROR_INTERNAL,
                UPLINK_DETAIL_INVALID_METADATA);
    }
    free(long_text);
    uplink_free_upload_result(upload);
}

static void changed_metadata(UplinkProject *project)
{
    UplinkCustomMetadataEntry one = {"only", 4, "this", 4};
    UplinkCustomMetadata custom = {&one, 1};
    FINE(uplink_update_object_metadata(project, bucket, "round/trip", custom, NULL));
    UplinkObjectResult stat = uplink_stat_object(project, bucket, "round/trip");
    FINE(stat.error);
    CHECK(stat.object->custom.count == 1 && strcmp(stat.object->custom.entries[0].value, "this") == 0);
    uplink_free_object_result(stat);
    FINE(uplink_update_object_metadata(project, bucket, "round/trip", (UplinkCustomMetadata){0}, NULL));
    stat = uplink_stat_object(project, bucket, "round/trip");
    FINE(stat.error);
    CHECK(stat.object->custom.count == 0);
    uplink_free_object_result(stat);
    REFUSED(uplink_update_object_metadata(project, bucket, "missing", custom, NULL), UPLINK_ERROR_OBJECT_NOT_FOUND, 0);
}

static int listed(UplinkProject *project, UplinkListObjectsOptions *options, int *prefixes)
{
    UplinkObjectIterator *it = uplink_list_objects(project, bucket, options);
    int count = 0;
    *prefixes = 0;
    CHECK(it != NULL);
    while (uplink_object_iterator_next(it)) {
        UplinkObject *object = uplink_object_iterator_item(it);
        CHECK(object != NULL);
        CHECK(object->is_prefix == (object->key[strlen(object->key) - 1] == '/'));
        bool described = options != NULL && options->system && !object->is_prefix;
        CHECK((object->system.created != 0) == described);
        CHECK(options == NULL || options->prefix == NULL ||
              strncmp(object->key, options->prefix, strlen(options->prefix)) == 0);
        *prefixes += object->is_prefix;
        count++;
        uplink_free_object(object);
    }
    FINE(uplink_object_iterator_err(it));
    uplink_free_object_iterator(it);
    return count;
}

static void listings(UplinkProject *project)
{
    char key[32];
    int prefixes;
    for (int i = 0; i < 12; i++) {
        sprintf(key, "%s%d", i % 2 ? "deep/er/" : "flat-", i);
        put(project, bucket, key, "x", 1);
    }
    UplinkListObjectsOptions options = {0};
    CHECK(listed(project, NULL, &prefixes) == 7 && prefixes == 1);
    options.recursive = options.system = options.custom = true;
    CHECK(listed(project, &options, &prefixes) == 12 && prefixes == 0);
    options.prefix = "deep/";
    CHECK(listed(project, &options, &prefixes) == 6 && prefixes == 0);
    options.recursive = false;
    CHECK(listed(project, &options, &prefixes) == 1 && prefixes == 1);
    options.prefix = "none/";
    CHECK(listed(project, &options, &prefixes) == 0);

    UplinkObjectIterator *it = uplink_list_objects(project, "", NULL);
    CHECK(it != NULL && !uplink_object_iterator_next(it));
    REFUSED(uplink_object_iterator_err(it), UPLINK_ERROR_BUCKET_NAME_INVALID, 0);
    uplink_free_object_iterator(it);
    it = uplink_list_objects(project, "no-such-bucket-at-all", NULL);
    CHECK(it != NULL && !uplink_object_iterator_next(it));
    REFUSED(uplink_object_iterator_err(it), UPLINK_ERROR_BUCKET_NOT_FOUND, 0);
    uplink_free_object_iterator(it);
    options.prefix = "dee";
    it = uplink_list_objects(project, bucket, &options);
    CHECK(it != NULL && !uplink_object_iterator_next(it));
    REFUSED(uplink_object_iterator_err(it), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_object_iterator(it);
    /* A download that was not read to its end is freed, too. */
    it = uplink_list_objects(project, bucket, NULL);
    CHECK(uplink_object_iterator_next(it));
    uplink_free_object_iterator(it);
}

static void deleted(UplinkProject *project)
{
    UplinkObjectResult result = uplink_delete_object(project, bucket, "round/trip");
    FINE(result.error);
    CHECK(result.object != NULL && strcmp(result.object->key, "round/trip") == 0);
    uplink_free_object_result(result);
    result = uplink_delete_object(project, bucket, "round/trip");
    FINE(result.error);
    CHECK(result.object == NULL);
    uplink_free_object_result(result);
}

static void pending_uploads(UplinkProject *project)
{
    UplinkUploadResult upload = uplink_upload_object(project, bucket, "pending/upload", NULL);
    FINE(upload.error);
    unsigned char *bytes = sample(200000, 7);
    UplinkWriteResult written = uplink_upload_write(upload.upload, bytes, 200000);
    FINE(written.error);
    uplink_free_write_result(written);

    UplinkListUploadsOptions options = {"pending/", NULL, true, true, false};
    UplinkUploadInfo *info = NULL;
    for (int tries = 0; info == NULL && tries < 1000; tries++) {
        UplinkUploadIterator *uploads = uplink_list_uploads(project, bucket, &options);
        if (uplink_upload_iterator_next(uploads)) {
            info = uplink_upload_iterator_item(uploads);
            CHECK(!uplink_upload_iterator_next(uploads));
        }
        FINE(uplink_upload_iterator_err(uploads));
        CHECK(uplink_upload_iterator_item(uploads) == NULL);
        uplink_free_upload_iterator(uploads);
    }
    CHECK(info != NULL && strcmp(info->key, "pending/upload") == 0 && !info->is_prefix && info->custom.count == 0);
    CHECK(info->system.created >= time(NULL) - 60);
    FINE(uplink_abort_upload(project, bucket, "pending/upload", info->upload_id));
    REFUSED(uplink_abort_upload(project, bucket, "pending/upload", "none"), UPLINK_ERROR_INTERNAL,
            UPLINK_DETAIL_UPLOAD_NOT_FOUND);
    uplink_free_upload_info(info);
    uplink_free_upload_info(NULL);
    UplinkUploadIterator *uploads = uplink_list_uploads(project, bucket, NULL);
    CHECK(!uplink_upload_iterator_next(uploads));
    FINE(uplink_upload_iterator_err(uploads));
    uplink_free_upload_iterator(uploads);
    FINE(uplink_upload_abort(upload.upload));
    uplink_free_upload_result(upload);
    free(bytes);
}

int main(void)
{
    const size_t sizes[] = {0, 1, 4095, 4096, 4097, 5000000};
    strcpy(bucket, own_bucket("objects"));
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    listings(project.project);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        round_trip(project.project, sizes[i]);
    }
    ranges(project.project);
    ended_uploads(project.project);
    wrong_arguments(project.project);
    changed_metadata(project.project);
    deleted(project.project);
    pending_uploads(project.project);
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
