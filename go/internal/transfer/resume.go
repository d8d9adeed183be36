package transfer

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"

	"github.com/zeebo/blake3"

	"storj.io/uplink"

	"libuplink/internal/fail"
	"libuplink/internal/multipart"
	"libuplink/internal/project"
)

// The ETag of a part has what an upload needs to go on with it, so that nothing is kept on this
// machine: etagPrefix, the fingerprint of the upload, and the BLAKE3 checksum of the part's bytes.
const (
	etagPrefix      = "uplink-cffi:1:"
	fingerprintSize = 8
	// A key can have many pending uploads, and each takes a request to look at it.
	mostPending = 50
)

// etag returns the ETag of a part with the checksum.
func (u *upload) etag(sum []byte) []byte {
	etag := append([]byte(etagPrefix), u.fingerprint()...)
	return append(etag, sum...)
}

// fingerprint returns bytes that differ between uploads of which one must not go on with the other:
// those of files of other sizes, and those with other options that are fixed when an upload begins.
func (u *upload) fingerprint() []byte {
	o := u.options.Object
	var data []byte
	for _, number := range []int64{
		u.source.length(), u.partSize(), o.Expires.Unix(), int64(o.Expires.Nanosecond()),
		int64(o.Retention.Mode), o.Retention.RetainUntil.Unix(), int64(o.Retention.RetainUntil.Nanosecond()),
	} {
		data = binary.BigEndian.AppendUint64(data, uint64(number))
	}
	if o.LegalHold {
		data = append(data, 1)
	}
	sum := blake3.Sum256(data)
	return sum[:fingerprintSize]
}

// stored are the parts of a pending upload.
type stored struct {
	pending multipart.Upload
	etags   [][]byte // by the index of the part; nil for a part that is not stored
	size    int64
}

// findPending looks for a pending upload of the key whose parts are those of the file, and keeps its
// parts. If the access may not list, it finds none.
func (s *partsUpload) findPending(ctx context.Context) error {
	ids, err := project.Ask(ctx, s.project, func() ([]string, error) {
		return multipart.PendingOf(ctx, s.project.Project, s.bucket, s.key)
	})
	if err != nil {
		return unlessRefused(err)
	}
	var best *stored
	sums := make([][]byte, len(s.parts)) // of the file; nil for a part that was not read yet
	for _, id := range ids[:min(len(ids), mostPending)] {
		found, err := s.read(ctx, multipart.Upload{Bucket: s.bucket, Key: s.key, ID: id})
		if err != nil {
			return unlessRefused(err)
		}
		if found == nil || best != nil && best.size >= found.size {
			continue
		}
		same, err := s.hasBytes(ctx, found, sums)
		if err != nil {
			return err
		}
		if same {
			best = found
		}
	}
	if best != nil {
		s.pending, s.etags = best.pending, best.etags
		s.kept.add(best.size)
	}
	return nil
}

// unlessRefused returns nil for an error about permissions, or else the error.
func unlessRefused(err error) error {
	if errors.Is(err, uplink.ErrPermissionDenied) {
		return nil
	}
	return err
}

// read returns the parts of a pending upload, or nil if it has none, or another one, or is gone.
func (s *partsUpload) read(ctx context.Context, pending multipart.Upload) (*stored, error) {
	found, err := s.listParts(ctx, pending)
	switch {
	case err != nil && fail.Classify(err).Detail != fail.DetailUploadNotFound:
		return nil, err
	case err != nil || len(found) == 0:
		return nil, nil
	}
	mark := s.etag(nil)
	kept := &stored{pending: pending, etags: make([][]byte, len(s.parts))}
	for _, part := range found {
		index := int(part.PartNumber) - 1
		if index < 0 || index >= len(s.parts) || part.Size != s.parts[index].size || !bytes.HasPrefix(part.ETag, mark) {
			return nil, nil
		}
		kept.etags[index] = part.ETag
		kept.size += part.Size
	}
	return kept, nil
}

// listParts returns the parts of a pending upload.
func (s *partsUpload) listParts(ctx context.Context, pending multipart.Upload) ([]*uplink.Part, error) {
	return project.Ask(ctx, s.project, func() (found []*uplink.Part, err error) {
		parts := multipart.Parts(ctx, s.project.Project, pending, 0)
		for parts.Next() {
			found = append(found, parts.Item())
		}
		return found, parts.Err()
	})
}

// hasBytes reports whether the checksums of stored parts are those of the file. It reads the file as
// far as the sums lack these parts.
func (s *partsUpload) hasBytes(ctx context.Context, found *stored, sums [][]byte) (bool, error) {
	for index, etag := range found.etags {
		if etag == nil {
			continue
		}
		if sums[index] == nil {
			sum, err := sumOf(ctx, s.source, s.parts[index])
			if err != nil {
				return false, err
			}
			sums[index] = sum
		}
		if !bytes.Equal(etag, s.etag(sums[index])) {
			return false, nil
		}
	}
	return true, nil
}

// checkParts returns an error unless the pending upload has the parts of the file. Another process
// that goes on with the same pending upload may have replaced one.
func (s *partsUpload) checkParts(ctx context.Context) error {
	found, err := s.listParts(ctx, s.pending)
	if err != nil {
		return unlessRefused(err)
	}
	same := len(found) == len(s.parts)
	for index := 0; same && index < len(found); index++ {
		part := s.parts[index]
		same = found[index].PartNumber == part.number && found[index].Size == part.size &&
			bytes.Equal(found[index].ETag, s.etags[index])
	}
	if !same {
		return fail.New(fail.CodeObjectNotFound, fail.DetailUploadNotFound, "another upload has replaced parts of the pending upload")
	}
	return nil
}
