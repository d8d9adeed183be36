package main

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"uplink-localnet/internal/control"
	"uplink-localnet/internal/faults"
)

func TestBadFaults(t *testing.T) {
	for _, args := range []string{
		"", "nowhere --down --dir x", "0,x --down --dir x", "satellite --down", "satellite --down --dir x --control y", "satellite --delay soon --dir x",
		"satellite --cut-after x --dir x", "satellite --unknown --dir x", "list --down --dir x", "list --dir x 3", "undo --dir x y", "satellite --down --dir x 3",
	} {
		var stdout, stderr strings.Builder
		code := run(append([]string{"fault"}, strings.Fields(args)...), streams{strings.NewReader(""), &stdout, &stderr})
		if code != exitUsage || stdout.Len() > 0 || strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("%q: exit code %d, %q, %q", args, code, stdout.String(), stderr.String())
		}
	}
}

// TestUsageHasAllEffects looks for the flag of each effect.
func TestUsageHasAllEffects(t *testing.T) {
	for _, effect := range faults.Effects {
		if flag := "\n  --" + strings.ReplaceAll(effect.Name, "_", "-") + " "; !strings.Contains(faultUsage, flag) {
			t.Errorf("%q is missing", flag)
		}
	}
}

// TestFaultCommand adds faults to a network, by its folder and by its address.
func TestFaultCommand(t *testing.T) {
	stdin, closeStdin := io.Pipe()
	stdout, out := io.Pipe()
	ended := make(chan int, 1)
	dir := filepath.Join(t.TempDir(), "network")
	go func() {
		ended <- run([]string{"run", "--exit-with-stdin", "--dir", dir, "--nodes", "3", "--wan"}, streams{stdin, out, io.Discard})
	}()
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var up ready
	if err := json.Unmarshal(line, &up); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, control.FileName)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("%v, %v", info, err)
	}

	fault := func(args string) (int, string) {
		var stdout, stderr strings.Builder
		code := run(append([]string{"fault"}, strings.Fields(args)...), streams{strings.NewReader(""), &stdout, &stderr})
		return code, stdout.String() + stderr.String()
	}
	code, text := fault("0,2 --delay 50ms --corrupting --rtt 10ms --mbit 8 --skew -1h --cut-after 100 --dir " + dir)
	var added faults.Fault
	if err := json.Unmarshal([]byte(text), &added); err != nil || code != 0 || added.ID != 1 || added.Delay != 0.05 || added.Mbit != 8 ||
		!added.Corrupting || added.Skew != -3600 || added.RTT != 0.01 || *added.CutAfter != 100 || len(added.Nodes) != 2 {
		t.Errorf("%d, %s", code, text)
	}
	t.Setenv(tokenVariable, up.Control.Token)
	if code, text := fault("all --call CommitObject --nth 2 --times 0 --code NotFound --text gone --control " + up.Control.Address); code != 0 || !strings.Contains(text, `"times":0`) {
		t.Errorf("%d, %s", code, text)
	}
	for args, count := range map[string]int{"nodes --down": 3, "all --wan": 4} {
		if code, text := fault(args + " --dir " + dir); code != 0 {
			t.Errorf("%d, %d, %s", count, code, text)
		}
	}
	if code, text := fault("list --dir " + dir); code != 0 || strings.Count(text, "\n") != 4 {
		t.Errorf("%d, %s", code, text)
	}
	if code, text := fault("undo --dir " + dir + " 2 1"); code != 0 || text != "" {
		t.Errorf("%d, %s", code, text)
	}
	for _, args := range []string{"undo --dir " + dir + " 1", "5 --down --dir " + dir, "list --dir " + t.TempDir()} {
		if code, text := fault(args); code != exitFailed || strings.Count(text, "\n") != 1 {
			t.Errorf("%d, %s", code, text)
		}
	}
	if code, _ := fault("undo --dir " + dir); code != 0 {
		t.Error(code)
	}
	if code, text := fault("list --dir " + dir); code != 0 || text != "" {
		t.Errorf("%d, %s", code, text)
	}
	t.Setenv(tokenVariable, "wrong")
	if code, text := fault("list --control " + up.Control.Address); code != exitFailed || !strings.Contains(text, "token") {
		t.Errorf("%d, %s", code, text)
	}

	_ = closeStdin.Close()
	select {
	case code := <-ended:
		if code != 0 {
			t.Error(code)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("still running")
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Error("the control port's file is left")
	}
}
