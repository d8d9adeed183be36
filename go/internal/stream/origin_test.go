package stream

import (
	"errors"
	"testing"
	"time"

	"storj.io/uplink"

	"libuplink/internal/check"
	"libuplink/internal/fail"
	"libuplink/internal/objects"
)

func TestAVersionThatWasNamedStays(t *testing.T) {
	latest, named := Version{}, Version{ID: []byte("named")}
	latest.pin(nil)
	if latest.ID != nil {
		t.Errorf("%q", latest.ID)
	}
	latest.pin([]byte("first"))
	named.pin(nil)
	named.pin([]byte("other"))
	if string(latest.ID) != "first" || string(named.ID) != "named" {
		t.Errorf("%q, %q", latest.ID, named.ID)
	}
}

func TestAnObjectIsTheExpectedOne(t *testing.T) {
	created := time.Date(2026, 1, 2, 3, 4, 5, 678_901, time.UTC)
	found := func(created time.Time, size int64) *objects.Record {
		system := uplink.SystemMetadata{Created: created, ContentLength: size}
		return &objects.Record{Object: uplink.Object{System: system}}
	}
	lost := errors.New("lost")
	for name, entry := range map[string]struct {
		record    *objects.Record
		failure   error
		unchanged bool // whether it is the expected object, or another error
	}{
		"same":         {found(created, 9), nil, true},
		"microseconds": {found(created.Truncate(time.Microsecond), 9), nil, true},
		"later":        {found(created.Add(time.Microsecond), 9), nil, false},
		"larger":       {found(created, 10), nil, false},
		"deleted":      {nil, uplink.ErrObjectNotFound, false},
		"shorter":      {nil, fail.Internal(fail.DetailRangeInvalid, "the range"), false},
		"other error":  {nil, lost, true},
	} {
		t.Run(name, func(t *testing.T) {
			err := Expected{created, 9}.check(entry.record, entry.failure)
			if entry.unchanged {
				if err != entry.failure {
					t.Error(err)
				}
				return
			}
			check.Error(t, err, fail.CodeInternal, fail.DetailObjectChanged)
			if !err.(*fail.Error).Unchanged {
				t.Error("the caller tries again")
			}
			if err := (Expected{}).check(entry.record, entry.failure); err != entry.failure {
				t.Error("nothing was expected:", err)
			}
		})
	}
}
