package stream

import (
	"context"

	"libuplink/internal/checksum"
	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/objects"
	"libuplink/internal/project"
	"libuplink/internal/satellite"
	"libuplink/internal/stats"
)

// uploadInline uploads an object that the satellite keeps itself: in one request, within the context
// of the operation. An Upload would take 15 µs of CPU more, for calls from several operations and for
// segments at nodes. The caller has a slot, and repeats the upload as a whole.
func (u *Put) uploadInline(ctx context.Context, p *project.Project) (*objects.Record, error) {
	ctx, cancel := context.WithCancelCause(satellite.WithFirstBatch(ctx))
	defer cancel(errFreed) // Go's library keeps a context below this one
	data := u.Data.own()
	if err := u.Object.open(ctx, p.Project); err != nil {
		return nil, fail.Cause(ctx, err)
	}
	if err := u.fill(ctx, data); err != nil {
		guard.Background.Go(func() { _ = u.Object.abort() })
		return nil, fail.Cause(ctx, err)
	}
	if err := u.Object.commit(); err != nil {
		if ctx.Err() != nil {
			return nil, errUnknownCommit
		}
		return nil, findMissingBucket(ctx, p, u.Object.Bucket, err)
	}
	record := u.Object.info()
	return &record, nil
}

// fill passes the data and the metadata on to Go's library, which sends them with the commit.
func (u *Put) fill(ctx context.Context, data []byte) error {
	sum := checksum.New(u.Object.Checksum)
	_, _ = sum.Write(data)
	custom := sum.AddTo(u.Custom)
	if _, err := u.Object.Write(data); err != nil {
		return err
	}
	stats.Of(ctx).Send(len(data))
	if len(custom) == 0 {
		return nil
	}
	return u.Object.setMetadata(ctx, custom)
}
