package main

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// surfacePackages are the packages of Go's library whose exported names programs use.
var surfacePackages = []string{
	"", "edge", "private/access", "private/bucket", "private/edge", "private/etag", "private/license", "private/multipart",
	"private/object", "private/project", "private/transport",
}

// TestSurface checks that testdata/surface.txt has each exported name of Go's library, and what it
// has for them: names of uplink.h, or a hyphen and the reason why there is none.
func TestSurface(t *testing.T) {
	table := readTable(t, "testdata/surface.txt")
	var exported []string
	for _, folder := range surfacePackages {
		exported = append(exported, exportedBy(t, folder)...)
	}
	for _, name := range exported {
		if table[name] == "" {
			t.Errorf("surface.txt lacks %s", name)
		}
	}
	declared := declaredNames(t)
	for name, is := range table {
		if !slices.Contains(exported, name) {
			t.Errorf("surface.txt has %s, which Go's library does not export", name)
		}
		if strings.HasPrefix(is, "- ") {
			continue // without a function
		}
		for _, c := range strings.Fields(is) {
			if !declared[c] {
				t.Errorf("%s: uplink.h does not declare %s", name, c)
			}
		}
	}
}

// TestFunctionsOfUplinkC checks that uplink.h has each function of storj/uplink-c.
func TestFunctionsOfUplinkC(t *testing.T) {
	declared := declaredNames(t)
	for name := range readTable(t, "testdata/uplink-c.txt") {
		if !declared[name] {
			t.Errorf("uplink.h does not declare %s", name)
		}
	}
}

// readTable returns the lines of a table, by their first words.
func readTable(t *testing.T, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	table := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, is, _ := strings.Cut(line, " ")
		if _, found := table[name]; found {
			t.Errorf("%s has %s twice", path, name)
		}
		table[name] = strings.TrimSpace(is)
	}
	return table
}

// exportedBy returns the exported constants, variables, functions, types, methods and fields of a
// package of Go's library.
func exportedBy(t *testing.T, folder string) []string {
	t.Helper()
	prefix := folder
	if prefix == "" {
		prefix = "uplink"
	}
	parsed := parseLibrary(t, folder)
	names := valueNames(parsed.Consts, parsed.Vars)
	for _, function := range parsed.Funcs {
		names = append(names, function.Name)
	}
	for _, kind := range parsed.Types {
		names = append(names, kind.Name)
		names = append(names, valueNames(kind.Consts, kind.Vars)...)
		for _, function := range kind.Funcs {
			names = append(names, function.Name)
		}
		for _, method := range kind.Methods {
			names = append(names, kind.Name+"."+method.Name)
		}
		for _, field := range fieldsOf(t, kind) {
			names = append(names, kind.Name+"."+field)
		}
	}
	for i, name := range names {
		names[i] = prefix + "." + name
	}
	return names
}

func valueNames(groups ...[]*doc.Value) (names []string) {
	for _, value := range slices.Concat(groups...) {
		for _, name := range value.Names {
			if ast.IsExported(name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// fieldsOf returns the exported fields of a struct, also of one that is an alias of a struct in
// private/metaclient.
func fieldsOf(t *testing.T, kind *doc.Type) (names []string) {
	t.Helper()
	for _, spec := range kind.Decl.Specs {
		switch of := spec.(*ast.TypeSpec).Type.(type) {
		case *ast.StructType:
			for _, field := range of.Fields.List {
				if len(field.Names) == 0 {
					embedded := fmt.Sprint(field.Type)
					names = append(names, embedded[strings.LastIndexAny(embedded, " .")+1:len(embedded)-1])
				}
				for _, name := range field.Names {
					if name.IsExported() {
						names = append(names, name.Name)
					}
				}
			}
		case *ast.SelectorExpr:
			if fmt.Sprint(of.X) != "metaclient" {
				continue
			}
			for _, other := range parseLibrary(t, "private/metaclient").Types {
				if other.Name == of.Sel.Name {
					names = append(names, fieldsOf(t, other)...)
				}
			}
		}
	}
	return names
}

// parseLibrary returns the documentation of a package of Go's library, whose exported names it has.
func parseLibrary(t *testing.T, folder string) *doc.Package {
	t.Helper()
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "storj.io/uplink").Output()
	if err != nil {
		t.Fatal(err)
	}
	isSource := func(entry fs.FileInfo) bool { return !strings.HasSuffix(entry.Name(), "_test.go") }
	set := token.NewFileSet()
	//lint:ignore SA1019 the files need no build constraints
	packages, err := parser.ParseDir(set, filepath.Join(strings.TrimSpace(string(root)), folder), isSource, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, parsed := range packages {
		return doc.New(parsed, "storj.io/uplink/"+folder, 0)
	}
	t.Fatalf("%s has no package", folder)
	return nil
}

var (
	comments     = regexp.MustCompile(`(?s)/\*.*?\*/`)
	declarations = regexp.MustCompile(`(?m)\b((?:uplink|edge)_\w+)\(|^#define (\w+) .|typedef struct (\w+) \{`)
	structs      = regexp.MustCompile(`(?ms)^typedef struct (\w+) \{(.*?)^\}`)
	fields       = regexp.MustCompile(`(\w+);`)
)

// declaredNames returns the functions, constants and structs of uplink.h, and the fields as
// Struct.field.
func declaredNames(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("uplink.h")
	if err != nil {
		t.Fatal(err)
	}
	header := comments.ReplaceAllString(string(text), "")
	names := map[string]bool{}
	for _, found := range declarations.FindAllStringSubmatch(header, -1) {
		names[found[1]+found[2]+found[3]] = true
	}
	for _, found := range structs.FindAllStringSubmatch(header, -1) {
		for _, field := range fields.FindAllStringSubmatch(found[2], -1) {
			names[found[1]+"."+field[1]] = true
		}
	}
	return names
}
