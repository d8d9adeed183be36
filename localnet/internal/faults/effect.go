package faults

import "math"

// Effect is one thing that a fault can do. What faults refuse and combine is
// derived from the table of effects, and so are the flags of the command line.
type Effect struct {
	// Name is the effect's name in JSON. The command line has - for _.
	Name string
	// Field returns a pointer to the effect's value in a fault: a *bool, a
	// *Seconds, a *float64 or a **int64.
	Field func(*Fault) any

	// number bounds the value, if it is a number.
	number bounds
	// nodesOnly is set where the effect needs pieces, which only nodes have.
	nodesOnly bool
	// onCall is set where the effect can be restricted to calls.
	onCall bool
	// excludes are effects that are impossible at the same time, and why.
	excludes []string
	because  string
	// apply adds the effect to all that is wrong at an end.
	apply func(*effects, *active)
}

// bounds are the least and the largest value of a number, in numbers and in
// words.
type bounds struct {
	low, high float64
	words     string
}

var (
	upToMillionSeconds = bounds{0, 1e6, "between 0 and a million seconds"}
	upToMillionMbit    = bounds{0, 1e6, "between 0 and a million Mbit/s"}
	aroundZero         = bounds{-1e9, 1e9, "between minus and plus a billion seconds"}
	notNegative        = bounds{0, math.Inf(1), "at least 0 bytes"}
)

// Effects is the table of all effects.
var Effects = []Effect{
	{
		Name:     "down",
		Field:    func(f *Fault) any { return &f.Down },
		apply:    func(e *effects, a *active) { e.down = a },
		excludes: []string{"frozen", "refusing", "losing", "full", "corrupting", "delay", "rtt", "mbit", "cut_after"},
		because:  "what is down has no connections",
	},
	{
		Name:     "frozen",
		Field:    func(f *Fault) any { return &f.Frozen },
		apply:    func(e *effects, a *active) { e.frozen = a },
		excludes: []string{"refusing", "losing", "full", "corrupting", "delay", "cut_after"},
		because:  "what is frozen neither reads nor writes",
	},
	{
		Name:     "refusing",
		Field:    func(f *Fault) any { return &f.Refusing },
		apply:    func(e *effects, a *active) { e.refusing = a },
		excludes: []string{"losing", "full", "corrupting", "delay"},
		because:  "what refuses each call does nothing else with it",
	},
	{
		Name:      "losing",
		Field:     func(f *Fault) any { return &f.Losing },
		apply:     func(e *effects, a *active) { e.losing = a },
		nodesOnly: true,
		excludes:  []string{"corrupting"},
		because:   "a piece that is lost cannot be downloaded",
	},
	{
		Name:      "full",
		Field:     func(f *Fault) any { return &f.Full },
		apply:     func(e *effects, a *active) { e.full = a },
		nodesOnly: true,
	},
	{
		Name:      "corrupting",
		Field:     func(f *Fault) any { return &f.Corrupting },
		apply:     func(e *effects, a *active) { e.corrupting = a },
		nodesOnly: true,
	},
	{
		Name:   "delay",
		Field:  func(f *Fault) any { return &f.Delay },
		apply:  func(e *effects, a *active) { e.slow, e.delay = a, a.Delay.Duration() },
		number: upToMillionSeconds,
		onCall: true,
	},
	{
		Name:   "skew",
		Field:  func(f *Fault) any { return &f.Skew },
		apply:  func(e *effects, a *active) { e.skew = a.Skew.Duration() },
		number: aroundZero,
	},
	{
		Name:   "rtt",
		Field:  func(f *Fault) any { return &f.RTT },
		apply:  func(e *effects, a *active) { e.rtt = a.RTT.Duration() },
		number: upToMillionSeconds,
	},
	{
		Name:   "mbit",
		Field:  func(f *Fault) any { return &f.Mbit },
		apply:  func(e *effects, a *active) { e.bandwidth = a.Mbit * 1e6 / 8 },
		number: upToMillionMbit,
	},
	{
		Name:   "cut_after",
		Field:  func(f *Fault) any { return &f.CutAfter },
		apply:  func(e *effects, a *active) { e.cut = a },
		number: notNegative,
		onCall: true,
	},
}

// value returns the effect's value in a fault as a number, and reports whether
// the fault has the effect.
func (e *Effect) value(f *Fault) (value float64, has bool) {
	switch field := e.Field(f).(type) {
	case *bool:
		return 0, *field
	case *Seconds:
		return float64(*field), *field != 0
	case *float64:
		return *field, *field != 0
	case **int64:
		if *field == nil {
			return 0, false
		}
		return float64(**field), true
	}
	panic("an effect of no known type: " + e.Name)
}

// effectsOf returns the effects that a fault has.
func effectsOf(f *Fault) (list []*Effect) {
	for i := range Effects {
		if _, has := Effects[i].value(f); has {
			list = append(list, &Effects[i])
		}
	}
	return list
}
