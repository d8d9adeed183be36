package admin

import (
	"errors"
	"strings"
	"testing"

	"uplink-localnet/internal/satellite/store"
)

func TestParseLimit(t *testing.T) {
	for text, want := range map[string]int64{
		"storage=0": 0, "storage=7": 7, "storage=7B": 7, "storage=20KB": 20_000, "bandwidth=3MiB": 3 << 20,
		"storage=3GiB": 3 << 30, "key-writes=3": 3, "storage=2TB": 2e12,
	} {
		name, value, err := ParseLimit(text)
		if err != nil || value != want || !strings.HasPrefix(text, name+"=") {
			t.Errorf("%s: %s, %d, %v", text, name, value, err)
		}
	}
	for text, want := range map[string]string{
		"storage":                          "not a limit like storage=5GB",
		"speed=3":                          `unknown limit "speed"; there are requests, key-writes, `,
		"storage=-1":                       "must not be negative",
		"storage=":                         "must be a whole number",
		"storage=KB":                       "must be a whole number",
		"storage=1.5MB":                    "must be a whole number",
		"storage=01":                       "must be a whole number",
		"storage=3XB":                      "must be a whole number",
		"storage=99999999999TB":            "must be a whole number",
		"storage=123456789012345678901234": "must be a whole number",
	} {
		_, _, err := ParseLimit(text)
		var usage *UsageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestLimitFields sets each limit, and checks that it is another field.
func TestLimitFields(t *testing.T) {
	var limits store.Limits
	for i, limit := range limitFields {
		check(t, setLimit(&limits, limit.name, int64(i+1)))
	}
	for i, limit := range limitFields {
		if got := *limit.field(&limits); got != int64(i+1) {
			t.Errorf("%s is %d", limit.name, got)
		}
	}
	if err := setLimit(&limits, "storage", -1); err == nil {
		t.Error("a negative limit")
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
