package faults

import (
	"math/rand/v2"

	"storj.io/drpc"
)

// flipEvery is the distance of flipped bits in bytes. It is so small that each
// erasure share has one: a client corrects errors share by share.
const flipEvery = 64

// flipping is an encoding that flips bits. The first flipped bit stands behind
// the numbers at the beginning of a message, so that the message stays well
// formed.
type flipping struct{ drpc.Encoding }

// Marshal returns the encoded message with flipped bits.
func (f flipping) Marshal(msg drpc.Message) ([]byte, error) {
	return f.MarshalAppend(nil, msg)
}

// MarshalAppend appends the encoded message with flipped bits.
func (f flipping) MarshalAppend(buf []byte, msg drpc.Message) ([]byte, error) {
	before := len(buf)
	var err error
	if appender, ok := f.Encoding.(interface {
		MarshalAppend([]byte, drpc.Message) ([]byte, error)
	}); ok {
		buf, err = appender.MarshalAppend(buf, msg)
	} else {
		var data []byte
		data, err = f.Encoding.Marshal(msg)
		buf = append(buf, data...)
	}
	if err != nil {
		return buf, err
	}
	for i := before + flipEvery; i < len(buf); i += flipEvery {
		buf[i-rand.IntN(flipEvery/2)] ^= 1 << rand.IntN(8)
	}
	return buf, nil
}
