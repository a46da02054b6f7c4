package main

import (
	"embed"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/docwright/docwright/internal/diag"
)

// manual holds the topics of gen help.
//
//go:embed help/*.md
var manual embed.FS

// topics are those of the manual, in the order in which people need them.
var topics = []string{
	"start", "config", "commands", "reading", "writing", "lists", "errors", "credentials", "jsonapi", "fake", "diff", "lint", "docs",
	"draft", "migrate", "limits", "security", "speed", "clients",
}

const manualHelp = `Show a topic of the manual, or the flags of a command. Without TOPIC, list the
topics. With --search, list the lines of the manual that contain a word.`

func (a *app) helpCommand() *cobra.Command {
	word := ""
	c := &cobra.Command{
		Use:     "help [TOPIC | COMMAND]",
		Short:   "Show the manual",
		Long:    manualHelp,
		Example: "  gen help lists\n  gen help -s retry",
		Args:    oneArg("a topic", 0),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case word != "":
				return a.searchManual(word)
			case len(args) == 0:
				return a.listTopics()
			}
			return a.showTopic(cmd.Root(), args[0])
		},
	}
	c.Flags().StringVarP(&word, "search", "s", "", "list the lines that contain `WORD`")
	return c
}

// topic returns the text of a topic.
func topic(name string) string {
	text, err := manual.ReadFile("help/" + name + ".md")
	if err != nil {
		return ""
	}
	return string(text)
}

// title returns the first line of a topic.
func title(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimPrefix(line, "# ")
}

// marks are lines for the tests of the manual.
var marks = regexp.MustCompile(`(?m)^<!-- .* -->\n`)

func (a *app) listTopics() error {
	fmt.Fprintln(a.stdout, "Topics of the manual, for gen help TOPIC:")
	for _, name := range topics {
		fmt.Fprintf(a.stdout, "  %-12s %s\n", name, title(topic(name)))
	}
	fmt.Fprintln(a.stdout, "\ngen --help lists the commands.")
	return nil
}

func (a *app) showTopic(root *cobra.Command, name string) error {
	if slices.Contains(topics, name) {
		_, err := fmt.Fprint(a.stdout, marks.ReplaceAllString(topic(name), ""))
		return err
	}
	known := slices.Clone(topics)
	for _, c := range root.Commands() {
		if c.Name() == name {
			return c.Help()
		}
		known = append(known, c.Name())
	}
	if near := diag.Nearest(name, known); near != "" {
		return fmt.Errorf("there is no topic %q\ndid you mean %s? gen help lists the topics;", name, near)
	}
	return fmt.Errorf("there is no topic %q\ngen help lists the topics;", name)
}

func (a *app) searchManual(word string) error {
	found := false
	for _, name := range topics {
		n := 0
		for line := range strings.Lines(topic(name)) {
			if n++; strings.Contains(strings.ToLower(line), strings.ToLower(word)) {
				fmt.Fprintf(a.stdout, "%s:%d: %s\n", path.Base(name), n, strings.TrimSpace(line))
				found = true
			}
		}
	}
	if !found {
		a.exit = exitStale
		fmt.Fprintf(a.stdout, "the manual does not contain %q\n", word)
	}
	return nil
}
