package interop_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// lintCases are documents with problems of all kinds.
const lintCases = "internal/lint/testdata"

// command builds gen, and returns the root of the checkout and what runs gen there
// and returns what it prints. It prints problems to stdout alone.
func command(t *testing.T) (root string, gen func(args ...string) []byte) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "gen")
	build := exec.Command("go", "build", "-o", binary, "./cmd/gen")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return root, func(args ...string) []byte {
		t.Helper()
		var stdout, stderr bytes.Buffer
		cmd := exec.Command(binary, args...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = root, &stdout, &stderr
		if err := cmd.Run(); cmd.ProcessState == nil || stderr.Len() > 0 {
			t.Fatalf("%v: %v\n%s", args, err, stderr.String())
		}
		return stdout.Bytes()
	}
}

// publishedSchema returns the JSON Schema of SARIF 2.1.0 as OASIS publishes it.
// go-sarif has it in a constant of its source.
func publishedSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "schema.go"), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && len(lit.Value) > len(text) {
			text = lit.Value
		}
		return true
	})
	if text, err = strconv.Unquote(text); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	members, ok := doc.(map[string]any)
	if !ok || members["id"] != "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json" {
		t.Fatalf("this is not the published schema: %.200s", text)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("sarif.json")
}

func validSARIF(schema *jsonschema.Schema, data []byte) error {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}
	return schema.Validate(doc)
}

// TestSARIF holds what gen lint prints about documents with and without
// problems against the published schema, and against go-sarif's reading of it.
func TestSARIF(t *testing.T) {
	schema := publishedSchema(t)
	root, gen := command(t)
	runs := map[string][]string{
		"nothing": {"lint", "--format", "sarif", "--level", "error", lintCases + "/DW061/good/openapi.yaml"},
		"all": {"lint", "--format", "sarif", "--level", "info", lintCases + "/DW060/bad/openapi.yaml", lintCases + "/DW061/bad/openapi.yaml",
			lintCases + "/DW062/bad/openapi.yaml", "no such file.yaml"},
	}
	for name, args := range runs {
		t.Run(name, func(t *testing.T) {
			printed := gen(args...)
			if err := validSARIF(schema, printed); err != nil {
				t.Error(err)
			}
			report, err := sarif.FromBytes(printed, sarif.WithStrictValidation())
			if err != nil {
				t.Fatal(err)
			}
			checkSARIF(t, report, root, name == "nothing")
		})
	}
}

func checkSARIF(t *testing.T, report *sarif.Report, root string, empty bool) {
	t.Helper()
	prints := map[any]bool{}
	driver := report.Runs[0].Tool.Driver
	for _, result := range report.Runs[0].Results {
		rule := driver.Rules[result.RuleIndex]
		if *rule.ID != *result.RuleID || *rule.Help.Text == "" || *rule.ShortDescription.Text == "" {
			t.Errorf("rule %d is %s, not %s, or says nothing", result.RuleIndex, *rule.ID, *result.RuleID)
		}
		at := result.Locations[0].PhysicalLocation.ArtifactLocation
		if *at.URIBaseID != "%SRCROOT%" || !strings.HasPrefix(*at.URI, "internal/lint/testdata/") && !strings.HasPrefix(*at.URI, "no%20such") {
			t.Errorf("%s is not relative to %s", *at.URI, root)
		}
		key := result.PartialFingerprints["docwright/v1"]
		if key == "" || prints[key] {
			t.Errorf("%v: the fingerprint is empty, or another finding's", key)
		}
		prints[key] = true
	}
	if empty != (len(prints) == 0) || !empty && len(prints) < 5 {
		t.Errorf("%d results", len(prints))
	}
}

// TestSARIFSchemaRefuses holds that the validation can fail.
func TestSARIFSchemaRefuses(t *testing.T) {
	schema := publishedSchema(t)
	_, gen := command(t)
	printed := gen("lint", "--format", "sarif", "--level", "error", lintCases+"/DW061/good/openapi.yaml")
	data := bytes.Replace(printed, []byte(`"version": "2.1.0"`), []byte(`"version": "2.0.0"`), 1)
	if err := validSARIF(schema, data); err == nil || bytes.Equal(data, printed) {
		t.Error("the schema accepts another version")
	}
}
