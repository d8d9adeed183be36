package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"storj.io/uplink"

	"libuplink/internal/check"
	"libuplink/internal/fail"
	"libuplink/internal/guard"
	"libuplink/internal/operation"
	"libuplink/internal/project"
	"libuplink/internal/project/projecttest"
)

// These tests need a network: UPLINK_TEST_ACCESS.

func testObject(key string) Object {
	return Object{Bucket: projecttest.Bucket, Key: key}
}

func putObject(t *testing.T, p *project.Project, key string, data []byte) {
	t.Helper()
	u, err := OpenUpload(p.Context, p, testObject(key))
	if err == nil {
		_, err = u.Write(p.Context, data)
	}
	if err == nil {
		_, err = u.Commit(p.Context)
	}
	if err != nil {
		t.Fatal(err)
	}
	u.Free()
}

// runAfter runs a function after a delay, unless stop is called before. If the function has begun,
// stop waits for its end.
func runAfter(delay time.Duration, run func()) (stop func()) {
	done := make(chan struct{})
	timer := time.AfterFunc(delay, func() {
		defer close(done)
		run()
	})
	return func() {
		if !timer.Stop() {
			<-done
		}
	}
}

// disturbedUpload makes an upload that is canceled, freed or aborted at a random moment.
func disturbedUpload(p *project.Project, data []byte, n int) error {
	ctx, cancel := context.WithCancelCause(p.Context)
	defer cancel(nil)
	u, err := OpenUpload(ctx, p, testObject(fmt.Sprintf("disturbed/%d", n)))
	if err != nil {
		return err
	}
	defer u.Free()
	delay := time.Duration(rand.IntN(20000)) * time.Microsecond
	disturbances := []func(){
		func() { cancel(operation.ErrCanceled) },
		u.Free,
		func() { _ = u.Abort() },
		func() { u.Record(); _ = u.SetMetadata(uplink.CustomMetadata{"a": "b"}) },
	}
	defer runAfter(delay, disturbances[n%len(disturbances)])()
	for range 3 {
		if _, err := u.Write(ctx, data); err != nil {
			return err
		}
	}
	_, err = u.Commit(ctx)
	return err
}

// disturbedDownload makes a download that is canceled, freed or closed at a random moment.
func disturbedDownload(p *project.Project, data []byte, n int) error {
	ctx, cancel := context.WithCancelCause(p.Context)
	defer cancel(nil)
	d, err := OpenDownload(ctx, p, Version{Bucket: projecttest.Bucket, Key: "whole"}, uplink.DownloadOptions{Length: -1})
	if err != nil {
		return err
	}
	defer d.Free()
	delay := time.Duration(rand.IntN(10000)) * time.Microsecond
	disturbances := []func(){
		func() { cancel(operation.ErrCanceled) },
		d.Free,
		d.Close,
		func() {},
	}
	defer runAfter(delay, disturbances[n%len(disturbances)])()
	memory := make([]byte, len(data)+1)
	count, err := d.Read(ctx, memory, true)
	if err == io.EOF && !bytes.Equal(memory[:count], data) {
		return errors.New("other bytes than those stored")
	}
	if err == io.EOF {
		err = nil
	}
	return err
}

// Operations fail only because they were disturbed, and nothing stays in the background.
func TestStormOnTheNetwork(t *testing.T) {
	p := projecttest.Open(t)
	data := bytes.Repeat([]byte("0123456789abcdef"), 18000)
	putObject(t, p, "whole", data)
	disturb := func(count int) {
		var all sync.WaitGroup
		slots := make(chan struct{}, 16)
		for i := range count {
			slots <- struct{}{}
			all.Go(func() {
				defer func() { <-slots }()
				for _, err := range []error{disturbedUpload(p, data, i), disturbedDownload(p, data, i)} {
					checkDisturbed(t, err)
				}
			})
		}
		all.Wait()
		check.Eventually(t, "the reaper", func() bool { return guard.Background.Count() == 0 })
	}
	disturb(80)
}

// Closing the project also ends the connections that wait for further calls.
func TestNothingStaysBehind(t *testing.T) {
	before := 0
	for round := range 3 {
		t.Run("storm", TestStormOnTheNetwork)
		after := settledGoroutines()
		if round == 0 {
			before = after // now the library's own are there
		}
		if after > before {
			stacks := make([]byte, 1<<20)
			t.Errorf("%d goroutines before, %d after\n%s", before, after, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

func checkDisturbed(t *testing.T, err error) {
	if err == nil || fail.IsCanceled(err) || errors.Is(err, uplink.ErrUploadDone) {
		return
	}
	var f *fail.Error
	if errors.As(err, &f) && (f.Code == fail.CodeUploadDone || f.Code == fail.CodeCanceled || f.Detail == fail.DetailInvalidArgument) {
		return
	}
	t.Error(err)
}

// settledGoroutines waits for the number to stand still.
func settledGoroutines() int {
	last, same := 0, 0
	for range 200 {
		time.Sleep(20 * time.Millisecond)
		if now := runtime.NumGoroutine(); now == last {
			if same++; same == 10 {
				break
			}
		} else {
			last, same = now, 0
		}
	}
	return last
}
