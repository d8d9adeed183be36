package admin

import (
	"encoding/base64"
	"time"
	"unicode"
	"unicode/utf8"

	"storj.io/common/pb"
	"uplink-localnet/internal/satellite/store"
)

// ListRequest lists buckets, or the objects of Bucket.
type ListRequest struct {
	Project string `json:"project,omitempty"`
	Bucket  string `json:"bucket,omitempty"`
	// Limit is the largest number of objects, 0 for 10,000.
	Limit int `json:"limit,omitempty"`
}

// Entry is a bucket or an object in a listing.
type Entry struct {
	Bucket string `json:"bucket"`
	// Key is the object's key as the satellite has it: encrypted. A key that
	// cannot be printed is in KeyBase64.
	Key       string     `json:"key,omitempty"`
	KeyBase64 string     `json:"key_base64,omitempty"`
	Size      int64      `json:"size"`
	Stored    int64      `json:"stored"`
	Segments  int64      `json:"segments"`
	Uploading bool       `json:"uploading,omitempty"`
	Marker    bool       `json:"delete_marker,omitempty"`
	Created   time.Time  `json:"created"`
	Expires   *time.Time `json:"expires,omitempty"`
}

const defaultList = 10_000

// List returns the buckets of a project, or the objects of a bucket.
func (a *Admin) List(request ListRequest) (list []Entry, err error) {
	list = []Entry{}
	err = a.store.View(func(tx *store.Tx) error {
		p, err := needProject(tx, request.Project)
		if err != nil {
			return err
		}
		if request.Bucket == "" {
			return tx.EachBucket(p.ID, nil, func(b *store.Bucket) (bool, error) {
				list = append(list, Entry{Bucket: string(b.Name), Created: b.Created})
				return true, nil
			})
		}
		list, err = listObjects(tx, p, request)
		return err
	})
	return list, err
}

// listObjects returns the objects of a bucket, then its uploads.
func listObjects(tx *store.Tx, p *store.Project, request ListRequest) ([]Entry, error) {
	b, err := tx.Bucket(p.ID, []byte(request.Bucket))
	if err != nil {
		return nil, err
	}
	if b == nil {
		return nil, usageErrorf("there is no bucket %q in the project", request.Bucket)
	}
	limit := request.Limit
	if limit <= 0 {
		limit = defaultList
	}
	list := []Entry{}
	for _, cursor := range []*store.ObjectCursor{tx.Objects(b), tx.Uploads(b)} {
		for cursor.Seek(nil); len(list) < limit; cursor.Next() {
			o, err := cursor.Object()
			if err != nil {
				return nil, err
			}
			if o == nil {
				break
			}
			if !o.Aborted.IsZero() {
				continue
			}
			entry, err := newEntry(tx, b, o)
			if err != nil {
				return nil, err
			}
			list = append(list, entry)
		}
	}
	return list, nil
}

// newEntry returns the entry of an object or an upload.
func newEntry(tx *store.Tx, b *store.Bucket, o *store.Object) (Entry, error) {
	entry := Entry{
		Bucket: string(b.Name), Size: o.PlainSize, Stored: o.EncryptedSize, Segments: o.SegmentCount,
		Uploading: o.Version == 0, Created: o.Created,
	}
	switch pb.Object_Status(o.Status) {
	case pb.Object_DELETE_MARKER_VERSIONED, pb.Object_DELETE_MARKER_UNVERSIONED:
		entry.Marker = true
	}
	if !o.Expires.IsZero() {
		entry.Expires = &o.Expires
	}
	if printable(o.Key) {
		entry.Key = string(o.Key)
	} else {
		entry.KeyBase64 = base64.StdEncoding.EncodeToString(o.Key)
	}
	if !entry.Uploading {
		return entry, nil
	}
	return entry, entry.addSegments(tx, o)
}

// addSegments adds the sizes of an upload's segments.
func (e *Entry) addSegments(tx *store.Tx, o *store.Object) error {
	return tx.EachSegment(o.Stream, store.Position{}, func(s *store.Segment) (bool, error) {
		e.Segments, e.Size, e.Stored = e.Segments+1, e.Size+s.PlainSize, e.Stored+s.EncryptedSize
		return true, nil
	})
}

// printable reports whether a key is valid text without control characters.
func printable(key []byte) bool {
	for _, r := range string(key) {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
