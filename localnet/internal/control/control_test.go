package control_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"uplink-localnet/internal/control"
	"uplink-localnet/internal/faults"
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%+v", err)
	}
}

func listen(t *testing.T) (*faults.Set, *control.Server) {
	t.Helper()
	set, err := faults.NewSet(4)
	check(t, err)
	server, err := control.Listen()
	check(t, err)
	server.HandleFaults(set)
	server.Serve()
	t.Cleanup(func() { check(t, server.Close()) })
	return set, server
}

// refused fails unless the error has this status and contains the text.
func refused(t *testing.T, err error, status int, text string) {
	t.Helper()
	var failed *control.Error
	if !errors.As(err, &failed) || failed.Status != status || !strings.Contains(failed.Message, text) {
		t.Errorf("%#v", err)
	}
}

func TestFaultsOverThePort(t *testing.T) {
	set, server := listen(t)
	ctx := context.Background()
	var added faults.Fault
	check(t, server.Call(ctx, http.MethodPost, "/faults", faults.Fault{Nodes: []int{0, 3}, Delay: 0.25}, &added))
	check(t, server.Call(ctx, http.MethodPost, "/faults", faults.Fault{Satellite: true, Frozen: true}, nil))
	var list []faults.Fault
	check(t, server.Call(ctx, http.MethodGet, "/faults", nil, &list))
	if len(list) != 2 || list[0].ID != added.ID || list[0].Delay != 0.25 || !list[1].Frozen {
		t.Errorf("%+v", list)
	}
	check(t, server.Call(ctx, http.MethodDelete, "/faults/1", nil, nil))
	refused(t, server.Call(ctx, http.MethodDelete, "/faults/1", nil, nil), http.StatusNotFound, "no fault 1")
	refused(t, server.Call(ctx, http.MethodDelete, "/faults/x", nil, nil), http.StatusBadRequest, "not a number")
	var undone faults.Status
	check(t, server.Call(ctx, http.MethodGet, "/faults/1", nil, &undone))
	if undone.ID != 1 || undone.Delay != 0.25 || undone.Hits != 0 {
		t.Errorf("%+v", undone)
	}
	refused(t, server.Call(ctx, http.MethodGet, "/faults/3", nil, nil), http.StatusNotFound, "no fault 3")
	refused(t, server.Call(ctx, http.MethodGet, "/faults/x", nil, nil), http.StatusBadRequest, "not a number")
	check(t, server.Call(ctx, http.MethodDelete, "/faults", nil, nil))
	if left := set.List(); len(left) != 0 {
		t.Errorf("%+v", left)
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	_, server := listen(t)
	ctx := context.Background()
	post := func(body any) error { return server.Call(ctx, http.MethodPost, "/faults", body, nil) }
	refused(t, post(map[string]any{"satelite": true}), http.StatusBadRequest, `there is no setting "satelite"`)
	refused(t, post("text"), http.StatusBadRequest, "the request must be an object, not a text")
	refused(t, post(map[string]any{"nodes": []string{"x"}}), http.StatusBadRequest, "nodes must be a whole number, not a text")
	refused(t, post(map[string]any{"nodes": 3}), http.StatusBadRequest, "nodes must be a list, not a number")
	refused(t, post(map[string]any{"nth": 1.5}), http.StatusBadRequest, "nth must be a whole number, not 1.5")
	refused(t, post(map[string]any{"down": 1}), http.StatusBadRequest, "down must be true or false, not a number")
	refused(t, post(map[string]any{"delay": "long"}), http.StatusBadRequest, "delay must be a number, not a text")
	refused(t, post(map[string]any{"call": true}), http.StatusBadRequest, "call must be a text, not true or false")
	request, err := http.NewRequest(http.MethodPost, "http://"+server.Address+"/faults", strings.NewReader("{down"))
	check(t, err)
	request.Header.Set("Authorization", "Bearer "+server.Token)
	response, err := http.DefaultClient.Do(request)
	check(t, err)
	reply, err := io.ReadAll(response.Body)
	check(t, errors.Join(err, response.Body.Close()))
	if !strings.Contains(string(reply), "not JSON") {
		t.Errorf("%s", reply)
	}
	refused(t, post(map[string]any{"nodes": []int{9}, "down": true}), http.StatusBadRequest, "no node 9")
	refused(t, post(map[string]any{"text": strings.Repeat("x", 2<<20)}), http.StatusBadRequest, "too large")
	refused(t, server.Call(ctx, http.MethodGet, "/nothing", nil, nil), http.StatusNotFound, "")
	refused(t, server.Call(ctx, http.MethodPut, "/faults", nil, nil), http.StatusMethodNotAllowed, "")
}

func TestTheTokenIsNeeded(t *testing.T) {
	set, server := listen(t)
	for _, token := range []string{"", "x", server.Token[1:], server.Token + "0", strings.ToUpper(server.Token) + "x"} {
		stranger := control.Access{Address: server.Address, Token: token}
		err := stranger.Call(context.Background(), http.MethodPost, "/faults", faults.Fault{Satellite: true, Down: true}, nil)
		refused(t, err, http.StatusForbidden, "token")
	}
	response, err := http.Get("http://" + server.Address + "/faults")
	check(t, err)
	check(t, response.Body.Close())
	if response.StatusCode != http.StatusForbidden || len(set.List()) != 0 {
		t.Error(response.Status)
	}
	_, other := listen(t)
	if other.Token == server.Token {
		t.Error("the same token twice")
	}
}

// TestRepliesThatCannotBeUsed has servers that are no control port, or a bad
// one: their replies are errors.
func TestRepliesThatCannotBeUsed(t *testing.T) {
	for _, c := range []struct{ server, body, length, text string }{
		{"", `{"hits":3}`, "", "another program has the port now"},
		{"nginx", "<html>", "", "another program has the port now"},
		{"uplink-localnet", "<html>", "", "a reply of the wrong form"},
		{"uplink-localnet", `{"hits":"3"}`, "", "a reply of the wrong form"},
		{"uplink-localnet", `{"hits":3}`, "99", "before the reply ended"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Server", c.server)
			if c.length != "" {
				w.Header().Set("Content-Length", c.length)
			}
			_, _ = io.WriteString(w, c.body)
		}))
		access := control.Access{Address: server.Listener.Addr().String(), Token: "t"}
		var status faults.Status
		err := access.Call(context.Background(), http.MethodGet, "/faults/1", nil, &status)
		if err == nil || !strings.Contains(err.Error(), c.text) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v", c.body, err)
		}
		server.Close()
	}
}

func TestReadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), control.FileName)
	if _, err := control.ReadFile(path); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	check(t, os.WriteFile(path, []byte(`{"address":"127.0.0.1:1","token":"t"}`), 0o600))
	access, err := control.ReadFile(path)
	check(t, err)
	if *access != (control.Access{Address: "127.0.0.1:1", Token: "t"}) {
		t.Errorf("%+v", access)
	}
	if err := access.Call(context.Background(), http.MethodGet, "/faults", nil, nil); err == nil || !strings.Contains(err.Error(), "cannot reach the control port") {
		t.Error(err)
	}
	check(t, os.WriteFile(path, []byte(`{"address":`), 0o600))
	if _, err := control.ReadFile(path); err == nil {
		t.Error("damaged, but read")
	}
}
