package checksum

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"storj.io/uplink"

	"libuplink/internal/check"
	"libuplink/internal/fail"
)

func TestChecksumsAreThoseOfTheBytes(t *testing.T) {
	for algorithm, want := range map[Algorithm]uplink.CustomMetadata{
		None:   {"a": "b"},
		SHA256: {"a": "b", "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		BLAKE3: {"a": "b", "blake3": "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"},
	} {
		sum, given := New(algorithm), uplink.CustomMetadata{"a": "b"}
		for _, piece := range []string{"a", "", "bc"} {
			if n, err := sum.Write([]byte(piece)); n != len(piece) || err != nil {
				t.Error(n, err)
			}
		}
		custom := sum.AddTo(given)
		if len(given) != 1 || len(custom) != len(want) {
			t.Error(algorithm, given, custom)
		}
		for key, value := range want {
			if custom[key] != value {
				t.Errorf("%d: %v", algorithm, custom)
			}
		}
		if algorithm == None {
			continue
		}
		found, err := Find(custom)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = found.Write([]byte("abc"))
		if err := found.Compare(); err != nil {
			t.Error(err)
		}
		check.Error(t, Check(algorithm, custom), fail.CodeInternal, fail.DetailInvalidArgument)
	}
	if sum := New(SHA256).AddTo(nil); len(sum) != 1 {
		t.Error(sum)
	}
	check.Error(t, Check(3, nil), fail.CodeInternal, fail.DetailInvalidArgument)
}

func TestOtherBytesAreNoticed(t *testing.T) {
	sum := sha256.Sum256([]byte("data"))
	right := hex.EncodeToString(sum[:])
	for _, stored := range []string{right[1:], "", "no digits", "0" + right[1:] + "0"} {
		found, err := Find(uplink.CustomMetadata{"sha256": stored, "blake3": "other"})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = found.Write([]byte("data"))
		err = found.Compare()
		check.Error(t, err, fail.CodeInternal, fail.DetailChecksumMismatch)
		if got := *fail.Classify(err).Checksums; got != (fail.Checksums{Algorithm: "sha256", Stored: stored, Actual: right}) {
			t.Error(got)
		}
	}
	found, err := Find(uplink.CustomMetadata{"other": right})
	check.Error(t, err, fail.CodeInternal, fail.DetailChecksumMissing)
	_, _ = found.Write([]byte("nothing is compared"))
	if err := found.Compare(); err != nil {
		t.Error(err)
	}
}

// memory returns bytes, and a function that reads them as a follower does.
func memory(size int) ([]byte, Read) {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(i * 7)
	}
	return data, func(offset int64, scratch []byte) ([]byte, error) { return data[offset:][:len(scratch)], nil }
}

func TestAFollowerKeepsTheOrder(t *testing.T) {
	for range 20 {
		data, read := memory(1 + rand.IntN(3*pieceSize))
		from := rand.IntN(len(data))
		var spans [][2]int
		for offset := from; offset < len(data); {
			length := min(1+rand.IntN(pieceSize), len(data)-offset)
			spans = append(spans, [2]int{offset, length})
			offset += length
		}
		spans = append(spans, spans[rand.IntN(len(spans))]) // one of them arrives again
		rand.Shuffle(len(spans), func(i, j int) { spans[i], spans[j] = spans[j], spans[i] })
		var taken recorder
		f := Follow(t.Context(), &taken, int64(from), int64(len(data)), read)
		for _, span := range spans {
			f.Arrived(int64(span[0]), int64(span[1]))
		}
		if err := f.Wait(); err != nil || !slices.Equal(taken, data[from:]) {
			t.Fatal(err, len(taken), len(data)-from)
		}
		f.Stop()
	}
}

// recorder keeps the bytes that are written.
type recorder []byte

func (r *recorder) Write(data []byte) (int, error) {
	*r = append(*r, data...)
	return len(data), nil
}

func TestAFollowerEnds(t *testing.T) {
	_, read := memory(10)
	f := Follow(t.Context(), New(SHA256), 0, 10, read)
	f.Arrived(5, 5) // the first bytes never arrive
	f.Stop()
	if err := f.Wait(); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	broken := errors.New("broken")
	f = Follow(t.Context(), New(SHA256), 0, 10, func(int64, []byte) ([]byte, error) { return nil, broken })
	f.Arrived(0, 10)
	if err := f.Wait(); err != broken {
		t.Error(err)
	}
	var none *Follower
	none.Arrived(0, 1)
	none.Stop()
	if err := none.Wait(); err != nil {
		t.Error(err)
	}
	if err := Follow(t.Context(), New(SHA256), 0, 0, read).Wait(); err != nil {
		t.Error(err)
	}
}
