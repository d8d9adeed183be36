package stream

import (
	"context"
	"io"

	"storj.io/uplink"
	"storj.io/uplink/private/object"
)

// Origin is what a download reads.
type Origin interface {
	// Open begins a download of Go's library, which runs under ctx.
	Open(ctx context.Context, p *uplink.Project, options uplink.DownloadOptions) (Reader, error)
	// Pin makes further calls of Open open that version of the object.
	Pin(version []byte)
}

// Reader is a download of Go's library.
type Reader interface {
	io.ReadCloser
	Info() *object.VersionedObject
}

// Version is the origin of a download of an object.
type Version struct {
	Bucket, Key string
	ID          []byte // nil for the newest version
}

// Open begins a download of Go's library.
func (v *Version) Open(ctx context.Context, p *uplink.Project, options uplink.DownloadOptions) (Reader, error) {
	opened, err := object.DownloadObject(ctx, p, v.Bucket, v.Key, v.ID,
		&object.DownloadObjectOptions{Offset: options.Offset, Length: options.Length})
	if err != nil {
		return nil, err
	}
	return opened, nil
}

// Pin makes further calls of Open open that version.
func (v *Version) Pin(version []byte) { v.ID = version }
