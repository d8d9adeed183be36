package satellite

import (
	"fmt"
	"strings"

	"storj.io/common/pb"
)

// tell tells Config.Came of the requests of a batch.
func (e *Endpoint) tell(items []*pb.BatchRequestItem) {
	if e.came == nil {
		return
	}
	for _, item := range items {
		e.came(requestName(item))
	}
}

// ask asks Config.Before about a request of a batch.
func (c *call) ask(item *pb.BatchRequestItem) error {
	if c.before == nil {
		return nil
	}
	return c.before(c.ctx, requestName(item))
}

// requestName is the name of the call that a request of a batch stands for.
func requestName(item *pb.BatchRequestItem) string {
	kind := fmt.Sprintf("%T", item.GetRequest())
	kind = kind[strings.LastIndexByte(kind, '_')+1:]
	if name, ok := requestNames[kind]; ok {
		return name
	}
	for _, noun := range []string{"Bucket", "Object", "Segment", "Part"} {
		if verb, ok := strings.CutPrefix(kind, noun); ok {
			return verb + noun
		}
	}
	return kind
}

// requestNames are those that are not just turned around.
var requestNames = map[string]string{
	"BucketList":                         "ListBuckets",
	"BucketGetLocation":                  "GetBucketLocation",
	"BucketGetTagging":                   "GetBucketTagging",
	"BucketSetTagging":                   "SetBucketTagging",
	"BucketGetVersioning":                "GetBucketVersioning",
	"BucketSetVersioning":                "SetBucketVersioning",
	"BucketGetObjectLockConfiguration":   "GetBucketObjectLockConfiguration",
	"BucketSetObjectLockConfiguration":   "SetBucketObjectLockConfiguration",
	"BucketGetNotificationConfiguration": "GetBucketNotificationConfiguration",
	"BucketSetNotificationConfiguration": "SetBucketNotificationConfiguration",
	"ObjectList":                         "ListObjects",
	"ObjectsDelete":                      "DeleteObjects",
	"ObjectGetIps":                       "GetObjectIPs",
	"ObjectListPendingStreams":           "ListPendingObjectStreams",
	"ObjectGetPendingMetadata":           "GetPendingObjectMetadata",
	"ObjectUpdateMetadata":               "UpdateObjectMetadata",
	"ObjectGetRetention":                 "GetObjectRetention",
	"ObjectSetRetention":                 "SetObjectRetention",
	"ObjectGetLegalHold":                 "GetObjectLegalHold",
	"ObjectSetLegalHold":                 "SetObjectLegalHold",
	"ObjectBeginDelete":                  "BeginDeleteObject",
	"ObjectFinishDelete":                 "FinishDeleteObject",
	"ObjectBeginMove":                    "BeginMoveObject",
	"ObjectFinishMove":                   "FinishMoveObject",
	"ObjectBeginCopy":                    "BeginCopyObject",
	"ObjectFinishCopy":                   "FinishCopyObject",
	"SegmentMakeInline":                  "MakeInlineSegment",
	"SegmentBeginDelete":                 "BeginDeleteSegment",
	"SegmentFinishDelete":                "FinishDeleteSegment",
	"SegmentList":                        "ListSegments",
	"SegmentBeginRetryPieces":            "RetryBeginSegmentPieces",
	"RevokeApiKey":                       "RevokeAPIKey",
}
