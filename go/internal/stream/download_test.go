package stream

import (
	"testing"

	"storj.io/uplink"
)

func TestRangeLength(t *testing.T) {
	for _, entry := range []struct{ offset, length, covered int64 }{
		{0, -1, 10}, {3, -1, 7}, {10, -1, 0}, {11, -1, 0}, {-4, -1, 4}, {-40, -1, 10},
		{0, 0, 0}, {0, 4, 4}, {8, 4, 2}, {12, 4, 0},
	} {
		options := uplink.DownloadOptions{Offset: entry.offset, Length: entry.length}
		if got := rangeLength(10, options); got != entry.covered {
			t.Errorf("%v: %d", entry, got)
		}
	}
}
