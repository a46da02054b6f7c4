package main

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// aphorisms are words and phrases that are not of the trade, with what to write.
// They are whole words, in any case.
var aphorisms = map[string]string{
	`held against|hold(s)? against`: "check against, validate",
	`go(es)? on and on|on and on`:   "is too long",
	`how (it|a list) goes on`:       "how to get the next page",
	`mend(s|ed)?|make good`:         "fix, repair",
	`anew`:                          "again, re-",
	`(tell|tells|told) apart`:       "distinguish",
	`brings? to the disk`:           "write",
	`goes with it`:                  "is generated next to it",
	`belongs? into CI`:              "run it in CI",
	`sent by itself`:                "sent automatically",
	`cleared of credentials`:        "redacted",
	`is believed`:                   "is trusted",
	`goodwill`:                      "not valid",
	`there to test`:                 "contain only tests",
	`not know any more`:             "removed",
	`answers are held back`:         "delay before each response",
	`nobody generates`:              "no longer generated",
	`is in the way`:                 "gen needs this path",
	`whoever starts`:                "the caller",
	`to be had`:                     "could not obtain",
	`(is|are) no (YAML|JSON|form|object|text|list of|directory for|cursor|resource of|source of|date like|expression)`: "is not",
	`as if somebody had written`:                             "like hand-written Go",
	`makes errors of`:                                        "turns into errors",
	`begins with a document of yours`:                        "starts from your own document",
	`can be read on|cannot be read on`:                       "paginate",
	`stands?|stood`:                                          "be, be next to, mean",
	`goes? on|going on|read(s|ing)? on`:                      "continue, paginate",
	`leads? (to|into|in|back|out|there|nowhere|from)|led to`: "reference, point to",
	`tells?|told|telling`:                                    "report, say, distinguish",
	`travels?|round trips? of ours`:                          "be sent, call, attempt",
	`tak(e|es|en) for`:                                       "treat as",
	`refusals?`:                                              "an error",
	`(the|their|its) likes`:                                  "name the options, similar",
	`held (against|by pointer)|holds? to`:                    "check against, validate, store as a pointer",
	`(an|the|its|whose|that|another) answer`:                 "a response",
	`(client|server|codec|gen|docwright|store|fake|collector|package|OpenAPI|json) (knows?|(does|do|did|may) not know)`: "unknown members, support, have",
	`(request|document|API|tag|operation|security|list|codec|reader) wants?`:                                            "ask for, need, say",
	`(is|are|as|be) no [a-z]+`: "is not",
	`look of`:                  "fingerprint",
	`doors?|houses?`:           "entry point, architecture",
	`whoever`:                  "the caller",
	`what gen alone does`:      "the default command",
	`default: as`:              "default: the",
	`for those who ask`:        "returns",
	`for what was not looked at|was not looked at`:                  "was not examined",
	`its loss|cannot be told`:                                       "cannot be determined",
	`what a document says and Go does not|means well`:               "what Go cannot express",
	`wants? (what|all)`:                                             "needs",
	`leaves? them apart`:                                            "turns linking off",
	`Take the peer|known and right as it is|included members known`: "You can silence a finding that you accept",
}

// allowed are phrases that have such words for a reason.
var allowed = []string{
	`there (is|are) no [a-z]+`, `(is|are) no (longer|more|other|such|different|better|worse|less|fewer)`, // there is no other way to say it
	`"role": "lead"`, // an example's value
}

// TestProse looks for such words in README, the manual, the messages, the templates'
// own sentences and the comments of the runtime.
func TestProse(t *testing.T) {
	patterns := map[string]*regexp.Regexp{}
	for pattern := range aphorisms {
		patterns[pattern] = regexp.MustCompile(`(?i)(^|[^\w-])(` + pattern + `)($|[^\w-])`)
	}
	texts := map[string]string{"README.md": readFile(t, filepath.Join(checkoutDir(t), "README.md"))}
	for _, name := range topics {
		texts["gen help "+name] = topic(name)
	}
	s := readSource(t)
	for pkg, messages := range s.messages() {
		texts["messages of "+pkg] = strings.Join(messages, "\n")
	}
	for pkg, files := range s.files {
		if !strings.HasPrefix(pkg, "templates/runtime") {
			continue
		}
		for _, file := range files {
			for _, group := range file.Comments {
				texts["comments of "+s.fset.Position(file.Pos()).Filename] += comment(group) + "\n"
			}
		}
	}
	var templates []string
	for _, dir := range []string{"templates", "templates/docs"} {
		found, err := filepath.Glob(filepath.Join(checkoutDir(t), dir, "*.tmpl"))
		must(t, err)
		templates = append(templates, found...)
	}
	for _, name := range templates {
		data, err := os.ReadFile(name)
		must(t, err)
		texts["template "+filepath.Base(name)] = string(data)
	}
	if len(templates) == 0 || len(texts) < 50 {
		t.Fatalf("%d templates, %d texts", len(templates), len(texts))
	}
	except := regexp.MustCompile(`(?i)` + strings.Join(allowed, "|"))
	for place, text := range texts {
		text = except.ReplaceAllString(text, "…")
		for pattern, re := range patterns {
			for _, found := range re.FindAllString(text, -1) {
				t.Errorf("%s: %q: write %q", place, strings.TrimSpace(found), aphorisms[pattern])
			}
		}
	}
}

// comment returns the text of a comment in one line.
func comment(group *ast.CommentGroup) string { return strings.Join(strings.Fields(group.Text()), " ") }
