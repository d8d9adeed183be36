package transfer

import (
	"context"

	"github.com/zeebo/blake3"

	"storj.io/uplink"
	private "storj.io/uplink/private/multipart"

	"libuplink/internal/checksum"
	"libuplink/internal/fail"
	"libuplink/internal/multipart"
	"libuplink/internal/objects"
	"libuplink/internal/project"
	"libuplink/internal/stream"
	"libuplink/internal/window"
)

const (
	// The size of a segment. Parts of other sizes have small segments, which are slow to download.
	segmentSize = 64 << 20
	// The largest number of parts that satellites accept.
	mostParts = 10_000
)

// part is a range of a file, which is uploaded by itself.
type part struct {
	number       uint32
	offset, size int64
}

// partSize returns the size of all parts but the last.
func (u *upload) partSize() int64 {
	if u.options.PartSize > 0 {
		return u.options.PartSize
	}
	const most = segmentSize * mostParts
	return segmentSize * max((u.source.length()+most-1)/most, 1)
}

// plan returns the parts of the file.
func (u *upload) plan() (parts []part) {
	size, total := u.partSize(), u.source.length()
	for offset := int64(0); offset < total; offset += size {
		parts = append(parts, part{uint32(len(parts) + 1), offset, min(size, total-offset)})
	}
	return parts
}

// partsUpload is an upload of a file in parts.
type partsUpload struct {
	*upload
	pending multipart.Upload
	parts   []part
	etags   [][]byte           // of the parts; nil for a part that is not stored yet
	kept    tally              // of the parts that were stored already
	sum     *checksum.Sum      // of the file; nil if none is stored
	hashing *checksum.Follower // of the bytes that were read for parts; nil without sum
}

// sendInParts uploads the file in parts. It goes on with a pending upload if there is one whose
// parts are those of the file.
func (u *upload) sendInParts(ctx context.Context) (*objects.Record, error) {
	if err := u.checkNew(ctx); err != nil {
		return nil, err
	}
	resume := !u.options.NoResume
	for {
		s := &partsUpload{upload: u, parts: u.plan(), kept: tally{counters: u.counters}}
		s.etags = make([][]byte, len(s.parts))
		record, err := s.run(ctx, resume)
		if err == nil {
			return record, nil
		}
		// Another process went on with the same pending upload, and has ended it.
		taken := fail.Classify(err).Detail == fail.DetailUploadNotFound
		if !taken || !resume || ctx.Err() != nil {
			return nil, err
		}
		resume, u.committing = false, false
		s.kept.undo()
	}
}

// checkNew returns an error if the commit must not replace an object, and there is one. The condition of
// the commit decides, so an access that cannot read needs no check here; but this one comes before all
// bytes are sent.
func (u *upload) checkNew(ctx context.Context) error {
	if len(u.options.Object.IfNoneMatch) == 0 {
		return nil
	}
	_, err := project.Ask(ctx, u.project, func() (*objects.Record, error) {
		return objects.Stat(ctx, u.project.Project, objects.Place{Bucket: u.bucket, Key: u.key}, nil)
	})
	switch {
	case err == nil:
		return fail.Internal(fail.DetailPreconditionFailed, "an object has the key already")
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return nil
}

// run uploads the parts that are missing, and commits the upload.
func (s *partsUpload) run(ctx context.Context, resume bool) (*objects.Record, error) {
	if resume {
		if err := s.findPending(ctx); err != nil {
			return nil, err
		}
	}
	if s.pending.ID == "" {
		if err := s.begin(ctx); err != nil {
			return nil, err
		}
	}
	record, err := s.finish(ctx)
	if err != nil && !s.keepsPending(err) {
		multipart.AbortLater(s.project.Context, s.project.Project, s.pending)
	}
	return record, err
}

// keepsPending reports whether another upload can go on with the pending one after the error.
func (s *partsUpload) keepsPending(err error) bool {
	if s.options.NoResume {
		return false // after a commit that has succeeded all the same, the abort changes nothing
	}
	if s.committing && fail.Classify(err).Detail != fail.DetailPreconditionFailed {
		return true // the object may exist
	}
	switch fail.Classify(err).Detail {
	case fail.DetailSourceChanged, fail.DetailPreconditionFailed:
		return false
	}
	for _, etag := range s.etags {
		if etag != nil {
			return true
		}
	}
	return false
}

// begin begins a pending upload.
func (s *partsUpload) begin(ctx context.Context) error {
	o := s.options.Object
	options := &private.UploadOptions{Expires: o.Expires, Retention: o.Retention, LegalHold: o.LegalHold}
	path := project.Path(s.bucket, s.key)
	info, err := multipart.BeginOnTime(ctx, func() (*uplink.UploadInfo, error) {
		return project.AskToWrite(ctx, s.project, path, func() (*uplink.UploadInfo, error) {
			return multipart.Begin(ctx, s.project.Project, s.bucket, s.key, options)
		})
	}, func(info *uplink.UploadInfo) {
		multipart.AbortLater(s.project.Context, s.project.Project, s.uploadOf(info))
	})
	if err != nil {
		return err
	}
	s.pending = s.uploadOf(info)
	return nil
}

// uploadOf returns the pending upload that has begun.
func (s *partsUpload) uploadOf(info *uplink.UploadInfo) multipart.Upload {
	return multipart.Upload{Bucket: s.bucket, Key: s.key, ID: info.UploadID}
}

// hash begins the checksum of the file, which takes the bytes in their order, when they have been read
// for their parts.
func (s *partsUpload) hash(ctx context.Context) {
	if s.sum = checksum.New(s.options.Checksum); s.sum == nil {
		return
	}
	readAgain := func(offset int64, scratch []byte) ([]byte, error) { return scratch, s.source.read(scratch, offset) }
	s.hashing = checksum.Follow(ctx, s.sum, 0, s.source.length(), readAgain)
	for index, etag := range s.etags {
		if etag != nil {
			s.hashing.Arrived(s.parts[index].offset, s.parts[index].size)
		}
	}
}

// finish uploads the parts that are missing, and commits the upload.
func (s *partsUpload) finish(ctx context.Context) (*objects.Record, error) {
	s.hash(ctx)
	defer s.hashing.Stop()
	if err := s.sendMissing(ctx); err != nil {
		return nil, err
	}
	if err := s.hashing.Wait(); err != nil {
		return nil, err
	}
	if err := s.source.check(); err != nil {
		return nil, err
	}
	if err := s.checkParts(ctx); err != nil {
		return nil, err
	}
	s.committing = true
	return project.Ask(ctx, s.project, func() (*objects.Record, error) {
		return multipart.Commit(ctx, s.project.Project, s.pending, &multipart.CommitOptions{
			CustomMetadata: s.sum.AddTo(s.options.Custom), ETag: s.options.ETag, IfNoneMatch: s.options.Object.IfNoneMatch,
		})
	})
}

// sendPart uploads a part, again after an error of the network as the patience allows.
func (s *partsUpload) sendPart(ctx context.Context, index int, count func(int64)) error {
	return persist(ctx, s.project.Patience, func() error {
		sent := tally{counters: s.counters}
		etag, err := s.sendPartOnce(ctx, s.parts[index], func(size int64) {
			sent.add(size)
			count(size)
		})
		if err != nil {
			count(-sent.sent)
			sent.undo()
			return err
		}
		s.etags[index] = etag
		return nil
	}, func(err error) bool { return isOfNetwork(fail.Classify(err)) })
}

// sendPartOnce uploads a part, and returns its ETag. It counts the bytes that were sent.
func (s *partsUpload) sendPartOnce(ctx context.Context, part part, count func(int64)) ([]byte, error) {
	turn := window.Process.NewTurn()
	defer turn.Leave()
	readAgain := func(data []byte, offset int64) error { return s.source.read(data, part.offset+offset) }
	up, err := stream.OpenPart(ctx, s.project, stream.Part{
		Upload: s.pending, Number: part.number,
		Source: &window.Source{Size: part.size, ReadAt: readAgain, Turn: turn},
	})
	if err != nil {
		return nil, err
	}
	defer up.Free()
	sum, offset := blake3.New(), part.offset
	err = forEachPiece(s.source, part.offset, part.size, func(data []byte) error {
		s.hashing.Arrived(offset, int64(len(data)))
		offset += int64(len(data))
		if err := turn.Await(ctx); err != nil {
			return err
		}
		_, _ = sum.Write(data) // never fails
		written, err := up.Write(ctx, data)
		count(int64(written))
		// Only now it has its connections: before, it may wait for parts that wait for memory.
		turn.Enter()
		return err
	})
	turn.Finish()
	if err != nil {
		return nil, err
	}
	if err := s.source.check(); err != nil {
		return nil, err
	}
	etag := s.etag(sum.Sum(nil))
	_, err = up.Commit(ctx, etag)
	return etag, err
}
