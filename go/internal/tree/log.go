package tree

import (
	"slices"
	"strings"
	"sync"
)

// Log is what a job has done so far. It may be read while the job runs.
type Log struct {
	mu      sync.Mutex
	entries []Entry
	// Whether the order must stay, since a reader counts the entries that it has got.
	read bool
}

func (l *Log) add(entry Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, entry)
}

// Since returns the entries after the first ones, in the order in which they were done. The slice must
// not be changed.
func (l *Log) Since(first uint64) []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.read = true
	return l.entries[min(first, uint64(len(l.entries))):]
}

// sorted returns the entries by path.
func (l *Log) sorted() []Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	entries := l.entries
	if l.read {
		entries = slices.Clone(entries)
	} else {
		l.read = true
	}
	slices.SortStableFunc(entries, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	return entries
}
