// Package checksum hashes the bytes of objects while they are uploaded and downloaded, and keeps the
// checksums in the custom metadata of the objects.
package checksum

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"maps"
	"strings"

	"github.com/zeebo/blake3"

	"storj.io/uplink"

	"libuplink/internal/fail"
)

// Algorithm is one of UPLINK_CHECKSUM_….
type Algorithm int32

// The algorithms.
const (
	None Algorithm = iota
	SHA256
	BLAKE3
)

// algorithms has what is known of each algorithm. An object with several checksums is compared with
// the first one.
var algorithms = []struct {
	algorithm Algorithm
	// The key of the custom metadata, and the name in errors. The value has hexadecimal digits.
	key string
	new func() hash.Hash
}{
	{SHA256, "sha256", sha256.New},
	{BLAKE3, "blake3", func() hash.Hash { return blake3.New() }},
}

// Check returns an error unless an upload with such metadata can store a checksum of the algorithm.
func Check(algorithm Algorithm, custom uplink.CustomMetadata) error {
	if algorithm == None {
		return nil
	}
	sum := New(algorithm)
	if sum == nil {
		return fail.InvalidArgument("the checksum has the unknown algorithm %d", algorithm)
	}
	return sum.Check(custom)
}

// Sum is the checksum of bytes that arrive one after the other. A nil Sum hashes nothing.
type Sum struct {
	key  string
	hash hash.Hash
}

// New returns a checksum of no bytes. It returns nil for None, and for an unknown algorithm.
func New(algorithm Algorithm) *Sum {
	for _, a := range algorithms {
		if a.algorithm == algorithm {
			return &Sum{a.key, a.new()}
		}
	}
	return nil
}

// Write adds bytes. It never fails.
func (s *Sum) Write(data []byte) (int, error) {
	if s == nil {
		return len(data), nil
	}
	return s.hash.Write(data)
}

// text returns the checksum as it is stored.
func (s *Sum) text() string { return hex.EncodeToString(s.hash.Sum(nil)) }

// Check returns an error if metadata has a checksum of the algorithm, which would be lost.
func (s *Sum) Check(custom uplink.CustomMetadata) error {
	if s != nil {
		if _, found := custom[s.key]; found {
			return fail.InvalidArgument("the metadata has the key %q, under which the checksum is stored", s.key)
		}
	}
	return nil
}

// AddTo returns the metadata with the checksum.
func (s *Sum) AddTo(custom uplink.CustomMetadata) uplink.CustomMetadata {
	if s == nil {
		return custom
	}
	custom = maps.Clone(custom)
	if custom == nil {
		custom = uplink.CustomMetadata{}
	}
	custom[s.key] = s.text()
	return custom
}

// Stored is the checksum of bytes that should be those of an object. A nil Stored hashes and compares
// nothing.
type Stored struct {
	Sum
	stored string
}

// Find returns the checksum to compare with the metadata of an object.
func Find(custom uplink.CustomMetadata) (*Stored, error) {
	for _, a := range algorithms {
		if stored, found := custom[a.key]; found {
			return &Stored{Sum{a.key, a.new()}, stored}, nil
		}
	}
	e := fail.Internal(fail.DetailChecksumMissing, "the object has no checksum in its metadata")
	e.Unchanged = true
	return nil, e
}

// Write adds bytes. It never fails.
func (s *Stored) Write(data []byte) (int, error) {
	if s == nil {
		return len(data), nil
	}
	return s.Sum.Write(data)
}

// Compare returns an error unless all bytes of the object were added, and no others.
func (s *Stored) Compare() error {
	if s == nil {
		return nil
	}
	actual := s.text()
	if actual == strings.ToLower(s.stored) {
		return nil
	}
	return fail.ChecksumMismatch(s.key, s.stored, actual)
}
