// Package seeds reads the seeds of fuzz tests from one file for each test.
package seeds

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// Add adds the seeds in a file to a fuzz test. Each paragraph of the file is a seed, and each line
// of it an argument, in the syntax of the files that `go test -fuzz` writes.
func Add(f *testing.F, path string) {
	f.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range strings.Split(strings.TrimSpace(string(content)), "\n\n") {
		var arguments []any
		for _, line := range strings.Split(seed, "\n") {
			argument, err := parse(line)
			if err != nil {
				f.Fatalf("%s: %q: %v", path, line, err)
			}
			arguments = append(arguments, argument)
		}
		f.Add(arguments...)
	}
}

// parse returns the value of a line such as int64(5).
func parse(line string) (any, error) {
	kind, literal, _ := strings.Cut(strings.TrimSuffix(line, ")"), "(")
	switch kind {
	case "bool":
		return strconv.ParseBool(literal)
	case "int64":
		return strconv.ParseInt(literal, 10, 64)
	case "[]byte":
		text, err := strconv.Unquote(literal)
		return []byte(text), err
	}
	return nil, fmt.Errorf("unknown type %q", kind)
}
