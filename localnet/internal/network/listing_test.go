package network_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"storj.io/common/grant"
	"storj.io/common/storj"
	"storj.io/uplink"
	"storj.io/uplink/private/testuplink"
	"uplink-localnet/internal/network"
)

// plainKeys returns a grant without encryption of keys: listings are in an order
// that a test can predict.
func plainKeys(t testing.TB, serialized string) *uplink.Access {
	t.Helper()
	access, err := grant.ParseAccess(serialized)
	check(t, err)
	access.EncAccess.SetDefaultPathCipher(storj.EncNull)
	serialized, err = access.Serialize()
	check(t, err)
	return parse(t, serialized)
}

// model is a naive listing: the keys below the prefix, collapsed, sorted, after
// the cursor.
func model(all []string, prefix, cursor string, recursive bool) []string {
	found := map[string]bool{}
	for _, key := range all {
		rest, ok := strings.CutPrefix(key, prefix)
		if !ok {
			continue
		}
		if i := strings.IndexByte(rest, '/'); i >= 0 && !recursive {
			rest = rest[:i+1]
		}
		if cursor == "" || rest > cursor {
			found[prefix+rest] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func randomKeys(rnd *rand.Rand, count int) []string {
	parts := []string{"a", "b", "ab", "b\x00", "\x00", "é", "z\xff", "0", "a b", "longer-name"}
	keys := map[string]bool{}
	for len(keys) < count {
		var path []string
		for range 1 + rnd.IntN(4) {
			path = append(path, parts[rnd.IntN(len(parts))])
		}
		key := strings.Join(path, "/")
		if rnd.IntN(10) == 0 {
			key += "/"
		}
		keys[key] = true
	}
	return slices.Sorted(maps.Keys(keys))
}

func TestListAgainstModel(t *testing.T) {
	n := start(t, network.Config{})
	plain, encrypted := openAccess(t, plainKeys(t, n.Access)), open(t, n)
	rnd := rand.New(rand.NewPCG(1, 2))
	for round := range 6 {
		bucket := fmt.Sprint("bucket-", round)
		_, err := plain.CreateBucket(timeout(t), bucket)
		check(t, err)
		all := randomKeys(rnd, 20+round*30)
		for _, key := range all {
			mustPut(t, plain, bucket, key, nil)
		}
		for range 40 {
			prefix, cursor := randomPrefix(rnd, all), randomPrefix(rnd, all)
			if rnd.IntN(2) == 0 {
				cursor = ""
			}
			recursive := rnd.IntN(2) == 0
			ctx := testuplink.WithListLimit(timeout(t), 1+rnd.IntN(9))
			got := keys(t, plain.ListObjects(ctx, bucket, &uplink.ListObjectsOptions{Prefix: prefix, Cursor: cursor, Recursive: recursive}))
			want := model(all, prefix, cursor, recursive)
			if !slices.Equal(got, want) {
				t.Fatalf("prefix %q cursor %q recursive %v:\n got %q\nwant %q", prefix, cursor, recursive, got, want)
			}
		}
		listEncrypted(t, rnd, encrypted, bucket+"-enc", all)
	}
}

// listEncrypted checks the same with encrypted keys, whose order is not known.
func listEncrypted(t *testing.T, rnd *rand.Rand, p *uplink.Project, bucket string, all []string) {
	t.Helper()
	_, err := p.CreateBucket(timeout(t), bucket)
	check(t, err)
	for _, key := range all {
		mustPut(t, p, bucket, key, nil)
	}
	for range 10 {
		prefix := randomPrefix(rnd, all)
		recursive := rnd.IntN(2) == 0
		options := uplink.ListObjectsOptions{Prefix: prefix, Recursive: recursive}
		ctx := testuplink.WithListLimit(timeout(t), 1+rnd.IntN(9))
		got := keys(t, p.ListObjects(ctx, bucket, &options))
		want := model(all, prefix, "", recursive)
		if sorted := slices.Sorted(slices.Values(got)); !slices.Equal(sorted, want) {
			t.Fatalf("prefix %q recursive %v:\n got %q\nwant %q", prefix, recursive, sorted, want)
		}
		if len(got) == 0 {
			continue
		}
		at := rnd.IntN(len(got))
		if options.Cursor = strings.TrimPrefix(got[at], prefix); options.Cursor == "" {
			continue // the object whose key is the prefix cannot be a cursor
		}
		rest := keys(t, p.ListObjects(ctx, bucket, &options))
		if !slices.Equal(rest, got[at+1:]) {
			t.Fatalf("prefix %q cursor %q recursive %v:\n got %q\nwant %q", prefix, options.Cursor, recursive, rest, got[at+1:])
		}
	}
}

// randomPrefix returns "", or a folder of one of the keys.
func randomPrefix(rnd *rand.Rand, all []string) string {
	if rnd.IntN(4) == 0 {
		return ""
	}
	key := all[rnd.IntN(len(all))]
	i := strings.LastIndexByte(key, '/')
	return key[:i+1]
}

func TestListPages(t *testing.T) {
	_, p := project(t, "pages")
	const count = 2345
	want := map[string]bool{}
	for i := range count {
		key := fmt.Sprint("dir/", i)
		want[key] = true
		mustPut(t, p, "pages", key, []byte{1})
	}
	got := keys(t, p.ListObjects(timeout(t), "pages", &uplink.ListObjectsOptions{Prefix: "dir/"}))
	if len(got) != count {
		t.Errorf("%d of %d", len(got), count)
	}
	for _, key := range got {
		if !want[key] {
			t.Errorf("%q twice or unknown", key)
		}
		delete(want, key)
	}
	equal(t, keys(t, p.ListObjects(timeout(t), "pages", nil)), []string{"dir/"})
}

func TestListMetadata(t *testing.T) {
	_, p := project(t, "meta")
	ctx := timeout(t)
	up, err := p.UploadObject(ctx, "meta", "key", nil)
	check(t, err)
	_, err = up.Write(random(5000, 1))
	check(t, err)
	custom := uplink.CustomMetadata{"a": "1", "ü": "ö"}
	check(t, up.SetCustomMetadata(ctx, custom))
	check(t, up.Commit())
	for _, system := range []bool{false, true} {
		for _, withCustom := range []bool{false, true} {
			it := p.ListObjects(ctx, "meta", &uplink.ListObjectsOptions{System: system, Custom: withCustom})
			if !it.Next() {
				t.Fatal(it.Err())
			}
			o := it.Item()
			if got := o.System.ContentLength == 5000 && !o.System.Created.IsZero(); got != system {
				t.Errorf("system %v: %+v", system, o.System)
			}
			if got := maps.Equal(o.Custom, custom); got != withCustom {
				t.Errorf("custom %v: %+v", withCustom, o.Custom)
			}
		}
	}
	check(t, p.UpdateObjectMetadata(ctx, "meta", "key", uplink.CustomMetadata{"b": "2"}, nil))
	o, err := p.StatObject(ctx, "meta", "key")
	check(t, err)
	if !maps.Equal(o.Custom, uplink.CustomMetadata{"b": "2"}) || o.System.ContentLength != 5000 {
		t.Errorf("%+v", o)
	}
	sameBytes(t, mustGet(t, p, "meta", "key"), random(5000, 1))
	if err := p.UpdateObjectMetadata(ctx, "meta", "other", custom, nil); !errors.Is(err, uplink.ErrObjectNotFound) {
		t.Errorf("%v", err)
	}
}
