package project

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/lock"
)

// fileEdit changes one file of a document.
type fileEdit struct {
	file   string // its base name
	change func(data []byte) []byte
}

// localityCase is a document and edits that leave most of its client as it is.
type localityCase struct {
	none      fileEdit // changes nothing
	attribute fileEdit // adds an attribute to a resource
	touched   string   // the file that gets it
	resource  fileEdit // adds a resource and its operation
	collision fileEdit // adds a resource whose schema wants a name that is taken
	job       func(t *testing.T, p *Project) *job
}

// TestLocality measures what an edit of a document changes in its client: an
// attribute one file, a resource new files and those that list what there is, a
// schema whose name is taken nothing that was there. The lock, which lists all,
// changes in any case.
func TestLocality(t *testing.T) {
	if testing.Short() {
		t.Skip("generates large clients")
	}
	checkout, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(checkout)
	t.Run("ctrlhub", func(t *testing.T) { holdLocality(t, ctrlhubCase()) })
	t.Run("klaviyo", func(t *testing.T) {
		klaviyo := filepath.Join(os.Getenv("CORPUS"), "jsonapi", "klaviyo.json")
		if _, err := os.Stat(klaviyo); err != nil {
			t.Skipf("CORPUS does not have it: %v", err)
		}
		holdLocality(t, klaviyoCase(klaviyo))
	})
}

func holdLocality(t *testing.T, c localityCase) {
	before := c.generate(t, c.none, new(lock.Lock))
	if len(before.files) < 10 {
		t.Fatalf("only %d files were generated", len(before.files))
	}
	lists := []string{"client.go", "doc.go"}
	t.Run("attribute", func(t *testing.T) {
		added, modified, deleted := c.compare(t, c.attribute, before)
		if len(added)+len(deleted) > 0 || !slices.Equal(modified, []string{c.touched}) {
			t.Errorf("an attribute more adds %v, modifies %v, deletes %v; want %s modified", added, modified, deleted, c.touched)
		}
	})
	t.Run("resource", func(t *testing.T) {
		added, modified, deleted := c.compare(t, c.resource, before)
		beyond := slices.DeleteFunc(modified, func(name string) bool { return slices.Contains(lists, name) })
		if len(added) == 0 || len(beyond)+len(deleted) > 0 {
			t.Errorf("a resource more adds %v, modifies %v beside %v, deletes %v", added, beyond, lists, deleted)
		}
	})
	t.Run("collision", func(t *testing.T) {
		after := c.generate(t, c.collision, before.lock)
		for key, name := range before.lock.Names {
			if after.lock.Names[key] != name {
				t.Errorf("%s was %s and is %q", key, name, after.lock.Names[key])
			}
		}
		if len(after.lock.Names) <= len(before.lock.Names) {
			t.Error("the schema got no name")
		}
	})
}

// compare tells which files an edit changes.
func (c localityCase) compare(t *testing.T, edit fileEdit, before locality) (added, modified, deleted []string) {
	after := c.generate(t, edit, before.lock)
	for _, name := range slices.Sorted(maps.Keys(after.files)) {
		was, known := before.files[name]
		switch {
		case !known:
			added = append(added, name)
		case !bytes.Equal(was, after.files[name]):
			modified = append(modified, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before.files)) {
		if _, kept := after.files[name]; !kept {
			deleted = append(deleted, name)
		}
	}
	return added, modified, deleted
}

// locality is a client in memory.
type locality struct {
	files map[string][]byte
	lock  *lock.Lock
}

// generate makes the client of the document with one file edited.
func (c localityCase) generate(t *testing.T, edit fileEdit, before *lock.Lock) locality {
	t.Helper()
	edited := false
	p := Open(Settings{Config: "spec/gen.yaml"}, RealStages(), Host{})
	j := c.job(t, p)
	p.Strict = false
	p.read = func(name string) ([]byte, error) {
		data, err := os.ReadFile(name)
		if err == nil && filepath.Base(name) == edit.file {
			data, edited = edit.change(data), true
		}
		return data, err
	}
	o := &output{mod: j.mod, job: j, old: &oldLock{Lock: before, present: true}}
	m := p.make(o, nil)
	if m == nil || load.Errors(o.diags) || !edited {
		t.Fatalf("nothing is generated: %v", o.diags)
	}
	return locality{m.files, &lock.Lock{Held: m.api.Held, Names: m.api.Names}}
}

// insert puts text before the first occurrence of mark.
func insert(mark, text string) func([]byte) []byte {
	return func(data []byte) []byte {
		before, after, found := strings.Cut(string(data), mark)
		if !found {
			panic("the document has no " + mark)
		}
		return []byte(before + text + mark + after)
	}
}

const gadgetPath = `  /v3/gadgets/{id}:
    get:
      operationId: gadgets.get
      summary: Get a gadget
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: The gadget.
          content:
            application/vnd.api+json:
              schema: {type: object, required: [data], properties: {data: {$ref: '#/components/schemas/NAME'}}}
`

const gadgetSchema = `    NAME:
      type: object
      description: A gadget is a small device.
      required: [type, id]
      properties:
        type: {type: string, enum: [gadgets]}
        id: {type: string}
        attributes: {type: object, properties: {weight: {type: number}}}
`

// ctrlhubCase edits the curated document as its maintainers do.
func ctrlhubCase() localityCase {
	gadget := func(name string) fileEdit {
		return fileEdit{"openapi.yaml", func(data []byte) []byte {
			data = insert("  /v3/orgs/{org_id}/customers/contacts/{contact_id}:\n", strings.ReplaceAll(gadgetPath, "NAME", name))(data)
			return append(bytes.TrimRight(data, "\n"), []byte("\n  schemas:\n"+strings.ReplaceAll(gadgetSchema, "NAME", name))...)
		}}
	}
	return localityCase{
		none:      fileEdit{"openapi.yaml", func(data []byte) []byte { return data }},
		attribute: fileEdit{"contacts.yaml", insert("            association:\n", "            nickname: {type: string}\n")},
		touched:   "contact.go",
		resource:  gadget("Gadget"), collision: gadget("contact"),
		job: func(t *testing.T, p *Project) *job {
			jobs, diags := p.jobs()
			i := slices.IndexFunc(jobs, func(j *job) bool { return j.pkg == "ctrlhub" })
			if i < 0 {
				t.Fatal(diags, "no client ctrlhub")
			}
			return jobs[i]
		},
	}
}

// klaviyoCase edits a large JSON:API document of somebody else's.
func klaviyoCase(name string) localityCase {
	edit := func(change func(paths, schemas map[string]any)) fileEdit {
		return fileEdit{filepath.Base(name), func(data []byte) []byte {
			doc := struct {
				Paths      map[string]any
				Components map[string]map[string]any
				More       map[string]any
			}{}
			mustEdit(json.Unmarshal(data, &doc), json.Unmarshal(data, &doc.More))
			change(doc.Paths, doc.Components["schemas"])
			doc.More["paths"], doc.More["components"] = doc.Paths, doc.Components
			data, err := json.Marshal(doc.More)
			mustEdit(err)
			return data
		}}
	}
	gadget := func(name string) fileEdit {
		return edit(func(paths, schemas map[string]any) {
			var schema map[string]any
			mustEdit(yaml.Unmarshal([]byte(strings.ReplaceAll(gadgetSchema, "NAME", name)), &schema))
			maps.Copy(schemas, schema)
			paths["/api/gadgets/{id}"] = likeTags(paths, name)
		})
	}
	return localityCase{
		none: edit(func(_, _ map[string]any) {}),
		attribute: edit(func(_, schemas map[string]any) {
			at := schemas["TagResponseObjectResource"]
			for _, member := range []string{"properties", "attributes", "properties"} {
				at = at.(map[string]any)[member]
			}
			at.(map[string]any)["nickname"] = map[string]any{"type": "string"}
		}),
		touched:  "tag.go",
		resource: gadget("Gadget"), collision: gadget("tagEnum"),
		job: func(_ *testing.T, _ *Project) *job {
			return &job{client: &Client{}, mod: &module{}, spec: name, source: "klaviyo.json", pkg: "klaviyo", runtimePath: "runtime"}
		},
	}
}

// likeTags is the path of a gadget as this API has its paths: with the headers
// and errors of every operation, which are taken from that of a tag.
func likeTags(paths map[string]any, name string) any {
	var item struct {
		Get map[string]any `json:"get"`
	}
	data, err := json.Marshal(paths["/api/tags/{id}"])
	mustEdit(err, json.Unmarshal(data, &item))
	op := item.Get
	op["operationId"], op["tags"] = "get_gadget", []any{"Gadgets"}
	parameters, _ := op["parameters"].([]any)
	op["parameters"] = slices.DeleteFunc(parameters, func(p any) bool {
		name := p.(map[string]any)["name"]
		return name != "id" && name != "revision"
	})
	schema := map[string]any{"type": "object", "required": []any{"data"},
		"properties": map[string]any{"data": map[string]any{"$ref": "#/components/schemas/" + name}}}
	responses, _ := op["responses"].(map[string]any)
	responses["200"] = map[string]any{"description": "The gadget.", "content": map[string]any{"application/vnd.api+json": map[string]any{"schema": schema}}}
	return map[string]any{"get": op}
}

// mustEdit panics with the first error; within an edit there is no test to fail.
func mustEdit(errs ...error) {
	if err := errors.Join(errs...); err != nil {
		panic(err)
	}
}
