package store

import (
	"encoding/binary"
	"errors"
)

// Object keys are arbitrary bytes, and listings are in the order of these bytes. The
// store appends more to a key, so the key is escaped in a way that keeps the order:
// 00 becomes 00 FF, and the key ends with 00 01.
const (
	escapeByte = 0x00
	escapedNul = 0xFF
	keyEnd     = 0x01
	afterEnd   = 0x02
)

var errBadKey = errors.New("malformed key in the store")

func appendEscaped(dst, key []byte) []byte {
	for _, b := range key {
		dst = append(dst, b)
		if b == escapeByte {
			dst = append(dst, escapedNul)
		}
	}
	return dst
}

// appendKey appends the escaped key and its end mark.
func appendKey(dst, key []byte) []byte {
	return append(appendEscaped(dst, key), escapeByte, keyEnd)
}

// splitKey returns the key that appendKey has appended, and the bytes after its end
// mark.
func splitKey(data []byte) (key, rest []byte, err error) {
	key = make([]byte, 0, len(data))
	for i := 0; i < len(data); i++ {
		if data[i] != escapeByte {
			key = append(key, data[i])
			continue
		}
		if i+1 >= len(data) {
			return nil, nil, errBadKey
		}
		switch data[i+1] {
		case escapedNul:
			key = append(key, escapeByte)
			i++
		case keyEnd:
			return key, data[i+2:], nil
		default:
			return nil, nil, errBadKey
		}
	}
	return nil, nil, errBadKey
}

// objectKey returns the store's key of a version. The versions of one key are in a
// row, the newest first.
func objectKey(key []byte, version int64) []byte {
	out := appendKey(make([]byte, 0, len(key)+10), key)
	return binary.BigEndian.AppendUint64(out, ^uint64(version))
}

func splitObjectKey(data []byte) (key []byte, version int64, err error) {
	key, rest, err := splitKey(data)
	if err != nil {
		return nil, 0, err
	}
	if len(rest) != 8 {
		return nil, 0, errBadKey
	}
	return key, int64(^binary.BigEndian.Uint64(rest)), nil
}

func pendingKey(key []byte, stream StreamID) []byte {
	return append(appendKey(make([]byte, 0, len(key)+18), key), stream[:]...)
}

// afterKey returns a key of the store that is greater than all versions of key, and
// not greater than any version of a following key.
func afterKey(key []byte) []byte {
	return append(appendEscaped(make([]byte, 0, len(key)+2), key), escapeByte, afterEnd)
}

// prefixEnd returns the smallest key that is greater than all keys with the prefix,
// nil if there is none.
func prefixEnd(prefix []byte) []byte {
	end := append([]byte{}, prefix...)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i] != 0xFF {
			end[i]++
			return end[:i+1]
		}
	}
	return nil
}

func segmentKey(stream StreamID, pos Position) []byte {
	out := append(make([]byte, 0, 24), stream[:]...)
	out = binary.BigEndian.AppendUint32(out, uint32(pos.Part))
	return binary.BigEndian.AppendUint32(out, uint32(pos.Index))
}

func bucketKey(project ProjectID, name []byte) []byte {
	return append(append(make([]byte, 0, 16+len(name)), project[:]...), name...)
}
