package tree

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"storj.io/uplink"

	"libuplink/internal/check"
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

func TestUnsafeNames(t *testing.T) {
	for _, path := range []string{"", "..", "a/../b", "/a", "a//b", "./a", "a/.", "a\x00b", ".uplink-1.part", "a/"} {
		check.Error(t, checkPath(path), fail.CodeInternal, fail.DetailKeyUnsafe)
	}
	for _, path := range []string{"a", "a/b", "...", "a..b", "\xff\xfe", "new\nline", "ä", "-", "~", ".uplink"} {
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
	if got, found := recordedTime(metadataOf(moment, nil)); !found || !got.Equal(moment) {
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
	sum := func() ([]byte, error) { return sumOf([]byte("four")), nil }
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
		{CompareNothing, Up, object(4, later, metadataOf(moment, nil)), false},
		{CompareSize, Up, object(4, later, nil), true},
		{CompareSize, Up, object(5, later, nil), false},
		{CompareSizeTime, Up, object(4, later, metadataOf(moment, nil)), true},
		{CompareSizeTime, Up, object(5, later, metadataOf(moment, nil)), false},
		{CompareSizeTime, Up, object(4, moment, metadataOf(later, nil)), false},
		{CompareSizeTime, Up, object(4, later, nil), true},
		{CompareSizeTime, Up, object(4, moment.Add(-time.Second), nil), false},
		{CompareSizeTime, Down, object(4, later, nil), false},
		{CompareSizeTime, Down, object(4, moment, nil), true},
		{CompareSizeTime, Down, object(4, later, metadataOf(moment, nil)), true},
		{CompareChecksum, Up, object(4, later, metadataOf(later, sumOf([]byte("four")))), true},
		{CompareChecksum, Up, object(4, later, metadataOf(moment, sumOf([]byte("five")))), false},
		{CompareChecksum, Up, object(4, later, metadataOf(moment, nil)), false},
	} {
		job := Job{Compare: test.compare, Direction: test.direction}
		if same, err := job.same(info, test.object, sum); err != nil || same != test.same {
			t.Errorf("%d: %v, %v", i, same, err)
		}
	}
}
