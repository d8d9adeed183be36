package budget_test

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"libuplink/internal/budget"
	"libuplink/internal/check"
	"libuplink/internal/fail"
	"libuplink/internal/handle"
	"libuplink/internal/operation"
)

var errClosed = fail.Canceled("the project was closed")

// A claim whose context has ended is neither left in the queue nor released twice.
func TestOperationsOfAClosedProjectLeaveNoClaims(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(16)) // makes a goroutine overtake the one that started it
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errClosed)
	claims := budget.New(110)
	owner := budget.NewAllowance(110)
	held, err := claims.Acquire(context.Background(), owner, 110)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 500 {
				c := claims.NewClaim(owner, 110)
				id := operation.Start(operation.Call[operation.Nothing]{Context: ctx, Claim: c, Run: func(ctx context.Context) (operation.Nothing, error) {
					return operation.Nothing{}, c.Await(ctx)
				}}, nil)
				if o, found := handle.Find[*operation.Operation](id); found {
					o.Wait(-1)
				}
				if _, taken, err := operation.Take[operation.Nothing](id); !taken || err != errClosed {
					t.Error(taken, err)
				}
			}
		})
	}
	all.Wait()
	if claims.Queued() != 0 || claims.Used() != 110 {
		t.Errorf("%d claims in the queue, %d connections in use", claims.Queued(), claims.Used())
	}
	held.Release()
	check.Eventually(t, "the table of handles to be empty", handle.Empty)
}
