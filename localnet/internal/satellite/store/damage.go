package store

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"go.etcd.io/bbolt"
)

// DamagedError says that a file of the network is not what it was when it was
// written.
type DamagedError struct{ Path, Reason string }

func (e *DamagedError) Error() string {
	return fmt.Sprintf("%s is damaged (%s): restore the network's folder from a copy, or start with an empty folder", e.Path, e.Reason)
}

// guard runs what reads the file. Where the file is damaged, bbolt panics, or
// reading faults at an address that is not in it: guard returns an error instead.
// Panics of our own pass.
func guard(path string, fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if _, fault := p.(interface{ Addr() uintptr }); !fault && !panickedIn("go.etcd.io/bbolt") {
			panic(p)
		}
		err = &DamagedError{path, firstLine(p)}
	}()
	return fn()
}

// panickedIn reports, while a deferred function runs, whether the panic came from
// a package or one below it.
func panickedIn(name string) bool {
	callers := make([]uintptr, 50)
	frames := runtime.CallersFrames(callers[:runtime.Callers(0, callers)])
	for panicked := false; ; {
		frame, more := frames.Next()
		switch {
		case strings.HasPrefix(frame.Function, "runtime."):
			panicked = panicked || strings.Contains(strings.ToLower(frame.Function), "panic")
		case panicked:
			return strings.HasPrefix(frame.Function, name)
		}
		if !more {
			return false
		}
	}
}

func firstLine(p any) string {
	line, _, _ := strings.Cut(fmt.Sprint(p), "\n")
	return line
}

// verifyLength looks whether a file has all of its pages. Read-only, bbolt looks
// at the first two alone.
func verifyLength(path string, length int64) error {
	db, err := openFile(path, &bbolt.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	var size int64
	err = db.View(func(tx *bbolt.Tx) error {
		size = tx.Size()
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if length < size {
		return &DamagedError{path, fmt.Sprintf("it has %d bytes instead of %d", length, size)}
	}
	return nil
}

// verifyAtMost bounds how much of a file is looked at when it is opened.
const verifyAtMost = 64 << 20

// verifyPages looks whether the pages of a file are pages at all.
func verifyPages(db *bbolt.DB) error {
	return db.View(func(tx *bbolt.Tx) error {
		pages := int(min(tx.Size(), verifyAtMost) / int64(db.Info().PageSize))
		for number := 0; number < pages; {
			page, err := tx.Page(number)
			if err != nil {
				return err
			}
			if strings.HasPrefix(page.Type, "unknown") {
				return &DamagedError{db.Path(), fmt.Sprintf("page %d of it is none", number)}
			}
			number += 1 + page.OverflowCount
		}
		return nil
	})
}
