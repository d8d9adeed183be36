package network_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestSyncBeforeReply watches the system calls of a network with one node: it
// sends no byte to a client while written data, or the name of a piece, is not on
// the disk yet.
func TestSyncBeforeReply(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("there is no strace")
	}
	for _, durable := range []bool{true, false} {
		trace := filepath.Join(t.TempDir(), "trace")
		puts := 10
		traced(t, strace, trace, durable, puts)
		data, err := os.ReadFile(trace)
		check(t, err)
		replies, early, syncs := replay(data)
		t.Logf("durable %v: %d replies, %d of them early, %d syncs", durable, replies, early, syncs)
		if replies < 4*puts {
			t.Errorf("only %d replies were seen", replies)
		}
		// A new metadata file is synced once in any case.
		if durable && (early > 0 || syncs < 6*puts) || !durable && (early == 0 || syncs > 2) {
			t.Errorf("durable %v: %d of %d replies before the disk had everything, %d syncs", durable, early, replies, syncs)
		}
	}
}

// traced uploads objects, inline and remote, to a network under strace.
func traced(t *testing.T, strace, trace string, durable bool, puts int) {
	t.Helper()
	path, err := built()
	check(t, err)
	args := []string{"-f", "-y", "-o", trace, "-e", "trace=pwrite64,write,fsync,fdatasync,renameat,rename,renameat2", path,
		"run", "--exit-with-stdin", "--nodes", "1", "--dir", filepath.Join(t.TempDir(), "network")}
	if !durable {
		args = append(args, "--no-sync")
	}
	command := exec.Command(strace, args...)
	stdin, err := command.StdinPipe()
	check(t, err)
	stdout, err := command.StdoutPipe()
	check(t, err)
	if err := command.Start(); err != nil {
		t.Skip(err)
	}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil {
		t.Skipf("strace does not work here: %v, %v", err, command.Wait())
	}
	var up process
	check(t, json.Unmarshal(line, &up))
	p := up.open(t)
	_, err = p.CreateBucket(timeout(t), "bucket")
	check(t, err)
	for i := range puts {
		// Nothing is overwritten, so that no cleaning writes in between.
		mustPut(t, p, "bucket", fmt.Sprint("inline", i), random(100, uint64(i)))
		mustPut(t, p, "bucket", fmt.Sprint("remote", i), random(20_000, uint64(i)))
	}
	_ = stdin.Close()
	time.AfterFunc(10*time.Second, func() { _ = command.Process.Kill() })
	check(t, command.Wait())
}

// The lines of a trace: the thread, the call, its first argument with the path
// of a descriptor behind it; renames have two paths in quotes.
//
// The node's part of the Noise handshake is a message of 48 bytes, and a header of 4
// that ends with the length, if it carries no data.
var (
	calledWith = regexp.MustCompile(`^\d+ +(\w+)\(\d+<([^>]*)>`)
	renamed    = regexp.MustCompile(`^\d+ +rename\w*\(.*"([^"]*)"`)
	handshake  = regexp.MustCompile(`^\d+ +write\([^>]*>, "\\200\\0\\0000.*, 52[ )]`)
)

// replay returns the number of writes to clients, the number of these that came
// while data was not on the disk, and the number of syncs. A Noise handshake without
// data does not count: the client's part of it carries the first call, so the node
// may send its own part while the call is under way.
func replay(trace []byte) (replies, early, syncs int) {
	dirty, greeted := map[string]bool{}, map[string]bool{}
	for line := range bytes.Lines(trace) {
		if m := renamed.FindSubmatch(line); m != nil {
			if strings.Contains(string(m[1]), "/pieces/") {
				dirty[filepath.Dir(string(m[1]))] = true
			}
			continue
		}
		m := calledWith.FindSubmatch(line)
		if m == nil {
			continue
		}
		call, path := string(m[1]), string(m[2])
		data := strings.HasSuffix(path, "/metadata.db") || strings.Contains(path, "/pieces/")
		switch {
		case strings.HasPrefix(call, "f") && (data || dirty[path]):
			// Nothing is written during a sync here, so the beginning of the
			// call can stand for its end.
			delete(dirty, path)
			syncs++
		case data:
			dirty[path] = true
		case strings.HasPrefix(path, "TCP:") || strings.HasPrefix(path, "socket:"):
			first := !greeted[path]
			greeted[path] = true
			if first && handshake.Match(line) {
				continue
			}
			replies++
			if len(dirty) > 0 {
				early++
			}
		}
	}
	return replies, early, syncs
}

// TestReplay checks that only the first message of a connection can be a handshake,
// and only one without data.
func TestReplay(t *testing.T) {
	const (
		written   = `1 write(9</n/nodes/00/pieces/73/71.partial>, "\1\2"..., 2) = 2` + "\n"
		short     = `2 write(14<socket:[7]>, "\200\0\0000a)/\26"..., 52 <unfinished ...>` + "\n"
		long      = `2 write(14<socket:[7]>, "\200\0\3\227\307\177"..., 923) = 923` + "\n"
		elsewhere = `2 write(15<socket:[8]>, "\200\0\0000a)/\26"..., 52) = 52` + "\n"
	)
	for _, c := range []struct {
		trace          string
		replies, early int
	}{
		{written + short, 0, 0},
		{written + short + elsewhere, 0, 0},
		{written + short + short, 1, 1},
		{written + long, 1, 1},
		{long + written + short, 2, 1},
	} {
		if replies, early, _ := replay([]byte(c.trace)); replies != c.replies || early != c.early {
			t.Errorf("%d replies, %d early, want %d and %d:\n%s", replies, early, c.replies, c.early, c.trace)
		}
	}
}
