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

func TestDescriptors(t *testing.T) {
	for given, wrong := range map[[2]int64]bool{{0, 0}: false, {3, 1 << 40}: false, {-1, 0}: true, {3, -1}: true} {
		if err := CheckDescriptor(given[0], given[1]); (err != nil) != wrong {
			t.Error(given, err)
		}
	}
}
