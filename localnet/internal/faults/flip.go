package faults

import (
	"math/rand/v2"
	"slices"

	"storj.io/common/pb"
	"storj.io/drpc"
)

// flipEvery is the distance of flipped bits in bytes. It is so small that each
// erasure share has some: a client corrects errors share by share.
const flipEvery = 64

// flipped returns a reply to a download with flipped bits, and other messages as
// they are. The bits are in the same bytes of all pieces of a segment, so nodes
// that corrupt do not correct each other; which bit of a byte is random, since
// equal errors would be a valid code word.
func flipped(msg drpc.Message) drpc.Message {
	reply, ok := msg.(*pb.PieceDownloadResponse)
	if !ok || reply.Chunk == nil {
		return msg
	}
	chunk := *reply.Chunk
	chunk.Data = slices.Clone(chunk.Data)
	first := (flipEvery - chunk.Offset%flipEvery) % flipEvery
	for i := first; i < int64(len(chunk.Data)); i += flipEvery {
		chunk.Data[i] ^= 1 << rand.IntN(8)
	}
	changed := *reply
	changed.Chunk = &chunk
	return &changed
}
