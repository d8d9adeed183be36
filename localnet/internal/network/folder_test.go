package network_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"uplink-localnet/internal/admin"
	"uplink-localnet/internal/network"
)

func TestSharedFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes have no meaning on Windows")
	}
	dir := filepath.Join(t.TempDir(), "network")
	n, err := network.Start(network.Config{Dir: dir, Nodes: 1})
	check(t, err)
	check(t, n.Close())
	refuse := func(want string) {
		t.Helper()
		n, err := network.Start(network.Config{Dir: dir})
		if err == nil {
			check(t, n.Close())
		}
		a, adminErr := admin.Open(dir)
		if adminErr == nil {
			check(t, a.Close())
		}
		for _, err := range []error{err, adminErr} {
			if err == nil || !strings.Contains(err.Error(), "other users may write to "+dir+" ("+want) || strings.Count(err.Error(), "\n") > 0 {
				t.Errorf("%v", err)
			}
		}
	}
	for _, mode := range []os.FileMode{0o777, 0o770, 0o720, 0o702} {
		check(t, os.Chmod(dir, mode))
		refuse(fmt.Sprintf("its mode is %04o", mode))
	}
	for _, mode := range []os.FileMode{0o755, 0o700} {
		check(t, os.Chmod(dir, mode))
		n, err := network.Start(network.Config{Dir: dir})
		check(t, err)
		check(t, n.Close())
	}
	if os.Geteuid() == 0 {
		check(t, os.Chown(dir, 12345, 0))
		refuse("it belongs to user 12345")
	}
}

// private returns an empty folder that only this user may write to, whatever the
// umask is.
func private(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "private")
	check(t, os.Mkdir(dir, 0o700))
	return dir
}

// TestLinksAreNotFollowed puts links where the network makes files.
func TestLinksAreNotFollowed(t *testing.T) {
	dir, precious := private(t), filepath.Join(t.TempDir(), "precious")
	check(t, os.WriteFile(precious, []byte("precious"), 0o600))
	for _, names := range [][]string{{"network.json.new", "control.json"}, {"network.json.new", "control.json.new"}} {
		for _, name := range names {
			if err := os.Symlink(precious, filepath.Join(dir, name)); err != nil {
				t.Skip(err)
			}
		}
		n, err := network.Start(network.Config{Dir: dir, Nodes: 1})
		check(t, err)
		info, err := os.Lstat(filepath.Join(dir, "network.json"))
		check(t, err)
		if !info.Mode().IsRegular() {
			t.Errorf("network.json is %v", info.Mode())
		}
		check(t, n.Close())
	}
	content, err := os.ReadFile(precious)
	check(t, err)
	if string(content) != "precious" {
		t.Errorf("the link was followed: %q", content)
	}

	dangling := private(t)
	check(t, os.Symlink(filepath.Join(dangling, "elsewhere"), filepath.Join(dangling, "metadata.db")))
	if n, err := network.Start(network.Config{Dir: dangling, Nodes: 1}); err == nil || !strings.Contains(err.Error(), "it is a link") {
		t.Errorf("%v", err)
		if n != nil {
			check(t, n.Close())
		}
	}
	if _, err := os.Lstat(filepath.Join(dangling, "elsewhere")); err == nil {
		t.Error("a file was made through a link")
	}
}
