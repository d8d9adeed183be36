package store

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// TestUsage makes random changes and compares the stored usage with a count of
// everything.
func TestUsage(t *testing.T) {
	s := open(t, false)
	rnd := rand.New(rand.NewPCG(5, 6))
	projects := []ProjectID{{1}, {2}}
	check(t, s.Update(func(tx *Tx) error {
		for i, id := range projects {
			check(t, tx.PutProject(&Project{ID: id, Name: fmt.Sprint(i)}))
			for _, name := range []string{"a", "b"} {
				check(t, tx.CreateBucket(id, &Bucket{Name: []byte(name)}))
			}
		}
		return nil
	}))
	for range 400 {
		check(t, s.Update(func(tx *Tx) error {
			changeSomething(t, tx, rnd, projects[rnd.IntN(2)])
			return nil
		}))
	}
	check(t, s.View(func(tx *Tx) error {
		counted, err := tx.recount()
		check(t, err)
		for _, id := range projects {
			kept, err := tx.Usage(id)
			check(t, err)
			if kept != *counted[id] || kept.Objects == 0 || kept.Segments == 0 {
				t.Errorf("kept %+v, counted %+v", kept, *counted[id])
			}
		}
		return nil
	}))
}

// changeSomething makes a random change to one of a few objects.
func changeSomething(t *testing.T, tx *Tx, rnd *rand.Rand, project ProjectID) {
	b, err := tx.Bucket(project, []byte{"ab"[rnd.IntN(2)]})
	check(t, err)
	stream := StreamID{byte(b.Number), byte(rnd.IntN(8))}
	o := &Object{Key: stream[:2], Stream: stream, Version: 1}
	segment := &Segment{Position: Position{Index: int32(rnd.IntN(3))}, EncryptedSize: int64(rnd.IntN(1000))}
	switch rnd.IntN(6) {
	case 0:
		segments, err := tx.Segments(stream)
		check(t, err)
		for _, s := range segments {
			check(t, tx.DeleteSegment(project, stream, s.Position))
		}
		check(t, tx.DeleteObject(b, o))
	case 1:
		check(t, tx.DeleteSegment(project, stream, segment.Position))
	default:
		check(t, tx.PutObject(b, o))
		check(t, tx.PutSegment(project, stream, segment))
	}
}

// TestOlderFile opens a file from before usage was counted.
func TestOlderFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metadata.db")
	s, err := Open(path, Options{})
	check(t, err)
	project, due := ProjectID{7}, time.Unix(1000, 0)
	b := &Bucket{Name: []byte("bucket")}
	check(t, s.Update(func(tx *Tx) error {
		check(t, tx.PutProject(&Project{ID: project}))
		check(t, tx.CreateBucket(project, b))
		check(t, tx.PutObject(b, &Object{Key: []byte("key"), Version: 1, Expires: due, Stream: StreamID{1}}))
		return tx.PutSegment(project, StreamID{1}, &Segment{EncryptedSize: 500})
	}))
	check(t, s.Close())
	db, err := bbolt.Open(path, 0o600, nil)
	check(t, err)
	check(t, db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{copiesBucket, numbersBucket, usageBucket} {
			check(t, tx.DeleteBucket(name))
		}
		return nil
	}))
	check(t, db.Close())

	s, err = Open(path, Options{})
	check(t, err)
	defer func() { check(t, s.Close()) }()
	check(t, s.Update(func(tx *Tx) error {
		u, err := tx.Usage(project)
		check(t, err)
		if want := (Usage{Buckets: 1, Objects: 1, Segments: 1, Storage: 500}); u != want {
			t.Errorf("%+v", u)
		}
		found, err := tx.TakeExpired(due, 10)
		check(t, err)
		if len(found) != 1 || string(found[0].Bucket.Name) != "bucket" || found[0].Bucket.Project != project {
			t.Errorf("%+v", found)
		}
		return nil
	}))
}

// TestSharedPieces checks that pieces stay until their last segment is deleted.
func TestSharedPieces(t *testing.T) {
	s := open(t, false)
	pieces := Pieces{Root: [32]byte{1}, List: []Piece{{0, 3}, {1, 4}}}
	due := time.Unix(1000, 0)
	garbage := func() (list []Garbage) {
		check(t, s.View(func(tx *Tx) (err error) {
			list, err = tx.DueGarbage(due, 10)
			return err
		}))
		return list
	}
	release := func() { check(t, s.Update(func(tx *Tx) error { return tx.ReleasePieces(pieces, due) })) }
	for range 3 {
		check(t, s.Update(func(tx *Tx) error { return tx.SharePieces(pieces) }))
	}
	for range 3 {
		release()
		if got := garbage(); len(got) > 0 {
			t.Fatalf("thrown away while a segment has them: %v", got)
		}
	}
	release()
	if got := garbage(); len(got) != 1 || !reflect.DeepEqual(got[0].Pieces, pieces) {
		t.Errorf("%v", got)
	}
	check(t, s.View(func(tx *Tx) error {
		if n := tx.tx.Bucket(copiesBucket).Stats().KeyN; n != 0 {
			t.Errorf("%d entries left", n)
		}
		return nil
	}))
}
