package faults

import (
	"encoding/json"
	"slices"
	"testing"
)

// TestEffectsHaveTheirNamesInJSON sets each effect of the table, and looks for
// its name in the fault's JSON.
func TestEffectsHaveTheirNamesInJSON(t *testing.T) {
	for _, effect := range Effects {
		var fault Fault
		switch field := effect.Field(&fault).(type) {
		case *bool:
			*field = true
		case *Seconds:
			*field = 1
		case *float64:
			*field = 1
		case **int64:
			*field = new(int64)
		}
		data, err := json.Marshal(fault)
		check(t, err)
		var fields map[string]any
		check(t, json.Unmarshal(data, &fields))
		if len(fields) != 1 || fields[effect.Name] == nil {
			t.Errorf("%s: %s", effect.Name, data)
		}
		if has := effectsOf(&fault); len(has) != 1 || has[0].Name != effect.Name {
			t.Errorf("%s: %+v", effect.Name, has)
		}
	}
}

func TestContradictionsNameEffects(t *testing.T) {
	for i, effect := range Effects {
		for _, other := range effect.excludes {
			// Pairs are checked in the order of the table.
			if !slices.ContainsFunc(Effects[i+1:], func(e Effect) bool { return e.Name == other }) {
				t.Errorf("%s excludes %s, which does not follow it", effect.Name, other)
			}
		}
		if (len(effect.excludes) > 0) != (effect.because != "") {
			t.Errorf("%s: %q because %q", effect.Name, effect.excludes, effect.because)
		}
	}
}
