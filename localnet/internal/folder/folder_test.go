package folder

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"uplink-localnet/internal/control"
	"uplink-localnet/internal/satellite/store"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%+v", err)
	}
}

func TestSettingsAndIdentities(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "network")
	f, err := Open(dir)
	check(t, err)
	if s, err := f.Load(); s != nil || err != nil || f.Used() {
		t.Errorf("%+v, %v", s, err)
	}
	satellite, err := f.SatelliteIdentity()
	check(t, err)
	node, err := f.NodeIdentity(1)
	check(t, err)
	check(t, f.Save(&Settings{Nodes: 2, Redundancy: "1/1/2/2", Listen: "127.0.0.1:1"}))

	again, s, err := OpenExisting(dir)
	check(t, err)
	if *s != (Settings{Version: settingsVersion, Nodes: 2, Redundancy: "1/1/2/2", Listen: "127.0.0.1:1"}) || !again.Used() {
		t.Errorf("%+v", s)
	}
	if id, err := again.SatelliteIdentity(); err != nil || id.ID != satellite.ID {
		t.Errorf("%v, %v", id, err)
	}
	if id, err := again.NodeIdentity(1); err != nil || id.ID != node.ID {
		t.Errorf("%v, %v", id, err)
	}
	var damaged *store.DamagedError
	if _, err := again.NodeIdentity(0); !errors.As(err, &damaged) {
		t.Errorf("an identity is missing: %v", err)
	}
}

// TestFileOfSettings has the names that earlier versions wrote.
func TestFileOfSettings(t *testing.T) {
	f, err := Open(t.TempDir())
	check(t, err)
	check(t, os.Mkdir(filepath.Join(f.Path(), "nodes"), 0o700))
	check(t, os.WriteFile(f.settings(), []byte(`{"version":1,"nodes":5,"rs":"2/3/4/4","listen":"127.0.0.1:7"}`), 0o600))
	s, err := f.Load()
	check(t, err)
	if s.Nodes != 5 || s.Redundancy != "2/3/4/4" || s.Listen != "127.0.0.1:7" {
		t.Errorf("%+v", s)
	}
	for text, want := range map[string]string{
		`{"version":2,"nodes":5}`: "made by another version (format 2, this version reads 1)",
		`{"version":1}`:           "damaged",
		`{"version":`:             "damaged",
	} {
		check(t, os.WriteFile(f.settings(), []byte(text), 0o600))
		if _, err := f.Load(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestForeignFolder(t *testing.T) {
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, "diary.txt"), nil, 0o600))
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "holds other files (diary.txt) and no network") {
		t.Errorf("%v", err)
	}
	if _, _, err := OpenExisting(dir); err == nil || !strings.Contains(err.Error(), "there is no network in") {
		t.Errorf("%v", err)
	}
}

func TestControlFile(t *testing.T) {
	f, err := Open(t.TempDir())
	check(t, err)
	access := control.Access{Address: "127.0.0.1:1", Token: "secret"}
	check(t, f.SaveControl(access))
	path := filepath.Join(f.Path(), control.FileName)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("%v, %v", info, err)
	}
	if read, err := control.ReadFile(path); err != nil || *read != access {
		t.Errorf("%+v, %v", read, err)
	}
	check(t, f.RemoveControl())
	check(t, f.RemoveControl())
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestTemporaryFolder(t *testing.T) {
	f, err := Open("")
	check(t, err)
	_, err = f.SatelliteIdentity()
	check(t, err)
	check(t, errors.Join(f.Save(&Settings{Nodes: 1}), f.SaveControl(control.Access{})))
	entries, err := os.ReadDir(f.Path())
	check(t, err)
	if len(entries) > 0 || !f.Temporary() {
		t.Errorf("%v", entries)
	}
	check(t, f.Close())
	if _, err := os.Stat(f.Path()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}
