package conformance

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/project"
	"github.com/docwright/docwright/templates/runtime/apitest"
)

// TestFakeKitsu has kitsu, a JSON:API client of others, create, read with
// include, read pages, update and delete against a fake. npm fetches it: make
// fake-node runs this test.
func TestFakeKitsu(t *testing.T) {
	dir := kitsu(t)
	srv := startFound(t, filepath.FromSlash("../../templates/runtime/apitest/testdata/blog.json"), apitest.ForTest(t))
	cmd := inDir(dir, "node", "calls.mjs", srv.URL)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var seen struct {
		Created               struct{ ID, Name string }
		Author, Updated, Gone string
		Pages                 []string
		Total                 int
	}
	if err := json.Unmarshal(out, &seen); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	if seen.Created.ID != "1" || seen.Author != "Ann" || strings.Join(seen.Pages, " ") != "ab cd e" || seen.Total != 5 || seen.Updated != "z" || seen.Gone != "404" {
		t.Errorf("kitsu saw %s", out)
	}
}

// kitsu makes a directory with kitsu-core, and the programs that use it.
func kitsu(t *testing.T) string {
	t.Helper()
	if os.Getenv("FAKE_NODE") == "" {
		t.Skip("needs Node, and npm's registry: make fake-node runs it")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/kitsu")); err != nil {
		t.Fatal(err)
	}
	if out, err := inDir(dir, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent").CombinedOutput(); err != nil {
		t.Skipf("npm does not answer, or Node is missing: %v %s", err, out)
	}
	return dir
}

// startFound starts the fake of a document until the test ends.
func startFound(t *testing.T, file string, options ...apitest.Option) *apitest.Server {
	t.Helper()
	definition, diags := project.Open(project.Settings{}, project.RealStages(), project.Host{}).Fake(file, "")
	if definition == nil {
		t.Fatal(diags)
	}
	srv, err := apitest.Start(definition, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	return srv
}

func inDir(dir, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	return cmd
}
