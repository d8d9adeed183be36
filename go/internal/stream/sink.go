package stream

import (
	"context"

	"storj.io/uplink"
)

// Sink is where an upload stores its bytes: an upload of Go's library.
type Sink interface {
	// Open begins the upload, which runs under ctx. It makes no call to the satellite.
	Open(ctx context.Context, p *uplink.Project) error
	Write(data []byte) (int, error)
	// SetMetadata sets the metadata that Commit stores. It makes no call to the satellite.
	SetMetadata(ctx context.Context, custom uplink.CustomMetadata) error
	// Commit stores the object.
	Commit() error
	// Abort deletes what was written.
	Abort() error
	// Info returns what is known of the object.
	Info() uplink.Object
}

// Object is what an upload creates, and its sink.
type Object struct {
	Bucket, Key string
	Options     *uplink.UploadOptions

	upload *uplink.Upload // nil until Open
}

// Open begins the upload.
func (o *Object) Open(ctx context.Context, p *uplink.Project) (err error) {
	o.upload, err = p.UploadObject(ctx, o.Bucket, o.Key, o.Options)
	return err
}

// Write writes bytes.
func (o *Object) Write(data []byte) (int, error) { return o.upload.Write(data) }

// SetMetadata sets the metadata that Commit stores.
func (o *Object) SetMetadata(ctx context.Context, custom uplink.CustomMetadata) error {
	return o.upload.SetCustomMetadata(ctx, custom)
}

// Commit stores the object.
func (o *Object) Commit() error { return o.upload.Commit() }

// Abort deletes what was written.
func (o *Object) Abort() error { return o.upload.Abort() }

// Info returns what is known of the object, and when it expires, which Go's library leaves out.
func (o *Object) Info() uplink.Object {
	info := *o.upload.Info()
	info.System.Expires = o.Options.Expires
	return info
}
