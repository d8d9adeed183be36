package satellite_test

import (
	"context"
	"testing"

	"storj.io/common/pb"
)

// TestManySegments downloads an object whose segments do not fit on one page.
func TestManySegments(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	stream := w.begin(t, "many")
	const count = 2345
	for i := range int32(count) {
		_, err := w.MakeInlineSegment(ctx, &pb.MakeInlineSegmentRequest{
			// The order of arrival is not that of the positions.
			Header: w.header, StreamId: stream, Position: &pb.SegmentPosition{Index: count - 1 - i},
			EncryptedKey: []byte("key"), EncryptedInlineData: []byte("0123456789"), PlainSize: 10,
		})
		check(t, err)
	}
	_, err := w.CommitObject(ctx, &pb.CommitObjectRequest{Header: w.header, StreamId: stream})
	check(t, err)
	for _, c := range []struct {
		want        *pb.Range
		first, last int64
	}{
		{nil, 0, count - 1},
		{&pb.Range{Range: &pb.Range_Start{Start: &pb.RangeStart{PlainStart: 5005}}}, 500, count - 1},
		{&pb.Range{Range: &pb.Range_StartLimit{StartLimit: &pb.RangeStartLimit{PlainStart: 20, PlainLimit: 20_001}}}, 2, 2000},
		{&pb.Range{Range: &pb.Range_Suffix{Suffix: &pb.RangeSuffix{PlainSuffix: 1}}}, count - 1, count - 1},
		{&pb.Range{Range: &pb.Range_StartLimit{StartLimit: &pb.RangeStartLimit{PlainStart: 99_999, PlainLimit: 100_000}}}, 0, -1},
	} {
		got, err := w.DownloadObject(ctx, &pb.DownloadObjectRequest{Header: w.header, Bucket: []byte("bucket"), EncryptedObjectKey: []byte("many"), Range: c.want})
		check(t, err)
		items, more := got.SegmentList.Items, got.SegmentList.More
		for more {
			next, err := w.ListSegments(ctx, &pb.ListSegmentsRequest{Header: w.header, StreamId: stream, CursorPosition: items[len(items)-1].Position, Range: c.want})
			check(t, err)
			items, more = append(items, next.Items...), next.More
		}
		if int64(len(items)) != c.last-c.first+1 {
			t.Errorf("%v: %d segments, want %d to %d", c.want, len(items), c.first, c.last)
			continue
		}
		for i, item := range items {
			if at := c.first + int64(i); item.PlainOffset != at*10 || item.Position.Index != int32(at) {
				t.Fatalf("%v: %v at place %d", c.want, item, i)
			}
		}
		if len(items) > 0 && (len(got.SegmentDownload) != 1 || got.SegmentDownload[0].PlainOffset != c.first*10) {
			t.Errorf("%v: %v", c.want, got.SegmentDownload)
		}
	}
}
