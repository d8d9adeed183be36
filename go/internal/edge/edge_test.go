package edge

import (
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	public "storj.io/uplink/edge"

	"libuplink/internal/access"
	"libuplink/internal/fail"
)

func TestWrongRegistrationsAreRefused(t *testing.T) {
	for _, config := range []public.Config{
		{},
		{AuthServiceAddress: "auth.example"},
		{AuthServiceAddress: "auth.example:7777", CertificatePEM: []byte("none")},
	} {
		registration := Registration{Config: config}
		if got := fail.Classify(registration.Check()); got.Detail != fail.DetailInvalidArgument {
			t.Errorf("%+v: %+v", config, got)
		}
	}
	fine := Registration{Config: public.Config{AuthServiceAddress: "auth.example:7777"}}
	if err := fine.Check(); err != nil {
		t.Error(err)
	}
	if _, err := new(Registration).Send(context.Background()); fail.Classify(err).Detail != fail.DetailInvalidArgument {
		t.Error(err)
	}
}

func TestLinks(t *testing.T) {
	for _, key := range []string{"a", "a b/c%20?#&+=", "ü/\xff\x00", "//../.", "prefix/"} {
		joined, err := JoinShareURL("https://link.example/", "key", "bucket", key, false)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := url.Parse(joined)
		if err != nil || parsed.Path != "/s/key/bucket/"+key || parsed.RawQuery != "" || parsed.Fragment != "" {
			t.Errorf("%q: %s, %v", key, joined, err)
		}
	}
	for _, arguments := range [][4]string{
		{"", "key", "bucket", "a"},
		{"link.example", "key", "bucket", "a"},
		{"https://link.example", "", "bucket", "a"},
		{"https://link.example", "key", "", "a"},
		{"https://link.example", "key", "bucket", ""},
		{"https://link.example", "key", "bucket", "a/"},
	} {
		_, err := JoinShareURL(arguments[0], arguments[1], arguments[2], arguments[3], true)
		if got := fail.Classify(err); got.Detail != fail.DetailInvalidArgument || strings.HasPrefix(got.Text, "uplink:") {
			t.Errorf("%q: %+v", arguments, got)
		}
	}
}

// It needs a network: UPLINK_TEST_ACCESS.
func TestAnAuthServiceThatCannotBeReached(t *testing.T) {
	text := os.Getenv("UPLINK_TEST_ACCESS")
	if text == "" {
		t.Skip("UPLINK_TEST_ACCESS is not set")
	}
	granted, err := access.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refusing := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	registration := Registration{Config: public.Config{AuthServiceAddress: refusing}, Access: granted}
	_, err = registration.Send(context.Background())
	if got := fail.Classify(err); got.Code != fail.CodeEdgeRegisterAccessFailed || got.Detail != fail.DetailEdgeUnreachable {
		t.Errorf("%+v", got)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	registration.Config.AuthServiceAddress = silent.Addr().String()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err = registration.Send(ctx); err == nil || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Error(err)
	}
}
