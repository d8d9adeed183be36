package window

import (
	"context"
	"errors"
	"testing"
	"time"
)

// turns returns two turns with places in memory for ten bytes, which the first one uses.
func turns() (m *Memory, first, second *Turn) {
	m = NewMemory(10)
	first, second = m.NewTurn(), m.NewTurn()
	first.Enter()
	second.Enter()
	first.add(10)
	return m, first, second
}

// await waits for a turn in the background.
func await(turn *Turn) chan error {
	waiting := make(chan error, 1)
	go func() { waiting <- turn.Await(context.Background()) }()
	return waiting
}

func TestOnlyTheFirstPartGoesOnWithoutMemory(t *testing.T) {
	_, first, second := turns()
	if err := first.Await(t.Context()); err != nil {
		t.Fatal(err)
	}
	waiting := await(second)
	select {
	case <-waiting:
		t.Fatal("it did not wait")
	case <-time.After(20 * time.Millisecond):
	}
	first.Leave()
	if err := <-waiting; err != nil {
		t.Fatal(err)
	}
	second.Leave()
	second.Leave()
}

func TestAPartGoesOnWhenMemoryIsFree(t *testing.T) {
	m, first, second := turns()
	waiting := await(second)
	first.add(-1)
	if err := <-waiting; err != nil || m.Used() != 9 {
		t.Fatal(err, m.Used())
	}
}

func TestAPartThatIsFinishedLeavesWithItsMemory(t *testing.T) {
	m, first, second := turns()
	second.add(10)
	waiting := await(second)
	first.Finish()
	select {
	case <-waiting:
		t.Fatal("it did not wait")
	case <-time.After(20 * time.Millisecond):
	}
	first.add(-10)
	if err := <-waiting; err != nil || m.Used() != 10 {
		t.Fatal(err, m.Used())
	}
	first.Enter() // too late
	if err := second.Await(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestAWaitCanBeCanceled(t *testing.T) {
	_, _, second := turns()
	reason := errors.New("no longer wanted")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	if err := second.Await(ctx); err != reason {
		t.Fatal(err)
	}
}

func TestAPartWithoutAPlaceDoesNotWait(t *testing.T) {
	m, _, _ := turns()
	if err := m.NewTurn().Await(t.Context()); err != nil {
		t.Fatal(err)
	}
}
