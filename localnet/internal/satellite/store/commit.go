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

// errUnchanged makes bbolt roll back a transaction in which no change has written
// anything: a commit would write and sync the file all the same.
var errUnchanged = errors.New("internal: nothing was written")

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

// job is a change that waits for its transaction.
type job struct {
	fn func(*Tx) error
	// again is set when fn runs a second time. See Tx.Again.
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

// commit runs the jobs in one transaction. If that fails, it runs each job in a
// transaction of its own.
func (c *committer) commit(jobs []*job) {
	err := guard(c.db.Path(), func() error {
		return c.db.Update(func(tx *bbolt.Tx) error { return c.runAll(jobs, tx) })
	})
	if errors.Is(err, errUnchanged) {
		err = nil
	}
	if err != nil && len(jobs) > 1 {
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

// runAll runs the jobs and sets their errors. It returns an error if the transaction
// must be rolled back.
func (c *committer) runAll(jobs []*job, tx *bbolt.Tx) error {
	changed := false
	for _, j := range jobs {
		t := &Tx{tx: tx, Again: j.again}
		j.err = c.run(j.fn, t)
		if errors.Is(j.err, errTorn) {
			return j.err
		}
		changed = changed || t.Writes > 0
	}
	if !changed {
		return errUnchanged
	}
	return nil
}

// run runs one change. Its error is errTorn if the change had written something;
// after any other error the transaction can go on with the other changes.
func (c *committer) run(fn func(*Tx) error, t *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			c.log.Error("panic in a transaction", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("%w: panic", errTorn)
		}
	}()
	err = fn(t)
	if err == nil {
		err = t.settle()
	}
	if err != nil && t.Writes > 0 {
		return fmt.Errorf("%w: %w", errTorn, err)
	}
	return err
}
