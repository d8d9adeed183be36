package network_test

import (
	"bytes"
	"context"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"storj.io/common/macaroon"
	"storj.io/uplink"

	"libuplink/internal/fail"
	"libuplink/internal/network"
	"libuplink/internal/project"
	"libuplink/internal/project/projecttest"
)

// These tests need a network: UPLINK_TEST_ACCESS, UPLINK_TEST_SATELLITE and UPLINK_TEST_API_KEY.

func testSatellite(t *testing.T) (id, address string) {
	t.Helper()
	id, address, found := strings.Cut(os.Getenv("UPLINK_TEST_SATELLITE"), "@")
	if !found {
		t.Skip("UPLINK_TEST_SATELLITE is not set")
	}
	return id, address
}

func requestAccess(t *testing.T, config uplink.Config, address, key, passphrase string) (*uplink.Access, error) {
	t.Helper()
	ctx, err := network.Configure(&config, address, network.Patience{}, true)
	if err != nil {
		t.Fatal(err)
	}
	return config.RequestAccessWithPassphrase(ctx, address, key, passphrase)
}

func expectRequest(t *testing.T, config uplink.Config, address string, code fail.Code, detail fail.Detail) {
	t.Helper()
	secret, err := macaroon.NewSecret()
	if err != nil {
		t.Fatal(err)
	}
	key, err := macaroon.NewAPIKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	_, err = requestAccess(t, config, address, key.Serialize(), "passphrase")
	if err == nil {
		t.Fatal("an access was granted")
	}
	f := fail.Classify(err)
	t.Log(f.Text)
	if f.Code != code || f.Detail != detail || strings.Contains(f.Text, key.Serialize()) {
		t.Fatalf("%d, %d: %s", f.Code, f.Detail, f.Text)
	}
}

func TestUnknownKey(t *testing.T) {
	id, address := testSatellite(t)
	secret, _ := macaroon.NewSecret()
	key, _ := macaroon.NewAPIKey(secret)
	_, err := requestAccess(t, uplink.Config{}, id+"@"+address, key.Serialize(), "passphrase")
	if err == nil {
		t.Fatal("an access was granted")
	}
	f := fail.Classify(err)
	t.Log(f.Code, f.Detail, f.Text)
	if f.Code != fail.CodePermissionDenied && f.Detail != fail.DetailUnauthenticated {
		t.Fatal(f)
	}
}

func TestSatelliteIsAnother(t *testing.T) {
	_, address := testSatellite(t)
	const other = "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@"
	expectRequest(t, uplink.Config{}, other+address, fail.CodeInternal, fail.DetailConnection)
}

// The listener accepts connections and sends nothing.
func TestSatelliteIsSilent(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	//lint:ignore SA1019 the C interface documents it
	config := uplink.Config{DialTimeout: 200 * time.Millisecond}
	address := "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@" + listener.Addr().String()
	start := time.Now()
	expectRequest(t, config, address, fail.CodeInternal, fail.DetailDeadlineExceeded)
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

// A wrong passphrase selects another view of the bucket, in which the object is neither found nor
// listed.
func TestOtherPassphrase(t *testing.T) {
	p := projecttest.Open(t)
	u, err := p.UploadObject(p.Context, projecttest.Bucket, "secret", nil)
	if err == nil {
		_, err = u.Write(bytes.Repeat([]byte("x"), 10000))
	}
	if err == nil {
		err = u.Commit()
	}
	if err != nil {
		t.Fatal(err)
	}
	id, address := testSatellite(t)
	other, err := requestAccess(t, uplink.Config{}, id+"@"+address, os.Getenv("UPLINK_TEST_API_KEY"), "wrong")
	if err != nil {
		t.Fatal(err)
	}
	q, err := project.Open(other, project.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = q.Close() }()
	_, err = q.StatObject(context.WithoutCancel(q.Context), projecttest.Bucket, "secret")
	if e := fail.Classify(err); e.Text != `object not found ("secret")` {
		t.Fatal(e.Text)
	}
	list := q.ListObjects(q.Context, projecttest.Bucket, nil)
	if list.Next() || list.Err() != nil {
		t.Fatal(list.Item(), list.Err())
	}
}
