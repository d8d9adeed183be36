package pace

import "time"

const (
	// Satellites accept one write a second to one key.
	keyInterval = time.Second
	// Repeated writes to a key leave this much more time between them.
	keyMargin = keyInterval / 50
	// After this long without a refusal, writes to a key need not wait.
	forgetKeyAfter = 5 * time.Second
	// Refusals of two keys within this time mean that the project makes too many requests.
	coincidence = time.Second
	// The number of keys that are remembered before the first sweep.
	firstSweep = 4096
)

// keys holds the keys that were written while there was a limit.
type keys struct {
	lines   map[string]*key
	suspect suspect
	sweepAt int // the number of keys at which get sweeps
}

// key is an object key. Its line is where the writes to it wait.
type key struct {
	line
	written time.Time // the last accepted write
	refused time.Time // the last refused write
}

// suspect is the last refused write that may have been one too many for its key or for its project.
type suspect struct {
	key string
	at  time.Time
}

func newKeys() keys { return keys{lines: map[string]*key{}, sweepAt: firstSweep} }

func (k *keys) none() bool { return len(k.lines) == 0 }

// busy returns the line in which writes to a key wait, or nil if they need not wait.
func (k *keys) busy(name string) *line {
	one := k.lines[name]
	if one != nil && (len(one.waiting) > 0 || time.Since(one.refused) < forgetKeyAfter) {
		return &one.line
	}
	return nil
}

// get returns a key, and adds it if it is new. When there are many keys, it first removes those
// without recent writes.
func (k *keys) get(name string) *key {
	if one := k.lines[name]; one != nil {
		return one
	}
	if len(k.lines) >= k.sweepAt {
		k.sweep()
	}
	one := &key{line: line{interval: func(time.Time) time.Duration { return keyInterval + keyMargin }}}
	k.lines[name] = one
	return one
}

// sweep removes the keys that were neither written nor refused of late.
func (k *keys) sweep() {
	for name, one := range k.lines {
		calm := min(time.Since(one.written), time.Since(one.refused))
		if len(one.waiting) == 0 && calm > forgetKeyAfter {
			delete(k.lines, name)
		}
	}
	k.sweepAt = max(firstSweep, 2*len(k.lines))
}

// blame reports whether a refused write was one too many for its key, and not for the project. A
// write to a key that was written or refused a moment ago was. Otherwise, while the project has no
// rate, the key is blamed unless a write to another key was refused at about the same time.
func (k *keys) blame(name string, now time.Time, projectHasRate bool) bool {
	one := k.lines[name]
	if one != nil && (now.Sub(one.written) < 2*keyInterval || now.Sub(one.refused) < forgetKeyAfter) {
		return true
	}
	if projectHasRate {
		return false
	}
	before := k.suspect
	k.suspect = suspect{name, now}
	return before.key == name || now.Sub(before.at) > coincidence
}

// refuse makes the next writes to the key wait. The first of them is due in a second at most.
func (k *key) refuse(now time.Time) {
	k.refused = now
	k.next = now.Add(keyInterval / 2)
}
