package network_test

import (
	"testing"

	"uplink-localnet/internal/admin"
	"uplink-localnet/internal/network"
)

// TestCopiesSharePieces deletes a source and its copies one after the other: the
// pieces stay until the last is deleted.
func TestCopiesSharePieces(t *testing.T) {
	n, p := project(t, "bucket")
	ctx := timeout(t)
	data := random(200_000, 1)
	mustPut(t, p, "bucket", "source", data)
	for _, key := range []string{"first", "second", "source", "first"} { // onto itself and an existing one, too
		_, err := p.CopyObject(ctx, "bucket", "source", "bucket", key, nil)
		check(t, err)
	}
	check(t, p.MoveObject(ctx, "bucket", "first", "bucket", "moved", nil))
	check(t, p.MoveObject(ctx, "bucket", "second", "bucket", "second", nil))
	for i, key := range []string{"source", "moved", "second"} {
		clean(t, n)
		if got := pieces(t, n); got < 8 { // as many as an upload waits for
			t.Errorf("%d objects gone: %d pieces", i, got)
		}
		sameBytes(t, mustGet(t, p, "bucket", key), data)
		_, err := p.DeleteObject(ctx, "bucket", key)
		check(t, err)
	}
	noPieces(t, n)
	for _, project := range status(t, n).Projects {
		if u := project.Usage; u.Objects != 0 || u.Segments != 0 || u.Storage != 0 {
			t.Errorf("%+v", u)
		}
	}
}

func status(t testing.TB, n *network.Network) *admin.Status {
	t.Helper()
	s, err := n.Admin.Status()
	check(t, err)
	return s
}
