package review

import (
	"maps"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// addressWords are the members of a security scheme that are addresses. Callers
// use those of flows that the client does not carry out itself.
var addressWords = []string{"authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl", "openIdConnectUrl", "oauth2MetadataUrl"}

// schemes compares the security schemes that both versions have.
func (d *credentialDiff) schemes() {
	before, after := d.sides[0].schemes(), d.sides[1].schemes()
	if after == nil {
		return
	}
	for _, m := range after.Members {
		was, is := before.Get(m.Name).Target(), m.Value.Target()
		if was == nil || is == nil {
			continue
		}
		if a, b := credentialPlace(was), credentialPlace(is); a != b {
			d.add(SeverityBreaking, rulePlace, is, nil, "the credential %s is sent as %s, not as %s", m.Name, b, a)
		}
		d.schemeAddresses(m.Name, "", was, is)
		if flows := is.Get("flows"); flows != nil {
			for _, flow := range flows.Members {
				d.schemeAddresses(m.Name, flow.Name+" ", was.Get("flows", flow.Name), flow.Value)
			}
		}
	}
}

func (s *credentialSide) schemes() *load.Node {
	return s.doc.Root.Get("components", "securitySchemes")
}

// schemeAddresses compares the addresses of a scheme or of one of its flows. One
// that is new is not breaking, unless it is used in place of another one.
func (d *credentialDiff) schemeAddresses(scheme, flow string, was, is *load.Node) {
	for _, word := range addressWords {
		a, b := was.Get(word).Str(), is.Get(word).Str()
		switch {
		case sameAddress(a, b):
		case a == "":
			d.add(SeverityInfo, ruleTokenURL, is.Get(word), nil, "%s: the %s%s is new: %s", scheme, flow, word, shownAddress(b))
		default:
			d.add(SeverityBreaking, ruleTokenURL, is.Get(word), nil, "%s: the %s%s is %s, not %s", scheme, flow, word, shownAddress(b), shownAddress(a))
		}
	}
}

// credentialPlace says where a scheme puts its credential.
func credentialPlace(scheme *load.Node) string {
	switch scheme.Get("type").Str() {
	case "apiKey":
		place := scheme.Get("in").Str()
		if place != "cookie" {
			place += " parameter"
		}
		if place == "header parameter" {
			return "header " + strings.ToLower(scheme.Get("name").Str())
		}
		return place + " " + scheme.Get("name").Str()
	case "http":
		return "header authorization (" + strings.ToLower(scheme.Get("scheme").Str()) + ")"
	case "oauth2", "openIdConnect":
		return "header authorization (bearer)"
	}
	return scheme.Get("type").Str()
}

// need is one alternative of a call: the scopes of each scheme.
type need map[string][]string

func (n need) String() string {
	if len(n) == 0 {
		return "none"
	}
	var parts []string
	for _, scheme := range slices.Sorted(maps.Keys(n)) {
		if scopes := n[scheme]; len(scopes) > 0 {
			scheme += " (" + strings.Join(scopes, ", ") + ")"
		}
		parts = append(parts, scheme)
	}
	return strings.Join(parts, " and ")
}

// within reports whether who has the credentials of o has all of n.
func (n need) within(o need) bool {
	for scheme, scopes := range n {
		has, ok := o[scheme]
		if !ok || slices.ContainsFunc(scopes, func(s string) bool { return !slices.Contains(has, s) }) {
			return false
		}
	}
	return true
}

// needsOf are the alternatives of a call, and where the document lists them. No
// security at all is one alternative without credentials.
func (s *credentialSide) needsOf(call *callSite) ([]need, *load.Node) {
	n := call.node.Get("security")
	if n == nil || n.Kind != load.Array {
		n = s.doc.Root.Get("security")
	}
	var list []need
	if n != nil {
		for _, alternative := range n.Items {
			one := need{}
			for _, m := range alternative.Members {
				one[m.Name] = scopesOf(m.Value)
			}
			list = append(list, one)
		}
	}
	if len(list) == 0 {
		list = []need{{}}
	}
	return list, n
}

func scopesOf(n *load.Node) []string {
	scopes := []string{}
	for _, item := range n.Items {
		scopes = append(scopes, item.Str())
	}
	return scopes
}

// security compares what one call needs, for a caller with the credentials of
// each alternative of before. The client uses the first alternative of which it
// has all credentials.
func (d *credentialDiff) security(before, after *callSite) {
	was, _ := d.sides[0].needsOf(before)
	is, n := d.sides[1].needsOf(after)
	listed := make([]bool, len(is)) // in a row, or known to callers
	for _, old := range was {
		i := slices.IndexFunc(is, func(new need) bool { return new.within(old) })
		switch {
		case i < 0 && len(old) == 0:
			d.add(SeverityBreaking, ruleNeeds, n, after, "the call needs a credential, and needed none: %s", needsText(is))
		case i < 0:
			d.add(SeverityBreaking, ruleNeeds, n, after, "the credential %s is no longer enough; the call needs %s", old, needsText(is))
		case len(is[i]) == 0 && len(old) > 0:
			d.add(SeverityBreaking, ruleAnonymous, n, after, "the call is sent without the credential %s", old)
		case len(is[i]) < len(old):
			d.add(SeverityInfo, ruleFewer, n, after, "the call is sent with %s alone, not with %s", is[i], old)
		}
		for k, new := range is {
			listed[k] = listed[k] || i < 0 || k == i || new.within(old) && old.within(new)
		}
	}
	for k, new := range is {
		switch {
		case listed[k]:
		case len(new) == 0:
			d.add(SeverityInfo, ruleAlternativeAdded, n, after, "the call can also be sent without a credential")
		default:
			d.add(SeverityInfo, ruleAlternativeAdded, n, after, "the call also accepts %s", new)
		}
	}
}

func needsText(list []need) string {
	var parts []string
	for _, n := range list {
		parts = append(parts, n.String())
	}
	return strings.Join(parts, " or ")
}
