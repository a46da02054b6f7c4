package guards

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the table of promises")

// promises are what users may rely on against documents, repositories and servers
// that mean harm, with the test that attacks each.
var promises = []struct {
	promise, attack, outcome string
	tests                    []string // "package Test"
}{
	{"A document cannot write code", "Go, directives, markup and invisible characters in every text of a document", "They become quoted literals, comments and checked names. Files that declare anything else are not written",
		[]string{"internal/hostile TestStrings", "internal/hostile TestSpecs", "internal/emit TestProof"}},
	{"A document cannot read your files", "`$ref`s, overlays, exchanges, gen.yaml and gen.lock that are symbolic links, devices, pipes or too large", "They are refused, and messages do not quote their content",
		[]string{"internal/hostile TestSpecs", "internal/input TestReadFile", "internal/tree TestAttacks", "cmd/gen TestLinkedInputs", "cmd/gen TestQuotedInputs"}},
	{"A document cannot use your network", "`$ref`s to other hosts, private addresses, and files that changed since", "Only https addresses that `refs` allows are fetched, from public hosts, and later fetches are compared with the first",
		[]string{"internal/remote TestRefused", "internal/remote TestNotPublic", "internal/remote TestChanged"}},
	{"A run writes only its output", "Committed journals, links in place of outputs, files without the marker, runs that are killed", "Nothing outside the outputs is written or deleted, and each run is completed or undone",
		[]string{"cmd/gen TestCommittedJournal", "internal/tree TestForeignJournal", "internal/tree TestKill", "cmd/gen FuzzTree"}},
	{"A small document costs little", "More than 240 kinds of documents, overlays and exchanges of at most 50 KB: lattices, circles, large limits, nested filters, parts that are used hundreds of times", "Each of `gen`, `gen check`, `lint`, `diff`, `docs` and `fake` takes less than 2 s of processor time and 500 MB. A message says what was not checked, became any value or was refused. `make budget` prints the figures",
		[]string{"cmd/gen TestBudget", "internal/load TestOverlaySteps", "internal/load TestCopies", "internal/schema TestSampleSteps", "internal/schema TestFitSteps", "internal/schema TestWrapSteps", "internal/schema TestScopes", "internal/model TestLimitFields", "internal/exchange TestDeepBodies"}},
	{"A change of where credentials go is reported", "Other servers, operations' servers, token URLs, `security: []`, overlays", "`gen diff` lists them in a section of their own and calls them breaking",
		[]string{"internal/review TestCredentials", "cmd/gen TestDiffScripts"}},
	{"Names do not change hands unnoticed", "Two names swapped in gen.lock", "`gen` and `gen check` warn (DW048), and `gen diff` calls it breaking",
		[]string{"internal/model TestLockedNames", "cmd/gen TestDiffScripts"}},
	{"Credentials stay at the API's server", "Links, pages and redirects to other origins, http for https, two clients with one token source", "They are not followed, or followed without credentials and bodies. A token goes to the server that it was fetched for",
		[]string{"templates/runtime/api TestRedirects", "templates/runtime/api TestLink", "templates/runtime/api TestTokensOfTwoServers", "templates/runtime/api TestTokenURLs"}},
	{"Credentials are not printed", "Servers that echo them in other spellings: escaped, in capitals, in hexadecimal digits, in base64; every verb of fmt, JSON and slog", "They are redacted",
		[]string{"templates/runtime/api TestEchoedCredentials", "templates/runtime/api TestSecretsDoNotPrint"}},
	{"Recorded calls give no credentials away", "Authorization, cookies, keys in headers and queries of exchanges and recordings", "They are not in fakes, and `gen record` redacts them",
		[]string{"internal/project TestRecordedCredentials", "internal/record TestRecordSecrets"}},
	{"A parameter stays in its place", "`..`, `..;`, slashes, line breaks and escapes in path parameters", "They are encoded or refused",
		[]string{"templates/runtime/api TestExpandPathErrors", "templates/runtime/api FuzzPath"}},
	{"A response costs what its size costs", "Unknown members, empty objects, unions in unions, deep nesting, endless pages", "Decoding is linear and limited, the context ends it, and circles of pages end in an error",
		[]string{"templates/runtime/internal/codec TestLinear", "templates/runtime/internal/codec TestMemory", "templates/runtime/internal/codec TestContext", "templates/runtime/api TestTrailSteps", "templates/runtime/api TestTrailCircles"}},
	{"A response cannot make a client panic", "Mutated and random responses", "They end in a value or an error",
		[]string{"templates/runtime/api FuzzResponse", "templates/runtime/internal/codec FuzzDecode", "templates/runtime/jsonapi FuzzDocument"}},
	{"A fake serves only your tests", "Requests by another host name or from another origin, many or large requests, costly schemas", "They are refused, what is kept is bounded, and what costs too much is not checked, which its record says",
		[]string{"templates/runtime/apitest TestGuard", "templates/runtime/apitest TestRecordsAreBounded", "templates/runtime/apitest TestCost"}},
	{"Messages and reports are text", "Workflow commands, escape sequences, markup, links and mentions in documents", "They are spelled out or are code, in terminals, CI logs and comments",
		[]string{"internal/diag TestPrinter", "internal/review TestMarkdownHostile"}},
	{"Dependencies are few and known", "An import that is not on the list, a module or a package of npm with other content", "Clients import the standard library only. `go.sum` and a lock file with hashes pin the tools, and npm runs no scripts. `make -s sbom` lists modules with licences",
		[]string{"cmd/gen TestImportDirection", "internal/sbom TestWrite", "internal/guards TestNodeTools"}},
}

const promisesBegin, promisesEnd = "<!-- promises: begin (make promises) -->", "<!-- promises: end -->"

// TestPromises holds the table of the manual against the list, and the list
// against the tests that there are.
func TestPromises(t *testing.T) {
	var b strings.Builder
	b.WriteString("| docwright promises | attack | what happens |\n|---|---|---|\n")
	for _, p := range promises {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", p.promise, p.attack, p.outcome)
		if len(p.tests) == 0 {
			t.Errorf("%s: no test attacks it", p.promise)
		}
		for _, test := range p.tests {
			if pkg, name, _ := strings.Cut(test, " "); !hasTest(t, pkg, name) {
				t.Errorf("%s: there is no test %s in %s", p.promise, name, pkg)
			}
		}
	}
	name := filepath.Join(root, "cmd", "gen", "help", "security.md")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(data), promisesBegin+"\n")
	table, after, closed := strings.Cut(rest, promisesEnd)
	switch {
	case !found || !closed:
		t.Fatalf("%s does not have the lines %s and %s", name, promisesBegin, promisesEnd)
	case *update:
		if err := os.WriteFile(name, []byte(before+promisesBegin+"\n"+b.String()+promisesEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
	case table != b.String():
		t.Errorf("the table in %s is not the list of promises: run make promises", name)
	}
}

// hasTest reports whether a package has a test.
func hasTest(t *testing.T, pkg, name string) bool {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pkg), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range names {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "\nfunc "+name+"(") {
			return true
		}
	}
	return false
}

var npmRun = regexp.MustCompile(`\bnpx\b|\bnpm (install|i|exec)\b|"npm", "(install|i|exec)"`)

// TestNodeTools: what runs npm installs what a lock file pins by hashes, and runs
// no scripts of packages.
func TestNodeTools(t *testing.T) {
	for _, name := range files(t) {
		switch {
		case name == "Makefile", strings.HasPrefix(name, ".ci/"), strings.HasPrefix(name, "internal/conformance/") && strings.HasSuffix(name, "_test.go"):
			data, err := os.ReadFile(filepath.Join(root, name))
			if err != nil {
				t.Fatal(err)
			}
			for i, line := range strings.Split(string(data), "\n") {
				if npmRun.MatchString(line) || strings.Contains(line, "npm ci") && !strings.Contains(line, "--ignore-scripts") {
					t.Errorf("%s:%d: %s", name, i+1, line)
				}
			}
		case strings.HasSuffix(name, "package-lock.json"):
			data, err := os.ReadFile(filepath.Join(root, name))
			if err != nil {
				t.Fatal(err)
			}
			if n, hashes := strings.Count(string(data), `"version":`), strings.Count(string(data), `"integrity": "sha512-`); hashes == 0 || hashes < n-2 {
				t.Errorf("%s: %d packages and %d hashes", name, n, hashes)
			}
		}
	}
}
