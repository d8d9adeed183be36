package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers are the packages below internal/, lowest first: each imports only packages before it.
// Those of one line do not import each other.
var layers = [][]string{
	{"fail", "goruntime", "stats"},
	{"guard", "handle", "argument", "serialized", "buckets", "objects", "check", "progress", "window"},
	{"checksum"},
	{"budget", "pace"},
	{"satellite", "operation"},
	{"network"},
	{"access", "project", "multipart"},
	{"project/projecttest", "edge", "listing", "stream"},
	{"ranges"},
	{"transfer"},
	{"tree"},
}

func layerOf(name string) int {
	return slices.IndexFunc(layers, func(layer []string) bool { return slices.Contains(layer, name) })
}

const internal = "libuplink/internal/"

func TestLayers(t *testing.T) {
	err := filepath.WalkDir("internal", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		own := strings.TrimPrefix(path.Dir(filepath.ToSlash(file)), "internal/")
		if layerOf(own) < 0 {
			t.Errorf("%s is in no layer", own)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imported := range parsed.Imports {
			name, _ := strconv.Unquote(imported.Path.Value)
			if name == "C" {
				t.Errorf("%s uses cgo", file)
			}
			if other, found := strings.CutPrefix(name, internal); found && layerOf(other) >= layerOf(own) {
				t.Errorf("%s imports %s, which is not below it", file, other)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The exports only read arguments, call and fill structs: nothing in them waits, locks, or runs at
// the same time.
func TestExportsHaveNoLogic(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range parsed.Imports {
			name, _ := strconv.Unquote(imported.Path.Value)
			if slices.Contains([]string{"sync/atomic", "net", "os", "errors"}, name) {
				t.Errorf("%s imports %s", file, name)
			}
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			switch node.(type) {
			case *ast.GoStmt, *ast.SelectStmt, *ast.SendStmt, *ast.ChanType:
				t.Errorf("%s does things at the same time", file)
			}
			return true
		})
	}
}
