package serialized

import (
	"strings"
	"testing"

	"libuplink/internal/check"
	"libuplink/internal/fail"
)

func TestCheck(t *testing.T) {
	for _, text := range []string{"1", "13Yq", "1" + strings.Repeat("z", Longest-1)} {
		if err := Check(text, "a grant"); err != nil {
			t.Errorf("%.20s: %v", text, err)
		}
	}
	for _, text := range []string{
		"", "2abc", "1ab0", "1ab l", "1abé", "1ab\x00", "1" + strings.Repeat("z", Longest),
	} {
		err := Check(text, "a grant")
		check.Error(t, err, fail.CodeInternal, fail.DetailInvalidAccess)
		if !strings.Contains(err.Error(), "not a grant") || text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}
