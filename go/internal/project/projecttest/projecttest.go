// Package projecttest opens a project for tests that need a network: UPLINK_TEST_ACCESS.
package projecttest

import (
	"os"
	"testing"

	"storj.io/uplink"

	"libuplink/internal/project"
)

// Bucket is the bucket that Open creates.
const Bucket = "libuplink-tests"

// Open opens the project of UPLINK_TEST_ACCESS, and closes it after the test. It skips the test if
// that is not set.
func Open(t testing.TB) *project.Project {
	t.Helper()
	text := os.Getenv("UPLINK_TEST_ACCESS")
	if text == "" {
		t.Skip("UPLINK_TEST_ACCESS is not set")
	}
	access, err := uplink.ParseAccess(text)
	if err != nil {
		t.Fatal(err)
	}
	p, err := project.Open(access, project.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := p.EnsureBucket(p.Context, Bucket); err != nil {
		t.Fatal(err)
	}
	return p
}
