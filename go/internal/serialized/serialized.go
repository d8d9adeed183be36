// Package serialized checks the texts that Go's library decodes from base58: grants, API keys,
// upload IDs.
package serialized

import (
	"strings"

	"libuplink/internal/fail"
)

// Longest is the largest number of characters that are decoded. It is far more than such a text
// has. The time to decode grows with the square of the length, and is a moment at this one.
const Longest = 1 << 16

const base58Digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// Check returns an error for a text that can be neither a grant nor an API key, before it is
// decoded. The kind names what the text should be. The text is not in the message: it may be a part
// of a secret.
func Check(text, kind string) error {
	switch {
	case text == "":
		return fail.Internal(fail.DetailInvalidAccess, "this is not %s: it is empty", kind)
	case len(text) > Longest:
		return fail.Internal(fail.DetailInvalidAccess, "this is not %s: it has %d characters, which are more than %d",
			kind, len(text), Longest)
	case strings.ContainsFunc(text, notBase58):
		return fail.Internal(fail.DetailInvalidAccess,
			"this is not %s: a character is none of base58, which has all letters and digits but 0, O, I and l", kind)
	case text[0] != '1':
		return fail.Internal(fail.DetailInvalidAccess, "this is not %s: it does not begin with 1", kind)
	}
	return nil
}

func notBase58(character rune) bool { return !strings.ContainsRune(base58Digits, character) }
