package bot_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestSecretsAreComparedInConstantTime reads our own source: nothing that was
// revealed, and nothing that a header of a signature holds, is compared with == or
// the like, and each place that judges a token or a signature uses a comparison
// whose time tells nothing.
func TestSecretsAreComparedInConstantTime(t *testing.T) {
	judges := map[string]string{
		"bot/config/secret.go Equal":             "ConstantTimeCompare",
		"integrations/github/hooks.go Verify":    "hmac.Equal",
		"integrations/pagerduty/hooks.go Verify": "hmac.Equal",
	}
	files := 0
	err := filepath.WalkDir("..", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") || strings.Contains(p, "sim/") {
			return err
		}
		files++
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, p, nil, 0)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(p, "../"))
		for _, decl := range tree.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if call, ok := judges[name+" "+f.Name.Name]; ok && calls(f, call) {
				delete(judges, name+" "+f.Name.Name)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				b, ok := n.(*ast.BinaryExpr)
				if ok && (b.Op == token.EQL || b.Op == token.NEQ) && (secretive(b.X) && !plainly(b.Y) || secretive(b.Y) && !plainly(b.X)) {
					t.Errorf("%s compares a secret in a time that tells of it", set.Position(b.Pos()))
				}
				return true
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for where, call := range judges {
		t.Errorf("%s does not use %s", where, call)
	}
	t.Logf("constant time: %d files, 3 places that judge tokens and signatures, 0 other comparisons of secrets", files)
}

// secretive reports whether an expression reveals a secret or reads a header that
// holds one.
func secretive(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	if sel.Sel.Name == "Reveal" {
		return true
	}
	if sel.Sel.Name != "Get" || len(call.Args) != 1 {
		return false
	}
	lit, ok := call.Args[0].(*ast.BasicLit)
	return ok && (strings.Contains(lit.Value, "Authorization") || strings.Contains(lit.Value, "Signature"))
}

// plainly reports whether an expression is written out, as "" is.
func plainly(e ast.Expr) bool {
	_, ok := e.(*ast.BasicLit)
	return ok
}

// calls reports whether a function calls something of that name.
func calls(f *ast.FuncDecl, name string) (found bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if pkg, ok := sel.X.(*ast.Ident); ok && strings.HasSuffix(pkg.Name+"."+sel.Sel.Name, name) {
				found = true
			}
		}
		return true
	})
	return found
}
