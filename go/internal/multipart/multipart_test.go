package multipart

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"storj.io/uplink"

	"libuplink/internal/guard"
)

func TestABeginThatIsTooLateIsAborted(t *testing.T) {
	canceled, failed := errors.New("canceled"), errors.New("failed")
	for _, test := range []struct {
		err     error
		aborted int
	}{{nil, 1}, {failed, 0}} {
		synctest.Test(t, func(t *testing.T) {
			respond, aborted := make(chan struct{}), 0
			begin := func() (*uplink.UploadInfo, error) {
				<-respond
				return &uplink.UploadInfo{UploadID: "id"}, test.err
			}
			ctx, cancel := context.WithCancelCause(t.Context())
			cancel(canceled)
			info, err := BeginOnTime(ctx, begin, func(info *uplink.UploadInfo) {
				if info.UploadID == "id" {
					aborted++
				}
			})
			if info != nil || err != canceled {
				t.Error(info, err)
			}
			close(respond)
			synctest.Wait()
			if aborted != test.aborted || guard.Background.Count() != 0 {
				t.Errorf("aborted %d times", aborted)
			}
		})
	}
}

func TestABeginOnTimeIsNotAborted(t *testing.T) {
	abort := func(*uplink.UploadInfo) { t.Error("aborted") }
	info, err := BeginOnTime(t.Context(), func() (*uplink.UploadInfo, error) { return &uplink.UploadInfo{}, nil }, abort)
	if info == nil || err != nil {
		t.Error(info, err)
	}
	_, err = BeginOnTime(t.Context(), func() (*uplink.UploadInfo, error) { panic("in Go's library") }, abort)
	if err == nil {
		t.Error("no error for a panic")
	}
}
