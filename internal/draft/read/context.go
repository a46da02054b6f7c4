package read

import (
	"regexp"
	"strconv"
	"strings"
)

// context is what a heading or label says about what follows it.
type context struct {
	dir    direction
	in     string // path, query, header, cookie, body, form, url, auth, responseHeader, other
	status int
	sample bool // the heading of a sample

	required Tri // what the heading says of all members
}

type direction int

const (
	unset direction = iota
	asked
	answered
)

var (
	contextWords = []struct {
		pattern *regexp.Regexp
		ctx     context
	}{
		{regexp.MustCompile(`^(?:response|returned) headers?`), context{dir: answered, in: "responseHeader"}},
		{regexp.MustCompile(`\b(?:authori[sz]ations?|authentication|security|auth)\b`), context{dir: asked, in: "auth"}},
		{regexp.MustCompile(`\b(?:query|querystring|search|filter)\b.*\b(?:param\w*|string|arguments?|options?|variables?|fields?)\b|^query$|^querystring$|\bquery params?\b`), context{dir: asked, in: "query"}},
		{regexp.MustCompile(`\b(?:path|route|uri)\b.*\b(?:param\w*|variables?|arguments?|segments?|attributes?)\b|^path$`), context{dir: asked, in: "path"}},
		{regexp.MustCompile(`\burl\b.*\b(?:param\w*|variables?|arguments?|segments?)\b`), context{dir: asked, in: "url"}},
		{regexp.MustCompile(`^(?:request |http )?headers?(?: param\w*)?$|\bheader param\w*`), context{dir: asked, in: "header"}},
		{regexp.MustCompile(`^cookies?\b`), context{dir: asked, in: "cookie"}},
		{regexp.MustCompile(`\bform[- ]?(?:data|param\w*|fields?|encoded|url)\b|\bmultipart\b`), context{dir: asked, in: "form"}},
		{regexp.MustCompile(`\b(?:response|responses|returns?|answer|answers|result|results|reply|output|returned)\b`), context{dir: answered, in: "body"}},
		{regexp.MustCompile(`\b(?:errors?|failure|error codes?)\b`), context{dir: answered, in: "error"}},
		{regexp.MustCompile(`\b(?:body|payload|json param\w*|post data|json request|request object|request json|json/form params)\b`), context{dir: asked, in: "body"}},
		{regexp.MustCompile(`\b(?:parameters?|params?|arguments?|attributes|fields|properties|inputs?|members|options)\b`), context{dir: asked}},
		{regexp.MustCompile(`\b(?:request|usage|curl|copy as curl|sample call|definition|endpoint|http request|method|url|call)\b`), context{dir: asked, sample: true}},
		{regexp.MustCompile(`^(?:example|sample|examples|samples|description|notes?|remarks|details|openapi|permissions?|scopes?|rate limits?|status codes?|success|usage|overview|child attributes)$`), context{sample: true}},
	}
	statusHeading = regexp.MustCompile(`(?i)^\W*(?:(?:http|status|code|response|responses|success|successful|error|example|sample|returns?|answer)\W+){0,3}([1-5]\d\d)\b`)
	statusBehind  = regexp.MustCompile(`(?i)\b(?:response|success|error|returns?|status|example)\b[^.]{0,30}?[\s(]([1-5]\d\d)\b`)
)

// contextOf reads a heading or label. It reports false for text that says
// nothing of the kind.
func contextOf(text string) (context, bool) {
	t := strings.ToLower(strings.Trim(bare(text), " :.*_#>-"))
	if t == "" || len(t) > 70 {
		return context{}, false
	}
	if callPattern.MatchString(text) {
		return context{}, false
	}
	status := 0
	if g := statusHeading.FindStringSubmatch(t); g != nil {
		status, _ = strconv.Atoi(g[1])
	} else if g := statusBehind.FindStringSubmatch(t); g != nil {
		status, _ = strconv.Atoi(g[1])
	}
	if status > 0 {
		return context{dir: answered, in: "body", status: status}, true
	}
	if len(strings.Fields(t)) > 7 {
		return context{}, false
	}
	for _, w := range contextWords {
		if w.pattern.MatchString(t) {
			ctx := w.ctx
			ctx.sample = ctx.sample || strings.Contains(t, "example") || strings.Contains(t, "sample")
			if ctx.dir == answered && strings.Contains(t, "error") {
				ctx.in = "error"
			}
			if ctx.dir == asked && strings.HasPrefix(t, "required ") {
				ctx.required = Yes
			} else if ctx.dir == asked && strings.HasPrefix(t, "optional ") {
				ctx.required = No
			}
			return ctx, true
		}
	}
	return context{}, false
}

var vocabulary = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`example examples sample samples request requests response responses json http body payload parameter parameters
		param params query path url uri route header headers form data optional required attribute attributes argument arguments field fields
		property properties success successful error errors status code codes returns return returned the of for and a an shell curl ok created
		no content bad unauthorized forbidden not found conflict unprocessable entity output input inputs result results authorization authorizations authentication security
		definition endpoint method usage notes note description details openapi permissions scopes scope copy as call schema string variables
		cookies cookie multipart member members options or with answer answers reply in overview remarks show child accepted internal server too many
		urlencoded encoded x-www-form-urlencoded application/json type content-type object structure key keys caveats limits rate`) {
		m[w] = true
	}
	return m
}()

// generic reports whether a heading speaks only of the parts of a call, so
// that it cannot be the title of one.
func generic(text string) bool {
	ctx, ok := contextOf(text)
	if !ok {
		return false
	}
	for _, w := range strings.FieldsFunc(strings.ToLower(bare(text)), func(r rune) bool { return strings.ContainsRune(" \t:.*()#/-,&–—", r) }) {
		if _, err := strconv.Atoi(w); err != nil && !vocabulary[w] && ctx.status == 0 {
			return false
		}
	}
	return true
}
