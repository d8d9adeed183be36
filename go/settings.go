package main

// #include "uplink.h"
import "C"

import (
	"context"
	"strings"
	"unicode/utf8"
	"unsafe"

	"storj.io/uplink"
	"storj.io/uplink/private/bucket"
	"storj.io/uplink/private/metaclient"

	"libuplink/internal/argument"
	"libuplink/internal/buckets"
	"libuplink/internal/fail"
	"libuplink/internal/operation"
)

type notification = metaclient.BucketNotificationConfiguration

// prepareSetting returns a call that takes the name of a bucket and returns a setting of it.
func prepareSetting[T any](handle *C.UplinkProject, name *C.uplink_const_char,
	run func(ctx context.Context, p *uplink.Project, bucket string) (T, error)) operation.Call[T] {
	var args arguments
	p, inBucket := args.project(handle), args.bucket(name)
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (T, error) { return run(ctx, p, inBucket) })
}

// ---- Location ----

//export uplink_start_get_bucket_location
func uplink_start_get_bucket_location(op *C.UplinkOperation, handle *C.UplinkProject, name *C.uplink_const_char) {
	defer rescueStart[string](op)
	start(op, prepareSetting(handle, name, bucket.GetBucketLocation))
}

//export uplink_operation_take_text
func uplink_operation_take_text(op *C.UplinkOperation, result *C.UplinkTextResult) {
	takeInto(op, result, textResult)
}

func textResult(text string, err error) (result C.UplinkTextResult) {
	if result.error = errorToC(err); err == nil {
		fillText(&result.text, text)
	}
	return result
}

func fillText(target *C.UplinkText, text string) {
	target.data, target.length = C.CString(text), C.size_t(len(text))
}

func freeText(text *C.UplinkText) { freeString(text.data) }

//export uplink_free_text_result
func uplink_free_text_result(result C.UplinkTextResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	freeText(&result.text)
}

// ---- Tags ----

// plainText copies a text of the caller.
func (a *arguments) plainText(text C.UplinkText, name string) string {
	read, err := sizedText(text.data, text.length, name)
	a.note(err)
	return read
}

func (a *arguments) tags(given C.UplinkTags) (tags []bucket.Tag) {
	if given.count > argument.LongestText || given.count > 0 && given.items == nil {
		a.note(fail.InvalidArgument("the tags have a count of %d without so many items", uint64(given.count)))
		return nil
	}
	for _, tag := range unsafe.Slice(given.items, int(given.count)) {
		tags = append(tags, bucket.Tag{Key: a.plainText(tag.key, "a tag's key"), Value: a.plainText(tag.value, "a tag's value")})
	}
	a.note(buckets.CheckTags(tags))
	return tags
}

//export uplink_start_get_bucket_tagging
func uplink_start_get_bucket_tagging(op *C.UplinkOperation, handle *C.UplinkProject, name *C.uplink_const_char) {
	defer rescueStart[[]bucket.Tag](op)
	start(op, prepareSetting(handle, name, bucket.GetBucketTagging))
}

//export uplink_start_set_bucket_tagging
func uplink_start_set_bucket_tagging(op *C.UplinkOperation, handle *C.UplinkProject, name *C.uplink_const_char,
	given C.UplinkTags) {
	defer rescueStart[operation.Nothing](op)
	var args arguments
	p, inBucket, tags := args.project(handle), args.bucket(name), args.tags(given)
	start(op, onProject(args, p, func(ctx context.Context, p *uplink.Project) (operation.Nothing, error) {
		return operation.Nothing{}, bucket.SetBucketTagging(ctx, p, inBucket, tags)
	}))
}

func tagsResult(tags []bucket.Tag, err error) (result C.UplinkTagsResult) {
	if result.error = errorToC(err); err == nil {
		result.tags = allocate[C.UplinkTags](1)
		result.tags.items, result.tags.count = newItems(tags, func(target *C.UplinkTag, tag bucket.Tag) {
			fillText(&target.key, tag.Key)
			fillText(&target.value, tag.Value)
		})
	}
	return result
}

//export uplink_operation_take_tags
func uplink_operation_take_tags(op *C.UplinkOperation, result *C.UplinkTagsResult) {
	takeInto(op, result, tagsResult)
}

//export uplink_free_tags_result
func uplink_free_tags_result(result C.UplinkTagsResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if tags := result.tags; tags != nil {
		freeItems(tags.items, tags.count, func(tag *C.UplinkTag) {
			freeText(&tag.key)
			freeText(&tag.value)
		})
		free(unsafe.Pointer(tags))
	}
}

// ---- Notifications ----

func (a *arguments) notification(given *C.UplinkNotificationConfiguration) *notification {
	if given == nil {
		return nil
	}
	read := readOptions(a, given)
	if read.event_count > argument.LongestText || read.event_count > 0 && read.events == nil {
		a.note(fail.InvalidArgument("the configuration has a count of %d without so many events", uint64(read.event_count)))
		return nil
	}
	config := &notification{
		ID:        a.plainText(read.id, "id"),
		TopicName: a.plainText(read.topic_name, "topic_name"),
		FilterRule: metaclient.FilterRule{
			Prefix: a.plainText(read.filter_prefix, "filter_prefix"),
			Suffix: a.plainText(read.filter_suffix, "filter_suffix"),
		},
	}
	for _, event := range unsafe.Slice(read.events, int(read.event_count)) {
		config.Events = append(config.Events, a.plainText(event, "an event"))
	}
	texts := append([]string{config.ID, config.TopicName, config.FilterRule.Prefix, config.FilterRule.Suffix}, config.Events...)
	if !utf8.ValidString(strings.Join(texts, "")) {
		a.note(fail.InvalidArgument("a text of the configuration is not UTF-8"))
	}
	return config
}

//export uplink_start_get_bucket_notification_configuration
func uplink_start_get_bucket_notification_configuration(op *C.UplinkOperation, handle *C.UplinkProject,
	name *C.uplink_const_char) {
	defer rescueStart[*notification](op)
	start(op, prepareSetting(handle, name, bucket.GetBucketNotificationConfiguration))
}

//export uplink_start_set_bucket_notification_configuration
func uplink_start_set_bucket_notification_configuration(op *C.UplinkOperation, handle *C.UplinkProject,
	name *C.uplink_const_char, given *C.UplinkNotificationConfiguration) {
	defer rescueStart[operation.Nothing](op)
	var args arguments
	p, inBucket, config := args.project(handle), args.bucket(name), args.notification(given)
	start(op, onProject(args, p, func(ctx context.Context, p *uplink.Project) (operation.Nothing, error) {
		return operation.Nothing{}, bucket.SetBucketNotificationConfiguration(ctx, p, inBucket, config)
	}))
}

func notificationResult(config *notification, err error) (result C.UplinkNotificationResult) {
	if result.error = errorToC(err); err != nil || config == nil {
		return result
	}
	target := allocate[C.UplinkNotificationConfiguration](1)
	target.struct_size = C.size_t(unsafe.Sizeof(*target))
	fillText(&target.id, config.ID)
	fillText(&target.topic_name, config.TopicName)
	target.events, target.event_count = newItems(config.Events, fillText)
	fillText(&target.filter_prefix, config.FilterRule.Prefix)
	fillText(&target.filter_suffix, config.FilterRule.Suffix)
	result.configuration = target
	return result
}

//export uplink_operation_take_notification
func uplink_operation_take_notification(op *C.UplinkOperation, result *C.UplinkNotificationResult) {
	takeInto(op, result, notificationResult)
}

//export uplink_free_notification_result
func uplink_free_notification_result(result C.UplinkNotificationResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if config := result.configuration; config != nil {
		for _, text := range []*C.UplinkText{&config.id, &config.topic_name, &config.filter_prefix, &config.filter_suffix} {
			freeText(text)
		}
		freeItems(config.events, config.event_count, freeText)
		free(unsafe.Pointer(config))
	}
}
