package satellite

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"storj.io/common/macaroon"
	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"uplink-localnet/internal/satellite/store"
)

// permittedBucket returns a bucket, if the key permits the action on it.
func (c *call) permittedBucket(op macaroon.ActionType, name []byte) (*store.Bucket, error) {
	if err := c.permit(op, name, nil); err != nil {
		return nil, err
	}
	return c.existingBucket(name)
}

// getBucketLocation returns an empty location: the network has only one.
func (c *call) getBucketLocation(req *pb.GetBucketLocationRequest) (*pb.GetBucketLocationResponse, error) {
	_, err := c.permittedBucket(macaroon.ActionRead, req.Name)
	return &pb.GetBucketLocationResponse{}, err
}

// getBucketVersioning returns whether a bucket keeps versions, or once kept them.
func (c *call) getBucketVersioning(req *pb.GetBucketVersioningRequest) (*pb.GetBucketVersioningResponse, error) {
	b, err := c.permittedBucket(macaroon.ActionRead, req.Name)
	if err != nil {
		return nil, err
	}
	// In the protocol 0 means unsupported.
	return &pb.GetBucketVersioningResponse{Versioning: int32(b.Versioning) + 1}, nil
}

// setBucketVersioning turns versioning on, or suspends it.
func (c *call) setBucketVersioning(req *pb.SetBucketVersioningRequest) (*pb.SetBucketVersioningResponse, error) {
	b, err := c.permittedBucket(macaroon.ActionWrite, req.Name)
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

// getBucketTagging returns the tags of a bucket.
func (c *call) getBucketTagging(req *pb.GetBucketTaggingRequest) (*pb.GetBucketTaggingResponse, error) {
	b, err := c.permittedBucket(macaroon.ActionRead, req.Name)
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

// setBucketTagging replaces the tags of a bucket.
func (c *call) setBucketTagging(req *pb.SetBucketTaggingRequest) (*pb.SetBucketTaggingResponse, error) {
	b, err := c.permittedBucket(macaroon.ActionWrite, req.Name)
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

// checkTags returns the tags for the store, or an error for tags that break S3's
// rules.
func checkTags(tags []*pb.BucketTag) (checked []store.Tag, err error) {
	if len(tags) > maxTags {
		return nil, status(rpcstatus.TooManyTags, "a bucket has at most %d tags", maxTags)
	}
	for _, t := range tags {
		tag := store.Tag{Key: string(t.GetKey()), Value: string(t.GetValue())}
		switch {
		case tag.Key == "" || !isTagText(tag.Key, maxTagKey):
			return nil, status(rpcstatus.TagKeyInvalid, "the key of a tag is invalid: %q", tag.Key)
		case !isTagText(tag.Value, maxTagValue):
			return nil, status(rpcstatus.TagValueInvalid, "the value of a tag is invalid: %q", tag.Value)
		case slices.ContainsFunc(checked, func(other store.Tag) bool { return other.Key == tag.Key }):
			return nil, status(rpcstatus.TagKeyDuplicate, "the key of a tag occurs twice: %q", tag.Key)
		}
		checked = append(checked, tag)
	}
	return checked, nil
}

// isTagText reports whether a text may be the key or the value of a tag.
func isTagText(text string, most int) bool {
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

// getBucketNotificationConfiguration returns an empty configuration: no bucket
// sends notifications.
func (c *call) getBucketNotificationConfiguration(req *pb.GetBucketNotificationConfigurationRequest) (*pb.GetBucketNotificationConfigurationResponse, error) {
	_, err := c.permittedBucket(macaroon.ActionRead, req.Name)
	return &pb.GetBucketNotificationConfigurationResponse{}, err
}

// setBucketNotificationConfiguration returns an error: only a satellite that can
// read the keys of objects sends notifications, and this one cannot.
func (c *call) setBucketNotificationConfiguration(req *pb.SetBucketNotificationConfigurationRequest) (*pb.SetBucketNotificationConfigurationResponse, error) {
	if _, err := c.permittedBucket(macaroon.ActionWrite, req.Name); err != nil {
		return nil, err
	}
	return nil, status(rpcstatus.FailedPrecondition,
		"Bucket eventing requires satellite-managed encryption (path encryption must be disabled)")
}
