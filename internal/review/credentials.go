package review

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// This file reports where credentials go. A change is breaking if a credential
// may be sent to another address than before, if a call that sent a credential
// no longer does, or if a call needs a credential that it did not need.

// The rules of credential changes.
const (
	ruleServerChanged    = "credentials-server-changed"
	ruleServerAdded      = "credentials-server-added"
	ruleServerRemoved    = "credentials-server-removed"
	ruleOperationServer  = "credentials-operation-server"
	ruleTokenURL         = "credentials-token-url"
	rulePlace            = "credentials-place"
	ruleAnonymous        = "credentials-not-sent"
	ruleNeeds            = "credentials-needed"
	ruleFewer            = "credentials-fewer"
	ruleAlternativeAdded = "credentials-alternative-added"
)

// credentialDiff collects the changes of one client.
type credentialDiff struct {
	*joined
	sides [2]*credentialSide
	list  []*WireChange
}

// credentialSide is what one version says about credentials.
type credentialSide struct {
	doc     *load.Document
	api     *model.API
	address string               // of calls without a server of their own; "" without one
	calls   map[string]*callSite // by method and path without the names of parameters
	order   []string             // keys of calls in document order
}

// callSite is an operation of the document that has a method.
type callSite struct {
	name    string // "GET /contacts/{id}"
	op      *model.Operation
	node    *load.Node
	servers *load.Node // of the operation or its path; nil if there are none
}

// compareCredentials lists what changes about credentials, the breaking changes
// first.
func compareCredentials(j *joined) []*WireChange {
	d := &credentialDiff{joined: j, sides: [2]*credentialSide{credentialsOf(j.Old), credentialsOf(j.New)}}
	d.servers()
	d.schemes()
	for _, key := range d.sides[1].order {
		call := d.sides[1].calls[key]
		before := d.before(key, call)
		d.operationServers(before, call)
		if before != nil {
			d.security(before, call)
		}
	}
	for _, change := range d.list {
		sum := sha256.Sum256([]byte(change.Rule + "\n" + change.Text))
		change.Fingerprint = hex.EncodeToString(sum[:6])
	}
	slices.SortStableFunc(d.list, func(a, b *WireChange) int { return severityRank[a.Severity] - severityRank[b.Severity] })
	return d.list
}

func credentialsOf(side *Side) *credentialSide {
	s := &credentialSide{doc: side.Document, api: side.API, calls: map[string]*callSite{}}
	if len(side.API.Servers) > 0 {
		s.address = expand(side.API.Servers[0])
	}
	for _, service := range side.API.Services {
		for _, op := range service.Operations {
			path := expression.ReplaceAllString(op.Path, "{$1}")
			call := &callSite{name: op.Method + " " + path, op: op}
			call.find(side.Document.Root, path)
			key := op.Method + " " + expression.ReplaceAllString(op.Path, "{}")
			if s.calls[key] == nil {
				s.order = append(s.order, key)
			}
			s.calls[key] = call
		}
	}
	slices.SortFunc(s.order, func(a, b string) int {
		return byPlace(at(s.calls[a].op.Pos), at(s.calls[b].op.Pos), a, b)
	})
	return s
}

// find finds the operation in the document.
func (c *callSite) find(root *load.Node, path string) {
	paths := root.Get("paths")
	item := paths.Get(path).Target()
	if item == nil {
		item = paths.Get(strings.TrimPrefix(path, "/")).Target()
	}
	c.node = item.Get(strings.ToLower(c.op.Method)).Target()
	if c.node == nil {
		c.node = item.Get("additionalOperations", c.op.Method).Target()
	}
	for _, n := range []*load.Node{c.node, item} {
		if list := n.Get("servers"); list != nil && len(list.Items) > 0 {
			c.servers = list
			return
		}
	}
}

// before is the older version of a call: of the same method and path, or else of
// the same Go method. It is nil if the call is new.
func (d *credentialDiff) before(key string, call *callSite) *callSite {
	if c := d.sides[0].calls[key]; c != nil {
		return c
	}
	name := d.old.sends[d.new.methods[call.name]]
	for _, c := range d.sides[0].calls {
		if name != "" && c.name == name {
			return c
		}
	}
	return nil
}

func (d *credentialDiff) add(severity Severity, rule string, n *load.Node, call *callSite, format string, args ...any) {
	change := &WireChange{Severity: severity, Rule: rule, Text: fmt.Sprintf(format, args...)}
	for _, known := range d.list {
		if known.Rule == rule && known.Text == change.Text && call != nil {
			known.Operations = append(known.Operations, call.name)
			known.Symbols = d.withMethod(known.Symbols, call)
			return
		}
	}
	if n != nil {
		change.At = at(n.KeyPosition())
	} else if call != nil {
		change.At = at(call.op.Pos)
	}
	if call != nil {
		change.Operations = []string{call.name}
		change.Symbols = d.withMethod(nil, call)
	}
	d.list = append(d.list, change)
}

func (d *credentialDiff) withMethod(list []string, call *callSite) []string {
	if method := d.new.methods[call.name]; method != "" && !slices.Contains(list, method) {
		return append(list, method)
	}
	return list
}

// servers compares the servers of the document by the names of their constants.
func (d *credentialDiff) servers() {
	before, after := d.sides[0].api.Servers, d.sides[1].api.Servers
	for _, s := range after {
		old := findServer(before, s.Name)
		n := d.serverNode(1, s.URL)
		if old == nil {
			d.add(SeverityInfo, ruleServerAdded, n, nil, "%s is new: %s", s.Name, shownAddress(s.URL))
			if s.TokenURL != "" {
				d.add(SeverityInfo, ruleTokenURL, n, nil, "client credentials for %s go to %s", s.Name, shownAddress(s.TokenURL))
			}
			continue
		}
		switch {
		case sameAddress(expand(*old), expand(s)) && (sameAddress(old.URL, s.URL) || len(old.Variables) == 0 && len(s.Variables) > 0):
		case s.Name == "DefaultServer":
			d.add(SeverityBreaking, ruleServerChanged, n, nil, "calls and their credentials go to %s, not %s", shownAddress(s.URL)+defaults(s), shownAddress(old.URL)+defaults(*old))
		default:
			d.add(SeverityBreaking, ruleServerChanged, n, nil, "with %s, calls and their credentials go to %s, not %s", s.Name, shownAddress(s.URL)+defaults(s), shownAddress(old.URL)+defaults(*old))
		}
		if !sameAddress(old.TokenURL, s.TokenURL) {
			d.add(SeverityBreaking, ruleTokenURL, n, nil, "client credentials for %s go to %s, not %s", s.Name, shownAddress(s.TokenURL), shownAddress(old.TokenURL))
		}
		d.variables(n, *old, s)
	}
	for _, s := range before {
		if findServer(after, s.Name) != nil {
			continue
		}
		severity := SeverityInfo
		if s.Name == "DefaultServer" {
			severity = SeverityBreaking // New needs an address that it did not need
		}
		d.add(severity, ruleServerRemoved, nil, nil, "%s is gone: %s", s.Name, shownAddress(s.URL))
		d.list[len(d.list)-1].At = old(d.serverNode(0, s.URL))
	}
}

// variables lists the values of server variables that are new.
func (d *credentialDiff) variables(n *load.Node, old, new model.Server) {
	for _, v := range new.Variables {
		i := slices.IndexFunc(old.Variables, func(w model.ServerVariable) bool { return w.Name == v.Name })
		if i < 0 {
			d.add(SeverityInfo, ruleServerAdded, n, nil, "%s: the variable %q is new", new.Name, v.Name)
			continue
		}
		if len(old.Variables[i].Enum) == 0 {
			continue
		}
		if len(v.Enum) == 0 {
			d.add(SeverityInfo, ruleServerAdded, n, nil, "%s: the variable %q can have any value", new.Name, v.Name)
		}
		for _, value := range v.Enum {
			if !slices.Contains(old.Variables[i].Enum, value) {
				d.add(SeverityInfo, ruleServerAdded, n, nil, "%s: the variable %q can be %q", new.Name, v.Name, value)
			}
		}
	}
}

func findServer(list []model.Server, name string) *model.Server {
	for i := range list {
		if list[i].Name == name {
			return &list[i]
		}
	}
	return nil
}

// serverNode is the address of a server in the document.
func (d *credentialDiff) serverNode(side int, address string) *load.Node {
	if list := d.sides[side].doc.Root.Get("servers"); list != nil {
		for _, n := range list.Items {
			if u := n.Get("url"); strings.TrimSpace(u.Str()) == address {
				return u
			}
		}
	}
	return nil
}

func old(n *load.Node) Place {
	if n == nil {
		return Place{}
	}
	p := at(n.KeyPosition())
	p.Old = true
	return p
}

// expand is the address of a server with the defaults of its variables.
func expand(s model.Server) string {
	address := s.URL
	for _, v := range s.Variables {
		address = strings.ReplaceAll(address, "{"+v.Name+"}", v.Default)
	}
	return address
}

// defaults names the defaults of a server's variables.
func defaults(s model.Server) string {
	var list []string
	for _, v := range s.Variables {
		list = append(list, fmt.Sprintf("%s is %q", v.Name, v.Default))
	}
	if len(list) == 0 {
		return ""
	}
	return " (" + strings.Join(list, ", ") + ")"
}

func shownAddress(address string) string {
	if address == "" {
		return "none"
	}
	return "`" + address + "`"
}

// sameAddress compares addresses apart from case, default ports and a slash at
// the end.
func sameAddress(a, b string) bool { return a == b || plainAddress(a) == plainAddress(b) }

func plainAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if host, port, err := net.SplitHostPort(u.Host); err == nil && (u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80") {
		u.Host = host
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	return u.String()
}

// operationServers compares the addresses of one call, whose older version is nil
// if it is new.
func (d *credentialDiff) operationServers(before, after *callSite) {
	is := d.address(1, after)
	if before == nil {
		if after.op.Server != "" && !sameAddress(is, d.sides[1].address) {
			d.add(SeverityInfo, ruleOperationServer, after.servers, after, "a new call goes to %s, not to the client's server", shownAddress(is))
		}
		return
	}
	was := d.address(0, before)
	if !sameAddress(was, is) && (before.op.Server != "" || after.op.Server != "") {
		d.add(SeverityBreaking, ruleOperationServer, after.servers, after, "the call and its credentials go to %s, not %s", shownAddress(is), shownAddress(was))
	}
	known := addresses(before.servers)
	for i, address := range addresses(after.servers) {
		if i > 0 && !slices.Contains(known, address) {
			d.add(SeverityInfo, ruleServerAdded, after.servers, after, "the call has one more server, which the client does not use: %s", shownAddress(address))
		}
	}
}

// address is where a call goes.
func (d *credentialDiff) address(side int, call *callSite) string {
	if call.op.Server != "" {
		return call.op.Server
	}
	return d.sides[side].address
}

func addresses(servers *load.Node) []string {
	var list []string
	if servers != nil {
		for _, n := range servers.Items {
			list = append(list, n.Get("url").Str())
		}
	}
	return list
}
