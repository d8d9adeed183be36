package admin

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"uplink-localnet/internal/control"
	"uplink-localnet/internal/satellite/store"
)

// limitFields are all limits: their names, and their fields.
var limitFields = []struct {
	name  string
	field func(*store.Limits) *int64
}{
	{"requests", func(l *store.Limits) *int64 { return &l.Requests }},
	{"key-writes", func(l *store.Limits) *int64 { return &l.KeyWrites }},
	{"storage", func(l *store.Limits) *int64 { return &l.Storage }},
	{"segments", func(l *store.Limits) *int64 { return &l.Segments }},
	{"bandwidth", func(l *store.Limits) *int64 { return &l.Bandwidth }},
	{"buckets", func(l *store.Limits) *int64 { return &l.Buckets }},
	{"metadata", func(l *store.Limits) *int64 { return &l.Metadata }},
	{"part-size", func(l *store.Limits) *int64 { return &l.PartSize }},
}

// LimitNames are the names of all limits.
var LimitNames = func() (names []string) {
	for _, limit := range limitFields {
		names = append(names, limit.name)
	}
	return names
}()

// setLimit sets one limit by its name; 0 is no limit.
func setLimit(l *store.Limits, name string, value int64) error {
	if value < 0 {
		return usageErrorf("the limit %s must not be negative", name)
	}
	i := slices.Index(LimitNames, name)
	if i < 0 {
		return usageErrorf("unknown limit %q; there are %s", name, strings.Join(LimitNames, ", "))
	}
	*limitFields[i].field(l) = value
	return nil
}

// Limits are limits by their names. In JSON they are numbers, or texts as on the
// command line.
type Limits map[string]int64

// UnmarshalJSON reads numbers, and texts such as "5GB".
func (l *Limits) UnmarshalJSON(data []byte) error {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(data, &given); err != nil {
		return err
	}
	*l = Limits{}
	for name, value := range given {
		text := string(value)
		var unquoted *string // stays nil for null
		if json.Unmarshal(value, &unquoted) == nil && unquoted != nil {
			text = *unquoted
		}
		number, err := parseLimit(name, text)
		if err != nil {
			return control.Refuse("%v", err)
		}
		(*l)[name] = number
	}
	return nil
}

// LimitRequest sets some limits of a project. Without limits it shows them.
type LimitRequest struct {
	Project string `json:"project,omitempty"`
	Limits  Limits `json:"limits"`
}

// Limit sets some limits of a project, and returns all. They act from the next
// request on.
func (a *Admin) Limit(request LimitRequest) (store.Limits, error) {
	for name, value := range request.Limits {
		if err := setLimit(new(store.Limits), name, value); err != nil {
			return store.Limits{}, err
		}
	}
	return a.SetLimits(request.Project, func(l *store.Limits) {
		for name, value := range request.Limits {
			_ = setLimit(l, name, value)
		}
	})
}

// SetLimits changes the limits of a project, and returns all.
func (a *Admin) SetLimits(project string, change func(*store.Limits)) (limits store.Limits, err error) {
	err = a.store.Update(func(tx *store.Tx) error {
		p, err := needProject(tx, project)
		if err != nil {
			return err
		}
		change(&p.Limits)
		limits = p.Limits
		return tx.PutProject(p)
	})
	return limits, err
}

// ParseLimit parses a limit like storage=5GB.
func ParseLimit(text string) (name string, value int64, err error) {
	name, number, ok := strings.Cut(text, "=")
	if !ok {
		return "", 0, usageErrorf("%q is not a limit like storage=5GB", text)
	}
	value, err = parseLimit(name, number)
	return name, value, err
}

// parseLimit parses the value of a limit.
func parseLimit(name, text string) (int64, error) {
	value, ok := parseSize(text)
	if err := setLimit(new(store.Limits), name, value); err != nil {
		return 0, err
	}
	if !ok {
		return 0, usageErrorf("the limit %s must be a whole number or a size like 20KB or 3MiB, not %q", name, text)
	}
	return value, nil
}

// units are the endings of sizes.
var units = map[string]int64{
	"": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
}

// maxSize is the largest size, so that sums of a few sizes do not overflow.
const maxSize = 1 << 62

// parseSize parses a number like 5, 20KB or 3MiB, and reports whether it is one.
func parseSize(text string) (int64, bool) {
	digits := strings.TrimRight(text, "BKMGTi")
	unit, known := units[text[len(digits):]]
	n, err := strconv.ParseInt(digits, 10, 64)
	// A number has no plus sign and no leading zeros.
	canonical := strconv.FormatInt(n, 10) == digits
	if err != nil || !known || !canonical || n > maxSize/unit {
		return 0, false
	}
	return n * unit, true
}
