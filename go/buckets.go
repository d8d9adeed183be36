package main

// #include "uplink.h"
import "C"

import (
	"context"
	"strings"
	"unsafe"

	"storj.io/uplink"

	"libuplink/internal/buckets"
	"libuplink/internal/fail"
	"libuplink/internal/operation"
)

type bucketCall = func(p *uplink.Project, ctx context.Context, name string) (*uplink.Bucket, error)

// prepareBucket returns a call that takes the name of a bucket and returns the bucket.
func prepareBucket(handle *C.UplinkProject, name *C.uplink_const_char, run bucketCall) operation.Call[*uplink.Bucket] {
	var args arguments
	p, bucket := args.project(handle), args.bucket(name)
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (*uplink.Bucket, error) {
		return run(p, ctx, bucket)
	})
}

// bucketResult may have both a bucket and an error: creating a bucket that exists returns the
// bucket too.
func bucketResult(bucket *uplink.Bucket, err error) C.UplinkBucketResult {
	if bucket != nil {
		if cut := bucketInC(bucket); cut != nil {
			bucket, err = nil, cut
		}
	}
	return C.UplinkBucketResult{bucket: newBucket(bucket), error: errorToC(err)}
}

// bucketInC returns an error for a bucket whose name has a NUL: C would read the name of another
// bucket. No satellite creates such a bucket.
func bucketInC(bucket *uplink.Bucket) error {
	if strings.IndexByte(bucket.Name, 0) < 0 {
		return nil
	}
	return fail.New(fail.CodeBucketNameInvalid, fail.DetailNone, "the satellite names a bucket %q, which has a NUL in it", bucket.Name)
}

func newBucket(bucket *uplink.Bucket) *C.UplinkBucket {
	if bucket == nil {
		return nil
	}
	target := allocate[C.UplinkBucket](1)
	fillBucket(target, bucket)
	return target
}

func fillBucket(target *C.UplinkBucket, bucket *uplink.Bucket) {
	target.name, target.created = C.CString(bucket.Name), unixTime(bucket.Created)
}

func freeBucketFields(bucket *C.UplinkBucket) { freeString(bucket.name) }

func fillBucketRecord(target *C.UplinkBucketRecord, bucket *uplink.Bucket) {
	fillBucket(&target.bucket, bucket)
	target.created_nanoseconds = nanoseconds(bucket.Created)
}

func freeBucketRecordFields(record *C.UplinkBucketRecord) {
	freeBucketFields(&record.bucket)
	freeString(record.attribution)
}

func bucketRecordResult(bucket *uplink.Bucket, err error) (result C.UplinkBucketRecordResult) {
	if err == nil {
		err = bucketInC(bucket)
	}
	if result.error = errorToC(err); err == nil {
		result.record = allocate[C.UplinkBucketRecord](1)
		fillBucketRecord(result.record, bucket)
	}
	return result
}

//export uplink_stat_bucket
func uplink_stat_bucket(handle *C.UplinkProject, name *C.uplink_const_char) (result C.UplinkBucketResult) {
	defer rescue(&result.error)
	return bucketResult(prepareBucket(handle, name, (*uplink.Project).StatBucket).Do())
}

//export uplink_start_stat_bucket
func uplink_start_stat_bucket(op *C.UplinkOperation, handle *C.UplinkProject, name *C.uplink_const_char) {
	defer rescueStart[*uplink.Bucket](op)
	start(op, prepareBucket(handle, name, (*uplink.Project).StatBucket))
}

//export uplink_create_bucket
func uplink_create_bucket(handle *C.UplinkProject, name *C.uplink_const_char) (result C.UplinkBucketResult) {
	defer rescue(&result.error)
	return bucketResult(prepareBucket(handle, name, (*uplink.Project).CreateBucket).Do())
}

//export uplink_start_create_bucket
func uplink_start_create_bucket(op *C.UplinkOperation, handle *C.UplinkProject, name *C.uplink_const_char) {
	defer rescueStart[*uplink.Bucket](op)
	start(op, prepareBucket(handle, name, (*uplink.Project).CreateBucket))
}

//export uplink_ensure_bucket
func uplink_ensure_bucket(handle *C.UplinkProject, name *C.uplink_const_char) (result C.UplinkBucketResult) {
	defer rescue(&result.error)
	return bucketResult(prepareBucket(handle, name, buckets.Ensure).Do())
}

//export uplink_start_ensure_bucket
func uplink_start_ensure_bucket(op *C.UplinkOperation, handle *C.UplinkProject, name *C.uplink_const_char) {
	defer rescueStart[*uplink.Bucket](op)
	start(op, prepareBucket(handle, name, buckets.Ensure))
}

//export uplink_delete_bucket
func uplink_delete_bucket(handle *C.UplinkProject, name *C.uplink_const_char) (result C.UplinkBucketResult) {
	defer rescue(&result.error)
	return bucketResult(prepareBucket(handle, name, (*uplink.Project).DeleteBucket).Do())
}

//export uplink_start_delete_bucket
func uplink_start_delete_bucket(op *C.UplinkOperation, handle *C.UplinkProject, name *C.uplink_const_char) {
	defer rescueStart[*uplink.Bucket](op)
	start(op, prepareBucket(handle, name, (*uplink.Project).DeleteBucket))
}

//export uplink_delete_bucket_with_objects
func uplink_delete_bucket_with_objects(handle *C.UplinkProject, name *C.uplink_const_char,
) (result C.UplinkBucketResult) {
	defer rescue(&result.error)
	return bucketResult(prepareBucket(handle, name, (*uplink.Project).DeleteBucketWithObjects).Do())
}

//export uplink_start_delete_bucket_with_objects
func uplink_start_delete_bucket_with_objects(op *C.UplinkOperation, handle *C.UplinkProject,
	name *C.uplink_const_char) {
	defer rescueStart[*uplink.Bucket](op)
	start(op, prepareBucket(handle, name, (*uplink.Project).DeleteBucketWithObjects))
}

//export uplink_operation_take_bucket_record
func uplink_operation_take_bucket_record(op *C.UplinkOperation, result *C.UplinkBucketRecordResult) {
	takeInto(op, result, bucketRecordResult)
}

//export uplink_free_bucket_record_result
func uplink_free_bucket_record_result(result C.UplinkBucketRecordResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if record := result.record; record != nil {
		freeBucketRecordFields(record)
		free(unsafe.Pointer(record))
	}
}

//export uplink_free_bucket_result
func uplink_free_bucket_result(result C.UplinkBucketResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	uplink_free_bucket(result.bucket)
}

//export uplink_free_bucket
func uplink_free_bucket(bucket *C.UplinkBucket) {
	defer rescue(nil)
	if bucket != nil {
		freeBucketFields(bucket)
		free(unsafe.Pointer(bucket))
	}
}
