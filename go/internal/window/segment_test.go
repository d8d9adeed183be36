package window

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"testing"

	"storj.io/common/encryption"
	"storj.io/common/storj"
)

// written returns a segment with so many bytes, and its encrypted bytes.
func written(t *testing.T, memory *Memory, size, readers int) (s *segment, encrypted []byte) {
	t.Helper()
	plain := make([]byte, size)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(plain)
	encrypter, err := encryption.NewEncrypter(storj.EncAESGCM, &storj.Key{1}, &storj.Nonce{2}, blockSize)
	if err != nil {
		t.Fatal(err)
	}
	s = newSegment(memory.NewTurn(), func(data []byte, offset int64) error {
		if copy(data, plain[offset:]) < len(data) {
			return io.ErrUnexpectedEOF
		}
		return nil
	})
	s.track(encrypter, readers, int64(size))
	var copied bytes.Buffer
	to := encryption.TransformWriterPadded(io.MultiWriter(s, &copied), encrypter)
	if _, err := to.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return s, copied.Bytes()
}

// all returns what a reader reads.
func all(s *segment) ([]byte, error) {
	return io.ReadAll(&reader{Reader: io.NewSectionReader(s, 0, s.size.Load()), segment: s})
}

func TestChunksAreFreedThatAllReadersHavePassed(t *testing.T) {
	memory := NewMemory(1 << 30)
	s, encrypted := written(t, memory, 5*chunkSize, 3)
	for range 2 {
		if data, err := all(s); err != nil || !bytes.Equal(data, encrypted) {
			t.Fatal(err)
		}
	}
	if memory.Used() != 6*chunkSize {
		t.Error(memory.Used()) // 5 chunks, and what encryption adds
	}
	if data, err := all(s); err != nil || !bytes.Equal(data, encrypted) {
		t.Fatal(err)
	}
	if memory.Used() != chunkSize {
		t.Error(memory.Used()) // the last one is padded
	}
	// A reader that begins again.
	if data, err := all(s); err != nil || !bytes.Equal(data, encrypted) {
		t.Fatal(err)
	}
	if memory.Used() != (1+mostRevived)*chunkSize {
		t.Error(memory.Used())
	}
	if err := s.Close(); err != nil || memory.Used() != 0 {
		t.Error(err, memory.Used())
	}
	if _, err := s.ReadAt(make([]byte, 1), 0); err != io.ErrClosedPipe {
		t.Error(err)
	}
	if _, err := s.Write([]byte{1}); err != io.ErrClosedPipe {
		t.Error(err)
	}
}

func TestReadersAtTheSameTime(t *testing.T) {
	memory := NewMemory(1 << 30)
	s, encrypted := written(t, memory, 7*chunkSize+12345, 8)
	var wait sync.WaitGroup
	for range 16 { // twice as many as are known, so chunks are freed under readers
		wait.Go(func() {
			if data, err := all(s); err != nil || !bytes.Equal(data, encrypted) {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	_ = s.Close()
	if memory.Used() != 0 {
		t.Error(memory.Used())
	}
}

func TestASourceWithOtherBytesIsNoticed(t *testing.T) {
	s, _ := written(t, NewMemory(1<<30), 3*chunkSize, 1)
	if _, err := all(s); err != nil {
		t.Fatal(err)
	}
	s.read = func([]byte, int64) error { return nil }
	if _, err := all(s); !errors.Is(err, errOtherBytes) {
		t.Error(err)
	}
	failure := errors.New("not readable")
	s.read = func([]byte, int64) error { return failure }
	if _, err := all(s); !errors.Is(err, failure) {
		t.Error(err)
	}
}

func TestSmallAndEmptySegments(t *testing.T) {
	for _, size := range []int{0, 1, blockSize - 16, blockSize - 15, chunkSize - 2048, chunkSize, chunkSize + 1} {
		s, encrypted := written(t, NewMemory(1<<30), size, 1)
		for range 2 {
			if data, err := all(s); err != nil || !bytes.Equal(data, encrypted) {
				t.Error(size, err)
			}
		}
		_ = s.Close()
	}
}

// Go's library closes the memory of an upload that has failed while it still writes to it.
func TestAWriteToAClosedSegmentChangesNoOther(t *testing.T) {
	turn := NewMemory(1 << 30).NewTurn()
	late := bytes.Repeat([]byte{1}, 4*chunkSize)
	own := bytes.Repeat([]byte{2}, 4*chunkSize)
	for range 200 {
		closed := newSegment(turn, nil)
		begun := make(chan struct{})
		var writing sync.WaitGroup
		writing.Go(func() {
			close(begun)
			_, _ = closed.Write(late)
		})
		<-begun
		_ = closed.Close()
		other := newSegment(turn, nil)
		if _, err := other.Write(own); err != nil {
			t.Fatal(err)
		}
		writing.Wait()
		got := make([]byte, len(own))
		if n, err := other.ReadAt(got, 0); n != len(own) || err != nil || !bytes.Equal(got, own) {
			t.Fatal(n, err, bytes.Count(got, []byte{1}))
		}
		_ = other.Close()
	}
}
