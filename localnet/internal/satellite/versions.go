package satellite

import (
	"crypto/rand"
	"encoding/binary"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"uplink-localnet/internal/satellite/store"
)

const versionLength = 16

// versionBytes returns an object's version as clients get it: its number and the
// last 8 bytes of the stream id.
func versionBytes(o *store.Object) []byte {
	out := binary.BigEndian.AppendUint64(make([]byte, 0, versionLength), uint64(o.Version))
	return append(out, o.Stream[8:]...)
}

// versionNumber returns the number of a version that a client has sent.
func versionNumber(version []byte) (int64, error) {
	if len(version) != versionLength {
		return 0, status(rpcstatus.InvalidArgument, "invalid object version length")
	}
	number := int64(binary.BigEndian.Uint64(version))
	if number <= 0 {
		return 0, status(rpcstatus.InvalidArgument, "invalid request: Version invalid: %d", number)
	}
	return number, nil
}

var (
	errObjectNotFound = status(rpcstatus.NotFound, "object not found")
	errIsMarker       = status(rpcstatus.MethodNotAllowed, "method not allowed: the version is a delete marker")
)

// visible returns the newest version of an object, or an error if it does not exist
// or is deleted.
func (c *call) visible(b *store.Bucket, key []byte) (*store.Object, error) {
	o, err := c.tx.LatestObject(b, key)
	if err == nil && (o == nil || o.Expired(c.at) || isMarker(o)) {
		err = errObjectNotFound
	}
	return o, err
}

// version returns a version of an object, or an error if it does not exist. An
// empty version means the newest.
func (c *call) version(b *store.Bucket, key, version []byte) (*store.Object, error) {
	if len(version) == 0 {
		return c.visible(b, key)
	}
	number, err := versionNumber(version)
	if err != nil {
		return nil, err
	}
	o, err := c.tx.ObjectVersion(b, key, number)
	switch {
	case err != nil:
		return nil, err
	case o == nil || o.Expired(c.at):
		return nil, errObjectNotFound
	case isMarker(o):
		return nil, errIsMarker
	}
	return o, nil
}

// byStream returns the version of an object with a stream id.
func (c *call) byStream(b *store.Bucket, id *streamID) (*store.Object, error) {
	var o *store.Object
	err := c.tx.EachVersion(b, id.Key, func(version *store.Object) bool {
		if version.Stream == id.Stream && !version.Expired(c.at) && !isMarker(version) {
			o = version
		}
		return o == nil
	})
	if err == nil && o == nil {
		err = errObjectNotFound
	}
	return o, err
}

// isMarker reports whether a version is a delete marker.
func isMarker(o *store.Object) bool {
	s := pb.Object_Status(o.Status)
	return s == pb.Object_DELETE_MARKER_VERSIONED || s == pb.Object_DELETE_MARKER_UNVERSIONED
}

// isVersioned reports whether an object or marker was made while its bucket kept
// versions, so that no later one replaces it.
func isVersioned(o *store.Object) bool {
	s := pb.Object_Status(o.Status)
	return s == pb.Object_COMMITTED_VERSIONED || s == pb.Object_DELETE_MARKER_VERSIONED
}

// place gives a new object its status and version, and returns the object that it
// replaces, nil for none. In a bucket that keeps versions nothing is replaced; in any
// other bucket a key has at most one unversioned object, which is replaced.
func (c *call) place(b *store.Bucket, o *store.Object, ifNoneMatch []string) (replaced *store.Object, err error) {
	if len(ifNoneMatch) > 0 && (len(ifNoneMatch) != 1 || ifNoneMatch[0] != "*") {
		return nil, status(rpcstatus.Unimplemented, "if-none-match must be \"*\"")
	}
	latest, err := c.tx.LatestObject(b, o.Key)
	if err != nil {
		return nil, err
	}
	o.Version = 1
	if latest != nil {
		o.Version = latest.Version + 1
		if len(ifNoneMatch) > 0 && !isMarker(latest) {
			return nil, status(rpcstatus.FailedPrecondition, "object already exists")
		}
	}
	if b.Versioning == store.Versioned {
		o.Status = int32(pb.Object_COMMITTED_VERSIONED)
		return nil, nil
	}
	o.Status = int32(pb.Object_COMMITTED_UNVERSIONED)
	return c.unversioned(b, o.Key)
}

// unversioned returns the unversioned object or marker of a key, nil if there is none.
func (c *call) unversioned(b *store.Bucket, key []byte) (found *store.Object, err error) {
	err = c.tx.EachVersion(b, key, func(o *store.Object) bool {
		if !isVersioned(o) {
			found = o
		}
		return found == nil
	})
	return found, err
}

// deletion is the result of deleting an object without a version: the object that
// was removed, and the marker that was made; either can be nil.
type deletion struct{ removed, marker *store.Object }

// deleteLatest deletes an object, or hides it with a marker if its bucket keeps
// versions.
func (c *call) deleteLatest(b *store.Bucket, key []byte) (d deletion, err error) {
	if b.Versioning != store.Versioned {
		if d.removed, err = c.unversioned(b, key); err != nil {
			return d, err
		}
	}
	if b.Versioning == store.Unversioned {
		if d.removed == nil || d.removed.Expired(c.at) {
			return deletion{}, nil
		}
		return d, c.removeObject(b, d.removed)
	}
	d.marker = &store.Object{Key: key, Created: c.at}
	if _, err := rand.Read(d.marker.Stream[:]); err != nil {
		return d, err
	}
	if _, err := c.place(b, d.marker, nil); err != nil {
		return d, err
	}
	d.marker.Status = int32(pb.Object_DELETE_MARKER_VERSIONED)
	if b.Versioning == store.Suspended {
		d.marker.Status = int32(pb.Object_DELETE_MARKER_UNVERSIONED)
	}
	if d.removed != nil {
		if err := c.removeObject(b, d.removed); err != nil {
			return d, err
		}
	}
	return d, c.tx.PutObject(b, d.marker)
}

// deleteVersion deletes one version or marker, and returns it, nil if there is none.
func (c *call) deleteVersion(b *store.Bucket, key, version []byte, bypass bool) (*store.Object, error) {
	bypass, err := c.mayBypass(bypass, b.Name, key)
	if err != nil {
		return nil, err
	}
	number, err := versionNumber(version)
	if err != nil {
		return nil, err
	}
	o, err := c.tx.ObjectVersion(b, key, number)
	if err != nil || o == nil || o.Expired(c.at) {
		return nil, err
	}
	if c.protected(o, bypass) {
		return nil, errProtected
	}
	return o, c.removeObject(b, o)
}

// permitReplacing returns an error if an object is replaced that the key may not
// delete.
func (c *call) permitReplacing(b *store.Bucket, replaced *store.Object) error {
	if replaced == nil || replaced.Expired(c.at) || c.permit(macaroon.ActionDelete, b.Name, replaced.Key) == nil {
		return nil
	}
	return status(rpcstatus.PermissionDenied, "permission denied: no permissions to delete existing object")
}
