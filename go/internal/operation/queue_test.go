package operation

import (
	"context"
	"sync"
	"testing"

	"libuplink/internal/check"
)

func endedOperation(t *testing.T, q *Queue) uintptr {
	t.Helper()
	id := Start(callOf(func(context.Context) (int, error) { return 0, nil }), q)
	operationAt(t, id).Wait(-1)
	return id
}

func TestAQueueHasEveryEndOnce(t *testing.T) {
	wakes := 0
	q := &Queue{wake: func() { wakes++ }}
	var ids []uintptr
	for range 5 {
		id := endedOperation(t, q)
		// The operation is queued a moment after a waiter has seen its end.
		check.Eventually(t, "the entry", func() bool { return queued(q) == len(ids)+1 })
		ids = append(ids, id)
	}
	if wakes != 1 {
		t.Fatalf("woken %d times", wakes)
	}
	Detach(ids[1])
	if got := q.Drain(2); len(got) != 2 || got[0] != ids[0] || got[1] != ids[2] {
		t.Fatal(got, ids)
	}
	if got := q.Drain(10); len(got) != 2 || got[0] != ids[3] || got[1] != ids[4] {
		t.Fatal(got, ids)
	}
	ids = append(ids, endedOperation(t, q))
	check.Eventually(t, "the entry", func() bool { return queued(q) == 1 })
	if wakes != 2 {
		t.Fatalf("woken %d times", wakes)
	}
	for _, id := range ids {
		Detach(id)
	}
	if got := q.Drain(10); len(got) != 0 {
		t.Fatal(got)
	}
	checkEmpty(t)
}

func queued(q *Queue) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.ended)
}

func TestClosedQueueIsSilent(t *testing.T) {
	closed := false
	var mu sync.Mutex
	q := &Queue{wake: func() {
		mu.Lock()
		defer mu.Unlock()
		if closed {
			t.Error("a byte after the closing")
		}
	}}
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { Detach(endedOperation(t, q)) })
	}
	q.Close()
	mu.Lock()
	closed = true
	mu.Unlock()
	all.Wait()
	checkEmpty(t)
}
