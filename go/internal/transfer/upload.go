// Package transfer uploads files.
package transfer

import (
	"context"

	"storj.io/uplink"

	"libuplink/internal/budget"
	"libuplink/internal/checksum"
	"libuplink/internal/objects"
	"libuplink/internal/progress"
	"libuplink/internal/project"
	"libuplink/internal/stream"
)

// Up to this size a file is read into memory as a whole, and uploaded by one call.
const smallFile = 256 << 10

// UploadOptions are what an upload stores with its object, and how it uploads.
type UploadOptions struct {
	Object stream.Options
	ETag   []byte // nil for none
	Custom uplink.CustomMetadata
	// The checksum to store.
	Checksum checksum.Algorithm
	// Whether the upload neither goes on with a pending upload, nor stays pending when it fails.
	NoResume bool
	// The size of all parts but the last, and the size up to which a file has no parts; 0 for the
	// default. Satellites refuse parts below 5 MiB.
	PartSize int64
}

// upload is an upload of a file under way.
type upload struct {
	project     *project.Project
	bucket, key string
	source      source
	options     UploadOptions
	counters    *progress.Counters
	// Whether the object may exist already. Until then an error has changed nothing.
	committing bool
}

// UploadFile uploads a file, and returns the record of the object. It adds the size of the file to
// the total of the counters, and counts its bytes.
func UploadFile(ctx context.Context, p *project.Project, bucket, key, path string, options UploadOptions,
	counters *progress.Counters) (*objects.Record, error) {
	file, err := openSource(path)
	if err != nil {
		return nil, err
	}
	return run(ctx, &upload{
		project: p, bucket: bucket, key: key, source: file, options: options, counters: counters,
	})
}

// run runs an upload, counts its bytes, and closes its source.
func run(ctx context.Context, u *upload) (*objects.Record, error) {
	defer u.source.close()
	size := u.source.length()
	u.counters.Total.Add(size)
	send := u.sendInParts
	if size <= u.partSize() {
		send = u.sendWhole
	}
	record, err := send(ctx)
	if err != nil {
		if !u.committing {
			err = unchanged(err)
		}
		return nil, err
	}
	u.counters.Committed.Add(size)
	return record, nil
}

// sendWhole uploads the file without parts.
func (u *upload) sendWhole(ctx context.Context) (record *objects.Record, err error) {
	send := u.stream
	if u.source.length() <= smallFile {
		send = u.put
	}
	err = persist(ctx, u.project.Patience, func() (err error) {
		sent := tally{counters: u.counters}
		u.committing = false
		if record, err = send(ctx, &sent); err != nil {
			sent.undo()
		}
		return err
	}, func(err error) bool { return mayRepeat(err, u.committing) })
	return record, err
}

// object returns what an upload without parts creates.
func (u *upload) object() stream.Object {
	return stream.Object{
		Bucket: u.bucket, Key: u.key, Options: u.options.Object, ETag: u.options.ETag, Checksum: u.options.Checksum,
	}
}

// put uploads the file by one call.
func (u *upload) put(ctx context.Context, sent *tally) (*objects.Record, error) {
	data := make([]byte, u.source.length())
	if err := u.source.read(data, 0); err != nil {
		return nil, err
	}
	if err := u.source.check(); err != nil {
		return nil, err
	}
	put := &stream.Put{Object: u.object(), Custom: u.options.Custom, Data: stream.Lend(data)}
	if put.Data.Inline() {
		put.Claim = u.project.ClaimInline(budget.WeightOfPut)
	} else {
		put.Claim = u.project.ClaimConnections()
	}
	put.Claim.Enqueue(nil)
	u.committing = true
	record, err := put.Run(ctx, u.project)
	if err == nil {
		sent.add(u.source.length())
	}
	return record, err
}

// stream uploads the file piece by piece.
func (u *upload) stream(ctx context.Context, sent *tally) (*objects.Record, error) {
	claim := u.project.ClaimConnections()
	claim.Enqueue(nil)
	up, err := stream.OpenWithClaim(ctx, u.project, u.object(), claim, false)
	if err != nil {
		return nil, err
	}
	defer up.Free()
	if len(u.options.Custom) > 0 {
		if err := up.SetMetadata(u.options.Custom); err != nil {
			return nil, err
		}
	}
	err = forEachPiece(u.source, 0, u.source.length(), func(data []byte) error {
		count, err := up.Write(ctx, data)
		sent.add(int64(count))
		return err
	})
	if err == nil {
		err = u.source.check()
	}
	if err != nil {
		return nil, err
	}
	u.committing = true
	return up.Commit(ctx)
}

// tally counts the bytes of one attempt.
type tally struct {
	counters *progress.Counters
	sent     int64
}

func (t *tally) add(count int64) {
	t.sent += count
	t.counters.Transferred.Add(count)
}

// undo takes the bytes out of the counters, before another attempt sends them again.
func (t *tally) undo() { t.add(-t.sent) }
