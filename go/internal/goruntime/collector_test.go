package goruntime

import (
	"os"
	"runtime"
	"runtime/metrics"
	"sync"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	Adjust()
	os.Exit(m.Run())
}

func TestSoMuchGarbageWhateverLives(t *testing.T) {
	for _, garbage := range []uint64{leastGarbage, mostGarbage} {
		for live := uint64(4 << 20); live < 512<<20; live += 1<<20 + 12345 {
			allowed := live * uint64(collectorPercent(live, garbage)) / 100
			if allowed > garbage || allowed < garbage*3/4 {
				t.Fatalf("%d bytes of garbage beside %d that live", allowed, live)
			}
		}
	}
	if percent := collectorPercent(1<<40, leastGarbage); percent < 1 {
		t.Errorf("%d %% would collect without end", percent)
	}
}

func TestMoreGoroutinesAllowMoreGarbage(t *testing.T) {
	for goroutines, expected := range map[uint64]uint64{0: 20 << 20, 128: 20 << 20, 138: 20<<20 + 960<<10, 100_000: mostGarbage} {
		if garbage := garbageFor(goroutines); garbage != expected {
			t.Errorf("%d goroutines: %d bytes", goroutines, garbage)
		}
	}
}

func TestSmallFilesAllowMoreGarbage(t *testing.T) {
	before := garbageFor(0)
	first, second := AllowGarbage(), AllowGarbage()
	first()
	if garbage := garbageFor(0); garbage != before+garbageOfSmallFiles {
		t.Errorf("%d bytes while a file is under way", garbage)
	}
	second()
	if garbage := garbageFor(0); garbage != before {
		t.Errorf("%d bytes after the files", garbage)
	}
}

func TestTheCollectorFollowsTheHeap(t *testing.T) {
	const large = 256 << 20
	memory := make([]byte, large)
	waitForPercent(t, func(percent uint64) bool { return percent <= mostGarbage*100/large })
	runtime.KeepAlive(memory)
	memory = nil
	waitForPercent(t, func(percent uint64) bool { return percent > 100 })
}

func TestLittleThatLivesAllowsNoMoreGarbage(t *testing.T) {
	waitForPercent(t, func(percent uint64) bool { return percent > 100 })
	heap := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/heap/goal:bytes"}}
	metrics.Read(heap)
	if live, goal := heap[0].Value.Uint64(), heap[1].Value.Uint64(); goal > live+mostGarbage+4<<20 {
		t.Errorf("the heap may grow to %d MiB, and %d MiB live", goal>>20, live>>20)
	}
}

// Go takes its share of the stacks, too, so many goroutines must not allow more garbage than the limit.
func TestStacksAllowNoMoreGarbage(t *testing.T) {
	const count = 2000
	stop := make(chan struct{})
	defer close(stop)
	var begun sync.WaitGroup
	begun.Add(count)
	for range count {
		go func() {
			var stack [6000]byte
			begun.Done()
			<-stop
			runtime.KeepAlive(&stack)
		}()
	}
	begun.Wait()
	for range 5 {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	heap := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/heap/goal:bytes"}}
	waitForPercent(t, func(uint64) bool {
		metrics.Read(heap)
		return heap[1].Value.Uint64() <= heap[0].Value.Uint64()+mostGarbage+4<<20
	})
}

func waitForPercent(t *testing.T, expected func(uint64) bool) {
	t.Helper()
	percent := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		runtime.GC()
		metrics.Read(percent)
		if expected(percent[0].Value.Uint64()) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("still at %d %%", percent[0].Value.Uint64())
		}
	}
}
