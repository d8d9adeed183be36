package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"syscall"
	"time"

	"storj.io/uplink"
)

const (
	// Wait until Go's library has begun the object for the first bytes.
	begun = 10 * time.Millisecond
	// The delay until a call on a frozen network is stopped. On a working network, it is at most the duration of the call.
	earliest, latest = time.Millisecond, 21 * time.Millisecond
	freezing         = 3 * time.Millisecond
	tooLong          = 5 * time.Second
)

// preparation returns a call that can be stopped by its context.
type preparation func(ctx context.Context, project *uplink.Project) (call func() error, err error)

var preparations = map[string]preparation{
	"stat": func(ctx context.Context, project *uplink.Project) (func() error, error) {
		return func() error {
			_, err := project.StatObject(ctx, bucket, "warm-up")
			return err
		}, nil
	},
	"page": func(ctx context.Context, project *uplink.Project) (func() error, error) {
		listing := listSmall(ctx, project)
		return func() error {
			listing.Next()
			return listing.Err()
		}, nil
	},
	"iteration": func(ctx context.Context, project *uplink.Project) (func() error, error) {
		listing := listSmall(ctx, project)
		listing.Next()
		return func() error {
			for listing.Next() {
				_ = listing.Item()
			}
			return listing.Err()
		}, listing.Err()
	},
	"put": func(ctx context.Context, project *uplink.Project) (func() error, error) {
		return func() error { return putObject(ctx, project, "cancelled", make([]byte, 1<<10)) }, nil
	},
	"write": func(ctx context.Context, project *uplink.Project) (func() error, error) {
		stream, err := project.UploadObject(ctx, bucket, "cancelled", nil)
		return func() error {
			_, err := stream.Write(make([]byte, 4<<20))
			return err
		}, err
	},
	"commit": func(ctx context.Context, project *uplink.Project) (func() error, error) {
		stream, err := project.UploadObject(ctx, bucket, "cancelled", nil)
		if err != nil {
			return nil, err
		}
		_, err = stream.Write(make([]byte, 512<<10))
		time.Sleep(begun)
		return stream.Commit, err
	},
	"read": func(ctx context.Context, project *uplink.Project) (func() error, error) {
		stream, err := project.DownloadObject(ctx, bucket, "stream", nil)
		if err != nil {
			return nil, err
		}
		_, err = stream.Read(make([]byte, 1))
		return func() error {
			_, err := io.Copy(io.Discard, stream)
			return err
		}, err
	},
}

func listSmall(ctx context.Context, project *uplink.Project) *uplink.ObjectIterator {
	return project.ListObjects(ctx, bucket, &uplink.ListObjectsOptions{Prefix: "small/", System: true})
}

// errHung is the cause of contexts of calls that nobody stops and that do not return. DRPC (v1.0.0) can announce the
// cancellation of a call that the satellite has not seen. The satellite then waits for its beginning, so it replies to no
// later call on the same connection.
var errHung = errors.New("a call does not return")

// stopper cancels calls of a project.
type stopper struct {
	project *uplink.Project
	network int // the process to freeze while calls run, or zero
	hung    int // the number of calls that did not return although nothing was frozen
}

// cancellation measures how long calls take to return after their context is cancelled at a random moment. If a
// network's process is given, it is frozen while the calls run.
func cancellation(ctx context.Context, project *uplink.Project, o options) (result, error) {
	r := result{}
	s := &stopper{project: project, network: o.network}
	for name, prepare := range preparations {
		samples, err := s.often(ctx, prepare, o.count)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		r[name] = samples
	}
	r["hung"] = s.hung
	return r, nil
}

// often returns the seconds of many cancellations, or nil if a call does not return.
func (s *stopper) often(ctx context.Context, prepare preparation, count int) ([]float64, error) {
	end := latest
	if s.network == 0 {
		var err error
		if end, err = s.usual(ctx, prepare); err != nil {
			return nil, err
		}
	}
	var samples []float64
	for range 10 * count {
		delay := earliest + time.Duration(rand.Float64()*float64(end-earliest))
		took, err := s.once(ctx, prepare, delay)
		if err = s.proceed(ctx, err); err != nil {
			return nil, err
		}
		if took > tooLong {
			return nil, s.reopen(ctx)
		}
		if took > 0 {
			samples = append(samples, took.Seconds())
		}
		if len(samples) == count {
			return samples, nil
		}
	}
	return nil, errors.New("most calls end before they can be stopped")
}

// proceed returns nil if the next call can succeed after this error. A cancelled call can cancel the next call on the same
// connection, or keep the satellite from replying to it.
func (s *stopper) proceed(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, errHung):
		s.hung++
		return s.reopen(ctx)
	case errors.Is(err, context.Canceled):
		return nil
	}
	return err
}

// reopen replaces the project, and so its connections. It does not wait for calls of the old project.
func (s *stopper) reopen(ctx context.Context) (err error) {
	old := s.project
	go func() { _ = old.Close() }()
	s.project, err = open(ctx)
	return err
}

// once returns the time from the cancellation until the call has returned, or zero if it ended before.
func (s *stopper) once(ctx context.Context, prepare preparation, delay time.Duration) (time.Duration, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(tooLong, func() { cancel(errHung) })
	call, err := prepare(ctx, s.project)
	if !watchdog.Stop() {
		return 0, errHung
	}
	if err != nil {
		return 0, err
	}
	thaw := freeze(s.network)
	defer thaw()
	ended := make(chan error, 1)
	go func() { ended <- call() }()
	select {
	case err := <-ended:
		return 0, err
	case <-time.After(delay):
	}
	asked := time.Now()
	cancel(nil)
	select {
	case err := <-ended:
		if err == nil {
			return 0, nil
		}
	case <-time.After(tooLong):
	}
	return time.Since(asked), nil
}

// usual returns the median duration of a call that is not cancelled.
func (s *stopper) usual(ctx context.Context, prepare preparation) (time.Duration, error) {
	var times []time.Duration
	for len(times) < 3 {
		took, err := s.whole(ctx, prepare)
		if err == nil {
			times = append(times, took)
		}
		if err := s.proceed(ctx, err); err != nil {
			return 0, err
		}
	}
	slices.Sort(times)
	return times[len(times)/2], nil
}

// whole returns the duration of one call that is not cancelled.
func (s *stopper) whole(ctx context.Context, prepare preparation) (time.Duration, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(tooLong, func() { cancel(errHung) })
	call, err := prepare(ctx, s.project)
	started := time.Now()
	if err == nil {
		err = call()
	}
	took := time.Since(started)
	if !watchdog.Stop() {
		return 0, errHung
	}
	return took, err
}

// freeze stops the process of a network, if there is one, and returns a function that continues it.
func freeze(network int) (thaw func()) {
	if network == 0 {
		return func() {}
	}
	_ = syscall.Kill(network, syscall.SIGSTOP)
	time.Sleep(freezing)
	return func() { _ = syscall.Kill(network, syscall.SIGCONT) }
}
