package main

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"libuplink/internal/fail"
)

func newTransfers(limit, most int) *transfers {
	return &transfers{limit: limit, most: most, patience: 20 * time.Millisecond}
}

func TestSlotsAreCancellable(t *testing.T) {
	s := make(slots, 1)
	if err := s.enter(context.Background()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errOperationCanceled)
	if err := s.enter(ctx); err != errOperationCanceled {
		t.Fatal(err)
	}
	s.leave()
	if err := s.enter(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestTransfersQueue(t *testing.T) {
	transfers, owner := newTransfers(100, 1000), &allowance{limit: 1000}
	first, err := transfers.acquire(context.Background(), owner, 60)
	if err != nil {
		t.Fatal(err)
	}
	done := transfers.work()
	second := make(chan *claim)
	go func() {
		c, _ := transfers.acquire(context.Background(), owner, 60)
		second <- c
	}()
	select {
	case <-second:
		t.Fatal("granted over the limit, while the first one works")
	case <-time.After(100 * time.Millisecond):
	}
	done()
	first.release()
	(<-second).release()
	if transfers.used != 0 || owner.used != 0 || len(transfers.queue) != 0 {
		t.Fatalf("left: %+v", transfers)
	}
}

// One caller that holds what it waits for gets more, until there are no descriptors.
func TestTransfersNeverLock(t *testing.T) {
	transfers, owner := newTransfers(100, 250), &allowance{limit: 1000}
	var held []*claim
	for len(held) < 4 {
		c, err := transfers.acquire(context.Background(), owner, 60)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
	}
	_, err := transfers.acquire(context.Background(), owner, 60)
	var told *fail.Error
	if !errors.As(err, &told) || told.Detail != fail.DetailConnection {
		t.Fatal(err)
	}
	for _, c := range held {
		c.release()
	}
	if transfers.used != 0 || owner.used != 0 || len(transfers.queue) != 0 {
		t.Fatalf("left: %+v", transfers)
	}
}

func TestTransfersOfOneProjectDoNotHoldUpAnother(t *testing.T) {
	transfers, one, other := newTransfers(1000, 1000), &allowance{limit: 100}, &allowance{limit: 100}
	defer transfers.work()()
	first, _ := transfers.acquire(context.Background(), one, 60)
	ctx, cancel := context.WithCancelCause(context.Background())
	waited := make(chan error)
	go func() {
		_, err := transfers.acquire(ctx, one, 60)
		waited <- err
	}()
	time.Sleep(10 * time.Millisecond)
	second, err := transfers.acquire(context.Background(), other, 60)
	if err != nil {
		t.Fatal(err)
	}
	cancel(errOperationCanceled)
	if err := <-waited; err != errOperationCanceled {
		t.Fatal(err)
	}
	first.release()
	second.release()
	if transfers.used != 0 || one.used != 0 || other.used != 0 {
		t.Fatalf("left: %+v", transfers)
	}
}

// Uploads take more than downloads do, and must have their turn all the same.
func TestHeavyTransfersAreNotOvertakenByLightOnes(t *testing.T) {
	transfers, owner := newTransfers(1000, 1000), &allowance{limit: 120}
	defer transfers.work()()
	light := func() *claim {
		c, err := transfers.acquire(context.Background(), owner, 40)
		if err != nil {
			t.Error(err)
		}
		return c
	}
	held := []*claim{light(), light()}
	granted := make(chan string, 2)
	go func() {
		c, _ := transfers.acquire(context.Background(), owner, 110)
		granted <- "heavy"
		c.release()
	}()
	waitFor(t, "the heavy claim", func() bool { return queuedClaims(transfers) == 1 })
	go func() {
		c := light()
		granted <- "light"
		c.release()
	}()
	waitFor(t, "the light claim", func() bool { return queuedClaims(transfers) == 2 })
	for _, c := range held {
		c.release()
	}
	if first := <-granted; first != "heavy" {
		t.Error(first, "was granted first")
	}
	if second := <-granted; second != "light" {
		t.Error(second, "was granted second")
	}
	waitFor(t, "the end", func() bool {
		transfers.mu.Lock()
		defer transfers.mu.Unlock()
		return transfers.used == 0 && owner.used == 0
	})
}

// A claim that is given up holds up nobody any more.
func TestWithdrawnClaimsMakeRoom(t *testing.T) {
	transfers, owner := newTransfers(1000, 1000), &allowance{limit: 120}
	defer transfers.work()()
	first, _ := transfers.acquire(context.Background(), owner, 40)
	ctx, cancel := context.WithCancelCause(context.Background())
	waited := make(chan error)
	go func() {
		_, err := transfers.acquire(ctx, owner, 110)
		waited <- err
	}()
	waitFor(t, "the heavy claim", func() bool { return queuedClaims(transfers) == 1 })
	second := make(chan *claim)
	go func() {
		c, _ := transfers.acquire(context.Background(), owner, 40)
		second <- c
	}()
	waitFor(t, "the light claim", func() bool { return queuedClaims(transfers) == 2 })
	cancel(errOperationCanceled)
	if err := <-waited; err != errOperationCanceled {
		t.Fatal(err)
	}
	(<-second).release()
	first.release()
}

func queuedClaims(t *transfers) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.queue)
}

// A transfer that needs more than the limit is granted when it is alone.
func TestTransfersUnderATinyLimit(t *testing.T) {
	transfers, owner := newTransfers(50, 1000), &allowance{limit: 10}
	c, err := transfers.acquire(context.Background(), owner, 110)
	if err != nil {
		t.Fatal(err)
	}
	c.release()
}

// A claim that is given up at once is neither left in the queue nor released twice.
func TestOperationsOfAClosedProjectLeaveNoClaims(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(16)) // makes a goroutine overtake the one that started it
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errProjectClosed)
	transfers := &transfers{limit: 110}
	owner := &allowance{limit: 110}
	held, err := transfers.acquire(context.Background(), owner, 110)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 500 {
				c := transfers.newClaim(owner, 110)
				id := begin(task[nothing]{parent: ctx, claim: c, run: func(ctx context.Context) (nothing, error) {
					return nothing{}, c.await(ctx)
				}}, nil)
				operationAt(t, id).wait(-1)
				if _, taken, err := takeOutcome[nothing](id); !taken || err != errProjectClosed {
					t.Error(taken, err)
				}
			}
		})
	}
	all.Wait()
	if queued := queuedClaims(transfers); queued != 0 || transfers.used != 110 {
		t.Errorf("%d claims in the queue, %d connections in use", queued, transfers.used)
	}
	held.release()
	checkEmpty(t)
}

// A download that asks all nodes holds up later transfers, and never waits itself.
func TestARaisedClaim(t *testing.T) {
	transfers := &transfers{limit: 150}
	owner := &allowance{limit: 150}
	c, err := transfers.acquire(context.Background(), owner, connectionsOfDownload)
	if err != nil {
		t.Fatal(err)
	}
	c.raise(connectionsToAllNodes)
	c.raise(connectionsToAllNodes)
	if transfers.used != connectionsToAllNodes || owner.used != connectionsToAllNodes {
		t.Errorf("%d connections in use, %d of the project", transfers.used, owner.used)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := transfers.acquire(ctx, owner, connectionsOfUpload); err == nil {
		t.Error("another transfer got connections beyond the limit")
	}
	c.release()
	if transfers.used != 0 || owner.used != 0 {
		t.Errorf("left: %+v", transfers)
	}
}
