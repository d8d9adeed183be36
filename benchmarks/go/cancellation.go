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

// cancellation measures how long calls take to return after their context is cancelled at a random moment. If a
// network's process is given, it is frozen while the calls run.
func cancellation(ctx context.Context, project *uplink.Project, o options) (result, error) {
	r := result{}
	for name, prepare := range preparations {
		samples, err := cancelOften(ctx, project, prepare, o)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		r[name] = samples
	}
	return r, nil
}

// cancelOften returns the seconds of many cancellations, or nil if a call does not return.
func cancelOften(ctx context.Context, project *uplink.Project, prepare preparation, o options) ([]float64, error) {
	end := latest
	if o.network == 0 {
		var err error
		if end, err = usual(ctx, project, prepare); err != nil {
			return nil, err
		}
	}
	var samples []float64
	for range 10 * o.count {
		delay := earliest + time.Duration(rand.Float64()*float64(end-earliest))
		took, err := cancelOnce(ctx, project, prepare, delay, o.network)
		switch {
		case errors.Is(err, context.Canceled):
			continue // a cancelled call can also cancel the next call on the same connection
		case err != nil:
			return nil, err
		case took > tooLong:
			return nil, nil
		case took > 0:
			samples = append(samples, took.Seconds())
		}
		if len(samples) == o.count {
			return samples, nil
		}
	}
	return nil, errors.New("most calls end before they can be stopped")
}

// cancelOnce returns the time from the cancellation until the call has returned, or zero if it ended before.
func cancelOnce(
	ctx context.Context, project *uplink.Project, prepare preparation, delay time.Duration, network int,
) (time.Duration, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	call, err := prepare(ctx, project)
	if err != nil {
		return 0, err
	}
	thaw := freeze(network)
	defer thaw()
	ended := make(chan error, 1)
	go func() { ended <- call() }()
	select {
	case err := <-ended:
		return 0, err
	case <-time.After(delay):
	}
	asked := time.Now()
	cancel()
	select {
	case err := <-ended:
		if err == nil {
			return 0, nil
		}
	case <-time.After(tooLong):
		thaw()
		<-ended
	}
	return time.Since(asked), nil
}

// usual returns the median duration of a call that is not cancelled.
func usual(ctx context.Context, project *uplink.Project, prepare preparation) (time.Duration, error) {
	var times []time.Duration
	for len(times) < 3 {
		call, err := prepare(ctx, project)
		started := time.Now()
		if err == nil {
			err = call()
		}
		if errors.Is(err, context.Canceled) {
			continue // a call that was cancelled before can cancel this one
		}
		if err != nil {
			return 0, err
		}
		times = append(times, time.Since(started))
	}
	slices.Sort(times)
	return times[len(times)/2], nil
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
