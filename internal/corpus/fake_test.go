package corpus

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/corpus/driver"
	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/internal/project"
	"github.com/docwright/docwright/templates/runtime/apitest"
)

// seeded is how many resources of each type a fake begins with.
const seeded = 3

// TestFakes calls the fakes of the documents in CORPUS with their generated clients.
// Both must understand the document in the same way: what the fake answers, the
// client reads; the resources that the fake sends have the types that the client
// decodes; and iterating over a list ends, after all that the fake has.
// FAKES_STRIDE=n takes each n-th document.
func TestFakes(t *testing.T) {
	files := documents(t)
	stride, _ := strconv.Atoi(os.Getenv("FAKES_STRIDE")) // 0 without one
	stride = max(stride, 1)
	var some []string
	for i := 0; i < len(files); i += stride {
		some = append(some, files[i])
	}
	f := callFakes(t, some, func(*apitest.Definition) {})
	t.Logf("%d documents (%d that kin-openapi does not load); %d operations of fakes called, %d without an argument to call them with",
		f.documents, f.refused, f.called, f.untried)
	t.Logf("%d answers read, %d of them of resources; %d lists iterated over, %d of them of the store with %d items on several pages; "+
		"%d requests that the document does not allow, %d without an answer", f.read, f.resources, f.lists, f.stored, seeded, f.violations, f.without)
	for class, n := range f.classes {
		t.Errorf("%s: %d", class, n)
	}
	if f.read == 0 {
		t.Error("no answer was read")
	}
}

// TestFakesNotice holds that TestFakes finds definitions that are wrong.
func TestFakesNotice(t *testing.T) {
	documents(t)
	for class, tamper := range map[string]func(*apitest.Definition){
		"another type": func(d *apitest.Definition) {
			for i := range d.Endpoints {
				d.Endpoints[i].Action = ""
				for k, sample := range d.Endpoints[i].Samples {
					d.Endpoints[i].Samples[k] = strings.ReplaceAll(sample, `"articles"`, `"dogs"`)
				}
			}
			d.Spec = strings.ReplaceAll(d.Spec, `"articles"`, `"dogs"`)
		},
		"iterating loses items": func(d *apitest.Definition) {
			for i := range d.Endpoints {
				if d.Endpoints[i].Page != nil {
					d.Endpoints[i].Page.Facts = nil
				}
			}
		},
		"iterating fails": func(d *apitest.Definition) {
			for i := range d.Endpoints {
				if d.Endpoints[i].Page != nil {
					d.Endpoints[i].Page.Position = ""
				}
			}
		},
		"no endpoint": func(d *apitest.Definition) { d.Endpoints = d.Endpoints[1:] },
	} {
		t.Run(class, func(t *testing.T) {
			f := callFakes(t, []string{"../../templates/runtime/apitest/testdata/blog.json"}, tamper)
			if f.classes[class] == 0 {
				t.Errorf("found %v", f.classes)
			}
		})
	}
}

// callFakes calls the fakes of documents, once their definitions are changed.
func callFakes(t *testing.T, files []string, change func(*apitest.Definition)) *fakes {
	dir := t.TempDir()
	writeModule(t, dir)
	writeDriver(t, dir)
	f := &fakes{semantics: &semantics{t: t, dir: dir, fake: true, lines: 4 * linesPerDocument}, byTrial: map[*trial]*served{}, change: change}
	f.all = os.Getenv("CORPUS_SEMANTICS") == "all"
	f.judged = f.check
	var batch []*subject
	size := 0
	for i, file := range files {
		sub, lines := f.prepare(file, packageName(i))
		if sub == nil || !f.serve(sub) {
			continue
		}
		if batch, size = append(batch, sub), size+lines; size > 20000 || len(batch) == 40 {
			f.run(batch)
			batch, size = nil, 0
		}
	}
	f.run(batch)
	return f
}

// fakes is a run of TestFakes.
type fakes struct {
	*semantics
	byTrial map[*trial]*served
	change  func(*apitest.Definition)

	called, read, resources, lists, stored, violations, without int
}

// served is an operation of a fake that is called.
type served struct {
	server   *apitest.Server
	endpoint *apitest.Endpoint
	visible  bool // the store shows what it was seeded with
}

// serve starts the fake of a document, and has its operations called there; false
// if there is nothing to call.
func (f *fakes) serve(sub *subject) bool {
	definition, err := project.Definition(sub.doc, sub.api)
	if err != nil {
		f.t.Errorf("%s: %v", sub.name, err)
		return false
	}
	definition.Spec = withoutSecurity(definition.Spec)
	f.change(definition)
	server, err := apitest.Start(definition)
	if err != nil {
		f.refused++
		f.t.Logf("%s: %v", sub.name, err)
		return false
	}
	f.t.Cleanup(server.Close)
	f.seed(sub, server, definition)
	resources := map[string]apitest.Resource{}
	for _, r := range definition.Resources {
		resources[r.Type] = r
	}
	var first []*trial
	for _, tr := range sub.trials {
		i := slices.IndexFunc(definition.Endpoints, func(e apitest.Endpoint) bool { return e.Method == tr.out.Method && e.Path == tr.route.Path })
		if i < 0 {
			f.fail(tr, "no endpoint", "the model has the operation, and the definition has not")
			continue
		}
		if len(first) > 0 && first[len(first)-1].out == tr.out {
			continue
		}
		e := &definition.Endpoints[i]
		f.point(tr, e, server, resources)
		if e.Action == apitest.ActDelete || e.Action == apitest.ActUnlink {
			defer func() { sub.trials = append(sub.trials, tr) }() // when all has been read
		} else {
			first = append(first, tr)
		}
	}
	sub.trials = first
	return true
}

// withoutSecurity takes what operations want of credentials off a document.
func withoutSecurity(spec string) string {
	var root map[string]any
	if json.Unmarshal([]byte(spec), &root) != nil {
		return spec
	}
	delete(root, "security")
	paths, _ := root["paths"].(map[string]any)
	for _, item := range paths {
		operations, _ := item.(map[string]any)
		for _, o := range operations {
			if object, ok := o.(map[string]any); ok {
				delete(object, "security")
			}
		}
	}
	return string(asJSON(root))
}

// point has a call go to the fake, with the parameters that it needs.
func (f *fakes) point(tr *trial, e *apitest.Endpoint, server *apitest.Server, resources map[string]apitest.Resource) {
	tr.call.Server = server.URL
	for key, p := range tr.parameters() {
		if !p.Required {
			delete(tr.call.Parameters, key)
		}
	}
	s := &served{server: server, endpoint: e, visible: e.Action == apitest.ActList && !slices.ContainsFunc(e.Parents, func(p apitest.Parent) bool { return p.Near })}
	f.byTrial[tr] = s
	for i, a := range tr.out.Args {
		if a.Name == e.ID && i < len(tr.call.Args) {
			tr.call.Args[i] = asJSON(seededID(resources[e.Type], 0))
		}
	}
	if tr.out.Page == nil {
		return
	}
	tr.call.All = tr.out.Page.All
	if e.Page != nil && e.Page.Size != "" && tr.call.Parameters != nil && s.visible {
		base, member, deep := strings.Cut(strings.TrimSuffix(e.Page.Size, "]"), "[")
		value := json.RawMessage("2")
		if deep && tr.parameters()["query "+e.Page.Size] == nil {
			value = asJSON(map[string]any{member: 2})
		} else {
			base = e.Page.Size
		}
		tr.call.Parameters["query "+base] = value
	}
}

// seed adds resources of each type.
func (f *fakes) seed(sub *subject, server *apitest.Server, d *apitest.Definition) {
	for _, r := range d.Resources {
		for k := range seeded {
			var object map[string]any
			if err := json.Unmarshal([]byte(r.Sample), &object); err != nil {
				f.t.Errorf("%s: sample of %s: %v", sub.name, r.Type, err)
				continue
			}
			object["type"] = r.Type
			object["id"] = seededID(r, k)
			if err := server.Seed(json.RawMessage(asJSON(object))); err != nil {
				f.t.Errorf("%s: %v", sub.name, err)
			}
		}
	}
}

// seededID is the id of a resource that a fake begins with.
func seededID(r apitest.Resource, k int) any {
	switch r.ID {
	case "uuid":
		return fmt.Sprintf("00000000-0000-4000-8000-%012d", k+1)
	case "integer":
		return k + 1
	}
	return strconv.Itoa(k + 1)
}

// check compares what became of a call at the client with what the fake says of it.
func (f *fakes) check(tr *trial) {
	s, o := f.byTrial[tr], tr.outcome
	if o.Driver != "" {
		f.untried++
		return
	}
	f.called++
	var records []apitest.Record
	for _, r := range s.server.Requests() {
		if r.Header.Get(driver.CallHeader) == strconv.Itoa(tr.call.ID) {
			records = append(records, r)
		}
	}
	if len(records) == 0 {
		f.untried++ // the client refused what it was given
		return
	}
	first := records[0]
	id := tr.out.Method + " " + tr.route.Path
	if first.Operation != tr.out.ID && first.Operation != id && !tr.looksLike(first.Operation) {
		f.fail(tr, "another operation", fmt.Sprintf("the fake took %s %s for %q", first.Method, first.Path, first.Operation))
		return
	}
	switch {
	case first.Status == 501:
		f.without++
		return
	case len(first.Violations) > 0 && !first.Violations[0].Answer:
		f.violations++
		return
	case first.Status >= 400 && first.Status < 500:
		return // no such resource, or one that is there already
	case first.Status >= 500:
		f.fail(tr, "the fake's answer is not what the document says", string(o.Answer))
		return
	case o.Error != "":
		f.fail(tr, "the client does not read the fake's answer", fmt.Sprintf("%s, of %s from the %s", o.Error, brief(string(o.Answer)), first.Source))
		return
	}
	f.read++
	f.checkTypes(tr, o)
	f.checkPages(tr, s, o, len(records))
}

// looksLike reports whether requests for another operation may be the same.
func (tr *trial) looksLike(operation string) bool {
	for path, item := range tr.spec.Paths.Map() {
		if op := item.GetOperation(tr.out.Method); op != nil && pathShape(path) == pathShape(tr.route.Path) && (op.OperationID == operation || tr.out.Method+" "+path == operation) {
			return true
		}
	}
	return false
}

// checkTypes compares the types of the resources that the fake sent with those that
// the client's types have.
func (f *fakes) checkTypes(tr *trial, o *driver.Outcome) {
	want := resourceTypes(tr.out.Result.Type, 0)
	if tr.out.Result.Kind != model.ResultPage && tr.out.Result.Kind != model.ResultResource || len(want) == 0 {
		return
	}
	var document struct{ Data json.RawMessage }
	if err := json.Unmarshal(o.Answer, &document); err != nil {
		return // 204
	}
	type resource struct{ Type string }
	var all []resource
	if json.Unmarshal(document.Data, &all) != nil {
		var one *resource
		if json.Unmarshal(document.Data, &one) == nil && one != nil {
			all = []resource{*one}
		}
	}
	for _, r := range all {
		f.resources++
		if !slices.Contains(want, r.Type) {
			f.fail(tr, "another type", fmt.Sprintf("the fake sends %q, the client reads %q", r.Type, want))
			return
		}
	}
}

// resourceTypes are the JSON:API types of the resources that a Go type is for.
func resourceTypes(t *model.Type, depth int) []string {
	switch {
	case t == nil || depth > 3:
		return nil
	case t.Elem != nil && t.Kind != model.KindNamed:
		return resourceTypes(t.Elem, depth+1)
	case t.Decl == nil:
		return nil
	case t.Decl.Resource != "":
		return []string{t.Decl.Resource}
	case t.Decl.Kind != model.DeclUnion:
		return nil
	}
	var all []string
	for _, v := range t.Decl.Fields {
		all = append(all, resourceTypes(v.Type, depth+1)...)
	}
	return all
}

// checkPages looks at what iterating over a list gave.
func (f *fakes) checkPages(tr *trial, s *served, o *driver.Outcome, requests int) {
	if tr.call.All == "" {
		return
	}
	f.lists++
	fromStore := s.visible && s.server.Requested(tr.out.ID) != nil && tr.out.Result.Kind == model.ResultPage
	switch {
	case o.AllError != "":
		f.fail(tr, "iterating fails", o.AllError)
	case len(o.Items) == driver.MaxItems:
		f.fail(tr, "iterating does not end", fmt.Sprintf("after %d requests", requests))
	case fromStore && len(o.Items) < seeded:
		f.fail(tr, "iterating loses items", fmt.Sprintf("%d of %d items in %d requests, as %s", len(o.Items), seeded, requests, brief(string(o.Answer))))
	case fromStore && tr.call.Parameters != nil && s.endpoint.Page != nil && s.endpoint.Page.Size != "":
		if f.stored++; requests < 3 { // the method itself, and two pages
			f.fail(tr, "one page", fmt.Sprintf("%d requests for pages of 2", requests))
		}
	}
}
