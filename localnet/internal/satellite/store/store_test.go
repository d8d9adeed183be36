package store

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"uplink-localnet/internal/seeds"
)

func open(t testing.TB, sync bool) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "metadata.db"), Options{Sync: sync})
	check(t, err)
	t.Cleanup(func() { check(t, s.Close()) })
	return s
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%+v", err)
	}
}

// FuzzKeyOrder checks that the keys of the store have the order of the objects' keys.
func FuzzKeyOrder(f *testing.F) {
	f.Add([]byte("a"), []byte("a\x00"), int64(1), int64(2))
	f.Add([]byte(""), []byte("\x00"), int64(5), int64(1))
	f.Add([]byte("a\x00\x01"), []byte("a\x01"), int64(1), int64(1))
	seeds.Add(f, "testdata/FuzzKeyOrder.txt")
	f.Fuzz(func(t *testing.T, a, b []byte, va, vb int64) {
		va, vb = va&(1<<62-1), vb&(1<<62-1)
		ka, kb := objectKey(a, va), objectKey(b, vb)
		want := bytes.Compare(a, b)
		if want == 0 {
			want = -compareInt(va, vb) // newest first
		}
		if got := bytes.Compare(ka, kb); got != want {
			t.Fatalf("%q %d, %q %d: %d, want %d", a, va, b, vb, got, want)
		}
		key, version, err := splitObjectKey(ka)
		if err != nil || !bytes.Equal(key, a) || version != va {
			t.Fatalf("%q %d came back as %q %d %v", a, va, key, version, err)
		}
		if bytes.Compare(a, b) < 0 && bytes.Compare(afterKey(a), kb) > 0 {
			t.Fatalf("behind %q is not before %q", a, b)
		}
		if bytes.Compare(afterKey(a), ka) <= 0 {
			t.Fatalf("behind %q is not behind its versions", a)
		}
		// splitKey must not panic, whatever it gets.
		_, _, _ = splitKey(a)
	})
}

func compareInt(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func TestRecords(t *testing.T) {
	s := open(t, false)
	project := ProjectID{1, 2, 3}
	now := time.Now().UTC().Truncate(time.Microsecond)
	b := &Bucket{Name: []byte("bucket"), Created: now}
	o := &Object{
		Key: []byte("key\x00"), Stream: StreamID{9}, Version: 7, Status: 3, Created: now, Expires: now.Add(time.Hour),
		CipherSuite: 2, BlockSize: 7424, SegmentCount: 2, PlainSize: 3, EncryptedSize: 4, InlineSize: 5, FixedSegmentSize: 6,
		Metadata: Metadata{Data: []byte("d"), EncryptedKey: []byte("k"), Nonce: []byte("n"), ETag: []byte("e"), ChecksumAlgorithm: 5, ChecksumIsComposite: true, Checksum: []byte("c")},
	}
	segment := &Segment{
		Position: Position{Part: 3, Index: 4}, Created: now, EncryptedKey: []byte("k"), KeyNonce: []byte("n"), EncryptedETag: []byte("e"),
		Checksum: []byte("c"), PlainOffset: 1, PlainSize: 2, EncryptedSize: 3, Redundancy: Redundancy{4, 6, 8, 9, 256},
		Pieces: Pieces{Root: [32]byte{5}, List: []Piece{{0, 3}, {1, 0}, {8, 9}}},
	}
	check(t, s.Update(func(tx *Tx) error {
		return errors.Join(tx.CreateBucket(project, b), tx.PutObject(b, o), tx.PutSegment(project, o.Stream, segment))
	}))
	check(t, s.View(func(tx *Tx) error {
		gotBucket, err := tx.Bucket(project, []byte("bucket"))
		check(t, err)
		gotObject, err := tx.LatestObject(gotBucket, o.Key)
		check(t, err)
		gotSegment, err := tx.Segment(o.Stream, segment.Position)
		check(t, err)
		for _, pair := range [][2]any{{gotBucket, b}, {gotObject, o}, {gotSegment, segment}} {
			if got, want := fmt.Sprintf("%+v", pair[0]), fmt.Sprintf("%+v", pair[1]); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
		return nil
	}))
}

// TestTornChange checks that a change that fails half way is rolled back, and
// that the changes in the same transaction are kept.
func TestTornChange(t *testing.T) {
	s := open(t, false)
	failure := errors.New("on purpose")
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			err := s.Update(func(tx *Tx) error {
				check(t, tx.SetSetting(fmt.Sprint(i), []byte("x")))
				switch i % 5 {
				case 0:
					return failure
				case 1:
					panic("on purpose")
				}
				return nil
			})
			if failed := err != nil; failed != (i%5 < 2) {
				t.Errorf("%d: %v", i, err)
			}
			if i%5 == 0 && !errors.Is(err, failure) {
				t.Errorf("%d: %v", i, err)
			}
		}()
	}
	wg.Wait()
	check(t, s.View(func(tx *Tx) error {
		for i := range 200 {
			if kept := tx.Setting(fmt.Sprint(i)) != nil; kept == (i%5 < 2) {
				t.Errorf("%d kept: %v", i, kept)
			}
		}
		return nil
	}))
}

// TestNothingWritten checks that a change that writes nothing commits nothing: a
// commit would sync the file, without need.
func TestNothingWritten(t *testing.T) {
	s := open(t, false)
	failure := errors.New("on purpose")
	last := func() (id int) {
		check(t, s.db.View(func(tx *bbolt.Tx) error {
			id = tx.ID()
			return nil
		}))
		return id
	}
	for _, c := range []struct {
		fn      func(*Tx) error
		err     error
		commits int
	}{
		{func(*Tx) error { return nil }, nil, 0},
		{func(*Tx) error { return failure }, failure, 0},
		{func(tx *Tx) error { return tx.SetSetting("a", []byte("b")) }, nil, 1},
		{func(tx *Tx) error { return tx.SetBandwidth(ProjectID{1}, 5) }, nil, 1},
		{func(tx *Tx) error { return tx.SetBandwidth(ProjectID{1}, 5) }, nil, 0},
	} {
		before := last()
		if err := s.Update(c.fn); !errors.Is(err, c.err) {
			t.Errorf("%v, want %v", err, c.err)
		}
		if got := last() - before; got != c.commits {
			t.Errorf("%d commits, want %d", got, c.commits)
		}
	}
	check(t, s.View(func(tx *Tx) error {
		if u, err := tx.Usage(ProjectID{1}); err != nil || u.Bandwidth != 5 || string(tx.Setting("a")) != "b" {
			t.Errorf("%+v, %q, %v", u, tx.Setting("a"), err)
		}
		return nil
	}))
}

// TestSyncBeforeReturn checks that a durable store syncs its file before
// Update returns, and that a store without Sync does not.
func TestSyncBeforeReturn(t *testing.T) {
	for _, sync := range []bool{true, false} {
		s := open(t, sync)
		if s.db.NoSync == sync {
			t.Errorf("sync %v: the database's NoSync is %v", sync, s.db.NoSync)
		}
		check(t, s.Update(func(tx *Tx) error { return tx.SetSetting("a", []byte("b")) }))
		// A second reader of the file sees the committed change.
		copied, err := bbolt.Open(copyOf(t, s.db.Path()), 0o600, nil)
		check(t, err)
		check(t, copied.View(func(tx *bbolt.Tx) error {
			if string(tx.Bucket(settingsBucket).Get([]byte("a"))) != "b" {
				t.Error("acknowledged, but not in the file")
			}
			return nil
		}))
		check(t, copied.Close())
	}
}

func TestObjectsInOrder(t *testing.T) {
	s := open(t, false)
	rnd := rand.New(rand.NewPCG(3, 4))
	b := &Bucket{Name: []byte("bucket")}
	check(t, s.Update(func(tx *Tx) error { return tx.CreateBucket(ProjectID{}, b) }))
	unique := map[string]bool{}
	for len(unique) < 500 {
		key := make([]byte, 1+rnd.IntN(4))
		for i := range key {
			key[i] = []byte{0, 1, 2, 'a', 0xFE, 0xFF}[rnd.IntN(6)]
		}
		unique[string(key)] = true
	}
	var want []string
	check(t, s.Update(func(tx *Tx) error {
		for key := range unique {
			want = append(want, key)
			for version := range int64(3) {
				check(t, tx.PutObject(b, &Object{Key: []byte(key), Version: version + 1}))
			}
		}
		return nil
	}))
	slices.Sort(want)
	check(t, s.View(func(tx *Tx) error {
		var got []string
		c := tx.Objects(b)
		c.Seek(nil)
		for {
			o, err := c.Object()
			check(t, err)
			if o == nil {
				break
			}
			if o.Version != 3 {
				t.Errorf("%q: version %d comes first", o.Key, o.Version)
			}
			got = append(got, string(o.Key))
			c.NextKey(o.Key)
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %d keys in another order than %d", len(got), len(want))
		}
		return nil
	}))
}

func TestClosed(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "metadata.db"), Options{})
	check(t, err)
	check(t, s.Close())
	if err := s.Update(func(*Tx) error { return nil }); !errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
}

func TestBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metadata.db")
	s, err := Open(path, Options{})
	check(t, err)
	defer func() { check(t, s.Close()) }()
	if _, err := Open(path, Options{}); !errors.Is(err, ErrBusy) {
		t.Errorf("%v", err)
	}
}

func copyOf(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	check(t, err)
	to := filepath.Join(t.TempDir(), "copy.db")
	check(t, os.WriteFile(to, data, 0o600))
	return to
}
