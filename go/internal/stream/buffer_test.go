package stream

import (
	"strings"
	"testing"
)

func TestBuffersAreCopies(t *testing.T) {
	for _, size := range []int{0, 1, 4096, 4097, 70000, 1 << 22, 1<<22 + 1} {
		data := []byte(strings.Repeat("x", size))
		copied := CopyToBuffer(data)
		clear(data)
		if string(copied.Bytes) != strings.Repeat("x", size) {
			t.Errorf("%d bytes were not copied", size)
		}
		copied.Release()
	}
}
