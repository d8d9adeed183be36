package budget

import (
	"context"
	"errors"
	"testing"
	"time"

	"libuplink/internal/check"
	"libuplink/internal/fail"
)

var errCanceled = errors.New("canceled")

func newBudget(limit, most int) *Budget {
	return &Budget{limit: limit, most: most, patience: 20 * time.Millisecond}
}

func TestSlotsAreCancellable(t *testing.T) {
	s := make(Slots, 1)
	if err := s.Acquire(context.Background()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errCanceled)
	if err := s.Acquire(ctx); err != errCanceled {
		t.Fatal(err)
	}
	s.Release()
	if err := s.Acquire(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestTransfersQueue(t *testing.T) {
	b, owner := newBudget(100, 1000), &Allowance{limit: 1000}
	first, err := b.Acquire(context.Background(), owner, 60)
	if err != nil {
		t.Fatal(err)
	}
	done := b.Work()
	second := make(chan *Claim)
	go func() {
		c, _ := b.Acquire(context.Background(), owner, 60)
		second <- c
	}()
	select {
	case <-second:
		t.Fatal("granted over the limit, while the first one works")
	case <-time.After(100 * time.Millisecond):
	}
	done()
	first.Release()
	(<-second).Release()
	if b.used != 0 || owner.used != 0 || len(b.queue) != 0 {
		t.Fatalf("left: %+v", b)
	}
}

// A caller that has all the connections it waits for gets more, until there are no descriptors.
func TestTransfersNeverLock(t *testing.T) {
	b, owner := newBudget(100, 250), &Allowance{limit: 1000}
	var held []*Claim
	for len(held) < 4 {
		c, err := b.Acquire(context.Background(), owner, 60)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
	}
	_, err := b.Acquire(context.Background(), owner, 60)
	var failed *fail.Error
	if !errors.As(err, &failed) || failed.Detail != fail.DetailConnection {
		t.Fatal(err)
	}
	for _, c := range held {
		c.Release()
	}
	if b.used != 0 || owner.used != 0 || len(b.queue) != 0 {
		t.Fatalf("left: %+v", b)
	}
}

func TestTransfersOfOneProjectDoNotHoldUpAnother(t *testing.T) {
	b, one, other := newBudget(1000, 1000), &Allowance{limit: 100}, &Allowance{limit: 100}
	defer b.Work()()
	first, _ := b.Acquire(context.Background(), one, 60)
	ctx, cancel := context.WithCancelCause(context.Background())
	waited := make(chan error)
	go func() {
		_, err := b.Acquire(ctx, one, 60)
		waited <- err
	}()
	time.Sleep(10 * time.Millisecond)
	second, err := b.Acquire(context.Background(), other, 60)
	if err != nil {
		t.Fatal(err)
	}
	cancel(errCanceled)
	if err := <-waited; err != errCanceled {
		t.Fatal(err)
	}
	first.Release()
	second.Release()
	if b.used != 0 || one.used != 0 || other.used != 0 {
		t.Fatalf("left: %+v", b)
	}
}

// Uploads take more than downloads do, and must not wait until there are no downloads.
func TestHeavyTransfersAreNotOvertakenByLightOnes(t *testing.T) {
	b, owner := newBudget(1000, 1000), &Allowance{limit: 120}
	defer b.Work()()
	light := func() *Claim {
		c, err := b.Acquire(context.Background(), owner, 40)
		if err != nil {
			t.Error(err)
		}
		return c
	}
	held := []*Claim{light(), light()}
	granted := make(chan string, 2)
	go func() {
		c, _ := b.Acquire(context.Background(), owner, 110)
		granted <- "heavy"
		c.Release()
	}()
	check.Eventually(t, "the heavy claim", func() bool { return b.Queued() == 1 })
	go func() {
		c := light()
		granted <- "light"
		c.Release()
	}()
	check.Eventually(t, "the light claim", func() bool { return b.Queued() == 2 })
	for _, c := range held {
		c.Release()
	}
	if first := <-granted; first != "heavy" {
		t.Error(first, "was granted first")
	}
	if second := <-granted; second != "light" {
		t.Error(second, "was granted second")
	}
	check.Eventually(t, "the end", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return b.used == 0 && owner.used == 0
	})
}

// A claim whose context has ended blocks no other claim.
func TestCanceledClaimsMakeRoom(t *testing.T) {
	b, owner := newBudget(1000, 1000), &Allowance{limit: 120}
	defer b.Work()()
	first, _ := b.Acquire(context.Background(), owner, 40)
	ctx, cancel := context.WithCancelCause(context.Background())
	waited := make(chan error)
	go func() {
		_, err := b.Acquire(ctx, owner, 110)
		waited <- err
	}()
	check.Eventually(t, "the heavy claim", func() bool { return b.Queued() == 1 })
	second := make(chan *Claim)
	go func() {
		c, _ := b.Acquire(context.Background(), owner, 40)
		second <- c
	}()
	check.Eventually(t, "the light claim", func() bool { return b.Queued() == 2 })
	cancel(errCanceled)
	if err := <-waited; err != errCanceled {
		t.Fatal(err)
	}
	(<-second).Release()
	first.Release()
}

// A transfer that needs more than the limit is granted when it is alone.
func TestTransfersUnderATinyLimit(t *testing.T) {
	b, owner := newBudget(50, 1000), &Allowance{limit: 10}
	c, err := b.Acquire(context.Background(), owner, 110)
	if err != nil {
		t.Fatal(err)
	}
	c.Release()
}

// A download that asks all nodes blocks later b, and never waits itself.
func TestARaisedClaim(t *testing.T) {
	b := &Budget{limit: 150}
	owner := &Allowance{limit: 150}
	c, err := b.Acquire(context.Background(), owner, ConnectionsOfDownload)
	if err != nil {
		t.Fatal(err)
	}
	c.Raise(ConnectionsToAllNodes)
	c.Raise(ConnectionsToAllNodes)
	if b.used != ConnectionsToAllNodes || owner.used != ConnectionsToAllNodes {
		t.Errorf("%d connections in use, %d of the project", b.used, owner.used)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := b.Acquire(ctx, owner, ConnectionsOfUpload); err == nil {
		t.Error("another transfer got connections beyond the limit")
	}
	c.Release()
	if b.used != 0 || owner.used != 0 {
		t.Errorf("left: %+v", b)
	}
}

func TestAClaimAtOnce(t *testing.T) {
	b, owner := New(10), NewAllowance(100)
	first := b.TryAcquire(owner, 8)
	if first == nil || b.TryAcquire(owner, 3) != nil {
		t.Fatal("the limit does not count")
	}
	first.Lower(4)
	first.Lower(7) // more than it has
	second := b.TryAcquire(owner, 6)
	if second == nil || b.TryAcquire(owner, 1) != nil {
		t.Fatal("a lower weight does not count")
	}
	waiting := b.NewClaim(owner, 5)
	waiting.Enqueue(nil)
	first.Release()
	if b.TryAcquire(owner, 1) != nil {
		t.Error("it overtook a claim that waits")
	}
	second.Release()
	if err := waiting.Await(t.Context()); err != nil {
		t.Error(err)
	}
	waiting.Release()
	if b.used != 0 || owner.used != 0 {
		t.Error(b.used, owner.used)
	}
}
