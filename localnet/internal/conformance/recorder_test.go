package conformance_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"storj.io/common/rpc/rpcstatus"
	"storj.io/uplink"
	privateBucket "storj.io/uplink/private/bucket"
	privateObject "storj.io/uplink/private/object"
)

// step makes one call. Its value or error is shown in the call's line.
type step func(ctx context.Context) (any, error)

// prepared runs the step, and returns a failed preparation as its error.
func (s step) prepared(ctx context.Context) (value any, err error) {
	defer func() {
		if p := recover(); p != nil {
			cause, ok := p.(preparation)
			if !ok {
				panic(p)
			}
			err = fmt.Errorf("[preparation] %w", cause.error)
		}
	}()
	return s(ctx)
}

const callTimeout = time.Minute

// call runs a step and records its line.
func (f *family) call(name string, run step) error {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	value, err := run.prepared(ctx)
	text := ""
	if value != nil {
		text = fmt.Sprint(value)
	}
	outcome := "ok"
	switch {
	case err != nil:
		outcome = describe(err)
		if text != "" && text != "<nil>" {
			outcome += " with " + clean(text)
		}
	case text != "":
		outcome += " " + clean(text)
	}
	f.lines = append(f.lines, line{name: f.name + " | " + name, outcome: outcome})
	return err
}

// line is a call and its outcome.
type line struct{ name, outcome string }

func (l line) String() string { return l.name + " => " + l.outcome }

// namedErrors has the errors that Go's library distinguishes.
var namedErrors = []struct {
	name string
	err  error
}{
	{"ErrTooManyRequests", uplink.ErrTooManyRequests},
	{"ErrBandwidthLimitExceeded", uplink.ErrBandwidthLimitExceeded},
	{"ErrStorageLimitExceeded", uplink.ErrStorageLimitExceeded},
	{"ErrSegmentsLimitExceeded", uplink.ErrSegmentsLimitExceeded},
	{"ErrPermissionDenied", uplink.ErrPermissionDenied},
	{"ErrBucketNameInvalid", uplink.ErrBucketNameInvalid},
	{"ErrBucketAlreadyExists", uplink.ErrBucketAlreadyExists},
	{"ErrBucketNotEmpty", uplink.ErrBucketNotEmpty},
	{"ErrBucketNotFound", uplink.ErrBucketNotFound},
	{"ErrObjectKeyInvalid", uplink.ErrObjectKeyInvalid},
	{"ErrObjectNotFound", uplink.ErrObjectNotFound},
	{"ErrUploadIDInvalid", uplink.ErrUploadIDInvalid},
	{"ErrUploadDone", uplink.ErrUploadDone},
	{"ErrMethodNotAllowed", privateObject.ErrMethodNotAllowed},
	{"ErrObjectKeyMissing", privateObject.ErrObjectKeyMissing},
	{"ErrObjectKeyTooLong", privateObject.ErrObjectKeyTooLong},
	{"ErrObjectVersionInvalid", privateObject.ErrObjectVersionInvalid},
	{"ErrBucketNameMissing", privateObject.ErrBucketNameMissing},
	{"ErrNoObjectLockConfiguration", privateObject.ErrNoObjectLockConfiguration},
	{"ErrRetentionNotFound", privateObject.ErrRetentionNotFound},
	{"ErrObjectProtected", privateObject.ErrObjectProtected},
	{"ErrObjectLockInvalidObjectState", privateObject.ErrObjectLockInvalidObjectState},
	{"ErrObjectLockUploadWithTTLAndDefaultRetention", privateObject.ErrObjectLockUploadWithTTLAndDefaultRetention},
	{"ErrDeleteObjectsNoItems", privateObject.ErrDeleteObjectsNoItems},
	{"ErrDeleteObjectsTooManyItems", privateObject.ErrDeleteObjectsTooManyItems},
	{"ErrDeleteObjectsUnimplemented", privateObject.ErrDeleteObjectsUnimplemented},
	{"ErrUnsupportedDelimiter", privateObject.ErrUnsupportedDelimiter},
	{"ErrFailedPrecondition", privateObject.ErrFailedPrecondition},
	{"ErrUnimplemented", privateObject.ErrUnimplemented},
	{"ErrBucketNoLock", privateBucket.ErrBucketNoLock},
	{"ErrBucketInvalidObjectLockConfig", privateBucket.ErrBucketInvalidObjectLockConfig},
	{"ErrBucketInvalidStateObjectLock", privateBucket.ErrBucketInvalidStateObjectLock},
	{"io.EOF", io.EOF},
	{"ErrDeadline", context.DeadlineExceeded},
}

func describe(err error) string {
	var names []string
	for _, named := range namedErrors {
		if errors.Is(err, named.err) {
			names = append(names, named.name)
		}
	}
	if len(names) == 0 {
		names = []string{"-"}
	}
	return fmt.Sprintf("ERR %s code=%d %s", strings.Join(names, "+"), rpcstatus.Code(err), clean(err.Error()))
}

// cleaners remove what differs between two runs, and the names that a satellite
// gives to its own parts.
var cleaners = []struct {
	pattern     *regexp.Regexp
	replacement string
}{
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`), "<uuid>"},
	{regexp.MustCompile(`1[1-9A-HJ-NP-Za-km-z]{46,54}`), "<node>"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "<addr>"},
	{regexp.MustCompile(`20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*( \+0000 UTC)?`), "<time>"},
	{regexp.MustCompile(`[0-9a-f]{40,}`), "<hex>"},
	{regexp.MustCompile(`[A-Z2-7]{50,}`), "<base32>"},
	{regexp.MustCompile(`0x[0-9a-f]+`), "<ptr>"},
	{regexp.MustCompile(`([A-Za-z0-9]){400,}`), "<long>"},
	{regexp.MustCompile(`\b(metabase|satellitedb|pointer verification|signature verification): `), ""},
	{regexp.MustCompile(`metaclient: metainfo: `), "metaclient: "},
	{regexp.MustCompile(`: sql: no rows in result set`), ""},
	{regexp.MustCompile(`object not found: $`), "object not found"},
}

const longest = 600

func clean(s string) string {
	for _, c := range cleaners {
		s = c.pattern.ReplaceAllString(s, c.replacement)
	}
	if len(s) > longest {
		s = s[:longest] + "…"
	}
	return fmt.Sprintf("%q", s)
}

// must returns the value of a call that only prepares for later calls.
func must[T any](value T, err error) T {
	check(err)
	return value
}

// check ends the family if a call that only prepares for later calls has failed.
func check(err error) {
	if err != nil {
		panic(preparation{err})
	}
}

// preparation is the panic of check.
type preparation struct{ error }

// ended fails the test when a preparation failed.
func (f *family) ended(t *testing.T) {
	switch p := recover().(type) {
	case nil:
	case preparation:
		t.Errorf("%s ended after %d calls: %+v", f.name, len(f.lines), p.error)
	default:
		panic(p)
	}
}
