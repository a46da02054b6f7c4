package names

import "strings"

// irregular plurals that API names use.
var irregular = map[string]string{
	"people": "person", "children": "child", "men": "man", "women": "woman", "indices": "index", "vertices": "vertex", "matrices": "matrix",
	"data": "data", "metadata": "metadata", "media": "media", "news": "news", "series": "series", "species": "species", "equipment": "equipment",
	"information": "information", "analyses": "analysis", "bases": "base", "criteria": "criterion", "status": "status", "address": "address",
	"access": "access", "process": "process", "business": "business", "sms": "sms", "dns": "dns", "aws": "aws", "os": "os", "https": "https",
	"settings": "setting", "gas": "gas", "bus": "bus", "class": "class", "pass": "pass", "progress": "progress", "success": "success",
	"analytics": "analytics", "statistics": "statistics", "canvas": "canvas", "alias": "alias", "basis": "basis", "lens": "lens", "tls": "tls",
	"caches": "cache", "databases": "database", "leases": "lease", "releases": "release", "phases": "phase", "purchases": "purchase",
	"responses": "response", "licenses": "license", "houses": "house", "warehouses": "warehouse", "cases": "case", "clauses": "clause",
	"expenses": "expense", "courses": "course", "movies": "movie", "cookies": "cookie", "bonus": "bonus",
	"corpus": "corpus", "campus": "campus", "menus": "menu", "sales": "sale", "sizes": "size", "axes": "axis", "kubernetes": "kubernetes", "goods": "goods", "this": "this",
}

// Singular returns the singular of a lower-case English word, or the word itself.
func Singular(w string) string {
	if s, ok := irregular[w]; ok {
		return s
	}
	switch n := len(w); {
	case n < 3 || w[n-1] != 's' || strings.HasSuffix(w, "ss") || strings.HasSuffix(w, "us") || strings.HasSuffix(w, "is"):
		return w
	case strings.HasSuffix(w, "ies") && n > 4:
		return w[:n-3] + "y"
	case strings.HasSuffix(w, "sses"), strings.HasSuffix(w, "shes"), strings.HasSuffix(w, "ches"), strings.HasSuffix(w, "xes"),
		strings.HasSuffix(w, "zzes"), strings.HasSuffix(w, "uses") && n > 5 && w != "causes" && w != "pauses":
		return w[:n-2]
	default:
		return w[:n-1]
	}
}

// Plural returns the plural of a lower-case English word, or the word itself.
func Plural(w string) string {
	for p, s := range map[string]string{"people": "person", "children": "child", "indices": "index", "analyses": "analysis", "criteria": "criterion"} {
		if w == s {
			return p
		}
	}
	n := len(w)
	switch {
	case n == 0 || Singular(w) != w: // it is one already
		return w
	case irregular[w] == w && (strings.HasSuffix(w, "a") || strings.HasSuffix(w, "s") && w != "status" && w != "address" && w != "process" && w != "class" && w != "alias" && w != "pass" && w != "bus") || w == "equipment" || w == "information":
		return w
	case strings.HasSuffix(w, "y") && n > 1 && !strings.ContainsRune("aeiou", rune(w[n-2])):
		return w[:n-1] + "ies"
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "sh"), strings.HasSuffix(w, "ch"), strings.HasSuffix(w, "x"), strings.HasSuffix(w, "z"):
		return w + "es"
	}
	return w + "s"
}

// SingularName returns the identifier of a name with its last word in the
// singular.
func SingularName(name string) string { return changeLast(name, Singular) }

// PluralName returns the identifier of a name with its last word in the plural.
func PluralName(name string) string { return changeLast(name, Plural) }

// changeLast returns the identifier of a name with its last word changed by f.
func changeLast(name string, f func(string) string) string {
	ws := Words(name)
	if len(ws) == 0 {
		return ""
	}
	ws[len(ws)-1] = f(ws[len(ws)-1])
	return Join(ws)
}
