package tree

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"storj.io/uplink"

	"libuplink/internal/check"
	"libuplink/internal/checksum"
	"libuplink/internal/fail"
)

func TestPatterns(t *testing.T) {
	for _, test := range []struct {
		include, exclude []string
		path             string
		included         bool
	}{
		{nil, nil, "a/b", true},
		{[]string{"*.txt"}, nil, "a.txt", true},
		{[]string{"*.txt"}, nil, "a/b/c.txt", true},
		{[]string{"*.txt"}, nil, "a.txt.gz", false},
		{[]string{"/*.txt"}, nil, "a.txt", true},
		{[]string{"/*.txt"}, nil, "a/b.txt", false},
		{[]string{"a/*"}, nil, "a/b", true},
		{[]string{"a/*"}, nil, "a/b/c", true},
		{[]string{"a/*"}, nil, "b/a/c", false},
		{[]string{"a/**/z"}, nil, "a/z", true},
		{[]string{"a/**/z"}, nil, "a/b/c/z", true},
		{[]string{"a/**/z"}, nil, "a/b/c/y", false},
		{[]string{"**"}, nil, "a/b", true},
		{[]string{"docs"}, nil, "a/docs/b", true},
		{[]string{"docs/"}, nil, "a/docs/b", true},
		{nil, []string{"docs/"}, "docs/b", false},
		{nil, []string{"docs"}, "docs.txt", true},
		{nil, []string{"[ab]?"}, "x/a1", false},
		{nil, []string{"[ab]?"}, "x/c1", true},
		{[]string{"*.txt"}, []string{"secret*"}, "secret.txt", false},
	} {
		f, err := newFilter(test.include, test.exclude)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.includes(test.path); got != test.included {
			t.Errorf("%+v: %v", test, got)
		}
	}
	for _, text := range []string{"", "/", "a//b", "[", "a/[b"} {
		_, err := newFilter(nil, []string{text})
		check.Error(t, err, fail.CodeInternal, fail.DetailInvalidArgument)
	}
}

// A key can have hundreds of parts, and nothing cancels a comparison.
func TestPatternsOfDeepPathsAreFast(t *testing.T) {
	f, err := newFilter([]string{"**/a/**/a/**/a/**/a/**/b"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	deep := strings.Repeat("a/", 500)
	done := make(chan bool)
	go func() { done <- !f.includes(deep+"c") && f.includes(deep+"b") }()
	select {
	case right := <-done:
		if !right {
			t.Error("wrong")
		}
	case <-time.After(10 * time.Second):
		t.Error("it is still running")
	}
}

func TestUnsafeNames(t *testing.T) {
	for _, path := range []string{"", "..", "a/../b", "/a", "a//b", "./a", "a/.", "a\x00b", ".uplink-1.part", "a/", "a/.b.uplink-0", ".b.uplink-12.state"} {
		check.Error(t, checkPath(path), fail.CodeInternal, fail.DetailKeyUnsafe)
	}
	for _, path := range []string{"a", "a/b", "...", "a..b", "\xff\xfe", "new\nline", "ä", "-", "~", ".uplink", ".b.uplink-", "b.uplink-0"} {
		if err := checkPath(path); err != nil {
			t.Errorf("%q: %v", path, err)
		}
	}
	for _, part := range []string{`a\b`, "C:", "a:b", "con", "NUL.txt", "com1", "COM¹.x", "a.", "a ", "a?", "a\n", "aux .c"} {
		if whyUnsafe(part, true) == "" {
			t.Errorf("%q is allowed on Windows", part)
		}
		if reason := whyUnsafe(part, false); reason != "" {
			t.Errorf("%q: %s", part, reason)
		}
	}
	for _, part := range []string{"console", "com10", "a.b", "com", "lpt"} {
		if reason := whyUnsafe(part, true); reason != "" {
			t.Errorf("%q: %s", part, reason)
		}
	}
}

func TestRecordedTimes(t *testing.T) {
	moment := time.Date(2026, 5, 4, 3, 2, 1, 123456789, time.UTC)
	for _, test := range []struct {
		key, value string
		found      bool
	}{
		{timeKey, "2026-05-04T03:02:01.123456789Z", true},
		{timeKey, "2026-05-04T05:02:01.123456789+02:00", true},
		{secondsKey, "1777863721.123456789", true},
		{timeKey, "yesterday", false},
		{secondsKey, "1777863721.1234567890", false},
		{secondsKey, "1777863721.12x", false},
		{secondsKey, "", false},
	} {
		got, found := recordedTime(uplink.CustomMetadata{test.key: test.value})
		if found != test.found || found && !got.Equal(moment) {
			t.Errorf("%+v: %v, %v", test, got, found)
		}
	}
	if got, found := recordedTime(metadataOf(moment)); !found || !got.Equal(moment) {
		t.Error(got, found)
	}
	if got, _ := recordedTime(uplink.CustomMetadata{secondsKey: "1777863721"}); got.Unix() != 1777863721 {
		t.Error(got)
	}
}

func TestComparisons(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("four"), 0o666); err != nil {
		t.Fatal(err)
	}
	moment := time.Unix(1_700_000_000, 5000)
	if err := os.Chtimes(path, moment, moment); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	hash := func(sum *checksum.Stored) error {
		_, err := sum.Write([]byte("four"))
		return err
	}
	metadataWith := func(data string) uplink.CustomMetadata {
		sum := checksum.New(checksum.SHA256)
		_, _ = sum.Write([]byte(data))
		return sum.AddTo(metadataOf(moment))
	}
	later := moment.Add(time.Second)
	object := func(size int64, created time.Time, custom uplink.CustomMetadata) *uplink.Object {
		return &uplink.Object{System: uplink.SystemMetadata{ContentLength: size, Created: created}, Custom: custom}
	}
	for i, test := range []struct {
		compare   Compare
		direction Direction
		object    *uplink.Object
		same      bool
	}{
		{CompareNothing, Up, object(4, later, metadataOf(moment)), false},
		{CompareSize, Up, object(4, later, nil), true},
		{CompareSize, Up, object(5, later, nil), false},
		{CompareSizeTime, Up, object(4, later, metadataOf(moment)), true},
		{CompareSizeTime, Up, object(5, later, metadataOf(moment)), false},
		{CompareSizeTime, Up, object(4, moment, metadataOf(later)), false},
		{CompareSizeTime, Up, object(4, later, nil), true},
		{CompareSizeTime, Up, object(4, moment.Add(-time.Second), nil), false},
		{CompareSizeTime, Down, object(4, later, nil), false},
		{CompareSizeTime, Down, object(4, moment, nil), true},
		{CompareSizeTime, Down, object(4, later, metadataOf(moment)), true},
		{CompareChecksum, Up, object(4, later, metadataWith("four")), true},
		{CompareChecksum, Up, object(4, later, metadataWith("five")), false},
		{CompareChecksum, Up, object(4, later, metadataOf(moment)), false},
	} {
		job := Job{Compare: test.compare, Direction: test.direction}
		if same, err := job.same(info, test.object, hash); err != nil || same != test.same {
			t.Errorf("%d: %v, %v", i, same, err)
		}
	}
}

// A file that is not as it was found is noticed.
func TestFilesThatChange(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	write := func(text string) os.FileInfo {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	f := &folder{path: filepath.Dir(path), known: map[string]struct{}{}}
	info := write("before")
	same := func(*os.File) error { return nil }
	if err := f.read("file", info, same); err != nil {
		t.Fatal(err)
	}
	err := f.read("file", info, func(*os.File) error {
		write("longer than before")
		return nil
	})
	check.Error(t, err, fail.CodeInternal, fail.DetailSourceChanged)
	check.Error(t, f.read("file", info, same), fail.CodeInternal, fail.DetailSourceChanged)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	check.Error(t, f.read("file", info, same), fail.CodeInternal, fail.DetailFile)
	_, err = f.statPresent("file")
	check.Error(t, err, fail.CodeInternal, fail.DetailFile)
	if fail.Classify(err).SystemError != int32(syscall.ENOENT) {
		t.Error(err)
	}
}

// Which errors end a job, and which only those of one file.
func TestFailures(t *testing.T) {
	disk := fail.File("file", &os.PathError{Op: "write", Path: "file", Err: syscall.ENOSPC})
	unreadable := fail.File("file", &os.PathError{Op: "open", Path: "file", Err: syscall.EACCES})
	denied := fail.New(fail.CodePermissionDenied, fail.DetailNone, "denied")
	down := fail.Internal(fail.DetailConnection, "down")
	repeat := func(count int, err *fail.Error) (errs []*fail.Error) {
		for range count {
			errs = append(errs, err)
		}
		return errs
	}
	for i, test := range []struct {
		failures []*fail.Error
		copied   bool // before the last failure
		ends     *fail.Error
	}{
		{[]*fail.Error{disk}, true, disk},
		{repeat(2*mostFailures, unreadable), false, nil},
		{repeat(mostFailures, down), true, nil},
		{repeat(mostFailures+1, down), false, down},
		{repeat(2, down), false, down}, // all files
		{append(repeat(2, down), denied), false, nil},
		{append(repeat(2, down), unreadable), false, nil},
	} {
		r := newRun(context.Background(), nil, Job{}, nil, nil)
		for at, failure := range test.failures {
			if test.copied && at == len(test.failures)-1 {
				r.copied("another", 0)
			}
			r.failed(r.entry("file"), failure)
		}
		var ended error
		if r.ctx.Err() != nil {
			ended = context.Cause(r.ctx)
		}
		_, err := r.finish(ended)
		switch {
		case test.ends == nil && err != nil, test.ends != nil && (err == nil || err.Error() != test.ends.Error()):
			t.Errorf("%d: %v", i, err)
		case err != nil && !fail.Classify(err).Unchanged:
			t.Errorf("%d: the caller would try again", i)
		}
	}
}

func TestNames(t *testing.T) {
	n := names{}
	for _, path := range []string{"a", "b", "a/b"} {
		if n.has(path) || !n.add(path) || n.add(path) || !n.has(path) {
			t.Error(path)
		}
	}
	if got := parentsOf("a/b/c"); len(got) != 2 || got[0] != "a/b" || got[1] != "a" {
		t.Error(got)
	}
	if got := parentsOf("/a"); len(got) != 0 {
		t.Error(got)
	}
}

// Nobody else may open the new bytes of a private file, also not before it has its permissions.
func TestTheIncompleteFileOfAPrivateFileIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the permissions of Windows are others")
	}
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	folder, err := openFolder(Job{Direction: Down, Folder: filepath.Dir(path)})
	if err != nil {
		t.Fatal(err)
	}
	defer folder.close()
	before, err := folder.stat("file")
	if err != nil {
		t.Fatal(err)
	}
	err = folder.write("file", before, func(to io.Writer) (time.Time, error) {
		info, err := to.(*os.File).Stat()
		if err == nil && info.Mode().Perm() != 0o600 {
			t.Error(info.Mode())
		}
		return time.Now(), err
	})
	if err != nil {
		t.Fatal(err)
	}
	if after, err := folder.stat("file"); err != nil || after.Mode().Perm() != 0o600 {
		t.Error(after.Mode(), err)
	}
}
