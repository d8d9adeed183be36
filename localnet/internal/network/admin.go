package network

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"storj.io/common/grant"
	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/storj"
	"uplink-localnet/internal/faults"
	"uplink-localnet/internal/satellite/store"
	"uplink-localnet/internal/storagenode"
)

// Admin looks into a network and changes what only its operator may, while it
// runs or while it is stopped.
type Admin struct {
	store  *store.Store
	folder *folder
	url    string
	// running is nil while the network is stopped.
	running *Network
}

// ErrRunning says that a process holds the folder: it has to be asked.
var ErrRunning = errors.New("the network is running")

// OpenAdmin opens the folder of a network that does not run.
func OpenAdmin(dir string) (*Admin, error) {
	full, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{dir: full}
	s, err := f.load()
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, fmt.Errorf("there is no network in %s", dir)
	}
	if err := f.refuseShared(); err != nil {
		return nil, err
	}
	id, err := f.satelliteIdentity()
	if err != nil {
		return nil, err
	}
	db, err := store.Open(f.metadata(), store.Options{Sync: true, Exists: true})
	if errors.Is(err, store.ErrBusy) {
		return nil, ErrRunning
	}
	if err != nil {
		return nil, err
	}
	return &Admin{store: db, folder: f, url: storj.NodeURL{ID: id.ID, Address: s.Listen}.String()}, nil
}

// Calls returns which calls came to the network since it was started.
func (a *Admin) Calls() ([]faults.Count, error) {
	if a.running == nil {
		return nil, usageErrorf("the network in %s does not run, and counts calls only while it runs", a.folder.dir)
	}
	return a.running.Faults.Counts(), nil
}

// Close ends the work on a network that does not run.
func (a *Admin) Close() error { return a.store.Close() }

// DefaultProject is the name of the project that every network has.
const DefaultProject = "default"

func projectName(p *store.Project) string {
	if p.Name == "" {
		return DefaultProject
	}
	return p.Name
}

// findProject returns the project with a name, nil when there is none.
func findProject(tx *store.Tx, name string) (found *store.Project, err error) {
	if name == "" {
		name = DefaultProject
	}
	err = tx.EachProject(func(p *store.Project) error {
		if projectName(p) == name {
			found = p
		}
		return nil
	})
	return found, err
}

// UsageError is a request that makes no sense.
type UsageError struct{ message string }

func (e *UsageError) Error() string { return e.message }

func usageErrorf(format string, args ...any) error { return &UsageError{fmt.Sprintf(format, args...)} }

func needProject(tx *store.Tx, name string) (*store.Project, error) {
	p, err := findProject(tx, name)
	if err == nil && p == nil {
		err = usageErrorf("there is no project %q", name)
	}
	return p, err
}

// SetLimits changes the limits of a project, from the next request on.
func (a *Admin) SetLimits(project string, change func(*store.Limits)) (limits store.Limits, err error) {
	err = a.store.Update(func(tx *store.Tx) error {
		p, err := needProject(tx, project)
		if err != nil {
			return err
		}
		change(&p.Limits)
		limits = p.Limits
		return tx.PutProject(p)
	})
	return limits, err
}

// Revoke makes an API key or an access grant worthless, and all made from it.
func (a *Admin) Revoke(serialized string) error {
	var raw []byte
	if access, err := grant.ParseAccess(serialized); err == nil {
		raw = access.APIKey.SerializeRaw()
	} else if key, err := macaroon.ParseAPIKey(serialized); err == nil {
		raw = key.SerializeRaw()
	}
	key, err := macaroon.ParseMacaroon(raw)
	if err != nil {
		return usageErrorf("this is neither an API key nor an access grant")
	}
	return a.store.Update(func(tx *store.Tx) error {
		root, err := tx.APIKey(key.Head())
		if err != nil {
			return err
		}
		if root == nil || !key.Validate(root.Secret) {
			return usageErrorf("this API key is not of this network")
		}
		return tx.Revoke(key.Tail(), time.Now())
	})
}

// Reset forgets all buckets and objects. Identity, projects, keys and limits
// stay.
func (a *Admin) Reset(context.Context) error {
	if err := a.store.Update((*store.Tx).Reset); err != nil {
		return err
	}
	if a.running != nil {
		a.running.Satellite.ForgetMeters()
		return clearPieces(a.running.Pieces)
	}
	pieces, err := a.stoppedPieces()
	return errors.Join(err, clearPieces(pieces))
}

func clearPieces(list []*storagenode.Pieces) error {
	for _, p := range list {
		if err := p.Clear(); err != nil {
			return err
		}
	}
	return nil
}

// stoppedPieces opens what the nodes have while they do not run.
func (a *Admin) stoppedPieces() (list []*storagenode.Pieces, err error) {
	s, err := a.folder.load()
	if err != nil {
		return nil, err
	}
	for i := range s.Nodes {
		if _, err := os.Stat(a.folder.pieces(i)); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		p, err := storagenode.OpenPieces(a.folder.pieces(i), true)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// ProjectStatus is a project, and what it has and may have.
type ProjectStatus struct {
	Name    string       `json:"name"`
	ID      string       `json:"id"`
	Created time.Time    `json:"created"`
	Usage   store.Usage  `json:"usage"`
	Limits  store.Limits `json:"limits"`
}

// Status is what a network is and has.
type Status struct {
	Running   bool            `json:"running"`
	PID       int             `json:"pid,omitempty"`
	Satellite string          `json:"satellite"`
	Folder    string          `json:"folder"`
	Metadata  int64           `json:"metadata"`
	Nodes     int             `json:"nodes"`
	Scheme    string          `json:"rs"`
	Pieces    int64           `json:"pieces"`
	Stored    int64           `json:"stored"`
	Projects  []ProjectStatus `json:"projects"`
}

// Status tells what the network is and has.
func (a *Admin) Status() (*Status, error) {
	status := &Status{Satellite: a.url, Folder: a.folder.dir, Metadata: a.store.Size()}
	var pieces []*storagenode.Pieces
	if a.running != nil {
		status.Running, status.PID, pieces = true, os.Getpid(), a.running.Pieces
		status.Nodes, status.Scheme = len(pieces), a.running.scheme
	} else {
		s, err := a.folder.load()
		if err != nil {
			return nil, err
		}
		status.Nodes, status.Scheme = s.Nodes, s.Scheme
		if pieces, err = a.stoppedPieces(); err != nil {
			return nil, err
		}
	}
	for _, p := range pieces {
		count, bytes, err := p.Count()
		if err != nil {
			return nil, err
		}
		status.Pieces, status.Stored = status.Pieces+count, status.Stored+bytes
	}
	var err error
	status.Projects, err = a.projects()
	return status, err
}

// projects returns all projects, the oldest first.
func (a *Admin) projects() (list []ProjectStatus, err error) {
	err = a.store.View(func(tx *store.Tx) error {
		return tx.EachProject(func(p *store.Project) error {
			used, err := tx.Usage(p.ID)
			if a.running != nil {
				used.Bandwidth = a.running.Satellite.Bandwidth(p.ID, used.Bandwidth)
			}
			list = append(list, ProjectStatus{Name: projectName(p), ID: fmt.Sprintf("%x", p.PublicID), Created: p.Created, Usage: used, Limits: p.Limits})
			return err
		})
	})
	slices.SortFunc(list, func(a, b ProjectStatus) int { return a.Created.Compare(b.Created) })
	return list, err
}

// ListRequest says what to list: buckets, or with Bucket its objects.
type ListRequest struct {
	Project string `json:"project,omitempty"`
	Bucket  string `json:"bucket,omitempty"`
	// Limit is the most objects to list, 0 is 10,000.
	Limit int `json:"limit,omitempty"`
}

// Entry is a bucket or an object in a listing.
type Entry struct {
	Bucket string `json:"bucket"`
	// Key is the object's key, encrypted as the satellite knows it. One that
	// cannot be printed is in base64, as KeyBase64.
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

// List lists the buckets of a project, or the objects of a bucket.
func (a *Admin) List(request ListRequest) (list []Entry, err error) {
	list = []Entry{}
	limit := request.Limit
	if limit <= 0 {
		limit = defaultList
	}
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
		b, err := tx.Bucket(p.ID, []byte(request.Bucket))
		if err != nil {
			return err
		}
		if b == nil {
			return usageErrorf("there is no bucket %q in the project", request.Bucket)
		}
		for _, cursor := range []*store.ObjectCursor{tx.Objects(b), tx.Uploads(b)} {
			if err := appendObjects(tx, b, cursor, &list, limit); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

func appendObjects(tx *store.Tx, b *store.Bucket, cursor *store.ObjectCursor, list *[]Entry, limit int) error {
	for cursor.Seek(nil); len(*list) < limit; cursor.Next() {
		o, err := cursor.Object()
		if err != nil || o == nil {
			return err
		}
		if !o.Aborted.IsZero() {
			continue
		}
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
		if entry.Uploading {
			if err := entry.addSegments(tx, o); err != nil {
				return err
			}
		}
		*list = append(*list, entry)
	}
	return nil
}

// addSegments sums up what has come of an upload.
func (e *Entry) addSegments(tx *store.Tx, o *store.Object) error {
	return tx.EachSegment(o.Stream, store.Position{}, func(s *store.Segment) (bool, error) {
		e.Segments, e.Size, e.Stored = e.Segments+1, e.Size+s.PlainSize, e.Stored+s.EncryptedSize
		return true, nil
	})
}

func printable(key []byte) bool {
	for _, r := range string(key) {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
