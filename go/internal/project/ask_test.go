package project_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"storj.io/uplink"

	"libuplink/internal/project"
	"libuplink/internal/project/projecttest"
)

func TestCallsWaitForASlot(t *testing.T) {
	p := projecttest.Offline(t, project.Settings{})
	var releases []func()
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		release, err := p.AcquireSlot(ctx)
		cancel()
		if err != nil {
			break
		}
		releases = append(releases, release)
	}
	if len(releases) == 0 {
		t.Fatal("no slot at all")
	}
	done := make(chan error, 1)
	go func() {
		_, err := project.InSlot(context.Background(), p, func() (int, error) { return 1, nil })
		done <- err
	}()
	releases[0]()
	if err := <-done; err != nil {
		t.Error(err)
	}
	for _, release := range releases[1:] {
		release()
	}
}

func TestACanceledCallGetsNoSlot(t *testing.T) {
	p := projecttest.Offline(t, project.Settings{})
	reason := errors.New("no longer wanted")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(reason)
	for range 100 { // a select chooses at random
		if _, err := project.InSlot(ctx, p, func() (int, error) { t.Error("it ran"); return 0, nil }); err != reason {
			t.Fatal(err)
		}
	}
}

func TestACallIsRepeatedWhileItIsRefused(t *testing.T) {
	p := projecttest.Offline(t, project.Settings{})
	tries := 0
	value, err := project.Ask(context.Background(), p, func() (int, error) {
		if tries++; tries < 3 {
			return 0, uplink.ErrTooManyRequests
		}
		return tries, nil
	})
	if value != 3 || err != nil {
		t.Error(value, err)
	}
}

func TestACloseEndsTheContext(t *testing.T) {
	p := projecttest.Offline(t, project.Settings{})
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if err := context.Cause(p.Context); err != error(project.ErrClosed) {
		t.Error(err)
	}
	if err := p.Close(); err != nil {
		t.Error("closed twice:", err)
	}
}
