package store

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"go.etcd.io/bbolt"
)

// DamagedError is the error for a file whose content is damaged.
type DamagedError struct{ Path, Reason string }

func (e *DamagedError) Error() string {
	return fmt.Sprintf("%s is damaged (%s): restore the network's folder from a copy, or start with an empty folder", e.Path, e.Reason)
}

// guard runs a function that reads the file at path, and returns a DamagedError for
// a panic of bbolt or a memory fault, which a damaged file causes. Other panics
// pass.
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

// panickedIn reports, in a deferred function, whether the panic came from a package
// or from one below it.
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

// verifyLength returns an error if a file is shorter than its pages. Opened
// read-only, bbolt looks at the first two pages alone, so it does not panic.
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

// verifyAtMost is how many bytes of a file verifyPages looks at.
const verifyAtMost = 64 << 20

// verifyPages returns an error if a page of a file is of no known type.
func verifyPages(db *bbolt.DB) error {
	return db.View(func(tx *bbolt.Tx) error {
		pages := int(min(tx.Size(), verifyAtMost) / int64(db.Info().PageSize))
		for number := 0; number < pages; {
			page, err := tx.Page(number)
			if err != nil {
				return err
			}
			if strings.HasPrefix(page.Type, "unknown") {
				return &DamagedError{db.Path(), fmt.Sprintf("its page %d is not a page", number)}
			}
			number += 1 + page.OverflowCount
		}
		return nil
	})
}
