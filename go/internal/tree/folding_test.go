package tree

import (
	"context"
	"maps"
	"os"
	"sync"
	"testing"

	"libuplink/internal/check"
)

// pretendFolding makes jobs believe that names in folders do not differ in case.
func pretendFolding(t *testing.T) {
	former := foldsNames
	foldsNames = func(*os.Root) bool { return true }
	t.Cleanup(func() { foldsNames = former })
}

func TestADownloadDeletesNoFileThatAKeyOfAnotherCaseStandsFor(t *testing.T) {
	n := open(t)
	n.put("photo.jpg", "new")
	folder := fill(t, map[string]string{"Photo.JPG": "old", "other": "extra"})
	pretendFolding(t)
	expect(t, n.run(Job{Direction: Down, Folder: folder, Compare: CompareSize, Delete: true}), 1, 0, 1, 0, 0)
	// This file system has both names. One that folds names has one file, which must stay.
	if got := content(t, folder); !maps.Equal(got, map[string]string{"photo.jpg": "new", "Photo.JPG": "old"}) {
		t.Fatal(got)
	}
}

func TestTwoKeysThatFallOntoOneName(t *testing.T) {
	n := open(t)
	n.put("A/photo", "first")
	n.put("a/Photo", "second")
	folder := t.TempDir()
	pretendFolding(t)
	expect(t, n.run(Job{Direction: Down, Folder: folder, Compare: CompareSize, Delete: true}), 1, 0, 0, 0, 1)
	// A listing is in the order of the encrypted keys.
	got := content(t, folder)
	if !maps.Equal(got, map[string]string{"A/photo": "first"}) && !maps.Equal(got, map[string]string{"a/Photo": "second"}) {
		t.Fatal(got)
	}
}

func TestFileSystemsThatFoldNamesAreFound(t *testing.T) {
	folder := t.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := os.WriteFile(folder+"/name", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	_, err = os.Stat(folder + "/NAME")
	if folds := err == nil; foldsNames(root) != folds {
		t.Fatal(folds)
	}
	if got := content(t, folder); !maps.Equal(got, map[string]string{"name": ""}) {
		t.Fatal(got)
	}
}

// Another job may walk through the folder while the file is there, or after the process was killed.
func TestTheFileThatLooksForFoldingIsNotCopied(t *testing.T) {
	folder := t.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		for ctx.Err() == nil {
			foldsNames(root)
		}
	})
	defer group.Wait()
	defer cancel()
	check.Eventually(t, "the file", func() bool {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if !isPartial(entry.Name()) {
				t.Fatalf("%q is taken for a file of the folder", entry.Name())
			}
		}
		return len(entries) > 0
	})
}
