package network

import (
	"context"
	"errors"
	"testing"
	"time"

	"libuplink/internal/fail"
)

func TestStallIsTheReason(t *testing.T) {
	ctx := WithFaults(t.Context())
	few := fail.Internal(fail.DetailNodesUnavailable, "too few")
	if err := Explain(ctx, few); err != few {
		t.Fatal(err)
	}
	faultsOf(ctx).stall.Store(&Stalled{20 * time.Second})
	var e *fail.Error
	if err := Explain(ctx, few); !errors.As(err, &e) || e.Detail != fail.DetailDeadlineExceeded || !e.Unchanged ||
		e.Text != "no progress for 20s: too few" {
		t.Fatal(err)
	}
	other := fail.New(fail.CodeObjectKeyInvalid, fail.DetailNone, "wrong")
	if err := Explain(ctx, other); err != other {
		t.Fatal(err)
	}
}

func TestLastNodeIsTheReason(t *testing.T) {
	ctx := WithFaults(t.Context())
	few := fail.Internal(fail.DetailNodesUnavailable, "too few")
	ended, end := context.WithCancel(ctx)
	end()
	nodeFailed(ended, errors.New("canceled by the library"))
	if err := Explain(ctx, few); err != few {
		t.Fatal(err)
	}
	nodeFailed(ctx, errors.New("the order has expired"))
	want := "too few; the last node that failed: the order has expired"
	if err := Explain(ctx, few); err.Error() != want {
		t.Fatal(err)
	}
	explained := fail.Internal(fail.DetailNodesUnavailable, "too few: the order has expired")
	if err := Explain(ctx, explained); err != explained {
		t.Fatal(err)
	}
}
