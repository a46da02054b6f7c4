package prose

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// This file finds out what a sentence adds to another one.

// words without a meaning of their own.
var stopWords = stringSet(`a about all an and any are as at be been being belonging by can each exactly existing for from given has have in into is it
	its itself new of on one only or set single specific specified that the their them then there these this those to up which will with within you your`)

// sameVerbs are verbs that say the same of a call.
var sameVerbs = map[string]string{
	"fetch": "get", "retrieve": "get", "read": "get", "return": "get", "obtain": "get", "show": "get", "load": "get", "view": "get", "describe": "get",
	"index": "list", "browse": "list", "enumerate": "list",
	"add": "create", "insert": "create", "register": "create",
	"change": "update", "modify": "update", "edit": "update", "patch": "update",
	"remove": "delete", "destroy": "delete",
}

func stringSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

var wordPattern = regexp.MustCompile(`[\p{L}\p{N}]+`)

// Content returns the words of a text that have a meaning of their own, in one
// form for singular and plural, for a verb's persons, and for verbs that say the
// same of a call.
func Content(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range wordPattern.FindAllString(strings.ToLower(text), -1) {
		if w = stem(w); w != "" && !stopWords[w] {
			set[w] = true
		}
	}
	return set
}

// stem takes endings off a word.
func stem(w string) string {
	if stopWords[w] {
		return w
	}
	for _, ending := range []struct{ old, new string }{{"ies", "y"}, {"sses", "ss"}, {"shes", "sh"}, {"ches", "ch"}, {"xes", "x"}} {
		if cut, ok := strings.CutSuffix(w, ending.old); ok && len(cut) > 1 {
			return same(cut + ending.new)
		}
	}
	if cut, ok := strings.CutSuffix(w, "s"); ok && len(cut) > 2 && !strings.HasSuffix(cut, "s") && !strings.HasSuffix(cut, "u") && !strings.HasSuffix(cut, "i") {
		w = cut
	}
	return same(w)
}

func same(w string) string {
	if verb, ok := sameVerbs[w]; ok {
		return verb
	}
	return w
}

// Within reports whether every word of content of text is in one of the others.
func Within(text string, others ...string) bool {
	known := Content(strings.Join(others, " "))
	for w := range Content(text) {
		if !known[w] {
			return false
		}
	}
	return true
}

// inflected are the third persons of the verbs that summaries start with.
var inflected = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for _, w := range imperatives {
		set[ThirdPerson(w)] = true
	}
	return set
})

// Inflected returns the verb that a text starts with in the third person:
// "creates" for "Create a pet" and for "Creates a pet"; "" if it starts with
// another word.
func Inflected(text string) string {
	first := strings.ToLower(firstWord(text))
	if inflected()[first] {
		return first
	}
	return ThirdPerson(first)
}

// abbreviations end with a full stop that does not end a sentence.
var abbreviations = stringSet("e.g i.e etc vs cf approx no incl excl max min resp")

// FirstSentence splits a text after its first sentence.
func FirstSentence(text string) (first, rest string) {
	for i := 0; i < len(text); i++ {
		if !strings.ContainsRune(".!?", rune(text[i])) || i+1 < len(text) && text[i+1] != ' ' && text[i+1] != '\n' {
			continue
		}
		after := strings.TrimLeft(text[i+1:], " \n")
		next, _ := utf8.DecodeRuneInString(after)
		before := text[:i]
		last := before[strings.LastIndexAny(before, " \n(")+1:]
		if after == "" || unicode.IsUpper(next) && !abbreviations[strings.ToLower(last)] {
			return text[:i+1], after
		}
	}
	return text, ""
}
