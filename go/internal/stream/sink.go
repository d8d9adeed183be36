package stream

import (
	"context"

	"storj.io/uplink"
	"storj.io/uplink/private/object"

	"libuplink/internal/checksum"
	"libuplink/internal/objects"
)

// sink is where an upload stores its bytes: an upload of Go's library.
type sink interface {
	// open begins the upload, which runs under ctx. It makes no call to the satellite.
	open(ctx context.Context, p *uplink.Project) error
	Write(data []byte) (int, error)
	// setMetadata sets the metadata that commit stores. It makes no call to the satellite.
	setMetadata(ctx context.Context, custom uplink.CustomMetadata) error
	// commitAtRisk reports whether the satellite may refuse the commit after it has accepted the
	// begin.
	commitAtRisk(custom uplink.CustomMetadata) bool
	// commit stores the object.
	commit() error
	// abort deletes what was written.
	abort() error
	// info returns what is known of the object.
	info() objects.Record
}

// Options are what an upload stores with its object, and its condition.
type Options = object.UploadOptions

// Object is what an upload creates, and its sink.
type Object struct {
	Bucket, Key string
	Options     Options
	ETag        []byte // nil for none
	Checksum    checksum.Algorithm

	upload *object.VersionedUpload // nil until open
}

// sureMetadata is how many bytes of metadata any satellite stores. The default limit is 2 KiB, with
// what encryption adds.
const sureMetadata = 1 << 10

// commitAtRisk reports whether the satellite may refuse the commit after it has accepted the begin.
// It checks the condition and the size of the metadata only then.
func (o *Object) commitAtRisk(custom uplink.CustomMetadata) bool {
	size := len(o.ETag)
	for key, value := range custom {
		size += len(key) + len(value)
	}
	return len(o.Options.IfNoneMatch) > 0 || size > sureMetadata
}

// open begins the upload.
func (o *Object) open(ctx context.Context, p *uplink.Project) (err error) {
	o.upload, err = object.UploadObject(ctx, p, o.Bucket, o.Key, &o.Options)
	if err == nil && o.ETag != nil {
		err = o.upload.SetETag(ctx, o.ETag)
	}
	return err
}

// Write writes bytes.
func (o *Object) Write(data []byte) (int, error) { return o.upload.Write(data) }

// setMetadata sets the metadata that commit stores.
func (o *Object) setMetadata(ctx context.Context, custom uplink.CustomMetadata) error {
	return o.upload.SetCustomMetadata(ctx, custom)
}

// commit stores the object.
func (o *Object) commit() error { return o.upload.Commit() }

// abort deletes what was written.
func (o *Object) abort() error { return o.upload.Abort() }

// info returns what is known of the object, and when it expires, which Go's library leaves out.
func (o *Object) info() objects.Record {
	info := *o.upload.Info()
	info.System.Expires = o.Options.Expires
	return info
}
