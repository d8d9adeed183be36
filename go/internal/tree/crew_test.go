package tree

import (
	"testing"
	"time"
)

func TestMoreWorkersWhereEachFileTakesLong(t *testing.T) {
	note := func(c *crew, took time.Duration, count int) (grown int) {
		for range count {
			if c.grows(took) {
				grown++
			}
		}
		return grown
	}
	near := &crew{}
	if note(near, slow/2, 10*fewWorkers) != 0 {
		t.Error("a near network got more workers")
	}
	if note(near, 2*slow, 10*fewWorkers) != 1 {
		t.Error("a network that became slow did not get more workers once")
	}
	compared := &crew{}
	if note(compared, quickest/2, 10*fewWorkers)+note(compared, 2*slow, fewWorkers) != 1 {
		t.Error("files that were only compared counted")
	}
	mixed := &crew{}
	for range 10 {
		if note(mixed, 2*slow, fewWorkers-1)+note(mixed, slow/2, 1) != 0 {
			t.Error("one fast file of each lot shows that the network is near")
		}
	}
}
