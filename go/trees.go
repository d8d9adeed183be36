package main

// #include "uplink.h"
import "C"

import (
	"context"
	"unsafe"

	"libuplink/internal/argument"
	"libuplink/internal/fail"
	"libuplink/internal/operation"
	"libuplink/internal/progress"
	"libuplink/internal/tree"
)

// patterns copies the patterns of paths.
func (a *arguments) patterns(first *C.UplinkText, count C.size_t, name string) []string {
	if count > argument.LongestText || count > 0 && first == nil {
		a.note(fail.InvalidArgument("%s has a count of %d without so many patterns", name, uint64(count)))
		return nil
	}
	read := make([]string, count)
	for i, text := range unsafe.Slice(first, int(count)) {
		read[i] = a.plainText(text, name)
	}
	return read
}

func prepareTree(direction tree.Direction, handle *C.UplinkProject, bucket, prefix *C.uplink_const_char,
	length C.size_t, folder *C.uplink_const_char, options *C.UplinkTreeOptions) operation.Call[*tree.Result] {
	var args arguments
	p, read := args.project(handle), readOptions(&args, options)
	text, err := sizedText(prefix, length, "prefix")
	args.note(err)
	counters, log := &progress.Counters{}, &tree.Log{}
	job := tree.Job{
		Bucket: args.bucket(bucket), Prefix: text, Folder: args.path(folder),
		Direction: direction, Compare: tree.Compare(read.compare), Delete: bool(read.delete_extra),
		DryRun: bool(read.dry_run), FollowLinks: bool(read.follow_links), Verify: bool(read.verify),
		Include:  args.patterns(read.include, read.include_count, "include"),
		Exclude:  args.patterns(read.exclude, read.exclude_count, "exclude"),
		Counters: counters, Log: log,
	}
	if args.err != nil {
		return operation.Refuse[*tree.Result](args.err)
	}
	call := prepare(args, p.Context, func(ctx context.Context) (*tree.Result, error) { return tree.Run(ctx, p, job) })
	call.Progress, call.Log = counters, log
	return call
}

//export uplink_start_upload_tree
func uplink_start_upload_tree(op *C.UplinkOperation, handle *C.UplinkProject, bucket, prefix *C.uplink_const_char,
	length C.size_t, folder *C.uplink_const_char, options *C.UplinkTreeOptions) {
	defer rescueStart[*tree.Result](op)
	start(op, prepareTree(tree.Up, handle, bucket, prefix, length, folder, options))
}

//export uplink_start_download_tree
func uplink_start_download_tree(op *C.UplinkOperation, handle *C.UplinkProject, bucket, prefix *C.uplink_const_char,
	length C.size_t, folder *C.uplink_const_char, options *C.UplinkTreeOptions) {
	defer rescueStart[*tree.Result](op)
	start(op, prepareTree(tree.Down, handle, bucket, prefix, length, folder, options))
}

func treeResult(found *tree.Result, err error) (result C.UplinkTreeResult) {
	result.error = errorToC(err)
	if found == nil {
		return result
	}
	result.tree = allocate[C.UplinkTree](1)
	t := result.tree
	t.items, t.count = newItems(found.Entries, fillTreeEntry)
	t.copied, t.unchanged, t.excluded = C.int64_t(found.Copied), C.int64_t(found.Unchanged), C.int64_t(found.Excluded)
	t.deleted, t.skipped, t.failed = C.int64_t(found.Deleted), C.int64_t(found.Skipped), C.int64_t(found.Failed)
	t.bytes = C.int64_t(found.Bytes)
	return result
}

func fillTreeEntry(target *C.UplinkTreeEntry, entry tree.Entry) {
	target.action, target.size = C.int32_t(entry.Action), C.int64_t(entry.Size)
	fillText(&target.path, entry.Path)
	if entry.Action == tree.Failed {
		target.error = errorToC(entry.Reason)
	} else if entry.Reason != nil {
		fillText(&target.reason, entry.Reason.Error())
	}
}

func freeTreeEntry(entry *C.UplinkTreeEntry) {
	freeText(&entry.path)
	freeText(&entry.reason)
	uplink_free_error(entry.error)
}

//export uplink_operation_tree_entries
func uplink_operation_tree_entries(target *C.UplinkOperation, first C.size_t) (result C.UplinkTreeResult) {
	defer rescue(&result.error)
	op, found := findOperation(target)
	if !found {
		return result
	}
	log, isTree := op.Log().(*tree.Log)
	if !isTree {
		return result
	}
	return treeResult(&tree.Result{Entries: log.Since(uint64(first))}, nil)
}

//export uplink_operation_take_tree
func uplink_operation_take_tree(op *C.UplinkOperation, result *C.UplinkTreeResult) {
	takeInto(op, result, treeResult)
}

//export uplink_free_tree_result
func uplink_free_tree_result(result C.UplinkTreeResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if found := result.tree; found != nil {
		freeItems(found.items, found.count, freeTreeEntry)
		free(unsafe.Pointer(found))
	}
}
