package satellite

import (
	"bytes"
	"net/netip"
	"slices"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"uplink-localnet/internal/satellite/store"
)

// createBucket creates a bucket.
func (c *call) createBucket(req *pb.CreateBucketRequest) (*pb.CreateBucketResponse, error) {
	if err := c.permit(macaroon.ActionWrite, req.Name, nil); err != nil {
		return nil, err
	}
	if err := validateBucketName(req.Name); err != nil {
		return nil, err
	}
	if req.ObjectLockEnabled {
		if err := c.permit(macaroon.ActionPutBucketObjectLockConfiguration, req.Name, nil); err != nil {
			return nil, err
		}
	}
	// The placement is ignored, as by a satellite that does not let users choose one.
	existing, err := c.tx.Bucket(c.project, req.Name)
	if err != nil {
		return nil, err
	}
	if existing != nil {
		return nil, status(rpcstatus.AlreadyExists, "bucket already exists: %s", req.Name)
	}
	if err := c.checkRoomForBucket(); err != nil {
		return nil, err
	}
	b := &store.Bucket{Name: req.Name, Created: c.at, Attribution: attribution(req.GetHeader())}
	if req.ObjectLockEnabled {
		b.Lock.Enabled, b.Versioning = true, store.Versioned
	}
	if err := c.tx.CreateBucket(c.project, b); err != nil {
		return nil, err
	}
	return &pb.CreateBucketResponse{Bucket: bucketMessage(b)}, nil
}

// getBucket returns a bucket.
func (c *call) getBucket(req *pb.GetBucketRequest) (*pb.GetBucketResponse, error) {
	if err := c.permit(macaroon.ActionRead, req.Name, nil); err != nil {
		return nil, err
	}
	b, err := c.existingBucket(req.Name)
	if err != nil {
		return nil, err
	}
	return &pb.GetBucketResponse{Bucket: bucketMessage(b)}, nil
}

// deleteBucket deletes an empty bucket, or with delete_all any bucket.
func (c *call) deleteBucket(req *pb.DeleteBucketRequest) (*pb.DeleteBucketResponse, error) {
	if err := c.permit(macaroon.ActionDelete, req.Name, nil); err != nil {
		return nil, err
	}
	b, err := c.bucket(req.Name)
	if err != nil {
		return nil, err
	}
	full, err := c.tx.HasContent(b, c.at)
	if err != nil {
		return nil, err
	}
	if full && !(req.DeleteAll && c.permit(macaroon.ActionList, req.Name, nil) == nil) {
		return nil, status(rpcstatus.FailedPrecondition, "bucket not empty")
	}
	bypass, err := c.mayBypass(req.BypassGovernanceRetention, req.Name, nil)
	if err != nil {
		return nil, err
	}
	if full && b.Lock.Enabled && !bypass {
		return nil, errUnauthorized
	}
	deleted, err := c.emptyBucket(b, bypass)
	if err != nil {
		return nil, err
	}
	if err := c.tx.DropBucket(c.project, b); err != nil {
		return nil, err
	}
	resp := &pb.DeleteBucketResponse{}
	if c.mayInspect(req.Name, nil) {
		resp.Bucket = bucketMessage(b)
		resp.DeletedObjectsCount = deleted
	}
	return resp, nil
}

// emptyBucket deletes the objects and uploads of a bucket, and returns how many
// objects there were.
func (c *call) emptyBucket(b *store.Bucket, bypass bool) (deleted int64, err error) {
	var objects, pending []*store.Object
	cursor := c.tx.Objects(b)
	cursor.Seek(nil)
	for {
		o, err := cursor.Object()
		if err != nil {
			return 0, err
		}
		if o == nil {
			break
		}
		if c.protected(o, bypass) {
			return 0, errProtected
		}
		objects = append(objects, o)
		cursor.Next()
	}
	err = c.tx.EachPending(b, func(o *store.Object) error {
		pending = append(pending, o)
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, o := range objects {
		if !o.Expired(c.at) {
			deleted++
		}
		if err := c.removeObject(b, o); err != nil {
			return 0, err
		}
	}
	for _, o := range pending {
		if err := c.removePending(b, o); err != nil {
			return 0, err
		}
	}
	return deleted, nil
}

const maxBuckets = 1000

// listBuckets lists the buckets that the key may see.
func (c *call) listBuckets(req *pb.ListBucketsRequest) (*pb.ListBucketsResponse, error) {
	if err := c.permit(macaroon.ActionRead, nil, nil); err != nil {
		return nil, err
	}
	allowed, err := c.key.GetAllowedBuckets(c.ctx, c.action(macaroon.ActionRead, nil, nil))
	if err != nil {
		return nil, errUnauthorized
	}
	after := false
	switch req.Direction {
	case pb.ListDirection_AFTER:
		after = true
	case pb.ListDirection_FORWARD:
	default:
		return nil, status(rpcstatus.Unknown, "unknown list direction")
	}
	limit := pageLimit(req.Limit, maxBuckets)
	resp := &pb.ListBucketsResponse{}
	err = c.tx.EachBucket(c.project, req.Cursor, func(b *store.Bucket) (bool, error) {
		if after && bytes.Equal(b.Name, req.Cursor) {
			return true, nil
		}
		if _, ok := allowed.Buckets[string(b.Name)]; !ok && !allowed.All {
			return true, nil
		}
		if len(resp.Items) >= limit {
			resp.More = true
			return false, nil
		}
		resp.Items = append(resp.Items, &pb.BucketListItem{
			Name: b.Name, CreatedAt: b.Created, UserAgent: b.Attribution,
		})
		return true, nil
	})
	return resp, err
}

// pageLimit returns how many items a page has when the client asks for wish of
// them; 0 or less asks for as many as possible.
func pageLimit(wish int32, most int) int {
	if wish <= 0 || int(wish) > most {
		return most
	}
	return int(wish)
}

// attribution returns the user agent of a request without what Go's library adds, as a real satellite
// does. That one also shortens it.
func attribution(header *pb.RequestHeader) []byte {
	products := bytes.Fields(header.GetUserAgent())
	return bytes.Join(slices.DeleteFunc(products, func(product []byte) bool {
		return bytes.HasPrefix(product, []byte("uplink/"))
	}), []byte(" "))
}

func bucketMessage(b *store.Bucket) *pb.Bucket {
	return &pb.Bucket{Name: b.Name, CreatedAt: b.Created}
}

// checkNameLength returns an error for a name of a length that no bucket has.
func checkNameLength(name []byte) error {
	switch {
	case len(name) == 0:
		return status(rpcstatus.InvalidArgument, "bucket name is missing")
	case len(name) < 3 || len(name) > 63:
		return status(rpcstatus.InvalidArgument, "The specified bucket name must be at least 3 and no more than 63 characters long")
	}
	return nil
}

// validateBucketName returns an error for a name that breaks S3's rules.
func validateBucketName(name []byte) error {
	bad := func(why string) error {
		return status(rpcstatus.InvalidArgument, "bucket name %q: %s", name, why)
	}
	if err := checkNameLength(name); err != nil {
		return err
	}
	for _, label := range bytes.Split(name, []byte(".")) {
		if len(label) == 0 {
			return bad("must not have two dots beside each other or at an end")
		}
		for i, ch := range label {
			switch {
			case 'a' <= ch && ch <= 'z', '0' <= ch && ch <= '9':
			case ch == '-' && i > 0 && i < len(label)-1:
			default:
				return bad("only a-z, 0-9, dots and inner hyphens are allowed")
			}
		}
	}
	if _, err := netip.ParseAddr(string(name)); err == nil {
		return bad("must not be an IP address")
	}
	return nil
}
