package argument

import (
	"os"
	"path/filepath"
	"testing"
)

func TestPathsBecomeAbsolute(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	current, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	separator := string(filepath.Separator)
	for given, want := range map[string]string{
		"":                 "",
		folder:             folder,
		"file":             current + separator + "file",
		"link/../file":     current + separator + "link/../file",
		"folder/":          current + separator + "folder/",
		separator + "file": separator + "file",
	} {
		if got := AbsolutePath(given); got != want {
			t.Errorf("%q becomes %q, not %q", given, got, want)
		}
	}
}
