package corpus

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// wholeJSONAPI are documents of the corpus that are JSON:API throughout, and how many
// resources they have at least.
var wholeJSONAPI = map[string]int{
	"osf.io.json": 30, "apple.com_app-store-connect.json": 46, "up.com.au.json": 7, "optimade.local.json": 4, "klaviyo.json": 50,
}

// jsonapiRow is what of a document is JSON:API.
type jsonapiRow struct {
	resources     int // types that responses have
	relationships int
	untyped       int // relationships to any resource
	iterators     int
	raw           int // schemas that say more than their Go type
	percent       float64
	inferred      int // resource types that no constant says
	envelopes     []string
}

// TestJSONAPI prints what of each document is JSON:API, and checks the documents that
// are JSON:API throughout: make jsonapi CORPUS=dir.
func TestJSONAPI(t *testing.T) {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "document\tresources\trelationships\tto any\titerators\traw\traw %\tinferred\tenvelopes\t")
	for _, file := range documents(t) {
		row := readJSONAPI(t, file)
		if row.resources == 0 && len(row.envelopes) == 0 {
			continue
		}
		name := filepath.Base(file)
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%.2f\t%d\t%d\t\n", name, row.resources, row.relationships, row.untyped, row.iterators, row.raw, row.percent, row.inferred, len(row.envelopes))
		least, whole := wholeJSONAPI[name]
		if !whole {
			continue
		}
		if row.resources < least || row.percent > 1 || row.iterators == 0 || row.relationships == 0 {
			t.Errorf("%s: %d resources, %.2f %% raw, %d iterators, %d relationships", name, row.resources, row.percent, row.iterators, row.relationships)
		}
		for _, op := range row.envelopes {
			t.Errorf("%s: %s returns an envelope", name, op)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + table.String())
}

func readJSONAPI(t *testing.T, file string) jsonapiRow {
	t.Helper()
	var row jsonapiRow
	doc, _ := load.File(file, load.Options{})
	if doc == nil {
		return row
	}
	api, _ := model.Build(doc, model.Options{Package: "client"})
	row.raw, row.percent = api.Report.Fallbacks, api.Report.Percent
	for _, d := range api.Decls {
		if d.Resource == "" || d.Role != model.RoleRead {
			continue
		}
		if d.Pointer != "" { // others are referred to only
			row.resources++
		}
		for _, f := range d.Fields {
			if f.In == model.InRel {
				row.relationships++
				if f.Type.Elem != nil && f.Type.Elem.Kind == model.KindTarget {
					row.untyped++
				}
			}
		}
	}
	for _, d := range api.Diagnostics {
		if d.Code == "inferred-type" || d.Code == "guessed-type" {
			row.inferred++
		}
	}
	for _, s := range api.Services {
		for _, op := range s.Operations {
			if op.Page != nil {
				row.iterators++
			}
			if t := op.Result.Type; t != nil && op.Result.Kind != model.ResultResource && op.Result.Kind != model.ResultPage && isEnvelope(t, 0) {
				row.envelopes = append(row.envelopes, op.ID)
			}
		}
	}
	return row
}

// isEnvelope reports whether a type is a document, or a resource, of JSON:API as
// plain JSON: it has type and attributes or relationships, or a member data that
// does.
func isEnvelope(t *model.Type, depth int) bool {
	for t.Elem != nil && t.Kind != model.KindMap {
		t = t.Elem
	}
	if t.Kind != model.KindNamed || depth > 3 {
		return false
	}
	if t.Decl.Kind == model.DeclUnion {
		return slices.ContainsFunc(t.Decl.Fields, func(f *model.Field) bool { return isEnvelope(f.Type, depth+1) })
	}
	member := func(name string) *model.Field {
		i := slices.IndexFunc(t.Decl.Fields, func(f *model.Field) bool { return f.Name == name && f.In == model.InMember })
		if i < 0 {
			return nil
		}
		return t.Decl.Fields[i]
	}
	if t.Decl.Resource != "" {
		return depth > 0
	}
	if member("type") != nil && member("id") != nil && (member("attributes") != nil || member("relationships") != nil) {
		return true
	}
	data := member("data")
	return data != nil && isEnvelope(data.Type, depth+1)
}
