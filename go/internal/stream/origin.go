package stream

import (
	"context"
	"io"

	"storj.io/uplink"
	"storj.io/uplink/private/object"

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
