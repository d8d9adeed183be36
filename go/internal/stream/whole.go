package stream

import (
	"context"

	"storj.io/uplink"

	"libuplink/internal/budget"
	"libuplink/internal/guard"
	"libuplink/internal/objects"
	"libuplink/internal/project"
)

// A whole object is uploaded or downloaded in one operation, since each operation costs the
// caller's event loop a step.

// Put is an upload of a whole object.
type Put struct {
	Object Object
	Custom uplink.CustomMetadata
	Data   *Lent
	Claim  *budget.Claim // of connections, or of the memory for an inline object
}

// Run uploads the object and returns its record. It copies the data only when the claim is granted,
// so that an operation that waits needs little memory.
func (u *Put) Run(ctx context.Context, p *project.Project) (*objects.Record, error) {
	defer u.Data.Release()
	if err := u.Claim.Await(ctx); err != nil {
		return nil, err
	}
	if !u.Data.Inline() {
		return u.upload(ctx, p)
	}
	defer u.Claim.Release()
	if u.Object.commitAtRisk(u.Custom) {
		return u.upload(ctx, p)
	}
	path := project.Path(u.Object.Bucket, u.Object.Key)
	return project.AskToWrite(ctx, p, path, func() (*objects.Record, error) { return u.uploadInline(ctx, p) })
}

// upload uploads the object. It repeats the requests that the satellite refuses singly.
func (u *Put) upload(ctx context.Context, p *project.Project) (*objects.Record, error) {
	inline := u.Data.Inline()
	data := u.Data.own()
	up, err := OpenUpload(ctx, p, u.Object)
	if err != nil {
		if !inline {
			u.Claim.Release()
		}
		return nil, err
	}
	defer up.Free()
	if !inline {
		up.connections = u.Claim
	}
	if len(u.Custom) > 0 {
		up.custom = u.Custom
	}
	if _, err := up.Write(ctx, data); err != nil {
		return nil, err
	}
	return up.Commit(ctx)
}

// OpenWithClaim begins an upload when its claim is granted. The claim is of memory for an inline
// object, or else of connections.
func OpenWithClaim(ctx context.Context, p *project.Project, object Object, claim *budget.Claim, inline bool,
) (*Upload, error) {
	return openWithClaim(ctx, claim, inline, func() (*Upload, error) { return OpenUpload(ctx, p, object) })
}

func openWithClaim[U interface {
	hold(claim *budget.Claim, inline bool)
}](ctx context.Context, claim *budget.Claim,
	inline bool, open func() (U, error)) (u U, err error) {
	if err := claim.Await(ctx); err != nil {
		return u, err
	}
	if u, err = open(); err != nil {
		claim.Release()
		return u, err
	}
	u.hold(claim, inline)
	return u, nil
}

// Fetched is the result of a get: all bytes of a range, or the open download of a range that is
// larger than wanted.
type Fetched struct {
	Data     []byte
	Download *Download // nil if Data has all
	Record   *objects.Record
}

// Get downloads a range of an object. If the range has more bytes than most, it only opens the
// download. If verify is set, the range is the whole object, whose checksum is verified.
func Get(ctx context.Context, p *project.Project, from Version, options uplink.DownloadOptions, verify bool,
	most int64) (*Fetched, error) {
	d, err := project.Ask(ctx, p, func() (*Download, error) { return OpenDownload(ctx, p, from, options) })
	if err != nil {
		return nil, err
	}
	if verify {
		if err := d.Verify(); err != nil {
			d.Free()
			return nil, err
		}
	}
	if d.left > most {
		return &Fetched{Download: d, Record: d.info}, nil
	}
	data := make([]byte, d.left)
	_, err = d.Read(ctx, data, true)
	if d.connections == nil {
		d.Close()
	} else {
		guard.Background.Go(d.Close) // waits for the nodes
	}
	if err != nil {
		return nil, err
	}
	return &Fetched{Data: data, Record: d.info}, nil
}

// Close closes the download, if there is one.
func (f *Fetched) Close() {
	if f.Download != nil {
		f.Download.Free()
	}
}
