// Package handle keeps the Go values to which C refers by numbers.
package handle

import (
	"sync"

	"libuplink/internal/fail"
)

// table maps numbers to values. A number is never used twice, so a stale handle is always noticed.
type table struct {
	mu     sync.Mutex
	last   uintptr
	values map[uintptr]any
}

var process = table{values: map[uintptr]any{}}

func (t *table) reserve() uintptr {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++
	return t.last
}

func (t *table) put(id uintptr, value any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.values[id] = value
}

func (t *table) get(id uintptr) any {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.values[id]
}

// remove returns the value that it removed. Of concurrent removes, one gets the value.
func (t *table) remove(id uintptr) (value any, found bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	value, found = t.values[id]
	delete(t.values, id)
	return value, found
}

func (t *table) empty() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.values) == 0
}

// Reserve returns a number for a value that Put will add, or that will never exist.
func Reserve() uintptr { return process.reserve() }

// Put adds a value under a reserved number.
func Put(id uintptr, value any) { process.put(id, value) }

// Add adds a value and returns its number.
func Add(value any) uintptr {
	id := Reserve()
	Put(id, value)
	return id
}

// Get returns a value, or nil if there is none.
func Get(id uintptr) any { return process.get(id) }

// Find returns a value if it exists and has the type.
func Find[T any](id uintptr) (value T, found bool) {
	value, found = Get(id).(T)
	return value, found
}

// Lookup is Find with an error. The name of the type is in the error.
func Lookup[T any](id uintptr, name string) (T, error) {
	value, found := Find[T](id)
	if !found {
		return value, fail.InvalidHandle(name)
	}
	return value, nil
}

// Remove removes a value if it has the type. Of concurrent removes, one finds the value.
func Remove[T any](id uintptr) (value T, found bool) {
	if value, found = Find[T](id); found {
		_, found = process.remove(id)
	}
	return value, found
}

// Empty reports whether all values were removed.
func Empty() bool { return process.empty() }
