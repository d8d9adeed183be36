package conformance_test

import (
	"os"
	"slices"
	"strings"
	"testing"
)

const (
	recordedFile  = "testdata/recorded.txt"
	differentFile = "testdata/different.txt"
	// sometimes marks a call in differentFile that differs in some runs only.
	sometimes = "sometimes: "
	// recorderOnly marks a call in differentFile that differs only when the
	// program that made the recording makes it, and never in this test.
	recorderOnly = "recorder only: "
)

// compare fails the test for each call with another outcome than the recording's
// that is not in the list of differences, and for each in the list that does not
// differ.
func compare(t *testing.T, lines []line, local bool) {
	different := map[string]string{}
	if local {
		different = readDifferent(t)
	}
	same, problems := differences(readRecording(t), number(lines), different)
	for _, problem := range problems {
		t.Error(problem)
	}
	t.Logf("%d calls as recorded, %d listed in %s", same, len(different), differentFile)
}

// differences returns how many calls are as recorded, and a text for each problem
// with the others. Families of which no call was made are skipped.
func differences(recorded, lines []line, different map[string]string) (same int, problems []string) {
	here, families, known := map[string]string{}, map[string]bool{}, map[string]bool{}
	for _, l := range lines {
		here[l.name] = l.outcome
		families[familyOf(l.name)] = true
	}
	for _, l := range recorded {
		known[l.name] = true
		reason, listed := different[l.name]
		listed = listed && reason != recorderOnly
		outcome, made := here[l.name]
		switch {
		case !families[familyOf(l.name)]:
		case !made:
			problems = append(problems, l.name+"\n  was not called")
		case outcome != l.outcome && !listed:
			problems = append(problems, l.name+"\n  real: "+l.outcome+"\n  here: "+outcome)
		case outcome == l.outcome && listed && reason != sometimes:
			problems = append(problems, l.name+"\n  is in "+differentFile+", but does not differ any more")
		case outcome == l.outcome:
			same++
		}
	}
	for _, l := range lines {
		if !known[l.name] {
			problems = append(problems, l.name+"\n  is not in the recording\n  here: "+l.outcome)
		}
	}
	for name := range different {
		if !known[name] {
			problems = append(problems, name+"\n  is in "+differentFile+", but not in the recording")
		}
	}
	return same, problems
}

// TestDifferences has a call for each way to differ.
func TestDifferences(t *testing.T) {
	recorded := []line{
		{"f | a", "ok"}, {"f | b", "ok"}, {"f | c", "ok"}, {"f | d", "ok"}, {"f | e", "ok"}, {"f | f", "ok"},
		{"f | g", "ok"}, {"f | h", "ok"}, {"other | a", "ok"},
	}
	lines := []line{
		{"f | a", "ok"}, {"f | b", "ERR"}, {"f | c", "ERR"}, {"f | d", "ok"}, {"f | e", "ok"},
		{"f | g", "ok"}, {"f | h", "ERR"}, {"f | new", "ok"},
	}
	different := map[string]string{
		"f | c": "# a reason", "f | d": "# a reason", "f | e": sometimes, "f | g": recorderOnly, "f | h": recorderOnly, "f | gone": "# a reason",
	}
	same, problems := differences(recorded, lines, different)
	want := []string{
		"f | b\n  real: ok\n  here: ERR",
		"f | d\n  is in " + differentFile + ", but does not differ any more",
		"f | f\n  was not called",
		"f | h\n  real: ok\n  here: ERR",
		"f | new\n  is not in the recording\n  here: ok",
		"f | gone\n  is in " + differentFile + ", but not in the recording",
	}
	if same != 3 || !slices.Equal(problems, want) {
		t.Errorf("%d the same, %q", same, problems)
	}
}

func familyOf(name string) string {
	family, _, _ := strings.Cut(name, " | ")
	return family
}

func readRecording(t *testing.T) (lines []line) {
	for _, text := range readLines(t, recordedFile) {
		name, outcome, ok := strings.Cut(text, " => ")
		if !ok {
			t.Fatalf("%s: %q is not a call", recordedFile, text)
		}
		lines = append(lines, line{name, outcome})
	}
	return number(lines)
}

// readDifferent returns the reason of each call in the list of differences, or the
// call's mark if it has one.
func readDifferent(t *testing.T) map[string]string {
	different := map[string]string{}
	reason := ""
	for _, text := range readLines(t, differentFile) {
		if strings.HasPrefix(text, "# ") {
			reason = text
			continue
		}
		if reason == "" {
			t.Fatalf("%s: %q has no reason", differentFile, text)
		}
		name, why := text, reason
		for _, mark := range []string{sometimes, recorderOnly} {
			if rest, marked := strings.CutPrefix(text, mark); marked {
				name, why = rest, mark
			}
		}
		if _, twice := different[name]; twice {
			t.Errorf("%s: %q is in it twice", differentFile, name)
		}
		different[name] = why
	}
	return different
}

func readLines(t *testing.T, path string) (lines []string) {
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for text := range strings.SplitSeq(string(content), "\n") {
		if text = strings.TrimRight(text, "\r"); text != "" {
			lines = append(lines, text)
		}
	}
	return lines
}
