/* Uploads and downloads folders. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <stdint.h>
#include <sys/stat.h>

static char bucket[64];
static char from[256], to[256], file[512];

typedef void (*Start)(UplinkOperation *, UplinkProject *, uplink_const_char *, uplink_const_char *, size_t,
                      uplink_const_char *, UplinkTreeOptions *);

static UplinkTreeResult run(Start start, UplinkProject *project, const char *prefix, const char *folder,
                            UplinkTreeOptions *options)
{
    UplinkOperation op = {0};
    UplinkTreeResult result = {0};
    start(&op, project, bucket, prefix, strlen(prefix), folder, options);
    CHECK(uplink_operation_wait(&op, -1));
    UplinkProgress progress = {.struct_size = sizeof progress};
    CHECK(uplink_operation_progress(&op, &progress));
    CHECK(progress.total == progress.committed && progress.transferred == progress.total);
    UplinkTreeResult sofar = uplink_operation_tree_entries(&op, 0);
    FINE(sofar.error);
    size_t count = sofar.tree->count;
    uplink_free_tree_result(sofar);
    sofar = uplink_operation_tree_entries(&op, SIZE_MAX);
    CHECK(sofar.tree->count == 0);
    uplink_free_tree_result(sofar);
    uplink_operation_take_tree(&op, &result);
    CHECK(uplink_operation_tree_entries(&op, 0).tree == NULL);
    CHECK(result.tree->count == count);
    uplink_operation_detach(&op);
    return result;
}

static const char *path(const char *folder, const char *name)
{
    snprintf(file, sizeof file, "%s/%s", folder, name);
    return file;
}

static void write_file(const char *folder, const char *name, const char *text)
{
    FILE *opened = fopen(path(folder, name), "wb");
    CHECK(opened != NULL && fputs(text, opened) >= 0 && fclose(opened) == 0);
}

static void is(UplinkTreeEntry *entry, int action, const char *name, int64_t size)
{
    CHECK(entry->action == action && entry->size == size);
    CHECK(entry->path.length == strlen(name) && memcmp(entry->path.data, name, entry->path.length) == 0);
    CHECK((entry->error != NULL) == (action == UPLINK_TREE_FAILED));
    CHECK((entry->reason.length > 0) == (action == UPLINK_TREE_SKIPPED));
}

static void there_and_back(UplinkProject *project)
{
    UplinkTreeResult result = run(uplink_start_upload_tree, project, "p", from, NULL);
    FINE(result.error);
    CHECK(result.tree->copied == 2 && result.tree->skipped == 1 && result.tree->bytes == 5 && result.tree->count == 3);
    is(&result.tree->items[0], UPLINK_TREE_SKIPPED, "empty", 0);
    is(&result.tree->items[1], UPLINK_TREE_COPIED, "file", 4);
    is(&result.tree->items[2], UPLINK_TREE_COPIED, "folder/file", 1);
    uplink_free_tree_result(result);

    result = run(uplink_start_download_tree, project, "p/", to, NULL);
    FINE(result.error);
    CHECK(result.tree->copied == 2 && result.tree->bytes == 5);
    uplink_free_tree_result(result);
    struct stat found;
    CHECK(stat(path(to, "folder/file"), &found) == 0 && found.st_size == 1);

    UplinkTreeOptions options = {.struct_size = sizeof options, .compare = UPLINK_COMPARE_SIZE_TIME};
    result = run(uplink_start_upload_tree, project, "p", from, &options);
    FINE(result.error);
    CHECK(result.tree->copied == 0 && result.tree->unchanged == 2);
    uplink_free_tree_result(result);
}

static void options_of_a_sync(UplinkProject *project)
{
    write_file(to, "own", "1");
    UplinkText include[] = {{"*", 1}}, exclude[] = {{"other", 5}, {"folder/", 7}};
    UplinkTreeOptions options = {.struct_size = sizeof options,
                                 .compare = UPLINK_COMPARE_CHECKSUM,
                                 .delete_extra = true,
                                 .dry_run = true,
                                 .include = include,
                                 .include_count = 1,
                                 .exclude = exclude,
                                 .exclude_count = 2};
    struct stat found;
    for (int dry = 1; dry >= 0; dry--) {
        CHECK(stat(path(to, "own"), &found) == 0);
        options.dry_run = dry;
        UplinkTreeResult result = run(uplink_start_download_tree, project, "p", to, &options);
        FINE(result.error);
        CHECK(result.tree->unchanged == 1 && result.tree->deleted == 1 && result.tree->excluded == 1);
        is(&result.tree->items[0], UPLINK_TREE_DELETED, "own", 1);
        uplink_free_tree_result(result);
    }
    CHECK(stat(path(to, "own"), &found) != 0 && stat(path(to, "folder/file"), &found) == 0);
}

static void failures(UplinkProject *project)
{
    put(project, bucket, "q/../escaped", "x", 1);
    put(project, bucket, "q/fine", "x", 1);
    UplinkTreeResult result = run(uplink_start_download_tree, project, "q", to, NULL);
    FINE(result.error);
    CHECK(result.tree->copied == 1 && result.tree->failed == 1 && result.tree->count == 2);
    is(&result.tree->items[0], UPLINK_TREE_FAILED, "../escaped", 1);
    FAILS(result.tree->items[0].error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_KEY_UNSAFE);
    uplink_free_tree_result(result);

    put(project, bucket, "r/file/below", "x", 1);
    result = run(uplink_start_download_tree, project, "r", to, NULL);
    FINE(result.error);
    FAILS(result.tree->items[0].error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_NAME_TAKEN);
    CHECK(result.tree->items[0].error->path != NULL);
    uplink_free_tree_result(result);

    UplinkTreeOptions verify = {.struct_size = sizeof verify, .verify = true};
    put(project, bucket, "s/without", "x", 1);
    result = run(uplink_start_download_tree, project, "s", to, &verify);
    FINE(result.error);
    is(&result.tree->items[0], UPLINK_TREE_FAILED, "without", 1);
    FAILS(result.tree->items[0].error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_CHECKSUM_MISSING);
    uplink_free_tree_result(result);
}

static UplinkTreeResult refused(UplinkProject *project, const char *folder, UplinkTreeOptions *options)
{
    UplinkOperation op = {0};
    UplinkTreeResult result = {0};
    uplink_start_upload_tree(&op, project, bucket, NULL, 0, folder, options);
    CHECK(uplink_operation_wait(&op, -1));
    uplink_operation_take_tree(&op, &result);
    return result;
}

static void wrong_arguments(UplinkProject *project)
{
    UplinkText text = {"[", 1};
    UplinkTreeOptions compare = {.struct_size = sizeof compare, .compare = 4};
    UplinkTreeOptions pattern = {.struct_size = sizeof pattern, .include = &text, .include_count = 1};
    UplinkTreeOptions none = {.struct_size = sizeof none, .exclude_count = 1};
    UplinkTreeOptions size = {.struct_size = 0};
    UplinkTreeOptions verify = {.struct_size = sizeof verify, .verify = true};
    UplinkTreeOptions *options[] = {&compare, &pattern, &none, &size, &verify};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        UplinkTreeResult result = refused(project, from, options[i]);
        FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
        uplink_free_tree_result(result);
    }
    UplinkTreeResult result = refused(project, NULL, NULL);
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_INVALID_ARGUMENT);
    uplink_free_tree_result(result);
    result = refused(project, path(from, "missing"), NULL);
    FAILS(result.error, UPLINK_ERROR_INTERNAL, UPLINK_DETAIL_FILE);
    CHECK(result.error->system_error != 0 && strcmp(result.error->path, path(from, "missing")) == 0);
    uplink_free_tree_result(result);
}

static void canceled(UplinkProject *project)
{
    UplinkOperation op = {0};
    uplink_start_upload_tree(&op, project, bucket, "p", 1, from, NULL);
    uplink_operation_cancel(&op);
    CHECK(uplink_operation_wait(&op, -1));
    UplinkTreeResult result = {0};
    uplink_operation_take_tree(&op, &result);
    CHECK(result.error == NULL || result.error->code == UPLINK_ERROR_CANCELED);
    uplink_free_tree_result(result);
    uplink_start_download_tree(&op, project, bucket, "p", 1, to, NULL);
    uplink_operation_detach(&op);
    uplink_free_tree_result((UplinkTreeResult){0});
}

int main(void)
{
    UplinkProjectResult project = test_project();
    snprintf(bucket, sizeof bucket, "%s", own_bucket("trees"));
    make_bucket(project.project, bucket);
    snprintf(from, sizeof from, "/tmp/%s-from", bucket);
    snprintf(to, sizeof to, "/tmp/%s-to", bucket);
    CHECK(mkdir(from, 0700) == 0 && mkdir(path(from, "folder"), 0700) == 0 && mkdir(path(from, "empty"), 0700) == 0);
    write_file(from, "file", "four");
    write_file(from, "folder/file", "1");
    there_and_back(project.project);
    options_of_a_sync(project.project);
    failures(project.project);
    wrong_arguments(project.project);
    canceled(project.project);
    for (int i = 0; i < 500 && uplink_detached_operations() > 0; i++) {
        struct timespec pause = {0, 10 * 1000 * 1000};
        nanosleep(&pause, NULL);
    }
    char command[600];
    snprintf(command, sizeof command, "rm -r %s %s", from, to);
    CHECK(system(command) == 0);
    drop_bucket(project.project, bucket);
    close_project(project);
    all_returned();
    return 0;
}
