// Package check has what the tests of several packages need.
package check

import (
	"testing"
	"time"

	"libuplink/internal/fail"
)

// Eventually waits for a condition, and fails the test after ten seconds.
func Eventually(t *testing.T, what string, reached func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !reached(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// Error fails the test unless err has the code and the detail.
func Error(t *testing.T, err error, code fail.Code, detail fail.Detail) {
	t.Helper()
	f, ok := err.(*fail.Error)
	if !ok || f.Code != code || f.Detail != detail {
		t.Fatalf("expected code %d, detail %d, but got %#v", code, detail, err)
	}
}
