package storagenode

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"storj.io/common/testrand"
)

// TestSyncBeforeCommit checks the order in which a durable piece is written: its
// data are on the disk before its name, and its name before Commit returns.
// Other pieces are not synced.
func TestSyncBeforeCommit(t *testing.T) {
	for _, durable := range []bool{true, false} {
		p, err := OpenPieces(t.TempDir(), durable)
		check(t, err)
		// The folder of this piece is made with the first piece.
		first, second := testrand.PieceID(), testrand.PieceID()
		second[0] = first[0]
		for i, id := range [][32]byte{first, second} {
			var did []string
			p.observe = func(what, path string) {
				name, err := filepath.Rel(p.dir, path)
				check(t, err)
				kind := map[string]string{".": "root", filepath.Dir(mustRel(t, p, id)): "folder", mustRel(t, p, id): "piece", mustRel(t, p, id) + partialSuffix: "partial"}[name]
				did = append(did, what+" "+kind)
			}
			w, err := p.Create(id)
			check(t, err)
			_, err = w.Write([]byte("data"))
			check(t, err)
			check(t, w.Commit())
			want := []string{"sync root", "sync partial", "rename piece", "sync folder"}[i:]
			if !durable {
				want = []string{"rename piece"}
			}
			if !slices.Equal(did, want) {
				t.Errorf("durable %v: %q, want %q", durable, did, want)
			}
		}
	}
}

func mustRel(t *testing.T, p *Pieces, id [32]byte) string {
	t.Helper()
	name, err := filepath.Rel(p.dir, p.path(id))
	check(t, err)
	return name
}

// TestFailedSync checks that a piece whose sync fails is not committed.
func TestFailedSync(t *testing.T) {
	p, err := OpenPieces(t.TempDir(), true)
	check(t, err)
	w, err := p.Create(testrand.PieceID())
	check(t, err)
	_, err = w.Write([]byte("data"))
	check(t, err)
	check(t, w.file.Close()) // a closed file cannot be synced
	if err := w.Commit(); err == nil {
		t.Error("acknowledged without a sync")
	}
	if count, _, err := p.Count(); err != nil || count != 0 {
		t.Errorf("%d pieces, %v", count, err)
	}
	if _, _, err := p.Open(w.id); !errors.Is(err, ErrPieceNotFound) {
		t.Error(err)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%+v", err)
	}
}
