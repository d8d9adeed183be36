package operation

import (
	"sync"
	"time"

	"libuplink/internal/guard"
)

// workers run operations on goroutines that stay for a while. The stack of a new goroutine grows
// several times on its way through Go's library, which takes a tenth of a small call. A goroutine
// that stays keeps its stack.
type workers struct {
	most int           // how many stay at most
	keep time.Duration // after at least this time without work a worker ends

	mu       sync.Mutex
	idle     []chan func() // the worker that became idle last is the last one
	unused   int           // the least number that was idle since the last check
	checking bool          // whether check will run
}

// As many operations run at the same time by default. A stack has up to 32 KiB.
const mostIdle = 64

var running = workers{most: mostIdle, keep: 500 * time.Millisecond}

// run runs a task on a worker.
func (w *workers) run(task func()) {
	w.mu.Lock()
	last := len(w.idle) - 1
	if last < 0 {
		w.mu.Unlock()
		go w.work(task)
		return
	}
	worker := w.idle[last]
	w.idle = w.idle[:last]
	w.unused = min(w.unused, last)
	w.mu.Unlock()
	worker <- task
}

// work runs a task, and then those that the worker gets until it ends.
func (w *workers) work(task func()) {
	tasks := make(chan func(), 1)
	for task != nil {
		task()
		if !w.stay(tasks) {
			return
		}
		task = <-tasks
	}
}

// stay makes a worker idle. It reports whether the worker stays.
func (w *workers) stay(tasks chan func()) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.idle) >= w.most {
		return false
	}
	w.idle = append(w.idle, tasks)
	if !w.checking {
		w.checking = true
		guard.After(w.keep, w.check)
	}
	return true
}

// check ends the workers that were not used since the last check. It runs again as long as others
// are idle.
func (w *workers) check() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, worker := range w.idle[:w.unused] {
		worker <- nil
	}
	left := copy(w.idle, w.idle[w.unused:])
	clear(w.idle[left:])
	w.idle, w.unused = w.idle[:left], left
	if w.checking = left > 0; w.checking {
		guard.After(w.keep, w.check)
	}
}
