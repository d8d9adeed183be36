package main

import (
	"bufio"
	"encoding/json"
	"io"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"storj.io/common/grant"
	"uplink-localnet/internal/admin"
)

func TestBadAdminCommands(t *testing.T) {
	for _, args := range []string{
		"status", "status --dir x --control y", "status extra --dir x", "status --unknown --dir x", "ls a b --dir x", "ls --limit x --dir x",
		"limit storage --dir x", "limit storage=x --dir x", "limit speed=3 --dir x", "revoke --dir x", "revoke a b --dir x",
		"grant --not-after soon --dir x", "grant extra --dir x", "reset --project x --dir x", "run --limit storage", "run --limit speed=1",
	} {
		var stdout, stderr strings.Builder
		code := run(strings.Fields(args), streams{strings.NewReader(""), &stdout, &stderr})
		if code != exitUsage || stdout.Len() > 0 || strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("%q: exit code %d, %q, %q", args, code, stdout.String(), stderr.String())
		}
	}
	for _, c := range adminCommands {
		name := c.name
		var stdout, stderr strings.Builder
		if code := run([]string{name, "--help"}, streams{strings.NewReader(""), &stdout, &stderr}); code != 0 || stdout.Len() == 0 {
			t.Errorf("%s: exit code %d, %q", name, code, stderr.String())
		}
		stderr.Reset()
		args := []string{name, "--dir", t.TempDir()}
		if name == "revoke" {
			args = append(args, "key")
		}
		if code := run(args, streams{strings.NewReader(""), &stdout, &stderr}); code != exitFailed || !strings.Contains(stderr.String(), "there is no network in") {
			t.Errorf("%s: exit code %d, %q", name, code, stderr.String())
		}
	}
}

// decode runs a command and decodes the lines that it prints.
func decode(t *testing.T, args string, into ...any) {
	t.Helper()
	var stdout, stderr strings.Builder
	if code := run(strings.Fields(args), streams{strings.NewReader(""), &stdout, &stderr}); code != 0 {
		t.Fatalf("%s: exit code %d, %s", args, code, stderr.String())
	}
	lines := strings.Split(strings.TrimSuffix(stdout.String(), "\n"), "\n")
	if stdout.Len() == 0 {
		lines = nil
	}
	if len(lines) != len(into) {
		t.Fatalf("%s: %q", args, lines)
	}
	for i, line := range lines {
		if err := json.Unmarshal([]byte(line), into[i]); err != nil {
			t.Fatalf("%s: %q", args, line)
		}
	}
}

// TestAdminCommands runs the commands on a running and on a stopped network.
func TestAdminCommands(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "network")
	var first ready
	for _, round := range []string{"runs", "stopped", "runs"} {
		var up ready
		stop := func() {}
		if round == "runs" {
			up, stop = background(t, "--dir", dir, "--nodes", "3", "--limit", "buckets=5", "--no-sync")
			if first.Access == "" {
				first = up
			}
		}
		var status admin.Status
		decode(t, "status --dir "+dir, &status)
		if status.Running != (round == "runs") || status.PID != up.PID || status.Satellite != first.Satellite || status.Nodes != 3 || status.Projects[0].Limits.Buckets != 5 {
			t.Errorf("%s: %+v", round, status)
		}
		var made admin.Grant
		decode(t, "grant --project mine --allow read,list --prefix b/x --not-after 1h --max-object-ttl 2h --dir "+dir, &made)
		if made.Project != "mine" || made.Satellite != first.Satellite || made.Access == first.Access || made.APIKey == "" {
			t.Errorf("%+v", made)
		}
		var text strings.Builder
		if code := run(strings.Fields("grant --text --dir "+dir), streams{strings.NewReader(""), &text, io.Discard}); code != 0 {
			t.Errorf("exit code %d", code)
		}
		if access, err := grant.ParseAccess(strings.TrimSuffix(text.String(), "\n")); err != nil || access.SatelliteAddress != first.Satellite {
			t.Errorf("%q: %v", text.String(), err)
		}
		calls(t, dir, round == "runs")
		decode(t, "revoke "+made.Access+" --dir "+dir)
		var limits map[string]int64
		decode(t, "limit --dir "+dir+" storage=1GB --project mine requests=7", &limits)
		want := map[string]int64{"storage": 1e9, "requests": 7, "metadata": 2 << 10, "part-size": 5 << 20}
		if !maps.Equal(limits, want) {
			t.Errorf("%v", limits)
		}
		decode(t, "limit --project mine --dir "+dir, &limits)
		decode(t, "ls --dir "+dir)
		decode(t, "reset --dir "+dir)
		var stdout, stderr strings.Builder
		if code := run(strings.Fields("ls nowhere --dir "+dir), streams{strings.NewReader(""), &stdout, &stderr}); code != exitFailed || !strings.Contains(stderr.String(), "nowhere") {
			t.Errorf("%d, %s", code, stderr.String())
		}
		stop()
	}
}

// calls counts the calls, which only a running network can do.
func calls(t *testing.T, dir string, runs bool) {
	t.Helper()
	var stdout, stderr strings.Builder
	code := run([]string{"calls", "--dir", dir}, streams{strings.NewReader(""), &stdout, &stderr})
	if runs && (code != 0 || stdout.Len() > 0) {
		t.Errorf("%d, %s, %s", code, stdout.String(), stderr.String())
	}
	if !runs && (code != exitFailed || !strings.Contains(stderr.String(), "does not run")) {
		t.Errorf("%d, %s", code, stderr.String())
	}
}

// background runs a network until stop is called.
func background(t *testing.T, args ...string) (up ready, stop func()) {
	t.Helper()
	stdin, closeStdin := io.Pipe()
	stdout, out := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(append([]string{"run", "--exit-with-stdin"}, args...), streams{stdin, out, io.Discard})
	}()
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(line, &up); err != nil {
		t.Fatal(err)
	}
	return up, func() {
		_ = closeStdin.Close()
		if code := <-ended; code != 0 {
			t.Errorf("exit code %d", code)
		}
	}
}
