package fail

import (
	"errors"
	"strings"
	"testing"

	"storj.io/common/rpc/rpcstatus"
	"storj.io/uplink"
	"storj.io/uplink/private/bucket"
	"storj.io/uplink/private/object"
)

// recorded are errors that a real satellite gave, one of each kind that this library's calls can
// meet: the type in Go's library if there is one, the status, and the text.
var recorded = []struct {
	typed  error
	status rpcstatus.StatusCode
	text   string
	code   Code
	detail Detail
}{
	{uplink.ErrPermissionDenied, 7, "permission denied (metaclient: Unauthorized API credentials)", CodePermissionDenied, 0},
	{uplink.ErrPermissionDenied, 7, "permission denied (Unauthorized API credentials)", CodePermissionDenied, 0},
	{uplink.ErrPermissionDenied, 7, "permission denied (metaclient: permission denied: no permissions to delete existing object)",
		CodePermissionDenied, 0},
	{uplink.ErrPermissionDenied, 7, "permission denied (metaclient: Unauthorized attempt to revoke macaroon)", CodePermissionDenied, 0},
	{uplink.ErrPermissionDenied, 0, `uplink: permission denied ("k")`, CodePermissionDenied, 0},
	{nil, 13, "metaclient: Failed to revoke API key", CodeInternal, DetailInvalidArgument},

	{uplink.ErrBucketNotFound, 0, `bucket not found ("nope")`, CodeBucketNotFound, 0},
	{nil, 5, "metaclient: bucket not found: raw-missing", CodeBucketNotFound, 0},
	{uplink.ErrBucketNameInvalid, 0, `bucket name invalid ("A")`, CodeBucketNameInvalid, 0},
	{nil, 3, "metaclient: metainfo: The specified bucket name must be at least 3 and no more than 63 characters long",
		CodeBucketNameInvalid, 0},
	{nil, 3, "bucket: metaclient: metainfo: The specified bucket name must be at least 3 and no more than 63 characters long",
		CodeBucketNameInvalid, 0},
	{uplink.ErrBucketAlreadyExists, 0, `bucket already exists ("res")`, CodeBucketAlreadyExists, 0},
	{uplink.ErrBucketNotEmpty, 0, `bucket not empty ("bkt-one")`, CodeBucketNotEmpty, 0},
	{nil, 9, "bucket: metaclient: bucket not empty", CodeBucketNotEmpty, 0},
	{nil, 8, "bucket: metaclient: number of allocated buckets (10000) exceeded", CodeInternal, DetailBucketLimit},

	{uplink.ErrObjectNotFound, 0, `object not found ("k")`, CodeObjectNotFound, 0},
	{nil, 5, "object not found: metaclient: object not found: metabase: sql: no rows in result set", CodeObjectNotFound, 0},
	{uplink.ErrObjectKeyInvalid, 0, `object key invalid ("")`, CodeObjectKeyInvalid, 0},
	{nil, 3, "metaclient: key length is too big, got 4023, maximum allowed is 4000", CodeObjectKeyInvalid, 0},
	{nil, 3, "metaclient: Encrypted metadata is too large, got 2.1 KiB, maximum allowed is 2.0 KiB", CodeInternal, DetailInvalidMetadata},
	{nil, 0, `invalid pairs [not utf-8 "a"="b"]`, CodeInternal, DetailInvalidMetadata},
	{nil, 0, `proto: field ".UserDefined" contains invalid UTF-8`, CodeInternal, DetailInvalidMetadata},
	{nil, 3, "metaclient: invalid expiration time, cannot be in the past", CodeInternal, DetailInvalidArgument},
	{nil, 3, "metaclient: invalid expiration time, cannot be longer than 1h0m0s", CodeInternal, DetailInvalidArgument},
	{nil, 3, "metaclient: metabase: invalid request: invalid range: 10:1", CodeInternal, DetailInvalidArgument},
	{nil, 0, "metainfo: prefix should end with slash", CodeInternal, DetailInvalidArgument},

	{object.ErrFailedPrecondition, 0, "failed precondition", CodeInternal, DetailPreconditionFailed},
	{object.ErrUnimplemented, 0, "unimplemented", CodeInternal, DetailUnsupported},
	{object.ErrMethodNotAllowed, 0, "method not allowed", CodeInternal, DetailMethodNotAllowed},
	{nil, 3, "metaclient: metainfo: invalid object version length", CodeInternal, DetailVersionInvalid},
	{nil, 3, "metaclient: metabase: invalid request: Version invalid: 0", CodeInternal, DetailVersionInvalid},

	{object.ErrObjectProtected, 0, "object is protected by Object Lock settings", CodeInternal, DetailObjectLocked},
	{nil, 10005, "metaclient: object is protected by Object Lock settings", CodeInternal, DetailObjectLocked},
	{bucket.ErrBucketNoLock, 0, "object lock is not enabled for this bucket", CodeInternal, DetailLockDisabled},
	{object.ErrNoObjectLockConfiguration, 0, "[commit] destination bucket has no object lock configuration", CodeInternal, DetailLockDisabled},
	{bucket.ErrBucketInvalidStateObjectLock, 0, "object lock requires bucket versioning to be enabled", CodeInternal, DetailBucketState},
	{nil, 9, "metaclient: bucket operation conflict: versioning may only be suspended for buckets with versioning enabled", CodeInternal, DetailBucketState},
	{bucket.ErrBucketInvalidObjectLockConfig, 0, "bucket object lock configuration is invalid", CodeInternal, DetailInvalidArgument},
	{object.ErrObjectLockUploadWithTTLAndDefaultRetention, 0,
		"[commit] cannot specify an object expiration time when uploading into a bucket with default retention settings",
		CodeInternal, DetailExpiresLocked},
	{nil, 3, "[commit] metaclient: retention period expiration time must not be in the past", CodeInternal, DetailInvalidArgument},
	{nil, 3, "[commit] metaclient: cannot specify Object Lock settings and an object expiration time", CodeInternal, DetailExpiresLocked},

	{uplink.ErrUploadDone, 0, "upload done: already committed", CodeUploadDone, 0},
	{nil, 0, "upload already done", CodeUploadDone, 0},
	{uplink.ErrUploadIDInvalid, 0, "upload ID invalid", CodeInternal, DetailUploadNotFound},
	{nil, 5, "metaclient: pending object missing", CodeInternal, DetailUploadNotFound},

	{uplink.ErrTooManyRequests, 8, "too many requests", CodeTooManyRequests, 0},
	{uplink.ErrBandwidthLimitExceeded, 8, "bandwidth limit exceeded", CodeBandwidthLimitExceeded, 0},
	{uplink.ErrStorageLimitExceeded, 8, "storage limit exceeded", CodeStorageLimitExceeded, 0},
	{uplink.ErrSegmentsLimitExceeded, 8, "segments limit exceeded", CodeSegmentsLimitExceeded, 0},
	{nil, 9, "metaclient: not enough nodes: not enough nodes: requested from cache 1, found 0", CodeInternal, DetailNodesUnavailable},
	{nil, 13, "metaclient: internal error", CodeInternal, 0},
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
		f := Classify(outer.Wrap(err))
		if f.Code != entry.code || f.Detail != entry.detail || !strings.HasSuffix(f.Text, strings.TrimPrefix(entry.text, "uplink: ")) {
			t.Errorf("%s: %d, %d, %q", entry.text, f.Code, f.Detail, f.Text)
		}
	}
}
