package handle

import (
	"sync"
	"sync/atomic"
	"testing"
)

func TestNumbersAreNeverUsedTwice(t *testing.T) {
	u := table{values: map[uintptr]any{}}
	seen := map[uintptr]bool{}
	for range 100 {
		id := u.reserve()
		u.put(id, "value")
		if id == 0 || seen[id] {
			t.Fatalf("%d was given before, or is the number of nothing", id)
		}
		seen[id] = true
		if _, found := u.remove(id); !found || u.get(id) != nil {
			t.Fatal("a value was not removed")
		}
	}
	if !u.empty() {
		t.Fatal("the table is not empty")
	}
}

func TestOneOfManyRemovesAValue(t *testing.T) {
	u := table{values: map[uintptr]any{}}
	id := u.reserve()
	u.put(id, "value")
	var winners atomic.Int32
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if _, found := u.remove(id); found {
				winners.Add(1)
			}
		})
	}
	all.Wait()
	if winners.Load() != 1 {
		t.Fatalf("%d removed it", winners.Load())
	}
}
