package model

// Options are the choices of a run, from gen.yaml or from flags.
type Options struct {
	Package string            // Go package name
	Source  string            // the document's path for the generated header
	Names   map[string]string // API.Names of an earlier run (gen.lock); such a name stays
	Held    map[string]string // API.Held of that run; "*" → "value", but for early ones
	Formats map[string]string // format → Go type, e.g. "uuid": "github.com/google/uuid.UUID"
	Types   map[string]string // spec pointer → Go type
	Include Filter
	Split   bool // a package for each service
	Fake    bool // say what a fake of the API knows, too
}

// Filter selects operations; an empty list selects all.
type Filter struct {
	Tags       []string // tag names
	Paths      []string // path.Match patterns over path templates; a pattern that ends in "/**" matches everything below
	Operations []string // operationIds
}
