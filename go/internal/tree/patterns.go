package tree

import (
	"path"
	"strings"

	"libuplink/internal/fail"
)

// filter decides which paths a job is about.
type filter struct{ include, exclude []pattern }

// pattern is a pattern for the parts of a path: path.Match for each part, and "**" for any number of
// parts.
type pattern []string

// newFilter returns a filter, or an error about a pattern.
func newFilter(include, exclude []string) (*filter, error) {
	f := &filter{}
	for _, list := range []struct {
		texts  []string
		target *[]pattern
	}{{include, &f.include}, {exclude, &f.exclude}} {
		for _, text := range list.texts {
			parsed, err := parsePattern(text)
			if err != nil {
				return nil, err
			}
			*list.target = append(*list.target, parsed)
		}
	}
	return f, nil
}

// parsePattern returns a pattern. A pattern without a slash, but for one at its end, is for names in
// any folder.
func parsePattern(text string) (pattern, error) {
	parts := strings.Split(strings.TrimSuffix(strings.TrimPrefix(text, "/"), "/"), "/")
	for _, part := range parts {
		if _, err := path.Match(part, ""); err != nil || part == "" {
			return nil, fail.InvalidArgument("%q is not a pattern for paths", text)
		}
	}
	if len(parts) == 1 && !strings.HasPrefix(text, "/") {
		return pattern{"**", parts[0]}, nil
	}
	return parts, nil
}

// includes reports whether the job is about the path of a file.
func (f *filter) includes(file string) bool {
	return !f.excludes(file) && (len(f.include) == 0 || matchAny(f.include, file))
}

// excludes reports whether the path of a file or folder is excluded, so that all below it is.
func (f *filter) excludes(file string) bool { return matchAny(f.exclude, file) }

// matchAny reports whether a pattern matches the path, or that of a folder above it.
func matchAny(patterns []pattern, file string) bool {
	if len(patterns) == 0 {
		return false
	}
	parts := strings.Split(file, "/")
	for _, p := range patterns {
		if p.matchesStart(parts) {
			return true
		}
	}
	return false
}

// matchesStart reports whether the pattern matches the parts, or at least one part from the first
// one on. If a part does not match, the last "**" takes one more: an earlier one need not.
func (p pattern) matchesStart(parts []string) bool {
	anyParts, taken := -1, 0 // the last "**", and the number of parts before what follows it
	for at, next := 0, 0; at < len(p); {
		switch {
		case next < len(parts) && p[at] == "**":
			anyParts, taken = at, next
			at++
		case next < len(parts) && matchesPart(p[at], parts[next]):
			at, next = at+1, next+1
		case anyParts >= 0 && taken+1 < len(parts):
			taken++
			at, next = anyParts+1, taken
		default:
			return false
		}
	}
	return true
}

// matchesPart reports whether a part of a pattern, which is not "**", matches a part of a path.
func matchesPart(part, name string) bool {
	matches, _ := path.Match(part, name) // parsePattern has checked the pattern
	return matches
}
