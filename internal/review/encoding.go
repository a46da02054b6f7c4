package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// This file compares what documents say of the members of forms and of the parts of
// multipart bodies, and what neither oasdiff nor the types of the client show: the
// headers of a part, and that it may be of several media types.

// encodingsOf is what a document says of the members of the body that a method sends.
func encodingsOf(doc *load.Document, op *model.Operation) *load.Node {
	body := operationNode(doc, sendsOf(op)).Get("requestBody").Target()
	return body.Get("content", mediaType(op.Body)).Target().Get("encoding")
}

// partTypesListed reports whether a part has several media types in one of the
// versions.
func (j *joined) partTypesListed(methods []string, member string) bool {
	return slices.ContainsFunc(methods, func(name string) bool {
		for i, op := range []*model.Operation{j.old.operations[name], j.new.operations[name]} {
			doc := []*Side{j.Old, j.New}[i].Document
			if op != nil && len(partTypes(encodingsOf(doc, op).Get(member))) > 1 {
				return true
			}
		}
		return false
	})
}

// partTypes are the media types that an Encoding Object lists.
func partTypes(encoding *load.Node) []string {
	var list []string
	for typ := range strings.SplitSeq(encoding.Get("contentType").Str(), ",") {
		if typ = strings.ToLower(strings.TrimSpace(typ)); typ != "" {
			list = append(list, typ)
		}
	}
	return list
}

// compareEncodings compares the encodings of a body that both versions send as one
// media type.
func (j *joined) compareEncodings(name string, was, is *model.Operation) {
	media := mediaType(is.Body)
	if media == "" || media != mediaType(was.Body) {
		return
	}
	before, after := encodingsOf(j.Old.Document, was), encodingsOf(j.New.Document, is)
	known := map[string]bool{}
	for _, m := range slices.Concat(membersOf(after), membersOf(before)) {
		if known[m.Name] {
			continue
		}
		known[m.Name] = true
		c := &encodingChange{
			joined: j, method: name, operation: sendsOf(is), member: m.Name, form: media == "application/x-www-form-urlencoded",
			was: before.Get(m.Name), is: after.Get(m.Name), at: at(m.Value.KeyPosition()),
		}
		c.at.Old = c.is == nil
		c.types()
		c.headers()
		c.reserved()
	}
}

// encodingChange is the encoding of one member in both versions.
type encodingChange struct {
	*joined
	method, operation, member string
	form                      bool
	was, is                   *load.Node // nil if the document has none
	at                        Place
}

func (c *encodingChange) say(rule string, severity Severity, format string, args ...any) {
	c.differ(&difference{
		rule: rule, severity: severity, text: fmt.Sprintf(format, args...), symbols: []string{c.method}, operations: []string{c.operation}, at: c.at, onWireOnly: true,
	})
}

// types compares the media types of a part, where there are several. Of one, the
// client's type tells.
func (c *encodingChange) types() {
	was, is := partTypes(c.was), partTypes(c.is)
	if c.form || len(was) < 2 && len(is) < 2 {
		return
	}
	for _, typ := range was {
		if len(is) > 0 && !slices.Contains(is, typ) {
			c.say("request-part-type-changed", SeverityBreaking, "part `%s` may no longer be sent as `%s`, but as `%s`", c.member, typ, strings.Join(is, "`, `"))
		}
	}
	for _, typ := range is {
		if len(was) > 0 && !slices.Contains(was, typ) {
			c.say("request-part-type-changed", SeverityInfo, "part `%s` may also be sent as `%s`", c.member, typ)
		}
	}
}

// headers compares the headers of a part, which the client does not send.
func (c *encodingChange) headers() {
	if c.form {
		return
	}
	was, is := c.was.Get("headers"), c.is.Get("headers")
	for _, m := range membersOf(is) {
		before := was.Get(m.Name)
		needs, needed := m.Value.Target().Get("required").True(), before.Target().Get("required").True()
		switch {
		case needs && !needed:
			c.say("request-part-header-changed", SeverityBreaking, "part `%s` needs the header `%s`, which the client does not send", c.member, m.Name)
		case before == nil:
			c.say("request-part-header-changed", SeverityInfo, "part `%s` may have the header `%s`", c.member, m.Name)
		case needed && !needs:
			c.say("request-part-header-changed", SeverityInfo, "part `%s` no longer needs the header `%s`", c.member, m.Name)
		}
	}
	for _, m := range membersOf(was) {
		if is.Get(m.Name) == nil {
			c.say("request-part-header-changed", SeverityInfo, "part `%s` no longer has the header `%s`", c.member, m.Name)
		}
	}
}

// reserved compares whether a member of a form may hold reserved characters as they
// are. The client escapes them in any case.
func (c *encodingChange) reserved() {
	was, is := c.was.Get("allowReserved").True(), c.is.Get("allowReserved").True()
	if !c.form || was == is {
		return
	}
	text := "member `%s` need not have reserved characters such as / and ? escaped; the client escapes them as before"
	if was {
		text = "member `%s` must have reserved characters such as / and ? escaped, as the client does"
	}
	c.say("request-parameter-reserved-changed", SeverityInfo, text, c.member)
}

func membersOf(n *load.Node) []load.Member {
	if n == nil {
		return nil
	}
	return n.Members
}
