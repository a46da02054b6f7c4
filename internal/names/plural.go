package names

import "strings"

// uncountable are words that have no other number: they are never changed.
var uncountable = set(`access alias alms always analytics aws bus canvas chaos corps cors cosmos data dns equipment
	gas goods has headquarters https info information is its jenkins kubernetes kudos lens logistics mathematics media metadata news odds ops os
	physics politics postgres premises progress scissors series settings sms species statistics status success texas thanks this
	tls was yes saas paas iaas atlas bias`)

// irregular maps plurals that do not follow the rules of Singular. The words that
// the rules get wrong are of a few kinds: -es behind a word that ends in -e
// anyway, -ses of a word in -s or -sis, -ves of -f, -oes of -o, -ies of -ie, and
// -us or -is that is a plural after all.
var irregular = map[string]string{
	"people": "person", "children": "child", "men": "man", "women": "woman", "feet": "foot", "teeth": "tooth", "mice": "mouse",
	"indices": "index", "vertices": "vertex", "vertexes": "vertex", "matrices": "matrix", "appendices": "appendix", "criteria": "criterion", "phenomena": "phenomenon",

	"caches": "cache", "aches": "ache", "headaches": "headache", "niches": "niche", "avalanches": "avalanche", "axes": "axis", "quizzes": "quiz", "waltzes": "waltz",

	"analyses": "analysis", "crises": "crisis", "diagnoses": "diagnosis", "hypotheses": "hypothesis", "theses": "thesis", "synopses": "synopsis",
	"syntheses": "synthesis", "parentheses": "parenthesis", "emphases": "emphasis", "oases": "oasis", "prognoses": "prognosis",

	"aliases": "alias", "atlases": "atlas", "biases": "bias", "bonuses": "bonus", "buses": "bus", "campuses": "campus", "canvases": "canvas", "censuses": "census",
	"choruses": "chorus", "corpuses": "corpus", "focuses": "focus", "gases": "gas", "geniuses": "genius", "lenses": "lens", "nexuses": "nexus", "pluses": "plus",
	"prospectuses": "prospectus", "radiuses": "radius", "statuses": "status", "surpluses": "surplus", "syllabuses": "syllabus", "viruses": "virus", "yeses": "yes",

	"calves": "calf", "elves": "elf", "halves": "half", "hooves": "hoof", "knives": "knife", "loaves": "loaf", "scarves": "scarf", "selves": "self",
	"shelves": "shelf", "thieves": "thief", "wives": "wife", "wolves": "wolf",

	"cargoes": "cargo", "echoes": "echo", "heroes": "hero", "potatoes": "potato", "tomatoes": "tomato", "torpedoes": "torpedo", "vetoes": "veto",

	"aunties": "auntie", "brownies": "brownie", "calories": "calorie", "cookies": "cookie", "genies": "genie", "hoodies": "hoodie", "movies": "movie",
	"newbies": "newbie", "rookies": "rookie", "selfies": "selfie", "smoothies": "smoothie", "zombies": "zombie",

	"gurus": "guru", "menus": "menu", "emojis": "emoji", "wikis": "wiki", "taxis": "taxi", "alibis": "alibi", "safaris": "safari",
}

// plurals maps singulars to the plurals of irregular. Of two plurals that one
// word has, it has the one that the rules do not make.
var plurals = func() map[string]string {
	m := map[string]string{}
	for plural, singular := range irregular {
		if plural != "vertexes" {
			m[singular] = plural
		}
	}
	return m
}()

// Singular returns the singular of a lower-case English word, or the word itself.
func Singular(w string) string {
	if s, ok := irregular[w]; ok {
		return s
	}
	n := len(w)
	switch {
	case n < 3 || w[n-1] != 's' || uncountable[w] || isInitialism(w):
		return w
	case isInitialism(w[:n-1]): // skus, kpis
		return w[:n-1]
	case hasSuffix(w, "ss", "us", "is"):
		return w
	case n > 4 && hasSuffix(w, "ies"):
		return w[:n-3] + "y"
	case hasSuffix(w, "sses", "shes", "ches", "xes", "zzes"):
		return w[:n-2]
	}
	return w[:n-1]
}

// Plural returns the plural of a lower-case English word, or the word itself.
func Plural(w string) string {
	n := len(w)
	if p, ok := plurals[w]; ok {
		return p
	}
	switch {
	case n == 0, Singular(w) != w: // it is one already
		return w
	case uncountable[w], isInitialism(w) && w[n-1] == 's', hasSuffix(w, "is"):
		return w
	case n > 1 && w[n-1] == 'y' && !strings.ContainsRune("aeiou", rune(w[n-2])):
		return w[:n-1] + "ies"
	case !isInitialism(w) && hasSuffix(w, "s", "sh", "ch", "x", "z"):
		return w + "es"
	}
	return w + "s"
}

func hasSuffix(w string, endings ...string) bool {
	for _, e := range endings {
		if strings.HasSuffix(w, e) {
			return true
		}
	}
	return false
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

// set returns the words of a list.
func set(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}
