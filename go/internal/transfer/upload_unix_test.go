//go:build unix

package transfer

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"libuplink/internal/check"
	"libuplink/internal/fail"
	"libuplink/internal/progress"
	"libuplink/internal/project"
	"libuplink/internal/project/projecttest"
)

func TestWhatIsNoRegularFileIsRefused(t *testing.T) {
	p := projecttest.Offline(t, project.Settings{})
	folder := t.TempDir()
	upload := func(name string) *fail.Error {
		_, err := UploadFile(t.Context(), p, "bucket", "key", filepath.Join(folder, name), UploadOptions{}, &progress.Counters{})
		e, _ := err.(*fail.Error)
		if e == nil {
			t.Fatal(name, err)
		}
		return e
	}
	pipe, secret := filepath.Join(folder, "pipe"), filepath.Join(folder, "secret")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(secret, nil, 0); err != nil {
		t.Fatal(err)
	}
	check.Error(t, upload("pipe"), fail.CodeInternal, fail.DetailInvalidArgument)
	for name, number := range map[string]syscall.Errno{
		"missing": syscall.ENOENT, "": syscall.EISDIR, "secret/file": syscall.ENOTDIR,
	} {
		if e := upload(name); e.Detail != fail.DetailFile || e.SystemError != int32(number) || e.Path != filepath.Join(folder, name) {
			t.Errorf("%s: %#v", name, e)
		}
	}
	if os.Geteuid() != 0 {
		if e := upload("secret"); e.SystemError != int32(syscall.EACCES) {
			t.Errorf("%#v", e)
		}
	}
}
