package multipart

import (
	"testing"

	"storj.io/common/base58"

	"libuplink/internal/fail"
	"libuplink/internal/project/projecttest"
)

func TestWhatAnIDShows(t *testing.T) {
	for id, want := range map[string]place{
		"\x0a\x01b\x12\x02kk":          {"b", "kk"},
		"\x0a\x01b\x12\x02kk\x52\x01s": {"b", "kk"},
		"\x0a\x01b":                    {},
		"\x12\x02kk":                   {},
		"\x0a\x01b\x12\x02k":           {},
		"":                             {},
		"no protobuf":                  {},
	} {
		if got := placeOf([]byte(id)); got != want {
			t.Errorf("%q: %v", id, got)
		}
	}
}

// It needs a network: UPLINK_TEST_ACCESS.
func TestAnIDOfAnotherUploadIsRefused(t *testing.T) {
	p := projecttest.Open(t)
	info, err := Begin(p.Context, p.Project, projecttest.Bucket, "folder/right", nil)
	if err != nil {
		t.Fatal(err)
	}
	u := Upload{projecttest.Bucket, "folder/right", info.UploadID}
	t.Cleanup(func() {
		if err := Abort(p.Context, p.Project, u); err != nil {
			t.Error(err)
		}
	})
	if !u.Shown(p.Project) {
		t.Error("the ID does not show its bucket and its key")
	}
	if err := Verify(p.Context, p.Project, u); err != nil {
		t.Error(err)
	}
	opaque := base58.CheckEncode([]byte("no satellite makes such an ID"), 1)
	for _, wrong := range []Upload{
		{u.Bucket, "folder/wrong", u.ID}, {u.Bucket, "right", u.ID}, {u.Bucket, u.Key, opaque},
	} {
		if wrong.Shown(p.Project) {
			t.Errorf("%v: shown", wrong)
		}
		err := Verify(p.Context, p.Project, wrong)
		if got := fail.Classify(err); got.Detail != fail.DetailUploadNotFound {
			t.Errorf("%v: %v", wrong, err)
		}
	}
	// What has no upload ID at all is refused by Go's library.
	if err := Verify(p.Context, p.Project, Upload{u.Bucket, u.Key, "garbage"}); err != nil {
		t.Error(err)
	}
}

// It needs a network: UPLINK_TEST_ACCESS.
func TestIDsAreLookedUpAmongThoseOfTheKey(t *testing.T) {
	p := projecttest.Open(t)
	for range 2 {
		info, err := Begin(p.Context, p.Project, projecttest.Bucket, "listed", nil)
		if err != nil {
			t.Fatal(err)
		}
		u := Upload{projecttest.Bucket, "listed", info.UploadID}
		t.Cleanup(func() {
			if err := Abort(p.Context, p.Project, u); err != nil {
				t.Error(err)
			}
		})
		id, path, err := u.encoded(p.Project)
		if err != nil {
			t.Fatal(err)
		}
		if found, err := isListed(p.Context, p.Project, u, path, id); err != nil || !found {
			t.Errorf("%v, %v", found, err)
		}
		if found, err := isListed(p.Context, p.Project, u, path, id[1:]); err != nil || found {
			t.Errorf("%v, %v", found, err)
		}
	}
}
