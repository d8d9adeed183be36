package faults

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// prepare refuses a fault that makes no sense, and fills in defaults.
func (f *Fault) prepare(nodes int) error {
	if err := f.checkEnds(nodes); err != nil {
		return err
	}
	if err := f.checkEffects(); err != nil {
		return err
	}
	if err := f.prepareCall(); err != nil {
		return err
	}
	if err := f.prepareError(); err != nil {
		return err
	}
	if f.Call == "" && len(effectsOf(f)) == 0 {
		return errors.New("the fault does not name what happens")
	}
	return nil
}

// checkEnds refuses a fault without ends, and nodes that do not exist.
func (f *Fault) checkEnds(nodes int) error {
	if !f.Satellite && !f.onNodes() {
		return errors.New("the fault names neither satellite nor nodes")
	}
	for _, number := range f.Nodes {
		if number < 0 || number >= nodes {
			return fmt.Errorf("there is no node %d: they are numbered from 0 to %d", number, nodes-1)
		}
	}
	return nil
}

// checkEffects refuses effects that are impossible, by themselves or together.
func (f *Fault) checkEffects() error {
	effects := effectsOf(f)
	for i, effect := range effects {
		if effect.nodesOnly && f.Satellite {
			return errors.New("only nodes can be corrupting, losing or full")
		}
		if err := effect.checkNumber(f); err != nil {
			return err
		}
		for _, second := range effects[i+1:] {
			if slices.Contains(effect.excludes, second.Name) {
				return fmt.Errorf("%s and %s contradict each other: %s", effect.Name, second.Name, effect.because)
			}
		}
	}
	return nil
}

// checkNumber refuses a number that is out of bounds.
func (e *Effect) checkNumber(f *Fault) error {
	value, _ := e.value(f)
	if inside := value >= e.number.low && value <= e.number.high; !inside { // NaN is not inside
		return fmt.Errorf("%s must be %s, not %g", e.Name, e.number.words, value)
	}
	return nil
}

// prepareCall checks and completes the settings that belong to a call.
func (f *Fault) prepareCall() error {
	if f.Call == "" {
		if f.Nth != nil || f.Times != nil || f.After || (f.Code+f.Text != "" && !f.Refusing) {
			return errors.New("nth, times, after, code and text belong to a call")
		}
		return nil
	}
	for _, effect := range effectsOf(f) {
		if !effect.onCall {
			return fmt.Errorf("a call can fail with an error, be delayed or be cut; %s is a fault of its own", effect.Name)
		}
	}
	if f.CutAfter != nil && f.Code+f.Text != "" {
		return errors.New("a call fails with an error or is cut, not both")
	}
	if err := f.prepareCounts(); err != nil {
		return err
	}
	if f.Code == "" && f.CutAfter == nil && f.Delay == 0 {
		f.Code = defaultCode
	}
	return f.prepareName()
}

// prepareCounts checks and completes which calls fail.
func (f *Fault) prepareCounts() error {
	one := 1
	if f.Nth == nil {
		f.Nth = &one
	}
	if f.Times == nil {
		f.Times = &one
	}
	if *f.Nth < 1 {
		return fmt.Errorf("nth must be at least 1, which is the next call, not %d", *f.Nth)
	}
	if *f.Times < 0 {
		return fmt.Errorf("times must be at least 1, or 0 for all, not %d", *f.Times)
	}
	return nil
}

// prepareName spells the call's name as the protocol does, and refuses a name
// that its ends do not have.
func (f *Fault) prepareName() error {
	same := func(name string) bool { return strings.EqualFold(name, f.Call) }
	satellite, node := slices.IndexFunc(satelliteCalls, same), slices.IndexFunc(nodeCalls, same)
	switch {
	case f.Satellite && satellite >= 0:
		f.Call = satelliteCalls[satellite]
	case f.onNodes() && node >= 0:
		f.Call = nodeCalls[node]
	case satellite >= 0:
		return fmt.Errorf("nodes have no call %s, but the satellite has; nodes have %s", satelliteCalls[satellite], strings.Join(nodeCalls, " and "))
	case node >= 0:
		return fmt.Errorf("the satellite has no call %s, but nodes have", nodeCalls[node])
	default:
		there := nearest(f.Call, append(slices.Clone(satelliteCalls), nodeCalls...))
		return fmt.Errorf("there is no call %q; there are %s", f.Call, strings.Join(there, ", "))
	}
	return nil
}

// prepareError checks and completes the error that calls fail with.
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
