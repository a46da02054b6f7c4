package guards

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// guardFiles are the files all of whose tests are guards.
var guardFiles = []string{
	"cmd/gen/fresh_test.go", "cmd/gen/house_test.go", "internal/conformance/*_test.go", "internal/docs/docs_test.go",
	"internal/emit/proof_test.go", "internal/exchange/exchange_test.go", "internal/hostile/*_test.go", "internal/lint/catalogue_test.go", "internal/sbom/*_test.go",
	"internal/corpus/*_test.go", "internal/guards/*_test.go",
}

// A sabotage breaks what a guard guards. Either a function gets a statement at
// its beginning, or a text in a file is replaced, or files are added.
type sabotage struct {
	guard string // "internal/lint TestReadme", or "make lint"

	in   string // a file, or the directory of a package
	fn   string // a function in it, or a method: "find" or "store.find"
	stmt string

	old, new string

	add map[string]string

	sub   string // which subtests are run: "/clarus$/server"
	env   string // "CORPUS=internal/corpus/testdata"
	needs string // a program, without which the sabotage is skipped
	want  string // what the guard then prints, besides that it fails
}

var (
	testFunc = regexp.MustCompile(`(?m)^func (Test[A-Z]\w*|Fuzz[A-Z]\w*)\(\w+ \*testing\.[TF]\)`)
	ciStep   = regexp.MustCompile(`(?m)^\s*step (?:with_caches \w+ )?make ([a-z-]+)`)
	ciLoop   = regexp.MustCompile(`(?m)^for target in ([^;]+);`)
)

// findGuards returns the names of all guards.
func findGuards(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{}
	add := func(name string, pattern *regexp.Regexp, prefix string) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range pattern.FindAllStringSubmatch(string(data), -1) {
			if rel, _ := filepath.Rel(root, filepath.Dir(name)); strings.HasPrefix(m[1], prefix) && m[1] != "TestMain" {
				found[filepath.ToSlash(rel)+" "+m[1]] = true
			}
		}
	}
	for _, pattern := range guardFiles {
		names, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(names) == 0 {
			t.Errorf("%s: no such file", pattern)
		}
		for _, name := range names {
			add(name, testFunc, "Test")
		}
	}
	for _, name := range files(t) {
		if strings.HasSuffix(name, "_test.go") && !strings.HasPrefix(name, "internal/fuzzing/") && !strings.HasPrefix(name, "generated/") {
			add(filepath.Join(root, name), testFunc, "Fuzz")
		}
	}
	ci, err := os.ReadFile(filepath.Join(root, ".ci", "run"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range ciStep.FindAllStringSubmatch(string(ci), -1) {
		found["make "+m[1]] = true
	}
	for _, m := range ciLoop.FindAllStringSubmatch(string(ci), -1) {
		for target := range strings.FieldsSeq(m[1]) {
			found["make "+target] = true
		}
	}
	var all []string
	for name := range found {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// files returns the files of the repository, also those that are not committed yet.
func files(t *testing.T) []string {
	t.Helper()
	cmd := exec.Command("git", "ls-files", "-co", "--exclude-standard")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("git ls-files: %v", err)
	}
	return slices.DeleteFunc(strings.Split(strings.TrimSpace(string(out)), "\n"), func(name string) bool {
		_, err := os.Stat(filepath.Join(root, name))
		return err != nil
	})
}

// TestEveryGuard fails for a guard without a sabotage, and for a sabotage of a
// guard that no longer exists.
func TestEveryGuard(t *testing.T) {
	guards := findGuards(t)
	if len(guards) < 60 {
		t.Errorf("only %d guards: %v", len(guards), guards)
	}
	for _, guard := range guards {
		_, sameAs := covered[guard]
		has := slices.ContainsFunc(sabotages, func(s sabotage) bool { return s.guard == guard })
		if has == sameAs {
			t.Errorf("%s: has a sabotage: %v, is covered by others: %v; want one of both", guard, has, sameAs)
		}
	}
	for _, s := range sabotages {
		if !slices.Contains(guards, s.guard) {
			t.Errorf("%s: there is no such guard", s.guard)
		}
	}
	for guard, others := range covered {
		if !slices.Contains(guards, guard) {
			t.Errorf("%s: there is no such guard", guard)
		}
		for _, other := range others {
			if !slices.ContainsFunc(sabotages, func(s sabotage) bool { return s.guard == other }) {
				t.Errorf("%s is covered by %s, which has no sabotage", guard, other)
			}
		}
	}
}

// TestSabotageApplies checks that every sabotage changes something, and that
// changed Go code still has the syntax of Go.
func TestSabotageApplies(t *testing.T) {
	for _, s := range sabotages {
		changes, err := s.changes(root)
		if err != nil {
			t.Errorf("%s: %v: change its line in internal/guards/table_test.go", s.guard, err)
		}
		for name, text := range changes {
			if path.Ext(name) == ".go" {
				if _, err := parser.ParseFile(token.NewFileSet(), name, text, 0); err != nil {
					t.Errorf("%s: %v", s.guard, err)
				}
			}
		}
	}
}

// changes returns the files that a sabotage changes, with their new text.
func (s sabotage) changes(root string) (map[string]string, error) {
	switch {
	case s.add != nil:
		return s.add, nil
	case s.fn != "":
		return s.insert(root)
	}
	data, err := os.ReadFile(filepath.Join(root, s.in))
	if err != nil {
		return nil, err
	}
	if !strings.Contains(string(data), s.old) {
		return nil, fmt.Errorf("%s does not contain %q", s.in, s.old)
	}
	return map[string]string{s.in: strings.Replace(string(data), s.old, s.new, 1)}, nil
}

// insert puts the statement at the beginning of the function. If the function
// moved to another package, insert finds it there.
func (s sabotage) insert(root string) (map[string]string, error) {
	dirs := []string{s.in}
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, name)
		dirs = append(dirs, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(s.in, "generated/") {
		dirs = dirs[:1]
	}
	for _, dir := range dirs {
		names, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if text, err := s.insertInto(name); err != nil || text != "" {
				return map[string]string{path.Join(dir, filepath.Base(name)): text}, err
			}
		}
	}
	return nil, fmt.Errorf("%s has no function %s", s.in, s.fn)
}

// insertInto returns the new text of a file, or "" if it has no such function.
func (s sabotage) insertInto(name string) (string, error) {
	if strings.HasSuffix(name, "_test.go") {
		return "", nil
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && (f.Name.Name == s.fn || qualified(f) == s.fn) && f.Body != nil {
			at := fset.Position(f.Body.Lbrace).Offset + 1
			return string(src[:at]) + " " + s.stmt + "\n" + string(src[at:]), nil
		}
	}
	return "", nil
}

// qualified is the name of a method after that of its type: "store.find".
func qualified(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	typ := f.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	id, _ := typ.(*ast.Ident)
	return fmt.Sprint(id, ".", f.Name.Name)
}

// TestSabotage runs each sabotage and expects the guard to fail, and not to
// pass or to be skipped. GEN_SABOTAGE matches the guards to try.
func TestSabotage(t *testing.T) {
	selected := os.Getenv("GEN_SABOTAGE")
	if selected == "" {
		t.Skip("make sabotage runs it")
	}
	match := regexp.MustCompile(selected)
	dir := copyRepository(t)
	for _, s := range sabotages {
		if !match.MatchString(s.guard + s.sub) {
			continue
		}
		t.Run(strings.ReplaceAll(s.guard, " ", "_")+s.sub, func(t *testing.T) {
			if _, err := exec.LookPath(s.needs); s.needs != "" && err != nil {
				t.Skip(err)
			}
			s.run(t, dir)
		})
	}
}

func (s sabotage) run(t *testing.T, dir string) {
	changes, err := s.changes(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range changes {
		file := filepath.Join(dir, name)
		before, err := os.ReadFile(file)
		existed := err == nil
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if existed {
				os.WriteFile(file, before, 0o666)
			} else {
				os.Remove(file)
			}
		})
	}
	out, err := s.command(dir).CombinedOutput()
	text := string(bytes.TrimSpace(out))
	switch {
	case err == nil:
		t.Errorf("the guard does not fail:\n%s", text)
	case strings.Contains(text, "[build failed]") || strings.Contains(text, "no tests to run"):
		t.Errorf("the guard did not run:\n%s", text)
	case !strings.Contains(text, s.want):
		t.Errorf("the guard fails for another reason than %q:\n%s", s.want, text)
	}
}

// command runs the guard in dir.
func (s sabotage) command(dir string) *exec.Cmd {
	pkg, test, _ := strings.Cut(s.guard, " ")
	cmd := exec.Command("make", test)
	cmd.Dir = dir
	if pkg != "make" {
		cmd = exec.Command("go", "test", "-vet=off", "-count=1", "-run", "^"+test+"$"+s.sub, ".")
		cmd.Dir = filepath.Join(dir, pkg)
	}
	cmd.Env = append(os.Environ(), "GOFLAGS=-trimpath", "PWD="+cmd.Dir, "GEN_SABOTAGE=")
	if s.env != "" {
		cmd.Env = append(cmd.Env, strings.ReplaceAll(s.env, "$ROOT", dir))
	}
	return cmd
}

// copyRepository copies the files of the repository, and the servers of package
// conformance, if they were made already. The copy is a repository of its own.
func copyRepository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	names := files(t)
	for _, pattern := range []string{"internal/conformance/servers/*/server.gen.go", "internal/conformance/servers/stamp"} {
		made, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range made {
			rel, err := filepath.Rel(root, name)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, rel)
		}
	}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, data, info.Mode().Perm()); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=Ann", "-c", "user.email=ann@example.com", "commit", "-qm", "As it was"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	return dir
}
