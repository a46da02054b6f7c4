package model

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
)

// This file looks for names of gen.lock that do not belong to what they name.
// gen.lock is input like the document: who swaps two of its names makes of Get a
// method that deletes. A name that only differs from what the document says is
// not reported, because keeping such names is what the lock is for.

// locked is a thing with its name, of one scope such as a service.
type locked struct {
	what   string // for messages: "method of GET /pets/{id}"
	node   *load.Node
	name   string   // the name that it has
	wanted []string // the names that it may have without a lock, the best first
}

const lockFix = "delete the lines of these names from gen.lock, and run gen"

// own reports whether the document gives x its name, which may have a number.
func (x *locked) own() bool {
	return slices.ContainsFunc(x.wanted, func(w string) bool {
		return w != "" && strings.HasPrefix(x.name, w) && strings.Trim(x.name[len(w):], "0123456789") == ""
	})
}

// checkTaken reports things that have the name of another one of the scope.
func (b *builder) checkTaken(things []*locked) {
	wishes := map[string][]*locked{}
	for _, x := range things {
		if len(x.wanted) > 0 {
			wishes[x.wanted[0]] = append(wishes[x.wanted[0]], x)
		}
	}
	for _, x := range things {
		if x.own() {
			continue
		}
		if i := slices.IndexFunc(wishes[x.name], func(o *locked) bool { return o.name != x.name }); i >= 0 {
			b.warn(x.node, "locked-name", fmt.Sprintf("gen.lock gives the %s the name %q, which the document gives to the %s", x.what, x.name, wishes[x.name][i].what), lockFix)
		}
	}
}

// checkLockedMethods looks at the methods of a service.
func (n *namer) checkLockedMethods(ops []*op) {
	b := n.b
	if len(b.opts.Names) == 0 {
		return
	}
	var things []*locked
	for _, o := range ops {
		x := &locked{what: "method of " + o.method + " " + o.path, node: o.node, name: o.out.GoName}
		x.wanted = slices.DeleteFunc(n.methodNames(o), func(name string) bool { return name == "" })
		if verb := verbClass(x.name); verb != "" && !verbAllowed(verb, o.method) && !x.own() && len(x.wanted) > 0 {
			b.warn(o.node, "locked-name", fmt.Sprintf("gen.lock gives the %s the name %q, which says that it %s; the document gives it the name %q", x.what, x.name, verb, x.wanted[0]), lockFix)
			continue
		}
		things = append(things, x)
	}
	b.checkTaken(things)
}

// The classes of verbs.
const (
	verbReads   = "reads"
	verbAdds    = "creates"
	verbChanges = "changes"
	verbDeletes = "deletes"
)

var verbClasses = map[string]string{
	"get": verbReads, "list": verbReads, "find": verbReads, "fetch": verbReads, "read": verbReads, "show": verbReads, "search": verbReads,
	"query": verbReads, "retrieve": verbReads, "head": verbReads, "count": verbReads, "describe": verbReads, "all": verbReads, "download": verbReads,
	"create": verbAdds, "add": verbAdds, "insert": verbAdds, "post": verbAdds, "new": verbAdds, "register": verbAdds, "upload": verbAdds,
	"update": verbChanges, "replace": verbChanges, "put": verbChanges, "patch": verbChanges, "edit": verbChanges, "modify": verbChanges, "set": verbChanges,
	"delete": verbDeletes, "remove": verbDeletes, "destroy": verbDeletes, "purge": verbDeletes, "drop": verbDeletes, "erase": verbDeletes,
}

// verbClass is what the first word of a method's name says that it does.
func verbClass(name string) string {
	if words := names.Words(name); len(words) > 0 {
		return verbClasses[words[0]]
	}
	return ""
}

// verbAllowed reports whether an HTTP method may do what a verb says.
func verbAllowed(verb, method string) bool {
	switch method {
	case "GET", "HEAD", "OPTIONS", "TRACE", "QUERY":
		return verb == verbReads
	case "DELETE":
		return verb == verbDeletes
	case "PUT", "PATCH":
		return verb == verbChanges || verb == verbAdds
	}
	return verb != verbReads
}

// checkLockedServices looks at the names of services.
func (b *builder) checkLockedServices(segments map[string]bool) {
	if len(b.opts.Names) == 0 {
		return
	}
	kept := b.opts.Names
	defer func() { b.opts.Names = kept }()
	var things []*locked
	seen := map[string]bool{}
	for _, o := range b.ops {
		if seen[o.service] {
			continue
		}
		seen[o.service] = true
		b.opts.Names = nil
		x := &locked{what: fmt.Sprintf("service of %q", o.service), node: o.node, wanted: []string{b.serviceName(o.service, segments), names.Exported(o.service)}}
		b.opts.Names = kept
		x.name = b.serviceName(o.service, segments)
		// Operations of another service would be among those that have the name.
		for _, other := range things {
			switch {
			case other.name != x.name:
			case !x.own():
				b.warn(o.node, "locked-name", fmt.Sprintf("gen.lock gives the %s the name %q, which is that of the %s", x.what, x.name, other.what), lockFix)
			case !other.own():
				b.warn(other.node, "locked-name", fmt.Sprintf("gen.lock gives the %s the name %q, which is that of the %s", other.what, x.name, x.what), lockFix)
			}
		}
		things = append(things, x)
	}
	b.checkTaken(things)
}

// checkLockedTypes looks at the names of types.
func (b *builder) checkLockedTypes(decls []*Decl) {
	if len(b.opts.Names) == 0 {
		return
	}
	inPackage := map[string][]*locked{}
	for _, d := range decls {
		if d.name.node != nil {
			inPackage[d.Package] = append(inPackage[d.Package], &locked{what: "type of " + d.Pointer, node: d.name.node, name: d.GoName, wanted: wantedNames(d)})
		}
	}
	for _, pkg := range slices.Sorted(maps.Keys(inPackage)) {
		b.checkTaken(inPackage[pkg])
	}
}
