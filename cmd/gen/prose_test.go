package main

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
	`as if somebody had written`:       "like hand-written Go",
	`makes errors of`:                  "turns into errors",
	`begins with a document of yours`:  "starts from your own document",
	`can be read on|cannot be read on`: "paginate",
}

// allowed are sentences that have such words for a reason.
var allowed = map[string]string{}

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
	templates, err := filepath.Glob(filepath.Join(checkoutDir(t), "templates", "*.tmpl"))
	must(t, err)
	for _, name := range templates {
		data, err := os.ReadFile(name)
		must(t, err)
		texts["template "+filepath.Base(name)] = string(data)
	}
	if len(templates) == 0 || len(texts) < 50 {
		t.Fatalf("%d templates, %d texts", len(templates), len(texts))
	}
	for place, text := range texts {
		for pattern, re := range patterns {
			for _, found := range re.FindAllString(text, -1) {
				if !slices.ContainsFunc(strings.Split(text, "\n"), func(line string) bool { return allowed[line] != "" && strings.Contains(line, found) }) {
					t.Errorf("%s: %q: write %q", place, strings.TrimSpace(found), aphorisms[pattern])
				}
			}
		}
	}
}

// comment returns the text of a comment in one line.
func comment(group *ast.CommentGroup) string { return strings.Join(strings.Fields(group.Text()), " ") }
