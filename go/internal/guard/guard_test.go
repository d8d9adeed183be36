package guard

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAPanicAfterATimeEndsNothing(t *testing.T) {
	ran := make(chan struct{})
	After(0, func() {
		defer close(ran)
		panic("a defect")
	})
	<-ran
	time.Sleep(20 * time.Millisecond) // the process would have ended
}

// Each function that runs later is guarded.
func TestTimersAreGuarded(t *testing.T) {
	module := filepath.Join("..", "..")
	err := filepath.WalkDir(module, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Name() == "vendor" {
			return filepath.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if filepath.Base(path) != "guard.go" && strings.Contains(string(text), "time.AfterFunc") {
			t.Errorf("%s runs a function later that is not guarded", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
