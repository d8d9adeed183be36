package operation

import (
	"context"
	"errors"
	"testing"

	"libuplink/internal/check"
)

func taggedEnds(q *Queue) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.taggedEnded)
}

func TestAQueueGivesOutTaggedResultsOnce(t *testing.T) {
	wakes := 0
	q := &Queue{wake: func() { wakes++ }}
	failure := errors.New("no")
	StartTagged(callOf(func(context.Context) (int, error) { return 1, nil }), q, 7)
	check.Eventually(t, "the first entry", func() bool { return taggedEnds(q) == 1 })
	StartTagged(callOf(func(context.Context) (int, error) { return 0, failure }), q, 8)
	check.Eventually(t, "the second entry", func() bool { return taggedEnds(q) == 2 })
	if got := q.Drain(10); len(got) != 0 || wakes != 1 {
		t.Fatal(got, wakes)
	}
	got := q.TakeTagged()
	if len(got) != 2 || got[0] != (Tagged{7, 1, nil}) || got[1] != (Tagged{8, nil, failure}) {
		t.Fatal(got)
	}
	if got := q.TakeTagged(); got != nil {
		t.Fatal(got)
	}
	StartTagged(Refuse[int](failure), q, 9)
	if got := q.TakeTagged(); len(got) != 1 || got[0] != (Tagged{9, nil, failure}) || wakes != 2 {
		t.Fatal(got, wakes)
	}
	checkEmpty(t)
}

func TestATagIsClaimedOnce(t *testing.T) {
	q := &Queue{wake: func() {}}
	if !q.Claims(1) || !q.Claims(5) || q.Claims(5) || q.Claims(4) || !q.Claims(6) {
		t.Fatal("tags have to grow")
	}
	q.Close()
	if q.Claims(7) {
		t.Fatal("the queue is closed")
	}
}

func TestCanceledTaggedOperationsAreNotGivenOut(t *testing.T) {
	q := &Queue{wake: func() {}}
	closed := make(chan int, 2)
	ended := callOf(func(context.Context) (int, error) { return 3, nil })
	ended.Close = func(value int) { closed <- value }
	StartTagged(ended, q, 1)
	check.Eventually(t, "the entry", func() bool { return taggedEnds(q) == 1 })
	StartTagged(callOf(untilCanceled), q, 2)
	q.Cancel(1)
	q.Cancel(2)
	q.Cancel(2)
	q.Cancel(3)
	if value := <-closed; value != 3 {
		t.Fatal(value)
	}
	check.Eventually(t, "the end of the other one", func() bool { return taggedEnds(q) == 2 })
	if got := q.TakeTagged(); len(got) != 0 {
		t.Fatal(got)
	}
	checkEmpty(t)
}

func TestAClosedQueueDetachesItsTaggedOperations(t *testing.T) {
	q := &Queue{wake: func() {}}
	StartTagged(callOf(untilCanceled), q, 1)
	q.Close()
	StartTagged(callOf(untilCanceled), q, 2)
	checkEmpty(t)
}
