package store

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"

	"go.etcd.io/bbolt"
)

// ErrClosed is returned for changes after the store was closed.
var ErrClosed = errors.New("the store is closed")

// errTorn is the error of a change that failed after it had written something: its
// transaction must be rolled back.
var errTorn = errors.New("internal: a change failed half way")

// committer runs the changes that wait at the same time in one transaction, so that
// they share its sync.
type committer struct {
	db   *bbolt.DB
	log  *slog.Logger
	jobs chan *job
	done chan struct{}

	mu     sync.RWMutex
	closed bool
}

type job struct {
	fn    func(*Tx) error
	again bool
	err   error
	done  chan struct{}
}

// maxJobs is how many changes share one transaction at most.
const maxJobs = 256

func (c *committer) start(db *bbolt.DB, log *slog.Logger) {
	if log == nil {
		log = slog.Default()
	}
	c.db, c.log = db, log
	c.jobs = make(chan *job, maxJobs)
	c.done = make(chan struct{})
	go c.loop()
}

func (c *committer) stop() {
	c.mu.Lock()
	already := c.closed
	c.closed = true
	c.mu.Unlock()
	if !already {
		close(c.jobs)
	}
	<-c.done
}

func (c *committer) do(fn func(*Tx) error) error {
	c.mu.RLock()
	if c.closed {
		c.mu.RUnlock()
		return ErrClosed
	}
	j := &job{fn: fn, done: make(chan struct{})}
	c.jobs <- j
	c.mu.RUnlock()
	<-j.done
	return j.err
}

func (c *committer) loop() {
	defer close(c.done)
	for first := range c.jobs {
		c.commit(c.collect(first))
	}
}

// collect returns the first job and those that wait already.
func (c *committer) collect(first *job) []*job {
	jobs := []*job{first}
	for len(jobs) < maxJobs {
		select {
		case j, ok := <-c.jobs:
			if !ok {
				return jobs
			}
			jobs = append(jobs, j)
		default:
			return jobs
		}
	}
	return jobs
}

func (c *committer) commit(jobs []*job) {
	err := guard(c.db.Path(), func() error {
		return c.db.Update(func(tx *bbolt.Tx) error {
			for _, j := range jobs {
				j.err = c.run(j, tx)
				if errors.Is(j.err, errTorn) {
					return j.err
				}
			}
			return nil
		})
	})
	if err != nil && len(jobs) > 1 {
		// One of them made the transaction fail for all: run each in its own.
		for _, j := range jobs {
			j.again = true
			c.commit([]*job{j})
		}
		return
	}
	for _, j := range jobs {
		if err != nil {
			j.err = err
		}
		close(j.done)
	}
}

// run runs one change. Its error is errTorn if the change had written something;
// else the transaction can go on with the other changes.
func (c *committer) run(j *job, tx *bbolt.Tx) (err error) {
	t := &Tx{tx: tx, Again: j.again}
	defer func() {
		if p := recover(); p != nil {
			c.log.Error("panic in a transaction", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("%w: panic", errTorn)
		}
	}()
	err = j.fn(t)
	if err == nil {
		err = t.settle()
	}
	if err != nil && t.Writes > 0 {
		return fmt.Errorf("%w: %w", errTorn, err)
	}
	return err
}
