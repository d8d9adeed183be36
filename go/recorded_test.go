package main

import (
	"errors"
	"strings"
	"testing"

	"storj.io/common/rpc/rpcstatus"
	"storj.io/uplink"
)

// recorded are errors that a real satellite gave, one of each kind that this library's calls can meet: the type in Go's
// library if there is one, the status, and the text.
var recorded = []struct {
	typed        error
	status       rpcstatus.StatusCode
	text         string
	code, detail int32
}{
	{uplink.ErrPermissionDenied, 7, "permission denied (metaclient: Unauthorized API credentials)", codePermissionDenied, 0},
	{uplink.ErrPermissionDenied, 7, "permission denied (Unauthorized API credentials)", codePermissionDenied, 0},
	{uplink.ErrPermissionDenied, 7, "permission denied (metaclient: permission denied: no permissions to delete existing object)",
		codePermissionDenied, 0},
	{uplink.ErrPermissionDenied, 7, "permission denied (metaclient: Unauthorized attempt to revoke macaroon)", codePermissionDenied, 0},
	{uplink.ErrPermissionDenied, 0, `uplink: permission denied ("k")`, codePermissionDenied, 0},
	{nil, 13, "metaclient: Failed to revoke API key", codeInternal, detailInvalidArgument},

	{uplink.ErrBucketNotFound, 0, `bucket not found ("nope")`, codeBucketNotFound, 0},
	{nil, 5, "metaclient: bucket not found: raw-missing", codeBucketNotFound, 0},
	{uplink.ErrBucketNameInvalid, 0, `bucket name invalid ("A")`, codeBucketNameInvalid, 0},
	{nil, 3, "metaclient: metainfo: The specified bucket name must be at least 3 and no more than 63 characters long",
		codeBucketNameInvalid, 0},
	{nil, 3, "bucket: metaclient: metainfo: The specified bucket name must be at least 3 and no more than 63 characters long",
		codeBucketNameInvalid, 0},
	{uplink.ErrBucketAlreadyExists, 0, `bucket already exists ("res")`, codeBucketExists, 0},
	{uplink.ErrBucketNotEmpty, 0, `bucket not empty ("bkt-one")`, codeBucketNotEmpty, 0},
	{nil, 9, "bucket: metaclient: bucket not empty", codeBucketNotEmpty, 0},
	{nil, 8, "bucket: metaclient: number of allocated buckets (10000) exceeded", codeInternal, detailBucketLimit},

	{uplink.ErrObjectNotFound, 0, `object not found ("k")`, codeObjectNotFound, 0},
	{nil, 5, "object not found: metaclient: object not found: metabase: sql: no rows in result set", codeObjectNotFound, 0},
	{uplink.ErrObjectKeyInvalid, 0, `object key invalid ("")`, codeObjectKeyInvalid, 0},
	{nil, 3, "metaclient: key length is too big, got 4023, maximum allowed is 4000", codeObjectKeyInvalid, 0},
	{nil, 3, "metaclient: Encrypted metadata is too large, got 2.1 KiB, maximum allowed is 2.0 KiB", codeInternal, detailInvalidMetadata},
	{nil, 0, `invalid pairs [not utf-8 "a"="b"]`, codeInternal, detailInvalidMetadata},
	{nil, 0, `proto: field ".UserDefined" contains invalid UTF-8`, codeInternal, detailInvalidMetadata},
	{nil, 3, "metaclient: invalid expiration time, cannot be in the past", codeInternal, detailInvalidArgument},
	{nil, 3, "metaclient: invalid expiration time, cannot be longer than 1h0m0s", codeInternal, detailInvalidArgument},
	{nil, 3, "metaclient: metabase: invalid request: invalid range: 10:1", codeInternal, detailInvalidArgument},
	{nil, 0, "metainfo: prefix should end with slash", codeInternal, detailInvalidArgument},

	{uplink.ErrUploadDone, 0, "upload done: already committed", codeUploadDone, 0},
	{nil, 0, "upload already done", codeUploadDone, 0},
	{uplink.ErrUploadIDInvalid, 0, "upload ID invalid", codeInternal, detailUploadNotFound},
	{nil, 5, "metaclient: pending object missing", codeInternal, detailUploadNotFound},

	{uplink.ErrTooManyRequests, 8, "too many requests", codeTooManyRequests, 0},
	{uplink.ErrBandwidthLimitExceeded, 8, "bandwidth limit exceeded", codeBandwidthLimit, 0},
	{uplink.ErrStorageLimitExceeded, 8, "storage limit exceeded", codeStorageLimit, 0},
	{uplink.ErrSegmentsLimitExceeded, 8, "segments limit exceeded", codeSegmentsLimit, 0},
	{nil, 9, "metaclient: not enough nodes: not enough nodes: requested from cache 1, found 0", codeInternal, detailNodesUnavailable},
	{nil, 13, "metaclient: internal error", codeInternal, 0},
}

// typed is an error of Go's library with the text that it had.
type typed struct {
	error
	text string
}

func (t typed) Error() string { return t.text }

func (t typed) Unwrap() error { return t.error }

func TestRecordedErrors(t *testing.T) {
	for _, entry := range recorded {
		err := errors.New(entry.text)
		if entry.typed != nil {
			err = typed{entry.typed, entry.text}
		}
		if entry.status != 0 {
			err = rpcstatus.Wrap(entry.status, err)
		}
		f := classify(outer.Wrap(err))
		if f.code != entry.code || f.detail != entry.detail || !strings.HasSuffix(f.text, strings.TrimPrefix(entry.text, "uplink: ")) {
			t.Errorf("%s: %d, %d, %q", entry.text, f.code, f.detail, f.text)
		}
	}
}
