package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"syscall"

	"storj.io/uplink"
)

// small puts and gets many small objects, several at the same time.
func small(ctx context.Context, project *uplink.Project, o options) (result, error) {
	data := make([]byte, o.bytes)
	put := func(i int) error { return putObject(ctx, project, fmt.Sprintf("small/%d", i), data) }
	get := func(i int) error {
		_, err := getObject(ctx, project, fmt.Sprintf("small/%d", i))
		return err
	}
	return putAndGet(o, put, get)
}

// chunks does what small does with the chunks of an array, which is in memory as a whole, and is read into new memory.
func chunks(ctx context.Context, project *uplink.Project, o options) (result, error) {
	array, err := newMemory(o.count * o.bytes)
	if err != nil {
		return nil, err
	}
	for i := range array {
		array[i] = byte(i)
	}
	found, err := newMemory(len(array))
	if err != nil {
		return nil, err
	}
	chunk := func(of []byte, i int) []byte { return of[i*o.bytes:][:o.bytes] }
	put := func(i int) error { return putObject(ctx, project, fmt.Sprintf("chunks/%d", i), chunk(array, i)) }
	get := func(i int) error {
		stream, err := project.DownloadObject(ctx, bucket, fmt.Sprintf("chunks/%d", i), nil)
		if err != nil {
			return err
		}
		_, err = io.ReadFull(stream, chunk(found, i))
		return errors.Join(err, stream.Close())
	}
	return putAndGet(o, put, get)
}

// newMemory returns memory that the system provides when it is written, as NumPy does, outside of Go's heap, so that the
// collector runs as often as without it.
func newMemory(size int) ([]byte, error) {
	memory, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, err
	}
	return memory, syscall.Madvise(memory, syscall.MADV_HUGEPAGE)
}

// putAndGet measures both for each index below the count, after some puts that open the connections.
func putAndGet(o options, put, get func(i int) error) (result, error) {
	if err := many(o.inFlight, o.inFlight, put); err != nil { // opens the connections
		return nil, err
	}
	m := startMeter()
	if err := many(o.count, o.inFlight, put); err != nil {
		return nil, err
	}
	puts := m.stop()
	m = startMeter()
	if err := many(o.count, o.inFlight, get); err != nil {
		return nil, err
	}
	return result{"put": puts, "get": m.stop()}, nil
}

// many calls do with each index below count, with inFlight calls at the same time.
func many(count, inFlight int, do func(int) error) error {
	var next atomic.Int64
	var workers sync.WaitGroup
	failures := make([]error, inFlight)
	for worker := range inFlight {
		workers.Go(func() {
			for failures[worker] == nil {
				i := int(next.Add(1)) - 1
				if i >= count {
					return
				}
				failures[worker] = do(i)
			}
		})
	}
	workers.Wait()
	return errors.Join(failures...)
}
