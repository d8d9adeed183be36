package main

import (
	"bufio"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestBadFlags(t *testing.T) {
	for _, args := range []string{
		"", "walk", "run --nodes 0", "run --nodes -3", "run --nodes x", "run --nodes 257", "run --rs 1/2/3", "run --rs 5/4/3/2", "run --redundancy 5/4/3/2",
		"run --rs 0/1/1/1", "run --rs a/b/c/d", "run --rs 4/6/8/11", "run --nodes 5 --rs 4/6/8/10", "run --listen nonsense",
		"run --listen 127.0.0.1:99999", "run --listen 0.0.0.0:0", "run --listen :0", "run --listen [::]:0", "run --dir=", "run --limits amazon", "run --limits=", "run extra", "run --unknown",
	} {
		var stdout, stderr strings.Builder
		code := run(strings.Fields(args), streams{strings.NewReader(""), &stdout, &stderr})
		if code != exitUsage || stdout.Len() > 0 || strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("%q: exit code %d, %q, %q", args, code, stdout.String(), stderr.String())
		}
	}
}

func TestTurnedOff(t *testing.T) {
	o, err := parseOptions([]string{"--no-noise", "--no-debounce"})
	if err != nil || !o.network.NoNoise || o.network.NoFastOpen || !o.network.NoDebounce {
		t.Errorf("%+v, %v", o, err)
	}
	if o, err = parseOptions([]string{"--no-fastopen"}); err != nil || o.network.NoNoise || !o.network.NoFastOpen {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestHelpAndVersion(t *testing.T) {
	for _, args := range []string{"--help", "-h", "help", "run --help", "fault --help", "--version"} {
		var stdout, stderr strings.Builder
		if code := run(strings.Fields(args), streams{strings.NewReader(""), &stdout, &stderr}); code != 0 || stdout.Len() == 0 || stderr.Len() > 0 {
			t.Errorf("%q: exit code %d, %q", args, code, stderr.String())
		}
	}
}

func TestCannotStart(t *testing.T) {
	var stdout, stderr strings.Builder
	args := []string{"run", "--listen", "192.0.2.1:1"} // an address that no machine has
	if code := run(args, streams{strings.NewReader(""), &stdout, &stderr}); code != exitFailed || stdout.Len() > 0 {
		t.Errorf("exit code %d, %q", code, stdout.String())
	}
}

func TestReadyLine(t *testing.T) {
	stdin, closeStdin := io.Pipe()
	stdout, out := io.Pipe()
	var stderr strings.Builder
	ended := make(chan int, 1)
	dir := filepath.Join(t.TempDir(), "network")
	go func() {
		ended <- run([]string{"run", "--exit-with-stdin", "--dir", dir, "--nodes", "3"}, streams{stdin, out, &stderr})
	}()
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(line, &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"satellite", "api_key", "access", "pid", "edge", "control"} {
		if got[key] == nil || len(got) != 6 {
			t.Errorf("%s", line)
		}
	}
	_ = closeStdin.Close()
	select {
	case code := <-ended:
		if code != 0 {
			t.Errorf("exit code %d: %s", code, stderr.String())
		}
	case <-time.After(20 * time.Second):
		t.Error("still running")
	}
}
