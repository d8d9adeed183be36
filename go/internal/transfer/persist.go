package transfer

import (
	"context"

	"libuplink/internal/fail"
	"libuplink/internal/network"
	"libuplink/internal/pace"
	"libuplink/internal/stats"
)

// persist runs send until it succeeds, or the patience ends, or its error is not repeatable.
func persist(ctx context.Context, patience network.Patience, send func() error, repeatable func(error) bool) error {
	for tried := 1; ; tried++ {
		err := send()
		if err == nil || ctx.Err() != nil || tried >= patience.Attempts || !repeatable(err) {
			return err
		}
		pause := patience.Wait(tried)
		stats.Of(ctx).Repeat(fail.Message(err), pause)
		if err := pace.Sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// mayRepeat reports whether another attempt may succeed, and cannot replace an object that the first
// attempt has stored. The error of a commit that found no connection does not show whether there is
// such an object.
func mayRepeat(err error, committing bool) bool {
	e := fail.Classify(err)
	return e.Detail == fail.DetailNodesUnavailable || !committing && isOfNetwork(e)
}

// isOfNetwork reports whether nodes, the satellite or a connection failed.
func isOfNetwork(e *fail.Error) bool {
	switch e.Detail {
	case fail.DetailNodesUnavailable, fail.DetailConnection, fail.DetailDeadlineExceeded:
		return true
	}
	return false
}

// unchanged returns the error with the mark that nothing was changed: the caller need not try again.
func unchanged(err error) error {
	if err == nil || fail.IsCanceled(err) {
		return err
	}
	e := *fail.Classify(err)
	e.Unchanged = true
	return &e
}
