package main

// #include "uplink.h"
import "C"

import (
	"context"
	"errors"
	"strings"
	"unsafe"

	"storj.io/uplink"

	"libuplink/internal/fail"
	"libuplink/internal/operation"
)

type bucketCall = func(p *uplink.Project, ctx context.Context, name string) (*uplink.Bucket, error)

// prepareBucket is for the calls that take a bucket's name and answer the bucket.
func prepareBucket(handle *C.UplinkProject, name *C.uplink_const_char, run bucketCall) operation.Call[*uplink.Bucket] {
	var args arguments
	p, bucket := args.project(handle), args.bucket(name)
	return onProject(args, p, func(ctx context.Context, p *uplink.Project) (*uplink.Bucket, error) {
		return run(p, ctx, bucket)
	})
}

// ensureBucket also finds a bucket that the access may not create: any valid access may ask about any bucket.
func ensureBucket(p *uplink.Project, ctx context.Context, name string) (*uplink.Bucket, error) {
	bucket, err := p.EnsureBucket(ctx, name)
	switch {
	case err == nil && bucket == nil: // the bucket exists, but Go's library could not ask about it
		return p.StatBucket(ctx, name)
	case errors.Is(err, uplink.ErrPermissionDenied):
		found, unknown := p.StatBucket(ctx, name)
		if unknown == nil || fail.IsTooManyRequests(unknown) {
			return found, unknown
		}
	}
	return bucket, err
}

// bucketResult may have both a bucket and an error: creating one that exists answers it.
func bucketResult(bucket *uplink.Bucket, err error) C.UplinkBucketResult {
	if bucket != nil {
		if cut := bucketInC(bucket); cut != nil {
			bucket, err = nil, cut
		}
	}
	return C.UplinkBucketResult{bucket: newBucket(bucket), error: errorToC(err)}
}

// bucketInC refuses a name that would be cut off, and so be that of another bucket. No satellite lets one be created.
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
	told := allocate[C.UplinkBucket](1)
	fillBucket(told, bucket)
	return told
}

func fillBucket(target *C.UplinkBucket, bucket *uplink.Bucket) {
	target.name, target.created = C.CString(bucket.Name), unixTime(bucket.Created)
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
	return bucketResult(prepareBucket(handle, name, ensureBucket).Do())
}

//export uplink_start_ensure_bucket
func uplink_start_ensure_bucket(op *C.UplinkOperation, handle *C.UplinkProject, name *C.uplink_const_char) {
	defer rescueStart[*uplink.Bucket](op)
	start(op, prepareBucket(handle, name, ensureBucket))
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

//export uplink_operation_take_bucket
func uplink_operation_take_bucket(op *C.UplinkOperation, result *C.UplinkBucketResult) {
	if result != nil {
		defer rescue(&result.error)
		*result = bucketResult(take[*uplink.Bucket](op))
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
		freeString(bucket.name)
		free(unsafe.Pointer(bucket))
	}
}
