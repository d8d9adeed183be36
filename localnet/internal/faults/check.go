package faults

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// prepare refuses what cannot be meant, and fills in what was left out.
func (f *Fault) prepare(nodes int) error {
	if !f.Satellite && !f.onNodes() {
		return errors.New("the fault says neither satellite nor nodes")
	}
	for _, number := range f.Nodes {
		if number < 0 || number >= nodes {
			return fmt.Errorf("there is no node %d: they are numbered from 0 to %d", number, nodes-1)
		}
	}
	if f.Satellite && (f.Corrupting || f.Losing || f.Full) {
		return errors.New("only nodes can be corrupting, losing or full")
	}
	if err := cmp.Or(f.checkNumbers(), f.checkEffects()); err != nil {
		return err
	}
	if err := f.prepareCall(); err != nil {
		return err
	}
	if err := f.prepareError(); err != nil {
		return err
	}
	if f.Call == "" && len(f.effects()) == 0 {
		return errors.New("the fault does not say what happens")
	}
	return nil
}

func (f *Fault) onNodes() bool { return f.AllNodes || len(f.Nodes) > 0 }

// effects are the names of those that are set.
func (f *Fault) effects() (names []string) {
	for _, effect := range []struct {
		name string
		set  bool
	}{
		{"down", f.Down},
		{"frozen", f.Frozen},
		{"refusing", f.Refusing},
		{"losing", f.Losing},
		{"full", f.Full},
		{"corrupting", f.Corrupting},
		{"delay", f.Delay != 0},
		{"skew", f.Skew != 0},
		{"rtt", f.RTT != 0},
		{"mbit", f.Mbit != 0},
		{"cut_after", f.CutAfter != nil},
	} {
		if effect.set {
			names = append(names, effect.name)
		}
	}
	return names
}

// contradictions are the effects that leave no room for others.
var contradictions = map[string]struct {
	others []string
	reason string
}{
	"down": {
		[]string{"frozen", "refusing", "losing", "full", "corrupting", "delay", "rtt", "mbit", "cut_after"},
		"what is down has no connections",
	},
	"frozen": {
		[]string{"refusing", "losing", "full", "corrupting", "delay", "cut_after"},
		"what is frozen answers nothing",
	},
	"refusing": {
		[]string{"losing", "full", "corrupting", "delay"},
		"what refuses each call does nothing else with it",
	},
	"losing": {
		[]string{"corrupting"},
		"a piece that is lost cannot be downloaded",
	},
}

// checkEffects refuses effects that contradict each other.
func (f *Fault) checkEffects() error {
	effects := f.effects()
	for i, first := range effects {
		for _, second := range effects[i+1:] {
			if c := contradictions[first]; slices.Contains(c.others, second) {
				return fmt.Errorf("%s and %s contradict each other: %s", first, second, c.reason)
			}
		}
	}
	return nil
}

// checkNumbers refuses numbers that are out of range.
func (f *Fault) checkNumbers() error {
	for _, number := range []struct {
		name, unit string
		value      float64
	}{
		{"delay", "seconds", f.Delay},
		{"rtt", "seconds", f.RTT},
		{"mbit", "Mbit/s", f.Mbit},
	} {
		if !(number.value >= 0 && number.value <= 1e6) { // NaN is neither
			return fmt.Errorf("%s must be between 0 and a million %s, not %g", number.name, number.unit, number.value)
		}
	}
	switch {
	case !(math.Abs(f.Skew) <= 1e9):
		return fmt.Errorf("skew must be between minus and plus a billion seconds, not %g", f.Skew)
	case f.CutAfter != nil && *f.CutAfter < 0:
		return fmt.Errorf("cut_after must be at least 0 bytes, not %d", *f.CutAfter)
	case f.Nth != nil && *f.Nth < 1:
		return fmt.Errorf("nth must be at least 1, which is the next call, not %d", *f.Nth)
	case f.Times != nil && *f.Times < 0:
		return fmt.Errorf("times must be at least 1, or 0 for all, not %d", *f.Times)
	}
	return nil
}

// prepareCall takes care of what is for a call alone.
func (f *Fault) prepareCall() error {
	if f.Call == "" {
		if f.Nth != nil || f.Times != nil || f.After || (f.Code+f.Text != "" && !f.Refusing) {
			return errors.New("nth, times, after, code and text belong to a call")
		}
		return nil
	}
	for _, effect := range f.effects() {
		if effect != "delay" && effect != "cut_after" {
			return fmt.Errorf("a call can be answered with an error, delayed or cut; %s is a fault of its own", effect)
		}
	}
	if f.CutAfter != nil && f.Code+f.Text != "" {
		return errors.New("a call is answered with an error or cut, not both")
	}
	one := 1
	if f.Nth == nil {
		f.Nth = &one
	}
	if f.Times == nil {
		f.Times = &one
	}
	if f.Code == "" && f.CutAfter == nil && f.Delay == 0 {
		f.Code = defaultCode
	}
	return f.prepareName()
}

// prepareName takes a call's name in capital or small letters, and refuses one
// that there is not.
func (f *Fault) prepareName() error {
	same := func(name string) bool { return strings.EqualFold(name, f.Call) }
	satellite, node := slices.IndexFunc(satelliteCalls, same), slices.IndexFunc(nodeCalls, same)
	switch {
	case f.Satellite && satellite >= 0:
		f.Call = satelliteCalls[satellite]
	case f.onNodes() && node >= 0:
		f.Call = nodeCalls[node]
	case satellite >= 0:
		return fmt.Errorf("nodes answer no %s, but the satellite does; nodes answer %s", satelliteCalls[satellite], strings.Join(nodeCalls, " and "))
	case node >= 0:
		return fmt.Errorf("the satellite answers no %s, but nodes do", nodeCalls[node])
	default:
		there := nearest(f.Call, append(slices.Clone(satelliteCalls), nodeCalls...))
		return fmt.Errorf("there is no call %q; there are %s", f.Call, strings.Join(there, ", "))
	}
	return nil
}

// prepareError completes the error that calls are answered with.
func (f *Fault) prepareError() error {
	if !f.Refusing && f.Code+f.Text == "" {
		return nil
	}
	if f.Code == "" {
		f.Code = defaultCode
	}
	if f.Text == "" {
		f.Text = defaultText
	}
	for _, code := range codes {
		if strings.EqualFold(code.String(), f.Code) {
			f.Code = code.String()
			return nil
		}
	}
	var names []string
	for _, code := range codes {
		names = append(names, code.String())
	}
	return fmt.Errorf("there is no code %q; there are %s", f.Code, strings.Join(nearest(f.Code, names), ", "))
}
