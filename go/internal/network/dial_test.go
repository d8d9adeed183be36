package network

import (
	"errors"
	"fmt"
	"io"
	"syscall"
	"testing"

	"github.com/zeebo/errs"

	"libuplink/internal/fail"
)

func TestUnchangedIsOnlyTheMainError(t *testing.T) {
	refused := unreachable(syscall.ECONNREFUSED)
	for _, test := range []struct {
		err       error
		unchanged bool
	}{
		{refused, true},
		{errs.Wrap(fmt.Errorf("metaclient: %w", refused)), true},
		{errs.Combine(refused, io.EOF), true},
		{errs.Combine(io.EOF, refused), false},
		{errors.Join(hideReset(syscall.ECONNRESET), refused), false},
	} {
		if e := fail.Classify(test.err); e.Unchanged != test.unchanged || e.Detail != fail.DetailConnection {
			t.Errorf("%v: %+v", test.err, e)
		}
	}
	if !refused.(*fail.Error).Unchanged {
		t.Error("fail.Classify changed the error")
	}
}
