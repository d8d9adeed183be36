package fail

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// longestMessage is in bytes. With a hundred nodes an error can have a hundred parts, many of them
// the same.
const longestMessage = 2000

// Message returns the text of an error without repeated parts and without the names of packages
// that begin it.
func Message(err error) string {
	text := fmt.Sprintf("%v", err)
	for strings.HasPrefix(text, "uplink: ") {
		text = strings.TrimPrefix(text, "uplink: ")
	}
	text = withoutRepeats(text)
	if len(text) <= longestMessage {
		return text
	}
	cut := longestMessage
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + " …"
}

func withoutRepeats(text string) string {
	parts := strings.Split(text, "; ")
	seen := map[string]bool{}
	parts = slices.DeleteFunc(parts, func(part string) bool {
		repeated := seen[part]
		seen[part] = true
		return repeated
	})
	return strings.Join(parts, "; ")
}
