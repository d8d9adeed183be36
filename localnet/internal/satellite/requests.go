package satellite

import (
	"context"
	"path"
	"reflect"

	"storj.io/common/pb"
	"storj.io/common/rpc/rpcstatus"
	"storj.io/drpc"
)

// requests is the table of what the satellite serves: the name of each request
// in the Metainfo service, whether it reads or writes, and its handler. The
// methods of the service and the items of batches are derived from it; only Batch
// and CompressedBatch, which carry other requests, are not in it.
var requests = []*request{
	reads("ProjectInfo", (*call).projectInfo),
	writes("RevokeAPIKey", (*call).revokeAPIKey),
	reads("AccountLicenses", (*call).accountLicenses),

	writes("CreateBucket", (*call).createBucket),
	reads("GetBucket", (*call).getBucket),
	writes("DeleteBucket", (*call).deleteBucket),
	reads("ListBuckets", (*call).listBuckets),

	reads("GetBucketLocation", (*call).getBucketLocation),
	reads("GetBucketVersioning", (*call).getBucketVersioning),
	writes("SetBucketVersioning", (*call).setBucketVersioning),
	reads("GetBucketTagging", (*call).getBucketTagging),
	writes("SetBucketTagging", (*call).setBucketTagging),
	reads("GetBucketNotificationConfiguration", (*call).getBucketNotificationConfiguration),
	writes("SetBucketNotificationConfiguration", (*call).setBucketNotificationConfiguration),

	writes("BeginObject", (*call).beginObject),
	writes("CommitObject", (*call).commitObject),
	reads("GetObject", (*call).getObject),
	reads("GetObjectIPs", (*call).getObjectIPs),
	writes("UpdateObjectMetadata", (*call).updateObjectMetadata),
	writes("BeginDeleteObject", (*call).beginDeleteObject),
	reads("FinishDeleteObject", (*call).finishDeleteObject),
	writes("DeleteObjects", (*call).deleteObjects),

	reads("ListObjects", (*call).listObjects),
	reads("ListPendingObjectStreams", (*call).listPendingObjectStreams),

	reads("DownloadObject", (*call).downloadObject),
	reads("DownloadSegment", (*call).downloadSegment),
	reads("ListSegments", (*call).listSegments),
	writes("BeginSegment", (*call).beginSegment),
	writes("RetryBeginSegmentPieces", (*call).retryBeginSegmentPieces),
	writes("CommitSegment", (*call).commitSegment),
	writes("MakeInlineSegment", (*call).makeInlineSegment),
	reads("BeginDeleteSegment", unimplemented[*pb.BeginDeleteSegmentRequest, *pb.BeginDeleteSegmentResponse]),
	reads("FinishDeleteSegment", unimplemented[*pb.FinishDeleteSegmentRequest, *pb.FinishDeleteSegmentResponse]),

	reads("GetPendingObjectMetadata", (*call).getPendingObjectMetadata),
	writes("DeletePart", (*call).deletePart),

	reads("BeginCopyObject", (*call).beginCopyObject),
	writes("FinishCopyObject", (*call).finishCopyObject),
	reads("BeginMoveObject", (*call).beginMoveObject),
	writes("FinishMoveObject", (*call).finishMoveObject),

	reads("GetBucketObjectLockConfiguration", (*call).getBucketLock),
	writes("SetBucketObjectLockConfiguration", (*call).setBucketLock),
	reads("GetObjectRetention", (*call).getObjectRetention),
	writes("SetObjectRetention", (*call).setObjectRetention),
	reads("GetObjectLegalHold", (*call).getObjectLegalHold),
	writes("SetObjectLegalHold", (*call).setObjectLegalHold),
}

// request is an entry of the table.
type request struct {
	name   string
	writes bool
	handle func(*call, drpc.Message) (drpc.Message, error)
	// in and out are the types of the request and of its response.
	in, out reflect.Type
}

// reads returns the entry of a request that changes nothing.
func reads[Req, Resp drpc.Message](name string, handle func(*call, Req) (Resp, error)) *request {
	return &request{
		name:   name,
		handle: func(c *call, req drpc.Message) (drpc.Message, error) { return handle(c, req.(Req)) },
		in:     reflect.TypeFor[Req](),
		out:    reflect.TypeFor[Resp](),
	}
}

// writes returns the entry of a request that may change something.
func writes[Req, Resp drpc.Message](name string, handle func(*call, Req) (Resp, error)) *request {
	r := reads(name, handle)
	r.writes = true
	return r
}

// unimplemented is the handler of requests that no client makes any more.
func unimplemented[Req, Resp drpc.Message](_ *call, req Req) (resp Resp, _ error) {
	return resp, status(rpcstatus.Unimplemented, "%T is not implemented", req)
}

// serve runs one request that came by itself. It is a drpc.Receiver.
func (r *request) serve(server any, ctx context.Context, in, _ any) (resp drpc.Message, err error) {
	header := in.(interface{ GetHeader() *pb.RequestHeader }).GetHeader()
	err = server.(*Endpoint).transact(ctx, header, r.writes, func(c *call) (err error) {
		resp, err = r.handle(c, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// service describes the Metainfo service, with the table's entries as receivers.
type service struct {
	pb.DRPCMetainfoDescription
	byName map[string]*request
}

func newService() service {
	s := service{byName: map[string]*request{}}
	for _, r := range requests {
		s.byName[r.name] = r
	}
	return s
}

// Method returns the method of the service with a number.
func (s service) Method(n int) (rpc string, enc drpc.Encoding, receiver drpc.Receiver, method any, ok bool) {
	rpc, enc, receiver, method, ok = s.DRPCMetainfoDescription.Method(n)
	if r := s.byName[path.Base(rpc)]; r != nil {
		receiver = r.serve
	}
	return rpc, enc, receiver, method, ok
}

// batchItem is a request as an item of a batch. The protocol wraps it, and its
// response, in a struct of one field.
type batchItem struct {
	*request
	response reflect.Type
}

// batchItems has the requests that a batch may carry by the type of their
// wrapper.
var batchItems = func() map[reflect.Type]*batchItem {
	responses := map[reflect.Type]reflect.Type{}
	for _, wrapper := range (*pb.BatchResponseItem)(nil).XXX_OneofWrappers() {
		t := reflect.TypeOf(wrapper).Elem()
		responses[t.Field(0).Type] = t
	}
	byType := map[reflect.Type]*request{}
	for _, r := range requests {
		byType[r.in] = r
	}
	items := map[reflect.Type]*batchItem{}
	for _, wrapper := range (*pb.BatchRequestItem)(nil).XXX_OneofWrappers() {
		t := reflect.TypeOf(wrapper)
		r := byType[t.Elem().Field(0).Type]
		items[t] = &batchItem{request: r, response: responses[r.out]}
	}
	return items
}()

// itemOf returns the table's entry for an item of a batch, nil for an empty item.
func itemOf(item *pb.BatchRequestItem) *batchItem {
	return batchItems[reflect.TypeOf(item.GetRequest())]
}

// run runs the request that an item of a batch has, and returns its response as
// an item.
func (b *batchItem) run(c *call, item *pb.BatchRequestItem) (*pb.BatchResponseItem, error) {
	resp, err := b.handle(c, reflect.ValueOf(item.Request).Elem().Field(0).Interface())
	if err != nil {
		return nil, err
	}
	wrapper := reflect.New(b.response)
	wrapper.Elem().Field(0).Set(reflect.ValueOf(resp))
	wrapped := &pb.BatchResponseItem{}
	reflect.ValueOf(&wrapped.Response).Elem().Set(wrapper)
	return wrapped, nil
}
