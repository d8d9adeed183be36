package network

import (
	"testing"

	"github.com/klauspost/compress/zstd"

	"storj.io/common/pb"

	"libuplink/internal/satellite"
)

func marshal(t *testing.T, message interface {
	Reset()
	String() string
	ProtoMessage()
}) []byte {
	t.Helper()
	data, err := pb.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// offered returns the response to a download of pieces on these nodes, of which two are required.
func offered(t *testing.T, compressed bool, nodes ...string) *pb.CompressedBatchResponse {
	t.Helper()
	segment := &pb.DownloadSegmentResponse{RedundancyScheme: &pb.RedundancyScheme{MinReq: 2}}
	for _, node := range nodes {
		segment.AddressedLimits = append(segment.AddressedLimits, &pb.AddressedOrderLimit{}, &pb.AddressedOrderLimit{
			Limit: &pb.OrderLimit{}, StorageNodeAddress: &pb.NodeAddress{Address: node},
		})
	}
	data := marshal(t, &pb.BatchResponse{Responses: []*pb.BatchResponseItem{{Response: &pb.BatchResponseItem_ObjectDownload{
		ObjectDownload: &pb.DownloadObjectResponse{SegmentDownload: []*pb.DownloadSegmentResponse{segment}},
	}}}})
	if !compressed {
		return &pb.CompressedBatchResponse{Data: data}
	}
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &pb.CompressedBatchResponse{Selected: pb.CompressedBatchRequest_ZSTD, Data: encoder.EncodeAll(data, nil)}
}

func TestDownNodes(t *testing.T) {
	asked := downloadRequest(t)
	var down downNodes
	for _, compressed := range []bool{false, true} {
		response := offered(t, compressed, "a", "b", "c")
		if down.askAgain(asked, response) != nil {
			t.Error("all nodes are up")
		}
		down.add("x")
		if down.askAgain(asked, response) != nil {
			t.Error("the only node that is down has no piece")
		}
		down.add("b")
		again := down.askAgain(asked, response)
		if again == nil {
			t.Fatal("no node is to spare")
		}
		var batch pb.BatchRequest
		if err := pb.Unmarshal(again.Data, &batch); err != nil {
			t.Fatal(err)
		}
		if request := batch.Requests[0].GetObjectDownload(); request.DesiredNodes != satellite.AllNodes || string(request.Bucket) != "bucket" {
			t.Error(request)
		}
		if down.askAgain(again, response) != nil {
			t.Error("all nodes were asked for already")
		}
		if down.askAgain(asked, offered(t, compressed, "a", "b", "c", "d")) != nil {
			t.Error("a node is to spare")
		}
		down.remove("b")
		down.remove("x")
		if down.has("b") || down.askAgain(asked, response) != nil {
			t.Error("all nodes are up again")
		}
	}
	down.add("b")
	if down.askAgain(&pb.CompressedBatchRequest{}, offered(t, false, "b")) != nil {
		t.Error("this is no download")
	}
}
