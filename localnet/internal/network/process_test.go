package network_test

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"storj.io/uplink"
)

// built is the executable, built once for all tests that need a process.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "localnet-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "uplink-localnet")
	command := exec.Command("go", "build", "-ldflags=-s -w", "-o", path, "uplink-localnet")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	command.Stderr = os.Stderr
	return path, command.Run()
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := built(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// process is a network in another process.
type process struct {
	command *exec.Cmd
	stdin   io.WriteCloser
	startup time.Duration

	Satellite string `json:"satellite"`
	APIKey    string `json:"api_key"`
	Access    string `json:"access"`
	PID       int    `json:"pid"`
}

func run(t testing.TB, args ...string) *process {
	t.Helper()
	path, err := built()
	check(t, err)
	p := &process{command: exec.Command(path, append([]string{"run", "--exit-with-stdin"}, args...)...)}
	p.command.Stderr = os.Stderr
	// A killed network leaves its temporary folder behind.
	p.command.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	p.stdin, err = p.command.StdinPipe()
	check(t, err)
	stdout, err := p.command.StdoutPipe()
	check(t, err)
	begin := time.Now()
	check(t, p.command.Start())
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	check(t, err)
	p.startup = time.Since(begin)
	check(t, json.Unmarshal(line, p))
	t.Cleanup(p.kill)
	return p
}

func (p *process) kill() {
	_ = p.command.Process.Kill()
	_ = p.command.Wait()
}

func (p *process) open(t testing.TB) *uplink.Project {
	t.Helper()
	return openAccess(t, parse(t, p.Access))
}
