// Package store keeps the satellite's metadata in one bbolt file.
//
// Each record is a small protobuf message, and all changes of one request are one
// transaction.
package store

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"
)

// ErrBusy is returned if another process has the metadata file open.
var ErrBusy = errors.New("the metadata is in use by another process")

// The names of the tables.
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
	// registeredBucket has the grants of the edge service, by access key id.
	registeredBucket = []byte("registered")
)

// contentTables have the buckets, and everything that is in them.
var contentTables = [][]byte{
	bucketsBucket, objectsBucket, pendingBucket, segmentsBucket, issuedBucket, garbageBucket,
	expiryBucket, copiesBucket, numbersBucket, usageBucket, abortedBucket,
}

// tables are all tables.
var tables = append([][]byte{settingsBucket, projectsBucket, apiKeysBucket, revokedBucket, registeredBucket}, contentTables...)

// Options are the options of Open.
type Options struct {
	// Sync puts every change on the disk before it is acknowledged.
	Sync bool
	// Exists requires that there is a file already.
	Exists bool
	Log    *slog.Logger
}

// Store is the open metadata file.
type Store struct {
	db        *bbolt.DB
	committer committer
}

// Open opens or creates the metadata file.
func Open(path string, opts Options) (*Store, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.Size() > 0:
		err = verifyLength(path, info.Size())
	case opts.Exists:
		err = &DamagedError{path, "it is missing or empty"}
	default:
		err = nil // openFile creates the file, or returns why it cannot
	}
	if err != nil {
		return nil, err
	}
	s := new(Store)
	err = guard(path, func() (err error) {
		// Any panic here comes from the file.
		defer func() {
			if p := recover(); p != nil {
				err = &DamagedError{path, firstLine(p)}
			}
		}()
		s.db, err = openFile(path, &bbolt.Options{NoSync: !opts.Sync, NoGrowSync: !opts.Sync, FreelistType: bbolt.FreelistMapType})
		if err != nil {
			return err
		}
		if err := verifyPages(s.db); err != nil {
			return err
		}
		return s.init()
	})
	if err != nil {
		if s.db != nil {
			_ = s.db.Close()
		}
		return nil, err
	}
	s.committer.start(s.db, opts.Log)
	return s, nil
}

// openFile opens or creates a file. It waits 200 ms for another process.
func openFile(path string, options *bbolt.Options) (*bbolt.DB, error) {
	options.Timeout = 200 * time.Millisecond
	options.OpenFile = openNoLink
	db, err := bbolt.Open(path, 0o600, options)
	var failed *fs.PathError
	switch {
	case err == nil:
		return db, nil
	case errors.Is(err, bbolterrors.ErrTimeout):
		return nil, ErrBusy
	case errors.As(err, &failed):
		return nil, fmt.Errorf("cannot open the metadata: %w", err)
	default:
		return nil, &DamagedError{path, err.Error()}
	}
}

// openNoLink opens or creates a regular file.
func openNoLink(name string, flag int, mode os.FileMode) (*os.File, error) {
	info, err := os.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		flag |= os.O_EXCL
	case err == nil && !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "open", Path: name, Err: errors.New("it is a link or a folder, and not a file")}
	}
	return os.OpenFile(name, flag, mode)
}

// init creates the tables. In a complete file it writes nothing.
func (s *Store) init() error {
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

// Close waits for running changes, and closes the file.
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

// Tx is a transaction. The slices that it returns are copies.
type Tx struct {
	tx *bbolt.Tx
	// Writes counts the changes. A request that fails without any keeps the
	// transaction usable.
	Writes int
	// Again is set when the function runs a second time, because its first
	// transaction was rolled back.
	Again bool
	// changed has the changes of the usage of projects.
	changed map[ProjectID]*Usage
}

// View runs fn on a snapshot that does not change.
func (s *Store) View(fn func(*Tx) error) error {
	return guard(s.db.Path(), func() error {
		return s.db.View(func(tx *bbolt.Tx) error { return fn(&Tx{tx: tx}) })
	})
}

// Update runs fn in a transaction that can write. If Update returns no error, the
// change is committed, and with Options.Sync it is on the disk. An error of fn rolls
// back its changes; fn may run more than once. If fn writes nothing, neither does
// Update.
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

// Setting returns a named value, nil if it was never set.
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
