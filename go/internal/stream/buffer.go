package stream

import (
	"math/bits"
	"sync"

	"libuplink/internal/budget"
)

// The exponents of the capacities of buffers that are kept.
const (
	smallestBuffer = 10 // 1 KiB
	largestBuffer  = 22 // 4 MiB
)

// buffers keeps buffers for further writes, by the exponents of their capacities.
var buffers [largestBuffer - smallestBuffer + 1]sync.Pool

// Buffer is a copy of bytes to write: the memory of the caller may be gone before the write has
// ended.
type Buffer struct {
	Bytes []byte
	class int // the exponent of its capacity; above largestBuffer it is not kept
}

// CopyToBuffer returns a copy of the data.
func CopyToBuffer(data []byte) *Buffer {
	class := max(bits.Len(uint(max(len(data), 1)-1)), smallestBuffer)
	if class > largestBuffer {
		return &Buffer{Bytes: append([]byte(nil), data...), class: class}
	}
	b, ok := buffers[class-smallestBuffer].Get().(*Buffer)
	if !ok {
		b = &Buffer{Bytes: make([]byte, 1<<class), class: class}
	}
	b.Bytes = b.Bytes[:copy(b.Bytes[:cap(b.Bytes)], data)]
	return b
}

// Release keeps the buffer for another write.
func (b *Buffer) Release() {
	if b.class <= largestBuffer {
		buffers[b.class-smallestBuffer].Put(b)
	}
}

// Lent are bytes in the memory of the caller, which gets the memory back once they are copied.
type Lent struct {
	bytes  []byte
	copied chan struct{}
	buffer *Buffer
}

// Lend returns bytes of the caller, which must not change them until Copied is closed.
func Lend(bytes []byte) *Lent { return &Lent{bytes: bytes, copied: make(chan struct{})} }

// Copy returns a copy of the bytes, of which nothing is lent.
func Copy(bytes []byte) *Lent { return &Lent{bytes: bytes, buffer: CopyToBuffer(bytes)} }

// Copied returns a channel that is closed once the bytes are copied, or nil for a Copy.
func (l *Lent) Copied() <-chan struct{} { return l.copied }

// Inline reports whether the satellite keeps an object of these bytes itself.
func (l *Lent) Inline() bool { return len(l.bytes) <= budget.LargestInline }

// own returns the copy of the bytes, which it makes at the first call.
func (l *Lent) own() []byte {
	if l.buffer == nil {
		l.buffer = CopyToBuffer(l.bytes)
		close(l.copied)
	}
	return l.buffer.Bytes
}

// Release releases the copy, if there is one.
func (l *Lent) Release() {
	if l.buffer != nil {
		l.buffer.Release()
	}
}
