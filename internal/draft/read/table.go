package read

import (
	"regexp"
	"strconv"
	"strings"
)

// columns are the columns of a table of members; -1 is one that it lacks.
type columns struct {
	name, typ, required, desc, def, in, values, example int
	optional                                            bool   // the column says what is optional
	place                                               string // what the header of the name says
	head                                                string
	wide                                                int // the column behind those that the header of the name is over
}

var (
	nameColumn     = regexp.MustCompile(`^(?:(?:json |request |body |query |path |form |url |response |header )?(?:name|param(?:eter)?s?|fields?|keys?|attributes?|propert(?:y|ies)|arguments?|args?|members?|variables?|element|header|headers)(?: name)?)(?: \(.*\))?$`)
	typeColumn     = regexp.MustCompile(`^(?:data ?type|types?|format|schema|value type|kind)$`)
	requiredColumn = regexp.MustCompile(`^(?:required\??|mandatory|req\.?|necessity|presence|required/optional|is required\??|required\?)$`)
	optionalColumn = regexp.MustCompile(`^(?:optional\??)$`)
	descColumn     = regexp.MustCompile(`^(?:descriptions?|meaning|details?|notes?|info|information|remarks?|comments?|explanation|purpose|definition|usage)$`)
	defColumn      = regexp.MustCompile(`^(?:defaults?|default value)$`)
	inColumn       = regexp.MustCompile(`^(?:in|location|located in|place|where|param(?:eter)? type|source|passed in|sent in)$`)
	valuesColumn   = regexp.MustCompile(`^(?:values|options|allowed values|possible values|enum|accepted values|valid values|allowed|value|choices)$`)
	exampleColumn  = regexp.MustCompile(`^(?:examples?|sample)$`)
	codeColumn     = regexp.MustCompile(`^(?:status ?(?:code)?|code|http ?(?:status|code)?(?: code)?|response(?: code)?|responses|http status code|error code)$`)
	rowName        = regexp.MustCompile("^([»↳└├─›>|–—\\-. \u2003\u00a0]*)[`\"]?([A-Za-z_$@:#{][\\w.$@\\[\\]:{}/*-]*?)[`\"]?(\\?|\\*)?[`\"]?(?:$|[\\s(,<:])(.*)$")
)

func columnsOf(head []string) columns {
	c := columns{-1, -1, -1, -1, -1, -1, -1, -1, false, "", "", 0}
	set := func(slot *int, i int) {
		if *slot < 0 {
			*slot = i
		}
	}
	for i, h := range head {
		w := strings.ToLower(strings.Trim(bare(h), " :*"))
		switch {
		case nameColumn.MatchString(w) && c.name < 0:
			c.name, c.head = i, w
			for c.wide = i + 1; c.wide < len(head) && head[c.wide] == ""; {
				c.wide++
			}
			if ctx, ok := contextOf(w); ok && ctx.in != "" {
				c.place = ctx.in
			}
			if w == "header" || w == "headers" {
				c.place = "header"
			}
		case inColumn.MatchString(w):
			set(&c.in, i)
		case typeColumn.MatchString(w):
			set(&c.typ, i)
		case requiredColumn.MatchString(w):
			set(&c.required, i)
		case optionalColumn.MatchString(w):
			set(&c.required, i)
			c.optional = true
		case descColumn.MatchString(w):
			set(&c.desc, i)
		case defColumn.MatchString(w):
			set(&c.def, i)
		case valuesColumn.MatchString(w):
			set(&c.values, i)
		case exampleColumn.MatchString(w):
			set(&c.example, i)
		}
	}
	return c
}

func cell(row []string, i int) string {
	if i < 0 || i >= len(row) {
		return ""
	}
	return strings.TrimSpace(row[i])
}

// table reads a table of members, parameters or statuses.
func (r *sectionReader) table(b block) {
	if len(b.rows) == 0 || len(b.rows) > 2000 {
		return
	}
	if r.statusTable(b) || r.enumTable(b) {
		return
	}
	c := columnsOf(b.rows[0])
	rows := b.rows[1:]
	if c.name < 0 {
		if c.typ < 0 && c.required < 0 && c.desc < 0 || r.ctx.in == "other" {
			return
		}
		for i := range b.rows[0] {
			if i != c.typ && i != c.required && i != c.desc && i != c.def && i != c.in && i != c.values {
				c.name = i
				break
			}
		}
		if c.name < 0 || c.typ < 0 && c.required < 0 && !r.expectsFields() {
			return
		}
	}
	ctx := r.ctx
	if r.ctx.in == "other" {
		if c.typ < 0 && c.in < 0 {
			return
		}
		r.ctx.in = ""
		r.ctx.dir = unset
		if b := strings.ToLower(r.label); strings.Contains(b, "response") || strings.Contains(b, "return") {
			r.ctx = context{dir: answered, in: "body"}
		}
	}
	r.rows(c, rows, b.line)
	r.ctx = ctx
}

// rows reads the rows of a table of members.
func (r *sectionReader) rows(c columns, rows [][]string, line int) {
	questions, anyRequired := false, false
	for _, row := range rows {
		if g := rowName.FindStringSubmatch(cell(row, c.name)); g != nil {
			questions = questions || g[3] == "?"
		}
		if c.required >= 0 && requiredWord(cell(row, c.required)) == Yes {
			anyRequired = true
		}
	}
	var open []parent
	for i, row := range rows {
		if ctx, ok := groupRow(row); ok {
			r.setContext(ctx)
			c.place, open = "", nil
			continue
		}
		f, depth, ok := r.row(c, row, questions, anyRequired)
		if !ok {
			continue
		}
		f.line = line + i + 2
		for len(open) > 0 && open[len(open)-1].level >= depth {
			open = open[:len(open)-1]
		}
		f.under = r.prefix
		if len(open) > 0 {
			f.under = open[len(open)-1].pointer
		}
		if c.in >= 0 && f.in == "body" && depth == 0 && wholeBody[strings.ToLower(f.name)] {
			open = append(open, parent{0, r.prefix}) // the rows below are its members
			continue
		}
		pointer := r.field(f)
		if f.typ.Name == "array" {
			pointer = append(pointer, "[]")
		}
		open = append(open, parent{depth, pointer})
	}
}

// groupRow reads a row that is a heading of those below it: its only cell says
// where they go.
func groupRow(row []string) (context, bool) {
	text := ""
	for _, cell := range row {
		if cell = strings.TrimSpace(cell); cell != "" && text != "" {
			return context{}, false
		} else if cell != "" {
			text = cell
		}
	}
	if text == "" || len(row) < 2 || !strings.Contains(strings.Trim(text, " `*:"), " ") && !strings.EqualFold(strings.Trim(text, " *:"), "headers") {
		return context{}, false
	}
	ctx, ok := contextOf(text)
	return ctx, ok && generic(text) && ctx.in != ""
}

// wholeBody are names that generated pages give to the body itself.
var wholeBody = map[string]bool{"body": true, "payload": true, "requestbody": true, "request body": true}

// enumTable reads a table that lists the values of members that were named before.
func (r *sectionReader) enumTable(b block) bool {
	if len(b.rows) < 2 || len(b.rows[0]) != 2 || !strings.Contains(strings.ToLower(r.label), "enum") || columnsOf(b.rows[0]).name != 0 || !strings.EqualFold(bare(b.rows[0][1]), "value") {
		return false
	}
	values := map[string][]string{}
	for _, row := range b.rows[1:] {
		if g := rowName.FindStringSubmatch(strings.TrimSpace(cell(row, 0))); g != nil && cell(row, 1) != "" {
			values[g[2]] = append(values[g[2]], strings.Trim(bare(cell(row, 1)), `"`))
		}
	}
	fill := func(fields []Field) {
		for i, f := range fields {
			if list := values[f.Pointer[len(f.Pointer)-1]]; len(f.Values) == 0 {
				fields[i].Values = unique(list)
			}
		}
	}
	r.each(func(c *Call) {
		bodies := c.Requests
		if r.ctx.dir == answered {
			bodies = c.Answers
		}
		for i := range bodies {
			fill(bodies[i].Fields)
		}
		for i, p := range c.Params {
			if r.ctx.dir != answered && len(p.Values) == 0 {
				c.Params[i].Values = unique(values[p.Name])
			}
		}
	})
	return true
}

// row reads one row.
func (r *sectionReader) row(c columns, row []string, questions, anyRequired bool) (fact, int, bool) {
	f := fact{rank: FromTable, in: c.place}
	name, inner := cell(row, c.name), 0
	for name == "" && c.name+inner+1 < c.wide { // the header of the name is over several columns
		inner++
		name = cell(row, c.name+inner)
	}
	g := rowName.FindStringSubmatch(strings.TrimSpace(name))
	if g == nil {
		return f, 0, false
	}
	depth := strings.Count(g[1], "»") + strings.Count(g[1], "↳") + strings.Count(g[1], "└") + strings.Count(g[1], "›") + strings.Count(g[1], "—") + strings.Count(g[1], "\u2003")
	if depth == 0 {
		depth = strings.Count(g[1], "-") + strings.Count(g[1], ">")
	}
	depth += inner
	f.name = g[2]
	if c.place == "body" && r.ctx.dir == answered || c.place == "" && r.ctx.in != "" {
		f.in = ""
	}
	f.typ, f.values = ParseType(cell(row, c.typ))
	f.nullable = f.typ.Nullable
	f.mark(g[3], questions)
	behind := strings.ToLower(g[4])
	if f.required == Unknown {
		f.required = requiredText(behind)
	}
	if !f.typ.Known() && g[4] != "" {
		f.leading(&g[4])
	}
	if c.required >= 0 {
		word := requiredWord(cell(row, c.required))
		if word == Unknown && cell(row, c.required) == "" && anyRequired {
			word = No
		}
		if c.optional && word != Unknown {
			word = map[Tri]Tri{Yes: No, No: Yes}[word]
		}
		if word != Unknown {
			f.required = word
		}
	} else if f.required == Unknown {
		f.required = requiredText(cell(row, c.typ))
	}
	if c.in >= 0 {
		if in := inWord[strings.ToLower(bare(cell(row, c.in)))]; in != "" {
			f.in = in
		}
	}
	f.cells(c, row)
	return f, depth, true
}

// mark reads "?" and "*" behind a name.
func (f *fact) mark(m string, questions bool) {
	switch {
	case m == "?":
		f.required = No
	case m == "*" && !questions:
		f.required = Yes
	case questions:
		f.required = Yes
	}
}

// noDefault are words that say in a column of defaults that there is none.
var noDefault = map[string]bool{"none": true, "n/a": true, "na": true, "null": true, "nil": true, "undefined": true, "absent": true, "unset": true, "required": true, "optional": true}

// cells reads values, default and description.
func (f *fact) cells(c columns, row []string) {
	if v := cell(row, c.values); v != "" {
		if list := listedValues(v); list != nil {
			f.values = list
		} else if list := plainList(v); list != nil {
			f.values = list
		}
	}
	if d := strings.Trim(bare(cell(row, c.def)), `"'`); d != "" && d != "-" && d != "–" && !strings.Contains(d, " ") && !noDefault[strings.ToLower(d)] {
		f.def = d
		if f.required == Unknown {
			f.required = No
		}
	}
	f.describe(cell(row, c.desc))
	if f.typ.Name == "string" && f.typ.Format == "" && len(f.values) > 0 && cell(row, c.typ) == "" {
		f.typ = Type{}
	}
}

// statusTable reads a table of statuses.
func (r *sectionReader) statusTable(b block) bool {
	if len(b.rows) < 2 || !codeColumn.MatchString(strings.ToLower(strings.Trim(bare(b.rows[0][0]), " :"))) {
		return false
	}
	found := false
	for _, row := range b.rows[1:] {
		if len(row) == 0 {
			continue
		}
		word, _, _ := strings.Cut(strings.Trim(bare(row[0]), "[]() "), " ")
		if n, err := strconv.Atoi(strings.Trim(word, "[]")); err == nil && n >= 200 && n < 600 {
			found = true
			r.each(func(c *Call) {
				body := c.Answer(n)
				body.Empty = body.Empty || n == 204
			})
		}
	}
	return found
}
