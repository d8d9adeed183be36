package operation

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"libuplink/internal/check"
)

func (w *workers) idleNow() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.idle)
}

// runAtOnce runs tasks that all run at the same time.
func runAtOnce(w *workers, count int) {
	var all, started sync.WaitGroup
	started.Add(count)
	for range count {
		all.Add(1)
		w.run(func() {
			defer all.Done()
			started.Done()
			started.Wait()
		})
	}
	all.Wait()
}

func TestWorkersStayForFurtherTasks(t *testing.T) {
	w := &workers{most: 3, keep: time.Hour}
	runAtOnce(w, 10)
	check.Eventually(t, "three workers to stay", func() bool { return w.idleNow() == 3 })
	first, again := make(chan struct{}), make(chan struct{})
	w.run(func() { close(first) })
	<-first
	check.Eventually(t, "the worker to be idle again", func() bool { return w.idleNow() == 3 })
	w.run(func() { close(again) })
	<-again
	runAtOnce(w, 10)
	check.Eventually(t, "three workers to stay again", func() bool { return w.idleNow() == 3 })
}

func TestUnusedWorkersEnd(t *testing.T) {
	before := runtime.NumGoroutine()
	w := &workers{most: 3, keep: time.Hour}
	runAtOnce(w, 3)
	check.Eventually(t, "three workers to be idle", func() bool { return w.idleNow() == 3 })
	w.check() // all were used before it
	if idle := w.idleNow(); idle != 3 {
		t.Fatalf("%d workers stayed", idle)
	}
	runAtOnce(w, 1)
	check.Eventually(t, "the worker to be idle again", func() bool { return w.idleNow() == 3 })
	w.check()
	if idle := w.idleNow(); idle != 1 {
		t.Fatalf("%d workers stayed, and one was used", idle)
	}
	w.check()
	check.Eventually(t, "all workers to end", func() bool { return w.idleNow() == 0 && runtime.NumGoroutine() <= before })
}

func TestWorkersEndByThemselves(t *testing.T) {
	before := runtime.NumGoroutine()
	w := &workers{most: 64, keep: time.Millisecond}
	for range 100 {
		runAtOnce(w, 10)
	}
	check.Eventually(t, "all workers to end", func() bool { return w.idleNow() == 0 && runtime.NumGoroutine() <= before })
}
