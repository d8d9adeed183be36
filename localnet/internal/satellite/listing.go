package satellite

import (
	"bytes"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"uplink-localnet/internal/satellite/store"
)

// maxObjects is how many items one page has.
const maxObjects = 1000

// listing is a page of a listing while it is made.
type listing struct {
	*call
	bucket    *store.Bucket
	cursor    *store.ObjectCursor
	prefix    []byte
	delimiter []byte
	limit     int
	includes  includes
	resp      *pb.ListObjectsResponse
	// uploads lists uploads instead of objects, versions lists all versions. Both
	// may have several items of one key.
	uploads, versions bool
	// last is the key of the last version in the page.
	last []byte
}

// listObjects returns a page of the objects or uploads under a prefix.
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

// listPrefix returns the prefix that listed keys begin with. Clients that encrypt
// keys give a folder without its last slash.
func listPrefix(req *pb.ListObjectsRequest) []byte {
	prefix := append([]byte{}, req.EncryptedPrefix...)
	if len(prefix) > 0 && !req.ArbitraryPrefix && prefix[len(prefix)-1] != '/' {
		prefix = append(prefix, '/')
	}
	return prefix
}

// fill makes the page from after a key on, which is relative to the prefix.
func (l *listing) fill(after []byte) error {
	l.seek(after)
	return l.page()
}

// fillVersions makes the page from after a version of a key on, or from after the
// key if the version is empty.
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

// page fills the page from the cursor's position on.
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

// full reports whether the page ends before the given key. A page never ends with
// the object whose key is the prefix itself, because its relative key is empty and
// would start the listing again. It does not end between uploads to one key either.
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

// next moves the cursor to the next upload or version, or else to the next key.
func (l *listing) next(current *store.Object) {
	if l.uploads || l.versions {
		l.cursor.Next()
	} else {
		l.cursor.NextKey(current.Key)
	}
}

// seek moves the cursor after a key. A key within a collapsed prefix means the
// whole prefix.
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

// collapsed returns a key up to its first delimiter, nil if it has none.
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

// item returns an object or an upload as an item of the page.
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

// includes has the metadata that the items of a listing have.
type includes struct {
	system, custom, etag, etagOrCustom, checksum bool
}

var includeAll = includes{system: true, custom: true, etag: true, checksum: true}

func includesOf(req *pb.ListObjectsRequest) includes {
	if !req.UseObjectIncludes {
		return includeAll
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

// fill sets those fields of an item that are included.
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
