package network

import (
	"math/rand/v2"
	"time"
)

// Patience is how long a project tolerates a network that fails.
type Patience struct {
	// The number of times that the satellite is dialed for a call, and the number of times that a
	// download fails without a further byte before it ends. If it is set, Delay and LongestDelay
	// have no defaults.
	Attempts int
	// The wait before the second attempt. It doubles up to LongestDelay, and up to a half is taken
	// off at random.
	Delay, LongestDelay time.Duration
	// After this time without progress a connection is closed; negative: never.
	Stall time.Duration
}

const defaultStall = 20 * time.Second

// OrDefault returns the patience with the defaults for what is not set.
func (p Patience) OrDefault() Patience {
	if p.Stall == 0 {
		p.Stall = defaultStall
	}
	if p.Attempts <= 0 {
		p.Attempts, p.Delay, p.LongestDelay = 3, 250*time.Millisecond, 5*time.Second
	}
	return p
}

// RepeatFor returns how long refused requests are repeated, or 0 for not at all.
func (p Patience) RepeatFor() time.Duration {
	if p.OrDefault().Attempts == 1 {
		return 0
	}
	return time.Minute
}

// Wait returns the time to wait after the given number of attempts.
func (p Patience) Wait(tried int) time.Duration {
	delay := p.Delay
	for ; tried > 1 && delay < p.LongestDelay; tried-- {
		delay *= 2
	}
	delay = min(delay, p.LongestDelay)
	return delay - time.Duration(rand.Float64()*float64(delay)/2)
}
