// Package projecttest opens projects for tests.
package projecttest

import (
	"os"
	"testing"

	"storj.io/common/grant"
	"storj.io/common/macaroon"
	"storj.io/common/storj"
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
	p := open(t, text, project.Settings{})
	if _, err := p.EnsureBucket(p.Context, Bucket); err != nil {
		t.Fatal(err)
	}
	return p
}

// Offline opens a project of a satellite that does not exist, for tests that make no call to it.
func Offline(t testing.TB, settings project.Settings) *project.Project {
	t.Helper()
	key, err := macaroon.NewAPIKey([]byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	encryption := grant.NewEncryptionAccessWithDefaultKey(&storj.Key{1})
	encryption.SetDefaultPathCipher(storj.EncAESGCM)
	text, err := (&grant.Access{
		SatelliteAddress: "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@127.0.0.1:1",
		APIKey:           key, EncAccess: encryption,
	}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return open(t, text, settings)
}

func open(t testing.TB, grant string, settings project.Settings) *project.Project {
	t.Helper()
	access, err := uplink.ParseAccess(grant)
	if err != nil {
		t.Fatal(err)
	}
	p, err := project.Open(access, settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}
