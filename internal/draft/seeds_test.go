package draft

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/draft/read"
)

// seeds are the pages that the two curated specs began with.
var seeds = []struct{ page, spec, method, path string }{
	{"ctrlhub-seed-accounts-create", "ctrlhub", "post", "/v3/orgs/{org_id}/customers/accounts"},
	{"ctrlhub-seed-organisations-create", "ctrlhub", "post", "/v3/orgs"},
	{"ctrlhub-seed-service-accounts-create", "ctrlhub", "post", "/v3/orgs/{orgId}/iam/service-accounts"},
	{"ctrlhub-seed-contacts-update", "ctrlhub", "put", "/v3/orgs/{org_id}/customers/contacts/{contact_id}"},
	{"clarus-seed-accounts-create", "clarus", "post", "/api/accounts"},
}

// TestSeeds drafts each seed into its spec without that operation.
func TestSeeds(t *testing.T) {
	dir := pagesDir(t)
	for _, s := range seeds {
		t.Run(s.page, func(t *testing.T) {
			page := filepath.Join(dir, s.page+".page.txt")
			data, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			main := without(t, "../../spec/"+s.spec+"/openapi.yaml", s.method, s.path)
			res, err := Run(Options{Inputs: []read.Input{{Name: s.page, Data: data}}, Spec: main})
			if err != nil {
				t.Fatal(err, res.Problems)
			}
			for _, f := range res.Files {
				insertionsOnly(t, f)
			}
			if err := Write(res.Files); err != nil {
				t.Fatal(err)
			}
			total := score(t, page, main, filepath.Join(dir, s.page+".truth.yaml"))
			t.Logf("total %.3f, %d decisions, %d differences", total, len(res.Decisions), len(res.Differences))
			for _, d := range res.Decisions {
				t.Logf("  %s: %s", d.Pointer, d.Text)
			}
			for _, d := range res.Differences {
				t.Logf("  %s", d.Text)
			}
			if total < .95 || len(res.Decisions) > 6 {
				t.Errorf("want a total of 0.95 and at most 6 decisions")
			}
		})
	}
}

// insertionsOnly checks that the old file is the new one without insertions.
func insertionsOnly(t *testing.T, f File) {
	t.Helper()
	if f.Old == nil {
		return
	}
	old, i := f.Old, 0
	for _, c := range f.New {
		if i < len(old) && old[i] == c {
			i++
		}
	}
	if i < len(old) {
		t.Errorf("%s: the draft changed more than it inserted", f.Path)
	}
	oldLines, j := strings.Split(string(f.Old), "\n"), 0
	for _, l := range strings.Split(string(f.New), "\n") {
		if j < len(oldLines) && oldLines[j] == l {
			j++
		}
	}
	if j < len(oldLines)-1 {
		t.Logf("%s: line %d changed: %q", f.Path, j+1, oldLines[j])
	}
}

// score compares one operation of a spec with a truth.
func score(t *testing.T, page, draft, truth string) float64 {
	t.Helper()
	args := []string{"--part", "--json"}
	if page != "" {
		args = append(args, "--page", page)
	}
	out, err := exec.Command(filepath.Join(filepath.Dir(pagesDir(t)), "score"), append(args, draft, truth)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var results []struct {
		Total  float64
		Scores map[string]struct{ F1 float64 }
	}
	if err := json.Unmarshal(out, &results); err != nil {
		t.Fatal(err)
	}
	for k, v := range results[0].Scores {
		if v.F1 < .97 {
			t.Logf("  %s %.2f", k, v.F1)
		}
	}
	return results[0].Total
}
