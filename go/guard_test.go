package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"libuplink/internal/fail"
	"libuplink/internal/operation"
	"libuplink/internal/stream"
)

// exports finds the exported functions of the package by their comments.
func exports(t *testing.T) map[string]*ast.FuncDecl {
	t.Helper()
	found := map[string]*ast.FuncDecl{}
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok || function.Doc == nil {
				continue
			}
			for _, line := range function.Doc.List {
				if name, exported := strings.CutPrefix(line.Text, "//export "); exported {
					found[name] = function
				}
			}
		}
	}
	return found
}

// rescues reports whether a function begins with a deferred rescue, or is only a call of takeInto,
// which rescues by itself. The rescue may stand in a test for NULL, or after it.
func rescues(body *ast.BlockStmt) bool {
	if len(body.List) == 0 {
		return false
	}
	switch first := body.List[0].(type) {
	case *ast.DeferStmt:
		called := calledName(first.Call)
		return called == "rescue" || called == "rescueStart"
	case *ast.ExprStmt:
		call, ok := first.X.(*ast.CallExpr)
		return ok && len(body.List) == 1 && calledName(call) == "takeInto"
	case *ast.IfStmt:
		if len(body.List) == 1 {
			return rescues(first.Body)
		}
		_, leaves := first.Body.List[0].(*ast.ReturnStmt)
		return leaves && rescues(&ast.BlockStmt{List: body.List[1:]})
	}
	return false
}

// calledName returns the name of a called function of the package.
func calledName(call *ast.CallExpr) string {
	called := call.Fun
	if generic, ok := called.(*ast.IndexExpr); ok {
		called = generic.X
	}
	if name, ok := called.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

func TestEveryExportIsGuarded(t *testing.T) {
	found := exports(t)
	for name, function := range found {
		if !rescues(function.Body) {
			t.Errorf("a panic in %s would end the process: it does not begin with a deferred rescue", name)
		}
	}
	header, err := os.ReadFile("uplink.h")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`(?m)^\w[\w ]*[ *]((?:uplink|edge)_\w+)\(`).FindAllSubmatch(header, -1)
	if len(declared) != len(found) {
		t.Errorf("the header declares %d functions, but %d are exported", len(declared), len(found))
	}
	for _, match := range declared {
		if found[string(match[1])] == nil {
			t.Errorf("%s is declared but not exported", match[1])
		}
	}
}

func TestRescue(t *testing.T) {
	failed := errorToC(nil)
	func() {
		defer rescue(&failed)
		panic("at the disco")
	}()
	if failed == nil || fail.Code(failed.code) != fail.CodeInternal || fail.Detail(failed.detail) != fail.DetailPanic {
		t.Fatal(failed)
	}
	uplink_free_error(failed)
	func() {
		defer rescue(nil)
		panic("at the disco")
	}()
}

func TestRescueStart(t *testing.T) {
	var handle operationHandle
	func() {
		defer rescueStart[*stream.Download](&handle)
		panic("at the disco")
	}()
	_, err := take[*stream.Download](&handle)
	known, ok := err.(*fail.Error)
	if !ok || known.Detail != fail.DetailPanic || !strings.Contains(known.Text, "disco") {
		t.Fatal(err)
	}
	if handle._handle != 0 {
		t.Fatal("it was not taken")
	}
	func() {
		defer rescueStart[operation.Nothing](nil)
		panic("at the disco")
	}()
}

func TestTakeIntoRescues(t *testing.T) {
	handle := operationHandle{}
	failed := errorToC(nil)
	panicked := false
	takeInto(&handle, &failed, func(_ operation.Nothing, err error) *errorInC {
		if !panicked {
			panicked = true
			panic("at the disco")
		}
		return errorToC(err)
	})
	defer uplink_free_error(failed)
	if failed == nil || fail.Detail(failed.detail) != fail.DetailPanic {
		t.Fatal(failed)
	}
}
