// Package conformance_test makes many calls of Go's library, good and bad, and
// compares the outcomes with the recording of a real network.
package conformance_test

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"storj.io/common/grant"
	"storj.io/common/macaroon"
	"storj.io/common/storj"
	"storj.io/uplink"
	"uplink-localnet/internal/admin"
	"uplink-localnet/internal/network"
)

var record = flag.String("record", "", "write what came of the calls to this file, in place of comparing it")

// families has the calls, in groups that do not disturb each other. On a foreign
// network they share a project, which must be empty for the first two.
var families = []struct {
	name  string
	parts []func(*family)
}{
	{"access", []func(*family){(*family).access}},
	{"buckets", []func(*family){(*family).buckets, (*family).fullBuckets}},
	{"permissions", []func(*family){(*family).permissions}},
	{"restricted", []func(*family){(*family).restricted, (*family).timed, (*family).revoking}},
	{"expiry", []func(*family){(*family).expiry, (*family).limitedLife}},
	{"limits", []func(*family){(*family).storageLimits, (*family).otherLimits, (*family).requestLimits}},
	{"names", []func(*family){(*family).names, (*family).badNames}},
	{"objects", []func(*family){(*family).objects, (*family).missingObjects, (*family).endedUploads, (*family).vanishing}},
	{"keys", []func(*family){(*family).keys}},
	{"metadata", []func(*family){(*family).metadata, (*family).oddMetadata, (*family).metadataAndUploads}},
	{"listing", []func(*family){(*family).listing, (*family).listingAcross}},
	{"rawlist", []func(*family){(*family).rawListing}},
	{"copymove", []func(*family){(*family).copying, (*family).oddCopies, (*family).moving, (*family).oddMoves}},
	{"multipart", []func(*family){
		(*family).multipart, (*family).partsInOrder, (*family).partSizes, (*family).partNumbers, (*family).abortedParts,
		(*family).wrongUploads, (*family).severalUploads, (*family).listedUploads,
	}},
	{"abort", []func(*family){(*family).abort}},
	{"versions", []func(*family){(*family).versions}},
	{"lock", []func(*family){(*family).lock}},
	{"conditional", []func(*family){(*family).conditional}},
	{"bulk", []func(*family){(*family).bulk}},
	{"tags", []func(*family){(*family).bucketTags}},
	{"raw", []func(*family){(*family).raw}},
}

// family is a group of calls while they are made.
type family struct {
	*site
	name   string
	apiKey string
	root   *uplink.Access
	// p encrypts the keys of objects, plain does not.
	p, plain actor
	lines    []line
}

// site is the network under test.
type site struct {
	satellite string
	// project returns an API key for a family.
	project func(family string) (string, error)
	// limit sets a limit of a family's project, if that can be done here.
	limit func(family, name string, value int64) error
}

// TestConformance is the whole comparison. The environment variables
// CONFORMANCE_SATELLITE and CONFORMANCE_API_KEY name another network.
func TestConformance(t *testing.T) {
	s := foreignSite()
	if s == nil {
		s = localSite(t)
	}
	all := make([][]line, len(families))
	t.Run("calls", func(t *testing.T) {
		for i, group := range families {
			t.Run(group.name, func(t *testing.T) {
				if s.limit != nil {
					t.Parallel() // each family has a project of its own
				}
				f := newFamily(t, s, group.name)
				defer func() { all[i] = f.lines }()
				defer f.ended(t)
				for _, part := range group.parts {
					part(f)
				}
			})
		}
	})
	var lines []line
	for _, part := range all {
		lines = append(lines, part...)
	}
	if *record != "" {
		writeLines(t, *record, lines)
	} else {
		compare(t, lines, s.limit != nil)
	}
}

func newFamily(t *testing.T, s *site, name string) *family {
	apiKey, err := s.project(name)
	if err != nil {
		t.Fatal(err)
	}
	f := &family{site: s, name: name, apiKey: apiKey}
	f.root = f.grant(storj.EncAESGCM, apiKey)
	f.p, f.plain = openAccess(f.root), openAccess(f.grant(storj.EncNull, apiKey))
	t.Cleanup(func() { _, _ = f.p.Close(), f.plain.Close() })
	return f
}

// grant returns a grant whose root key is always the same, so that encrypted
// keys come in the same order everywhere.
func (f *family) grant(cipher storj.CipherSuite, apiKey string) *uplink.Access {
	key := must(macaroon.ParseAPIKey(apiKey))
	enc := grant.NewEncryptionAccessWithDefaultKey(&storj.Key{1, 2, 3})
	enc.SetDefaultPathCipher(cipher)
	enc.LimitTo(key)
	g := grant.Access{SatelliteAddress: f.satellite, APIKey: key, EncAccess: enc}
	return must(uplink.ParseAccess(must(g.Serialize())))
}

func foreignSite() *site {
	satellite, apiKey := os.Getenv("CONFORMANCE_SATELLITE"), os.Getenv("CONFORMANCE_API_KEY")
	if satellite == "" || apiKey == "" {
		return nil
	}
	return &site{satellite: satellite, project: func(string) (string, error) { return apiKey, nil }}
}

func localSite(t *testing.T) *site {
	n, err := network.Start(network.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return &site{
		satellite: n.URL,
		project: func(family string) (string, error) {
			made, err := n.Admin.Grant(admin.GrantRequest{Project: family})
			if err != nil {
				return "", err
			}
			return made.APIKey, nil
		},
		limit: func(family, name string, value int64) error {
			_, err := n.Admin.Do("limit", admin.LimitRequest{Project: family, Limits: map[string]int64{name: value}})
			return err
		},
	}
}

func writeLines(t *testing.T, path string, lines []line) {
	var text strings.Builder
	for _, l := range lines {
		fmt.Fprintln(&text, l)
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Error(err)
	}
}

// number adds a number to the second and later call of one name.
func number(lines []line) (numbered []line) {
	seen := map[string]int{}
	for _, l := range lines {
		seen[l.name]++
		if n := seen[l.name]; n > 1 {
			l.name += " #" + strconv.Itoa(n)
		}
		numbered = append(numbered, l)
	}
	return numbered
}
