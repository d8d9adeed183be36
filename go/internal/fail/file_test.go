package fail

import (
	"errors"
	"io/fs"
	"slices"
	"syscall"
	"testing"
)

func TestErrorsAboutTheDisk(t *testing.T) {
	for _, test := range []struct {
		number       syscall.Errno
		isFull, ends bool
	}{
		{syscall.ENOSPC, true, true},
		{syscall.EDQUOT, true, true},
		{syscall.EFBIG, true, false},
		{syscall.EROFS, false, true},
		{syscall.EACCES, false, false},
		{0, false, false},
	} {
		e := File("file", &fs.PathError{Op: "write", Path: "file", Err: test.number})
		if IsFull(e) != test.isFull || EndsFiles(e) != test.ends {
			t.Errorf("%v: %v, %v", test.number, IsFull(e), EndsFiles(e))
		}
	}
	if other := New(CodePermissionDenied, DetailNone, "denied"); IsFull(other) || EndsFiles(other) {
		t.Error("it is no error about a file")
	}
	if IsFull(errors.New("no space")) || IsFull(nil) {
		t.Error("it has no number")
	}
}

func TestTheNumbersOfTheSystem(t *testing.T) {
	for _, number := range slices.Concat(noRoom, tooLarge, readOnly) {
		if e := File("file", number); e.SystemError != int32(number) {
			t.Errorf("%d became %d", number, e.SystemError)
		}
	}
}
