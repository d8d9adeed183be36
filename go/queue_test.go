package main

import (
	"context"
	"sync"
	"testing"
)

func drained(q *queue, capacity int) []uintptr {
	target := make([]operationHandle, capacity)
	var ids []uintptr
	for _, one := range target[:q.drain(target)] {
		ids = append(ids, uintptr(one._handle))
	}
	return ids
}

func endedOperation(t *testing.T, q *queue) uintptr {
	t.Helper()
	id := begin(taskOf(func(context.Context) (int, error) { return 0, nil }), q)
	operationAt(t, id).wait(-1)
	return id
}

func TestQueueTellsEveryEndOnce(t *testing.T) {
	wakes := 0
	q := &queue{wake: func() { wakes++ }}
	var ids []uintptr
	for range 5 {
		id := endedOperation(t, q)
		// The end is told a moment after a waiter has seen it.
		waitFor(t, "the entry", func() bool { return queued(q) == len(ids)+1 })
		ids = append(ids, id)
	}
	if wakes != 1 {
		t.Fatalf("woken %d times", wakes)
	}
	detach(ids[1])
	if got := drained(q, 2); len(got) != 2 || got[0] != ids[0] || got[1] != ids[2] {
		t.Fatal(got, ids)
	}
	if got := drained(q, 10); len(got) != 2 || got[0] != ids[3] || got[1] != ids[4] {
		t.Fatal(got, ids)
	}
	ids = append(ids, endedOperation(t, q))
	waitFor(t, "the entry", func() bool { return queued(q) == 1 })
	if wakes != 2 {
		t.Fatalf("woken %d times", wakes)
	}
	for _, id := range ids {
		detach(id)
	}
	if got := drained(q, 10); got != nil {
		t.Fatal(got)
	}
	checkEmpty(t)
}

func queued(q *queue) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.ended)
}

func TestClosedQueueIsSilent(t *testing.T) {
	closed := false
	var mu sync.Mutex
	q := &queue{wake: func() {
		mu.Lock()
		defer mu.Unlock()
		if closed {
			t.Error("a byte after the closing")
		}
	}}
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { detach(endedOperation(t, q)) })
	}
	q.close()
	mu.Lock()
	closed = true
	mu.Unlock()
	all.Wait()
	checkEmpty(t)
}
