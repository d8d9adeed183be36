package stream

import (
	"context"
	"slices"

	"storj.io/uplink"

	"libuplink/internal/budget"
	"libuplink/internal/fail"
	"libuplink/internal/multipart"
	"libuplink/internal/objects"
	"libuplink/internal/project"
	"libuplink/internal/window"
)

// Part is what an upload of a part creates, and its sink.
type Part struct {
	Upload multipart.Upload
	Number uint32
	ETag   []byte // nil for none; guarded by the stream's mutex until the commit
	// Where the bytes can be read again, so that they need not stay in memory; nil if they cannot.
	Source *window.Source

	part partSink // nil until open
}

// partSink is an upload of a part, of Go's library or of a source.
type partSink interface {
	Write(data []byte) (int, error)
	SetETag(etag []byte) error
	Commit() error
	Abort() error
	Info() *uplink.Part
}

// open begins the upload of the part.
func (p *Part) open(ctx context.Context, project *uplink.Project) (err error) {
	u := p.Upload
	if p.Source == nil {
		p.part, err = project.UploadPart(ctx, u.Bucket, u.Key, u.ID, p.Number)
	} else {
		p.part, err = window.Open(ctx, project, u.Bucket, u.Key, u.ID, p.Number, *p.Source)
	}
	return err
}

// Write writes bytes.
func (p *Part) Write(data []byte) (int, error) { return p.part.Write(data) }

// setMetadata fails: a part has no metadata.
func (p *Part) setMetadata(context.Context, uplink.CustomMetadata) error {
	return fail.InvalidArgument("a part has no custom metadata")
}

// commitAtRisk returns false: the commit of a part begins nothing that could stay pending.
func (p *Part) commitAtRisk(uplink.CustomMetadata) bool { return false }

// commit stores the part, with its ETag.
func (p *Part) commit() error {
	if p.ETag != nil {
		if err := p.part.SetETag(p.ETag); err != nil {
			return err
		}
	}
	return p.part.Commit()
}

// abort deletes what was written.
func (p *Part) abort() error { return p.part.Abort() }

// info returns the size of the part, and the time at which it was stored.
func (p *Part) info() objects.Record {
	part := p.part.Info()
	system := uplink.SystemMetadata{Created: part.Modified, ContentLength: part.Size}
	return objects.Record{Object: uplink.Object{System: system}}
}

// PartUpload is an upload of a part of a pending upload.
type PartUpload struct {
	*Upload
	part *Part
}

// OpenPart begins an upload of a part. It makes no call to the satellite, unless the ID of the pending
// upload does not show its bucket and its key.
func OpenPart(ctx context.Context, p *project.Project, part Part) (*PartUpload, error) {
	if !part.Upload.Shown(p.Project) {
		verify := func() (bool, error) { return true, multipart.Verify(ctx, p.Project, part.Upload) }
		if _, err := project.Ask(ctx, p, verify); err != nil {
			return nil, err
		}
	}
	u := &PartUpload{newUpload(p, part.Upload.Bucket, "", &part), &part}
	if err := u.open(ctx); err != nil {
		return nil, err
	}
	return u, nil
}

// OpenPartWithClaim is OpenWithClaim for a part.
func OpenPartWithClaim(ctx context.Context, p *project.Project, part Part, claim *budget.Claim, inline bool,
) (*PartUpload, error) {
	return openWithClaim(ctx, claim, inline, func() (*PartUpload, error) { return OpenPart(ctx, p, part) })
}

// SetETag sets the ETag that is stored with the part, once.
func (u *PartUpload) SetETag(etag []byte) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.state.ended(); err != nil {
		return err
	}
	if u.part.ETag != nil {
		return fail.InvalidArgument("the part has an ETag already")
	}
	u.part.ETag = slices.Clone(etag)
	return nil
}

// Commit stores the part, and returns its record. The ETag is nil if there is none, or if it was set
// before.
func (u *PartUpload) Commit(ctx context.Context, etag []byte) (*uplink.Part, error) {
	if etag != nil {
		if err := u.SetETag(etag); err != nil {
			return nil, err
		}
	}
	if _, err := u.Upload.Commit(ctx); err != nil {
		return nil, err
	}
	return u.Record(), nil
}

// Record returns what is known of the part. It does not wait for other operations.
func (u *PartUpload) Record() *uplink.Part {
	known := u.Upload.Record().System
	u.mu.Lock()
	defer u.mu.Unlock()
	return &uplink.Part{
		PartNumber: u.part.Number, Size: known.ContentLength, Modified: known.Created, ETag: u.part.ETag,
	}
}
