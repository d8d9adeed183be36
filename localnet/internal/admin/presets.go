package admin

import (
	"maps"
	"slices"
	"strings"

	"uplink-localnet/internal/satellite/store"
)

// presets are sets of limits that have a name.
var presets = map[string]store.Limits{"storj": store.StorjLimits}

// CheckPreset returns an error unless there is a preset with the name.
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

// UsePreset gives all projects, also future ones, the limits of a preset. Other
// limits stay.
func (a *Admin) UsePreset(name string) error {
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
			for _, limit := range limitFields {
				if value := *limit.field(&preset); value > 0 {
					*limit.field(&p.Limits) = value
				}
			}
			if err := tx.PutProject(p); err != nil {
				return err
			}
		}
		return tx.SetSetting(presetSetting, []byte(name))
	})
}
