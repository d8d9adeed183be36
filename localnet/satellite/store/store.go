// Package store keeps the satellite's metadata in one bbolt file.
//
// Every key starts with the thing that is looked up first, every record is a
// small protobuf message, and all changes of one request are one transaction.
package store

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"
)

// ErrBusy says that another process holds the metadata file.
var ErrBusy = errors.New("the metadata is in use by another process")

var (
	settingsBucket = []byte("settings")
	projectsBucket = []byte("projects")
	apiKeysBucket  = []byte("apikeys")
	revokedBucket  = []byte("revoked")
	bucketsBucket  = []byte("buckets")
	objectsBucket  = []byte("objects")
	pendingBucket  = []byte("pending")
	segmentsBucket = []byte("segments")
	issuedBucket   = []byte("issued")
	garbageBucket  = []byte("garbage")
	expiryBucket   = []byte("expiry")
	copiesBucket   = []byte("copies")
	numbersBucket  = []byte("numbers")
	usageBucket    = []byte("usage")
	abortedBucket  = []byte("aborted")
)

// Options tell how to open a store.
type Options struct {
	// Sync puts every change on the disk before it is acknowledged.
	Sync bool
	Log  *slog.Logger
}

// Store is the open metadata file.
type Store struct {
	db        *bbolt.DB
	committer committer
}

// Open opens or creates the metadata file.
func Open(path string, opts Options) (*Store, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:      200 * time.Millisecond,
		NoSync:       !opts.Sync,
		NoGrowSync:   !opts.Sync,
		FreelistType: bbolt.FreelistMapType,
	})
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, ErrBusy
	}
	if err != nil {
		return nil, fmt.Errorf("cannot open the metadata %s: %w", path, err)
	}
	s := &Store{db: db}
	if err := s.init(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s.committer.start(db, opts.Log)
	return s, nil
}

// init creates the tables; an existing file is left as it is, so that opening
// one costs no write.
func (s *Store) init() error {
	tables := [][]byte{
		settingsBucket, projectsBucket, apiKeysBucket, revokedBucket, bucketsBucket,
		objectsBucket, pendingBucket, segmentsBucket, issuedBucket, garbageBucket, expiryBucket,
		copiesBucket, numbersBucket, usageBucket, abortedBucket,
	}
	complete, counted := true, false
	err := s.db.View(func(tx *bbolt.Tx) error {
		for _, name := range tables {
			complete = complete && tx.Bucket(name) != nil
		}
		counted = tx.Bucket(usageBucket) != nil
		return nil
	})
	if err != nil || complete {
		return err
	}
	return s.db.Update(func(tx *bbolt.Tx) error {
		for _, name := range tables {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		if counted {
			return nil
		}
		return (&Tx{tx: tx}).rebuild()
	})
}

// Close waits for running changes and closes the file.
func (s *Store) Close() error {
	s.committer.stop()
	return s.db.Close()
}

// Size returns the size of the file in bytes.
func (s *Store) Size() int64 {
	info, err := os.Stat(s.db.Path())
	if err != nil {
		return 0
	}
	return info.Size()
}

// Tx is a transaction. Slices handed out by it are copies.
type Tx struct {
	tx *bbolt.Tx
	// Writes counts changes, so that a request that fails after it has
	// changed something can be told from one that failed its checks.
	Writes int
	// Again says that the function has run before, in a transaction that was
	// rolled back.
	Again bool
	// changed is what has to be added to the usage of projects.
	changed map[ProjectID]*Usage
}

// View runs fn on an unchanging snapshot.
func (s *Store) View(fn func(*Tx) error) error {
	return s.db.View(func(tx *bbolt.Tx) error { return fn(&Tx{tx: tx}) })
}

// Update runs fn in a transaction that may change things. When Update returns
// without an error the change is committed (and on disk, with Options.Sync).
// An error of fn rolls back what fn did; fn may run more than once.
func (s *Store) Update(fn func(*Tx) error) error {
	return s.committer.do(fn)
}

func (t *Tx) put(b *bbolt.Bucket, key, value []byte) error {
	t.Writes++
	return b.Put(key, value)
}

func (t *Tx) delete(b *bbolt.Bucket, key []byte) error {
	t.Writes++
	return b.Delete(key)
}

// Setting returns a named value, nil when it was never set.
func (t *Tx) Setting(name string) []byte {
	return clone(t.tx.Bucket(settingsBucket).Get([]byte(name)))
}

// SetSetting stores a named value.
func (t *Tx) SetSetting(name string, value []byte) error {
	return t.put(t.tx.Bucket(settingsBucket), []byte(name), value)
}

func clone(b []byte) []byte {
	if b == nil {
		return nil
	}
	return append([]byte{}, b...)
}
