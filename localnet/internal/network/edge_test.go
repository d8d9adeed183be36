package network_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"storj.io/uplink"
	"storj.io/uplink/edge"
	"uplink-localnet/internal/network"
)

// register registers a grant, and returns its credentials.
func register(t testing.TB, n *network.Network, access *uplink.Access, public bool) *edge.Credentials {
	t.Helper()
	config := edge.Config{AuthServiceAddress: n.Edge.Address, CertificatePEM: []byte(n.Edge.CertificatePEM)}
	credentials, err := config.RegisterAccess(timeout(t), access, &edge.RegisterAccessOptions{Public: public})
	check(t, err)
	return credentials
}

func shareURL(t testing.TB, n *network.Network, id, bucket, key string, raw bool) string {
	t.Helper()
	url, err := edge.JoinShareURL(n.Edge.URL, id, bucket, key, &edge.ShareURLOptions{Raw: raw})
	check(t, err)
	return url
}

// request returns the response of a request, and its body.
func request(t testing.TB, method, url string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(timeout(t), method, url, nil)
	check(t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(req)
	check(t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	check(t, err)
	return response, string(body)
}

func TestRegisterAccess(t *testing.T) {
	n := start(t, network.Config{})
	access := parse(t, n.Access)
	first, second := register(t, n, access, true), register(t, n, access, false)
	if !regexp.MustCompile("^[a-z2-7]{28}$").MatchString(first.AccessKeyID) || len(first.SecretKey) != 53 ||
		first.Endpoint != n.Edge.URL || first.AccessKeyID == second.AccessKeyID || first.SecretKey == second.SecretKey {
		t.Errorf("%+v, %+v", first, second)
	}
	plain := edge.Config{AuthServiceAddress: n.Edge.Address, InsecureUnencryptedConnection: true}
	_, err := plain.RegisterAccess(timeout(t), access, nil)
	check(t, err)
	other := start(t, network.Config{})
	_, err = plain.RegisterAccess(timeout(t), parse(t, other.Access), nil)
	if err == nil || !strings.Contains(err.Error(), "another satellite") {
		t.Error(err)
	}
	// A client that trusts only the authorities of the system refuses the certificate.
	_, err = (&edge.Config{AuthServiceAddress: n.Edge.Address}).RegisterAccess(timeout(t), access, nil)
	if err == nil || !strings.Contains(err.Error(), "x509") {
		t.Error(err)
	}
	conn, err := tls.Dial("tcp", n.Edge.Address, &tls.Config{InsecureSkipVerify: true})
	check(t, err)
	check(t, conn.Close())
}

func TestLinks(t *testing.T) {
	n, p := project(t, "photos")
	data := random(300_000, 1)
	const key = "a/../b//ü ?#%+&.txt"
	mustPut(t, p, "photos", key, data)
	check(t, p.UpdateObjectMetadata(timeout(t), "photos", key, uplink.CustomMetadata{"content-type": "text/x-test", "s3:etag": "abc"}, nil))
	mustPut(t, p, "photos", "empty.png", nil)
	id := register(t, n, parse(t, n.Access), true).AccessKeyID
	url := shareURL(t, n, id, "photos", key, true)

	response, body := request(t, http.MethodGet, url)
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/x-test" ||
		response.Header.Get("ETag") != `"abc"` || response.Header.Get("Last-Modified") == "" || response.ContentLength != int64(len(data)) {
		t.Errorf("%+v", response)
	}
	sameBytes(t, []byte(body), data)
	if response, body = request(t, http.MethodHead, url); response.ContentLength != int64(len(data)) || body != "" {
		t.Errorf("%+v", response)
	}
	for given, want := range map[string][]byte{
		"bytes=0-0":           data[:1],
		"bytes=1000-1999":     data[1000:2000],
		"bytes=299000-400000": data[299000:],
		"bytes=-10":           data[len(data)-10:],
		"bytes=64000-":        data[64000:],
	} {
		response, body := request(t, http.MethodGet, url, "Range", given)
		if response.StatusCode != http.StatusPartialContent || !bytes.Equal([]byte(body), want) {
			t.Errorf("%s: %+v", given, response)
		}
	}
	for _, test := range []struct {
		header, value string
		status        int
	}{
		{"Range", "bytes=300000-", http.StatusRequestedRangeNotSatisfiable},
		{"If-None-Match", `"abc"`, http.StatusNotModified},
		{"If-Modified-Since", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat), http.StatusNotModified},
	} {
		if response, _ := request(t, http.MethodGet, url, test.header, test.value); response.StatusCode != test.status {
			t.Errorf("%s: %+v", test.header, response)
		}
	}
	page := shareURL(t, n, id, "photos", key, false)
	if response, body = request(t, http.MethodGet, page); !strings.Contains(body, "300000 bytes") || !strings.Contains(response.Header.Get("Content-Type"), "html") {
		t.Errorf("%+v, %s", response, body)
	}
	_, body = request(t, http.MethodGet, page+"?wrap=0")
	sameBytes(t, []byte(body), data)
	response, body = request(t, http.MethodGet, page+"?download=1")
	sameBytes(t, []byte(body), data)
	if !strings.HasPrefix(response.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%+v", response)
	}
	response, body = request(t, http.MethodGet, shareURL(t, n, id, "photos", "empty.png", true))
	if response.StatusCode != http.StatusOK || body != "" || response.Header.Get("Content-Type") != "image/png" {
		t.Errorf("%+v", response)
	}
}

func TestPagesOfPrefixes(t *testing.T) {
	n, p := project(t, "photos")
	mustPut(t, p, "photos", "<b>&/cat \".txt", []byte("meow"))
	id := register(t, n, parse(t, n.Access), true).AccessKeyID
	for _, bucketAndKey := range [][2]string{{"", ""}, {"photos", ""}, {"photos", "<b>&/"}} {
		_, body := request(t, http.MethodGet, shareURL(t, n, id, bucketAndKey[0], bucketAndKey[1], false))
		if strings.Contains(body, "<b>") {
			t.Error(body)
		}
		found := regexp.MustCompile(`href="([^"]*)"`).FindStringSubmatch(body)
		if found == nil {
			t.Fatal(body)
		}
		if response, next := request(t, http.MethodGet, n.Edge.URL+strings.ReplaceAll(found[1], "&amp;", "&")); response.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", found[1], next)
		}
	}
}

func TestLinksThatAreRefused(t *testing.T) {
	n, p := project(t, "photos")
	mustPut(t, p, "photos", "a/cat", []byte("meow"))
	mustPut(t, p, "photos", "b/dog", []byte("woof"))
	full := parse(t, n.Access)
	narrow, err := full.Share(uplink.ReadOnlyPermission(), uplink.SharePrefix{Bucket: "photos", Prefix: "a/"})
	check(t, err)
	public, private := register(t, n, full, true).AccessKeyID, register(t, n, full, false).AccessKeyID
	restricted := register(t, n, narrow, true).AccessKeyID
	for _, test := range []struct {
		path   string
		status int
	}{
		{"/raw/" + restricted + "/photos/a/cat", http.StatusOK},
		{"/raw/" + restricted + "/photos/b/dog", http.StatusForbidden},
		{"/s/" + restricted + "/photos/b/", http.StatusForbidden},
		{"/raw/" + private + "/photos/a/cat", http.StatusForbidden},
		{"/raw/unknown/photos/a/cat", http.StatusNotFound},
		{"/raw/" + public + "/photos/missing", http.StatusNotFound},
		{"/raw/" + public + "/missing/a/cat", http.StatusNotFound},
		{"/raw/" + public + "/photos/a/", http.StatusNotFound},
		{"/s/" + public + "/photos/missing/", http.StatusNotFound},
		{"/raw/" + public, http.StatusNotFound},
		{"/raw//photos/a/cat", http.StatusNotFound},
		{"/", http.StatusNotImplemented},
		{"/photos/a/cat", http.StatusNotImplemented},
	} {
		if response, body := request(t, http.MethodGet, n.Edge.URL+test.path); response.StatusCode != test.status {
			t.Errorf("%s: %s %s", test.path, response.Status, body)
		}
	}
	if response, _ := request(t, http.MethodPut, n.Edge.URL+"/raw/"+public+"/photos/a/cat"); response.StatusCode != http.StatusMethodNotAllowed {
		t.Error(response.Status)
	}
	check(t, p.RevokeAccess(timeout(t), narrow))
	if response, _ := request(t, http.MethodGet, n.Edge.URL+"/raw/"+restricted+"/photos/a/cat"); response.StatusCode != http.StatusForbidden {
		t.Error(response.Status)
	}
}

func TestLinksSurviveARestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "network")
	n, err := network.Start(network.Config{Dir: dir, Nodes: 1})
	check(t, err)
	p := open(t, n)
	_, err = p.CreateBucket(timeout(t), "photos")
	check(t, err)
	mustPut(t, p, "photos", "cat", []byte("meow"))
	url := shareURL(t, n, register(t, n, parse(t, n.Access), true).AccessKeyID, "photos", "cat", true)
	address, certificate := n.Edge.Address, n.Edge.CertificatePEM
	check(t, n.Close())
	n, err = network.Start(network.Config{Dir: dir})
	check(t, err)
	defer func() { check(t, n.Close()) }()
	if n.Edge.Address != address || n.Edge.CertificatePEM != certificate {
		t.Errorf("%s, %s", n.Edge.Address, address)
	}
	if _, body := request(t, http.MethodGet, url); body != "meow" {
		t.Error(body)
	}
}
