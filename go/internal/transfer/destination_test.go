//go:build !windows

package transfer

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"libuplink/internal/fail"
)

func makeFolders(t *testing.T, folders ...string) {
	t.Helper()
	for _, folder := range folders {
		if err := os.MkdirAll(folder, 0o777); err != nil {
			t.Fatal(err)
		}
	}
}

func makeLink(t *testing.T, target, link string) {
	t.Helper()
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
}

// The system follows a link before it goes to the folder above.
func TestTheFolderAboveALinkIsThatOfItsTarget(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	makeFolders(t, filepath.Join(root, "real", "deep"))
	makeLink(t, filepath.Join("real", "deep"), filepath.Join(root, "short"))
	makeLink(t, filepath.Join("..", "target"), filepath.Join(root, "real", "deep", "link"))
	for _, path := range []string{root + "/short/link", root + "/short/../target", root + "/real/deep/link"} {
		to, err := findDestination(path, DownloadOptions{})
		if expected := filepath.Join(root, "real", "target"); err != nil || to.path != expected {
			t.Errorf("%s: %+v, %v", path, to, err)
		}
	}
}

// Its other name may be that of any file, which a download must not write to.
func TestATemporaryFileWithAnotherNameIsNotUsed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(path, filepath.Join(filepath.Dir(path), ".file.uplink-0")); err != nil {
		t.Fatal(err)
	}
	f, _ := openTest(t, path, identity{Size: testSize}, DownloadOptions{})
	defer f.end(false)
	store(t, f, 0)
	if data, err := os.ReadFile(path); err != nil || string(data) != "before" {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

func TestATemporaryFileThatCannotBeOpenedIsNotUsed(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("needs permissions that count")
	}
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), ".file.uplink-0"), nil, 0o400); err != nil {
		t.Fatal(err)
	}
	f, _ := openTest(t, path, identity{Size: testSize}, DownloadOptions{})
	f.end(false)
}

// Nobody else may open the temporary file of a private file, also not before it has its permissions.
func TestTheTemporaryFileOfAPrivateFileIsPrivate(t *testing.T) {
	defer func(former func(*os.File) (bool, error)) { lockFile = former }(lockFile)
	var modes []fs.FileMode
	lockFile = func(file *os.File) (bool, error) {
		info, err := file.Stat()
		if err != nil {
			t.Fatal(err)
		}
		modes = append(modes, info.Mode().Perm())
		return true, nil
	}
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f, _ := openTest(t, path, identity{Size: testSize}, DownloadOptions{})
	defer f.end(false)
	if !slices.Equal(modes, []fs.FileMode{0o600}) {
		t.Error(modes)
	}
}

func TestADownloadOfAFileThatIsReadOnlyGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o440); err != nil {
		t.Fatal(err)
	}
	of := identity{Size: testSize}
	f, _ := openTest(t, path, of, DownloadOptions{})
	if info, err := f.file.Stat(); err != nil || info.Mode().Perm() != 0o640 {
		t.Error(info.Mode(), err)
	}
	store(t, f, 0)
	f.end(true)
	f, missing := openTest(t, path, of, DownloadOptions{})
	if len(missing) != 1 || missing[0].Offset == 0 {
		t.Error(missing)
	}
	store(t, f, 1, 2, 3)
	if err := f.finish(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o440 || info.Size() != testSize {
		t.Error(info.Mode(), err)
	}
}

func TestADownloadWithoutAJournalOfItsOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	makeFolders(t, filepath.Join(filepath.Dir(path), ".file.uplink-0.state"))
	f, _ := openTest(t, path, identity{Size: testSize}, DownloadOptions{})
	store(t, f, 0, 1, 2, 3)
	if err := f.finish(); err != nil {
		t.Fatal(err)
	}
}

func TestErrorsAboutFoldersHaveTheirNumbers(t *testing.T) {
	root := t.TempDir()
	makeLink(t, "loop", filepath.Join(root, "loop"))
	if err := os.WriteFile(filepath.Join(root, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, number := range map[string]syscall.Errno{
		"missing/x": syscall.ENOENT, "file/x": syscall.ENOTDIR, "loop/x": syscall.ELOOP, "loop": syscall.ELOOP,
	} {
		_, err := findDestination(filepath.Join(root, path), DownloadOptions{})
		if known := fail.Classify(err); known.SystemError != int32(number) {
			t.Errorf("%s: %+v", path, known)
		}
	}
}
