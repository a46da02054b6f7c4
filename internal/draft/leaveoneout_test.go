package draft

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/draft/infer"
	"github.com/docwright/docwright/internal/draft/read"
	"github.com/docwright/docwright/internal/draft/splice"
	"github.com/docwright/docwright/internal/exchange"
)

// TestLeaveOneOut removes operations of the curated specs and drafts them again
// from their exchanges. The score counts what the exchange shows; strictly it
// counts everything that was removed. DRAFT_ALL=1 does so for every exchange.
func TestLeaveOneOut(t *testing.T) {
	pagesDir(t) // the scorer is there
	stride := 80
	if os.Getenv("DRAFT_ALL") != "" {
		stride = 1
	}
	sum, sumStrict, n := 0., 0., 0
	for _, name := range []string{"ctrlhub", "clarus"} {
		spec := "../../spec/" + name + "/openapi.yaml"
		calls, err := exchange.Read("../../spec/" + name + "/exchanges")
		if err != nil {
			t.Fatal(err)
		}
		set, err := splice.Open(spec)
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range calls {
			if i%stride != 0 || x.Variant != "" {
				continue
			}
			method, path := operationOf(set, x.OperationID)
			if method == "" {
				continue
			}
			total, strict := leaveOut(t, spec, x, method, path)
			t.Logf("%.3f, strictly %.3f: %s", total, strict, x.Name)
			sum, sumStrict = sum+total, sumStrict+strict
			n++
		}
	}
	t.Logf("mean %.3f, strictly %.3f, of %d exchanges", sum/float64(n), sumStrict/float64(n), n)
	if sum/float64(n) < .93 {
		t.Errorf("want a mean of 0.93")
	}
}

func operationOf(set *splice.Set, id string) (method, path string) {
	paths := set.Root().At("paths")
	for _, p := range paths.Keys() {
		for _, m := range httpMethods {
			if paths.At(p).Get(m).At("operationId").Text() == id {
				return m, p
			}
		}
	}
	return "", ""
}

func leaveOut(t *testing.T, spec string, x *exchange.Exchange, method, path string) (total, strict float64) {
	t.Helper()
	data, err := os.ReadFile(x.File)
	if err != nil {
		t.Fatal(err)
	}
	main := without(t, spec, method, path)
	comments := countComments(t, main)
	res := &Result{}
	opts := Options{Inputs: []read.Input{{Name: x.File, Data: data}}, Spec: main}
	page, err := read.Any(opts.Inputs[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := res.into(main, opts, page.Calls); err != nil {
		t.Errorf("%s: %v", x.Name, err)
		return 0, 0
	}
	for _, f := range res.Files {
		insertionsOnly(t, f)
	}
	if err := Write(res.Files); err != nil {
		t.Fatal(err)
	}
	if after := countComments(t, main); after < comments {
		t.Errorf("%s: %d comments were lost", x.Name, comments-after)
	}
	truth := truthOf(t, spec, method, path)
	return score(t, x.File, main, truth), score(t, "", main, truth)
}

func countComments(t *testing.T, main string) int {
	t.Helper()
	n := 0
	names, _ := filepath.Glob(filepath.Join(filepath.Dir(main), "*.yaml"))
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range strings.Split(string(data), "\n") {
			if strings.Contains(l, "#") && !strings.Contains(l, infer.Mark) && !strings.Contains(l, "$ref") {
				n++
			}
		}
	}
	return n
}

// truthOf is a copy of the spec with one operation.
func truthOf(t *testing.T, spec, method, path string) string {
	t.Helper()
	dir := t.TempDir()
	copySpec(t, filepath.Dir(spec), dir)
	main := filepath.Join(dir, filepath.Base(spec))
	data, err := os.ReadFile(main)
	if err != nil {
		t.Fatal(err)
	}
	set, err := splice.Open(main)
	if err != nil {
		t.Fatal(err)
	}
	ref := set.Root().Get("paths").Get(path).Ref()
	lines := strings.Split(string(data), "\n")
	start, end := 0, len(lines)
	for i, l := range lines {
		if l == "paths:" {
			start = i + 1
		} else if start > 0 && i > start && l != "" && l[0] != ' ' && l[0] != '#' && end == len(lines) {
			end = i
		}
	}
	text := strings.Join(lines[:start], "\n") + "\n  '" + path + "':\n    $ref: '" + ref + "'\n" + strings.Join(lines[end:], "\n")
	if err := os.WriteFile(main, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	item := set.Root().At("paths", path)
	for _, m := range httpMethods {
		if m != method && item.Get(m).OK() {
			fresh, err := splice.Open(main)
			if err != nil {
				t.Fatal(err)
			}
			cut(t, fresh.Root().At("paths", path), m)
		}
	}
	return main
}
