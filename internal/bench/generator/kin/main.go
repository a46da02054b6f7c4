// Command kin loads and validates a document with kin-openapi: what any
// generator that stands on it has to do first.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/getkin/kin-openapi/openapi3"
)

func main() {
	if err := check(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "kin:", err)
	}
}

// check takes the time that it takes also where the document is not valid.
func check(file string) error {
	doc, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		return err
	}
	return doc.Validate(context.Background())
}
