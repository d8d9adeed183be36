package access

import (
	"slices"
	"strings"
	"testing"
	"time"

	"storj.io/common/base58"
	"storj.io/common/grant"
	"storj.io/common/macaroon"
	"storj.io/common/storj"
	"storj.io/uplink"

	"libuplink/internal/check"
	"libuplink/internal/fail"
)

func accessWith(t *testing.T, caveats ...macaroon.Caveat) *Access {
	t.Helper()
	key, err := macaroon.NewAPIKey([]byte("secret"))
	for i := 0; i < len(caveats) && err == nil; i++ {
		key, err = key.Restrict(caveats[i])
	}
	if err != nil {
		t.Fatal(err)
	}
	encryption := grant.NewEncryptionAccessWithDefaultKey(&storj.Key{1})
	encryption.SetDefaultPathCipher(storj.EncAESGCM)
	encryption.LimitTo(key)
	text, err := (&grant.Access{
		SatelliteAddress: "12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@127.0.0.1:7777",
		APIKey:           key, EncAccess: encryption,
	}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func inspected(t *testing.T, a *Access) Inspection {
	t.Helper()
	found, err := a.Inspect()
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestRestrictionsAddUp(t *testing.T) {
	early, late := time.Unix(1000, 0), time.Unix(2000, 0)
	short, long := time.Minute, time.Hour
	found := inspected(t, accessWith(t,
		macaroon.Caveat{DisallowReads: true, NotBefore: &early, NotAfter: &late, MaxObjectTtl: &long},
		macaroon.Caveat{DisallowDeletes: true, NotBefore: &late, NotAfter: &early, MaxObjectTtl: &short,
			DisallowPutRetention: true, DisallowGetLegalHold: true, DisallowGetRetention: true},
		macaroon.Caveat{DisallowGetRetention: true},
	)).Caveat
	if !found.DisallowReads || !found.DisallowDeletes || found.DisallowWrites || found.DisallowLists {
		t.Fatalf("%+v", found)
	}
	if !found.NotBefore.Equal(late) || !found.NotAfter.Equal(early) || *found.MaxObjectTtl != short {
		t.Fatalf("%+v", found)
	}
	if !found.DisallowPutRetention || !found.DisallowGetRetention || !found.DisallowGetLegalHold || found.DisallowPutLegalHold {
		t.Fatalf("%+v", found)
	}
	unlimited := inspected(t, accessWith(t, macaroon.Caveat{DisallowGetRetention: true}))
	if unlimited.Caveat.DisallowGetRetention || unlimited.Restricted {
		t.Fatal("who may put a retention may get it")
	}
}

func TestPrefixesAreThoseOfAllCaveats(t *testing.T) {
	root := accessWith(t)
	full := uplink.FullPermission()
	share := func(a *Access, prefixes ...uplink.SharePrefix) *Access {
		shared, err := a.Share(full, prefixes)
		if err != nil {
			t.Fatal(err)
		}
		return shared
	}
	one := share(root, uplink.SharePrefix{Bucket: "a", Prefix: "x/"}, uplink.SharePrefix{Bucket: "b"})
	two := share(one, uplink.SharePrefix{Bucket: "a", Prefix: "x/y"}, uplink.SharePrefix{Bucket: "a", Prefix: "x/z/"})
	for _, check := range []struct {
		access   *Access
		prefixes []uplink.SharePrefix
	}{
		{root, nil},
		{one, []uplink.SharePrefix{{Bucket: "a", Prefix: "x/"}, {Bucket: "b"}}},
		{two, []uplink.SharePrefix{{Bucket: "a", Prefix: "x/y/"}, {Bucket: "a", Prefix: "x/z/"}}},
	} {
		found := inspected(t, check.access)
		if !slices.Equal(found.Prefixes, check.prefixes) || found.Restricted != (check.prefixes != nil) {
			t.Errorf("%+v, not %v", found.Prefixes, check.prefixes)
		}
	}
}

// A grant that is cut off and has a right checksum makes Go's library panic where its keys begin.
func TestGrantsThatAreCutOff(t *testing.T) {
	text, err := accessWith(t).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	data, version, err := base58.CheckDecode(text)
	if err != nil {
		t.Fatal(err)
	}
	for length := range data {
		_, err := Parse(base58.CheckEncode(data[:length], version))
		check.Error(t, err, fail.CodeInternal, fail.DetailInvalidAccess)
	}
}

func TestNonsenseIsRefusedAtOnce(t *testing.T) {
	start := time.Now()
	for text, reason := range map[string]string{
		"":                                    "is empty",
		strings.Repeat("1", 10_000_000):       "10000000 characters",
		strings.Repeat("x", 1000):             "does not begin with 1",
		"1" + strings.Repeat("x", 1000) + "0": "none of base58",
		"1ä":                                  "none of base58",
	} {
		_, err := Parse(text)
		if err == nil || !strings.Contains(err.Error(), reason) || len(err.Error()) > 200 {
			t.Errorf("%.40q: %.200v", text, err)
		}
		if err := checkAPIKey(text); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%.40q: %.200v", text, err)
		}
	}
	for _, address := range []string{strings.Repeat("x", 10_000_000) + "@host:7777", strings.Repeat("x@", 5_000_000)} {
		if err := checkSatellite(address); err == nil || !strings.Contains(err.Error(), "10000") || len(err.Error()) > 200 {
			t.Errorf("%.200v", err)
		}
	}
	// Decoding them would take minutes.
	if spent := time.Since(start); spent > 10*time.Second {
		t.Errorf("it took %v", spent)
	}
}

func TestSecretsStayOutOfMessages(t *testing.T) {
	const secret = "13YqeVeryPrivate"
	for _, err := range []error{
		checkSatellite(secret),
		checkSatellite("a b " + secret),
		checkSatellite(secret + "@127.0.0.1:7777"),
		checkSatellite("%zz" + secret),
		checkAPIKey(secret),
	} {
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Error(err)
		}
	}
	if _, err := Parse(secret); err == nil || strings.Contains(err.Error(), secret) {
		t.Error(err)
	}
}

func TestTheAddressesOfStorjsSatellitesAreCompleted(t *testing.T) {
	for _, host := range []string{"us1.storj.io", "eu1.storj.io", "ap1.storj.io", "US1.storj.io"} {
		for _, address := range []string{host, host + ":7777"} {
			full := fullAddress(address)
			if err := checkSatellite(full); err != nil || !strings.HasSuffix(full, "@"+host+":7777") {
				t.Error(address, full, err)
			}
		}
	}
	for _, address := range []string{"", "us2.storj.io", "us1.storj.io:7778", "127.0.0.1:7777", "id@us1.storj.io:7777"} {
		if full := fullAddress(address); full != address {
			t.Error(address, full)
		}
	}
}

func TestARequestTakesTheHostOfASatelliteOfStorj(t *testing.T) {
	r := Request{Satellite: "eu1.storj.io", APIKey: "1"}
	_, err := r.Prepare()
	if err == nil || !strings.Contains(err.Error(), "API key") { // which is what is wrong
		t.Error(err)
	}
}

func TestSatelliteAddress(t *testing.T) {
	for address, valid := range map[string]bool{
		"mars.tardigrade.io:7777": true,
		"12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@127.0.0.1:7777": true,
		"127.0.0.1:7777": false,
		"12EayRS2V1kEsWESU9QMRseFhdxYxKicsiFmxrsLZHeLUtdps3S@localhost": false,
		"":        false,
		"http://": false,
	} {
		if err := checkSatellite(address); (err == nil) != valid {
			t.Errorf("%q: %v", address, err)
		}
	}
}
