package window

import (
	"context"
	"errors"
	"io"
	"reflect"
	"sync"
	_ "unsafe" // for go:linkname

	"storj.io/common/base58"
	"storj.io/common/encryption"
	"storj.io/common/storj"
	"storj.io/uplink"
	"storj.io/uplink/private/eestream/scheduler"
	"storj.io/uplink/private/metaclient"
	"storj.io/uplink/private/storage/streams"
	"storj.io/uplink/private/storage/streams/buffer"
	"storj.io/uplink/private/storage/streams/splitter"
	"storj.io/uplink/private/storage/streams/streamupload"
	"storj.io/uplink/private/testuplink"
)

// segmentSize is the size of all segments of a part but the last.
const segmentSize = 64 << 20

// Source is where the bytes of a part come from.
type Source struct {
	Size int64
	// ReadAt fills data with the bytes from the offset on.
	ReadAt func(data []byte, offset int64) error
	// What the part uses of the memory.
	Turn *Turn
}

// Part is an upload of a part.
type Part struct {
	bucket, key string
	upload      *streams.Upload
	cancel      context.CancelFunc
	info        uplink.Part
	etags       chan []byte
	close       func() // closes etags, once: the upload waits for it
}

// Open begins an upload of a part. It makes no call to the satellite.
func Open(ctx context.Context, p *uplink.Project, bucket, key, id string, number uint32, source Source) (*Part, error) {
	decoded, version, err := base58.CheckDecode(id)
	if err != nil || version != 1 {
		return nil, uplink.ErrUploadIDInvalid
	}
	ctx, cancel := context.WithCancel(ctx)
	store, err := getStreamsStore(ctx, p)
	if err == nil {
		setBackend(store.Uploader, &backend{source: source})
		etags := make(chan []byte, 1)
		part := &Part{bucket: bucket, key: key, info: uplink.Part{PartNumber: number}, cancel: cancel, etags: etags}
		part.close = sync.OnceFunc(func() { close(etags) })
		part.upload, err = store.UploadPart(ctx, bucket, key, decoded, int32(number), etags, newScheduler(ctx))
		if err == nil {
			return part, nil
		}
		err = errors.Join(err, store.Close())
	}
	cancel()
	return nil, convertKnownErrors(err, bucket, key)
}

// newScheduler returns what bounds the connections of the segments of a part.
func newScheduler(ctx context.Context) *scheduler.Scheduler {
	return scheduler.New(testuplink.GetConcurrentSegmentUploadsConfig(ctx).SchedulerOptions)
}

// Write writes bytes.
func (p *Part) Write(data []byte) (int, error) {
	n, err := p.upload.Write(data)
	return n, convertKnownErrors(err, p.bucket, p.key)
}

// SetETag sets the ETag that is stored with the part, at most once.
func (p *Part) SetETag(etag []byte) error {
	p.info.ETag = etag
	p.etags <- etag
	return nil
}

// Commit stores the part.
func (p *Part) Commit() error {
	p.close()
	return convertKnownErrors(p.upload.Commit(), p.bucket, p.key)
}

// Abort deletes what was written.
func (p *Part) Abort() error {
	p.cancel()
	p.close()
	return p.upload.Abort()
}

// Info returns what is known of the part: all of it after the commit.
func (p *Part) Info() *uplink.Part {
	info := p.info
	if meta := p.upload.Meta(); meta != nil {
		info.Size, info.Modified = meta.Size, meta.Modified
	}
	return &info
}

// backend is what Go's library uploads segments with. It gives each segment other memory.
type backend struct {
	source Source

	mu       sync.Mutex
	segments []*segment // by their indexes; guarded by mu
}

// UploadObject fails: only parts have a source.
func (*backend) UploadObject(context.Context, streamupload.SegmentSource, streamupload.SegmentUploader,
	metaclient.Batcher, *metaclient.BeginObjectParams, streamupload.EncryptedMetadata) (streamupload.Info, error) {
	return streamupload.Info{}, errors.New("not an upload of a part")
}

// UploadPart uploads the segments of a part.
func (b *backend) UploadPart(ctx context.Context, segments streamupload.SegmentSource,
	uploader streamupload.SegmentUploader, batcher metaclient.Batcher, id storj.StreamID, etag <-chan []byte,
) (streamupload.Info, error) {
	if split, ok := segments.(*splitter.Splitter); ok {
		split.NewBackend = b.newSegment
		uploader = &segmentUploader{uploader, b}
	}
	return streamupload.UploadPart(ctx, segments, uploader, batcher, id, etag)
}

// newSegment returns the memory of the next segment.
func (b *backend) newSegment() (buffer.Backend, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	start := int64(len(b.segments)) * segmentSize
	s := newSegment(b.source.Turn, func(data []byte, offset int64) error { return b.source.ReadAt(data, start+offset) })
	b.segments = append(b.segments, s)
	return s, nil
}

// segment returns the memory of a segment.
func (b *backend) segment(index int64) *segment {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.segments[index]
}

// segmentUploader begins segments such that their memory is freed.
type segmentUploader struct {
	streamupload.SegmentUploader
	backend *backend
}

func (u *segmentUploader) Begin(ctx context.Context, response *metaclient.BeginSegmentResponse, from splitter.Segment,
) (streamupload.SegmentUpload, error) {
	index := int64(from.Position().Index)
	encrypter := encrypterOf(from)
	if encrypter != nil {
		s := u.backend.segment(index)
		s.track(encrypter, len(response.Limits), min(u.backend.source.Size-index*segmentSize, segmentSize))
		from = &readSegment{from, s}
	}
	return u.SegmentUploader.Begin(ctx, response, from)
}

// readSegment is a segment of Go's library whose readers note how far they are.
type readSegment struct {
	splitter.Segment
	memory *segment
}

func (s *readSegment) Reader() io.Reader {
	return &reader{Reader: s.Segment.Reader(), segment: s.memory}
}

// setBackend sets what an uploader of Go's library uploads with. The field is private.
func setBackend(uploader *streams.Uploader, b *backend) {
	privateField(uploader, "backend").Set(reflect.ValueOf(b))
}

// encrypterOf returns what a segment is encrypted with, or nil for a segment that the satellite keeps.
// The field is private.
func encrypterOf(s splitter.Segment) encryption.Transformer {
	if s.Inline() {
		return nil
	}
	encrypter, _ := privateField(s, "encTransformer").Interface().(encryption.Transformer)
	return encrypter
}

// privateField returns a field of a struct of Go's library that can be read and set.
func privateField(pointer any, name string) reflect.Value {
	field := reflect.ValueOf(pointer).Elem().FieldByName(name)
	return reflect.NewAt(field.Type(), field.Addr().UnsafePointer()).Elem()
}

//go:linkname getStreamsStore storj.io/uplink.getStreamsStoreWithProject
func getStreamsStore(ctx context.Context, p *uplink.Project) (*streams.Store, error)

//go:linkname convertKnownErrors storj.io/uplink.convertKnownErrors
func convertKnownErrors(err error, bucket, key string) error
