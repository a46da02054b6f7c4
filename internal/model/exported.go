package model

// This file counts the names that a client exports. An editor offers them all
// behind the package's name, so that a reader of a run's report can tell where a
// client is larger than it needs to be.

// Names counts the exported names at package level by what they are.
type Names struct {
	Services   int `json:"services"`
	Parameters int `json:"parameters"`
	Types      int `json:"types"`
	Enums      int `json:"enums"`
	Constants  int `json:"constants"` // of enums
	Others     int `json:"others"`    // New, options, servers
}

// Total is the number of all names.
func (n Names) Total() int {
	return n.Services + n.Parameters + n.Types + n.Enums + n.Constants + n.Others
}

// Most is the kind of which there are most names, and their number.
func (n Names) Most() (kind string, count int) {
	for _, k := range []struct {
		kind  string
		count int
	}{
		{"types", n.Types}, {"constants of enums", n.Constants}, {"enums", n.Enums}, {"structs of parameters", n.Parameters}, {"services", n.Services}, {"options and servers", n.Others},
	} {
		if k.count > count {
			kind, count = k.kind, k.count
		}
	}
	return kind, count
}

// countNames counts what the client exports.
func (b *builder) countNames() {
	n := Names{Services: len(b.api.Services), Others: len(b.reservedNames("")) - len(b.api.Services)}
	for _, s := range b.api.Services {
		if s.Package != "" {
			n.Others++ // New of its package
		}
	}
	for _, d := range b.api.Decls {
		switch {
		case d.Kind == DeclEnum:
			n.Enums++
			n.Constants += len(d.Values)
		case d.Role == RoleOptions || d.method != nil && d.method.out.GraphQL != nil:
			n.Parameters++
		default:
			n.Types++
		}
	}
	b.api.Report.Names = n
}
