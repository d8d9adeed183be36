package pace

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"storj.io/common/rpc/rpcstatus"
)

var (
	errTooMany  = rpcstatus.Error(rpcstatus.ResourceExhausted, "Too Many Requests")
	errCanceled = errors.New("canceled")
)

// bucketOfTokens limits requests as a satellite does.
type bucketOfTokens struct {
	mu              sync.Mutex
	rate, most      float64
	tokens          float64
	filled          time.Time
	accepted, asked int
}

func newTokens(rate, most float64) *bucketOfTokens {
	return &bucketOfTokens{rate: rate, most: most, tokens: most, filled: time.Now()}
}

func (b *bucketOfTokens) ask() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.tokens = min(b.most, b.tokens+now.Sub(b.filled).Seconds()*b.rate)
	b.filled = now
	b.asked++
	if b.tokens < 1 {
		return errTooMany
	}
	b.tokens--
	b.accepted++
	return nil
}

// requestMany makes a number of requests at once, each of which takes 20 ms, and returns the time
// until the last one has ended.
func requestMany(t *testing.T, p *Pace, count int, key func(n int) string, ask func(key string) error) time.Duration {
	t.Helper()
	start := time.Now()
	var all sync.WaitGroup
	for n := range count {
		all.Go(func() {
			err := p.Do(t.Context(), CallerOf(t.Context()), key(n), func() error {
				time.Sleep(10 * time.Millisecond)
				defer time.Sleep(10 * time.Millisecond)
				return ask(key(n))
			})
			if err != nil {
				t.Errorf("request %d: %v", n, err)
			}
		})
	}
	all.Wait()
	return time.Since(start)
}

func anyKey(n int) string { return fmt.Sprint(n) }

func noKey(int) string { return "" }

func TestNothingWaitsBeforeARefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(time.Minute)
		if took := requestMany(t, p, 10000, anyKey, func(string) error { return nil }); took != 20*time.Millisecond {
			t.Error(took)
		}
	})
}

func TestPaceFollowsTheLimit(t *testing.T) {
	for _, limit := range []float64{3, 100, 400} {
		for name, key := range map[string]func(int) string{"keys": anyKey, "no keys": noKey} {
			t.Run(fmt.Sprint(limit, name), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					p, tokens := New(time.Hour), newTokens(limit, limit)
					seconds := 30.0
					count := int((seconds + 1) * limit)
					took := requestMany(t, p, count, key, func(string) error { return tokens.ask() }).Seconds()
					t.Logf("%d requests in %.1f s, %d refused", count, took, tokens.asked-tokens.accepted)
					if took > 1.15*seconds {
						t.Errorf("%.1f s instead of %.0f", took, seconds)
					}
					// The first ones are all sent at once.
					if refused := tokens.asked - tokens.accepted - (count - int(limit)); refused > count/10+100 {
						t.Errorf("%d of %d were refused again", refused, count)
					}
				})
			})
		}
	}
}

func TestPaceFollowsAnotherLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, tokens := New(time.Hour), newTokens(100, 100)
		go func() {
			time.Sleep(10 * time.Second)
			tokens.mu.Lock()
			tokens.rate = 20
			tokens.mu.Unlock()
			time.Sleep(20 * time.Second)
			tokens.mu.Lock()
			tokens.rate = 200
			tokens.mu.Unlock()
		}()
		count := 100 + 10*100 + 20*20 + 20*200 // as many as are allowed in 50 s
		if took := requestMany(t, p, count, noKey, func(string) error { return tokens.ask() }); took > 60*time.Second {
			t.Error(took)
		}
		t.Log(tokens.asked - count)
	})
}

func TestRefusedRequestsKeepTheirPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, tokens := New(time.Hour), newTokens(50, 50)
		var mu sync.Mutex
		var order []int
		var all sync.WaitGroup
		for n := range 300 {
			synctest.Wait() // arrived
			all.Go(func() {
				if err := p.Do(t.Context(), CallerOf(t.Context()), "", tokens.ask); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				order = append(order, n)
			})
		}
		all.Wait()
		for at, n := range order {
			if n-at > 10 || at-n > 10 {
				t.Fatalf("request %d was the %dth: %v", n, at, order)
			}
		}
	})
}

func TestRefusalsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(3 * time.Second)
		start, asked := time.Now(), 0
		refuse := func() error { asked++; return errTooMany }
		if err := p.Do(t.Context(), CallerOf(t.Context()), "", refuse); err != errTooMany || time.Since(start) != 3*time.Second {
			t.Error(err, time.Since(start))
		}
		if asked < 5 || asked > 30 {
			t.Error(asked)
		}

		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errCanceled)
		defer cancel()
		start = time.Now()
		if err := p.Do(ctx, CallerOf(ctx), "key", refuse); err != errCanceled || time.Since(start) != time.Second {
			t.Error(err, time.Since(start))
		}
		if len(p.project.waiting) > 0 {
			t.Error("it still waits")
		}

		impatient, asked := New(0), 0
		once := func() error { asked++; return errTooMany }
		if err := impatient.Do(t.Context(), CallerOf(t.Context()), "", once); err != errTooMany || asked != 1 {
			t.Error(err, asked)
		}
		other := errors.New("another error")
		if err := p.Do(t.Context(), CallerOf(t.Context()), "", func() error { return other }); err != other {
			t.Error(err)
		}
		time.Sleep(time.Hour) // the timers of the lines
	})
}

// keyTokens returns a function that limits the writes to each key as a satellite does.
func keyTokens() func(key string) error {
	var mu sync.Mutex
	keys := map[string]*bucketOfTokens{}
	return func(key string) error {
		mu.Lock()
		if keys[key] == nil {
			keys[key] = newTokens(1, 3)
		}
		tokens := keys[key]
		mu.Unlock()
		return tokens.ask()
	}
}

func TestWritesToOneKeyWaitByThemselves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, ask := New(time.Hour), keyTokens()
		done := make(chan time.Duration)
		go func() { done <- requestMany(t, p, 13, func(int) string { return "hot" }, ask) }()
		time.Sleep(time.Second)
		for range 100 {
			if took := requestMany(t, p, 10, anyKey, func(string) error { return nil }); took > 20*time.Millisecond {
				t.Fatal("another key waited for", took)
			}
		}
		if took := <-done; took > 12*time.Second {
			t.Error(took)
		}
	})
}

func TestTwoHotKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, ask := New(time.Hour), keyTokens()
		done := make(chan time.Duration)
		for _, key := range []string{"hot", "warm"} {
			go func() { done <- requestMany(t, p, 13, func(int) string { return key }, ask) }()
		}
		time.Sleep(2 * time.Second)
		start := time.Now()
		requestMany(t, p, 500, noKey, func(string) error { return nil })
		t.Log("500 others took", time.Since(start))
		if took := max(<-done, <-done); took > 15*time.Second {
			t.Error(took)
		}
	})
}

func TestKeysAreSwept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(time.Minute)
		for n := range 10 * firstSweep {
			p.refuse("hot")
			p.accept(fmt.Sprint(n))
			time.Sleep(10 * time.Millisecond)
		}
		if len(p.keys.lines) > 2*firstSweep {
			t.Error(len(p.keys.lines))
		}
	})
}

func TestWindow(t *testing.T) {
	var w window
	start := time.Now()
	for n, sum := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10} {
		w.add(start.Add(time.Duration(n) * 100 * time.Millisecond))
		if got := w.sum(start.Add(time.Duration(n) * 100 * time.Millisecond)); got != sum {
			t.Errorf("%d after %d, not %d", got, n, sum)
		}
	}
	if got := w.sum(start.Add(time.Hour)); got != 0 {
		t.Error(got)
	}
}
