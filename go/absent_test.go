package main

import (
	"testing"

	"github.com/klauspost/compress/zstd"

	"storj.io/common/pb"
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

// offered is the answer to a download: pieces on these nodes, of which two are required.
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

func TestAbsentNodes(t *testing.T) {
	asked := downloadRequest(t)
	var absent absentNodes
	for _, compressed := range []bool{false, true} {
		answer := offered(t, compressed, "a", "b", "c")
		if absent.reconsider(asked, answer) != nil {
			t.Error("all nodes are there")
		}
		absent.add("x")
		if absent.reconsider(asked, answer) != nil {
			t.Error("only a node is absent that does not matter")
		}
		absent.add("b")
		again := absent.reconsider(asked, answer)
		if again == nil {
			t.Fatal("no node is to spare")
		}
		var batch pb.BatchRequest
		if err := pb.Unmarshal(again.Data, &batch); err != nil {
			t.Fatal(err)
		}
		if request := batch.Requests[0].GetObjectDownload(); request.DesiredNodes != allNodes || string(request.Bucket) != "bucket" {
			t.Error(request)
		}
		if absent.reconsider(again, answer) != nil {
			t.Error("it has asked all nodes already")
		}
		if absent.reconsider(asked, offered(t, compressed, "a", "b", "c", "d")) != nil {
			t.Error("a node is to spare")
		}
		absent.remove("b")
		absent.remove("x")
		if absent.has("b") || absent.reconsider(asked, answer) != nil {
			t.Error("all nodes are there again")
		}
	}
	absent.add("b")
	if absent.reconsider(&pb.CompressedBatchRequest{}, offered(t, false, "b")) != nil {
		t.Error("this is no download")
	}
}
