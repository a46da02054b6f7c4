package read

import (
	"strings"

	"github.com/docwright/docwright/internal/draft/redact"
)

// redactCalls redacts everything that the calls hold, before anybody else sees
// them. It goes over them twice: what is redacted late stands in what was read
// early.
func redactCalls(r *redact.Values, calls []*Call) {
	for range 2 {
		for _, c := range calls {
			r.Personal = c.Recorded && c.Form != "exchange"
			redactCall(r, c)
		}
	}
	r.Personal = false
}

func redactCall(r *redact.Values, c *Call) {
	for i, h := range c.Headers {
		c.Headers[i].Value = r.Header(h.Name, h.Value)
	}
	for i, q := range c.Query {
		c.Query[i].Value = r.Query(q.Name, q.Value)
	}
	for i := range c.Params {
		p := &c.Params[i]
		for j, s := range p.Samples {
			p.Samples[j] = r.Query(p.Name, s)
		}
		p.Default = r.Text(p.Default)
		redactAll(r, p.Values)
	}
	for _, list := range [][]Body{c.Requests, c.Answers} {
		for i := range list {
			redactBody(r, &list[i])
		}
	}
	c.Server, c.URL = r.URL(c.Server), r.URL(c.URL)
	c.Path, c.Concrete = redactPath(r, c.Path), redactPath(r, c.Concrete)
	c.Summary, c.Returns, c.Seen = r.Text(c.Summary), r.Text(c.Returns), r.Text(c.Seen)
	for i := range c.Doubts {
		c.Doubts[i].Text = r.Text(c.Doubts[i].Text)
	}
}

func redactAll(r *redact.Values, list []string) {
	for i, s := range list {
		list[i] = r.Text(s)
	}
}

func redactBody(r *redact.Values, b *Body) {
	for i := range b.Samples {
		redactValue(r, b.Samples[i].Value, "", "")
	}
	for i := range b.Fields {
		b.Fields[i].Default = r.Text(b.Fields[i].Default)
		redactAll(r, b.Fields[i].Values)
	}
	for i, h := range b.Headers {
		b.Headers[i].Value = r.Header(h.Name, h.Value)
	}
	for i, m := range b.Form {
		b.Form[i].Value = r.Query(m.Name, r.Member(m.Name, m.Name, m.Value))
	}
	b.Text = r.Text(b.Text)
}

// redactPath redacts segments that are secrets by their form; they become
// parameters.
func redactPath(r *redact.Values, path string) string {
	if path == "" {
		return path
	}
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if p == "" || variable(p) {
			continue
		}
		if clean := r.Text(p); clean != p {
			parts[i] = "{secret}"
		}
	}
	return strings.Join(parts, "/")
}

func redactValue(r *redact.Values, v *Value, pointer, name string) {
	switch v.Kind {
	case String:
		v.Text = r.Member(pointer, name, v.Text)
	case Number:
		v.Text = r.Number(name, v.Text)
	case Array:
		for _, item := range v.Items {
			redactValue(r, item, pointer+"[]", name)
		}
	case Object:
		for i, m := range v.Members {
			v.Members[i].Name = r.Text(m.Name)
			next := m.Name
			if pointer != "" {
				next = pointer + "." + m.Name
			}
			redactValue(r, m.Value, next, m.Name)
		}
	}
}

// RedactValue redacts the members of a JSON body.
func RedactValue(r *redact.Values, v *Value) { redactValue(r, v, "", "") }
