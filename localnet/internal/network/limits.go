package network

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"uplink-localnet/internal/satellite/store"
)

// LimitNames are the limits that there are, in the order of their fields.
var LimitNames = []string{"requests", "key-writes", "storage", "segments", "bandwidth", "buckets", "metadata", "part-size"}

func limitFields(l *store.Limits) []*int64 {
	return []*int64{&l.Requests, &l.KeyWrites, &l.Storage, &l.Segments, &l.Bandwidth, &l.Buckets, &l.Metadata, &l.PartSize}
}

// SetLimit sets one limit by its name; 0 is no limit.
func SetLimit(l *store.Limits, name string, value int64) error {
	if value < 0 {
		return usageErrorf("the limit %s must not be negative", name)
	}
	i := slices.Index(LimitNames, name)
	if i < 0 {
		return usageErrorf("unknown limit %q; there are %s", name, strings.Join(LimitNames, ", "))
	}
	*limitFields(l)[i] = value
	return nil
}

// parseSize reads a number like 5, 20KB, 3MiB, and reports whether it is one.
func parseSize(text string) (int64, bool) {
	units := map[string]int64{"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}
	digits := strings.TrimRight(text, "BKMGTi")
	unit, ok := units[text[len(digits):]]
	var n int64
	if _, err := fmt.Sscanf(digits, "%d", &n); err != nil || !ok || fmt.Sprint(n) != digits || n > (1<<62)/unit {
		return 0, false
	}
	return n * unit, true
}

// ParseLimit reads a limit like storage=5GB.
func ParseLimit(text string) (name string, value int64, err error) {
	name, number, ok := strings.Cut(text, "=")
	if !ok {
		return "", 0, usageErrorf("%q is not a limit like storage=5GB", text)
	}
	value, err = parseLimit(name, number)
	return name, value, err
}

// parseLimit reads the value of a limit.
func parseLimit(name, text string) (int64, error) {
	value, ok := parseSize(text)
	if err := SetLimit(new(store.Limits), name, value); err != nil {
		return 0, err
	}
	if !ok {
		return 0, usageErrorf("the limit %s must be a whole number or a size like 20KB or 3MiB, not %q", name, text)
	}
	return value, nil
}

// presets are sets of limits that have a name.
var presets = map[string]store.Limits{"storj": store.StorjLimits}

// CheckPreset fails unless there is a preset with the name.
func CheckPreset(name string) error {
	if _, ok := presets[name]; !ok {
		return usageErrorf("unknown limits %q; there are %s", name, strings.Join(slices.Sorted(maps.Keys(presets)), ", "))
	}
	return nil
}

// presetSetting has the name of the preset that new projects begin with.
const presetSetting = "limits-preset"

// newLimits returns the limits of a new project.
func newLimits(tx *store.Tx) store.Limits {
	if limits, ok := presets[string(tx.Setting(presetSetting))]; ok {
		return limits
	}
	return store.DefaultLimits
}

// usePreset gives all projects, also future ones, the limits of a preset. Limits
// that the preset does not name stay.
func (a *Admin) usePreset(name string) error {
	if err := CheckPreset(name); err != nil {
		return err
	}
	preset := presets[name]
	return a.store.Update(func(tx *store.Tx) error {
		var projects []*store.Project
		err := tx.EachProject(func(p *store.Project) error {
			projects = append(projects, p)
			return nil
		})
		if err != nil {
			return err
		}
		for _, p := range projects {
			for i, value := range limitFields(&preset) {
				if *value > 0 {
					*limitFields(&p.Limits)[i] = *value
				}
			}
			if err := tx.PutProject(p); err != nil {
				return err
			}
		}
		return tx.SetSetting(presetSetting, []byte(name))
	})
}
