package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"libuplink/internal/fail"
)

func TestStallIsTheReason(t *testing.T) {
	ctx := withFaults(t.Context())
	few := fail.Internal(fail.DetailNodesUnavailable, "too few")
	if err := attribute(few, ctx); err != few {
		t.Fatal(err)
	}
	faultsOf(ctx).stall.Store(int64(20 * time.Second))
	var f *fail.Error
	if err := attribute(few, ctx); !errors.As(err, &f) || f.Detail != fail.DetailDeadlineExceeded || !f.Unchanged ||
		f.Text != "no progress for 20s: too few" {
		t.Fatal(err)
	}
	other := fail.New(fail.CodeObjectKeyInvalid, fail.DetailNone, "wrong")
	if err := attribute(other, ctx); err != other {
		t.Fatal(err)
	}
}

func TestLastNodeIsTheReason(t *testing.T) {
	ctx := withFaults(t.Context())
	few := fail.Internal(fail.DetailNodesUnavailable, "too few")
	ended, end := context.WithCancel(ctx)
	end()
	nodeFailed(ended, errors.New("canceled by the library"))
	if err := attribute(few, ctx); err != few {
		t.Fatal(err)
	}
	nodeFailed(ctx, errors.New("the order has expired"))
	want := "too few; the last node that failed: the order has expired"
	if err := attribute(few, ctx); err.Error() != want {
		t.Fatal(err)
	}
	told := fail.Internal(fail.DetailNodesUnavailable, "too few: the order has expired")
	if err := attribute(told, ctx); err != told {
		t.Fatal(err)
	}
}
