package stream

import (
	"context"
	"errors"
	"strings"
	"testing"

	"storj.io/uplink"

	"libuplink/internal/check"
	"libuplink/internal/fail"
	"libuplink/internal/objects"
	"libuplink/internal/project"
	"libuplink/internal/project/projecttest"
)

// memorySink keeps in memory what is written.
type memorySink struct {
	data               []byte
	custom             uplink.CustomMetadata
	committed, aborted bool
	broken             error // what commit returns
}

func (m *memorySink) open(context.Context, *uplink.Project) error { return nil }

func (m *memorySink) Write(data []byte) (int, error) {
	m.data = append(m.data, data...)
	return len(data), nil
}

func (m *memorySink) setMetadata(_ context.Context, custom uplink.CustomMetadata) error {
	m.custom = custom
	return nil
}

func (m *memorySink) commitAtRisk(uplink.CustomMetadata) bool { return false }

func (m *memorySink) commit() error {
	m.committed = m.broken == nil
	return m.broken
}

func (m *memorySink) abort() error {
	m.aborted = true
	return nil
}

func (m *memorySink) info() objects.Record {
	system := uplink.SystemMetadata{ContentLength: int64(len(m.data))}
	return objects.Record{Object: uplink.Object{Key: "key", System: system}}
}

// testUpload returns an open upload into a sink in memory.
func testUpload(t *testing.T) (*Upload, *memorySink) {
	t.Helper()
	sink := &memorySink{}
	u := newUpload(projecttest.Offline(t, project.Settings{}), "bucket", "key", sink)
	if err := u.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return u, sink
}

func TestACommitStoresDataAndMetadata(t *testing.T) {
	u, sink := testUpload(t)
	if count, err := u.Write(t.Context(), []byte("hello")); count != 5 || err != nil {
		t.Fatal(count, err)
	}
	if err := u.SetMetadata(uplink.CustomMetadata{"a": "b"}); err != nil {
		t.Fatal(err)
	}
	object, err := u.Commit(t.Context())
	if err != nil || object.System.ContentLength != 5 || object.Custom["a"] != "b" {
		t.Fatal(object, err)
	}
	if string(sink.data) != "hello" || sink.custom["a"] != "b" || !sink.committed {
		t.Errorf("%+v", sink)
	}
}

func TestAnUploadEndsOnce(t *testing.T) {
	for name, end := range map[string]func(u *Upload) error{
		"commit": func(u *Upload) error { _, err := u.Commit(t.Context()); return err },
		"abort":  (*Upload).Abort,
	} {
		u, sink := testUpload(t)
		if err := end(u); err != nil || sink.committed == sink.aborted {
			t.Fatalf("%s: %v, %+v", name, err, sink)
		}
		_, write := u.Write(t.Context(), []byte("more"))
		_, commit := u.Commit(t.Context())
		for _, err := range []error{write, commit, u.Abort(), u.SetMetadata(nil)} {
			check.Error(t, err, fail.CodeUploadDone, fail.DetailNone)
		}
		u.Free() // aborts nothing
		if len(sink.data) > 0 || sink.committed == sink.aborted {
			t.Errorf("%s: %+v", name, sink)
		}
	}
}

func TestACommitThatFailsIsNotRepeated(t *testing.T) {
	u, sink := testUpload(t)
	sink.broken = errors.New("no")
	if _, err := u.Commit(t.Context()); err != sink.broken {
		t.Error(err)
	}
	_, err := u.Commit(t.Context())
	check.Error(t, err, fail.CodeUploadDone, fail.DetailNone)
}

func TestACanceledCommitIsNotKnownToHaveSucceeded(t *testing.T) {
	u, sink := testUpload(t)
	ctx, cancel := context.WithCancel(t.Context())
	sink.broken = errors.New("something misleading")
	u.sink = cancelingSink{sink, cancel}
	_, err := u.Commit(ctx)
	check.Error(t, err, fail.CodeCanceled, fail.DetailNone)
}

// cancelingSink cancels a commit while it is under way.
type cancelingSink struct {
	*memorySink
	cancel func()
}

func (c cancelingSink) commit() error {
	c.cancel()
	return c.memorySink.commit()
}

// refusingSink refuses metadata, and cancels the commit at the same time.
type refusingSink struct {
	*memorySink
	cancel func()
}

func (r refusingSink) setMetadata(context.Context, uplink.CustomMetadata) error {
	r.cancel()
	return r.broken
}

func TestACommitThatSentNothingIsKnownToHaveFailed(t *testing.T) {
	u, sink := testUpload(t)
	ctx, cancel := context.WithCancel(t.Context())
	sink.broken = errors.New("wrong metadata")
	u.sink = refusingSink{sink, cancel}
	if err := u.SetMetadata(uplink.CustomMetadata{"a": "b"}); err != nil {
		t.Fatal(err)
	}
	if _, err := u.Commit(ctx); err == nil || strings.Contains(err.Error(), "not known") {
		t.Error(err)
	}
	if sink.committed {
		t.Error("the object was committed without its metadata")
	}
}

func TestAFreedUploadIsAborted(t *testing.T) {
	u, sink := testUpload(t)
	u.Free()
	if _, err := u.Write(t.Context(), nil); err == nil {
		t.Error("a freed upload takes bytes")
	}
	check.Eventually(t, "the abort", func() bool {
		u.locked <- struct{}{}
		defer u.releaseLock()
		return sink.aborted
	})
}

func TestACommitIsAtRiskWhereItIsCheckedLate(t *testing.T) {
	for name, c := range map[string]struct {
		object Object
		custom uplink.CustomMetadata
		want   bool
	}{
		"plain":           {Object{}, nil, false},
		"few metadata":    {Object{ETag: make([]byte, 100)}, uplink.CustomMetadata{"key": "value"}, false},
		"condition":       {Object{Options: Options{IfNoneMatch: []string{"*"}}}, nil, true},
		"long metadata":   {Object{}, uplink.CustomMetadata{"key": strings.Repeat("v", sureMetadata)}, true},
		"long ETag":       {Object{ETag: make([]byte, sureMetadata+1)}, nil, true},
		"much in several": {Object{ETag: make([]byte, 600)}, uplink.CustomMetadata{"key": strings.Repeat("v", 600)}, true},
	} {
		if got := c.object.commitAtRisk(c.custom); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
