package tree

import (
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"libuplink/internal/fail"
)

// Names of files that are not complete yet. They are neither uploaded nor deleted.
const partialPrefix, partialSuffix = ".uplink-", ".part"

// partialName returns a new name of a file that is not complete yet, in lower case.
func partialName() string {
	return partialPrefix + strconv.FormatUint(rand.Uint64(), 16) + partialSuffix
}

// The names that downloads of large files use.
var partialPattern = regexp.MustCompile(`(?s)^\..+\.uplink-[0-9]+(\.state)?$`)

// isPartial reports whether a name is that of a file that is not complete yet.
func isPartial(name string) bool {
	return strings.HasPrefix(name, ".") && strings.Contains(name, partialPrefix) &&
		(strings.HasPrefix(name, partialPrefix) && strings.HasSuffix(name, partialSuffix) || partialPattern.MatchString(name))
}

// checkPath returns an error unless the path, which has "/" between its parts, can be the path of a
// file below a folder.
func checkPath(path string) error {
	for _, part := range strings.Split(path, "/") {
		if reason := whyUnsafe(part, runtime.GOOS == "windows"); reason != "" {
			return fail.Internal(fail.DetailKeyUnsafe, "no file can have the name: %s", reason)
		}
	}
	return nil
}

// whyUnsafe returns why a part of a key cannot be the name of a file or folder, or "".
func whyUnsafe(part string, windows bool) string {
	switch {
	case part == "":
		return "a part between slashes is empty"
	case part == ".", part == "..":
		return "a part between slashes is . or .."
	case strings.Contains(part, "\x00"):
		return "it has a NUL in it"
	case isPartial(part):
		return "files that are not complete have such names"
	case !windows:
		return ""
	case strings.ContainsAny(part, `<>:"\|?*`) || strings.ContainsFunc(part, func(r rune) bool { return r < ' ' }):
		return "it has a character that Windows does not allow"
	case strings.HasSuffix(part, ".") || strings.HasSuffix(part, " "):
		return "a part between slashes ends with a dot or a space, which Windows removes"
	case isDevice(part):
		return "Windows has a device of the name"
	}
	return ""
}

// isDevice reports whether Windows takes a name for that of a device, whatever its extension is.
func isDevice(name string) bool {
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	stem = strings.TrimRight(stem, " ")
	if slices.Contains([]string{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}, stem) {
		return true
	}
	for _, port := range []string{"COM", "LPT"} {
		number, found := strings.CutPrefix(stem, port)
		if found && slices.Contains([]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³"}, number) {
			return true
		}
	}
	return false
}

// nameTaken returns the error about a path that a file cannot get, since something else has it.
func nameTaken(path, reason string) error {
	e := fail.Internal(fail.DetailNameTaken, "%s", reason)
	e.Path = path
	return e
}
