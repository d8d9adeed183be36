package satellite

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/common/storj"
	"uplink-localnet/internal/satellite/store"
)

// setting returns a bucket whose settings the key may read, or change with
// macaroon.ActionWrite.
func (c *call) setting(op macaroon.ActionType, name []byte) (*store.Bucket, error) {
	if err := c.permit(op, name, nil); err != nil {
		return nil, err
	}
	return c.existingBucket(name)
}

// GetBucketLocation returns an empty location: all is on this machine.
func (e *Endpoint) GetBucketLocation(ctx context.Context, req *pb.GetBucketLocationRequest) (*pb.GetBucketLocationResponse, error) {
	return read(ctx, e, req, (*call).getBucketLocation)
}

func (c *call) getBucketLocation(req *pb.GetBucketLocationRequest) (*pb.GetBucketLocationResponse, error) {
	_, err := c.setting(macaroon.ActionRead, req.Name)
	return &pb.GetBucketLocationResponse{}, err
}

// GetBucketVersioning returns whether a bucket keeps versions.
func (e *Endpoint) GetBucketVersioning(ctx context.Context, req *pb.GetBucketVersioningRequest) (*pb.GetBucketVersioningResponse, error) {
	return read(ctx, e, req, (*call).getBucketVersioning)
}

func (c *call) getBucketVersioning(req *pb.GetBucketVersioningRequest) (*pb.GetBucketVersioningResponse, error) {
	b, err := c.setting(macaroon.ActionRead, req.Name)
	if err != nil {
		return nil, err
	}
	// Clients count from one.
	return &pb.GetBucketVersioningResponse{Versioning: int32(b.Versioning) + 1}, nil
}

// SetBucketVersioning has a bucket keep versions, or no new ones.
func (e *Endpoint) SetBucketVersioning(ctx context.Context, req *pb.SetBucketVersioningRequest) (*pb.SetBucketVersioningResponse, error) {
	return write(ctx, e, req, (*call).setBucketVersioning)
}

func (c *call) setBucketVersioning(req *pb.SetBucketVersioningRequest) (*pb.SetBucketVersioningResponse, error) {
	b, err := c.setting(macaroon.ActionWrite, req.Name)
	if err != nil {
		return nil, err
	}
	switch {
	case req.Versioning:
		b.Versioning = store.Versioned
	case b.Versioning == store.Unversioned:
		return nil, status(rpcstatus.FailedPrecondition,
			"bucket operation conflict: versioning may only be suspended for buckets with versioning enabled")
	case b.Lock.Enabled:
		return nil, errBucketState
	default:
		b.Versioning = store.Suspended
	}
	return &pb.SetBucketVersioningResponse{}, c.tx.PutBucket(c.project, b)
}

// GetBucketTagging returns the tags of a bucket.
func (e *Endpoint) GetBucketTagging(ctx context.Context, req *pb.GetBucketTaggingRequest) (*pb.GetBucketTaggingResponse, error) {
	return read(ctx, e, req, (*call).getBucketTagging)
}

func (c *call) getBucketTagging(req *pb.GetBucketTaggingRequest) (*pb.GetBucketTaggingResponse, error) {
	b, err := c.setting(macaroon.ActionRead, req.Name)
	if err != nil {
		return nil, err
	}
	if len(b.Tags) == 0 {
		return nil, status(rpcstatus.TagsNotFound, "the bucket has no tags")
	}
	resp := &pb.GetBucketTaggingResponse{}
	for _, tag := range b.Tags {
		resp.Tags = append(resp.Tags, &pb.BucketTag{Key: []byte(tag.Key), Value: []byte(tag.Value)})
	}
	return resp, nil
}

// SetBucketTagging replaces the tags of a bucket.
func (e *Endpoint) SetBucketTagging(ctx context.Context, req *pb.SetBucketTaggingRequest) (*pb.SetBucketTaggingResponse, error) {
	return write(ctx, e, req, (*call).setBucketTagging)
}

func (c *call) setBucketTagging(req *pb.SetBucketTaggingRequest) (*pb.SetBucketTaggingResponse, error) {
	b, err := c.setting(macaroon.ActionWrite, req.Name)
	if err != nil {
		return nil, err
	}
	if b.Tags, err = checkTags(req.Tags); err != nil {
		return nil, err
	}
	return &pb.SetBucketTaggingResponse{}, c.tx.PutBucket(c.project, b)
}

const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

// checkTags holds tags to the rules of S3.
func checkTags(tags []*pb.BucketTag) (checked []store.Tag, err error) {
	if len(tags) > maxTags {
		return nil, status(rpcstatus.TooManyTags, "a bucket has at most %d tags", maxTags)
	}
	for _, t := range tags {
		tag := store.Tag{Key: string(t.GetKey()), Value: string(t.GetValue())}
		switch {
		case tag.Key == "" || !tagText(tag.Key, maxTagKey):
			return nil, status(rpcstatus.TagKeyInvalid, "the key of a tag is invalid: %q", tag.Key)
		case !tagText(tag.Value, maxTagValue):
			return nil, status(rpcstatus.TagValueInvalid, "the value of a tag is invalid: %q", tag.Value)
		case slices.ContainsFunc(checked, func(other store.Tag) bool { return other.Key == tag.Key }):
			return nil, status(rpcstatus.TagKeyDuplicate, "the key of a tag occurs twice: %q", tag.Key)
		}
		checked = append(checked, tag)
	}
	return checked, nil
}

func tagText(text string, most int) bool {
	if !utf8.ValidString(text) || utf8.RuneCountInString(text) > most {
		return false
	}
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsSpace(r) && !strings.ContainsRune("+-=._:/@", r) {
			return false
		}
	}
	return true
}

// GetBucketNotificationConfiguration returns nothing: no bucket notifies.
func (e *Endpoint) GetBucketNotificationConfiguration(ctx context.Context, req *pb.GetBucketNotificationConfigurationRequest) (*pb.GetBucketNotificationConfigurationResponse, error) {
	return read(ctx, e, req, (*call).getBucketNotificationConfiguration)
}

func (c *call) getBucketNotificationConfiguration(req *pb.GetBucketNotificationConfigurationRequest) (*pb.GetBucketNotificationConfigurationResponse, error) {
	_, err := c.setting(macaroon.ActionRead, req.Name)
	return &pb.GetBucketNotificationConfigurationResponse{}, err
}

// SetBucketNotificationConfiguration refuses: it takes a project whose keys the
// satellite can read, and none here is one.
func (e *Endpoint) SetBucketNotificationConfiguration(ctx context.Context, req *pb.SetBucketNotificationConfigurationRequest) (*pb.SetBucketNotificationConfigurationResponse, error) {
	return write(ctx, e, req, (*call).setBucketNotificationConfiguration)
}

func (c *call) setBucketNotificationConfiguration(req *pb.SetBucketNotificationConfigurationRequest) (*pb.SetBucketNotificationConfigurationResponse, error) {
	if _, err := c.setting(macaroon.ActionWrite, req.Name); err != nil {
		return nil, err
	}
	return nil, status(rpcstatus.FailedPrecondition,
		"Bucket eventing requires satellite-managed encryption (path encryption must be disabled)")
}

// GetObjectIPs returns where the pieces of an object are.
func (e *Endpoint) GetObjectIPs(ctx context.Context, req *pb.GetObjectIPsRequest) (*pb.GetObjectIPsResponse, error) {
	return read(ctx, e, req, (*call).getObjectIPs)
}

func (c *call) getObjectIPs(req *pb.GetObjectIPsRequest) (*pb.GetObjectIPsResponse, error) {
	if err := c.permit(macaroon.ActionRead, req.Bucket, req.EncryptedObjectKey); err != nil {
		return nil, err
	}
	_, o, err := c.object(req.Bucket, req.EncryptedObjectKey, req.ObjectVersion)
	if err != nil {
		return nil, err
	}
	resp := &pb.GetObjectIPsResponse{SegmentCount: o.SegmentCount}
	listed := map[storj.NodeID]bool{}
	err = c.tx.EachSegment(o.Stream, store.Position{}, func(s *store.Segment) (bool, error) {
		for _, piece := range s.Pieces.List {
			resp.PieceCount++
			if piece.Node < 0 || int(piece.Node) >= len(c.nodes) {
				continue
			}
			resp.ReliablePieceCount++
			if node := c.nodes[piece.Node]; !listed[node.ID] {
				listed[node.ID] = true
				resp.Ips = append(resp.Ips, []byte(node.Address.GetAddress()))
			}
		}
		return true, nil
	})
	return resp, err
}

// AccountLicenses returns no licenses: a local network sells none.
func (e *Endpoint) AccountLicenses(ctx context.Context, req *pb.AccountLicensesRequest) (*pb.AccountLicensesResponse, error) {
	return read(ctx, e, req, (*call).accountLicenses)
}

func (c *call) accountLicenses(*pb.AccountLicensesRequest) (*pb.AccountLicensesResponse, error) {
	return &pb.AccountLicensesResponse{}, c.permit(macaroon.ActionProjectInfo, nil, nil)
}
