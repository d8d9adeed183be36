// Package window uploads parts whose segments are in memory only as far as storage nodes still need
// them. Go's library keeps all 64 MiB of a segment until the nodes have stored it, since it sends a
// piece again from its beginning when a node fails. Here the bytes that all nodes have got are
// freed, and read and encrypted again in that case.
package window

import (
	"errors"
	"hash/maphash"
	"io"
	"sync"
	"sync/atomic"

	"storj.io/common/encryption"
)

const (
	// The size of an encrypted block of Go's library. Other sizes are not supported: their segments
	// stay in memory.
	blockSize = 29 * 256
	// Memory is freed in chunks.
	blocksPerChunk = 128
	chunkSize      = blocksPerChunk * blockSize
	// How many chunks that were made again are kept for readers that follow each other.
	mostRevived = 4
)

var (
	chunks = sync.Pool{New: func() any { return new([chunkSize]byte) }}
	seed   = maphash.MakeSeed()

	errOtherBytes = errors.New("the source has other bytes when it is read again")
)

// segment has the encrypted bytes of a segment. It is a backend of Go's library.
type segment struct {
	turn *Turn
	// Reads bytes of the segment that are not encrypted.
	read func(data []byte, offset int64) error

	// Locked while chunks are freed; read-locked while they are read.
	mu     sync.RWMutex
	chunks []*[chunkSize]byte // nil where it was freed or not written yet
	closed bool
	size   atomic.Int64

	// What follows is set by track, before there are readers.
	encrypter encryption.Transformer
	readers   int32 // how many readers each chunk has; 0 if no chunk may be freed
	freeable  int   // the number of chunks that can be made again
	passed    []atomic.Int32
	sums      []uint64 // the checksums of chunks that were freed

	reviving sync.Mutex
	revived  []revivedChunk
}

// revivedChunk is a chunk that was freed and made again.
type revivedChunk struct {
	index int
	data  *[chunkSize]byte
}

// newSegment returns an empty segment. The function reads its bytes from the source.
func newSegment(turn *Turn, read func(data []byte, offset int64) error) *segment {
	return &segment{turn: turn, read: read}
}

// track lets chunks be freed that so many readers have passed. The segment has plainSize bytes before
// the encryption; the last of them are padded, and stay.
func (s *segment) track(encrypter encryption.Transformer, readers int, plainSize int64) {
	if encrypter.OutBlockSize() != blockSize {
		return
	}
	s.freeable = int(plainSize / int64(encrypter.InBlockSize()) / blocksPerChunk)
	s.passed, s.sums = make([]atomic.Int32, s.freeable), make([]uint64, s.freeable)
	s.encrypter, s.readers = encrypter, int32(readers)
}

// Write appends bytes. There is one writer.
func (s *segment) Write(p []byte) (n int, err error) {
	for n < len(p) {
		count, err := s.writeChunk(p[n:])
		if err != nil {
			return n, err
		}
		n += count
	}
	return n, nil
}

// writeChunk appends bytes to the last chunk, or to a new one. It holds the lock while it copies:
// Close, which may come at any time, gives the chunk to another segment.
func (s *segment) writeChunk(p []byte) (int, error) {
	size := s.size.Load()
	index, offset := int(size/chunkSize), size%chunkSize
	if offset == 0 {
		if err := s.addChunk(); err != nil {
			return 0, err
		}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return 0, io.ErrClosedPipe
	}
	count := copy(s.chunks[index][offset:], p)
	s.size.Add(int64(count))
	return count, nil
}

// addChunk adds an empty chunk.
func (s *segment) addChunk() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return io.ErrClosedPipe
	}
	s.turn.add(chunkSize)
	s.chunks = append(s.chunks, chunks.Get().(*[chunkSize]byte))
	return nil
}

// ReadAt reads bytes that were written, at most to the end of their chunk.
func (s *segment) ReadAt(p []byte, off int64) (n int, err error) {
	size := s.size.Load()
	if off < 0 || off >= size {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), size-off)]
	for n < len(p) {
		count, err := s.readChunk(p[n:], off+int64(n))
		n += count
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// readChunk reads bytes of one chunk.
func (s *segment) readChunk(p []byte, off int64) (int, error) {
	index, offset := int(off/chunkSize), off%chunkSize
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return 0, io.ErrClosedPipe
	}
	if chunk := s.chunks[index]; chunk != nil {
		return copy(p, chunk[offset:]), nil
	}
	return s.revive(p, index, offset)
}

// revive reads bytes of a chunk that was freed. It makes the chunk again.
func (s *segment) revive(p []byte, index int, offset int64) (int, error) {
	s.reviving.Lock()
	defer s.reviving.Unlock()
	for _, known := range s.revived {
		if known.index == index {
			return copy(p, known.data[offset:]), nil
		}
	}
	plain := make([]byte, blocksPerChunk*s.encrypter.InBlockSize())
	first := index * blocksPerChunk
	if err := s.read(plain, int64(first)*int64(s.encrypter.InBlockSize())); err != nil {
		return 0, err
	}
	made := chunks.Get().(*[chunkSize]byte)
	out := made[:0]
	for block := range blocksPerChunk {
		var err error
		in := plain[block*s.encrypter.InBlockSize():][:s.encrypter.InBlockSize()]
		if out, err = s.encrypter.Transform(out, in, int64(first+block)); err != nil {
			return 0, err
		}
	}
	if maphash.Bytes(seed, made[:]) != s.sums[index] {
		chunks.Put(made)
		return 0, errOtherBytes
	}
	s.turn.add(chunkSize)
	s.revived = append(s.revived, revivedChunk{index, made})
	if len(s.revived) > mostRevived {
		s.give(s.revived[0].data)
		s.revived = s.revived[1:]
	}
	return copy(p, made[offset:]), nil
}

// pass notes that a reader needs the chunk no more. The chunk is freed if it was the last one.
func (s *segment) pass(index int) {
	if index >= s.freeable || s.readers == 0 || s.passed[index].Add(1) != s.readers {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed && s.chunks[index] != nil {
		s.sums[index] = maphash.Bytes(seed, s.chunks[index][:])
		s.give(s.chunks[index])
		s.chunks[index] = nil
	}
}

// give gives the memory of a chunk back.
func (s *segment) give(chunk *[chunkSize]byte) {
	chunks.Put(chunk)
	s.turn.add(-chunkSize)
}

// Close frees all memory.
func (s *segment) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reviving.Lock()
	defer s.reviving.Unlock()
	s.closed = true
	for _, chunk := range s.chunks {
		if chunk != nil {
			s.give(chunk)
		}
	}
	for _, known := range s.revived {
		s.give(known.data)
	}
	s.chunks, s.revived = nil, nil
	return nil
}

// reader reads a segment, and notes which chunks it has passed.
type reader struct {
	io.Reader
	segment  *segment
	position int64
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	before := r.position / chunkSize
	r.position += int64(n)
	for index := before; index < r.position/chunkSize; index++ {
		r.segment.pass(int(index))
	}
	return n, err
}
