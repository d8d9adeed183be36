// Package access has access grants: parsing, requesting, sharing, inspecting.
package access

import (
	"errors"
	"strings"
	"sync"

	"storj.io/common/encryption"
	"storj.io/common/macaroon"
	"storj.io/uplink"

	"libuplink/internal/fail"
	"libuplink/internal/serialized"
)

// The time to write and to read a grant grows with the square of its length. At these limits it is
// some seconds.
const (
	// MostPrefixes is the largest number of prefixes of a grant.
	MostPrefixes    = 1000
	longestPrefixes = 64 << 10 // bytes, of all prefixes together
)

// Access is a grant. Its keys can be overridden in place, which Go's library does not guard.
type Access struct {
	mu    sync.Mutex
	grant *uplink.Access
}

// Parse returns the access of a serialized grant.
func Parse(text string) (*Access, error) {
	if err := serialized.Check(text, "an access grant"); err != nil {
		return nil, err
	}
	parsed, err := parse(text)
	if err == nil {
		return &Access{grant: parsed}, nil
	}
	if _, err := macaroon.ParseAPIKey(text); err == nil {
		return nil, fail.Internal(fail.DetailInvalidAccess,
			"this is an API key, not an access grant; request an access with it and a passphrase")
	}
	return nil, fail.Internal(fail.DetailInvalidAccess, "this is not a complete access grant; was it copied whole? (%s)",
		fail.Message(err))
}

// parse returns the access of a serialized grant. Go's library panics if a grant with a right
// checksum has no keys.
func parse(text string) (access *uplink.Access, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("a part is missing")
		}
	}()
	return uplink.ParseAccess(text)
}

// Serialize returns the grant as a text.
func (a *Access) Serialize() (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.grant.Serialize()
}

// SatelliteAddress returns the address in the grant.
func (a *Access) SatelliteAddress() string { return a.grant.SatelliteAddress() }

// APIKey returns the grant for calls that use only its API key. The key never changes, so it needs
// no guard.
func (a *Access) APIKey() *uplink.Access { return a.grant }

// Copy returns a grant that does not change with this access.
func (a *Access) Copy() (*uplink.Access, error) {
	text, err := a.Serialize()
	if err != nil {
		return nil, err
	}
	return uplink.ParseAccess(text)
}

// Share returns an access with fewer permissions, to fewer prefixes.
func (a *Access) Share(permission uplink.Permission, prefixes []uplink.SharePrefix) (*Access, error) {
	if err := checkPrefixes(prefixes); err != nil {
		return nil, err
	}
	reached, err := a.Inspect()
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, prefix := range prefixes {
		_, err := a.grant.Share(permission, prefix)
		// Go's library does not look for a key if the prefix is a whole bucket.
		if encryption.ErrMissingEncryptionBase.Has(err) || !reached.reachesIn(prefix.Bucket) {
			return nil, fail.InvalidArgument("this access does not reach %s/%s", prefix.Bucket, prefix.Prefix)
		}
	}
	shared, err := a.grant.Share(permission, prefixes...)
	if err != nil {
		return nil, fail.InvalidArgument("the access cannot be shared so: %v", err)
	}
	return &Access{grant: shared}, nil
}

func checkPrefixes(prefixes []uplink.SharePrefix) error {
	size := 0
	for _, prefix := range prefixes {
		if prefix.Bucket == "" {
			return fail.InvalidArgument("a prefix has no bucket")
		}
		size += len(prefix.Bucket) + len(prefix.Prefix)
	}
	if size > longestPrefixes {
		return fail.InvalidArgument("the prefixes have %d bytes together; a grant takes at most %d", size, longestPrefixes)
	}
	return nil
}

// OverrideEncryptionKey sets another key for a prefix of a bucket.
func (a *Access) OverrideEncryptionKey(bucket, prefix string, key *uplink.EncryptionKey) error {
	if bucket == "" {
		return fail.New(fail.CodeBucketNameInvalid, fail.DetailNone, "%v: it is empty", uplink.ErrBucketNameInvalid)
	}
	if len(prefix) > longestPrefixes {
		return fail.InvalidArgument("the prefix has %d bytes; a grant takes at most %d", len(prefix), longestPrefixes)
	}
	if !strings.HasSuffix(prefix, "/") {
		return fail.InvalidArgument("the prefix must end in a slash")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.grant.OverrideEncryptionKey(bucket, prefix, key)
}
