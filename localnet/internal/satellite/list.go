package satellite

import (
	"bytes"
	"context"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"uplink-localnet/internal/satellite/store"
)

const maxObjects = 1000

// ListObjects lists a bucket, or what is under a prefix of it.
func (e *Endpoint) ListObjects(ctx context.Context, req *pb.ListObjectsRequest) (*pb.ListObjectsResponse, error) {
	return read(ctx, e, req, (*call).listObjects)
}

// listing is one page on its way.
type listing struct {
	*call
	bucket    *store.Bucket
	cursor    *store.ObjectCursor
	prefix    []byte
	delimiter []byte
	limit     int
	includes  includes
	resp      *pb.ListObjectsResponse
	// uploads says that uploads are listed, versions that all versions are: a key may
	// have many of both.
	uploads, versions bool
	// last is the key of the last version that was listed.
	last []byte
}

func (c *call) listObjects(req *pb.ListObjectsRequest) (*pb.ListObjectsResponse, error) {
	if err := c.permit(macaroon.ActionList, req.Bucket, req.EncryptedPrefix); err != nil {
		return nil, err
	}
	if req.Limit < 0 {
		return nil, status(rpcstatus.InvalidArgument, "limit is negative")
	}
	b, err := c.bucket(req.Bucket)
	if err != nil {
		return nil, err
	}
	l := &listing{
		call:     c,
		bucket:   b,
		cursor:   c.tx.Objects(b),
		prefix:   listPrefix(req),
		limit:    pageLimit(req.Limit, maxObjects),
		includes: includesOf(req),
		resp:     &pb.ListObjectsResponse{},
	}
	if req.Status == pb.Object_UPLOADING {
		l.uploads, l.cursor = true, c.tx.Uploads(b)
	}
	if !req.Recursive {
		if l.delimiter = req.Delimiter; len(l.delimiter) == 0 {
			l.delimiter = []byte("/")
		}
	}
	if l.versions = req.IncludeAllVersions && !l.uploads; l.versions {
		return l.resp, l.fillVersions(req.EncryptedCursor, req.VersionCursor)
	}
	return l.resp, l.fill(req.EncryptedCursor)
}

// listPrefix is the prefix with which keys have to begin. Clients with
// encrypted keys name a folder without its last slash.
func listPrefix(req *pb.ListObjectsRequest) []byte {
	prefix := append([]byte{}, req.EncryptedPrefix...)
	if len(prefix) > 0 && !req.ArbitraryPrefix && prefix[len(prefix)-1] != '/' {
		prefix = append(prefix, '/')
	}
	return prefix
}

// fill puts the page together, beginning after the cursor, which is relative
// to the prefix as the listed keys are.
func (l *listing) fill(after []byte) error {
	l.seek(after)
	return l.page()
}

// fillVersions begins after a version of the cursor's key, if one is given.
func (l *listing) fillVersions(after, version []byte) error {
	l.seek(after)
	if len(version) > 0 {
		number, err := versionNumber(version)
		if err != nil {
			return err
		}
		l.last = join(l.prefix, after)
		l.cursor.SeekAfterVersion(l.last, number)
	}
	return l.page()
}

// page lists from where the cursor stands.
func (l *listing) page() error {
	for {
		o, err := l.cursor.Object()
		if err != nil {
			return err
		}
		if o == nil || !bytes.HasPrefix(o.Key, l.prefix) {
			return nil
		}
		if o.Expired(l.at) || !o.Aborted.IsZero() || isMarker(o) && !l.versions {
			l.next(o)
			continue
		}
		rest := o.Key[len(l.prefix):]
		if l.full(rest) {
			l.resp.More = true
			return nil
		}
		if common := l.collapsed(rest); common != nil {
			l.resp.Items = append(l.resp.Items, &pb.ObjectListItem{
				EncryptedObjectKey: common,
				Status:             pb.Object_PREFIX,
			})
			l.cursor.SeekAfterPrefix(join(l.prefix, common))
			continue
		}
		item, err := l.item(o, rest)
		if err != nil {
			return err
		}
		l.resp.Items = append(l.resp.Items, item)
		l.next(o)
	}
}

// full tells whether the page is. A page never ends with the object whose key
// is the prefix itself: its relative key is empty, and as a cursor it would
// begin the listing anew. Nor does it end between the uploads of one key.
func (l *listing) full(next []byte) bool {
	items := l.resp.Items
	if len(items) < l.limit {
		return false
	}
	if l.versions {
		return true
	}
	last := items[len(items)-1].EncryptedObjectKey
	return len(last) > 0 && !(l.uploads && bytes.Equal(last, next))
}

// next goes to the next upload, or over older versions to the next key.
func (l *listing) next(current *store.Object) {
	if l.uploads || l.versions {
		l.cursor.Next()
	} else {
		l.cursor.NextKey(current.Key)
	}
}

// seek goes behind the cursor. One within a collapsed prefix means all of it.
func (l *listing) seek(after []byte) {
	switch common := l.collapsed(after); {
	case len(after) == 0:
		l.cursor.Seek(l.prefix)
	case common != nil:
		l.cursor.SeekAfterPrefix(join(l.prefix, common))
	default:
		l.cursor.SeekAfter(join(l.prefix, after))
	}
}

// collapsed is the part of a key up to its first delimiter, nil without one.
func (l *listing) collapsed(rest []byte) []byte {
	if len(l.delimiter) == 0 {
		return nil
	}
	i := bytes.Index(rest, l.delimiter)
	if i < 0 {
		return nil
	}
	return rest[:i+len(l.delimiter)]
}

func join(a, b []byte) []byte {
	return append(append(make([]byte, 0, len(a)+len(b)), a...), b...)
}

func (l *listing) item(o *store.Object, key []byte) (*pb.ObjectListItem, error) {
	if l.uploads {
		return l.uploadItem(l.bucket, o, key, l.includes)
	}
	item := &pb.ObjectListItem{
		EncryptedObjectKey: key,
		ObjectVersion:      versionBytes(o),
		Status:             pb.Object_Status(o.Status),
		IsLatest:           !bytes.Equal(l.last, o.Key),
	}
	l.last = o.Key
	return item, l.includes.fill(item, o)
}

// includes says which metadata the client wants to see.
type includes struct {
	system, custom, etag, etagOrCustom, checksum bool
}

func includesOf(req *pb.ListObjectsRequest) includes {
	if !req.UseObjectIncludes {
		return includes{system: true, custom: true, etag: true, checksum: true}
	}
	in := req.GetObjectIncludes()
	return includes{
		system:       !in.GetExcludeSystemMetadata(),
		custom:       in.GetMetadata(),
		etag:         in.GetIncludeEtag(),
		etagOrCustom: in.GetIncludeEtagOrCustomMetadata(),
		checksum:     in.GetIncludeChecksum(),
	}
}

func (in includes) fill(item *pb.ObjectListItem, o *store.Object) error {
	if in.system {
		item.CreatedAt, item.ExpiresAt, item.PlainSize = o.Created, o.Expires, o.PlainSize
	}
	m := &o.Metadata
	custom := in.custom || in.etagOrCustom && len(m.ETag) == 0
	etag := in.etag || in.etagOrCustom
	if !custom && !etag && !in.checksum {
		return nil
	}
	var data []byte
	if custom {
		data = m.Data
	}
	meta, err := streamMeta(o, data)
	if err != nil {
		return err
	}
	item.EncryptedMetadata = meta
	item.EncryptedMetadataNonce = nonceOf(m.Nonce)
	item.EncryptedMetadataEncryptedKey = m.EncryptedKey
	if etag {
		item.EncryptedEtag = m.ETag
	}
	if in.checksum {
		item.ChecksumAlgorithm = pb.ObjectChecksumAlgorithm(m.ChecksumAlgorithm)
		item.IsChecksumComposite = m.ChecksumIsComposite
		item.EncryptedChecksum = m.Checksum
	}
	return nil
}
