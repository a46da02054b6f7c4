// Package draft turns documentation pages, captures and commands into OpenAPI.
// Run is its entry point: it reads the inputs, infers operations, and plans the
// changes of the spec and its exchanges. Nothing is written before Write.
package draft

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/draft/infer"
	"github.com/docwright/docwright/internal/draft/read"
	"github.com/docwright/docwright/internal/draft/redact"
	"github.com/docwright/docwright/internal/draft/splice"
	"github.com/docwright/docwright/internal/load"
)

// MaxInput is the size of the largest input.
const MaxInput = 32 << 20

// Options are the flags of gen draft.
type Options struct {
	Inputs  []read.Input
	Spec    string   // the document to change; made if it does not exist
	Config  string   // gen.yaml, which names the specs if Spec is empty
	Only    string   // "METHOD /path" of the only call to draft
	Accept  []string // pointers where the page wins over the spec
	Keep    []string // pointers of members that are not redacted
	Observe bool     // read only
}

// File is a file as it is to be.
type File struct {
	Path string
	Old  []byte // nil: the file is new
	New  []byte
}

// Difference is something that the page and the spec say differently.
type Difference struct {
	Pointer string
	Text    string
	Value   string // that --accept writes; "" if it cannot
	File    string // of the spec
	Line    int
	Col     int
}

// Result is a planned draft.
type Result struct {
	Inputs      []InputResult
	Operations  []*infer.Operation
	Files       []File
	Decisions   []infer.Decision
	Differences []Difference
	Notes       []string
	Problems    []load.Diagnostic // why the draft cannot be written
}

// InputResult says what an input showed.
type InputResult struct {
	Name, Form string
	Calls      []*read.Call
}

// ReadInput reads a file.
func ReadInput(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", filepath.ToSlash(name))
	}
	return io.ReadAll(io.LimitReader(f, MaxInput+1))
}

// Calls returns what was read.
func (r *Result) Calls() []*read.Call {
	var out []*read.Call
	for _, in := range r.Inputs {
		out = append(out, in.Calls...)
	}
	return out
}

// Changes reports whether a file is to be written.
func (r *Result) Changes() bool {
	for _, f := range r.Files {
		if f.Changed() {
			return true
		}
	}
	return false
}

// Run plans a draft.
func Run(opts Options) (*Result, error) {
	res := &Result{}
	secrets := redact.New(false)
	secrets.Keep = map[string]bool{}
	for _, pointer := range opts.Keep {
		secrets.Keep[pointer] = true
	}
	calls, err := res.read(opts, secrets)
	if err != nil || opts.Observe {
		return res, err
	}
	if err := res.plan(opts, calls); err != nil {
		return res, err
	}
	for _, f := range res.Files {
		if f.Changed() && secrets.Leaks(added(f)) > 0 {
			res.Files = nil
			return res, errors.New("internal error: a redacted value would be written; nothing was written")
		}
	}
	return res, nil
}

// added is what a planned file has that the old one has not.
func added(f File) []byte {
	if f.Old == nil {
		return f.New
	}
	old := map[string]int{}
	for _, l := range strings.Split(string(f.Old), "\n") {
		old[l]++
	}
	var out []string
	for _, l := range strings.Split(string(f.New), "\n") {
		if old[l] > 0 {
			old[l]--
			continue
		}
		out = append(out, l)
	}
	return []byte(strings.Join(out, "\n"))
}

// read reads the inputs and joins what they show of the same call.
func (r *Result) read(opts Options, secrets *redact.Values) ([]*read.Call, error) {
	var calls []*read.Call
	for _, in := range opts.Inputs {
		in.Redact = secrets
		one, err := read.Any(in)
		if one != nil {
			r.Notes = append(r.Notes, one.Notes...)
		}
		if err != nil {
			return nil, err
		}
		r.Inputs = append(r.Inputs, InputResult{in.Name, one.Form, one.Calls})
		calls = append(calls, one.Calls...)
	}
	calls = read.Join(calls)
	if opts.Only == "" {
		return calls, nil
	}
	method, path, _ := strings.Cut(strings.TrimSpace(opts.Only), " ")
	var kept []*read.Call
	var names []string
	for _, c := range calls {
		names = append(names, c.Method+" "+c.Path)
		if strings.EqualFold(c.Method, method) && c.Path == strings.TrimSpace(path) {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		return nil, fmt.Errorf("no call is %s; found %s", opts.Only, strings.Join(names, ", "))
	}
	return kept, nil
}

// plan infers the operations and plans the files.
func (r *Result) plan(opts Options, calls []*read.Call) error {
	spec, err := specOf(opts, calls)
	if err != nil {
		return err
	}
	if _, err := os.Stat(spec); err == nil {
		if err := r.into(spec, opts, calls); err != nil {
			return err
		}
	} else {
		r.Operations = infer.Calls(calls)
		for _, o := range r.Operations {
			r.Decisions = append(r.Decisions, o.Open()...)
			o.Members, o.Relationships = o.Size()
		}
		data, err := encode(document(r.Operations))
		if err != nil {
			return err
		}
		set, err := splice.New(spec, data)
		if err != nil {
			return err
		}
		r.Files = append(r.Files, File{Path: spec, New: data})
		r.exchanges(spec, set)
	}
	infer.Sort(r.Decisions)
	r.place()
	r.Problems, err = r.check(spec)
	return err
}

// into plans the insertions into a spec that exists.
func (r *Result) into(spec string, opts Options, calls []*read.Call) error {
	set, err := splice.Open(spec)
	if err != nil {
		return err
	}
	w := learn(set)
	r.Operations = infer.CallsInto(calls, w.known)
	open := map[*infer.Operation][]infer.Decision{}
	for _, o := range r.Operations {
		open[o] = o.Open()
		o.Members, o.Relationships = o.Size()
	}
	if err := r.merge(set, r.Operations, w, opts.Accept); err != nil {
		return err
	}
	r.exchanges(spec, set)
	for _, f := range set.Changed() {
		r.Files = append(r.Files, File{Path: f.Path, Old: f.Old, New: f.Data})
	}
	slices.SortStableFunc(r.Files, func(a, b File) int { return strings.Compare(filepath.Ext(b.Path), filepath.Ext(a.Path)) })
	for _, o := range r.Operations {
		r.Decisions = append(r.Decisions, r.left(open[o])...)
	}
	return nil
}

// left keeps the decisions that are marked in the files: the spec has decided
// the others.
func (r *Result) left(all []infer.Decision) []infer.Decision {
	var out []infer.Decision
	for _, d := range all {
		marked := d.Kind == "page contradicts itself" || d.Kind == "path parameter"
		for _, f := range r.Files {
			marked = marked || f.Changed() && filepath.Ext(f.Path) != ".txtar" && strings.Contains(string(added(f)), infer.Mark+infer.Comment(d.Text))
		}
		if marked {
			out = append(out, d)
		}
	}
	return out
}

// exchanges plans the recorded calls. One that exists is not overwritten, but what
// the page left open in it follows the spec.
func (r *Result) exchanges(spec string, set *splice.Set) {
	dir := filepath.Join(filepath.Dir(spec), "exchanges")
	var serverless []string // operations without a server
	defer func() {
		if len(serverless) > 0 {
			r.Notes = append(r.Notes, fmt.Sprintf("no exchange is written for %s: the page does not show a server; add servers to %s and draft again", strings.Join(serverless, ", "), filepath.ToSlash(spec)))
		}
	}()
	for _, o := range r.Operations {
		calls := exchanges(o, set.Root())
		if o.Embedded == nil && serverOf(o, set.Root()) == "" {
			serverless = append(serverless, o.ID)
		}
		for _, name := range slices.Sorted(maps.Keys(calls)) {
			path := filepath.Join(dir, name)
			if old, err := os.ReadFile(path); err == nil {
				r.Files = append(r.Files, File{Path: path, Old: old, New: decided(old, calls[name])})
				continue
			}
			r.Files = append(r.Files, File{Path: path, New: calls[name]})
		}
	}
}
