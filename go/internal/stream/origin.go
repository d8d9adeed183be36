package stream

import (
	"context"
	"io"
	"time"

	"storj.io/uplink"
	"storj.io/uplink/private/object"

	"libuplink/internal/fail"
	"libuplink/internal/objects"
)

// origin opens the readers of a download: one when it begins, and another one when a reader fails.
type origin interface {
	// open begins a download of Go's library, which runs under ctx.
	open(ctx context.Context, p *uplink.Project, options uplink.DownloadOptions) (reader, error)
	// pin makes further calls of open open that version of the object.
	pin(version []byte)
}

// reader is a download of Go's library.
type reader interface {
	io.ReadCloser
	Info() *objects.Record
}

// Version is the origin of a download of an object.
type Version struct {
	Bucket, Key string
	ID          []byte // nil for the latest version
	Expected    Expected
}

// Expected is the object that a download expects, by its record. It stands for a version that has no
// name: one that was stored while the bucket was not versioned.
type Expected struct {
	Created time.Time // the zero time for any object
	Size    int64
}

// errUnexpected is final: to open the download again cannot help.
var errUnexpected = func() error {
	e := *errObjectChanged
	e.Unchanged = true
	return &e
}()

// check returns an error if the opened object is not the expected one, or if it cannot be opened
// because there is another object, or none.
func (e Expected) check(record *objects.Record, failure error) error {
	if e.Created.IsZero() {
		return failure
	}
	if failure != nil {
		found := fail.Classify(failure)
		if found.Code == fail.CodeObjectNotFound || found.Detail == fail.DetailRangeInvalid {
			return errUnexpected
		}
		return failure
	}
	// Callers may know the time in microseconds only.
	created := record.System.Created.Truncate(time.Microsecond)
	if !created.Equal(e.Created.Truncate(time.Microsecond)) || record.System.ContentLength != e.Size {
		return errUnexpected
	}
	return nil
}

// open begins a download of Go's library.
func (v *Version) open(ctx context.Context, p *uplink.Project, options uplink.DownloadOptions) (reader, error) {
	opened, err := object.DownloadObject(ctx, p, v.Bucket, v.Key, v.ID,
		&object.DownloadObjectOptions{Offset: options.Offset, Length: options.Length})
	if err != nil {
		return nil, err
	}
	return opened, nil
}

// pin makes further calls of open open that version. A version that the caller has named stays:
// downloads do not report the name of one that was stored while the bucket was not versioned.
func (v *Version) pin(version []byte) {
	if v.ID == nil {
		v.ID = version
	}
}
