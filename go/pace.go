package main

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"libuplink/internal/fail"
	"libuplink/internal/guard"
)

const (
	// A project that is refused goes on at 90 % of the rate that was accepted, and not below 50 requests a second: a few
	// requests say nothing about the limit, which is 100 on Storj.
	firstSlowing, slowestStart = 0.9, 50.0
	// For so long after the first refusal, responses to earlier requests still count for that rate.
	settling = 250 * time.Millisecond
	// Refused again, it goes on at 95 % of the rate that was accepted, but loses at most half of its own a second.
	slowing, mostSlowing, slowest = 0.95, 0.5, 1.0
	// Unless it is refused, the rate grows as e^(growth·t²): by 2.5 % in the first second, by 19 % in the fourth.
	growth = 0.025
	// After so long without a refusal there is no rate any more.
	forgetting = 15 * time.Second

	// What one request waits at least before it is repeated; it doubles each time.
	shortestPause, longestPause = 50 * time.Millisecond, time.Second

	// Satellites accept one write a second to one key. After so long without a refusal, a key is like any other.
	keyInterval, keyForgetting = time.Second, 5 * time.Second
	// Two keys that are refused within this time mean that the project is.
	coincidence = time.Second
	// How many keys are remembered before the first sweep.
	firstSweep = 4096

	// Nothing was refused yet, and so many requests a second are far from the limit.
	fewRequests = 40
)

// pace slows a project down when its satellite refuses requests because there are too many. Until the first refusal
// nothing waits. Then all requests go out one by one at a rate that follows what the satellite accepts, first come,
// first served; a refused request keeps its place.
type pace struct {
	// How long a refused request is repeated; 0 for not at all.
	repeatFor time.Duration

	mu       sync.Mutex
	warned   time.Time // the last refusal
	accepted window
	most     int // requests accepted in a second while nothing was refused

	project line
	rate    float64   // requests a second, as of refused; 0 for no limit
	refused time.Time // the last refusal of the project
	started time.Time // the first refusal
	slowed  time.Time // when the rate was lowered

	keys    map[string]*keyLine
	suspect suspect
	sweepAt int
}

// keyLine is where the writes to one key wait that was written too often.
type keyLine struct {
	line
	written time.Time // the last accepted write
	refused time.Time
}

// suspect is the last refused write of which it is not known whether the key or the project was the reason.
type suspect struct {
	key string
	at  time.Time
}

func newPace(repeatFor time.Duration) *pace {
	p := &pace{repeatFor: repeatFor, keys: map[string]*keyLine{}, sweepAt: firstSweep}
	p.project = line{slack: 100 * time.Millisecond, interval: func(now time.Time) time.Duration {
		if rate := p.rateAt(now); rate > 0 {
			// Several processes must not keep in step.
			return time.Duration((0.9 + 0.2*rand.Float64()) / rate * float64(time.Second))
		}
		return 0
	}}
	return p
}

// do makes a request, again and again while it is refused, until ctx ends or it takes too long. The key is that of
// the object that the request begins to write, or "".
func (p *pace) do(ctx context.Context, key string, request func() error) error {
	if p.repeatFor <= 0 {
		return request()
	}
	from := callerOf(ctx)
	var refusal error
	var pause time.Duration
	var tooLong <-chan time.Time
	for {
		if onTime, err := p.wait(ctx, tooLong, from.number, key, pause); err != nil {
			return err
		} else if !onTime {
			return refusal
		}
		if refusal = request(); !fail.IsTooManyRequests(refusal) {
			p.accept(key)
			return refusal
		}
		if !p.refuse(key) {
			pause = min(max(2*pause, shortestPause), longestPause)
		}
		if tooLong == nil {
			tooLong = time.After(cmp.Or(from.repeatFor, p.repeatFor))
		}
	}
}

// wait reports whether the request has its turn, both for its key and for the project, before tooLong.
func (p *pace) wait(ctx context.Context, tooLong <-chan time.Time, number uint64, key string, pause time.Duration,
) (bool, error) {
	if pause > 0 {
		select {
		case <-time.After(pause):
		case <-tooLong:
			return false, nil
		case <-ctx.Done():
			return false, context.Cause(ctx)
		}
	}
	for _, find := range []func() *line{func() *line { return p.busyKey(key) }, p.busyProject} {
		p.mu.Lock()
		l := find()
		if l == nil {
			p.mu.Unlock()
			continue
		}
		t := l.join(number)
		p.advance(l)
		p.mu.Unlock()
		select {
		case <-t.granted:
			continue
		case <-tooLong:
		case <-ctx.Done():
		}
		p.mu.Lock()
		l.leave(t)
		p.mu.Unlock()
		return false, context.Cause(ctx)
	}
	return true, nil
}

func (p *pace) busyProject() *line {
	if p.rateAt(time.Now()) > 0 {
		return &p.project
	}
	return nil
}

func (p *pace) busyKey(key string) *line {
	k := p.keys[key]
	if k != nil && (len(k.waiting) > 0 || time.Since(k.refused) < keyForgetting) {
		return &k.line
	}
	return nil
}

// advance grants the turns that are due, and sets the timer for the next one.
func (p *pace) advance(l *line) {
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
	}
	l.timer.Reset(due)
}

// rateAt returns how many requests a second the project may make, or 0 for no limit.
func (p *pace) rateAt(now time.Time) float64 {
	calm := now.Sub(p.refused)
	if calm > forgetting {
		p.rate = 0
		return 0
	}
	return p.rate * math.Exp(growth*calm.Seconds()*calm.Seconds())
}

func (p *pace) accept(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.accepted.add(now)
	if now.Sub(p.started) < settling {
		p.rate = max(p.rate, firstSlowing*float64(p.accepted.sum(now)))
	}
	if p.rate == 0 && len(p.keys) == 0 {
		p.most = max(p.most, p.accepted.sum(now))
	} else if key != "" {
		p.key(key).written = now
	}
}

// refuse slows down either the key or the project, and reports whether it was the key. The satellite's response is the
// same for both.
func (p *pace) refuse(key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.warned = now
	if key == "" || !p.blames(key, now) {
		p.slow(now)
		return false
	}
	k := p.key(key)
	k.refused = now
	k.next = now.Add(keyInterval / 2) // the next write is due in a second at most
	return true
}

// blames reports whether a refused write was one too many to its key.
func (p *pace) blames(key string, now time.Time) bool {
	if k := p.keys[key]; k != nil && (now.Sub(k.written) < 2*keyInterval || now.Sub(k.refused) < keyForgetting) {
		return true
	}
	if p.rateAt(now) > 0 {
		return false
	}
	before := p.suspect
	p.suspect = suspect{key, now}
	return before.key == key || now.Sub(before.at) > coincidence
}

// slow lowers the rate of the project, once a second at most.
func (p *pace) slow(now time.Time) {
	accepted := float64(p.accepted.sum(now))
	rate := p.rateAt(now)
	switch {
	case rate == 0:
		p.rate, p.started, p.slowed, p.most = max(firstSlowing*accepted, slowestStart), now, now, 0
	case now.Sub(p.slowed) >= time.Second:
		p.rate, p.slowed = max(min(slowing*accepted, slowing*rate), mostSlowing*rate, slowest), now
	default:
		p.rate = rate
	}
	p.refused = now
}

// key returns the line of a key. Lines that are no longer needed are removed now and then.
func (p *pace) key(key string) *keyLine {
	if k := p.keys[key]; k != nil {
		return k
	}
	if len(p.keys) >= p.sweepAt {
		for name, k := range p.keys {
			if len(k.waiting) == 0 && time.Since(k.written) > keyForgetting && time.Since(k.refused) > keyForgetting {
				delete(p.keys, name)
			}
		}
		p.sweepAt = max(firstSweep, 2*len(p.keys))
	}
	k := &keyLine{line: line{interval: func(time.Time) time.Duration { return keyInterval + keyInterval/50 }}}
	p.keys[key] = k
	return k
}

// tight reports whether the next request may well be refused.
func (p *pace) tight() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	return now.Sub(p.warned) < forgetting || p.accepted.sum(now) >= max(p.most, fewRequests)
}
