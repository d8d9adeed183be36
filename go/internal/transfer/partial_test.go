package transfer

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"libuplink/internal/check"
	"libuplink/internal/fail"
	"libuplink/internal/ranges"
)

const testSize = 3*ranges.Block + 5

// openTest opens the partial file of a destination for an object.
func openTest(t *testing.T, path string, of identity, options DownloadOptions) (*partial, []ranges.Span) {
	t.Helper()
	to, err := findDestination(path, options)
	if err != nil {
		t.Fatal(err)
	}
	f, err := openPartial(t.Context(), to, of, testSize)
	if err != nil {
		t.Fatal(err)
	}
	missing, err := f.begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return f, missing
}

// block returns the span and the bytes of a block.
func block(number int64) (ranges.Span, []byte) {
	span := ranges.Span{Offset: number * ranges.Block, Length: min(ranges.Block, testSize-number*ranges.Block)}
	return span, bytes.Repeat([]byte{byte(number + 1)}, int(span.Length))
}

func store(t *testing.T, f *partial, numbers ...int64) {
	t.Helper()
	for _, number := range numbers {
		if err := f.Store(block(number)); err != nil {
			t.Fatal(err)
		}
	}
}

func filesIn(t *testing.T, folder string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

var wholeFile = []ranges.Span{{Length: testSize}}

func TestADownloadGoesOnWithTheBlocksThatAreThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	of := identity{Key: "key", Size: testSize}
	f, missing := openTest(t, path, of, DownloadOptions{})
	if !slices.Equal(missing, wholeFile) {
		t.Fatal(missing)
	}
	store(t, f, 3, 1)
	f.end(true)
	f, missing = openTest(t, path, of, DownloadOptions{})
	if !slices.Equal(missing, []ranges.Span{{Length: ranges.Block}, {Offset: 2 * ranges.Block, Length: ranges.Block}}) {
		t.Fatal(missing)
	}
	store(t, f, 2)
	f.end(true)
	f, missing = openTest(t, path, of, DownloadOptions{})
	if !slices.Equal(missing, []ranges.Span{{Length: ranges.Block}}) {
		t.Fatal(missing)
	}
	store(t, f, 0)
	f.end(true)
	f, missing = openTest(t, path, of, DownloadOptions{})
	if len(missing) > 0 {
		t.Fatal(missing)
	}
	if err := f.finish(); err != nil {
		t.Fatal(err)
	}
	var expected []byte
	for number := range int64(4) {
		_, data := block(number)
		expected = append(expected, data...)
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, expected) {
		t.Error(err)
	}
	if names := filesIn(t, filepath.Dir(path)); !slices.Equal(names, []string{"file"}) {
		t.Error(names)
	}
}

func TestBlocksThatDoNotCount(t *testing.T) {
	of := identity{Key: "key", Size: testSize}
	for name, entry := range map[string]struct {
		of      identity
		change  func(file, journal string)
		missing []ranges.Span
	}{
		"of another object": {identity{Key: "key", Size: testSize, Version: []byte("2")}, nil, wholeFile},
		"damaged": {of, func(file, _ string) {
			data, _ := os.ReadFile(file)
			data[5] ^= 1
			_ = os.WriteFile(file, data, 0o600)
		}, []ranges.Span{{Length: ranges.Block}, {Offset: 2 * ranges.Block, Length: ranges.Block + 5}}},
		"cut off":           {of, func(file, _ string) { _ = os.Truncate(file, 10) }, wholeFile},
		"removed":           {of, func(file, _ string) { _ = os.Remove(file) }, wholeFile},
		"without a journal": {of, func(_, journal string) { _ = os.Remove(journal) }, wholeFile},
		"an empty journal":  {of, func(_, journal string) { _ = os.Truncate(journal, 0) }, wholeFile},
		"a line that was cut off": {of, func(_, journal string) {
			text, _ := os.ReadFile(journal)
			_ = os.WriteFile(journal, text[:len(text)-3], 0o600)
		}, []ranges.Span{{Offset: ranges.Block, Length: 2*ranges.Block + 5}}},
		"a later line": {of, func(_, journal string) {
			text, _ := os.ReadFile(journal)
			_ = os.WriteFile(journal, append(text, "0 00000000\n0 1\nx y\n99999 00000000\n"...), 0o600)
		}, []ranges.Span{{Length: ranges.Block}, {Offset: 2 * ranges.Block, Length: ranges.Block + 5}}},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			f, _ := openTest(t, path, of, DownloadOptions{})
			store(t, f, 0, 1)
			f.end(true)
			if entry.change != nil {
				entry.change(f.path, f.path+".state")
			}
			f, missing := openTest(t, path, entry.of, DownloadOptions{})
			defer f.end(false)
			if !slices.Equal(missing, entry.missing) {
				t.Error(missing)
			}
		})
	}
}

func TestWhatStaysAfterAFailure(t *testing.T) {
	for name, entry := range map[string]struct {
		options DownloadOptions
		blocks  []int64
		mayKeep bool
		stays   int
	}{
		"blocks":         {DownloadOptions{}, []int64{0}, true, 2},
		"no block":       {DownloadOptions{}, nil, true, 0},
		"another object": {DownloadOptions{}, []int64{0}, false, 0},
		"no resuming":    {DownloadOptions{NoResume: true}, []int64{0}, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			f, _ := openTest(t, filepath.Join(folder, "file"), identity{}, entry.options)
			store(t, f, entry.blocks...)
			f.end(entry.mayKeep)
			if names := filesIn(t, folder); len(names) != entry.stays {
				t.Error(names)
			}
		})
	}
}

func TestDownloadsToTheSamePathHaveFilesOfTheirOwn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	first, _ := openTest(t, path, identity{}, DownloadOptions{})
	second, missing := openTest(t, path, identity{}, DownloadOptions{})
	if first.path == second.path || !slices.Equal(missing, wholeFile) {
		t.Error(second.path, missing)
	}
	store(t, second, 0)
	second.end(true)
	if err := first.finish(); err != nil {
		t.Fatal(err)
	}
	if names := filesIn(t, filepath.Dir(path)); !slices.Equal(names, []string{"file"}) {
		t.Error(names)
	}
}

func TestACanceledDownloadIsWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	ctx, cancel := context.WithCancel(t.Context())
	release, err := register(ctx, path)
	if err != nil || release == nil {
		t.Fatal(err)
	}
	if other, err := register(t.Context(), path); other != nil || err != nil {
		t.Error("two downloads have the same file", err)
	}
	cancel()
	waited := make(chan func())
	go func() {
		next, _ := register(t.Context(), path)
		waited <- next
	}()
	release()
	next := <-waited
	if next == nil {
		t.Fatal("it took another file")
	}
	next()
}

func TestAFileThatAppearsIsNotReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	f, _ := openTest(t, path, identity{}, DownloadOptions{NoOverwrite: true})
	store(t, f, 0)
	if err := os.WriteFile(path, []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	check.Error(t, f.finish(), fail.CodeInternal, fail.DetailFile)
	if names := filesIn(t, filepath.Dir(path)); !slices.Equal(names, []string{"file"}) {
		t.Error(names)
	}
	if data, _ := os.ReadFile(path); string(data) != "other" {
		t.Error("it was replaced")
	}
}

func TestATemporaryFileThatIsALink(t *testing.T) {
	folder := t.TempDir()
	other := filepath.Join(folder, "other")
	if err := os.WriteFile(other, []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(other, filepath.Join(folder, ".file.uplink-0")); err != nil {
		t.Skip(err)
	}
	f, _ := openTest(t, filepath.Join(folder, "file"), identity{}, DownloadOptions{})
	defer f.end(false)
	if data, _ := os.ReadFile(other); string(data) != "other" || !strings.HasSuffix(f.path, "-1") {
		t.Error(f.path, string(data))
	}
}

func TestTemporaryNamesAreNotTooLong(t *testing.T) {
	to := &destination{path: filepath.Join("/folder", strings.Repeat("x", 255))}
	if name := filepath.Base(to.temporary(99) + ".state"); len(name) > 255 {
		t.Error(len(name))
	}
}

// partialName matches the names that copies of folders ignore.
var partialName = regexp.MustCompile(`^\..+\.uplink-[0-9]+$`)

func TestAFileSystemWithoutLocks(t *testing.T) {
	defer func(former func(*os.File) (bool, error)) { lockFile = former }(lockFile)
	lockFile = func(*os.File) (bool, error) { return false, errNoLocks }
	path := filepath.Join(t.TempDir(), "file")
	of := identity{Key: "key", Size: testSize}
	first, missing := openTest(t, path, of, DownloadOptions{})
	second, _ := openTest(t, path, of, DownloadOptions{})
	if first.path == second.path || !slices.Equal(missing, wholeFile) {
		t.Fatal(first.path, second.path, missing)
	}
	for _, f := range []*partial{first, second} {
		if name := filepath.Base(f.path); !partialName.MatchString(name) {
			t.Errorf("a copy of the folder would take %q", name)
		}
	}
	store(t, second, 0)
	second.end(true) // nothing could go on with it
	store(t, first, 0, 1, 2, 3)
	if err := first.finish(); err != nil {
		t.Fatal(err)
	}
	if names := filesIn(t, filepath.Dir(path)); !slices.Equal(names, []string{"file"}) {
		t.Fatal(names)
	}
}

func TestUnusedFilesWithoutLocks(t *testing.T) {
	defer func(former func(*os.File) (bool, error)) { lockFile = former }(lockFile)
	lockFile = func(*os.File) (bool, error) { return false, errNoLocks }
	folder := t.TempDir()
	week := time.Now().Add(-unusedAfter - time.Hour)
	for name, old := range map[string]bool{
		".killed.uplink-123456789":        true,
		".killed.uplink-99":               true, // of a file system with locks
		".killed.uplink-123456789.state":  true,
		".running.uplink-1234567890":      false,
		"a file that is named.uplink-123": true,
	} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if !old {
			continue
		}
		if err := os.Chtimes(path, week, week); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, ".folder.uplink-12345"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(folder, ".folder.uplink-12345"), week, week); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		f, _ := openTest(t, filepath.Join(folder, "file"), identity{}, DownloadOptions{})
		f.end(false)
	}
	expected := []string{
		".folder.uplink-12345", ".killed.uplink-123456789.state", ".killed.uplink-99", ".running.uplink-1234567890",
		"a file that is named.uplink-123",
	}
	if names := filesIn(t, folder); !slices.Equal(names, expected) {
		t.Error(names)
	}
}

func TestFoldersAreListedOnce(t *testing.T) {
	folder := t.TempDir()
	if !isFirstIn(folder) || isFirstIn(folder) {
		t.Error("the folder would be listed more than once, or never")
	}
	for number := range mostSwept {
		isFirstIn(filepath.Join(folder, strconv.Itoa(number)))
	}
	if count := len(swept.folders); count > mostSwept {
		t.Errorf("%d folders are remembered", count)
	}
}
