// Package pace sends requests to a satellite no faster than the satellite accepts them.
package pace

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/stats"
)

const (
	// The pause before a request is repeated. It doubles each time.
	shortestPause, longestPause = 50 * time.Millisecond, time.Second
	// Below this rate, and without a refusal so far, requests are far from the satellite's limit.
	fewRequests = 40
)

// Pace slows the requests of a project down when its satellite refuses some because there are too
// many. Before the first refusal no request waits. After it, requests go out one by one, in the
// order of their callers, at a rate that follows what the satellite accepts. A refused request
// keeps its place in that order.
type Pace struct {
	// How long a refused request is repeated; 0 for not at all.
	repeatFor time.Duration

	// The mutex guards the fields below, with the lines of the project and of its keys.
	mu          sync.Mutex
	lastRefusal time.Time
	accepted    window
	// The largest number of requests that were accepted within a second while none was refused.
	most int

	project rate
	keys    keys
}

// New returns the pace of a project that repeats refused requests for the given time; 0 for not at
// all.
func New(repeatFor time.Duration) *Pace {
	p := &Pace{repeatFor: repeatFor, keys: newKeys()}
	p.project.line = line{interval: p.project.untilNext, slack: 100 * time.Millisecond}
	return p
}

// errExpired ends the waiting of a request that was repeated for long enough.
var errExpired = errors.New("the time for repeats is over")

// Do sends a request, and repeats it while the satellite refuses it. It returns the last refusal
// when the time for repeats is over, and the cause when ctx ends. The key names the object that the
// request begins to write; it is "" for any other request.
func (p *Pace) Do(ctx context.Context, caller Caller, key string, request func() error) error {
	if p.repeatFor <= 0 {
		return request()
	}
	var refusal error
	var pause time.Duration
	var expired <-chan time.Time
	counts := stats.Of(ctx)
	for {
		if err := p.wait(ctx, expired, caller.number, key, pause); err == errExpired {
			return refusal
		} else if err != nil {
			return err
		}
		if refusal = request(); !fail.IsTooManyRequests(refusal) {
			p.accept(key)
			return refusal
		}
		if forKey, slowed := p.refuse(key); forKey {
			counts.Refused(key)
		} else {
			counts.Refused("")
			if slowed > 0 {
				counts.Slow(slowed)
			}
			pause = min(max(2*pause, shortestPause), longestPause)
		}
		if expired == nil {
			expired = time.After(cmp.Or(caller.repeatFor, p.repeatFor))
		}
	}
}

// wait returns when the request may be sent: after the pause, after the earlier writes to its key,
// and after the earlier requests of the project. It returns errExpired, or the cause of the end of
// ctx, if that comes first.
func (p *Pace) wait(ctx context.Context, expired <-chan time.Time, number uint64, key string, pause time.Duration,
) error {
	if pause > 0 {
		if err := rest(ctx, expired, pause); err != nil {
			return err
		}
	}
	for _, find := range []func() *line{func() *line { return p.keys.busy(key) }, p.project.busy} {
		p.mu.Lock()
		l := find()
		if l == nil {
			p.mu.Unlock()
			continue
		}
		w := l.add(number)
		p.advance(l)
		p.mu.Unlock()
		done := stats.Of(ctx).Wait()
		reason := error(nil)
		select {
		case <-w.granted:
		case <-expired:
			reason = errExpired
		case <-ctx.Done():
			reason = context.Cause(ctx)
		}
		done()
		if reason == nil {
			continue
		}
		p.mu.Lock()
		l.remove(w)
		p.mu.Unlock()
		return reason
	}
	return nil
}

// rest returns after the pause. It returns errExpired, or the cause of the end of ctx, if that comes
// first.
func rest(ctx context.Context, expired <-chan time.Time, pause time.Duration) error {
	defer stats.Of(ctx).Wait()()
	select {
	case <-time.After(pause):
		return nil
	case <-expired:
		return errExpired
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// advance grants the requests that are due, and sets the timer for the next one. The caller has the
// mutex.
func (p *Pace) advance(l *line) {
	due := l.grant(time.Now())
	if due < 0 {
		return
	}
	if l.timer == nil {
		l.timer = guard.After(due, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.advance(l)
		})
	} else {
		l.timer.Reset(due)
	}
}

// accept notes that the satellite accepted a request.
func (p *Pace) accept(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.accepted.add(now)
	p.project.accept(now, &p.accepted)
	if p.project.perSecond == 0 && p.keys.none() {
		p.most = max(p.most, p.accepted.sum(now))
	} else if key != "" {
		p.keys.get(key).written = now
	}
}

// refuse slows down either the key or the project, and reports whether it was the key. The
// satellite's response is the same for both. If the rate of the project was lowered, it returns the
// new one, in requests a second.
func (p *Pace) refuse(key string) (forKey bool, slowed float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.lastRefusal = now
	if key != "" && p.keys.blame(key, now, p.project.at(now) > 0) {
		p.keys.get(key).refuse(now)
		return true, 0
	}
	if p.project.slow(now, p.accepted.sum(now)) {
		p.most = 0
	}
	if p.project.slowed.Equal(now) {
		slowed = p.project.perSecond
	}
	return false, slowed
}

// ExpectRefusals notes that the satellite refused a request for another reason than its rate, and may
// refuse the next ones, too.
func (p *Pace) ExpectRefusals() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lastRefusal = time.Now()
}

// NearLimit reports whether the satellite may well refuse the next request.
func (p *Pace) NearLimit() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	return now.Sub(p.lastRefusal) < forgetRateAfter || p.accepted.sum(now) >= max(p.most, fewRequests)
}
