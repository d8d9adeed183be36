package network_test

import (
	"fmt"
	"testing"
	"time"

	"storj.io/uplink"
)

func TestRoundTrip(t *testing.T) {
	_, p := project(t, "round")
	for i, size := range []int{0, 1, 1000, 4095, 4096, 4097, 7424, 65536, 1 << 20, 5_000_000, 70_000_000, 150 << 20} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			data := random(size, uint64(i))
			begin := time.Now()
			mustPut(t, p, "round", fmt.Sprint("key/", size), data)
			middle := time.Now()
			sameBytes(t, mustGet(t, p, "round", fmt.Sprint("key/", size)), data)
			end := time.Now()
			if size > 1<<20 {
				mb := float64(size) / 1e6
				t.Logf("up %.0f MB/s, down %.0f MB/s", mb/middle.Sub(begin).Seconds(), mb/end.Sub(middle).Seconds())
			}
			o, err := p.StatObject(timeout(t), "round", fmt.Sprint("key/", size))
			check(t, err)
			if o.System.ContentLength != int64(size) {
				t.Errorf("length %d", o.System.ContentLength)
			}
		})
	}
	ranges(t, p)
}

// ranges reads ranges of an object of three segments, and of one segment.
func ranges(t *testing.T, p *uplink.Project) {
	const segment = 64 << 20
	for _, c := range []struct{ size, seed, offset, length int }{
		{150 << 20, 11, 0, 10}, {150 << 20, 11, segment - 5, 10}, {150 << 20, 11, segment, 1},
		{150 << 20, 11, 2*segment - 100_000, 200_000}, {150 << 20, 11, 150<<20 - 7, 100},
		{150 << 20, 11, 150 << 20, 10}, {150 << 20, 11, 151 << 20, 10}, {150 << 20, 11, -1000, -1},
		{5_000_000, 9, 123, 456_789}, {1000, 2, 10, 20}, {1000, 2, 990, -1}, {0, 0, 0, 5},
	} {
		t.Run(fmt.Sprintf("%d+%d of %d", c.offset, c.length, c.size), func(t *testing.T) {
			data := random(c.size, uint64(c.seed))
			start := c.offset
			if start < 0 {
				start += c.size
			}
			start = min(start, c.size)
			end := c.size
			if c.length >= 0 {
				end = min(start+c.length, c.size)
			}
			got, err := get(p, timeout(t), "round", fmt.Sprint("key/", c.size), &uplink.DownloadOptions{Offset: int64(c.offset), Length: int64(c.length)})
			check(t, err)
			sameBytes(t, got, data[start:end])
		})
	}
}
