package stream

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"storj.io/uplink"

	"libuplink/internal/budget"
	"libuplink/internal/checksum"
	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/objects"
	"libuplink/internal/project"
	"libuplink/internal/satellite"
	"libuplink/internal/stats"
)

type uploadState int

const (
	writable  uploadState = iota
	committed             // also while it is being committed, and after a commit that failed
	aborted
)

// Upload is an upload of an object. It keeps a record of the object, so that a caller can read it
// while a write or the commit is under way.
type Upload struct {
	stream
	sink     sink
	bucket   string
	segments segments

	// Guarded by the lock.
	sum    *checksum.Sum // of the bytes that were accepted; nil if none is stored
	inline *budget.Claim // of the memory for an inline object; nil if the upload has none

	// Guarded by the stream's mutex.
	state  uploadState
	info   objects.Record        // without custom
	custom uplink.CustomMetadata // nil until it is set
}

var errAborted = fail.Canceled("the upload was aborted")

// OpenUpload begins an upload of an object. It makes no call to the satellite.
func OpenUpload(ctx context.Context, p *project.Project, object Object) (*Upload, error) {
	u := newUpload(p, object.Bucket, object.Key, &object)
	u.sum = checksum.New(object.Checksum)
	if err := u.open(ctx); err != nil {
		return nil, err
	}
	return u, nil
}

// newUpload returns an upload whose sink is not open yet. The key is "" for a part, which creates no
// pending object.
func newUpload(p *project.Project, bucket, key string, to sink) *Upload {
	path := ""
	if key != "" {
		path = project.Path(bucket, key)
	}
	u := &Upload{stream: newStream(p, path), sink: to, bucket: bucket}
	u.requests.RepeatSingly(true)
	ctx := u.ctx
	if key != "" {
		ctx = satellite.WithFirstBatch(ctx)
	}
	u.segments.init(ctx)
	return u
}

// hold makes the upload the owner of a claim: of memory for an inline object, or else of connections.
func (u *Upload) hold(claim *budget.Claim, inline bool) {
	if inline {
		u.inline = claim
	} else {
		u.connections = claim
	}
}

// open opens the sink. The end of ctx meanwhile ends the upload.
func (u *Upload) open(ctx context.Context) error {
	stop := u.cancelWith(ctx)
	err := u.sink.open(u.segments.ctx, u.project.Project)
	canceled := !stop()
	if err != nil {
		err = u.explain(err)
		u.cancel(errFreed)
		return err
	}
	u.info = u.sink.info()
	if canceled {
		u.Free()
		return context.Cause(ctx)
	}
	return nil
}

// usable returns why nothing more can be written or committed, or nil.
func (u *Upload) usable() error {
	u.mu.Lock()
	state := u.state
	u.mu.Unlock()
	if err := state.ended(); err != nil {
		return err
	}
	return u.failed()
}

// ended returns the error of an upload that was committed or aborted, or nil.
func (s uploadState) ended() error {
	switch s {
	case committed:
		return fail.New(fail.CodeUploadDone, fail.DetailNone, "%v: commit was called already", uplink.ErrUploadDone)
	case aborted:
		return fail.New(fail.CodeUploadDone, fail.DetailNone, "%v: it was aborted", uplink.ErrUploadDone)
	}
	return nil
}

// end moves the upload to its last state. It fails if the upload has one already.
func (u *Upload) end(state uploadState) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.state.ended(); err != nil {
		return err
	}
	u.state = state
	return nil
}

// largeFrom is how many bytes an upload has at least for which another round trip is not noticed. The
// buffer of a stream in Python is twice as large, and is rarely passed on less than half full.
const largeFrom = 128 << 10

// Write writes all data, and returns the number of bytes that were accepted.
func (u *Upload) Write(ctx context.Context, data []byte) (int, error) {
	held, err := u.lock(ctx, u.usable)
	if err != nil {
		return 0, err
	}
	defer held.unlock()
	if len(data) == 0 {
		return 0, nil
	}
	if u.segments.size+len(data) > budget.LargestInline {
		if err := u.acquireConnections(budget.ConnectionsOfUpload); err != nil {
			return 0, u.note(err)
		}
	}
	if u.segments.size+len(data) >= largeFrom {
		u.requests.SplitLarge()
	}
	defer u.work()()
	count, err := u.segments.write(u.sink, data)
	_, _ = u.sum.Write(data[:count])
	stats.Of(ctx).Send(count)
	return count, u.note(u.findMissingBucket(u.findReason(err)))
}

// findReason returns why an upload takes no more bytes. Go's library closes the pipe of an upload
// that failed a moment before writers get the error. Nothing can be committed any more, so another
// byte does no harm.
func (u *Upload) findReason(err error) error {
	for wait := time.Millisecond; hidesReason(err) && wait < time.Second; wait *= 2 {
		select {
		case <-u.ctx.Done():
			return err
		case <-time.After(wait):
		}
		if _, later := u.sink.Write([]byte{0}); later != nil {
			err = later
		}
	}
	return err
}

// hidesReason reports whether the error shows no more than that writing has ended. The second error
// has no type.
func hidesReason(err error) bool {
	return errors.Is(err, io.ErrClosedPipe) ||
		err != nil && strings.Contains(err.Error(), "WaitWrite called after DoneWriting")
}

// findMissingBucket is findMissingBucket for the bucket of the upload.
func (u *Upload) findMissingBucket(err error) error {
	return findMissingBucket(u.ctx, u.project, u.bucket, err)
}

// findMissingBucket returns the error about a bucket that does not exist, if the satellite does not
// find the upload for that reason. Otherwise it returns err.
func findMissingBucket(ctx context.Context, p *project.Project, bucket string, err error) error {
	if err != nil && fail.Classify(err).Detail == fail.DetailUploadNotFound {
		if _, missing := p.StatBucket(ctx, bucket); errors.Is(missing, uplink.ErrBucketNotFound) {
			return missing
		}
	}
	return err
}

// errUnknownCommit is the error of a commit that was canceled.
var errUnknownCommit = fail.Canceled("the commit was canceled; whether the object was committed is not known")

// Commit stores the object, and returns its record.
func (u *Upload) Commit(ctx context.Context) (*objects.Record, error) {
	held, err := u.lock(ctx, u.usable)
	if err != nil {
		return nil, err
	}
	defer held.unlock()
	release, err := u.project.AcquireSlot(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := u.end(committed); err != nil {
		return nil, err
	}
	defer u.releaseClaims()
	defer u.work()()
	defer u.cancel(errFreed) // ends a goroutine of Go's library
	if err := u.setMetadata(ctx); err != nil {
		return nil, u.note(err)
	}
	if err := u.sink.commit(); err != nil {
		if ctx.Err() != nil || u.ctx.Err() != nil {
			return nil, errUnknownCommit
		}
		return nil, u.note(u.findMissingBucket(err))
	}
	info := u.sink.info()
	u.mu.Lock()
	u.info = info
	u.mu.Unlock()
	return u.Record(), nil
}

// Abort deletes what was written. It cannot be canceled.
func (u *Upload) Abort() error {
	if err := u.end(aborted); err != nil {
		return err
	}
	return u.abort(errAborted)
}

// abort cancels the upload, waits for the operation under way, and deletes what was written.
func (u *Upload) abort(reason error) error {
	u.cancel(reason) // ends a write under way
	u.locked <- struct{}{}
	defer u.releaseLock()
	defer u.releaseClaims()
	defer u.work()()
	return u.sink.abort()
}

// releaseClaims releases all claims of the upload. The caller has the lock.
func (u *Upload) releaseClaims() {
	u.releaseConnections()
	if u.inline != nil {
		u.inline.Release()
		u.inline = nil
	}
}

// Free aborts the upload in the background if it was not committed. It cancels a commit under way,
// which then deletes what was written.
func (u *Upload) Free() {
	u.cancel(errFreed)
	if u.end(aborted) == nil {
		guard.Background.Go(func() { _ = u.abort(errFreed) })
	}
}

// Record returns what is known of the object. It does not wait for other operations.
func (u *Upload) Record() *objects.Record {
	u.mu.Lock()
	defer u.mu.Unlock()
	record := u.info
	if u.custom != nil {
		record.Custom = u.custom
	}
	return &record
}

// setMetadata passes the metadata on to the sink, and prepares the requests for the commit.
func (u *Upload) setMetadata(ctx context.Context) error {
	u.mu.Lock()
	u.custom = u.sum.AddTo(u.custom)
	custom := u.custom
	u.mu.Unlock()
	if u.sink.commitAtRisk(custom) {
		u.requests.SplitInline()
	}
	if custom == nil {
		return nil
	}
	return u.sink.setMetadata(ctx, custom)
}

// SetMetadata keeps the metadata for the commit, so that it does not wait for a write under way.
func (u *Upload) SetMetadata(custom uplink.CustomMetadata) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.state.ended(); err != nil {
		return err
	}
	if err := u.sum.Check(custom); err != nil {
		return err
	}
	u.custom = custom
	return nil
}
