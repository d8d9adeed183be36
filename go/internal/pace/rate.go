package pace

import (
	"math"
	"math/rand/v2"
	"time"
)

const (
	// The first refusal sets the rate to 90 % of the accepted requests a second, and to no less
	// than 50: a few requests do not show the limit, which is 100 on Storj.
	firstSlowing, slowestStart = 0.9, 50.0
	// For this long after the first refusal, responses to earlier requests still raise the rate.
	settleTime = 250 * time.Millisecond
	// A later refusal sets the rate to 95 % of the accepted requests a second. The rate falls by
	// half at most, and not below one request a second.
	slowing, mostSlowing, slowest = 0.95, 0.5, 1.0
	// Without a refusal the rate grows as e^(growth·t²): by 2.5 % in the first second, by 19 % in
	// the fourth.
	growth = 0.025
	// After this long without a refusal there is no rate any more.
	forgetRateAfter = 15 * time.Second
)

// rate is the number of requests a second that a project may send. Its line is where the requests
// wait.
type rate struct {
	line
	perSecond float64   // at the time of the last refusal; 0 for no limit
	refused   time.Time // the last refusal
	started   time.Time // the first refusal
	slowed    time.Time // when the rate was lowered
}

// busy returns the line in which requests wait, or nil if there is no rate.
func (r *rate) busy() *line {
	if r.at(time.Now()) > 0 {
		return &r.line
	}
	return nil
}

// untilNext returns the time between two requests. It varies, so that several processes do not send
// at the same moments.
func (r *rate) untilNext(now time.Time) time.Duration {
	if perSecond := r.at(now); perSecond > 0 {
		return time.Duration((0.9 + 0.2*rand.Float64()) / perSecond * float64(time.Second))
	}
	return 0
}

// at returns how many requests a second the project may send now, or 0 for no limit. It forgets a
// rate that is too old.
func (r *rate) at(now time.Time) float64 {
	calm := now.Sub(r.refused)
	if calm > forgetRateAfter {
		r.perSecond = 0
		return 0
	}
	return r.perSecond * math.Exp(growth*calm.Seconds()*calm.Seconds())
}

// accept raises a rate that was set a moment ago, if the satellite has accepted more since: these
// are responses to requests from before the refusal.
func (r *rate) accept(now time.Time, accepted *window) {
	if now.Sub(r.started) < settleTime {
		r.perSecond = max(r.perSecond, firstSlowing*float64(accepted.sum(now)))
	}
}

// slow lowers the rate, at most once a second. It reports whether there was no rate before.
func (r *rate) slow(now time.Time, accepted int) (first bool) {
	before := r.at(now)
	switch {
	case before == 0:
		first = true
		r.perSecond, r.started, r.slowed = max(firstSlowing*float64(accepted), slowestStart), now, now
	case now.Sub(r.slowed) >= time.Second:
		wanted := min(slowing*float64(accepted), slowing*before)
		r.perSecond, r.slowed = max(wanted, mostSlowing*before, slowest), now
	default:
		r.perSecond = before
	}
	r.refused = now
	return first
}
