// Package satellite changes and repeats the requests that Go's library sends to a satellite.
package satellite

import (
	"context"
	"sync/atomic"
	"time"

	"storj.io/common/pb"
	"storj.io/drpc"

	"libuplink/internal/pace"
)

// Requests are the requests of one stream. Go's library ends a stream at the first refused request,
// so each request is repeated by itself, below Go's library. An operation that is not on a stream
// is repeated as a whole: project.Ask does so.
type Requests struct {
	pace *pace.Pace
	key  string // the object that the stream writes; "" for a download
	// Whether refused requests are repeated by themselves. While it is false, the operation that
	// opens the stream is repeated as a whole.
	singly atomic.Bool
	// How long the newest operation on the stream lets requests be repeated, in nanoseconds; 0 for
	// as long as the project does.
	repeatFor atomic.Int64
	// Whether BeginObject was accepted. Satellites count it as the write to the key.
	begun atomic.Bool
	// Whether the satellite may well refuse the commit of an inline object.
	commitAtRisk atomic.Bool
	// Whether the object is so large that another round trip takes little of the time of its upload.
	large atomic.Bool
}

type requestsKey struct{}

// NewRequests returns the requests of a stream that writes to a key, or of one that reads, for
// which key is "".
func NewRequests(p *pace.Pace, key string) *Requests { return &Requests{pace: p, key: key} }

// WithRequests returns a context whose requests to the satellite are those of a stream.
func WithRequests(ctx context.Context, r *Requests) context.Context {
	return context.WithValue(ctx, requestsKey{}, r)
}

// RequestsOf returns the requests of the stream that a context belongs to, or nil if they are not
// repeated singly.
func RequestsOf(ctx context.Context) *Requests {
	if r, _ := ctx.Value(requestsKey{}).(*Requests); r != nil && r.singly.Load() {
		return r
	}
	return nil
}

// RepeatSingly sets whether refused requests are repeated by themselves.
func (r *Requests) RepeatSingly(singly bool) { r.singly.Store(singly) }

// SetRepeatFor sets how long refused requests are repeated; 0 for as long as the project does.
func (r *Requests) SetRepeatFor(limit time.Duration) { r.repeatFor.Store(int64(limit)) }

// RepeatFor returns how long refused requests are repeated; 0 for as long as the project does.
func (r *Requests) RepeatFor() time.Duration { return time.Duration(r.repeatFor.Load()) }

// caller returns a new caller, which repeats its request for as long as the stream does.
func (r *Requests) caller() pace.Caller { return pace.NewCaller(r.RepeatFor()) }

// SplitInline lets BeginObject be sent apart from the commit of an inline object, so that the pending
// object can be deleted if the satellite refuses the commit. It costs a round trip.
func (r *Requests) SplitInline() { r.commitAtRisk.Store(true) }

// SplitLarge lets BeginObject be sent apart from the first segment, so that the pending object can be
// deleted if the satellite refuses the segment. It costs a round trip.
func (r *Requests) SplitLarge() { r.large.Store(true) }

// Invocation sends one request over a connection.
type Invocation func(ctx context.Context, in, out drpc.Message) error

// Send sends a request, and repeats it while the satellite refuses it. It splits the batch that
// begins an object if the satellite has refused it, or may well refuse a part of it.
func (r *Requests) Send(ctx context.Context, in, out drpc.Message, invoke Invocation) error {
	if r.key == "" || r.begun.Load() {
		return r.pace.Do(ctx, r.caller(), "", func() error { return invoke(ctx, in, out) })
	}
	again := false
	return r.pace.Do(ctx, r.caller(), r.key, func() (err error) {
		batch, _ := in.(*pb.CompressedBatchRequest)
		nearLimit := again || r.pace.NearLimit()
		if batch != nil && (nearLimit || r.commitAtRisk.Load() || r.large.Load()) {
			err = r.sendSplit(ctx, batch, out.(*pb.CompressedBatchResponse), nearLimit, invoke)
		} else {
			err = invoke(ctx, in, out)
		}
		if isRefusal(err) {
			r.pace.ExpectRefusals()
		}
		if err == nil {
			r.begun.Store(true)
		}
		again = true
		return err
	})
}
