package tree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"storj.io/uplink"

	"libuplink/internal/check"
	"libuplink/internal/fail"
	"libuplink/internal/project"
	"libuplink/internal/project/projecttest"
)

// network is a project, and a prefix for one test. The tests need a network: UPLINK_TEST_ACCESS.
type network struct {
	*project.Project
	t      *testing.T
	prefix string
}

func open(t *testing.T) *network {
	t.Helper()
	p := projecttest.Open(t)
	n := &network{p, t, t.Name() + "/"}
	empty := t.TempDir()
	n.run(Job{Folder: empty, Compare: CompareSize, Delete: true})
	return n
}

// run runs a job on the bucket and the prefix of the test.
func (n *network) run(job Job) *Result {
	n.t.Helper()
	job.Bucket, job.Prefix = projecttest.Bucket, n.prefix
	result, err := Run(n.Context, n.Project, job)
	if err != nil {
		n.t.Fatal(err)
	}
	return result
}

func (n *network) put(key, data string) {
	n.t.Helper()
	up, err := n.UploadObject(n.Context, projecttest.Bucket, n.prefix+key, nil)
	if err == nil {
		_, err = up.Write([]byte(data))
	}
	if err == nil {
		err = up.Commit()
	}
	if err != nil {
		n.t.Fatal(err)
	}
}

func (n *network) keys() (keys []string) {
	n.t.Helper()
	found := n.ListObjects(n.Context, projecttest.Bucket, &uplink.ListObjectsOptions{Prefix: n.prefix, Recursive: true})
	for found.Next() {
		keys = append(keys, strings.TrimPrefix(found.Item().Key, n.prefix))
	}
	if err := found.Err(); err != nil {
		n.t.Fatal(err)
	}
	slices.Sort(keys)
	return keys
}

// fill writes files, and returns the folder.
func fill(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for path, data := range files {
		name := filepath.Join(folder, path)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// content returns the files below a folder.
func content(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(name)
		path, _ := filepath.Rel(folder, name)
		files[filepath.ToSlash(path)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// expect compares the numbers of a result: copied, unchanged, deleted, skipped, failed.
func expect(t *testing.T, r *Result, numbers ...int64) {
	t.Helper()
	if got := []int64{r.Copied, r.Unchanged, r.Deleted, r.Skipped, r.Failed}; !slices.Equal(got, numbers) {
		t.Fatalf("%v, not %v: %+v", got, numbers, r.Entries)
	}
}

var files = map[string]string{
	"empty": "", "small": "four", "a/b/deep": strings.Repeat("x", 5000), "a/large": strings.Repeat("y", smallFile+1),
}

func TestRoundTrip(t *testing.T) {
	n := open(t)
	if runtime.GOOS == "linux" {
		files = maps.Clone(files)
		maps.Copy(files, map[string]string{"new\nline": "1", "\xff\xfe": "2", `back\slash`: "3", " . ": "4", "ä": "5"})
	}
	count := int64(len(files))
	folder := fill(t, files)
	up := n.run(Job{Folder: folder})
	expect(t, up, count, 0, 0, 0, 0)
	if keys := n.keys(); !slices.Equal(keys, slices.Sorted(maps.Keys(files))) {
		t.Fatal(keys)
	}
	target := filepath.Join(t.TempDir(), "new", "folder")
	down := n.run(Job{Folder: target, Direction: Down})
	expect(t, down, count, 0, 0, 0, 0)
	if up.Bytes != down.Bytes || !maps.Equal(content(t, target), files) {
		t.Fatal(up.Bytes, down.Bytes, content(t, target))
	}
	for _, compare := range []Compare{CompareSize, CompareSizeTime, CompareChecksum} {
		for _, where := range []string{folder, target} {
			expect(t, n.run(Job{Folder: where, Compare: compare, Delete: true}), 0, count, 0, 0, 0)
			expect(t, n.run(Job{Folder: where, Compare: compare, Delete: true, Direction: Down}), 0, count, 0, 0, 0)
		}
	}
}

func TestChangesAreCopied(t *testing.T) {
	n := open(t)
	folder := fill(t, map[string]string{"a": "1", "b/c": "2", "b/d": "3"})
	expect(t, n.run(Job{Folder: folder, Compare: CompareSizeTime}), 3, 0, 0, 0, 0)
	copied := t.TempDir()
	expect(t, n.run(Job{Folder: copied, Direction: Down, Compare: CompareChecksum}), 3, 0, 0, 0, 0)
	change := map[string]string{"a": "changed", "new/file": "4"}
	for path, data := range change {
		_ = os.Mkdir(filepath.Join(folder, filepath.Dir(path)), 0o777)
		if err := os.WriteFile(filepath.Join(folder, path), []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.RemoveAll(filepath.Join(folder, "b")); err != nil {
		t.Fatal(err)
	}
	for _, dry := range []bool{true, false} {
		before := n.keys()
		expect(t, n.run(Job{Folder: folder, Compare: CompareSizeTime, Delete: true, DryRun: dry}), 2, 0, 2, 0, 0)
		if dry && !slices.Equal(n.keys(), before) {
			t.Fatal(n.keys())
		}
	}
	if keys := n.keys(); !slices.Equal(keys, []string{"a", "new/file"}) {
		t.Fatal(keys)
	}
	for _, dry := range []bool{true, false} {
		before := content(t, copied)
		expect(t, n.run(Job{Folder: copied, Direction: Down, Compare: CompareSizeTime, Delete: true, DryRun: dry}), 2, 0, 2, 0, 0)
		if dry && !maps.Equal(content(t, copied), before) {
			t.Fatal(content(t, copied))
		}
	}
	if !maps.Equal(content(t, copied), change) {
		t.Fatal(content(t, copied))
	}
	if _, err := os.Stat(filepath.Join(copied, "b")); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("the empty folder is left", err)
	}
}

func TestKeysNeverEscape(t *testing.T) {
	n := open(t)
	unsafe := []string{"../escaped", "/absolute", "a/../../escaped", "a//b", "./c", "a/..", ".uplink-1.part"}
	for _, key := range append(unsafe, "fine") {
		n.put(key, "data")
	}
	outer := t.TempDir()
	folder := filepath.Join(outer, "folder")
	result := n.run(Job{Folder: folder, Direction: Down})
	expect(t, result, 1, 0, 0, 0, int64(len(unsafe)))
	for _, entry := range result.Entries {
		if entry.Action == Failed {
			check.Error(t, entry.Reason, fail.CodeInternal, fail.DetailKeyUnsafe)
		}
	}
	if found := content(t, outer); !maps.Equal(found, map[string]string{"folder/fine": "data"}) {
		t.Fatal(found)
	}
	// What has no file is not deleted either.
	expect(t, n.run(Job{Folder: folder, Compare: CompareSize, Delete: true}), 0, 1, 0, int64(len(unsafe)), 0)
	// Patterns leave it out.
	expect(t, n.run(Job{Folder: folder, Direction: Down, Include: []string{"fine"}}), 1, 0, 0, 0, 0)
}

func TestTwoKeysForOneName(t *testing.T) {
	n := open(t)
	for _, key := range []string{"a", "a/b", "c", "d/", "e/"} {
		n.put(key, map[bool]string{true: "", false: key}[strings.HasSuffix(key, "/") && key != "e/"])
	}
	folder := t.TempDir()
	result := n.run(Job{Folder: folder, Direction: Down})
	expect(t, result, 2, 1, 0, 0, 2)
	for _, entry := range result.Entries {
		if entry.Action == Failed {
			check.Error(t, entry.Reason, fail.CodeInternal, fail.DetailNameTaken)
		}
	}
	if info, err := os.Stat(filepath.Join(folder, "d")); err != nil || !info.IsDir() {
		t.Fatal(info, err)
	}
}

func TestLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege")
	}
	n := open(t)
	outer := fill(t, map[string]string{"secret": "1", "folder/file": "2", "folder/a/b": "3"})
	folder := filepath.Join(outer, "folder")
	for name, target := range map[string]string{"file-link": "../secret", "folder-link": "..", "a-link": "a", "broken": "none"} {
		if err := os.Symlink(target, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	n.put("folder-link/secret", "stays")
	n.put("a-link/gone", "stays")
	n.put("a-link", "stays")
	n.put("gone/gone", "goes")
	job := Job{Folder: folder, Compare: CompareSizeTime, Delete: true}
	expect(t, n.run(job), 2, 0, 1, 4, 0)
	if keys := n.keys(); !slices.Equal(keys, []string{"a-link", "a-link/gone", "a/b", "file", "folder-link/secret"}) {
		t.Fatal(keys)
	}
	// A download neither follows links nor replaces them.
	result := n.run(Job{Folder: folder, Direction: Down})
	expect(t, result, 2, 0, 0, 0, 3)
	if found := content(t, outer); found["secret"] != "1" {
		t.Fatal(found)
	}
	job.FollowLinks, job.Delete = true, false
	if err := os.Remove(filepath.Join(folder, "broken")); err != nil {
		t.Fatal(err)
	}
	n.run(job)
	keys := n.keys()
	for _, key := range []string{"file-link", "a-link/b", "folder-link/secret"} {
		if !slices.Contains(keys, key) {
			t.Error(key, keys)
		}
	}
	if slices.ContainsFunc(keys, func(key string) bool { return strings.Contains(key, "folder-link/folder/folder-link") }) {
		t.Error(keys)
	}
}

func TestErrorsThatEndAJob(t *testing.T) {
	n := open(t)
	many := map[string]string{}
	for number := range 300 {
		many[fmt.Sprint(number)] = ""
	}
	folder := fill(t, many)
	for _, job := range []Job{
		{Folder: folder}, {Folder: folder, Compare: CompareSize}, {Folder: folder, Direction: Down},
	} {
		job.Bucket = "no-such-bucket"
		result, err := Run(n.Context, n.Project, job)
		check.Error(t, err, fail.CodeBucketNotFound, fail.DetailNone)
		if result.Copied != 0 || result.Failed > 2*workers {
			t.Error(result.Copied, result.Failed)
		}
	}
	ctx, cancel := context.WithCancelCause(n.Context)
	canceled := fail.Canceled("canceled")
	cancel(canceled)
	if _, err := Run(ctx, n.Project, Job{Bucket: projecttest.Bucket, Folder: folder}); err != canceled {
		t.Error(err)
	}
	offline := projecttest.Offline(t, project.Settings{})
	result, err := Run(offline.Context, offline, Job{Bucket: "bucket", Folder: folder})
	check.Error(t, err, fail.CodeInternal, fail.DetailConnection)
	if result.Failed < mostFailures || result.Failed > mostFailures+workers {
		t.Error(result.Failed)
	}
}

func TestWrongArguments(t *testing.T) {
	p := projecttest.Offline(t, project.Settings{})
	folder := fill(t, map[string]string{"file": ""})
	for _, job := range []Job{
		{Folder: ""}, {Folder: folder, Direction: 2}, {Folder: folder, Verify: true}, {Folder: folder, Compare: 4},
		{Folder: folder, Direction: Down, FollowLinks: true}, {Folder: folder, Include: []string{"["}},
	} {
		_, err := Run(p.Context, p, job)
		check.Error(t, err, fail.CodeInternal, fail.DetailInvalidArgument)
	}
	for _, job := range []Job{
		{Folder: filepath.Join(folder, "none")}, {Folder: filepath.Join(folder, "file")},
		{Folder: filepath.Join(folder, "file"), Direction: Down},
	} {
		_, err := Run(p.Context, p, job)
		check.Error(t, err, fail.CodeInternal, fail.DetailFile)
	}
}

func TestUnreadableFiles(t *testing.T) {
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		t.Skip("needs permissions that count")
	}
	n := open(t)
	folder := fill(t, map[string]string{"a/b": "1", "c": "2", "d": "3"})
	n.put("a/gone", "stays")
	for _, name := range []string{"a", "c"} {
		if err := os.Chmod(filepath.Join(folder, name), 0); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(folder, "a"), 0o700) })
	expect(t, n.run(Job{Folder: folder, Compare: CompareSize, Delete: true}), 1, 0, 0, 0, 3)
	if keys := n.keys(); !slices.Equal(keys, []string{"a/gone", "d"}) {
		t.Fatal(keys)
	}
}

// More objects than a page of a listing and a request to delete have, and one whose key is the prefix.
func TestManyObjects(t *testing.T) {
	n := open(t)
	const count = 1100
	many := map[string]string{}
	for number := range count {
		many[fmt.Sprintf("%d/%d", number%7, number)] = ""
	}
	folder := fill(t, many)
	expect(t, n.run(Job{Folder: folder}), count, 0, 0, 0, 0)
	n.put("", "")
	expect(t, n.run(Job{Folder: folder, Compare: CompareSizeTime, Delete: true}), 0, count, 0, 0, 0)
	target := t.TempDir()
	expect(t, n.run(Job{Folder: target, Direction: Down}), count, 0, 0, 0, 0)
	if found := content(t, target); !maps.Equal(found, many) {
		t.Fatal(len(found))
	}
	expect(t, n.run(Job{Folder: t.TempDir(), Compare: CompareSize, Delete: true}), 0, 0, count, 0, 0)
	if keys := n.keys(); len(keys) != 1 {
		t.Fatal(keys)
	}
}
