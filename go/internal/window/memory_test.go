package window

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestOnlyTheFirstPartGoesOnWithoutMemory(t *testing.T) {
	m := NewMemory(10)
	first, second := m.Enter(), m.Enter()
	m.add(10)
	if err := first.Await(t.Context()); err != nil {
		t.Fatal(err)
	}
	waiting := make(chan error, 1)
	go func() { waiting <- second.Await(context.Background()) }()
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
	m := NewMemory(10)
	_, second := m.Enter(), m.Enter()
	m.add(10)
	waiting := make(chan error, 1)
	go func() { waiting <- second.Await(context.Background()) }()
	m.add(-1)
	if err := <-waiting; err != nil || m.Used() != 9 {
		t.Fatal(err, m.Used())
	}
}

func TestAWaitCanBeCanceled(t *testing.T) {
	m := NewMemory(1)
	_, second := m.Enter(), m.Enter()
	m.add(1)
	reason := errors.New("no longer wanted")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	if err := second.Await(ctx); err != reason {
		t.Fatal(err)
	}
	var none *Turn
	if err := none.Await(ctx); err != nil {
		t.Fatal(err)
	}
	none.Leave()
}
