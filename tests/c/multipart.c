/* Multipart uploads, in both parts of the interface. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

static char bucket[64];

enum { LEAST = 5 << 20, LAST = 20000 };

static UplinkPart *written(UplinkPartUpload *upload, void *bytes, size_t length)
{
    for (size_t done = 0; done < length;) {
        size_t piece = length - done < 1000000 ? length - done : 1000000;
        UplinkWriteResult result = uplink_part_upload_write(upload, (char *)bytes + done, piece);
        FINE(result.error);
        CHECK(result.bytes_written == piece);
        done += result.bytes_written;
        uplink_free_write_result(result);
    }
    FINE(uplink_part_upload_commit(upload));
    UplinkPartResult info = uplink_part_upload_info(upload);
    FINE(info.error);
    CHECK(info.part->size == length);
    return info.part;
}

/* Uploads a part with part 1. The ETag may be NULL. */
static void part(UplinkProject *project, const char *key, const char *id, uint32_t number, const char *etag, void *bytes,
                 size_t length)
{
    UplinkPartUploadResult upload = uplink_upload_part(project, bucket, key, id, number);
    FINE(upload.error);
    CHECK(upload.part_upload != NULL && upload.part_upload->_handle != 0);
    if (etag != NULL) {
        FINE(uplink_part_upload_set_etag(upload.part_upload, etag));
    }
    UplinkPart *stored = written(upload.part_upload, bytes, length);
    CHECK(stored->part_number == number);
    CHECK(stored->etag_length == strlen(etag != NULL ? etag : ""));
    CHECK(strcmp(stored->etag, etag != NULL ? etag : "") == 0);
    uplink_free_part(stored);
    uplink_free_part_upload_result(upload);
}

static UplinkUploadInfoResult begun(UplinkProject *project, const char *key, UplinkUploadOptions *options)
{
    UplinkUploadInfoResult result = uplink_begin_upload(project, bucket, key, options);
    FINE(result.error);
    CHECK(strcmp(result.info->key, key) == 0 && !result.info->is_prefix);
    CHECK(strlen(result.info->upload_id) > 0);
    CHECK(result.info->system.expires == (options != NULL ? options->expires : 0));
    return result;
}

static size_t count_parts(UplinkProject *project, const char *key, const char *id, UplinkListUploadPartsOptions *options,
                          uint32_t least)
{
    UplinkPartIterator *iterator = uplink_list_upload_parts(project, bucket, key, id, options);
    size_t count = 0;
    CHECK(iterator != NULL);
    CHECK(uplink_part_iterator_item(iterator) == NULL);
    while (uplink_part_iterator_next(iterator)) {
        UplinkPart *item = uplink_part_iterator_item(iterator);
        CHECK(item != NULL && item->part_number >= least);
        CHECK(item->modified >= time(NULL) - 60);
        least = item->part_number + 1;
        count++;
        uplink_free_part(item);
    }
    FINE(uplink_part_iterator_err(iterator));
    uplink_free_part_iterator(iterator);
    return count;
}

static void documented(UplinkProject *project)
{
    unsigned char *bytes = sample(LEAST + LAST, 5), *back = malloc(LEAST + LAST + 1);
    UplinkUploadOptions options = {(int64_t)time(NULL) + 3600};
    UplinkUploadInfoResult upload = begun(project, "multi/part", &options);
    const char *id = upload.info->upload_id;

    part(project, "multi/part", id, 7, "the last", bytes + LEAST, LAST);
    part(project, "multi/part", id, 0, NULL, "short", 5);
    UplinkCommitUploadResult commit = uplink_commit_upload(project, bucket, "multi/part", id, NULL);
    FAILS(commit.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_PART_TOO_SMALL);
    CHECK(commit.object == NULL);
    uplink_free_commit_upload_result(commit);
    part(project, "multi/part", id, 0, "the first", bytes, LEAST);

    CHECK(count_parts(project, "multi/part", id, NULL, 0) == 2);
    UplinkListUploadPartsOptions from = {0};
    CHECK(count_parts(project, "multi/part", id, &from, 7) == 1);
    from.cursor = UINT32_MAX;
    CHECK(count_parts(project, "multi/part", id, &from, 0) == 0);

    UplinkCustomMetadataEntry entry = {"colour", 6, "blue", 4};
    UplinkCommitUploadOptions described = {{&entry, 1}};
    commit = uplink_commit_upload(project, bucket, "multi/part", id, &described);
    FINE(commit.error);
    CHECK(strcmp(commit.object->key, "multi/part") == 0);
    CHECK(commit.object->system.content_length == LEAST + LAST);
    CHECK(commit.object->system.expires == options.expires);
    CHECK(commit.object->custom.count == 1 && strcmp(commit.object->custom.entries[0].value, "blue") == 0);
    uplink_free_commit_upload_result(commit);
    CHECK(get(project, bucket, "multi/part", NULL, back, LEAST + LAST + 1) == LEAST + LAST);
    CHECK(memcmp(bytes, back, LEAST + LAST) == 0);

    commit = uplink_commit_upload(project, bucket, "multi/part", id, NULL);
    FAILS(commit.error, UPLINK_ERROR_OBJECT_NOT_FOUND, UPLINK_DETAIL_UPLOAD_NOT_FOUND);
    uplink_free_commit_upload_result(commit);
    UplinkPartUploadResult late = uplink_upload_part(project, bucket, "multi/part", id, 1);
    FINE(late.error);
    REFUSED(uplink_part_upload_commit(late.part_upload), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_UPLOAD_NOT_FOUND);
    uplink_free_part_upload_result(late);
    uplink_free_upload_info_result(upload);
    free(bytes);
    free(back);
}

static void ended_parts(UplinkProject *project, const char *id)
{
    UplinkPartUploadResult upload = uplink_upload_part(project, bucket, "ended", id, 1);
    FINE(upload.error);
    FINE(uplink_part_upload_set_etag(upload.part_upload, "once"));
    REFUSED(uplink_part_upload_set_etag(upload.part_upload, "twice"), UPLINK_ERROR_INTERNAL,
            UPLINK_DETAIL_INVALID_ARGUMENT);
    UplinkPart *stored = written(upload.part_upload, "data", 4);
    uplink_free_part(stored);
    REFUSED(uplink_part_upload_commit(upload.part_upload), UPLINK_ERROR_UPLOAD_DONE, 0);
    REFUSED(uplink_part_upload_abort(upload.part_upload), UPLINK_ERROR_UPLOAD_DONE, 0);
    REFUSED(uplink_part_upload_set_etag(upload.part_upload, "late"), UPLINK_ERROR_UPLOAD_DONE, 0);
    UplinkWriteResult more = uplink_part_upload_write(upload.part_upload, "x", 1);
    FAILS(more.error, UPLINK_ERROR_UPLOAD_DONE, 0);
    uplink_free_write_result(more);
    uplink_free_part_upload_result(upload);

    for (size_t length = 1; length < 200000; length += 100000) {
        unsigned char *bytes = sample(length, 3);
        for (int aborts = 0; aborts < 2; aborts++) {
            upload = uplink_upload_part(project, bucket, "ended", id, 2);
            FINE(upload.error);
            uplink_free_write_result(uplink_part_upload_write(upload.part_upload, bytes, length));
            if (aborts) {
                FINE(uplink_part_upload_abort(upload.part_upload));
                REFUSED(uplink_part_upload_abort(upload.part_upload), UPLINK_ERROR_UPLOAD_DONE, 0);
            }
            uplink_free_part_upload_result(upload);
        }
        free(bytes);
    }
    CHECK(count_parts(project, "ended", id, NULL, 1) == 1);
}

static void refused(UplinkProject *project)
{
    UplinkUploadInfoResult upload = begun(project, "ended", NULL);
    char *id = upload.info->upload_id;
    ended_parts(project, id);

    UplinkPartUploadResult none = uplink_upload_part(project, bucket, "ended", id, INT32_MAX);
    FAILS(none.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    CHECK(none.part_upload == NULL);
    uplink_free_part_upload_result(none);
    none = uplink_upload_part(project, bucket, "ended", NULL, 1);
    FAILS(none.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_part_upload_result(none);
    none = uplink_upload_part(project, bucket, "ended", "not an ID", 1);
    FAILS(none.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_UPLOAD_NOT_FOUND);
    uplink_free_part_upload_result(none);
    none = uplink_upload_part(NULL, bucket, "ended", id, 1);
    FAILS(none.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_part_upload_result(none);

    UplinkPartUpload freed = {(size_t)1 << 40};
    REFUSED(uplink_part_upload_commit(&freed), UPLINK_ERROR_INVALID_HANDLE, 0);
    REFUSED(uplink_part_upload_abort(NULL), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    REFUSED(uplink_part_upload_set_etag(&freed, NULL), UPLINK_ERROR_INVALID_HANDLE, 0);
    UplinkPartResult info = uplink_part_upload_info(&freed);
    FAILS(info.error, UPLINK_ERROR_INVALID_HANDLE, 0);
    uplink_free_part_result(info);

    UplinkPartIterator *iterator = uplink_list_upload_parts(project, bucket, "ended", "not an ID", NULL);
    CHECK(!uplink_part_iterator_next(iterator));
    REFUSED(uplink_part_iterator_err(iterator), UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_UPLOAD_NOT_FOUND);
    uplink_free_part_iterator(iterator);
    CHECK(!uplink_part_iterator_next(NULL) && uplink_part_iterator_item(NULL) == NULL);
    uplink_free_part_iterator(NULL);

    UplinkUploadInfoResult missing = uplink_begin_upload(project, "no-such-bucket-at-all", "ended", NULL);
    FAILS(missing.error, UPLINK_ERROR_BUCKET_NOT_FOUND, 0);
    CHECK(missing.info == NULL);
    uplink_free_upload_info_result(missing);
    missing = uplink_begin_upload(project, bucket, "", NULL);
    FAILS(missing.error, UPLINK_ERROR_OBJECT_KEY_INVALID, 0);
    uplink_free_upload_info_result(missing);

    FINE(uplink_abort_upload(project, bucket, "ended", id));
    REFUSED(uplink_abort_upload(project, bucket, "ended", id), UPLINK_ERROR_OBJECT_NOT_FOUND,
            UPLINK_DETAIL_UPLOAD_NOT_FOUND);
    uplink_free_upload_info_result(upload);
}

static UplinkError *take_error(UplinkOperation *operation)
{
    UplinkError *error = NULL;
    CHECK(uplink_operation_wait(operation, -1));
    uplink_operation_take_error(operation, &error);
    return error;
}

/* Uploads a part with part 2, whose ETag has a NUL in it. */
static void part_in_turn(UplinkProject *project, const char *id, uint32_t number, void *bytes, size_t length)
{
    UplinkOperation op = {0};
    UplinkStartUploadPartOptions options = {.struct_size = sizeof options, .in_turn = true, .size = (int64_t)length};
    UplinkPartUploadResult upload = {0};
    uplink_start_upload_part(&op, project, bucket, KEY("key\0part"), id, number, &options);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_part_upload(&op, &upload);
    FINE(upload.error);

    UplinkWriteResult result = {0};
    uplink_start_part_upload_write(&op, upload.part_upload, bytes, length);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_write(&op, &result);
    FINE(result.error);
    CHECK(result.bytes_written == length);
    uplink_free_write_result(result);

    UplinkPartResult stored = {0};
    UplinkStartPartCommitOptions described = {.struct_size = sizeof described, .etag = "e\0tag", .etag_length = 5};
    uplink_start_part_upload_commit(&op, upload.part_upload, &described);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_part(&op, &stored);
    FINE(stored.error);
    CHECK(stored.part->part_number == number && stored.part->size == length);
    CHECK(stored.part->etag_length == 5 && memcmp(stored.part->etag, "e\0tag", 6) == 0);
    uplink_free_part_result(stored);
    uplink_free_part_upload_result(upload);
}

static size_t page_of_parts(UplinkProject *project, const char *id, uint32_t first, size_t limit)
{
    UplinkOperation op = {0};
    UplinkPartPageResult page = {0};
    UplinkListPartPageOptions options = {.struct_size = sizeof options, .first = first, .limit = limit};
    uplink_start_list_upload_parts(&op, project, bucket, KEY("key\0part"), id, &options);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_part_page(&op, &page);
    FINE(page.error);
    size_t count = page.page->count;
    CHECK(count == 0 || page.page->items[0].part.part_number >= first);
    CHECK(count == 0 || (page.page->items[0].part.etag_length == 5 && page.page->items[0].part.modified > 0));
    uplink_free_part_page_result(page);
    return count;
}

static void operations(UplinkProject *project)
{
    unsigned char *bytes = sample(LEAST, 11);
    UplinkOperation op = {0};
    UplinkCustomMetadataEntry entry = {"colour", 6, "blue", 4};
    UplinkStartBeginUploadOptions options = {.struct_size = sizeof options, .custom = {&entry, 1}};
    UplinkUploadRecordResult upload = {0};
    uplink_start_begin_upload(&op, project, bucket, KEY("key\0part"), &options);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_upload_record(&op, &upload);
    FINE(upload.error);
    CHECK(upload.upload->record.key_length == 8 && memcmp(upload.upload->record.key, "key\0part", 9) == 0);
    CHECK(upload.upload->record.custom.count == 1);
    const char *id = upload.upload->upload_id;

    part_in_turn(project, id, 1, bytes, LEAST);
    part_in_turn(project, id, 2, bytes, 100000);
    part_in_turn(project, id, 9, "x", 1);
    CHECK(page_of_parts(project, id, 0, 0) == 3);
    CHECK(page_of_parts(project, id, 0, 2) == 2);
    CHECK(page_of_parts(project, id, 2, 0) == 2);
    CHECK(page_of_parts(project, id, 10, 0) == 0);

    UplinkRecordResult object = {0};
    uplink_start_commit_upload(&op, project, bucket, KEY("key\0part"), id, NULL);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_record(&op, &object);
    FAILS(object.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_PART_TOO_SMALL);
    uplink_free_record_result(object);
    part_in_turn(project, id, 2, bytes, LEAST);
    uplink_start_commit_upload(&op, project, bucket, KEY("key\0part"), id, NULL);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_record(&op, &object);
    FINE(object.error);
    CHECK(object.record->system.content_length == 2 * LEAST + 1);
    CHECK(object.record->custom.count == 1);
    uplink_free_record_result(object);
    uplink_free_upload_record_result(upload);
    free(bytes);
}

/* Whatever moment a begin is detached or canceled at, no pending upload is left. */
static void canceled(UplinkProject *project)
{
    UplinkOperation op = {0};
    for (int i = 0; i < 20; i++) {
        uplink_start_begin_upload(&op, project, bucket, KEY("canceled"), NULL);
        uplink_operation_wait(&op, i * 200);
        uplink_operation_detach(&op);
        CHECK(op._handle == 0);
    }
    uplink_start_begin_upload(&op, project, bucket, KEY("canceled"), NULL);
    uplink_operation_cancel(&op);
    UplinkUploadRecordResult late = {0};
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_upload_record(&op, &late);
    if (late.error != NULL) {
        FAILS(late.error, UPLINK_ERROR_CANCELED, 0);
    } else {
        FINE(uplink_abort_upload(project, bucket, "canceled", late.upload->upload_id));
    }
    uplink_free_upload_record_result(late);
    for (int i = 0; i < 1000 && uplink_detached_operations() > 0; i++) {
        struct timespec pause = {0, 10 * 1000 * 1000};
        nanosleep(&pause, NULL);
    }
    UplinkUploadIterator *left = uplink_list_uploads(project, bucket, NULL);
    CHECK(!uplink_upload_iterator_next(left));
    FINE(uplink_upload_iterator_err(left));
    uplink_free_upload_iterator(left);

    UplinkUploadInfoResult upload = begun(project, "parts", NULL);
    UplinkPartUploadResult opened = uplink_upload_part(project, bucket, "parts", upload.info->upload_id, 1);
    FINE(opened.error);
    unsigned char *bytes = sample(LEAST, 1);
    uplink_start_part_upload_write(&op, opened.part_upload, bytes, LEAST);
    uplink_operation_detach(&op);
    uplink_start_part_upload_abort(&op, opened.part_upload);
    FINE(take_error(&op));
    uplink_free_part_upload_result(opened);
    CHECK(count_parts(project, "parts", upload.info->upload_id, NULL, 0) == 0);
    uplink_start_abort_upload(&op, project, bucket, KEY("parts"), upload.info->upload_id);
    FINE(take_error(&op));
    uplink_free_upload_info_result(upload);
    free(bytes);
}

int main(void)
{
    strcpy(bucket, own_bucket("multipart"));
    UplinkProjectResult project = test_project();
    make_bucket(project.project, bucket);
    documented(project.project);
    refused(project.project);
    operations(project.project);
    canceled(project.project);
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
