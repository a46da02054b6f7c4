package prose

import (
	"slices"
	"strings"
	"unicode"
)

// describing are verbs that follow a name as they are ("Represents a pet").
var describing = map[string]bool{
	"represents": true, "contains": true, "describes": true, "defines": true, "holds": true, "specifies": true, "indicates": true,
	"lists": true, "identifies": true, "provides": true, "returns": true, "encapsulates": true, "includes": true, "is": true, "stores": true,
	"controls": true, "determines": true, "creates": true, "updates": true, "deletes": true, "gets": true, "fetches": true, "retrieves": true,
	"replaces": true, "removes": true, "adds": true, "sends": true, "starts": true, "stops": true, "cancels": true, "searches": true, "sets": true,
}

// articles are words that a description follows "is" with.
var articles = map[string]bool{
	"a": true, "an": true, "the": true, "one": true, "what": true, "information": true, "details": true, "any": true, "whether": true,
	"how": true, "when": true, "where": true, "who": true, "something": true,
}

// partial are words before "of" that do not take "the".
var partial = map[string]bool{
	"all": true, "any": true, "both": true, "each": true, "either": true, "half": true, "instead": true, "many": true, "more": true,
	"most": true, "much": true, "neither": true, "none": true, "out": true, "several": true, "some": true,
}

// holding are words that follow the plural noun of a description.
var holding = map[string]bool{"of": true, "for": true, "about": true, "that": true, "in": true, "on": true, "to": true, "with": true, "which": true, "from": true}

// firstWord returns what precedes the first space.
func firstWord(s string) string {
	w, _, _ := strings.Cut(s, " ")
	return w
}

// Sentence makes a comment of text that starts with name, as godoc wants it. The
// verb is text's first word in the third person, or "" if that is no verb.
func Sentence(name, text, verb string) string {
	first, rest, _ := strings.Cut(text, " ")
	low := strings.ToLower(strings.TrimRight(first, ",:"))
	switch {
	case first == name && verb == "":
		return Period(text)
	case describing[low] && rest != "":
		return name + " " + Period(low+" "+rest)
	case articles[low] && rest != "":
		return name + " is " + Period(low+" "+rest)
	case verb == "" && strings.HasSuffix(low, "s") && holding[firstWord(rest)]:
		return name + " holds " + Period(low+" "+rest)
	case verb == "" && firstWord(rest) == "of" && low == strings.ToLower(first) && !partial[low]:
		if len(first) < 2 || !unicode.IsUpper(rune(first[1])) { // "ID of" stays
			first = low
		}
		return name + " is the " + Period(first+" "+rest)
	case verb != "" && rest != "":
		return name + " " + Period(verb+" "+rest)
	}
	return name + ": " + Period(text)
}

// Period adds a full stop to a text that ends with a word.
func Period(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsRune(".!?:…)`", rune(s[len(s)-1])) || strings.HasSuffix(s, "…") {
		return s
	}
	return s + "."
}

// imperatives are the verbs that summaries of operations start with.
var imperatives = strings.Fields(`accept activate add allocate append apply approve archive assign associate attach authenticate authorize batch begin block
	bulk calculate cancel change check clear clone close complete confirm connect convert copy count create deactivate decline delete deny deploy
	describe detach disable disconnect dismiss download edit enable end enqueue enter estimate evaluate execute exit export fetch filter find finish
	follow generate get grant import initiate insert install invite invoke join kill launch leave link list load lock log login logout look make mark
	merge migrate modify move mute obtain open patch pause perform pin ping place post preview process publish purge put query queue read rebuild
	receive recover redeem refresh refund register reject release remove rename render renew reopen reorder replace report request resend reset
	resize resolve restart restore resume retrieve retry return revert revoke rotate run save schedule search select send set share shorten show shut sign
	start stop store submit subscribe suspend swap switch sync synchronize tag terminate test toggle track transfer trigger unallocate unarchive unassign
	unblock unfollow uninstall unlink unlock unpin unpublish unregister unsubscribe update upgrade upload upsert use validate verify view void watch`)

// ThirdPerson returns "creates" for "create", and "" for a word that is not one
// of the verbs that summaries of operations start with.
func ThirdPerson(w string) string {
	if _, ok := slices.BinarySearch(imperatives, w); !ok {
		return ""
	}
	n := len(w)
	switch {
	case strings.HasSuffix(w, "y") && !strings.ContainsRune("aeiou", rune(w[n-2])):
		return w[:n-1] + "ies"
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "sh"), strings.HasSuffix(w, "ch"), strings.HasSuffix(w, "x"), strings.HasSuffix(w, "o"):
		return w + "es"
	}
	return w + "s"
}

// Repeats reports whether a description is only the member's name in other
// letters: "Font style." of font_style.
func Repeats(text, name string) bool {
	bare := func(s string) string {
		return strings.Map(func(c rune) rune {
			if strings.ContainsRune(" _-.", c) {
				return -1
			}
			return unicode.ToLower(c)
		}, s)
	}
	return len(text) <= 2*len(name) && bare(text) == bare(name)
}
